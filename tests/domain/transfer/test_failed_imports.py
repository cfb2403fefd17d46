"""Files of imports that failed are kept to be tried again, and not without end."""

import pytest

from domain.jobs import running
from domain.jobs.models import Job
from domain.transfer.models import ImportFile
from domain.transfer.services import imports
from tests.domain.transfer import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def fail(now):
    """Have a person start an import that cannot succeed, as often as told."""

    def call(person, *, times):
        for _ in range(times):
            imports.start_import(owner=person, content=files.codeforces(5), at=now)
            running.run_job(Job.objects.latest("pk").pk)

    return call


def test_only_the_latest_failures_are_kept(fail, user, stranger, now, monkeypatch):
    monkeypatch.setattr(imports, "KEPT_FAILURES", 3)
    fail(stranger, times=2)
    fail(user, times=5)
    good = imports.start_import(owner=user, content=files.codeforces(files.submission()), at=now)
    running.run_job(good.job_id)

    fail(user, times=1)

    kept = ImportFile.objects.owned_by(user)
    assert kept.count() == 4  # the three before it, and itself
    assert ImportFile.objects.owned_by(stranger).count() == 2
    assert Job.objects.owned_by(user).filter(status="SUCCEEDED").count() == 1
