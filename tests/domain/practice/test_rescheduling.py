"""New settings of somebody with many questions: a job plans their reviews anew."""

from datetime import timedelta
from threading import Event, get_ident
from time import sleep

import pytest
from django.db import connection, transaction

from domain.accounts.models import User, UserSettings
from domain.base import tasks
from domain.jobs import services as jobs
from domain.jobs.models import Job, JobKind
from domain.jobs.running import run_job
from domain.practice import rescheduling, settling
from domain.practice.rebuilding import rebuild
from domain.practice.rescheduling import rescheduling_of
from domain.practice.services import settings as service
from domain.practice.services.baselines import set_review_baseline
from domain.practice.services.logs import (
    create_question_log,
    delete_question_log,
    update_question_log,
)
from domain.practice.services.settings import update_settings
from tests.domain.parallel import at_once
from tests.domain.practice.replay import expected, stored
from tests.domain.refusals import refused
from tests.factories import NOW, JobFactory, QuestionFactory, QuestionLogFactory, UserFactory

DAY = timedelta(days=1)


@pytest.fixture
def questions(user, monkeypatch):
    """One more attempted question than is rescheduled within a request."""
    monkeypatch.setattr(service, "MOST_AT_ONCE", 2)
    return [attempted(user) for _ in range(3)]


def attempted(owner):
    question = QuestionFactory(owner=owner)
    for days in (40, 20, 3):
        QuestionLogFactory(question=question, attempted_at=NOW - days * DAY)
    return question


def differing(owner):
    """What ``rebuild_reviews --check`` would find."""
    return [pk for batch in rebuild(owner, correct=False) for pk in batch.differing]


def change(user, **changes):
    """Change the settings as another request would, which has read them itself."""
    return update_settings(user=User.objects.get(pk=user.pk), at=NOW, **changes)


def test_few_are_rescheduled_at_once(questions, user):
    questions.pop().delete()

    change(user, maximum_interval_days=1)

    assert not Job.objects.exists()
    assert [stored(one) for one in questions] == [expected(one) for one in questions]


def test_many_wait_for_a_job_and_are_due_as_before_until_then(questions, user):
    before = [stored(one) for one in questions]

    settings = change(user, maximum_interval_days=1)

    job = Job.objects.get()
    assert (job.kind, job.status, rescheduling_of(user)) == ("RESCHEDULE", "PENDING", job)
    assert settings.maximum_interval_days == 1
    assert [stored(one) for one in questions] == before


def test_the_job_leaves_what_a_replay_gives(questions, user, stranger):
    theirs = attempted(stranger)
    trashed = QuestionLogFactory(question__owner=user, question__deleted_at=NOW).question
    fresh, before = QuestionFactory(owner=user), stored(theirs)
    change(user, maximum_interval_days=1)

    run_job(Job.objects.get().pk)

    job = Job.objects.get()
    assert (job.status, job.progress_done, job.progress_total) == ("SUCCEEDED", 5, 5)
    assert rescheduling_of(user) is None
    for question in (*questions, trashed):
        assert stored(question)["due_at"] <= NOW
        assert stored(question) == expected(question)
    assert (stored(fresh)["due_at"], stored(theirs)) == (None, before)
    assert differing(user) == []


def test_nothing_else_takes_a_job(questions, user):
    change(user, timezone="Asia/Tokyo", day_start_hour=0, new_per_day=1)

    assert not Job.objects.exists()


def test_work_in_the_background_reschedules_at_once(questions, user):
    change(user, maximum_interval_days=1, at_once=True)

    assert not Job.objects.exists()
    assert differing(user) == []


def test_of_two_changes_one_job_follows_the_last(questions, user):
    change(user, maximum_interval_days=1)
    change(user, maximum_interval_days=2, desired_retention=0.8)

    run_job(Job.objects.get().pk)

    assert Job.objects.get().status == "SUCCEEDED"
    assert {stored(one)["due_at"] for one in questions} == {NOW - DAY}
    assert differing(user) == []


def test_a_change_after_the_job_takes_another_one(questions, user):
    change(user, maximum_interval_days=1)
    run_job(Job.objects.get().pk)

    change(user, maximum_interval_days=2)

    assert Job.objects.filter(status="PENDING").count() == 1
    run_job(rescheduling_of(user).pk)
    assert differing(user) == []


