"""Two people with rows of every kind, that look alike but for their texts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model

from domain.accounts.models import ApiToken, AuthSession, User
from domain.audit import services as audit
from domain.audit.models import AuditEvent
from domain.goals.models import Goal, GoalList, GoalTag
from domain.jobs.models import Job
from domain.lists.models import StudyList, StudyListItem
from domain.practice.models import PracticeSession, QuestionLog
from domain.questions.models import AskedWithin, Question, QuestionTag, Tag, TagKind
from domain.sharing.models import ShareLink
from domain.transfer.models import Export, ImportBatch
from tests.client import node_id
from tests.factories import (
    NOW,
    AuthSessionFactory,
    ExportFactory,
    GoalFactory,
    ImportBatchFactory,
    JobFactory,
    PracticeSessionFactory,
    PracticeSessionItemFactory,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    ReviewBaselineFactory,
    ShareLinkFactory,
    StudyListFactory,
    StudyListItemFactory,
    TagFactory,
    UserFactory,
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
    study_list: StudyList
    item: StudyListItem
    trashed_list: StudyList
    item_of_trashed_list: StudyListItem
    item_of_trashed_question: StudyListItem
    practice_session: PracticeSession
    goal: Goal
    trashed_goal: Goal
    share_link: ShareLink
    revoked_share_link: ShareLink
    session: AuthSession
    ended_session: AuthSession
    export: Export
    import_batch: ImportBatch
    job: Job
    api_token: ApiToken
    revoked_api_token: ApiToken
    event: AuditEvent

    def live(self, type_name: str) -> Any:
        """The row that the API shows as this type."""
        rows: dict[str, Model] = {
            "Question": self.question,
            "Tag": self.tag,
            "QuestionLog": self.log,
            "StudyList": self.study_list,
            "StudyListItem": self.item,
            "PracticeSession": self.practice_session,
            "Goal": self.goal,
            "ShareLink": self.share_link,
            "Export": self.export,
            "ImportBatch": self.import_batch,
            "Job": self.job,
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
            "StudyList": [self.trashed_list],
            "Goal": [self.trashed_goal],
            "ShareLink": [self.revoked_share_link],
            "StudyListItem": [self.item_of_trashed_list, self.item_of_trashed_question],
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
    ReviewBaselineFactory(question=question)
    trashed = {"deleted_at": NOW, "deleted_by": owner}
    gone = QuestionFactory(owner=owner, title=f"{text} gone")
    log_of_gone = QuestionLogFactory(question=gone)
    Question.objects.filter(pk=gone.pk).update(**trashed)
    study_list = StudyListFactory(owner=owner, name=text, description=text)
    item = StudyListItemFactory(study_list=study_list, question=question, section=text)
    old_list = StudyListFactory(owner=owner, name=f"{text} gone", **trashed)
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
        study_list=study_list,
        item=item,
        trashed_list=old_list,
        item_of_trashed_list=StudyListItemFactory(study_list=old_list, question=question),
        item_of_trashed_question=StudyListItemFactory(
            study_list=study_list, question=gone, position=1, section=f"{text} gone"
        ),
        practice_session=practice_session(question, study_list, gone),
        goal=goal(study_list, tag, name=text, note=text),
        trashed_goal=goal(study_list, tag, name=f"{text} gone", **trashed),
        share_link=ShareLinkFactory(owner=owner, name=text),
        revoked_share_link=ShareLinkFactory(owner=owner, name=f"{text} gone", revoked_at=NOW),
        export=ExportFactory(owner=owner, file_name=text),
        import_batch=ImportBatchFactory(
            owner=owner, file_name=text, job__finished_at=datetime.now(UTC)
        ),
        job=JobFactory(owner=owner, error_code=word.lower(), error_message=text),
        session=AuthSessionFactory(user=owner, user_agent=text),
        ended_session=AuthSessionFactory(user=owner, revoked_at=NOW),
        api_token=api_token(owner, text),
        revoked_api_token=api_token(owner, f"{text} gone", revoked_at=NOW),
        event=audit.record(verb="question.created", at=NOW, actor=owner, row=question),
    )


def goal(study_list: StudyList, tag: Tag, **values: Any) -> Goal:
    """A goal that still lies ahead, and covers a list, a tag and a company."""
    day = (datetime.now(UTC) + timedelta(days=30)).date()
    row = GoalFactory(owner=tag.owner, company=tag, date=day, **values)
    GoalList.objects.create(owner=tag.owner, goal=row, study_list=study_list)
    GoalTag.objects.create(owner=tag.owner, goal=row, tag=tag)
    return row


def practice_session(question: Question, study_list: StudyList, gone: Question) -> PracticeSession:
    """An open session, that has just begun, of a live question and a trashed one."""
    session = PracticeSessionFactory(
        owner=question.owner, study_list=study_list, started_at=datetime.now(UTC)
    )
    PracticeSessionItemFactory(session=session, question=question, started_at=session.started_at)
    PracticeSessionItemFactory(session=session, question=gone, position=1)
    return session


def api_token(owner: User, name: str, **values: Any) -> ApiToken:
    """A key that a person gave to a program."""
    digest = f"{owner.pk} {name}"
    return ApiToken.objects.create(
        owner=owner, name=name, scope="READ", created_at=NOW, token_hash=digest, **values
    )


@pytest.fixture(scope="module")
def made_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Rows, Rows]]:
    """Both people's rows, made once for a module's tests: each undoes what it did."""
    with django_db_blocker.unblock(), transaction.atomic():
        caller = UserFactory(email="user@example.com")
        stranger = UserFactory(email="stranger@example.com")
        yield rows_of(caller, "MINE"), rows_of(stranger, "THEIRS")
        transaction.set_rollback(True)


@pytest.fixture
def mine(user: User) -> Rows:
    """The caller's rows."""
    return rows_of(user, "MINE")


@pytest.fixture
def theirs(stranger: User) -> Rows:
    """The stranger's rows."""
    return rows_of(stranger, "THEIRS")
