"""``manage.py purge_expired``: told from its output, and safe to be run again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from domain.accounts.models import TwoFactorChallenge, User
from domain.accounts.services.expiry import KEPT
from domain.accounts.services.sessions import open_session, refresh_session
from domain.idempotency.services import VALID
from project.management.commands import purge_expired
from tests.factories import (
    AuthSessionFactory,
    ExportFactory,
    IdempotencyRecordFactory,
    ImportBatchFactory,
    ImportFileFactory,
    JobFactory,
    PracticeSessionFactory,
    QuestionLogFactory,
    UserFactory,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def purge(capsys):
    """Run the command; give what it prints."""

    def run() -> list[str]:
        call_command("purge_expired")
        return capsys.readouterr().out.splitlines()

    return run


def test_says_what_went_and_finds_nothing_the_next_time(purge, user):
    at = timezone.now()
    QuestionLogFactory(question__owner=UserFactory(deletion_scheduled_for=at))
    UserFactory(deletion_scheduled_for=at + HOUR)
    AuthSessionFactory.create_batch(2, user=user, expires_at=at - KEPT)
    opened = open_session(user=user, at=at - KEPT - HOUR)
    refresh_session(refresh_token=opened.refresh_token, at=at - KEPT)
    type(opened.session).objects.filter(pk=opened.session.pk).update(expires_at=at + HOUR)
    TwoFactorChallenge.objects.create(user=user, created_at=at, expires_at=at)
    IdempotencyRecordFactory(owner=user, created_at=at - VALID)
    IdempotencyRecordFactory(owner=user, created_at=at)
    PracticeSessionFactory(owner=user, started_at=at - HOUR * 5)
    days = timedelta(days=1)
    ExportFactory(owner=user, expires_at=at - HOUR, job__finished_at=at)
    ExportFactory(owner=user, expires_at=at + HOUR, job__finished_at=at)
    ImportFileFactory(batch__owner=user, batch__job__finished_at=at - 8 * days)
    ImportFileFactory(batch__owner=user, batch__job__finished_at=at - HOUR)
    ImportBatchFactory(owner=user, job__finished_at=at - 31 * days)
    ImportBatchFactory(owner=user, job__finished_at=at - 29 * days)
    JobFactory(owner=user, finished_at=at - 91 * days)
    JobFactory(owner=user, finished_at=at - 89 * days)
    Session.objects.create(session_key="old", expire_date=at - HOUR)
    Session.objects.create(session_key="new", expire_date=at + HOUR)

    assert purge() == [
        "1 accounts erased",
        "2 sessions forgotten",
        "1 refresh tokens forgotten",
        "1 unfinished sign-ins forgotten",
        "1 calls with a key forgotten",
        "1 practice sessions closed",
        "1 exports deleted",
        "1 files of imports forgotten",
        "1 imports no longer to be reverted",
        "1 jobs deleted",
    ]
    assert {line.split()[0] for line in purge()} == {"0"}
    assert User.objects.count() == 2
    assert Session.objects.get().session_key == "new"


@pytest.mark.parametrize("failing", [["accounts erased"], ["sessions forgotten", "jobs deleted"]])
def test_one_failure_keeps_nothing_else_from_being_done(failing, purge, user, monkeypatch, capsys):
    def fail(at):
        raise OperationalError("canceling statement due to statement timeout")

    for what in failing:
        monkeypatch.setitem(purge_expired.STEPS, what, fail)
    Session.objects.create(session_key="old", expire_date=timezone.now() - HOUR)

    with pytest.raises(CommandError) as refused:
        purge()

    assert str(refused.value) == (
        f"These failed, and the log says why: {', '.join(failing)}. The others are done."
    )
    done = [line.split(" ", 1)[1] for line in capsys.readouterr().out.splitlines()]
    assert done == [what for what in [*purge_expired.STEPS][:-1] if what not in failing]
    assert not Session.objects.exists()


def test_says_in_the_log_what_failed(purge, db, monkeypatch, caplog):
    def fail(at):
        raise RuntimeError("no such file")

    monkeypatch.setitem(purge_expired.STEPS, "exports deleted", fail)

    with pytest.raises(CommandError):
        purge()

    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert (record.getMessage(), record.step) == ("not purged", "exports deleted")
    assert "no such file" in str(record.exc_info[1])


def test_nothing_to_be_done_is_no_error(purge, db):
    assert purge()[0] == "0 accounts erased"


def test_keeps_who_cancelled_at_the_last_moment(purge, db):
    person = UserFactory(deletion_scheduled_for=datetime(2026, 1, 1, tzinfo=UTC))
    User.objects.update(deletion_scheduled_for=None)

    purge()

    assert User.objects.get() == person
