"""Background work: what is due by the clock exists, and nothing is done twice or for ever."""

import pytest
from celery import current_app
from django.conf import settings

from domain.accounts.models import TwoFactorChallenge
from project import tasks
from project.settings import work
from tests.factories import NOW, UserFactory

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
