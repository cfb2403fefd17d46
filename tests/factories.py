"""One factory a model: a valid row from the fewest fields, always at the same fixed time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from django.utils.text import slugify
from factory.django import DjangoModelFactory, Password

from domain.accounts.models import ApiScope, ApiToken, AuthSession, Role, User
from domain.accounts.services import api_tokens
from domain.base.models import new_uid
from domain.base.text import folded, index_of
from domain.practice.models import QuestionLog
from domain.practice.settling import settle
from domain.questions.models import Outcome, Question, QuestionTag, Tag

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PASSWORD = "practice-daily"


class UserFactory(DjangoModelFactory[User]):
    """A member who can sign in with ``PASSWORD``. Saving a user makes their settings."""

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    password = Password(PASSWORD)
    date_joined = NOW

    class Meta:
        model = User

    class Params:
        manager = factory.Trait(role=Role.MANAGER)
        admin = factory.Trait(role=Role.ADMIN, is_staff=True)


class _StampedFactory[Row](DjangoModelFactory[Row]):
    created_at = NOW
    updated_at = factory.SelfAttribute("created_at")
    created_by = factory.SelfAttribute("owner")
    updated_by = factory.SelfAttribute("owner")

    class Meta:
        abstract = True


class QuestionFactory(_StampedFactory[Question]):
    """A question that can be searched for. The url says nothing about the platform here."""

    owner = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Question {n}")
    notes = ""
    slug = factory.LazyAttributeSequence(lambda row, n: f"{slugify(row.title) or 'question'}-{n}")
    search_words = factory.LazyAttribute(lambda row: index_of(row.title, row.notes))

    class Meta:
        model = Question


class TagFactory(_StampedFactory[Tag]):
    """A CUSTOM tag that can be searched for."""

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"tag {n}")
    search_words = factory.LazyAttribute(lambda row: index_of(row.name))
    name_key = factory.LazyAttribute(lambda row: folded(row.name))

    class Meta:
        model = Tag


class QuestionTagFactory(DjangoModelFactory[QuestionTag]):
    """A link whose tag, unless given, is the question's owner's."""

    question = factory.SubFactory(QuestionFactory)
    owner = factory.SelfAttribute("question.owner")
    tag = factory.SubFactory(TagFactory, owner=factory.SelfAttribute("..question.owner"))

    class Meta:
        model = QuestionTag


class QuestionLogFactory(_StampedFactory[QuestionLog]):
    """A solved attempt of the day before; its question's counters and due date are settled."""

    question = factory.SubFactory(QuestionFactory)
    owner = factory.SelfAttribute("question.owner")
    attempted_at = NOW - timedelta(days=1)
    outcome = Outcome.SOLVED

    class Meta:
        model = QuestionLog

    @classmethod
    def _create(cls, model_class: type[QuestionLog], *args: Any, **kwargs: Any) -> QuestionLog:
        log = super()._create(model_class, *args, **kwargs)
        derived = settle([log.question_id], settings=log.owner.settings)
        derived[log.question_id].show_on(log.question)
        return log


class AuthSessionFactory(DjangoModelFactory[AuthSession]):
    """A session opened at ``NOW`` for a week, without a refresh token.

    Tests that need its token open one with ``domain.accounts.services.sessions.open_session``.
    """

    user = factory.SubFactory(UserFactory)
    created_at = NOW
    last_used_at = factory.SelfAttribute("created_at")
    expires_at = factory.LazyAttribute(lambda row: row.created_at + timedelta(days=7))

    class Meta:
        model = AuthSession


class ApiTokenFactory(DjangoModelFactory[ApiToken]):
    """A token of the scope WRITE that lasts. Its clear text is ``api_token_text(row)``."""

    owner = factory.SubFactory(UserFactory)
    name = "backup script"
    scope = ApiScope.WRITE
    created_at = NOW
    prefix = "dbk_0123"
    token_hash = factory.LazyAttribute(lambda row: api_tokens.digest(api_token_text(row)))

    class Meta:
        model = ApiToken

    uid = factory.LazyFunction(new_uid)


def api_token_text(row: Any) -> str:
    """What a program sends that has this token of ``ApiTokenFactory``."""
    return f"{row.prefix}{row.uid.hex}".ljust(api_tokens.TOKEN_LENGTH, "x")
