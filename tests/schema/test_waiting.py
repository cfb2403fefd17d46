"""A request waits for what somebody else has locked, but not with everybody else behind it."""

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection

from domain.accounts.models import ApiToken, UserSettings
from domain.accounts.services import lockout
from domain.audit.models import LOCKED, AuditEvent
from domain.lists.models import StudyList
from schema.errors import RETRY_SECONDS
from tests.client import GraphQLClient, access_token
from tests.domain.holding import somebody_executing
from tests.factories import PASSWORD, ApiTokenFactory, UserFactory, api_token_text

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks no rows"),
]

# As an import does, from its first row to its last.
HOLD_SETTINGS = "SELECT 1 FROM accounts_usersettings FOR UPDATE"
HOLD_PEOPLE = "SELECT 1 FROM accounts_user FOR UPDATE"
HOLD_TOKENS = "SELECT 1 FROM accounts_apitoken FOR UPDATE"
CREATE_TOKEN = """mutation ($password: String!) {
    createApiToken(input: {name: "cli", scope: READ, password: $password}) { __typename } }"""
SIGN_IN = """mutation ($email: String!) {
    signIn(input: {email: $email, password: "wrong"}) { __typename } }"""


@pytest.mark.parametrize(
    "change",
    [
        'updateSettings(input: {timezone: "Asia/Tokyo"})',
        'createStudyList(input: {name: "Later"})',
        'createStudyList(input: {name: "Later", idempotencyKey: "once"})',
    ],
)
def test_who_waits_too_long_is_told_when_to_come_again(change, settings):
    settings.LOCK_MILLISECONDS = 50
    person = UserFactory()
    client, token = GraphQLClient(), access_token(person)
    client.may_fail = True
    operation = f"mutation {{ {change} {{ __typename }} }}"

    with somebody_executing(HOLD_SETTINGS):
        refused = client(operation, token=token)
    unchanged = UserSettings.objects.get(user=person).timezone, StudyList.objects.count()
    again = client(operation, token=token)

    (error,) = refused.body["errors"]
    assert (refused.status, refused.codes) == (200, ["BUSY"])
    assert error["extensions"]["retryAfterSeconds"] == RETRY_SECONDS
    assert unchanged == ("UTC", 0)
    assert again.only["__typename"] != "OperationInfo"


@pytest.mark.parametrize("operation", [CREATE_TOKEN, SIGN_IN], ids=["signed in", "signing in"])
def test_a_lock_after_wrong_passwords_is_noted_once_there_is_no_other(
    operation, settings, monkeypatch
):
    # Otherwise done in the background, where nobody waits for it.
    monkeypatch.setattr(lockout, "enqueue", lambda *task: None)
    settings.LOCK_MILLISECONDS, settings.LOGIN_FAILURES_PER_ACCOUNT = 50, 1
    person = UserFactory()
    client = GraphQLClient()
    client.may_fail = True
    token = access_token(person) if operation == CREATE_TOKEN else None
    values = {"password": "wrong"} if operation == CREATE_TOKEN else {"email": person.email}

    with somebody_executing(HOLD_PEOPLE):
        refused = client(operation, token=token, **values)
    again = client(operation, token=token, **values)

    assert refused.codes == ["BUSY"]
    assert again.only["__typename"] == "OperationInfo"
    assert AuditEvent.objects.filter(verb=LOCKED, owner=person).count() == 1


def test_a_password_that_is_hashed_anew_waits_no_longer(settings):
    settings.LOCK_MILLISECONDS = 50
    old = make_password(PASSWORD, salt="short")
    person = UserFactory()
    type(person).objects.update(password=old)
    client, token = GraphQLClient(), access_token(person)
    client.may_fail = True

    with somebody_executing(HOLD_PEOPLE):
        refused = client(CREATE_TOKEN, token=token, password=PASSWORD)
    client(CREATE_TOKEN, token=token, password=PASSWORD)

    person.refresh_from_db()
    assert refused.codes == ["BUSY"]
    assert ApiToken.objects.count() == 1
    assert person.password != old


def test_nobody_waits_for_the_note_that_a_token_was_used(settings):
    settings.LOCK_MILLISECONDS = 60_000
    token = ApiTokenFactory()
    client, text = GraphQLClient(), api_token_text(token)

    with somebody_executing(HOLD_TOKENS):
        answer = client("{ viewer { email } }", token=text)
        token.refresh_from_db()
        noted_meanwhile = token.last_used_at
    client("{ viewer { email } }", token=text)

    token.refresh_from_db()
    assert answer.only == {"email": token.owner.email}
    assert noted_meanwhile is None
    assert token.last_used_at is not None
