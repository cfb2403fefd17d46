"""Audit events are added and never changed."""

import pytest

from domain.audit import services as audit
from domain.audit.models import AuditEvent

APPEND_ONLY = "Audit events are append-only"


@pytest.fixture
def event(user, now):
    return audit.record(verb="account.updated", at=now, actor=user, row=user)


def stored():
    return AuditEvent.objects.get().verb


def test_refuse_save(event):
    event.verb = "nothing.happened"

    with pytest.raises(TypeError, match=APPEND_ONLY):
        event.save()

    assert stored() == "account.updated"


def test_refuse_save_of_a_forged_copy(event, now):
    forged = AuditEvent(pk=event.pk, uid=event.uid, verb="nothing.happened", at=now)

    with pytest.raises(TypeError, match=APPEND_ONLY):
        forged.save()

    assert stored() == "account.updated"


def test_refuse_delete(event):
    with pytest.raises(TypeError, match=APPEND_ONLY):
        event.delete()

    assert stored() == "account.updated"


def test_refuse_update_of_many(event):
    with pytest.raises(TypeError, match=APPEND_ONLY):
        AuditEvent.objects.filter(pk=event.pk).update(verb="nothing.happened")

    assert stored() == "account.updated"


def test_refuse_bulk_update(event):
    event.verb = "nothing.happened"

    with pytest.raises(TypeError, match=APPEND_ONLY):
        AuditEvent.objects.bulk_update([event], ["verb"])

    assert stored() == "account.updated"


def test_refuse_update_or_create(event, now):
    with pytest.raises(TypeError, match=APPEND_ONLY):
        AuditEvent.objects.update_or_create(uid=event.uid, defaults={"verb": "nothing.happened"})

    assert stored() == "account.updated"


def test_refuse_bulk_create_over_existing_events(event, now):
    forged = AuditEvent(uid=event.uid, verb="nothing.happened", at=now)

    with pytest.raises(TypeError, match=APPEND_ONLY):
        AuditEvent.objects.bulk_create(
            [forged], update_conflicts=True, update_fields=["verb"], unique_fields=["uid"]
        )

    assert stored() == "account.updated"


def test_refuse_delete_of_many(event):
    with pytest.raises(TypeError, match=APPEND_ONLY):
        AuditEvent.objects.all().delete()

    assert stored() == "account.updated"


def test_outlive_the_person(event, user):
    user.delete()

    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.owner) == ("account.updated", None, None)


def test_can_be_added_in_bulk(user, now):
    AuditEvent.objects.bulk_create([AuditEvent(verb="question.imported", at=now, actor=user)])

    assert stored() == "question.imported"
