"""What the person has stays as it is, and what the file brings is put beside it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.accounts.models import UserSettings
from domain.archive.declaring import EntityName
from domain.archive.documents import lines
from domain.archive.restored import Told
from domain.base.bulk import BulkRowStatus
from domain.base.findings import Finding
from domain.base.models import new_uid
from domain.goals.models import Goal
from domain.lists.models import StudyList
from domain.practice.models import PracticeSession, QuestionLog, ReviewState
from domain.practice.rebuilding import rebuild
from domain.practice.services.logs import delete_question_log
from domain.questions.models import Question, QuestionTag, Tag, TagKind
from domain.questions.platforms import Platform
from domain.questions.services.questions import update_question
from tests.domain.archive.restoring import export, exported, furnish, restored
from tests.factories import (
    NOW,
    PracticeSessionFactory,
    QuestionFactory,
    QuestionLogFactory,
    StudyListFactory,
    TagFactory,
    UserFactory,
)
from tests.schema.tables import dump, nothing_changes


@pytest.fixture
def document(user: Any) -> Any:
    """Everything that ``user`` has, a little of each kind."""
    furnish(user)
    return exported(user)


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def test_counts_what_it_made_and_names_every_row(document, stranger):
    before = dump()

    report = restored(document, stranger)

    after = dump()
    made = {
        table: sorted({row["id"] for row in rows} - {row["id"] for row in before[table]})
        for table, rows in after.items()
        if "id" in (rows or [{}])[0]
    }
    made.pop("audit.AuditEvent")
    told = {table: sorted(pks) for table, pks in report.created.items() if pks}
    assert told == {table: pks for table, pks in made.items() if pks and "sync" not in table}
    counted = {name: tally.created for name, tally in report.counts.items()}
    assert counted == {
        "SETTINGS": 0, "TAG": 2, "QUESTION": 3, "LOG": 2, "STUDY_LIST": 1, "GOAL": 1, "SESSION": 2,
    }  # fmt: skip
    assert report.counts[EntityName.SETTINGS].updated == 1
    (change,) = report.updated
    assert (change.table, change.row_id) == ("accounts.UserSettings", stranger.settings.pk)
    assert change.before == {"timezone": "UTC", "desired_retention": 0.9}
    assert change.after == {"timezone": "Europe/Berlin", "desired_retention": 0.85}


def test_derives_what_follows_from_attempts(document, stranger):
    restored(document, stranger)

    assert [batch.differing for batch in rebuild(stranger, correct=False)] == [[]]
    solved = Question.objects.get(owner=stranger, slug="two-sum")
    assert (solved.log_count, solved.review.is_suspended) == (1, True)
    assert solved.search_words == "two sum"
    assert Question.objects.owned_by(stranger).matching("initech", owner=stranger).get() == solved
    assert Tag.objects.get(owner=stranger, name="dp").name_key == "dp"


def test_a_file_of_lines_may_be_in_any_order(user, stranger, document):
    texts = list(lines(user.pk))
    backwards = tuple(json.loads(text) for text in reversed(texts))

    report = restored(backwards, stranger)

    assert (report.problems, report.notes) == ([], [])
    assert list(lines(stranger.pk)) == texts


def test_tells_what_becomes_of_each_record(document, stranger):
    told: list[Told] = []
    document["tags"][0]["kind"] = "NONE"

    restored(document, stranger, skip_failed=True, tell=told.append)

    outcomes = [(each.position, each.outcome) for each in told]
    assert outcomes[:3] == [
        ("settings", BulkRowStatus.UPDATED),
        ("tags[0]", BulkRowStatus.FAILED),
        ("tags[1]", BulkRowStatus.CREATED),
    ]
    assert len(outcomes) == 12
    assert {each.title for each in told if each.entity is EntityName.STUDY_LIST} == {"Warm-up"}


def test_notes_the_import_on_new_attempts(document, user, stranger):
    batch = user.pk and QuestionLog.objects.first().uid

    restored(document, stranger, import_batch=batch)

    logs = QuestionLog.objects.owned_by(stranger)
    assert set(logs.values_list("import_batch", flat=True)) == {batch}


class TestWhatThePersonHas:
    """Rows that the file is about as well."""

    def test_stays_as_it_was_changed_since(self, document, user):
        question = Question.objects.get(owner=user, slug="two-sum")
        update_question(question=question, actor=user, at=NOW, title="Mine")

        with nothing_changes():
            report = restored(document, user)

        index = [each["id"] for each in document["questions"]].index(str(question.uid))
        assert [(note.code, note.position) for note in report.notes] == [
            ("kept", f"questions[{index}]")
        ]
        assert report.counts[EntityName.QUESTION].unchanged == 3

    def test_in_the_trash_stays_there(self, document, user):
        log = QuestionLog.objects.live().get(owner=user)
        delete_question_log(log=log, actor=user, at=NOW)

        with nothing_changes():
            restored(document, user)

    def test_is_found_by_what_is_unique(self, document, stranger):
        question = QuestionFactory(
            owner=stranger, title="2Sum", platform=Platform.LEETCODE, external_id="two-sum"
        )
        tag = TagFactory(owner=stranger, name="DP", kind=TagKind.TOPIC)
        study_list = StudyListFactory(owner=stranger, name="WARM-UP")
        log = QuestionLogFactory(
            question=question, platform=Platform.LEETCODE, external_id="868506086"
        )

        report = restored(document, stranger)

        assert report.problems == []
        assert codes(report.notes).count("matched") == 4
        assert Question.objects.owned_by(stranger).get(external_id="two-sum") == question
        assert QuestionLog.objects.owned_by(stranger).live().get() == log
        assert not QuestionTag.objects.filter(question=question).exists()
        assert not study_list.items.exists()
        goal = Goal.objects.get(owner=stranger)
        assert (goal.lists.get(), goal.tags.get()) == (study_list, tag)
        items = PracticeSession.objects.get(owner=stranger, time_box_minutes=45).items
        assert items.get(position=0).log == log
        with nothing_changes():
            again = restored(document, stranger)
        assert not any(again.created.values())

    def test_gets_the_attempts_that_it_lacks(self, document, stranger):
        question = QuestionFactory(
            owner=stranger, platform=Platform.LEETCODE, external_id="two-sum"
        )
        old = QuestionLogFactory(question=question, attempted_at=NOW - timedelta(days=30))

        restored(document, stranger)

        question.refresh_from_db()
        assert (question.log_count, question.review.reps) == (2, 2)
        assert QuestionLog.objects.live().filter(question=question).first() == old
        assert [batch.differing for batch in rebuild(stranger, correct=False)] == [[]]

    def test_keeps_settings_that_were_chosen(self, document, stranger):
        UserSettings.objects.filter(user=stranger).update(timezone="Asia/Tokyo")

        report = restored(document, stranger)

        own = UserSettings.objects.get(user=stranger)
        assert (own.timezone, own.desired_retention) == ("Asia/Tokyo", 0.85)
        assert ("kept", "settings.timezone") in [(it.code, it.position) for it in report.notes]

    def test_is_rescheduled_by_settings_that_come_along(self, document, stranger):
        own = QuestionLogFactory(question__owner=stranger).question
        due_at = own.due_at

        restored(document, stranger)

        own.refresh_from_db()
        assert own.due_at != due_at
        assert [batch.differing for batch in rebuild(stranger, correct=False)] == [[]]

    def test_keeps_its_slug(self, document, stranger):
        own = QuestionFactory(owner=stranger, slug="two-sum")

        report = restored(document, stranger)

        slugs = set(Question.objects.owned_by(stranger).live().values_list("slug", flat=True))
        assert {"two-sum", "two-sum-2"} <= slugs
        own.refresh_from_db()
        assert own.slug == "two-sum"
        assert codes(report.notes) == ["slug_taken"]

    def test_of_a_stranger_is_never_found(self, document, user, stranger):
        """All that the file names is the user's; the stranger gets objects of their own."""
        theirs = export(user)
        for key in ("tags", "questions", "studyLists", "goals", "sessions"):
            document[key] = []
        with nothing_changes():
            report = restored(document, stranger)

        assert codes(report.problems) == ["unknown_id"] * 2
        assert export(user) == theirs

    def test_is_not_named_to_a_stranger_by_another_answer(self, document, user, stranger):
        """An id of somebody else is as unknown as one of nobody."""
        tag = Tag.objects.filter(owner=user).first()
        answers = []
        for uid in (str(tag.uid), "0190f3a4-7b3c-7000-8000-000000000000"):
            alone = {**document, "tags": [], "logs": [], "goals": [], "sessions": []}
            alone["studyLists"], alone["settings"] = [], None
            alone["questions"] = [document["questions"][0] | {"tags": []}]
            link = {"tag": uid, "frequency": None, "window": None}
            alone["questions"][0] |= {"tags": [link]}
            answers.append(restored(alone, stranger).problems)

        assert answers[0] == answers[1]
        assert codes(answers[0]) == ["unknown_id"]


