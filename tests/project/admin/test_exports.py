"""Exports on the admin site: to be looked at, and deleted before their time."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from domain.audit.models import AuditEvent
from domain.jobs.models import JobStatus
from domain.transfer.models import Export
from tests.factories import ExportFactory, UserFactory

pytestmark = [pytest.mark.once, pytest.mark.django_db]
LIST = reverse("admin:transfer_export_changelist")


def delete(client, *rows):
    ticked = [row.pk for row in rows]
    return client.post(LIST, {"action": "delete_files", "_selected_action": ticked}, follow=True)


def test_are_deleted_unless_somebody_writes_them(site, superuser, user):
    done, busy = ExportFactory(owner=user), ExportFactory(owner=user, status=JobStatus.RUNNING)

    answer = delete(site, done, busy)

    assert Export.objects.get() == busy
    said = [str(message) for message in answer.context["messages"]]
    assert said == [
        "“drillbook-2026-03-02.json”: It is still being written. Cancel its job, or wait for it to "
        "end.",
        "1 deleted for good.",
    ]
    event = AuditEvent.objects.get(verb="export.deleted")
    assert (event.actor, event.owner) == (superuser, user)


def test_are_shown_without_what_is_in_them(site, user):
    ExportFactory(owner=user)

    page = site.get(LIST).content.decode()

    assert "drillbook-2026-03-02.json" in page
    assert "/exports/dbe_" not in page


def test_who_may_only_look_deletes_none(client, user):
    export = ExportFactory(owner=user)
    looking = UserFactory(is_staff=True)
    looking.user_permissions.add(Permission.objects.get(codename="view_export"))
    client.force_login(looking)

    delete(client, export)

    assert Export.objects.get() == export
