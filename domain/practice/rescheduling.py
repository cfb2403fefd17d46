"""Brings what a person practises in line with their settings: at once, or in the background."""

from collections.abc import Collection
from itertools import batched

from domain.accounts.models import User, UserSettings
from domain.jobs.models import Job, JobKind
from domain.jobs.work import Run
from domain.practice.settling import BATCH, lock, settle
from domain.questions.models import Question


def rescheduling_of(owner: User) -> Job | None:
    """The job that waits or runs to reschedule what a person practises, if there is one."""
    return Job.objects.owned_by(owner).active().filter(kind=JobKind.RESCHEDULE).first()


def run_rescheduling(run: Run) -> None:
    """Reschedule by the settings that the person has when all is stored.

    Whoever changes those holds them, and so does this. So a change comes before, and is followed,
    or after, and finds that this job is done. Questions that are created meanwhile see the settings
    as they are, since those were stored before the job began.
    """
    with run.finishing():
        settings = UserSettings.objects.select_for_update().get(user=run.job.owner_id)
        ids = question_ids(run.job.owner_id)
        run.expect(len(ids))
        for batch in batched(sorted(ids), BATCH):
            reschedule(batch, settings)
            run.advance(len(batch))


def question_ids(owner_id: int) -> set[int]:
    """All questions of a person, those in the trash too."""
    return set(Question.objects.owned_by(owner_id).values_list("pk", flat=True))


def reschedule(ids: Collection[int], settings: UserSettings) -> None:
    """Settle those of some questions that were attempted, within the caller's transaction.

    Args:
        settings: of the person whose questions they are.
    """
    # All of them: one that is being attempted for the first time looks untouched until then.
    lock(ids)
    attempted = Question.objects.filter(pk__in=ids).exclude(log_count=0).order_by("pk")
    settle(attempted.values_list("pk", flat=True), settings=settings)
