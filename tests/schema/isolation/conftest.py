"""Two people with rows of every kind, that look alike but for their texts."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model

from domain.accounts.models import ApiToken, AuthSession, User
from domain.audit import services as audit
from domain.audit.models import AuditEvent
from domain.practice.models import QuestionLog
from domain.questions.models import AskedWithin, Question, QuestionTag, Tag, TagKind
from tests.client import node_id
from tests.factories import (
    NOW,
    AuthSessionFactory,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    TagFactory,
)


@dataclass(frozen=True)
class Rows:
    """What one person has: a live row of each kind, and one in the trash."""

    owner: User
    question: Question
    tag: Tag
    link: QuestionTag
    log: QuestionLog
    trashed_question: Question
    trashed_tag: Tag
    trashed_log: QuestionLog
    log_of_trashed_question: QuestionLog
    session: AuthSession
    ended_session: AuthSession
    api_token: ApiToken
    revoked_api_token: ApiToken
    event: AuditEvent

    def live(self, type_name: str) -> Any:
        """The row that the API shows as this type."""
        rows: dict[str, Model] = {
            "Question": self.question,
            "Tag": self.tag,
            "QuestionLog": self.log,
            "Person": self.owner,
            "User": self.owner,
            "AuthSession": self.session,
            "ApiToken": self.api_token,
            "AuditEvent": self.event,
        }
        return rows[type_name]

    def hidden(self, type_name: str) -> list[Any]:
        """Rows of this type that are still stored and that the API shows to nobody."""
        rows: dict[str, list[Model]] = {
            "Question": [self.trashed_question],
            "Tag": [self.trashed_tag],
            "QuestionLog": [self.trashed_log, self.log_of_trashed_question],
            "AuthSession": [self.ended_session],
            "ApiToken": [self.revoked_api_token],
        }
        return rows.get(type_name, [])

    def id_of(self, type_name: str) -> str:
        """The API's id of the row that it shows as this type."""
        return node_id(type_name=type_name, uid=self.live(type_name).uid)


def rows_of(owner: User, word: str) -> Rows:
    """Make a person's rows, with a word by which their texts are known."""
    text = f"{word} apple"
    question = QuestionFactory(owner=owner, title=text, notes=text, content=text, source=text)
    tag = TagFactory(owner=owner, name=text, kind=TagKind.COMPANY, description=text)
    link = QuestionTagFactory(
        question=question, tag=tag, frequency=50.0, window=AskedWithin.ALL_TIME
    )
    trashed = {"deleted_at": NOW, "deleted_by": owner}
    gone = QuestionFactory(owner=owner, title=f"{text} gone")
    log_of_gone = QuestionLogFactory(question=gone)
    Question.objects.filter(pk=gone.pk).update(**trashed)
    return Rows(
        owner=owner,
        question=question,
        tag=tag,
        link=link,
        log=QuestionLogFactory(question=question, notes=text, duration_seconds=60),
        trashed_question=gone,
        trashed_tag=TagFactory(owner=owner, name=f"{text} gone", **trashed),
        trashed_log=QuestionLogFactory(
            question=question, attempted_at=NOW - timedelta(days=2), notes=text, **trashed
        ),
        log_of_trashed_question=log_of_gone,
        session=AuthSessionFactory(user=owner, user_agent=text),
        ended_session=AuthSessionFactory(user=owner, revoked_at=NOW),
        api_token=api_token(owner, text),
        revoked_api_token=api_token(owner, f"{text} gone", revoked_at=NOW),
        event=audit.record(verb="question.created", at=NOW, actor=owner, row=question),
    )


def api_token(owner: User, name: str, **values: Any) -> ApiToken:
    """A key that a person gave to a program."""
    digest = f"{owner.pk} {name}"
    return ApiToken.objects.create(
        owner=owner, name=name, scope="READ", created_at=NOW, token_hash=digest, **values
    )


@pytest.fixture
def mine(user: User) -> Rows:
    """The caller's rows."""
    return rows_of(user, "MINE")


@pytest.fixture
def theirs(stranger: User) -> Rows:
    """The stranger's rows."""
    return rows_of(stranger, "THEIRS")
