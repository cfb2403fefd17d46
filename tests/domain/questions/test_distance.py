"""How far questions are from what was searched for: alike on both databases."""

from importlib import import_module

import pytest
from django.apps import apps

from domain.questions.models import Question
from tests.factories import QuestionFactory, QuestionTagFactory

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


def test_words_are_indexed_with_a_mark_behind_the_title(user):
    question = Question(owner=user, title="By the laptop", notes="The phone, by day")
    question.index_words()
    without = Question(owner=user, title="By the laptop", notes="the LAPTOP")
    without.index_words()

    assert question.search_words == "by the laptop . phone day"
    assert without.search_words == "by the laptop"


def test_questions_from_before_get_the_mark(user):
    QuestionFactory(owner=user, title="Two Sum", notes="hash", search_words="two sum hash")
    QuestionFactory(owner=user, title="Two", notes="")
    migration = import_module("domain.questions.migrations.0004_search_words_of_titles")

    migration.index_anew(apps, None)

    words = Question.objects.order_by("pk").values_list("search_words", flat=True)
    assert list(words) == ["two sum . hash", "two"]
