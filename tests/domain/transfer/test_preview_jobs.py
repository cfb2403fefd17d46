"""Previews of large files are jobs: the report is stored, and nothing else."""

import pytest

from domain.jobs import running
from domain.jobs.models import Job, JobStatus
from domain.practice.models import QuestionLog
from domain.questions.models import Question, Tag
from domain.transfer.models import ImportBatch, ImportedChange, ImportFile
from domain.transfer.services import imports
from tests.domain.refusals import refused
from tests.domain.transfer import files
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.django_db

# What says that somebody asked for a preview, and what came of it.
ASKED = {"jobs.Job", "transfer.ImportBatch", "transfer.ImportFile", "audit.AuditEvent"}
SUBMISSIONS = files.codeforces(files.submission(), files.submission(2, at="2026-02-01 12:00"))


@pytest.fixture
def looked(user, now):
    """Have a file looked at in the background; give the import, when its job is over."""

    def call(content, **how) -> ImportBatch:
        batch = imports.start_import(owner=user, content=content, at=now, preview=True, **how)
        running.run_job(batch.job_id)
        return ImportBatch.objects.select_related("job").get(pk=batch.pk)

    return call


def test_tells_what_would_be_and_stores_nothing_of_it(looked):
    with nothing_changes(but=ASKED):
        batch = looked(SUBMISSIONS)

    assert (batch.job.kind, batch.job.status) == ("PREVIEW", JobStatus.SUCCEEDED)
    assert batch.job.progress_done == batch.job.progress_total == 4
    assert batch.report["questions"] == {"created": 1, "updated": 0, "unchanged": 0}
    assert [row["outcome"] for row in batch.report["rows"]] == ["CREATED", "CREATED"]
    assert batch.report["batch"] is None
    assert not ImportFile.objects.exists()
    assert not ImportedChange.objects.exists()


def test_an_import_does_what_it_told(looked, imported):
    told = looked(SUBMISSIONS).report

    done = imported(SUBMISSIONS)

    assert told["questions"]["created"] == done.questions.created == Question.objects.count()
    assert told["logs"]["created"] == done.logs.created == QuestionLog.objects.count()
    assert told["tags"]["created"] == done.tags.created == Tag.objects.count()


def test_broken_rows_are_told_and_are_no_failure_of_the_job(looked):
    batch = looked(files.codeforces(files.submission(), 5))

    assert batch.job.status == JobStatus.SUCCEEDED
    assert (batch.report["is_refused"], batch.report["failed"]) == (True, 1)
    assert [error["position"] for error in batch.report["errors"]] == ["result[1]"]
    assert [row["outcome"] for row in batch.report["rows"]] == ["CREATED", "FAILED"]
    assert batch.report["questions"]["created"] == 1
    assert not Question.objects.exists()


def test_a_file_that_is_none_fails_and_is_kept_to_be_tried_again(looked):
    batch = looked("{}")

    assert (batch.job.status, batch.job.error_code) == (JobStatus.FAILED, "unknown_format")
    assert (batch.report, ImportFile.objects.count()) == (None, 1)


def test_an_export_is_looked_at_too(looked, exported, imported, user, stranger):
    imported(SUBMISSIONS, owner=stranger)

    with nothing_changes(but=ASKED):
        batch = looked(exported(stranger))

    assert batch.report["questions"]["created"] == 1
    assert not Question.objects.owned_by(user).exists()


def test_one_that_was_cancelled_stores_no_report(user, now):
    batch = imports.start_import(owner=user, content=SUBMISSIONS, at=now, preview=True)
    Job.objects.update(cancel_requested_at=now)

    running.run_job(batch.job_id)

    batch = ImportBatch.objects.select_related("job").get()
    assert (batch.job.status, batch.report) == (JobStatus.CANCELLED, None)


def test_there_is_nothing_to_revert(looked, user, now):
    batch = looked(SUBMISSIONS)

    assert batch.revertable_until(at=now) is None
    with refused(id="not_imported"):
        imports.revert_import(batch=batch, actor=user, at=now)


def test_only_the_latest_failures_are_kept(looked, user, monkeypatch):
    monkeypatch.setattr(imports, "KEPT_FAILURES", 2)

    for _ in range(5):
        looked("{}")

    assert ImportFile.objects.owned_by(user).count() == 3
