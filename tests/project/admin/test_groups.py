"""Groups of the staff give rights, so superusers alone change them, and it is written down."""

import pytest
from django.contrib.auth.models import Group, Permission

from domain.accounts.models import User
from domain.audit.models import AuditEvent
from tests.factories import UserFactory
from tests.project.admin.pages import act, address, save

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def group(support: User) -> Group:
    """A group that gives no right, with somebody in it."""
    group = Group.objects.create(name="support")
    support.groups.add(group)
    return group


def events() -> list[tuple[str, str, str, list[str]]]:
    """What was written down, of what and by whom."""
    return [
        (event.verb, event.object_type, event.actor.email, event.fields)
        for event in AuditEvent.objects.order_by("pk")
    ]


def test_staff_cannot_give_themselves_rights_by_a_group(client, group):
    leader = UserFactory(is_staff=True)
    leader.groups.add(group)
    leader.user_permissions.set(Permission.objects.filter(content_type__model="group"))
    client.force_login(leader)
    everything = [str(right.pk) for right in Permission.objects.all()]
    asked = {"name": "support", "permissions": everything}

    answers = [
        client.post(address(group), asked),
        client.post(address(Group, "add"), asked | {"name": "others"}),
        client.post(address(group, "delete"), {"post": "yes"}),
    ]
    act(client, Group, "delete_selected", [group], post="yes")

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert [(one.name, one.permissions.count()) for one in Group.objects.all()] == [("support", 0)]
    assert client.get(address(group)).status_code == 200
    assert events() == []


def test_what_superusers_do_to_groups_is_written_down(site, group):
    right = Permission.objects.get(codename="view_question")

    save(site, address(Group, "add"), name="readers")
    save(site, address(group), permissions=[str(right.pk)])
    site.post(address(group, "delete"), {"post": "yes"})
    act(site, Group, "delete_selected", list(Group.objects.all()), post="yes")

    assert not Group.objects.exists()
    assert events() == [
        ("group.created", "Group", "root@example.com", ["name"]),
        ("group.updated", "Group", "root@example.com", ["permissions"]),
        ("group.deleted", "Group", "root@example.com", []),
        ("group.deleted", "Group", "root@example.com", []),
    ]
    assert not AuditEvent.objects.exclude(owner=None, object_uid=None).exists()
