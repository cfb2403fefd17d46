"""One factory a model: a valid row from the fewest fields, always at the same fixed time."""

import hashlib
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from django.utils.text import slugify
from factory.django import DjangoModelFactory, Password

from domain.accounts.models import ApiScope, ApiToken, AuthSession, Role, User
from domain.accounts.services import api_tokens
from domain.base.models import new_uid
from domain.base.text import folded, index_of
from domain.goals.models import Goal
from domain.idempotency.models import IdempotencyRecord
from domain.jobs.models import Job, JobKind, JobStatus
from domain.lists.models import StudyList, StudyListItem
from domain.practice.models import (
    PracticeSession,
    PracticeSessionItem,
    QuestionLog,
    ReviewBaseline,
    ReviewStage,
    ReviewState,
)
from domain.practice.models.sessions import PATIENCE
from domain.practice.settling import settle
from domain.questions.models import Outcome, Question, QuestionTag, Tag
from domain.sharing.models import PictureKind, ShareLink
from domain.transfer.models import Export, ExportChunk, ExportFormat, ImportBatch, ImportFile

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
    title_key = factory.LazyAttribute(lambda row: folded(row.title))

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


class ReviewStateFactory(DjangoModelFactory[ReviewState]):
    """A question that was attempted once, eleven days ago, and has been due for a day."""

    owner = factory.SubFactory(UserFactory)
    question = factory.SubFactory(
        QuestionFactory,
        owner=factory.SelfAttribute("..owner"),
        log_count=1,
        last_attempted_at=factory.SelfAttribute("..last_review_at"),
        due_at=factory.SelfAttribute("..due_at"),
    )
    state = ReviewStage.REVIEW
    stability = 10.0
    difficulty = 5.0
    due_at = NOW - timedelta(days=1)
    last_review_at = NOW - timedelta(days=11)
    reps = 1

    class Meta:
        model = ReviewState


class ReviewBaselineFactory(DjangoModelFactory[ReviewBaseline]):
    """What another program knew of a question a month ago; nothing is settled by it."""

    question = factory.SubFactory(QuestionFactory)
    owner = factory.SelfAttribute("question.owner")
    stability = 12.5
    difficulty = 5.0
    reviewed_at = NOW - timedelta(days=30)
    due_at = factory.LazyAttribute(lambda row: row.reviewed_at + timedelta(days=12))

    class Meta:
        model = ReviewBaseline


class StudyListFactory(_StampedFactory[StudyList]):
    """An empty list."""

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"List {n}")
    name_key = factory.LazyAttribute(lambda row: folded(row.name))

    class Meta:
        model = StudyList


class StudyListItemFactory(DjangoModelFactory[StudyListItem]):
    """The first place of a list, for a question of its owner."""

    study_list = factory.SubFactory(StudyListFactory)
    owner = factory.SelfAttribute("study_list.owner")
    question = factory.SubFactory(QuestionFactory, owner=factory.SelfAttribute("..owner"))
    position = 0

    class Meta:
        model = StudyListItem


class GoalFactory(_StampedFactory[Goal]):
    """An interview in a month that covers all questions."""

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Interview {n}")
    date = (NOW + timedelta(days=30)).date()

    class Meta:
        model = Goal


class ShareLinkFactory(DjangoModelFactory[ShareLink]):
    """An open link to a heatmap."""

    owner = factory.SubFactory(UserFactory)
    kind = PictureKind.HEATMAP
    name = factory.Sequence(lambda n: f"README {n}")
    created_at = NOW

    class Meta:
        model = ShareLink


class PracticeSessionFactory(DjangoModelFactory[PracticeSession]):
    """A session without questions, begun at ``NOW`` and left alone since."""

    owner = factory.SubFactory(UserFactory)
    started_at = NOW
    closes_at = factory.LazyAttribute(lambda row: row.started_at + PATIENCE)

    class Meta:
        model = PracticeSession


