"""Importing completes what a person has, and touches nothing else."""

import json

import pytest
from django.db import IntegrityError

from domain.audit.models import AuditEvent
from domain.base.findings import Finding
from domain.practice.models import QuestionLog
from domain.questions.models import Question, QuestionTag, Tag
from domain.questions.services.questions import create_question, delete_question
from domain.questions.services.tags import delete_tag
from domain.transfer.reports import Counts
from domain.transfer.storing import tags
from tests.domain.transfer.files import a_problem, blind75, codeforces, neetcode, submission
from tests.factories import QuestionFactory, QuestionTagFactory, TagFactory

WATERMELON = {"platform": "CODEFORCES", "external_id": "4A"}


def test_the_question_can_be_found_and_opened(imported, user, now):
    imported(json.dumps([neetcode(problem="Zwei Größen")]))

    question = Question.objects.matching("zwei grosse").get()
    assert (question.slug, question.owner, question.version) == ("zwei-größen", user, 1)
    assert (question.created_at, question.updated_at) == (now, now)
    assert (question.created_by, question.updated_by) == (user, user)


def test_tags_can_be_found(imported, user, now):
    imported(json.dumps([neetcode(pattern="Größen")]))

    tag = Tag.objects.matching("grosse").get()
    assert (tag.kind, tag.name, tag.owner, tag.created_at) == ("PATTERN", "Größen", user, now)


def test_questions_of_one_title_get_slugs_of_their_own(imported, user):
    QuestionFactory(owner=user, slug="same")
    rows = [neetcode(problem="Same", link=f"same-{letter}") for letter in "abc"]

    imported(json.dumps(rows))

    imported_ones = Question.objects.exclude(external_id=None).order_by("pk")
    assert [row.slug for row in imported_ones] == ["same-2", "same-3", "same-4"]


def test_slugs_of_the_trash_are_free(imported, user, now):
    QuestionFactory(owner=user, slug="same", deleted_at=now)

    imported(json.dumps([neetcode(problem="Same")]))

    assert Question.objects.live().get().slug == "same"


def test_thousands_of_questions_may_have_one_title(imported):
    rows = [neetcode(problem="Same", link=f"same-{number}") for number in range(1500)]

    imported(json.dumps(rows))

    assert Question.objects.filter(slug="same-1500").exists()


def test_empty_columns_are_filled(imported, user, now):
    question = QuestionFactory(owner=user, **WATERMELON)

    report = imported(codeforces(submission()))

    question.refresh_from_db()
    assert report.questions == Counts(updated=1)
    assert question.url == "https://codeforces.com/problemset/problem/4/A"
    assert (question.difficulty, question.platform_rating) == (1, 800)
    assert (question.version, question.updated_at, question.updated_by) == (2, now, user)


def test_the_persons_own_words_stay(imported, user):
    own = {
        "title": "My melon",
        "slug": "my-melon",
        "url": "https://example.com/",
        "difficulty": 3,
        "platform_rating": 1,
        "source": "A friend",
        "notes": "Even numbers.",
    }
    question = QuestionFactory(owner=user, **WATERMELON, **own)
    for name in ("brute force", "math"):
        QuestionTagFactory(question=question, tag__name=name, tag__kind="TOPIC")

    report = imported(codeforces(submission()))

    question.refresh_from_db()
    assert report.questions == Counts(unchanged=1)
    assert {name: getattr(question, name) for name in own} == own
    assert question.version == 1


def test_a_question_made_from_a_link_is_the_same_question(imported, user, now):
    url = "https://codeforces.com/contest/4/problem/A"
    question = create_question(owner=user, at=now, title="Melon", url=url)

    imported(codeforces(submission()))

    assert Question.objects.get() == question
    assert QuestionLog.objects.get().question == question


def test_missing_tags_are_added_and_others_stay(imported, user, now):
    question = QuestionFactory(
        owner=user, **WATERMELON, url="https://a.b/", difficulty=1, platform_rating=1
    )
    QuestionTagFactory(question=question, tag__name="Mine")
    QuestionTagFactory(question=question, tag__name="Math", tag__kind="TOPIC")

    report = imported(codeforces(submission()))

    question.refresh_from_db()
    assert {tag.name for tag in question.tags.all()} == {"Mine", "Math", "brute force"}
    assert report.tags == Counts(created=1, unchanged=1)
    assert report.questions == Counts(updated=1)
    assert (question.version, question.updated_at) == (2, now)


def test_tags_that_differ_in_case_are_one(imported):
    rows = [
        submission(number, problem=a_problem(index, tags=[tag]))
        for number, index, tag in [(1, "A", "Straße"), (2, "B", "STRASSE"), (3, "C", " straße ")]
    ]

    report = imported(codeforces(*rows))

    assert report.tags == Counts(created=1)
    assert Tag.objects.get().name == "Straße"


def test_a_question_takes_fifty_tags_and_the_rest_are_reported(imported):
    names = [f"tag {number}" for number in range(60)]
    content = codeforces(submission(problem=a_problem(tags=names)))

    first, second = imported(content), imported(content)

    assert set(Question.objects.get().tags.values_list("name", flat=True)) == set(names[:50])
    assert Tag.objects.count() == 50
    text = "10 of its tags are left out: a question takes at most 50."
    assert first.notes == second.notes == (Finding("too_many_tags", "result[0]", text),)
    assert (first.skipped, second.created, second.updated) == (0, 0, 0)


