"""What an audit event says."""

import pytest

from domain.audit import services as audit
from domain.audit.models import AuditEvent
from tests.factories import AuthSessionFactory, QuestionFactory

pytestmark = pytest.mark.django_db


def test_notes_who_did_what_to_which_row(user, now):
    question = QuestionFactory(owner=user)

    audit.record(verb="question.updated", at=now, actor=user, row=question, fields=["url", "notes"])

    event = AuditEvent.objects.get()
    assert (event.verb, event.at, event.actor, event.owner) == ("question.updated", now, user, user)
    assert (event.object_type, event.object_uid) == ("Question", question.uid)
    assert event.fields == ["notes", "url"]


def test_names_the_fields_and_never_their_values(user, now):
    question = QuestionFactory(owner=user)

    audit.record(
        verb="question.updated", at=now, actor=user, row=question, fields={"notes": "my secret"}
    )

    assert AuditEvent.objects.get().fields == ["notes"]


def test_belongs_to_the_owner_of_the_row_when_somebody_else_acts(user, admin, now):
    question = QuestionFactory(owner=user)

    event = audit.record(verb="question.deleted", at=now, actor=admin, row=question)

    assert (event.actor, event.owner) == (admin, user)


def test_of_a_session_belongs_to_its_person(user, now):
    session = AuthSessionFactory(user=user)

    event = audit.record(verb="session.ended", at=now, actor=None, row=session)

    assert (event.actor, event.owner, event.object_uid) == (None, user, session.uid)


@pytest.mark.parametrize("caller", ["owner", "admin", "nobody"])
def test_of_a_person_belongs_to_that_person_whoever_acts(caller, user, people, now):
    event = audit.record(verb="account.updated", at=now, actor=people[caller], row=user)

    assert (event.actor, event.owner) == (people[caller], user)


def test_without_a_row_belongs_to_the_actor(user, now):
    event = audit.record(verb="data.exported", at=now, actor=user)

    assert (event.owner, event.object_type, event.object_uid) == (user, "", None)


def test_of_the_system_belongs_to_nobody(now):
    event = audit.record(verb="trash.purged", at=now, actor=None)

    assert (event.actor, event.owner) == (None, None)


def test_carries_the_request_id(user, now):
    token = audit.current_request_id.set("7f3a")
    try:
        event = audit.record(verb="data.exported", at=now, actor=user)
    finally:
        audit.current_request_id.reset(token)

    assert event.request_id == "7f3a"


def test_keeps_only_the_beginning_of_a_long_request_id(user, now):
    token = audit.current_request_id.set("x" * 500)
    try:
        event = audit.record(verb="data.exported", at=now, actor=user)
    finally:
        audit.current_request_id.reset(token)

    assert AuditEvent.objects.get(pk=event.pk).request_id == "x" * 64
