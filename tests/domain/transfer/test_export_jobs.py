"""Exports as jobs: asked for, written as a whole or not at all, kept for some days."""

import json
import tracemalloc
import zlib
from datetime import timedelta
from hashlib import sha256
from tempfile import TemporaryFile

import pytest
from django.db import connection
from django.utils.connection import ConnectionDoesNotExist

from domain.accounts.models import User
from domain.archive.documents import document
from domain.audit.models import AuditEvent
from domain.jobs import running, services
from domain.jobs.models import Job, JobKind, JobStatus
from domain.practice.models import QuestionLog
from domain.questions.models import Question
from domain.transfer.exporting import running as exporting
from domain.transfer.exporting.inline import MOST_BYTES, inline_export
from domain.transfer.exporting.kinds import kind_of
from domain.transfer.exporting.snapshots import snapshot
from domain.transfer.models import Export, ExportChunk
from domain.transfer.services import exports
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import NOW, ExportFactory, JobFactory, QuestionFactory, UserFactory

WEEK = timedelta(days=7)


@pytest.fixture
def start(user, after_commit):
    """Ask for an export, and have its job done."""

    def call(format="DRILLBOOK_JSON", *, owner=user, at=NOW, **asked) -> Export:
        with after_commit():
            export = exports.start_export(owner=owner, format=format, at=at, **asked)
        export.refresh_from_db()
        return export

    return call


def content_of(export: Export) -> bytes:
    return b"".join(exports.download(export))


def events(export: Export) -> list[tuple[str, User | None]]:
    found = AuditEvent.objects.filter(object_uid=export.uid).order_by("pk")
    return [(event.verb, event.actor) for event in found]


def test_what_was_asked_for_is_written(start, user):
    QuestionFactory(owner=user, title="Two Sum")

    export = start()

    assert export.job.status == JobStatus.SUCCEEDED
    assert content_of(export).decode() == "".join(document(user.pk))
    assert export.size_bytes == len(content_of(export))
    assert export.sha256 == sha256(content_of(export)).hexdigest()
    assert (export.file_name, export.entity) == ("drillbook-2026-03-02.json", "")
    assert export.expires_at == export.job.started_at + WEEK
    assert events(export) == [("export.created", user)]
    # The settings and the question.
    assert (export.job.kind, export.job.progress_total) == (JobKind.EXPORT, 2)


def test_a_table_is_written(start, user):
    QuestionFactory(owner=user, title="Two Sum")

    export = start("CSV", entity="QUESTION")

    assert b"Two Sum" in content_of(export)
    assert (export.file_name, export.entity) == ("drillbook-questions-2026-03-02.csv", "QUESTION")


def test_is_kept_in_small_chunks(start, user, monkeypatch):
    monkeypatch.setattr(exporting, "CHUNK_BYTES", 100)
    monkeypatch.setattr(exporting, "IN_MEMORY_BYTES", 50)
    monkeypatch.setattr(exporting, "CHUNKS_AT_ONCE", 2)
    QuestionFactory(owner=user, title="é" * 200)

    export = start()

    chunks = list(export.chunks.order_by("number"))
    sizes = [len(zlib.decompress(chunk.data)) for chunk in chunks]
    assert sizes[:-1] == [100] * (len(chunks) - 1)
    assert (len(chunks) > 5, 0 < sizes[-1] <= 100) == (True, True)
    assert json.loads(content_of(export))["questions"][0]["title"] == "é" * 200
    assert {chunk.owner for chunk in chunks} == {user}


def test_is_refused_while_too_many_jobs_are_under_way(start, user):
    JobFactory.create_batch(services.MOST_ACTIVE, owner=user, status=JobStatus.PENDING)

    with refused("too_many_jobs"):
        start()

    assert not Export.objects.exists()