def test_what_is_attempted_while_the_job_waits_counts(questions, user):
    first, second, third = questions
    by_me = {"actor": user, "at": NOW}
    change(user, maximum_interval_days=1)
    create_question_log(question=first, outcome="FAILED", **by_me)
    update_question_log(log=second.logs.latest("attempted_at"), outcome="FAILED", **by_me)
    delete_question_log(log=third.logs.latest("attempted_at"), **by_me)
    create_question_log(question=QuestionFactory(owner=user), outcome="SOLVED", **by_me)

    run_job(Job.objects.get().pk)

    assert Job.objects.get().status == "SUCCEEDED"
    assert [stored(one) for one in questions] == [expected(one) for one in questions]
    assert differing(user) == []


def test_goes_on_in_batches_of_questions(questions, user, monkeypatch):
    monkeypatch.setattr(rescheduling, "BATCH", 2)
    change(user, maximum_interval_days=1)

    run_job(Job.objects.get().pk)

    assert Job.objects.get().progress_total == 3
    assert differing(user) == []


def test_the_job_cannot_be_cancelled(questions, user):
    change(user, maximum_interval_days=1)

    with refused("must_be_done"):
        jobs.cancel_job(job=Job.objects.get(), actor=user, at=NOW)

    assert Job.objects.get().status == "PENDING"


def test_nothing_is_changed_while_too_many_jobs_are_under_way(questions, user):
    JobFactory.create_batch(5, owner=user, kind=JobKind.EXPORT, status="PENDING")

    with refused("too_many_jobs"):
        change(user, maximum_interval_days=1)

    assert UserSettings.objects.get(user=user).maximum_interval_days == 365


def test_the_replays_are_made_before_anything_is_held(questions, user, monkeypatch):
    fail(user, monkeypatch, maximum_interval_days=1)
    derived = spied(monkeypatch, settling, "derive")

    # What is stored is what fails here: by then nothing is left to be derived.
    fail_again(user, monkeypatch)
    assert len(derived) == 3

    change(user, maximum_interval_days=1)
    run_job(Job.objects.get().pk)
    assert (Job.objects.get().status, len(derived)) == ("SUCCEEDED", 6)


def test_what_moves_after_its_replay_is_replayed_again(questions, user, monkeypatch):
    first, second, third = questions
    by_me = {"actor": user, "at": NOW}

    def meanwhile():
        create_question_log(question=first, outcome="FAILED", **by_me)
        delete_question_log(log=second.logs.latest("attempted_at"), **by_me)
        create_question_log(question=QuestionFactory(owner=user), outcome="SOLVED", **by_me)
        set_review_baseline(
            question=third, stability=9.0, difficulty=5.0, reviewed_at=NOW - 9 * DAY, **by_me
        )

    after_the_replays(monkeypatch, meanwhile)
    change(user, maximum_interval_days=1)

    run_job(Job.objects.get().pk)

    assert Job.objects.get().status == "SUCCEEDED"
    assert differing(user) == []


def test_settings_that_change_after_the_replays_are_followed(questions, user, monkeypatch):
    after_the_replays(monkeypatch, lambda: change(user, maximum_interval_days=2))
    change(user, maximum_interval_days=1)

    run_job(Job.objects.get().pk)

    assert Job.objects.get().status == "SUCCEEDED"
    assert {stored(one)["due_at"] for one in questions} == {NOW - DAY}
    assert differing(user) == []


def after_the_replays(monkeypatch, meanwhile):
    """Have something happen between the two halves of the job."""
    replayed = rescheduling._replayed

    def replayed_and_then(run):
        replays = replayed(run)
        meanwhile()
        return replays

    monkeypatch.setattr(rescheduling, "_replayed", replayed_and_then)