class PracticeSessionItemFactory(DjangoModelFactory[PracticeSessionItem]):
    """A question of a session that waits for its turn, which is the first."""

    session = factory.SubFactory(PracticeSessionFactory)
    owner = factory.SelfAttribute("session.owner")
    question = factory.SubFactory(QuestionFactory, owner=factory.SelfAttribute("..owner"))
    position = 0

    class Meta:
        model = PracticeSessionItem


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


class JobFactory(DjangoModelFactory[Job]):
    """An export that succeeded at ``NOW``, at the first attempt unless it waits."""

    owner = factory.SubFactory(UserFactory)
    kind = JobKind.EXPORT
    status = JobStatus.SUCCEEDED
    attempt = factory.LazyAttribute(lambda row: int(row.status != JobStatus.PENDING))
    attempts_left = factory.LazyAttribute(lambda row: 3 - row.attempt)
    created_at = NOW
    queued_at = factory.SelfAttribute("created_at")
    started_at = factory.LazyAttribute(lambda row: row.created_at if row.attempt else None)
    heartbeat_at = factory.SelfAttribute("started_at")
    finished_at = factory.LazyAttribute(
        lambda row: None if row.status in (JobStatus.PENDING, JobStatus.RUNNING) else NOW
    )

    class Meta:
        model = Job


class ExportFactory(DjangoModelFactory[Export]):
    """A file of two chunks that is kept for a week; ``status`` is of its job."""

    owner = factory.SubFactory(UserFactory)
    job = factory.SubFactory(
        JobFactory,
        owner=factory.SelfAttribute("..owner"),
        status=factory.SelfAttribute("..status"),
    )
    format = ExportFormat.DRILLBOOK_JSON
    created_at = NOW
    file_name = "drillbook-2026-03-02.json"
    size_bytes = 6
    sha256 = hashlib.sha256(b"{}\n{}\n").hexdigest()
    expires_at = NOW + timedelta(days=7)

    class Meta:
        model = Export

    class Params:
        status = JobStatus.SUCCEEDED

    @classmethod
    def _create(cls, model_class: type[Export], *args: Any, **kwargs: Any) -> Export:
        export = super()._create(model_class, *args, **kwargs)
        ExportChunk.objects.bulk_create(
            ExportChunk(export=export, owner_id=export.owner_id, number=number, data=data)
            for number, data in enumerate([zlib.compress(b"{}\n")] * 2)
        )
        return export


class IdempotencyRecordFactory(DjangoModelFactory[IdempotencyRecord]):
    """A call that made a question, which is gone."""

    owner = factory.SubFactory(UserFactory)
    mutation = "createQuestion"
    key = factory.Sequence(lambda n: f"call {n}")
    fingerprint = "0" * 64
    response = factory.LazyFunction(lambda: {"model": "questions.Question", "uid": str(new_uid())})
    created_at = NOW

    class Meta:
        model = IdempotencyRecord


def api_token_text(row: Any) -> str:
    """What a program sends that has this token of ``ApiTokenFactory``."""
    return f"{row.prefix}{row.uid.hex}".ljust(api_tokens.TOKEN_LENGTH, "x")


class ImportBatchFactory(DjangoModelFactory[ImportBatch]):
    """An import that its job has done, though it stored nothing; ``status`` is of the job."""

    owner = factory.SubFactory(UserFactory)
    job = factory.SubFactory(
        JobFactory,
        owner=factory.SelfAttribute("..owner"),
        kind=JobKind.IMPORT,
        status=factory.SelfAttribute("..status"),
    )
    created_at = NOW
    file_name = "submissions.json"
    size_bytes = 2

    class Meta:
        model = ImportBatch

    class Params:
        status = JobStatus.SUCCEEDED


class ImportFileFactory(DjangoModelFactory[ImportFile]):
    """The file of an import whose job failed at ``NOW``."""

    batch = factory.SubFactory(ImportBatchFactory, status=JobStatus.FAILED)
    owner = factory.SelfAttribute("batch.owner")
    content = zlib.compress(b"[]")

    class Meta:
        model = ImportFile
