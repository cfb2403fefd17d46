"""Brings what a person practises in line with their settings: at once, or in the background."""

from collections.abc import Collection
from datetime import datetime
from itertools import batched

from django.db.models import F

from domain.accounts.models import User, UserSettings
from domain.jobs.models import Job, JobKind, JobStatus
from domain.jobs.work import Run
from domain.practice.settling import BATCH, Replays, lock, settle
from domain.questions.models import Question


def rescheduling_of(owner: User) -> Job | None:
    """The job that is still to reschedule what a person practises: one that waits or runs, or else
    the last that failed; None if schedule and settings agree.
    """
    jobs = Job.objects.owned_by(owner).filter(kind=JobKind.RESCHEDULE)
    unfinished = jobs.active() | jobs.owed()
    return unfinished.order_by(F("finished_at").desc(nulls_first=True), "-pk").first()


def is_owed(owner: User) -> bool:
    """Whether rescheduling failed, and was not made up for since."""
    return Job.objects.owned_by(owner).owed().exists()


def make_up(owner_id: int, *, at: datetime) -> None:
    """Note that what failed before is stored now, in the transaction that stored it."""
    done = {"status": JobStatus.SUCCEEDED, "finished_at": at, "error_code": "", "error_message": ""}
    Job.objects.owned_by(owner_id).owed().update(**done)


def run_rescheduling(run: Run) -> None:
    """Reschedule by the settings that the person has when all is stored.

    Whoever changes those holds them, and so does this. So a change comes before, and is followed,
    or after, and finds that this job is done. Questions that are created meanwhile see the settings
    as they are, since those were stored before the job began.
    """
    replays = _replayed(run)
    with run.finishing():
        settings = UserSettings.objects.select_for_update().get(user=run.job.owner_id)
        if not replays.are_by(settings):
            # They were changed meanwhile.
            replays = Replays(settings)
        ids = question_ids(run.job.owner_id)
        run.expect(len(ids))
        for batch in batched(sorted(ids), BATCH):
            reschedule(batch, settings, replays=replays)
            run.advance(len(batch))
        make_up(run.job.owner_id, at=run.at)


def _replayed(run: Run) -> Replays:
    """All replays, before anything is held that the person may be waiting for."""
    replays = Replays(UserSettings.objects.get(user=run.job.owner_id))
    ids = question_ids(run.job.owner_id)
    run.expect(len(ids))
    for batch in batched(sorted(ids), BATCH):
        replays.of(_attempted(batch))
        # Nothing is stored yet: this only asks whether to go on.
        run.advance(0)
    return replays


def question_ids(owner_id: int) -> set[int]:
    """All questions of a person, those in the trash too."""
    return set(Question.objects.owned_by(owner_id).values_list("pk", flat=True))


def reschedule(
    ids: Collection[int], settings: UserSettings, *, replays: Replays | None = None
) -> None:
    """Settle those of some questions that were attempted, within the caller's transaction.

    Args:
        settings: of the person whose questions they are.
        replays: by these settings, if some were made before.
    """
    # All of them: one that is being attempted for the first time looks untouched until then.
    lock(ids)
    settle(_attempted(ids), settings=settings, replays=replays)


def _attempted(ids: Collection[int]) -> list[int]:
    attempted = Question.objects.filter(pk__in=ids).exclude(log_count=0).order_by("pk")
    return list(attempted.values_list("pk", flat=True))
