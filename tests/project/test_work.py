"""Background work: what is due by the clock exists, and nothing is done twice or for ever."""

from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from domain.accounts.models import TwoFactorChallenge
from domain.audit.models import AuditEvent
from domain.questions.models import Tag
from project import tasks
from project.management.commands import purge_expired
from project.settings import work
from tests.factories import NOW, TagFactory, UserFactory

pytestmark = pytest.mark.once


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values(), ids=str)
def test_what_is_due_by_the_clock_is_a_task(entry):
    assert entry["task"] in current_app.tasks
    assert entry["options"]["expires"] > 0


def test_jobs_do_not_keep_mails_waiting():
    queues = {queue.name for queue in settings.CELERY_TASK_QUEUES}
    routes = settings.CELERY_TASK_ROUTES

    assert set(routes) <= set(current_app.tasks)
    assert {route["queue"] for route in routes.values()} | {
        settings.CELERY_TASK_DEFAULT_QUEUE
    } == queues


def test_a_job_ends_before_its_process_is_killed_and_that_before_it_is_delivered_again():
    for minutes in (1, 10, 120):
        killed = work.killed_after(minutes)
        assert minutes * 60 < killed
        assert work.redelivered_after(minutes) > 2 * killed


@pytest.mark.django_db
def test_the_task_purges_as_the_command_does():
    TwoFactorChallenge.objects.create(user=UserFactory(), created_at=NOW, expires_at=NOW)

    tasks.purge_expired()

    assert not TwoFactorChallenge.objects.exists()


@pytest.mark.django_db
def test_the_trash_is_emptied_by_the_clock_once_however_often_it_is_begun(caplog):
    caplog.set_level("INFO", "project.tasks")
    TagFactory(deleted_at=timezone.now() - timedelta(days=31))
    kept = TagFactory(deleted_at=timezone.now() - timedelta(days=29))

    tasks.purge_deleted()
    call_command("purge_deleted")

    assert Tag.objects.get() == kept
    assert AuditEvent.objects.filter(verb="tag.purged").count() == 1
    assert "1 tags purged" in caplog.records[-1].counts
    assert "project.tasks.purge_deleted" in {
        entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stopped_by", "raised"), [(OperationalError, OperationalError), (OSError, CommandError)]
)
def test_what_was_not_purged_fails_its_task_and_is_tried_again_if_the_database_was_away(
    stopped_by, raised, monkeypatch
):
    def fail(at):
        raise stopped_by

    monkeypatch.setitem(purge_expired.STEPS, "exports deleted", fail)

    with pytest.raises(raised):
        tasks.purge_expired.run()
