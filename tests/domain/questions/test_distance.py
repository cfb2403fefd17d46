"""How far questions are from what was searched for: alike on both databases."""

from importlib import import_module
from threading import Event

import pytest
from django.apps import apps
from django.db import connection

from domain.base.text import index_of
from domain.questions.models import Question
from domain.questions.services.questions import update_question
from tests.domain.parallel import at_once
from tests.factories import NOW, QuestionFactory, QuestionTagFactory, UserFactory

migration = import_module("domain.questions.migrations.0004_search_words_of_titles")

# In the order that a search for "two sum" gives.
TITLES = [
    "Two Sum",
    "Two Sum II",
    "Two Summits of Rome",
    "Two sum, but the input is sorted already",
    "Sum of two",
    "The summary of Twofish",
]


def found(user, search):
    rows = Question.objects.owned_by(user).matching(search, owner=user).with_distance(search)
    return [question.title for question in rows.order_by("distance", "uid")]


def test_the_title_comes_before_its_beginning_before_words_before_notes_and_tags(user):
    tagged = QuestionFactory(owner=user, title="Two", notes="")
    QuestionTagFactory(question=tagged, tag__name="Sums")
    QuestionFactory(owner=user, title="One more", notes="like two sum")
    for title in reversed(TITLES):
        QuestionFactory(owner=user, title=title, notes="a sum of two in a hash map")

    assert found(user, "two sum") == [*TITLES, "Two", "One more"]


@pytest.mark.parametrize("search", ["CREME brulee", "crème, brûlée!", " Crème  Brûlée "])
def test_case_accents_and_signs_make_no_difference(search, user):
    for title in ("More crème brûlée", "Crème Brûlée for two", "crème brûlée"):
        QuestionFactory(owner=user, title=title, notes="n")

    assert found(user, search) == ["crème brûlée", "Crème Brûlée for two", "More crème brûlée"]


def test_words_of_the_notes_do_not_lengthen_the_title(user):
    QuestionFactory(owner=user, title="Sum two", notes="")
    QuestionFactory(owner=user, title="Two", notes="sum")

    assert found(user, "two sum") == ["Sum two", "Two"]


def test_repeated_words_are_one(user):
    QuestionFactory(owner=user, title="Bang, bang once more")
    QuestionFactory(owner=user, title="Bang bang")

    assert found(user, "bang bang") == ["Bang bang", "Bang, bang once more"]


def test_the_longest_title_stays_within_its_class(user):
    QuestionFactory(owner=user, title="Of " + "x" * 252, slug="longest")
    QuestionFactory(owner=user, title="Sum of")

    assert found(user, "of") == ["Of " + "x" * 252, "Sum of"]


def test_a_title_ends_at_its_mark_and_not_at_what_the_notes_begin_with(user):
    QuestionFactory(owner=user, title="Two sums", notes="")
    QuestionFactory(owner=user, title="Two", notes="sum of a list")
    QuestionFactory(owner=user, title="A two", notes="sum")
    QuestionFactory(owner=user, title="???", notes="two sum")

    assert found(user, "two") == ["Two", "Two sums", "A two", "???"]
    assert found(user, "two sum") == ["Two sums", "Two", "???", "A two"]


def test_words_are_indexed_with_a_mark_behind_the_title(user):
    question = Question(owner=user, title="By the laptop", notes="The phone, by day")
    question.index_words()
    without = Question(owner=user, title="By the laptop", notes="the LAPTOP")
    without.index_words()

    assert question.search_words == "by the laptop . phone day"
    assert without.search_words == "by the laptop"


@pytest.mark.parametrize("rows", [1, 2, 500])
def test_questions_from_before_get_the_mark(rows, user, monkeypatch):
    monkeypatch.setattr(migration, "ROWS_A_TRANSACTION", rows)
    for n in range(3):
        title = f"Two Sum {n}"
        QuestionFactory(owner=user, title=title, notes="hash", search_words=f"two sum {n} hash")
        QuestionFactory(owner=user, title=f"Two {n}", notes="")

    migration.index_anew(apps, None)

    words = Question.objects.order_by("pk").values_list("search_words", flat=True)
    assert list(words) == [
        "two sum 0 . hash", "two 0", "two sum 1 . hash", "two 1", "two sum 2 . hash", "two 2",
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("saved", ["First", "Middle", "Last"])
def test_what_is_saved_while_questions_get_the_mark_stays(saved, monkeypatch):
    owner = UserFactory()
    rows = {
        title: QuestionFactory(owner=owner, title=title, notes="old", search_words="old")
        for title in ("First", "Middle", "Last")
    }
    # Who saves waits for the batch that has the question; on SQLite, for any.
    waits = saved == "Middle" or connection.vendor == "sqlite"
    read, written, waited = Event(), Event(), []

    def index_slowly(title, text):
        if title == "Middle":
            read.set()
            waited.append(not written.wait(0.3 if waits else 10))
        return index_of(title, text)

    def save():
        read.wait(10)
        update_question(question=rows[saved], actor=owner, at=NOW, notes="fresh")
        written.set()

    monkeypatch.setattr(migration, "ROWS_A_TRANSACTION", 1)
    monkeypatch.setattr(migration, "index_of", index_slowly)
    outcomes = at_once(lambda: migration.index_anew(apps, None), save)

    assert outcomes[0] is None
    assert waited == [waits]
    expected = {title: f"{title.lower()} . old" for title in rows}
    expected[saved] = f"{saved.lower()} . fresh"
    assert dict(Question.objects.values_list("title", "search_words")) == expected
