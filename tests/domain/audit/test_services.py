"""Nothing is changed without an event that says so."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps

from domain.accounts.models import AuthSession, User, UserSettings
from domain.accounts.services import profile, registration, sessions
from domain.audit import services as audit
from domain.audit.models import AuditEvent
from domain.practice.models import QuestionLog
from domain.practice.services import logs, settings
from domain.questions.models import Question, Tag
from domain.questions.services import questions, tags
from tests.factories import NOW, PASSWORD, AuthSessionFactory, QuestionLogFactory, TagFactory

LABELS = ("accounts", "questions", "practice", "gqlauth")

CHANGES: dict[str, Callable[[Any], Any]] = {
    "register": lambda user: registration.register(
        email="new@example.com", password=PASSWORD, at=NOW
    ),
    "update_viewer": lambda user: profile.update_viewer(user=user, display_name="Zoe", at=NOW),
    "change_password": lambda user: profile.change_password(
        user=user, current_password=PASSWORD, new_password="another-password", at=NOW
    ),
    "open_session": lambda user: sessions.open_session(user=user, at=NOW),
    "end_session": lambda user: sessions.end_session(session=AuthSession.objects.get(), at=NOW),
    "create_question": lambda user: questions.create_question(owner=user, title="New", at=NOW),
    "update_question": lambda user: questions.update_question(
        question=Question.objects.get(), actor=user, title="Other", at=NOW
    ),
    "delete_question": lambda user: questions.delete_question(
        question=Question.objects.get(), actor=user, at=NOW
    ),
    "create_tag": lambda user: tags.create_tag(owner=user, name="New", at=NOW),
    "update_tag": lambda user: tags.update_tag(
        tag=Tag.objects.get(), actor=user, name="Other", at=NOW
    ),
    "delete_tag": lambda user: tags.delete_tag(tag=Tag.objects.get(), actor=user, at=NOW),
    "create_question_log": lambda user: logs.create_question_log(
        question=Question.objects.get(), actor=user, outcome="SOLVED", at=NOW
    ),
    "update_question_log": lambda user: logs.update_question_log(
        log=QuestionLog.objects.get(), actor=user, outcome="FAILED", at=NOW
    ),
    "delete_question_log": lambda user: logs.delete_question_log(
        log=QuestionLog.objects.get(), actor=user, at=NOW
    ),
    "update_settings": lambda user: settings.update_settings(
        user=user, maximum_interval_days=1, at=NOW
    ),
}


def everything():
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for label in LABELS
        for model in apps.get_app_config(label).get_models()
    }


@pytest.fixture
def rows(user):
    QuestionLogFactory(question__owner=user)
    TagFactory(owner=user)
    AuthSessionFactory(user=user)


@pytest.mark.parametrize("service", CHANGES)
def test_nothing_is_stored_when_the_event_cannot_be(service, user, rows, monkeypatch):
    before = everything()

    def fail(**_):
        raise RuntimeError

    monkeypatch.setattr(audit, "record", fail)

    with pytest.raises(RuntimeError):
        CHANGES[service](user)

    assert everything() == before


@pytest.mark.parametrize("service", CHANGES)
def test_events_name_columns_and_nothing_else(service, user, rows):
    models = (User, UserSettings, AuthSession, Question, Tag, QuestionLog)
    columns = {field.name for model in models for field in model._meta.concrete_fields}

    CHANGES[service](user)

    events = AuditEvent.objects.all()
    assert events
    assert {name for event in events for name in event.fields} <= columns
