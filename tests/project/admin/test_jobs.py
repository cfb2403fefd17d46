"""Jobs are stopped and tried again on the admin site as their services say."""

import pytest

from domain.audit.models import AuditEvent
from domain.jobs.models import Job
from tests.factories import NOW, JobFactory
from tests.project.admin.pages import act, messages

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.mark.parametrize(
    ("action", "before", "after", "verb"),
    [
        ("cancel_jobs", "PENDING", "CANCELLED", "job.cancelled"),
        ("retry_jobs", "FAILED", "PENDING", "job.retried"),
    ],
)
def test_an_action_reaches_what_was_ticked(action, before, after, verb, site, superuser):
    job = JobFactory(status=before, created_at=NOW)
    other = JobFactory(status=before, created_at=NOW)

    act(site, Job, action, [job])

    assert Job.objects.get(pk=job.pk).status == after
    assert Job.objects.get(pk=other.pk).status == before
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.actor, event.owner) == (verb, superuser, job.owner)


@pytest.mark.parametrize(
    ("action", "done"),
    [("cancel_jobs", "0 cancelled."), ("retry_jobs", "0 to be tried again.")],
)
def test_what_cannot_be_done_is_said(action, done, site):
    job = JobFactory()

    act(site, Job, action, [job])

    said = messages(site)
    assert said[0].startswith("“EXPORT SUCCEEDED”: ")
    assert said[1] == done
    assert Job.objects.get().status == "SUCCEEDED"
