"""Whatever staff do on the admin site, the record says that they did it, and so do the rows."""

from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.test import RequestFactory
from django.urls import reverse

from domain.audit.models import AuditEvent
from domain.base.models import Stamped
from domain.practice.services import settings
from tests.factories import NOW, PASSWORD, QuestionFactory
from tests.project.admin.pages import act, address, save

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NEW_PASSWORD = {"password1": "a-new-one-of-length", "password2": "a-new-one-of-length"}
ON_A_DAY = {"attempted_at_0": "2026-03-01", "attempted_at_1": "20:00:00"}
KNOWN = {"reviewed_at_0": "2026-03-01", "reviewed_at_1": "09:30:00"}
NOT_SAID = {"due_at_0": "", "due_at_1": ""}
# ``owner`` and ``question`` stand for the rows of these tests.
ADDED: dict[str, dict[str, Any]] = {
    "user": {"email": "new@example.com", **NEW_PASSWORD},
    "group": {"name": "New"},
    "question": {"belongs_to": "owner", "title": "New"},
    "tag": {"belongs_to": "owner", "name": "New", "kind": "TOPIC"},
    "studylist": {"belongs_to": "owner", "name": "New"},
    "goal": {"belongs_to": "owner", "name": "New", "date": "2026-04-01"},
    "questionlog": {"question": "question", "outcome": "SOLVED", **ON_A_DAY},
    "reviewbaseline": {
        "question": "question", "stability": "12.5", "difficulty": "5", **KNOWN, **NOT_SAID,
    },
}  # fmt: skip
CHANGED: dict[str, dict[str, Any]] = {
    "user": {"role": "ADMIN"},
    "usersettings": {"desired_retention": "0.95"},
    "group": {"name": "Changed"},
    "question": {"title": "Changed"},
    "tag": {"name": "Changed"},
    "studylist": {"name": "Changed"},
    "goal": {"name": "Changed"},
    "questionlog": {"outcome": "FAILED"},
    "reviewstate": {"is_suspended": "on"},
    "reviewbaseline": {"stability": "3"},
}
IN_THE_TRASH = ("question", "tag", "studylist", "goal", "questionlog")
DELETED = (*IN_THE_TRASH, "group", "totpdevice", "reviewbaseline")
# Each with what its row must be for the action to do something.
ACTIONS: dict[tuple[str, str], dict[str, Any]] = {
    **{(name, "delete_selected"): {} for name in DELETED if name != "totpdevice"},
    **{(name, "restore_rows"): {"deleted_at": NOW} for name in IN_THE_TRASH},
    **{(name, "purge_rows"): {"deleted_at": NOW} for name in IN_THE_TRASH},
    **{("user", name): {} for name in ("deactivate", "end_sessions", "unlock")},
    ("authsession", "end"): {},
    ("apitoken", "revoke"): {},
    ("sharelink", "revoke"): {},
    ("job", "cancel_jobs"): {"status": "PENDING", "finished_at": None},
    ("job", "retry_jobs"): {"status": "FAILED"},
    ("export", "delete_files"): {},
}


class Record:
    """What was written down since the beginning, which was somebody else's."""

    def __init__(self) -> None:
        self.before = AuditEvent.objects.count()

    def actors(self) -> set[Any]:
        """Who did what was done."""
        return {event.actor for event in AuditEvent.objects.order_by("pk")[self.before :]}


@pytest.fixture
def record(one_of_each: dict[str, Any]) -> Record:
    return Record()


def signed(row: models.Model) -> set[Any]:
    """Who the row says created it or changed it last."""
    return {row.created_by, row.updated_by} if isinstance(row, Stamped) else set()


def test_is_asked_of_all_that_can_be_done(superuser):
    request = RequestFactory().get("/")
    request.user = superuser
    pages = {model._meta.model_name: page for model, page in admin.site._registry.items()}

    assert {name for name, page in pages.items() if page.has_add_permission(request)} == {*ADDED}
    changed = {name for name, page in pages.items() if page.has_change_permission(request)}
    assert changed == {*CHANGED}
    deleted = {name for name, page in pages.items() if page.has_delete_permission(request)}
    assert deleted == {*DELETED}
    actions = {(name, each) for name, page in pages.items() for each in page.get_actions(request)}
    assert actions == {*ACTIONS}


@pytest.mark.parametrize("name", ADDED)
def test_a_new_row_is_of_who_added_it(name, site, superuser, user, one_of_each, record):
    model = type(one_of_each[name])
    rows = {"owner": user.pk, "question": QuestionFactory(owner=user).pk}
    known = set(model._base_manager.values_list("pk", flat=True))

    save(site, address(model, "add"), **{at: rows.get(to, to) for at, to in ADDED[name].items()})

    assert record.actors() == {superuser}
    assert signed(model._base_manager.exclude(pk__in=known).get()) <= {superuser}


@pytest.mark.parametrize("name", CHANGED)
def test_a_change_is_of_who_made_it(name, site, superuser, one_of_each, record):
    row = one_of_each[name]

    save(site, address(row), **CHANGED[name])

    assert record.actors() == {superuser}
    row.refresh_from_db()
    assert not isinstance(row, Stamped) or row.updated_by == superuser


@pytest.mark.parametrize("name", DELETED)
def test_a_deletion_is_of_who_confirmed_it(name, site, superuser, one_of_each, record):
    site.post(address(one_of_each[name], "delete"), {"post": "yes"})

    assert record.actors() == {superuser}


@pytest.mark.parametrize(("name", "action"), ACTIONS)
def test_an_action_is_of_who_ran_it(name, action, site, superuser, one_of_each, record):
    row = one_of_each[name]
    type(row)._base_manager.filter(pk=row.pk).update(**ACTIONS[name, action])

    act(site, type(row), action, [row], post="yes")

    assert record.actors() == {superuser}


@pytest.mark.parametrize("earlier", [None, "FAILED"])
def test_so_is_the_job_that_new_settings_take(
    earlier, site, superuser, one_of_each, record, monkeypatch
):
    monkeypatch.setattr(settings, "MOST_AT_ONCE", 0)
    if earlier:
        type(one_of_each["job"]).objects.update(kind="RESCHEDULE", status=earlier)

    save(site, address(one_of_each["usersettings"]), desired_retention="0.95")

    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"settings.updated", "job.retried" if earlier else "job.started"} <= verbs
    assert record.actors() == {superuser}


def test_so_is_a_password_for_somebody(site, superuser, user, record):
    save(site, reverse("admin:auth_user_password_change", args=[user.pk]), **NEW_PASSWORD)

    assert record.actors() == {superuser}


def test_so_is_the_own_password(site, superuser, record):
    new = {"new_password1": NEW_PASSWORD["password1"], "new_password2": NEW_PASSWORD["password1"]}

    save(site, reverse("admin:password_change"), old_password=PASSWORD, **new)

    assert record.actors() == {superuser}
