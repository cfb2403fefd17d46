"""A row's page has buttons for some actions of its list: sent by POST, told with a number."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from domain.accounts.models import ApiToken, AuthSession, User
from domain.audit.models import AuditEvent
from domain.jobs.models import Job
from domain.sharing.models import ShareLink
from tests.factories import ApiTokenFactory, AuthSessionFactory, JobFactory, ShareLinkFactory
from tests.project.admin.pages import act, address, messages

pytestmark = [pytest.mark.once, pytest.mark.django_db]

ACTIONS = [
    (User, "unlock", "1 unlocked."),
    (User, "end_sessions", "1 signed out everywhere."),
    (User, "deactivate", "1 deactivated."),
    (AuthSession, "end", "1 ended."),
    (ApiToken, "revoke", "1 revoked."),
    (ShareLink, "revoke", "1 revoked."),
    (Job, "cancel_jobs", "1 cancelled."),
]


@pytest.fixture
def rows(user: User) -> dict[Any, Any]:
    return {
        User: user,
        AuthSession: AuthSessionFactory(user=user),
        ApiToken: ApiTokenFactory(owner=user),
        ShareLink: ShareLinkFactory(owner=user),
        Job: JobFactory(owner=user, status="PENDING"),
    }


@pytest.mark.parametrize(("model", "action", "said"), ACTIONS)
def test_a_button_acts_on_its_row_and_comes_back(model, action, said, site, rows):
    row = rows[model]
    page = address(row)
    assert re.search(rf'name="action"\s+value="{action}"', site.get(page).text)

    answer = act(site, model, action, [row], _from_page="1")

    assert (answer.status_code, answer.url) == (302, page)
    assert messages(site) == [said]
    assert AuditEvent.objects.filter(owner=row if model is User else rows[User]).exists()


@pytest.mark.parametrize(("model", "action", "said"), ACTIONS)
def test_an_action_of_the_list_says_how_many_and_stays_there(model, action, said, site, rows):
    answer = act(site, model, action, [rows[model]])

    assert (answer.status_code, answer.url) == (302, address(model, "changelist"))
    assert messages(site) == [said]


def test_nothing_is_changed_by_a_link_or_from_another_page(superuser, rows):
    session = rows[AuthSession]
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(superuser)
    sent = {"action": "end", "index": "0", "_selected_action": session.pk, "_from_page": "1"}

    opened = strict.get(address(AuthSession, "changelist"), sent)
    posted = strict.post(address(AuthSession, "changelist"), sent)

    assert (opened.status_code, posted.status_code) == (302, 403)
    assert AuthSession.objects.get(pk=session.pk).revoked_at is None


def test_who_may_only_look_has_no_buttons(client, admin, rows):
    admin.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(admin)

    for model, row in rows.items():
        assert "page-actions" not in client.get(address(row)).text
        for action in [name for of, name, _ in ACTIONS if of is model]:
            act(client, model, action, [row], _from_page="1")

    assert not AuditEvent.objects.exists()
    assert User.objects.get(pk=rows[User].pk).is_active


def test_audit_events_have_no_action_at_all(site, one_of_each):
    page = site.get(address(AuditEvent, "changelist"))

    act(site, AuditEvent, "delete_selected", [one_of_each["auditevent"]], post="yes")

    assert page.context["action_form"] is None
    assert "page-actions" not in site.get(address(one_of_each["auditevent"])).text
    assert AuditEvent.objects.filter(pk=one_of_each["auditevent"].pk).exists()
