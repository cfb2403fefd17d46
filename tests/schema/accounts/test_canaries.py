"""Secrets that go through every account flow are found nowhere afterwards."""

import json
import logging
from datetime import UTC, datetime

import pytest
from django.core.cache import caches

from domain.base import tasks
from tests.authenticator import App
from tests.client import GraphQLClient
from tests.schema.tables import dump

PASSWORD = "canary-password-one"
NEW_PASSWORD = "canary-password-two"
WRONG_PASSWORD = "canary-password-wrong"
WRONG_TOKEN = "dbk_canary" + "x" * 37
EMAIL = "canary@example.com"

SIGN_IN = """mutation ($password: String!) {
  signIn(input: {email: "canary@example.com", password: $password}) {
    ... on Session { accessToken refreshToken }
    ... on TwoFactorChallenge { challengeToken }
    ... on OperationInfo { messages { code message } }
  }
}"""
REFRESH = """mutation ($token: String!) {
  refreshToken(input: {refreshToken: $token}) {
    ... on Session { accessToken refreshToken }
    ... on OperationInfo { messages { code message } }
  }
}"""
API_TOKEN = """mutation ($password: String!) {
  createApiToken(input: {name: "CI", scope: READ, password: $password}) {
    ... on NewApiToken { token apiToken { id prefix } }
    ... on OperationInfo { messages { code message } }
  }
}"""
CHANGE = """mutation ($old: String!, $new: String!) {
  changePassword(input: {currentPassword: $old, newPassword: $new}) {
    ... on Session { accessToken refreshToken }
    ... on OperationInfo { messages { code message } }
  }
}"""
ENROL = """mutation ($password: String!) {
  enrolTwoFactor(input: {password: $password}) {
    ... on TwoFactorEnrolment { secret otpauthUri }
    ... on OperationInfo { messages { code message } }
  }
}"""
CONFIRM = """mutation ($code: String!) {
  confirmTwoFactor(input: {code: $code}) {
    ... on TwoFactorConfirmation { recoveryCodes session { accessToken refreshToken } }
    ... on OperationInfo { messages { code message } }
  }
}"""
COMPLETE = """mutation ($token: String!, $code: String!) {
  completeTwoFactor(input: {challengeToken: $token, code: $code}) {
    ... on Session { accessToken refreshToken }
    ... on OperationInfo { messages { code message } }
  }
}"""
REGISTER = f"""mutation {{
  register(input: {{email: "{EMAIL}", password: "{PASSWORD}"}}) {{ __typename }}
}}"""
RESET = """mutation ($token: String!) {
  resetPassword(input: {token: $token, newPassword: "canary-password-three"}) {
    ... on OperationInfo { messages { code message } }
  }
}"""


class Flows:
    """Goes through the account flows, and keeps the secrets and the refusals that it met."""

    def __init__(self, graphql: GraphQLClient) -> None:
        self.graphql = graphql
        self.secrets = {
            "password": PASSWORD,
            "new": NEW_PASSWORD,
            "wrong": WRONG_PASSWORD,
            "token": WRONG_TOKEN,
        }
        self.refusals: list[str] = []

    def send(self, operation, access, variables):
        return self.graphql.send({"query": operation, "variables": variables}, token=access)

    def call(self, operation, access=None, **variables):
        return self.send(operation, access, variables).only

    def refused(self, operation, access=None, **variables):
        answer = self.send(operation, access, variables)
        assert answer.codes
        self.refusals.append(json.dumps(answer.body))

    def keep(self, name, session):
        self.secrets[f"{name} access"] = session["accessToken"]
        self.secrets[f"{name} refresh"] = session["refreshToken"]
        return session

    def run(self) -> None:
        self.call(REGISTER)
        self.refused(SIGN_IN, password=WRONG_PASSWORD)
        session = self.keep("first", self.call(SIGN_IN, password=PASSWORD))
        session = self.keep("second", self.call(REFRESH, token=session["refreshToken"]))
        access = session["accessToken"]
        self.refused(REFRESH, token=WRONG_TOKEN)
        self.refused(API_TOKEN, access, password=WRONG_PASSWORD)
        api_token = self.call(API_TOKEN, access, password=PASSWORD)["token"]
        self.secrets["api token"] = api_token[8:]
        self.call("{ viewer { email } }", api_token)
        self.refused("mutation { signOutEverywhere { __typename } }", api_token)
        self.refused("{ viewer { email } }", WRONG_TOKEN)
        self.refused(CHANGE, access, old=WRONG_PASSWORD, new=NEW_PASSWORD)
        changed = self.keep("third", self.call(CHANGE, access, old=PASSWORD, new=NEW_PASSWORD))
        self.refused(RESET, token=WRONG_TOKEN)
        self.with_codes(changed["accessToken"])

    def with_codes(self, access: str) -> None:
        now = datetime.now(UTC)
        secret = self.call(ENROL, access, password=NEW_PASSWORD)["secret"]
        app = App.typed_in(secret)
        confirmed = self.call(CONFIRM, access, code=app.code(now))
        self.keep("fourth", confirmed["session"])
        codes = confirmed["recoveryCodes"]
        challenge = self.call(SIGN_IN, password=NEW_PASSWORD)["challengeToken"]
        self.secrets |= {"totp secret": secret, "challenge": challenge}
        self.secrets |= {f"recovery code {number}": code for number, code in enumerate(codes)}
        self.refused(COMPLETE, token=challenge, code=app.wrong_code(now))
        self.keep("fifth", self.call(COMPLETE, token=challenge, code=codes[0]))
        self.call("mutation { signOutEverywhere { __typename } }", self.secrets["fifth access"])


@pytest.fixture
def handed_over(monkeypatch):
    """What background tasks were given."""
    seen = []
    hand_over = tasks._hand_over

    def spy(task, args, kwargs):
        seen.append(repr((args, kwargs)))
        hand_over(task, args, kwargs)

    monkeypatch.setattr(tasks, "_hand_over", spy)
    return seen


def test_found_nowhere(
    graphql, caplog, handed_over, monkeypatch, django_capture_on_commit_callbacks
):
    cached = []
    cache = caches["default"]
    for name in ("add", "set", "incr", "get", "delete"):
        original = getattr(cache, name)

        def spy(key, *args, original=original, **kwargs):
            cached.append(repr((key, args)))
            return original(key, *args, **kwargs)

        monkeypatch.setattr(cache, name, spy, raising=False)
    flows = Flows(graphql)

    with caplog.at_level(logging.DEBUG), django_capture_on_commit_callbacks(execute=True):
        flows.run()

    written = [repr(vars(record)) for record in caplog.records if record.name != "asyncio"]
    places = {
        "tables": json.dumps(dump(), default=repr),
        "logs": "\n".join(written) + caplog.text,
        "refusals": "\n".join(flows.refusals),
        "tasks": "\n".join(handed_over),
        "cache": "\n".join(cached),
    }
    assert len(flows.secrets) >= 25
    # What is there is found.
    assert all(EMAIL in places[place] for place in ("tables", "tasks"))
    assert {
        (place, name)
        for place, text in places.items()
        for name, secret in flows.secrets.items()
        if secret in text
    } == set()
