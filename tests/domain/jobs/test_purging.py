"""Jobs that ended long ago are deleted, with the imports and exports that they did."""

from datetime import timedelta

import pytest

from domain.jobs import services
from domain.jobs.models import Job
from domain.transfer.models import Export, ImportBatch
from tests.factories import NOW, ExportFactory, ImportBatchFactory, JobFactory

pytestmark = pytest.mark.django_db

DAYS = timedelta(days=90)


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED", "CANCELLED"])
def test_is_deleted_on_the_day_and_not_before(status):
    JobFactory(status=status)

    assert services.purge_jobs(at=NOW + DAYS - timedelta(seconds=1)) == 0
    assert services.purge_jobs(at=NOW + DAYS) == 1
    assert not Job.objects.exists()


@pytest.mark.parametrize("status", ["PENDING", "RUNNING"])
def test_one_that_has_not_ended_stays(status):
    JobFactory(status=status)

    assert services.purge_jobs(at=NOW + 10 * DAYS) == 0


def test_takes_its_import_or_export_along():
    ImportBatchFactory(revert_job=JobFactory(kind="REVERT"))
    ExportFactory()
    kept = ImportBatchFactory(job__finished_at=NOW + DAYS, revert_job=JobFactory(kind="REVERT"))

    assert services.purge_jobs(at=NOW + DAYS) == 4

    assert (ImportBatch.objects.get(), Export.objects.count()) == (kept, 0)
    assert ImportBatch.objects.get().revert_job is None


@pytest.mark.parametrize("status", ["PENDING", "RUNNING"])
def test_an_import_that_is_just_being_taken_back_stays(status):
    batch = ImportBatchFactory(revert_job=JobFactory(kind="REVERT", status=status))

    assert services.purge_jobs(at=NOW + DAYS) == 0
    assert ImportBatch.objects.get() == batch

    Job.objects.filter(kind="REVERT").update(status="SUCCEEDED", finished_at=NOW)
    assert services.purge_jobs(at=NOW + DAYS) == 2


@pytest.mark.parametrize(("status", "stays"), [("FAILED", True), ("SUCCEEDED", False)])
def test_a_schedule_that_is_still_owed_stays(status, stays):
    JobFactory(kind="RESCHEDULE", status=status)

    services.purge_jobs(at=NOW + 10 * DAYS)

    assert Job.objects.exists() is stays


def test_all_of_many_are_deleted(monkeypatch):
    monkeypatch.setattr(services, "PURGED_AT_ONCE", 2)
    JobFactory.create_batch(5)

    assert services.purge_jobs(at=NOW + DAYS) == 5
