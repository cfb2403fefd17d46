"""Imports can be taken back for some days; then what they did to each row is forgotten."""

from datetime import timedelta

import pytest

from domain.jobs import running
from domain.jobs.models import Job
from domain.questions.models import Question
from domain.transfer.models import ImportBatch, ImportedChange
from domain.transfer.reverting import RevertExpired, revert
from domain.transfer.services import imports
from domain.transfer.steps import UNTOLD
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.domain.transfer import files
from tests.factories import ImportBatchFactory, JobFactory

pytestmark = pytest.mark.django_db

DAYS = timedelta(days=30)
SECOND = timedelta(seconds=1)
SUBMISSIONS = files.codeforces(files.submission())


@pytest.fixture
def batch(imported, now) -> ImportBatch:
    """An import that changed something, just now."""
    return ImportBatch.objects.get(uid=imported(SUBMISSIONS).batch)


def test_is_forgotten_on_the_day_and_not_before(batch, now):
    assert imports.forget_changes(at=now + DAYS - SECOND) == 0
    assert ImportedChange.objects.exists()

    assert imports.forget_changes(at=now + DAYS) == 1
    assert imports.forget_changes(at=now + DAYS) == 0

    batch.refresh_from_db()
    assert batch.forgotten_at == now + DAYS
    assert not ImportedChange.objects.exists()
    assert Question.objects.exists()


def test_says_until_when_it_can_be_reverted(batch, now, settings):
    assert batch.revertable_until(at=now) == now + DAYS
    assert batch.revertable_until(at=now + DAYS - SECOND) == now + DAYS
    assert batch.revertable_until(at=now + DAYS) is None

    settings.IMPORT_UNDO_DAYS = 7
    assert batch.revertable_until(at=now) == now + timedelta(days=7)
    batch.forgotten_at = now
    assert batch.revertable_until(at=now) is None


def test_cannot_be_reverted_from_that_moment_on(batch, user, now):
    with refused(id="revert_expired"):
        imports.revert_import(batch=batch, actor=user, at=now + DAYS)

    imports.revert_import(batch=batch, actor=user, at=now + DAYS - SECOND)


def test_what_is_forgotten_is_not_reverted_by_halves(batch, user, now, settings):
    """Whoever runs this server allows more days later: what is gone does not come back."""
    imports.forget_changes(at=now + DAYS)
    settings.IMPORT_UNDO_DAYS = 90
    batch.refresh_from_db()

    with refused(id="revert_expired"):
        imports.revert_import(batch=batch, actor=user, at=now + DAYS)
    with pytest.raises(RevertExpired) as refusal:
        revert(batch, actor=user, at=now + DAYS, progress=UNTOLD)

    assert "delete by hand" in refusal.value.messages[0]
    assert Question.objects.exists()


def test_one_that_is_being_reverted_is_left_alone(batch, user, now):
    imports.revert_import(batch=batch, actor=user, at=now)

    assert imports.forget_changes(at=now + DAYS) == 0
    running.run_job(Job.objects.get(kind="REVERT").pk)

    batch.refresh_from_db()
    assert batch.reverted_at is not None
    assert not Question.objects.exists()
    assert imports.forget_changes(at=now + DAYS) == 0


def test_one_whose_revert_failed_is_forgotten(batch, user, now):
    batch.revert_job = JobFactory(owner=user, kind="REVERT", status="FAILED")
    batch.save()

    assert imports.forget_changes(at=now + DAYS) == 1


def test_imports_that_stored_nothing_are_left_alone(now):
    ImportBatchFactory(status="FAILED")
    ImportBatchFactory(status="RUNNING")
    ImportBatchFactory(reverted_at=now)
    ImportBatchFactory(job__kind="PREVIEW")

    assert imports.forget_changes(at=now + DAYS) == 0


def test_all_of_many_are_forgotten(now, monkeypatch):
    monkeypatch.setattr(imports, "ROWS_AT_ONCE", 2)
    ImportBatchFactory.create_batch(5, job__finished_at=now)

    assert imports.forget_changes(at=now + DAYS) == 5


@pytest.mark.django_db(transaction=True)
def test_of_a_revert_and_a_purge_at_once_one_comes_first(imported, user, now):
    batch = ImportBatch.objects.get(uid=imported(SUBMISSIONS).batch)

    asked, forgotten = at_once(
        lambda: imports.revert_import(batch=batch, actor=user, at=now),
        lambda: imports.forget_changes(at=now + DAYS),
    )

    batch.refresh_from_db()
    assert forgotten == bool(batch.forgotten_at) == isinstance(asked, RevertExpired)
    assert (batch.revert_job is None) is bool(forgotten)
