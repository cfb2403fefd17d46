"""What the kinds of jobs do, as other concepts tell us, and the hand that they hold meanwhile.

A kind of job is made known once, in its app's ``ready``: ``register(JobKind.IMPORT, run_import)``.
Its work is a function of a ``Run``. It is done as a whole or not at all: everything it stores, it
stores within ``run.finishing()``, in one transaction with the job's own success. So a worker that
dies leaves nothing, another one begins anew, and of two that were given the same job one only can
finish it.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from domain.jobs.models import Job, JobKind


class Stopped(Exception):
    """The work is to end here: its owner cancelled it, or another worker has it."""


class Run(Protocol):
    """One attempt at a job.

    Attributes:
        job: as it was when the attempt began, with its owner.
        at: when the attempt began (UTC); what it stores is stamped with it.
    """

    job: Job
    at: datetime

    def expect(self, total: int) -> None:
        """Tell how many steps there are."""

    def advance(self, steps: int = 1) -> None:
        """Tell that so many more are done. Cheap: called for each row.

        Raises:
            Stopped: the work is to end; what it stored is undone.
        """

    def finishing(self) -> AbstractContextManager[None]:
        """The transaction in which the work stores what it is about, and with that succeeds.

        Raises:
            Stopped: it was cancelled, or another attempt has begun; nothing is stored.
        """


type Work = Callable[[Run], None]

_works: dict[JobKind, Work] = {}


def register(kind: JobKind, work: Work) -> None:
    """Make known what the jobs of a kind do.

    Args:
        work: does one; a ``ValidationError`` of it is shown to the owner and not tried again.
    """
    _works[kind] = work


def known_kinds() -> list[JobKind]:
    """The kinds that this process can do; a newer version may know others."""
    return list(_works)


def work_of(kind: str) -> Work:
    """What the jobs of a kind do."""
    return _works[JobKind(kind)]
