"""What is over goes: accounts with everything in them, sessions and tokens."""

from datetime import timedelta
from threading import Event

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from gqlauth.models import RefreshToken

from domain.accounts import erasing
from domain.accounts.models import AuthSession, RefreshLink, Role, TwoFactorChallenge, User
from domain.accounts.services import api_tokens, deletion, expiry
from domain.accounts.services.sessions import open_session, refresh_session
from domain.audit import services as audit
from domain.audit.models import AuditEvent
from domain.goals.models import GoalList, GoalTag
from domain.practice.models import PracticePause
from domain.questions.models import Question
from domain.transfer.models import ImportedChange
from tests.authenticator import with_two_factor
from tests.domain.parallel import at_once
from tests.factories import (
    NOW,
    PASSWORD,
    AuthSessionFactory,
    ExportFactory,
    GoalFactory,
    IdempotencyRecordFactory,
    ImportFileFactory,
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
from tests.schema.tables import dump

DAY = timedelta(days=1)
MONTH = expiry.KEPT


def furnish(person: User) -> None:
    """Give somebody rows in every table that rows of people are in."""
    QuestionLogFactory(question=QuestionTagFactory(question__owner=person).question)
    trashed = QuestionFactory(owner=person, deleted_at=NOW, deleted_by=person)
    QuestionLogFactory(question=trashed, deleted_at=NOW, deleted_by=person)
    TagFactory(owner=person, deleted_at=NOW, deleted_by=person)
    plan(person)
    IdempotencyRecordFactory(owner=person)
    with_two_factor(person)
    TwoFactorChallenge.objects.create(user=person, created_at=NOW, expires_at=NOW)
    refresh_session(refresh_token=open_session(user=person, at=NOW).refresh_token, at=NOW)
    api_tokens.create_api_token(owner=person, name="x", scope="READ", password=PASSWORD, at=NOW)
    person.groups.add(Group.objects.get_or_create(name="a group")[0])
    person.user_permissions.add(1)
    LogEntry.objects.create(user=person, action_flag=1, object_repr="x")


def plan(person: User) -> None:
    """Give them lists, a goal, a session, a picture to share."""
    trashed = {"deleted_at": NOW, "deleted_by": person}
    item = StudyListItemFactory(owner=person, study_list__owner=person)
    StudyListFactory(owner=person, **trashed)
    ReviewBaselineFactory(question=item.question)
    goal = GoalFactory(owner=person)
    GoalFactory(owner=person, **trashed)
    GoalList.objects.create(owner=person, goal=goal, study_list=item.study_list)
    GoalTag.objects.create(owner=person, goal=goal, tag=TagFactory(owner=person))
    session = PracticeSessionFactory(owner=person, study_list=item.study_list)
    PracticeSessionItemFactory(session=session, question=item.question)
    PracticePause.objects.create(owner=person, session=session, started_at=NOW)
    ShareLinkFactory(owner=person)
    ExportFactory(owner=person)
    batch = ImportFileFactory(batch__owner=person).batch
    ImportedChange.objects.create(owner=person, batch=batch, table="x", row_id=1, after={})


def references() -> list[tuple[type[models.Model], str]]:
    """Every column of every table that refers to a person."""
    return [
        (model, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is User
    ]


def mentioned_in(person: int) -> set[str]:
    return {
        f"{model._meta.label}.{column}"
        for model, column in references()
        if models.QuerySet(model).filter(**{column: person}).exists()
    }


@pytest.fixture
def leaving(db) -> User:
    """Somebody whose time has come, with rows in every table."""
    person = UserFactory(email="leaving@example.com", deletion_scheduled_for=NOW)
    furnish(person)
    return person


@pytest.fixture
def staying(user) -> User:
    """Somebody else with the same."""
    furnish(user)
    return user


# --- Accounts ---------------------------------------------------------------------------------


def test_people_are_in_every_table_that_can_refer_to_them(leaving):
    """Else the next tests would prove little: whoever adds a table adds to ``furnish``."""
    places = {f"{model._meta.label}.{column}" for model, column in references()}

    assert mentioned_in(leaving.pk) == places


def test_nothing_of_them_is_left_in_any_table(leaving, staying):
    children = {model: models.QuerySet(model).count() for model, _ in erasing._tables()}

    assert expiry.erase_due_accounts(at=NOW) == 1

    assert mentioned_in(leaving.pk) == set()
    assert not User.objects.filter(pk=leaving.pk).exists()
    # Both had the same number of rows in each table.
    for model, count in children.items():
        assert models.QuerySet(model).count() * 2 == count, model


def test_nothing_of_anybody_else_changes(leaving, staying):
    before = dump()
    mine = set(mentioned_in(staying.pk))

    expiry.erase_due_accounts(at=NOW)

    after = dump()
    assert mentioned_in(staying.pk) == mine
    for table, rows in after.items():
        if table != "audit.AuditEvent":
            assert [row for row in rows if row not in before[table]] == [], table
    events = [row for row in before["audit.AuditEvent"] if row["owner_id"] == staying.pk]
    assert [row for row in after["audit.AuditEvent"] if row["owner_id"]] == events


def test_foreign_keys_hold_afterwards(leaving, staying):
    expiry.erase_due_accounts(at=NOW)

    connection.check_constraints()


def test_audit_events_remain_as_skeletons(leaving, admin):
    question = Question.objects.filter(owner=leaving).first()
    audit.record(verb="question.updated", at=NOW, actor=admin, row=question, fields=["title"])
    audit.record(verb="question.updated", at=NOW, actor=leaving, row=QuestionFactory(owner=admin))
    count = AuditEvent.objects.count()

    expiry.erase_due_accounts(at=NOW)

    assert AuditEvent.objects.count() == count + 1
    by_admin, by_them, erased = AuditEvent.objects.order_by("-pk")[:3][::-1]
    assert (by_admin.verb, by_admin.actor, by_admin.owner) == ("question.updated", admin, None)
    assert (by_admin.object_uid, by_admin.fields) == (None, ["title"])
    assert (by_them.actor, by_them.owner) == (None, admin)
    assert by_them.object_uid is not None
    assert (erased.verb, erased.actor, erased.owner) == ("account.erased", None, None)
    assert not AuditEvent.objects.filter(object_uid=leaving.uid).exists()


def test_rows_of_others_forget_who_changed_them(leaving, admin):
    question = QuestionFactory(owner=admin, created_by=leaving, updated_by=leaving)
    other = QuestionFactory(owner=admin, updated_by=admin, deleted_by=leaving, deleted_at=NOW)

    expiry.erase_due_accounts(at=NOW)

    question.refresh_from_db()
    other.refresh_from_db()
    assert (question.owner, question.created_by, question.updated_by) == (admin, None, None)
    assert (other.created_by, other.updated_by, other.deleted_by) == (admin, admin, None)


@pytest.mark.parametrize(
    "kept",
    [
        {"deletion_scheduled_for": None},
        {"deletion_scheduled_for": NOW + timedelta(microseconds=1)},
        {"role": Role.ADMIN},
    ],
    ids=["cancelled", "not due", "administrator"],
)
def test_who_is_not_due_stays(kept, leaving):
    User.objects.filter(pk=leaving.pk).update(**kept)
    before = dump()

    assert expiry.erase_due_accounts(at=NOW) == 0
    assert dump() == before


def test_many_go_in_batches_and_it_can_be_run_again(db, monkeypatch):
    monkeypatch.setattr(expiry, "PEOPLE_AT_ONCE", 2)
    for person in UserFactory.create_batch(5, deletion_scheduled_for=NOW):
        QuestionLogFactory(question__owner=person)

    assert [expiry.erase_due_accounts(at=NOW) for _ in range(2)] == [5, 0]
    assert not User.objects.exists()
    assert not Question.objects.exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no timeouts of a role")
def test_no_timeout_of_the_role_ends_an_erasure(leaving, monkeypatch):
    held = set()
    take_out = erasing._take_out

    def look(*where):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            held.update(cursor.fetchone())
        take_out(*where)

    monkeypatch.setattr(erasing, "_take_out", look)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '60s'")

    expiry.erase_due_accounts(at=NOW)

    assert held == {"0"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_who_is_just_cancelling_is_left_alone_and_nobody_waits():
    UserFactory(email="a@example.com", deletion_scheduled_for=NOW)
    other = UserFactory(email="b@example.com", deletion_scheduled_for=NOW)
    cancelling, erased = Event(), Event()

    def cancel() -> None:
        with transaction.atomic():
            deletion.cancel_account_deletion(user=other, at=NOW)
            cancelling.set()
            assert erased.wait(10)

    def erase() -> int:
        assert cancelling.wait(10)
        try:
            return expiry.erase_due_accounts(at=NOW)
        finally:
            erased.set()

    assert at_once(cancel, erase) == [None, 1]
    assert User.objects.get() == other
    assert expiry.erase_due_accounts(at=NOW) == 0


def test_the_number_of_statements_does_not_depend_on_what_they_have(leaving):
    other = UserFactory(deletion_scheduled_for=NOW + DAY)
    with CaptureQueriesContext(connection) as much:
        expiry.erase_due_accounts(at=NOW)
    with CaptureQueriesContext(connection) as little:
        expiry.erase_due_accounts(at=NOW + DAY)

    assert not User.objects.filter(pk=other.pk).exists()
    assert len(much) == len(little)


def test_tables_that_refer_to_others_are_emptied_first():
    order = [model._meta.object_name for model, _ in erasing._tables()]

    for child, parent in [
        ("QuestionTag", "Question"),
        ("QuestionTag", "Tag"),
        ("QuestionLog", "Question"),
        ("RefreshLink", "AuthSession"),
        ("RefreshLink", "RefreshToken"),
        ("RecoveryCode", "TotpDevice"),
    ]:
        assert order.index(child) < order.index(parent)


def test_every_reference_to_people_goes_with_them_or_is_emptied():
    for model, column in references():
        key = model._meta.get_field(column)
        rule = key.remote_field.on_delete

        assert rule in (models.CASCADE, models.SET_NULL), (model, column)
        assert rule is models.CASCADE or key.null


# --- Sessions and tokens ----------------------------------------------------------------------


@pytest.mark.parametrize("column", ["expires_at", "revoked_at"])
def test_sessions_that_are_long_over_are_forgotten_with_their_tokens(column, user):
    old, recent, open_ = (open_session(user=user, at=NOW).session for _ in range(3))
    AuthSession.objects.filter(pk=old.pk).update(**{column: NOW - MONTH})
    late = NOW - MONTH + timedelta(seconds=1)
    AuthSession.objects.filter(pk=recent.pk).update(**{column: late})

    assert [expiry.purge_sessions(at=NOW) for _ in range(2)] == [1, 0]

    assert set(AuthSession.objects.all()) == {recent, open_}
    assert RefreshLink.objects.count() == RefreshToken.objects.count() == 2


def test_tokens_that_were_exchanged_long_ago_are_forgotten(user):
    opened = open_session(user=user, at=NOW)
    renewed = refresh_session(refresh_token=opened.refresh_token, at=NOW)

    early = expiry.purge_refresh_tokens(at=NOW + MONTH - DAY)
    due = expiry.purge_refresh_tokens(at=NOW + MONTH)

    assert (early, due) == (0, 1)
    assert RefreshLink.objects.count() == RefreshToken.objects.count() == 1
    assert refresh_session(refresh_token=renewed.refresh_token, at=NOW + DAY)


def test_sign_ins_without_a_code_are_forgotten(user):
    for ends in (NOW, NOW + DAY):
        TwoFactorChallenge.objects.create(user=user, created_at=NOW, expires_at=ends)

    assert expiry.purge_challenges(at=NOW) == 1
    assert TwoFactorChallenge.objects.get().expires_at == NOW + DAY


def test_much_is_forgotten_in_batches(user, monkeypatch):
    monkeypatch.setattr(expiry, "ROWS_AT_ONCE", 2)
    AuthSessionFactory.create_batch(5, user=user, created_at=NOW - 2 * MONTH)

    assert expiry.purge_sessions(at=NOW) == 5
    assert not AuthSession.objects.exists()
