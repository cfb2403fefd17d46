"""Work that tests make up, in the place of exports."""

from collections.abc import Callable
from typing import Any

import pytest

from domain.accounts.models import User
from domain.jobs import services, work
from domain.jobs.models import JobKind
from domain.jobs.work import Run
from domain.sharing.models import ShareLink
from tests.factories import ShareLinkFactory


@pytest.fixture(autouse=True)
def rested_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody noticed a lost job before."""
    monkeypatch.setattr(services, "_bell", services._Bell())


@pytest.fixture
def exports_do(monkeypatch: pytest.MonkeyPatch) -> Callable[[work.Work], None]:
    """``exports_do(work)``: what jobs of the kind EXPORT do in this test."""

    def register(done: work.Work) -> None:
        monkeypatch.setitem(work._works, JobKind.EXPORT, done)

    register(store_one)
    return register


def store_one(run: Run) -> None:
    """Stores a link of the owner's, as a job of one step."""
    run.expect(1)
    with run.finishing():
        store(run)
        run.advance()


def store(run: Run) -> None:
    """What a work stores in these tests."""
    ShareLinkFactory(owner=run.job.owner, created_at=run.at)


def stored(owner: User) -> int:
    """How much of that is stored."""
    return ShareLink.objects.owned_by(owner).count()


def columns(job: Any, *names: str) -> tuple[Any, ...]:
    """Columns of a job as they are now."""
    job.refresh_from_db()
    return tuple(getattr(job, name) for name in names)
