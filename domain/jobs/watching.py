"""Who is told how attempts at jobs go: what measures them, where that is switched on."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum

from domain.jobs.models import Job


class Outcome(StrEnum):
    """How one attempt at a job ended."""

    SUCCEEDED = "succeeded"
    REFUSED = "refused"  # for a reason that its owner is told
    FAILED = "failed"  # the fault is ours
    CANCELLED = "cancelled"
    OVERTAKEN = "overtaken"  # another attempt has begun, or ended it
    INTERRUPTED = "interrupted"  # the database went away


class Loss(StrEnum):
    """Why a job was handed over anew, or ended, without its worker."""

    ABANDONED = "abandoned"  # its worker was not heard of any more
    OVERDUE = "overdue"  # it ran longer than it may
    FORGOTTEN = "forgotten"  # no worker took it in time


@dataclass
class Attempt:
    """One attempt, and how it ended once it has."""

    kind: str
    number: int
    outcome: Outcome = Outcome.INTERRUPTED


type Around = Callable[[Attempt], AbstractContextManager[None]]
type Told = Callable[[str, Loss], None]

_around: list[Around] = []
_told: list[Told] = []


def watch(*, attempts: Around | None = None, losses: Told | None = None) -> None:
    """Have somebody told from now on.

    Args:
        attempts: stands around each attempt.
        losses: is given the kind of each job that was lost, and why.
    """
    if attempts is not None:
        _around.append(attempts)
    if losses is not None:
        _told.append(losses)


@contextmanager
def attempted(job: Job) -> Iterator[Attempt]:
    """An attempt that is watched."""
    attempt = Attempt(job.kind, job.attempt)
    with ExitStack() as stack:
        for watcher in _around:
            stack.enter_context(watcher(attempt))
        yield attempt


def tell_loss(kind: str, loss: Loss) -> None:
    """Tell that a job lost its worker."""
    for told in _told:
        told(kind, loss)