class TestOneOpenSession:
    """A person has one at most."""

    def test_of_the_person_stays_the_only_one(self, document, stranger):
        PracticeSessionFactory(owner=stranger)

        with nothing_changes():
            report = restored(document, stranger)

        assert codes(report.problems) == ["session_open"]
        assert "Finish it" in report.problems[0].text

    def test_of_the_person_gives_way_if_nobody_went_on_with_it(self, document, stranger):
        own = PracticeSessionFactory(owner=stranger, started_at=NOW - timedelta(days=2))

        report = restored(document, stranger)

        assert (report.problems, report.notes) == ([], [])
        own.refresh_from_db()
        assert (own.finished_at, own.is_abandoned) == (own.started_at, True)

    def test_of_the_file_is_closed_if_nobody_went_on_with_it(self, document, stranger):
        PracticeSessionFactory(owner=stranger)
        (session,) = [each for each in document["sessions"] if each["finishedAt"] is None]
        session |= {"startedAt": "2026-03-01T09:00:00Z", "closesAt": "2026-03-01T13:00:00Z"}

        report = restored(document, stranger)

        assert codes(report.notes) == ["session_closed"]
        closed = PracticeSession.objects.get(owner=stranger, uid=session["id"])
        assert (closed.finished_at, closed.is_abandoned) == (closed.started_at, True)


