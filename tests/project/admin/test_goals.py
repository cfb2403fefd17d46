"""Goals are changed, and links revoked, on the admin site as their services say."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.audit.models import AuditEvent
from domain.goals.models import Goal, GoalTag
from domain.sharing.models import ShareLink
from tests.factories import NOW, GoalFactory, ShareLinkFactory, TagFactory
from tests.project.admin.pages import act, address, messages, save

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def test_a_new_goal_is_its_owners_and_keeps_who_set_it(site, user, superuser):
    save(site, address(Goal, "add"), belongs_to=user.pk, name="Onsite", date="2026-04-01")

    goal = Goal.objects.get()
    assert (goal.owner, goal.created_by, goal.name) == (user, superuser, "Onsite")


def test_a_changed_goal_keeps_who_changed_it(site, superuser):
    goal = GoalFactory()

    save(site, address(goal), note="Bring water")

    goal.refresh_from_db()
    assert (goal.note, goal.version, goal.updated_by) == ("Bring water", 2, superuser)
    assert AuditEvent.objects.latest("pk").verb == "goal.updated"


def test_a_refusal_is_shown_and_changes_nothing(site):
    goal = GoalFactory()

    save(site, address(goal), date="2026-01-01", note="x")

    assert messages(site) == ["This day is over where you are. Choose today or a later day."]
    assert Goal.objects.get().version == 1


def test_deleting_a_goal_puts_it_in_the_trash(site):
    goal = GoalFactory()

    site.post(address(goal, "delete"), {"post": "yes"})

    assert Goal.objects.get().deleted_at == NOW


def test_a_goal_takes_as_many_statements_whatever_it_covers(site):
    goal = GoalFactory()
    site.get(address(goal))
    counts = []
    for number in (1, 20):
        for tag in TagFactory.create_batch(number, owner=goal.owner):
            GoalTag.objects.create(owner=goal.owner, goal=goal, tag=tag)
        with CaptureQueriesContext(connection) as captured:
            assert site.get(address(goal)).status_code == 200
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_links_are_revoked(site, superuser):
    link, other = ShareLinkFactory(), ShareLinkFactory()

    act(site, ShareLink, "revoke", [link])

    assert (ShareLink.objects.get(pk=link.pk).revoked_at, other.revoked_at) == (NOW, None)
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.actor) == ("share_link.revoked", superuser)


def test_the_address_of_a_picture_is_not_shown(site):
    link = ShareLinkFactory()

    for page in ("change", "changelist"):
        assert b"dbs_" not in site.get(address(link, page)).content
