"""An export of ours is imported like any other file: looked at first, once, and taken back."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError

from domain.jobs import running
from domain.jobs.work import Stopped
from domain.lists.models import StudyList
from domain.practice.models import QuestionLog
from domain.practice.services.logs import create_question_log
from domain.questions.models import Question
from domain.transfer import importing
from domain.transfer.asking import Asked
from domain.transfer.faults import RowsRefused
from domain.transfer.models import ImportedChange
from domain.transfer.reports import Counts
from domain.transfer.services import imports
from domain.transfer.steps import Untold
from tests.domain.practice.replay import expected, stored
from tests.factories import (
    GoalFactory,
    PracticeSessionFactory,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    ReviewBaselineFactory,
    StudyListFactory,
    StudyListItemFactory,
)
from tests.schema.tables import nothing_changes


@pytest.fixture
def archive(stranger, exported, now):
    """The export of an account with some of everything."""
    question = QuestionFactory(owner=stranger, title="Two Sum", version=3)
    QuestionTagFactory(question=question, tag__name="Array")
    QuestionLogFactory(question=question, version=2, platform="LEETCODE", external_id="7")
    QuestionLogFactory(question=question, attempted_at=now - timedelta(days=9))
    ReviewBaselineFactory(question=QuestionFactory(owner=stranger, title="LRU Cache"))
    study_list = StudyListFactory(owner=stranger, name="Mine", version=5)
    StudyListItemFactory(study_list=study_list, question=question, position=0)
    GoalFactory(owner=stranger, name="Interview")
    PracticeSessionFactory(owner=stranger, finished_at=now)
    stranger.settings.new_per_day = 9
    stranger.settings.save()
    return exported(stranger)


def test_everything_comes_in_and_is_the_same(archive, imported, exported):
    report = imported(archive)

    assert exported() == archive
    assert (report.format, report.questions) == ("DRILLBOOK", Counts(created=2))
    assert (report.logs, report.tags) == (Counts(created=2), Counts(created=1))
    assert (report.study_lists, report.goals) == (Counts(created=1), Counts(created=1))
    assert (report.sessions, report.settings) == (Counts(created=1), Counts(updated=1))


def test_twice_is_once(archive, imported):
    imported(archive)

    with nothing_changes():
        report = imported(archive)

    assert (report.created, report.updated, report.batch) == (0, 0, None)


def test_a_preview_tells_and_stores_nothing(archive, previewed):
    with nothing_changes():
        report = previewed(archive)

    assert report.questions == Counts(created=2)
    assert {row.outcome for row in report.rows} <= {"CREATED", "UPDATED", "UNCHANGED"}
    assert "Two Sum" in [row.title for row in report.rows]


def test_its_job_tells_how_far_it_is(archive, user, now):
    batch = imports.start_import(owner=user, content=archive, at=now)

    running.run_job(batch.job_id)

    # Two questions, two attempts, a tag, a list, a goal, a session: read, and then stored.
    batch.job.refresh_from_db()
    assert batch.job.progress_done == batch.job.progress_total == 2 * 8


class Stopping(Untold):
    """Stops what it is told of when so many steps are done."""

    def __init__(self, left):
        self.left = left

    def advance(self, steps=1):
        self.left -= steps
        if self.left < 0:
            raise Stopped


@pytest.mark.parametrize("steps", [0, 4, 8, 12])
def test_it_can_be_stopped_while_it_is_read_and_while_it_is_stored(steps, archive, user, now):
    asked = Asked(owner=user, content=archive, at=now)

    with nothing_changes(), pytest.raises(Stopped):
        importing.import_asked(asked, Stopping(steps))


def test_it_can_be_stopped_when_it_is_tried_again(archive, user, now, monkeypatch):
    restore, tries = importing.restore_document, []

    def disturbed_once(*args, **how):
        tries.append(1)
        if len(tries) == 1:
            raise IntegrityError
        return restore(*args, **how)

    class StoppedMeanwhile(Untold):
        def advance(self, steps=1):
            assert steps == 0
            raise Stopped

    monkeypatch.setattr(importing, "restore_document", disturbed_once)
    asked = Asked(owner=user, content=archive, at=now)

    with nothing_changes(), pytest.raises(Stopped):
        importing.import_asked(asked, StoppedMeanwhile())


def test_it_is_taken_back(archive, imported, reverted, exported, user):
    QuestionLogFactory(question=QuestionFactory(owner=user, title="My own"))
    before = exported()
    report = imported(archive)

    told = reverted(report)

    assert exported() == before
    assert told["kept"] == {}
    assert not ImportedChange.objects.exists()
    assert imported(archive).created == report.created


def test_what_the_person_built_upon_is_kept(archive, imported, reverted, user, now):
    report = imported(archive)
    question = Question.objects.get(owner=user, title="Two Sum")
    create_question_log(question=question, actor=user, at=now, outcome="SOLVED")
    StudyList.objects.filter(owner=user).update(version=6)

    told = reverted(report)

    assert told["kept"] == {"questions": 1, "study_lists": 1, "tags": 1}
    assert Question.objects.get(owner=user).title == "Two Sum"
    assert QuestionLog.objects.filter(owner=user).count() == 1
    question.refresh_from_db()
    assert stored(question) == expected(question)


def broken(archive):
    """The same with a broken question that a list and two attempts hang on."""
    document = json.loads(archive)
    for record in document["questions"]:
        if record["title"] == "Two Sum":
            record["title"] = ""
    return json.dumps(document)


def test_a_broken_object_refuses_the_file(archive, imported, previewed):
    with nothing_changes(), pytest.raises(RowsRefused) as refusal:
        imported(broken(archive))

    assert refusal.value.problems[0].position.startswith("questions[")
    preview = previewed(broken(archive))
    assert (preview.is_refused, preview.questions) == (True, Counts(created=1))
    assert {row.outcome for row in preview.rows} >= {"CREATED", "FAILED"}


def test_a_broken_object_can_be_left_out(archive, imported, user):
    report = imported(broken(archive), policy="SKIP_FAILED")

    assert report.questions == Counts(created=1)
    assert report.failed >= 1
    assert not QuestionLog.objects.filter(owner=user).exists()