def test_a_full_question_gets_no_more_tags_and_none_is_made_for_it(imported, user):
    question = QuestionFactory(owner=user, **WATERMELON)
    for tag in TagFactory.create_batch(49, owner=user):
        QuestionTagFactory(question=question, tag=tag)

    report = imported(codeforces(submission()))

    assert question.tags.count() == 50
    assert set(Tag.objects.filter(kind="TOPIC").values_list("name", flat=True)) == {"brute force"}
    assert [note.code for note in report.notes] == ["too_many_tags"]


def test_rows_of_one_question_complete_each_other(imported):
    rows = [
        submission(1, problem=a_problem(rating=None, tags=["math"])),
        submission(2, problem=a_problem(rating=1900, tags=["dp"], name="Other name")),
    ]

    report = imported(codeforces(*rows))

    question = Question.objects.get()
    assert report.questions == Counts(created=1)
    assert (question.title, question.platform_rating) == ("Watermelon A", 1900)
    assert set(question.tags.values_list("name", flat=True)) == {"math", "dp"}


def test_a_question_in_the_trash_is_imported_anew_with_its_attempts(imported, user, now):
    imported(codeforces(submission()))
    trashed = Question.objects.get()
    delete_question(question=trashed, actor=user, at=now)

    report = imported(codeforces(submission()))

    assert report.questions == Counts(created=1)
    assert report.logs == Counts(created=1)
    assert Question.objects.live().get() != trashed
    assert (trashed.logs.count(), QuestionLog.objects.live().count()) == (1, 1)


def test_a_tag_in_the_trash_is_made_anew(imported, user, now):
    imported(json.dumps([neetcode()]))
    trashed = Tag.objects.get()
    delete_tag(tag=trashed, actor=user, at=now)

    report = imported(json.dumps([neetcode()]))

    assert report.tags == Counts(created=1)
    assert report.questions == Counts(updated=1)
    assert Tag.objects.live().get() != trashed


def test_a_strangers_rows_are_neither_used_nor_touched(imported, stranger):
    imported(codeforces(submission()), owner=stranger)
    theirs = [Question.objects.get(), *Tag.objects.order_by("pk"), QuestionLog.objects.get()]
    before = [list(type(row).objects.filter(pk=row.pk).values()) for row in theirs]

    report = imported(codeforces(submission(), submission(2, at="2026-03-01 13:00")))

    assert (report.created, report.updated, report.unchanged) == (5, 0, 0)
    assert [list(type(row).objects.filter(pk=row.pk).values()) for row in theirs] == before
    assert theirs[0].logs.count() == 1


def test_the_format_is_what_is_named(imported):
    report = imported("[]", format="BLIND75")

    assert (report.format, report.created) == ("BLIND75", 0)


def test_one_event_tells_of_an_import(imported, user, now):
    imported(codeforces(submission()))

    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.owner, event.at) == (
        "question.imported",
        user,
        user,
        now,
    )
    assert event.fields == ["logs", "questions", "tags"]


def test_no_event_tells_of_an_import_that_changed_nothing(imported):
    imported(codeforces(submission()))
    imported(codeforces(submission()))

    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "second", "source"),
    [(neetcode, blind75, "NeetCode"), (blind75, neetcode, "Blind 75")],
)
def test_the_first_list_is_the_source(first, second, source, imported):
    imported(json.dumps([first()]))
    imported(json.dumps([second()]))

    question = Question.objects.get()
    assert question.source == source
    assert set(question.tags.values_list("kind", "name")) == {
        ("PATTERN", "Arrays & Hashing"),
        ("TOPIC", "Array"),
        ("TOPIC", "Hash Table"),
    }


def test_a_tag_that_goes_to_the_trash_meanwhile_is_made_anew(imported, monkeypatch, user, now):
    TagFactory(owner=user, kind="TOPIC", name="dp")
    create, tries = tags._create, []

    def create_too_late(*args):
        tries.append(1)
        if len(tries) == 1:
            Tag.objects.update(deleted_at=now)
        return create(*args)

    monkeypatch.setattr(tags, "_create", create_too_late)

    imported(codeforces(submission(1, problem=a_problem("B", tags=["dp"]))))

    assert QuestionTag.objects.live().count() == 1
    assert len(tries) == 2


def test_a_conflict_with_another_device_is_tried_again(imported, monkeypatch):
    tag_questions, tries = tags.tag_questions, []

    def lose_the_first_race(*given):
        tries.append(1)
        if len(tries) == 1:
            raise IntegrityError
        return tag_questions(*given)

    monkeypatch.setattr(tags, "tag_questions", lose_the_first_race)

    report = imported(codeforces(submission(1), submission(2, problem=a_problem("B"))))

    assert report.questions == Counts(created=2)
    assert (Question.objects.count(), QuestionLog.objects.count(), len(tries)) == (2, 2, 2)
