"""Two devices of one person write at the same moment: nothing is lost, nobody gets a failure."""

import pytest
from django.db import connection

from domain.accounts.models import User
from domain.practice.models import PracticeSession, QuestionLog
from domain.questions.models import Question, Tag, TagKind
from tests.client import node_id
from tests.domain.parallel import at_once
from tests.domain.practice.replay import expected, stored
from tests.factories import (
    NOW,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    TagFactory,
    UserFactory,
)
from tests.schema.devices import DAY, Devices, an_attempt, codes_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("turn", range(2)),
]


@pytest.fixture
def owner() -> User:
    """The person, committed."""
    return UserFactory()


@pytest.fixture
def devices(owner: User) -> Devices:
    """Signed in."""
    return Devices(owner)


def test_every_write_to_one_question_counts(turn, owner, devices):
    question = QuestionFactory(owner=owner)
    logs = [
        QuestionLogFactory(question=question, attempted_at=NOW - days * DAY)
        for days in (40, 30, 20, 10)
    ]
    ids = [node_id(log) for log in logs]

    answers = at_once(
        devices.calling("createQuestionLog", **an_attempt(question, 35)),
        devices.calling("createQuestionLog", **an_attempt(question, 5, durationSeconds=60)),
        devices.calling(
            "createQuestionLogs", items=[an_attempt(question, 25), an_attempt(question, 15)]
        ),
        devices.calling("updateQuestionLog", id=ids[0], outcome="FAILED"),
        devices.calling("updateQuestionLogs", items=[{"id": ids[0], "notes": "mine"}]),
        devices.calling("updateQuestionLog", id=ids[1], attemptedAt=(NOW - DAY).isoformat()),
        devices.calling("deleteQuestionLog", id=ids[2]),
        devices.calling("updateQuestion", id=node_id(question), notes="mine"),
    )

    assert codes_of(answers) == [[]] * 8
    assert stored(question) == expected(question)
    question.refresh_from_db()
    assert (question.log_count, question.solved_count, question.total_seconds) == (7, 6, 60)
    assert (question.notes, question.version) == ("mine", 2)
    edited = QuestionLog.objects.get(pk=logs[0].pk)
    assert (edited.outcome, edited.notes, edited.version) == ("FAILED", "mine", 3)


@pytest.mark.parametrize("name", ["createQuestions", "createQuestionLogs"])
def test_a_key_sent_eight_times_makes_the_rows_once(name, turn, owner, devices):
    question = QuestionFactory(owner=owner)
    items = {
        "createQuestions": [{"title": "New", "tags": [{"name": "dp"}]}, {"title": "New"}],
        "createQuestionLogs": [an_attempt(question, days) for days in (3, 2)],
    }[name]

    answers = at_once(*[devices.calling(name, items=items, idempotencyKey="once")] * 8)

    assert codes_of(answers) == [[]] * 8
    assert [answer.only for answer in answers] == [answers[0].only] * 8
    made = (
        Question.objects.exclude(pk=question.pk)
        if name == "createQuestions"
        else QuestionLog.objects
    )
    assert made.count() == 2
    assert stored(question) == expected(question)


def test_bulk_and_single_changes_of_attempts_are_all_kept(turn, owner, devices):
    logs = [QuestionLogFactory(question__owner=owner) for _ in range(6)]
    ids = [node_id(log) for log in logs]

    answers = at_once(
        devices.calling("updateQuestionLogs", items=[{"id": each, "notes": "n"} for each in ids]),
        devices.calling(
            "updateQuestionLogs", items=[{"id": each, "approach": "a"} for each in reversed(ids)]
        ),
        *[devices.calling("updateQuestionLog", id=each, outcome="FAILED") for each in ids[1:4]],
        devices.calling("deleteQuestionLogs", items=[{"id": ids[5]}], errorPolicy="SKIP_FAILED"),
    )

    assert all(set(codes) <= {"not_found"} for codes in codes_of(answers))
    assert codes_of(answers[2:]) == [[]] * 4
    for log in logs:
        assert stored(log.question) == expected(log.question)
    changed = QuestionLog.objects.filter(pk__in=[log.pk for log in logs[1:4]])
    assert set(changed.values_list("outcome", flat=True)) == {"FAILED"}


