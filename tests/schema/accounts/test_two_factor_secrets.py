"""What must stay secret is nowhere but in the one answer that shows it."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from domain.accounts.models import TotpDevice
from tests.authenticator import STEP, App
from tests.client import access_token
from tests.factories import NOW, PASSWORD, UserFactory
from tests.schema.accounts.test_two_factor import (
    COMPLETE,
    CONFIRM,
    DISABLE,
    ENROL,
    REGENERATE,
    SIGN_IN,
    VIEWER,
)
from tests.schema.tables import dump

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


class Story:
    """Goes through every mutation, well and badly, and remembers what was shown and refused."""

    def __init__(self, graphql: Any, clock: Any) -> None:
        self.graphql, self.clock = graphql, clock
        self.user = UserFactory(email="careful@example.com", admin=True)
        self.token = access_token(self.user)
        self.secrets: list[str] = []
        self.refusals: list[str] = []

    def run(self) -> None:
        self.begin()
        self.sign_in()
        self.enter_the_admin_site()
        self.end()

    def begin(self) -> None:
        self.refused(ENROL, password="not-the-password")
        enrolment = self.graphql(ENROL, token=self.token, password=PASSWORD).only
        self.app = App.typed_in(enrolment["secret"])
        self.secrets += [enrolment["secret"], enrolment["otpauthUri"], enrolment["qrCodeSvg"]]
        self.secrets += [self.app.secret.hex(), str(self.app.secret)]
        self.refused(CONFIRM, code=self.app.wrong_code(NOW))
        confirmed = self.graphql(CONFIRM, token=self.token, code=self.next_code()).only
        self.token = confirmed["session"]["accessToken"]
        self.codes = confirmed["recoveryCodes"]
        self.keep(self.codes)

    def sign_in(self) -> None:
        input = {"email": self.user.email, "password": PASSWORD}
        challenge = self.graphql(SIGN_IN, input=input).only["challengeToken"]
        self.secrets.append(challenge)
        self.refused(COMPLETE, challengeToken=challenge, code="A" * 20)
        self.refused(COMPLETE, challengeToken=challenge[:-1], code=self.codes[0])
        self.refused(VIEWER, authorization=challenge)
        session = self.graphql(COMPLETE, challengeToken=challenge, code=self.codes[0]).only
        self.refused(COMPLETE, challengeToken=challenge, code=self.codes[0])
        self.token = session["accessToken"]

    def enter_the_admin_site(self) -> None:
        form = {"username": self.user.email, "password": PASSWORD}
        browser = Client()
        page = browser.post("/admin/login/", form | {"code": self.codes[0]})
        self.refusals.append(page.content.decode())
        browser.post("/admin/login/", form | {"code": self.codes[1]})
        assert browser.get("/admin/").status_code == 200

    def end(self) -> None:
        code = self.next_code()
        fresh = self.graphql(REGENERATE, token=self.token, password=PASSWORD, code=code).only
        self.refused(REGENERATE, password=PASSWORD, code=self.codes[2])
        self.refused(DISABLE, password=PASSWORD, code=self.codes[3])
        self.keep(fresh["recoveryCodes"])
        self.before_the_end = json.dumps(dump(), default=str)
        variables = {"password": PASSWORD, "code": fresh["recoveryCodes"][0]}
        self.graphql(DISABLE, token=self.token, **variables)

    def next_code(self) -> str:
        self.at = getattr(self, "at", NOW) + 3 * STEP
        self.clock.move_to(self.at)
        return self.app.code(self.at)

    def keep(self, codes: list[str]) -> None:
        self.secrets += [*codes, *(code.replace("-", "") for code in codes)]

    def refused(self, operation: str, *, authorization: str = "", **variables: str) -> None:
        body = {"query": operation, "variables": variables}
        answer = self.graphql.send(body, token=authorization or self.token)
        assert answer.codes, answer
        self.refusals.append(json.dumps(answer.body))


@pytest.fixture
def story(graphql, clock) -> Story:
    return Story(graphql, clock)


def assert_nowhere(secrets: list[str], texts: list[str]) -> None:
    assert len(secrets) > 40
    assert texts
    for text in texts:
        for secret in secrets:
            assert secret.lower() not in text.lower(), secret


def test_is_in_no_log_record(story, caplog):
    caplog.set_level(logging.DEBUG)
    with CaptureQueriesContext(connection):  # so that Django logs every statement
        story.run()

    statements = [record for record in caplog.records if record.name == "django.db.backends"]
    assert any("accounts_recoverycode" in record.getMessage() for record in statements)
    assert_nowhere(story.secrets, [str(vars(record)) for record in caplog.records])


def test_is_in_no_row(story):
    story.run()

    after = json.dumps(dump(), default=str)
    assert not TotpDevice.objects.exists()
    assert_nowhere(story.secrets, [story.before_the_end, after])


def test_is_in_no_refusal(story):
    story.run()

    assert len(story.refusals) == 9
    assert_nowhere(story.secrets, story.refusals)


def test_is_in_no_cache_key(story, settings):
    used: list[str] = []
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "KEY_FUNCTION": lambda key, prefix, version: used.append(key) or f"{prefix}:{key}",
        }
    }

    story.run()

    assert_nowhere(story.secrets, used)