def test_what_breaks_off_in_the_middle_leaves_nothing(start, user, monkeypatch):
    def broken(*_):
        yield "[" * 300_000
        raise RuntimeError("the worker dies")

    monkeypatch.setattr(exporting, "IN_MEMORY_BYTES", 10)
    monkeypatch.setattr("domain.archive.documents.document", broken)

    export = start()

    assert (export.job.status, export.job.error_code) == (JobStatus.FAILED, "internal")
    assert not ExportChunk.objects.exists()
    assert (export.size_bytes, export.sha256) == (None, "")


def test_what_breaks_off_while_it_is_stored_leaves_nothing(start, user, monkeypatch):
    QuestionFactory(owner=user)
    stored = []

    def store(export, written):
        stored.append(list(written.chunks()))
        ExportChunk.objects.create(export=export, owner=user, number=0, data=b"")
        raise RuntimeError("the worker dies")

    monkeypatch.setattr(exporting, "_store", store)

    export = start()

    assert len(stored) == 1
    assert export.job.status == JobStatus.FAILED
    assert not ExportChunk.objects.exists()


def test_can_be_tried_again_after_a_failure(start, user, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(exporting, "spool", lambda *_: 1 / 0)
        export = start()
    Job.objects.update(status=JobStatus.PENDING, finished_at=None)

    running.run_job(export.job_id)

    export.refresh_from_db()
    assert content_of(export).decode() == "".join(document(user.pk))


def test_a_cancelled_one_stores_nothing(user):
    export = exports.start_export(owner=user, format="ANKI", at=NOW)
    Job.objects.update(cancel_requested_at=NOW)

    running.run_job(export.job_id)

    assert Job.objects.get().status == JobStatus.CANCELLED
    assert not ExportChunk.objects.exists()


def test_one_that_was_deleted_before_its_turn_fails(user):
    export = exports.start_export(owner=user, format="ANKI", at=NOW)
    Export.objects.all().delete()

    running.run_job(export.job_id)

    assert Job.objects.get().error_code == "export_is_gone"


def test_the_ten_newest_are_kept(start, user):
    busy = ExportFactory(owner=user, status=JobStatus.RUNNING, created_at=NOW - 30 * WEEK)
    old = [ExportFactory(owner=user, created_at=NOW - n * WEEK) for n in range(1, 12)]
    other = ExportFactory(created_at=NOW - 20 * WEEK)

    new = start()

    assert set(Export.objects.all()) == {busy, new, other, *old[:9]}
    assert ExportChunk.objects.filter(owner=user).count() == 2 * 10 + 1


def test_is_deleted_with_its_file(user, now):
    export, other = ExportFactory(owner=user), ExportFactory(owner=user)

    exports.delete_export(export=export, actor=user, at=now)

    assert (Export.objects.get(), ExportChunk.objects.count()) == (other, 2)
    assert Job.objects.count() == 2
    assert events(export) == [("export.deleted", user)]


@pytest.mark.parametrize("status", [JobStatus.PENDING, JobStatus.RUNNING])
def test_is_not_deleted_while_it_is_written(status, user, now):
    export = ExportFactory(owner=user, status=status)

    with refused(id="export_under_way"):
        exports.delete_export(export=export, actor=user, at=now)

    assert Export.objects.exists()


def test_purging_takes_what_expired(user, monkeypatch):
    monkeypatch.setattr(exports, "ROWS_AT_ONCE", 2)
    ExportFactory.create_batch(3, expires_at=NOW)
    kept = [
        ExportFactory(expires_at=NOW + timedelta(seconds=1)),
        ExportFactory(expires_at=NOW, status=JobStatus.RUNNING),
    ]

    assert [exports.purge_exports(at=NOW) for _ in range(2)] == [3, 0]
    assert set(Export.objects.all()) == set(kept)


@pytest.mark.parametrize(
    ("existing", "is_new"),
    [
        ({}, False),
        ({"status": JobStatus.RUNNING}, False),
        ({"status": JobStatus.FAILED}, True),
        ({"status": JobStatus.CANCELLED}, True),
        ({"expires_at": NOW}, True),
        ({"format": "ANKI"}, True),
    ],
    ids=str,
)
def test_who_leaves_gets_a_takeout(existing, is_new, user):
    there = ExportFactory(**{"owner": user, "format": "TAKEOUT", "created_at": NOW} | existing)

    takeout = exports.start_takeout(owner=user, at=NOW)

    assert (takeout.format, takeout.owner) == ("TAKEOUT", user)
    assert (takeout != there) is is_new


def test_who_leaves_amid_many_jobs_gets_none(user):
    ExportFactory(format="TAKEOUT")
    JobFactory.create_batch(services.MOST_ACTIVE, owner=user, status=JobStatus.PENDING)

    assert exports.start_takeout(owner=user, at=NOW) is None


# --- At once ----------------------------------------------------------------------------------


def test_a_small_one_is_given_at_once(user):
    question = QuestionFactory(owner=user, title="Two Sum")

    written = inline_export(owner=user, format="DRILLBOOK_JSONL", at=NOW)

    assert (written.file_name, written.media_type) == (
        "drillbook-2026-03-02.jsonl",
        "application/x-ndjson",
    )
    assert str(question.uid) in written.content


def test_too_many_objects_are_refused(user, monkeypatch):
    monkeypatch.setattr("domain.transfer.exporting.inline.MOST_OBJECTS", 2)
    QuestionFactory.create_batch(3, owner=user)

    with refused("too_large_inline"):
        inline_export(owner=user, format="ANKI", at=NOW)


def test_too_many_bytes_are_refused(user):
    QuestionFactory.create_batch(11, owner=user, notes="é" * (MOST_BYTES // 20))

    with refused("too_large_inline"):
        inline_export(owner=user, format="MARKDOWN", at=NOW)


@pytest.mark.once
def test_a_zip_file_is_refused():
    with refused(format="not_inline"):
        inline_export(owner=User(), format="TAKEOUT", at=NOW)


# --- Many rows --------------------------------------------------------------------------------


@pytest.mark.once
def test_memory_does_not_grow_with_the_rows(user):
    question = QuestionFactory(owner=user)
    QuestionLog.objects.bulk_create(
        QuestionLog(
            owner=user, question=question, outcome="SOLVED", solution_code="code " * 2400,
            attempted_at=NOW - timedelta(hours=n),
        )
        for n in range(2000)
    )  # fmt: skip
    pieces = (piece.encode() for piece in kind_of("CSV", "LOG").pieces(user, NOW))

    tracemalloc.start()
    with TemporaryFile() as file:
        written = exporting.spool(pieces, file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert written.size > 24_000_000
    # A batch is held, and the next one.
    assert peak < 6_000_000


# --- While others write -----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_shows_one_moment_while_others_write():
    user = UserFactory()
    QuestionFactory.create_batch(3, owner=user)

    with snapshot():
        before = "".join(document(user.pk))
        at_once(lambda: QuestionFactory(owner=user))
        after = "".join(document(user.pk))

    assert before == after
    assert Question.objects.count() == 4
    assert not connection.in_atomic_block
    # Who writes next waits for nobody, as it was set up.
    QuestionFactory(owner=user)


@pytest.mark.once
def test_the_moment_is_of_the_database_that_is_read(monkeypatch):
    monkeypatch.setattr("django.db.router.db_for_read", lambda _: "elsewhere")

    with pytest.raises(ConnectionDoesNotExist, match="elsewhere"), snapshot():
        pass


@pytest.mark.django_db(transaction=True)
def test_many_asked_for_at_once_are_no_more_than_there_may_be(settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    user = UserFactory()

    at_once(*[lambda: exports.start_export(owner=user, format="ANKI", at=NOW) for _ in range(4)])

    assert set(Job.objects.values_list("status", flat=True)) == {JobStatus.SUCCEEDED}
    assert ExportChunk.objects.count() == Export.objects.count() == 4