class TestAJobThatFailed:
    """The schedule is still owed: the API says so, and the same values once more bring it."""

    @pytest.fixture
    def failed(self, questions, user, monkeypatch):
        return fail(user, monkeypatch, maximum_interval_days=1)

    def test_is_named(self, failed, user, stranger):
        assert (failed.status, failed.error_code) == ("FAILED", "internal")
        assert rescheduling_of(user) == failed
        assert rescheduling_of(stranger) is None

    def test_one_that_waits_is_named_before_it(self, failed, user):
        waiting = JobFactory(owner=user, kind="RESCHEDULE", status="PENDING")
        JobFactory(owner=user, kind="RESCHEDULE", status="FAILED", finished_at=NOW + DAY)

        assert rescheduling_of(user) == waiting

    def test_of_two_the_last_is_named(self, failed, user):
        last = JobFactory(
            owner=user, kind="RESCHEDULE", status="FAILED", finished_at=failed.finished_at + DAY
        )

        assert rescheduling_of(user) == last

    @pytest.mark.parametrize("days", [1, 2])
    def test_is_retried_by_the_same_values_and_by_others(self, days, failed, questions, user):
        change(user, maximum_interval_days=days)

        job = Job.objects.get()
        assert (job, job.status, rescheduling_of(user)) == (failed, "PENDING", failed)
        run_job(job.pk)
        assert Job.objects.get().status == "SUCCEEDED"
        assert rescheduling_of(user) is None
        assert {stored(one)["due_at"] for one in questions} == {NOW - 3 * DAY + days * DAY}
        assert differing(user) == []

    def test_is_not_retried_by_settings_that_schedule_nothing(self, failed, user):
        change(user, timezone="Asia/Tokyo", new_per_day=1)

        assert Job.objects.get().status == "FAILED"

    def test_is_not_retried_for_others(self, failed, stranger):
        change(stranger, maximum_interval_days=365)

        assert Job.objects.get().status == "FAILED"

    def test_one_that_its_owner_retries_at_the_same_moment_is_left_to_that(
        self, failed, user, monkeypatch
    ):
        monkeypatch.setattr(service, "rescheduling_of", lambda _: failed)
        jobs.retry_job(job=failed, actor=user, at=NOW)

        change(user, maximum_interval_days=2)

        assert (Job.objects.get().status, Job.objects.get().attempts_left) == ("PENDING", 3)
        assert UserSettings.objects.get(user=user).maximum_interval_days == 2

    def test_is_not_retried_while_too_many_are_under_way(self, failed, user):
        JobFactory.create_batch(5, owner=user, kind=JobKind.EXPORT, status="PENDING")

        with refused("too_many_jobs"):
            change(user, maximum_interval_days=2)

        assert UserSettings.objects.get(user=user).maximum_interval_days == 1
        assert rescheduling_of(user) == failed

    def test_is_made_up_for_by_what_is_stored_at_once(self, failed, questions, user, stranger):
        theirs = JobFactory(owner=stranger, kind="RESCHEDULE", status="FAILED")
        questions.pop().delete()

        change(user, maximum_interval_days=1)

        failed.refresh_from_db()
        theirs.refresh_from_db()
        assert (failed.status, failed.error_code, failed.error_message) == ("SUCCEEDED", "", "")
        assert (failed.finished_at, theirs.status) == (NOW, "FAILED")
        assert rescheduling_of(user) is None
        assert differing(user) == []

    def test_is_made_up_for_by_another_job(self, failed, user):
        waiting = JobFactory(owner=user, kind="RESCHEDULE", status="PENDING")

        run_job(waiting.pk)

        assert set(Job.objects.values_list("status", flat=True)) == {"SUCCEEDED"}
        assert rescheduling_of(user) is None

    def test_is_kept_until_it_is_made_up_for(self, failed, user):
        assert jobs.purge_jobs(at=failed.finished_at + 400 * DAY) == 0

        change(user, maximum_interval_days=1, at_once=True)

        assert jobs.purge_jobs(at=failed.finished_at + 400 * DAY) == 1

    def test_a_change_that_it_was_to_follow_is_not_lost(self, questions, user, monkeypatch):
        change(user, maximum_interval_days=1)
        after_the_replays(monkeypatch, lambda: change(user, maximum_interval_days=2))
        break_storing(monkeypatch)
        run_job(Job.objects.get().pk)
        monkeypatch.undo()
        monkeypatch.setattr(service, "MOST_AT_ONCE", 2)
        failed = Job.objects.get()
        assert (failed.status, rescheduling_of(user)) == ("FAILED", failed)

        change(user, maximum_interval_days=2)

        run_job(failed.pk)
        assert {stored(one)["due_at"] for one in questions} == {NOW - DAY}
        assert differing(user) == []


def fail(user, monkeypatch, **changes):
    """The job that brings a change, after it failed."""
    change(user, **changes)
    return fail_again(user, monkeypatch)


def fail_again(user, monkeypatch):
    job = rescheduling_of(user)
    if not job.is_active:
        jobs.retry_job(job=job, actor=user, at=NOW)
    with monkeypatch.context() as broken:
        break_storing(broken)
        run_job(job.pk)
    job.refresh_from_db()
    return job