def test_two_questions_that_are_one_by_now_get_an_attempt_once(document, stranger):
    """Deleted and imported anew, then restored here: both have the same submission."""
    (live,) = [each for each in document["questions"] if each["title"] == "Two Sum"]
    (log,) = [each for each in document["logs"] if each["externalId"]]
    old, copy = str(new_uid()), str(new_uid())
    trashed = {"id": old, "slug": "old", "deletedAt": "2026-03-01T00:00:00Z", "review": None}
    document["questions"].append(live | trashed)
    document["logs"].append(log | {"id": copy, "question": old})
    own = QuestionFactory(
        owner=stranger, uid=old, platform=Platform.LEETCODE, external_id="two-sum"
    )

    report = restored(document, stranger)

    assert report.problems == []
    assert "stands_twice" in codes(report.notes)
    assert QuestionLog.objects.live().filter(question=own).count() == 1
    with nothing_changes():
        restored(document, stranger)


def test_company_of_another_kind_by_now_is_left_out(document, user):
    for model in (Goal, QuestionTag, Question):
        model.objects.filter(owner=user).delete()
    Tag.objects.filter(owner=user, name="Initech").update(kind=TagKind.CUSTOM)

    report = restored(document, user)

    assert report.problems == []
    assert codes(report.notes).count("not_a_company") == 2
    assert Goal.objects.get(owner=user).company is None
    assert not QuestionTag.objects.filter(owner=user, frequency__isnull=False).exists()


def test_takes_as_many_statements_for_many_objects_as_for_few(document):
    def statements(number: int) -> int:
        some = {**document, "settings": None, "sessions": [], "goals": [], "studyLists": []}
        (log,) = [each for each in document["logs"] if each["deletedAt"] is None]
        uid = log["id"][:-4]
        some["logs"] = [
            log | {"id": f"{uid}{1000 + each}", "externalId": f"{each}"} for each in range(number)
        ]
        with CaptureQueriesContext(connection) as captured:
            assert restored(some, UserFactory()).problems == []
        return len(captured)

    assert statements(2) == statements(400)


def test_a_state_is_made_for_what_is_only_put_off(document, stranger):
    (waiting,) = [each for each in document["questions"] if each["title"] == "Known Elsewhere"]
    waiting |= {"baseline": None, "review": {"isSuspended": False,
                "postponedUntil": "2026-04-01T00:00:00Z"}}  # fmt: skip

    report = restored(document, stranger)

    state = ReviewState.objects.get(owner=stranger, question__title="Known Elsewhere")
    assert state.pk in report.created["practice.ReviewState"]
    assert (state.state, state.postponed_until.month) == (0, 4)


def test_unknown_keys_are_noted_once(document, stranger):
    for question in document["questions"]:
        question["mood"] = "good"
    document["friends"] = []

    report = restored(document, stranger)

    assert [(note.code, note.position) for note in report.notes] == [
        ("unknown_key", "friends"),
        ("unknown_key", "questions[0].mood"),
    ]
    assert StudyList.objects.owned_by(stranger).count() == 1