def test_bulk_and_single_writes_of_questions(turn, owner, devices):
    questions = QuestionFactory.create_batch(4, owner=owner)
    ids = [node_id(question) for question in questions]

    answers = at_once(
        devices.calling("deleteQuestions", items=[{"id": each} for each in reversed(ids[2:])]),
        devices.calling("createQuestionLog", **an_attempt(questions[3], 1)),
        devices.calling(
            "updateQuestions",
            items=[{"id": each, "tags": [{"name": "b"}, {"name": "a"}]} for each in ids],
            errorPolicy="SKIP_FAILED",
        ),
        devices.calling("updateQuestion", id=ids[0], notes="mine"),
        devices.calling(
            "updateQuestions", items=[{"id": each, "content": "c"} for each in reversed(ids[:2])]
        ),
    )

    refused = codes_of(answers)
    assert (refused[0], refused[3], refused[4]) == ([], [], [])
    assert all(set(codes) <= {"not_found"} for codes in refused)
    first = Question.objects.get(pk=questions[0].pk)
    assert (first.notes, first.content, first.version) == ("mine", "c", 4)
    assert sorted(first.tags.values_list("name", flat=True)) == ["a", "b"]
    for question in questions:
        assert stored(question) == expected(question)


def test_questions_are_made_in_opposite_orders(turn, owner, devices):
    items = [{"title": f"{number}", "tags": [{"name": f"{number}"}]} for number in range(40)]

    answers = at_once(
        devices.calling("createQuestions", items=items),
        devices.calling("createQuestions", items=items[::-1]),
    )

    assert codes_of(answers) == [[], []]
    assert (Question.objects.count(), Tag.objects.count()) == (80, 40)


def test_a_sitting_goes_on_once(turn, owner, devices):
    questions = QuestionFactory.create_batch(3, owner=owner)
    named = [node_id(question) for question in questions]
    codes_of([devices.calling("startPracticeSession", questions=named)()])
    session = PracticeSession.objects.get()
    answer = {"position": 0, "outcome": "SOLVED"}

    answers = at_once(
        *[devices.calling("nextPracticeQuestion", id=node_id(session), answer=answer)] * 2,
        devices.calling("createQuestionLog", **an_attempt(questions[0], 3)),
        devices.calling("deleteQuestions", items=[{"id": each} for each in named[1:]]),
    )

    first, second, *others = codes_of(answers)
    assert sorted([first, second])[0] == []
    assert sorted([first, second])[1] in (["not_current"], ["session_closed"])
    assert others == [[], []]
    assert QuestionLog.objects.count() == 2
    for question in questions:
        assert stored(question) == expected(question)


@pytest.mark.parametrize("what", ["Question", "QuestionLog", "Tag"])
def test_what_is_restored_and_purged_is_one_of_both(what, turn, owner, devices):
    log = QuestionLogFactory(question__owner=owner)
    link = QuestionTagFactory(question=log.question)
    row = {"Question": log.question, "QuestionLog": log, "Tag": link.tag}[what]
    codes_of([devices.calling(f"delete{what}", id=node_id(row))()])

    answers = at_once(
        devices.calling(f"restore{what}", id=node_id(row)),
        devices.calling(f"purge{what}", id=node_id(row)),
        devices.calling("createQuestionLog", **an_attempt(log.question, 2)),
    )

    restored, purged, logged = codes_of(answers)
    assert sorted([restored, purged]) == [[], ["not_found"]]
    assert logged in ([], ["not_found"])
    assert type(row).objects.filter(pk=row.pk, deleted_at=None).exists() is (restored == [])
    connection.check_constraints()
    for question in Question.objects.all():
        assert stored(question) == expected(question)


def test_tags_are_merged_while_questions_get_others(turn, owner, devices):
    target, source, other = (
        TagFactory(owner=owner, kind=TagKind.COMPANY, name=name) for name in ("a", "b", "c")
    )
    questions = QuestionFactory.create_batch(6, owner=owner)
    for question in questions:
        QuestionTagFactory(question=question, tag=source, frequency=1)
    ids = [node_id(question) for question in questions]
    tags = [{"id": node_id(source)}, {"id": node_id(other)}]

    answers = at_once(
        devices.calling("mergeTags", sources=[node_id(source)], target=node_id(target)),
        devices.calling(
            "updateQuestions", items=[{"id": each, "tags": tags} for each in ids[::-1]]
        ),
        *[devices.calling("updateQuestion", id=each, tags=tags[1:]) for each in ids[:2]],
        devices.calling("updateTag", id=node_id(other), kind="CUSTOM"),
        devices.calling(
            "updateQuestions", items=[{"id": each, "tags": tags[1:]} for each in ids[3:]]
        ),
    )

    merged, together, *others = codes_of(answers)
    assert set(merged) <= {"merge_disturbed"}
    assert set(together) <= {"not_found"}
    assert others == [[]] * 4
    # Nothing is left on a tag that was merged away.
    trashed = Tag.objects.filter(deleted_at__isnull=False)
    assert not Question.objects.filter(tags__in=trashed).exists()