def break_storing(monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("broken")

    monkeypatch.setattr(rescheduling, "reschedule", broken)


def spied(monkeypatch, module, name):
    """The calls of a function from now on."""
    calls, called = [], getattr(module, name)

    def spy(*args, **how):
        calls.append(args)
        return called(*args, **how)

    monkeypatch.setattr(module, name, spy)
    return calls


@pytest.fixture
def unhanded(monkeypatch):
    """Jobs that nobody does unless the test does."""
    monkeypatch.setattr(service, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(tasks, "_hand_over", lambda *_: None)


@pytest.mark.django_db(transaction=True)
def test_whatever_happens_at_the_same_moment_a_replay_agrees(unhanded):
    user = UserFactory()
    questions = [attempted(user) for _ in range(6)]
    change(user, maximum_interval_days=300)
    job = Job.objects.get()
    by_me = {"actor": user, "at": NOW}

    outcomes = at_once(
        lambda: run_job(job.pk),
        lambda: change(user, desired_retention=0.8),
        lambda: change(user, maximum_interval_days=7),
        lambda: create_question_log(question=questions[0], outcome="FAILED", **by_me),
        lambda: create_question_log(question=questions[1], outcome="SOLVED", **by_me),
        lambda: delete_question_log(log=questions[2].logs.first(), **by_me),
        lambda: update_question_log(log=questions[3].logs.first(), outcome="FAILED", **by_me),
        lambda: create_question_log(
            question=QuestionFactory(owner=user), outcome="SOLVED", **by_me
        ),
    )
    for waiting in Job.objects.active():
        run_job(waiting.pk)

    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert not Job.objects.exclude(status="SUCCEEDED").exists()
    settings = UserSettings.objects.get(user=user)
    assert (settings.desired_retention, settings.maximum_interval_days) == (0.8, 7)
    assert [stored(one) for one in questions] == [expected(one) for one in questions]
    assert differing(user) == []


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_an_attempt_by_the_old_settings_that_is_stored_late_is_rescheduled(unhanded):
    user = UserFactory()
    questions = [attempted(user) for _ in range(3)]
    fresh, read, changed = QuestionFactory(owner=user), Event(), Event()

    def attempting():
        with transaction.atomic():
            create_question_log(question=fresh, actor=user, at=NOW, outcome="SOLVED")
            read.set()
            assert changed.wait(10)
            # Long enough for the job to come to the question that is held.
            sleep(0.3)

    def rescheduling_meanwhile():
        assert read.wait(10)
        change(user, maximum_interval_days=1)
        changed.set()
        run_job(Job.objects.get().pk)

    assert at_once(attempting, rescheduling_meanwhile) == [None, None]

    assert Job.objects.get().status == "SUCCEEDED"
    assert stored(fresh)["due_at"] == NOW + DAY
    assert [stored(one) for one in questions] == [expected(one) for one in questions]
    assert differing(user) == []


@pytest.mark.django_db(transaction=True)
def test_a_change_while_the_job_stores_takes_another_job(unhanded, monkeypatch):
    user = UserFactory()
    questions = [attempted(user) for _ in range(3)]
    change(user, maximum_interval_days=1)
    job, storing = Job.objects.get(), Event()
    reschedule = rescheduling.reschedule

    def slowly(*args, **how):
        storing.set()
        sleep(0.3)
        reschedule(*args, **how)

    monkeypatch.setattr(rescheduling, "reschedule", slowly)

    def changing():
        assert storing.wait(10)
        change(user, maximum_interval_days=2)

    assert at_once(lambda: run_job(job.pk), changing) == [None, None]

    job.refresh_from_db()
    assert job.status == "SUCCEEDED"
    run_job(rescheduling_of(user).pk)
    assert {stored(one)["due_at"] for one in questions} == {NOW - DAY}
    assert differing(user) == []


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_of_two_changes_the_later_one_has_what_is_created_meanwhile(monkeypatch):
    user = UserFactory()
    attempted(user)
    about_to_settle, changed = Event(), Event()
    settle_created, settle = service._reschedule_created, service._reschedule
    earlier = []

    def create_and_settle(owner, *, without):
        if not earlier:
            earlier.append(get_ident())
            attempted(owner)
        settle_created(owner, without=without)

    def settle_slowly(ids, settings):
        if earlier == [get_ident()]:
            about_to_settle.set()
            # The later change waits for the question that is held: it cannot be done by then.
            changed.wait(1)
        settle(ids, settings)

    monkeypatch.setattr(service, "_reschedule_created", create_and_settle)
    monkeypatch.setattr(service, "_reschedule", settle_slowly)

    def change_later():
        assert about_to_settle.wait(10)
        change(user, maximum_interval_days=300)
        changed.set()

    def change_before():
        change(user, maximum_interval_days=1)

    assert at_once(change_before, change_later) == [None, None]

    assert UserSettings.objects.get(user=user).maximum_interval_days == 300
    assert differing(user) == []
