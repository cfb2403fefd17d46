"""What is in the trash is restored and purged on the admin site, by the services."""

import pytest
from django.contrib.auth.models import Permission

from domain.audit.models import AuditEvent
from domain.practice.models import QuestionLog
from domain.trash.kinds import KINDS, TrashKind
from tests.domain.trash.conftest import rows_of
from tests.factories import NOW, QuestionFactory, TagFactory
from tests.project.admin.pages import act, address, messages

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def rows(user):
    return rows_of(user)


@pytest.mark.parametrize("kind", TrashKind)
def test_a_row_is_restored_by_its_service(kind, site, superuser, rows):
    row = rows.delete(kind)

    act(site, type(row), "restore_rows", [row])

    row.refresh_from_db()
    assert (row.is_live, row.version, row.updated_by) == (True, 3, superuser)
    event = AuditEvent.objects.get(verb=f"{kind.lower()}.restored")
    assert (event.actor, event.owner) == (superuser, row.owner)
    assert messages(site) == ["1 restored."]


@pytest.mark.parametrize("kind", TrashKind)
def test_a_row_is_purged_by_its_service(kind, site, superuser, rows):
    row = rows.delete(kind)

    act(site, type(row), "purge_rows", [row])

    assert not KINDS[kind].model.objects.filter(pk=row.pk).exists()
    event = AuditEvent.objects.get(verb=f"{kind.lower()}.purged")
    assert (event.actor, event.owner) == (superuser, row.owner)
    assert messages(site) == ["1 deleted for good."]


@pytest.mark.parametrize("action", ["restore_rows", "purge_rows"])
@pytest.mark.parametrize("kind", TrashKind)
def test_live_rows_are_left_alone(kind, action, site, rows):
    row = rows.of(kind)

    act(site, type(row), action, [row])

    assert KINDS[kind].model.objects.get(pk=row.pk).version == row.version
    assert not AuditEvent.objects.exists()


def test_says_what_cannot_be_restored_and_restores_the_rest(site, user):
    taken, free = (TagFactory(owner=user, name=name, deleted_at=NOW) for name in ("Heap", "Tree"))
    TagFactory(owner=user, name="Heap")

    act(site, type(taken), "restore_rows", [taken, free])

    taken.refresh_from_db()
    free.refresh_from_db()
    assert (taken.is_live, free.is_live) == (False, True)
    said = "“Heap”: Meanwhile another one of yours has the same name."
    assert [message for message in messages(site) if message.startswith(said)]


def test_an_attempt_waits_for_its_question(site, rows):
    rows.delete(TrashKind.QUESTION_LOG)
    rows.delete(TrashKind.QUESTION)

    act(site, QuestionLog, "restore_rows", [rows.log])

    assert not QuestionLog.objects.get(pk=rows.log.pk).is_live


@pytest.mark.parametrize("action", ["restore_rows", "purge_rows"])
def test_is_for_those_who_may_delete(action, client, support):
    question = QuestionFactory(deleted_at=NOW)
    support.user_permissions.set(Permission.objects.exclude(codename="delete_question"))
    client.force_login(support)

    assert action not in client.get(address(question, "changelist")).content.decode()
    act(client, type(question), action, [question])

    question.refresh_from_db()
    assert question.deleted_at == NOW
