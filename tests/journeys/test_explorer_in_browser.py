"""The explorer page in a real browser: what it asks for, what it keeps, and a first session."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from domain.accounts.models import User
from domain.jobs.models import Job
from domain.practice.services import logs
from domain.questions.models import Outcome, Question
from project.explorer import page as explorer
from tests.authenticator import RECOVERY_CODE, App, with_two_factor
from tests.client import node_id
from tests.factories import PASSWORD, JobFactory, QuestionFactory

pytestmark = pytest.mark.once

RUN = ".graphiql-execute-button"
QUERY = ".graphiql-query-editor .CodeMirror"
VARIABLES = "section[aria-label=Variables] .graphiql-editor:not(.hidden) .CodeMirror"
ANSWER = ".graphiql-response"


@dataclass
class Visitor:
    """Somebody at a browser that has never been here, and what the browser told its console."""

    tab: Page
    host: str
    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def open(self) -> None:
        self.tab.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on(
            "console",
            lambda line: self.complaints.append(line.text) if line.type == "error" else None,
        )
        self.tab.goto(f"http://{self.host}/graphql")
        expect(self.tab.locator(QUERY)).to_be_visible()

    def sign_in(self, email: str) -> None:
        self.give_password(email)
        expect(self.tab.locator("#caller")).to_have_text(f"Signed in as {email}")

    def give_password(self, email: str) -> None:
        self.tab.fill("#email", email)
        self.tab.fill("#password", PASSWORD)
        self.tab.click("#sign-in button")

    def give_code(self, code: str) -> None:
        self.tab.fill("#code", code)
        self.tab.click("text=Confirm")

    def write(self, editor: str, text: str) -> None:
        self.tab.click(editor)
        self.tab.keyboard.press("Control+A")
        self.tab.keyboard.insert_text(text)

    def run(self, name: str) -> None:
        """Run the operation of a tab as it stands."""
        self.tab.get_by_role("tab", name=name).click()
        expect(self.tab.locator(QUERY)).to_contain_text(name)
        self.tab.click(RUN)

    def expect_answer(self, *texts: str) -> None:
        for text in texts:
            expect(self.tab.locator(ANSWER)).to_contain_text(text)

    def ask_who_i_am(self) -> None:
        self.write(QUERY, "query WhoAmI { viewer { email } }")
        # GraphiQL reads the operation's name, which it sends along, a moment after the typing.
        expect(self.tab.get_by_role("tab", name="WhoAmI")).to_be_visible()
        self.tab.click(RUN)


@pytest.fixture
def visitor(user: User, live_server, browser: Browser) -> Iterator[Visitor]:
    context = browser.new_context()
    yield Visitor(context.new_page(), urlsplit(live_server.url).netloc)
    context.close()


@pytest.fixture
def app(user: User) -> App:
    """The authenticator app of ``user``."""
    return with_two_factor(user)


@pytest.fixture
def reviewed(user: User) -> Question:
    """The one question of ``user`` that is due."""
    question = QuestionFactory(owner=user, title="Merge Intervals")
    logs.create_question_log(
        question=question,
        actor=user,
        at=datetime.now(UTC),
        attempted_at=datetime.now(UTC) - timedelta(days=90),
        outcome=Outcome.SOLVED,
    )
    return question


@pytest.fixture
def job(user: User) -> Job:
    """A running job of ``user``."""
    now = datetime.now(UTC)
    return JobFactory(
        owner=user, status="RUNNING", created_at=now, progress_done=1, progress_total=4
    )


def test_asks_no_other_host_and_keeps_nothing(visitor: Visitor, user: User):
    visitor.open()
    visitor.sign_in(user.email)

    visitor.ask_who_i_am()

    expect(visitor.tab.locator(ANSWER)).to_contain_text(f'"email": "{user.email}"')
    assert visitor.hosts == {visitor.host}
    assert visitor.complaints == []
    assert visitor.tab.evaluate("localStorage.length + sessionStorage.length") == 0
    assert visitor.tab.context.cookies() == []


def test_has_the_examples_as_tabs(visitor: Visitor):
    visitor.open()

    tabs = visitor.tab.get_by_role("tab")

    routine = ["SignIn", "WhatToPractise", "LogAttempt", "WhenAgain", "HowItGoes", "StudyLists"]
    expect(tabs).to_contain_text([*routine, "Goal", "MyQuestions", "AddQuestion", "Import"])


@pytest.mark.parametrize("width", [1400, 390])
def test_shows_every_tab_whatever_the_width(width: int, visitor: Visitor):
    visitor.tab.set_viewport_size({"width": width, "height": 900})
    visitor.open()

    boxes = [tab.bounding_box() for tab in visitor.tab.locator(".graphiql-tab").all()]
    editor = visitor.tab.locator(QUERY).bounding_box()

    assert len(boxes) == 14
    assert editor is not None
    for box in boxes:
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= editor["y"]


def test_runs_the_morning_as_the_tabs_stand(reviewed: Question, visitor: Visitor, user: User):
    visitor.open()
    visitor.sign_in(user.email)

    visitor.run("WhatToPractise")
    visitor.expect_answer(f'"title": "{reviewed.title}"', '"retrievability"')
    visitor.run("LogAttempt")
    visitor.expect_answer('"__typename": "QuestionLog"', f'"title": "{reviewed.title}"')
    visitor.run("WhenAgain")
    visitor.expect_answer(f'"title": "{reviewed.title}"', '"reviewPreview"')
    visitor.run("HowItGoes")
    visitor.expect_answer('"attempts": 2', '"currentStreak": 1')

    assert visitor.complaints == []


def test_asks_the_queue_where_no_tab_has_yet(reviewed: Question, visitor: Visitor, user: User):
    visitor.open()
    visitor.sign_in(user.email)

    visitor.run("WhenAgain")

    visitor.expect_answer(f'"title": "{reviewed.title}"')


def test_watches_a_job_until_it_is_stopped(job: Job, visitor: Visitor, user: User):
    visitor.open()
    visitor.sign_in(user.email)
    operation = f'subscription Watch {{ jobProgress(id: "{node_id(job)}") {{ status progress }} }}'
    visitor.write(QUERY, operation)
    expect(visitor.tab.get_by_role("tab", name="Watch")).to_be_visible()

    visitor.tab.click(RUN)
    visitor.expect_answer('"progress": 0.25')
    expect(visitor.tab.locator(RUN)).to_have_attribute("aria-label", "Stop query (Ctrl-Enter)")
    visitor.tab.click(RUN)

    visitor.ask_who_i_am()
    visitor.expect_answer(user.email)
    assert visitor.complaints == []


def test_takes_the_token_over_from_the_sign_in_tab(visitor: Visitor, user: User):
    visitor.open()

    visitor.write(VARIABLES, f'{{"email": "{user.email}", "password": "{PASSWORD}"}}')
    visitor.tab.click(RUN)

    expect(visitor.tab.locator("#caller")).to_have_text(f"Signed in as {user.email}")
    visitor.ask_who_i_am()
    expect(visitor.tab.locator(ANSWER)).to_contain_text(f'"email": "{user.email}"')


def test_asks_for_the_code_of_who_uses_one(app: App, visitor: Visitor, user: User):
    visitor.open()
    visitor.give_password(user.email)
    expect(visitor.tab.locator("#caller")).to_have_text("Anonymous")
    visitor.give_code("ABCDE-FGHIJ-KLMNO-PQRSU")
    expect(visitor.tab.locator("#notice")).to_contain_text("This code is wrong")

    visitor.give_code(RECOVERY_CODE)

    expect(visitor.tab.locator("#caller")).to_have_text(f"Signed in as {user.email}")
    expect(visitor.tab.locator("#second-factor")).to_be_hidden()
    expect(visitor.tab.locator("#notice")).to_be_hidden()
    visitor.ask_who_i_am()
    expect(visitor.tab.locator(ANSWER)).to_contain_text(f'"email": "{user.email}"')
    assert visitor.complaints == []


def test_asks_for_the_code_after_the_sign_in_tab_too(app: App, visitor: Visitor, user: User):
    visitor.open()
    visitor.write(VARIABLES, f'{{"email": "{user.email}", "password": "{PASSWORD}"}}')
    visitor.tab.click(RUN)
    expect(visitor.tab.locator("#code")).to_be_focused()

    visitor.give_code(app.code(datetime.now(UTC)))

    expect(visitor.tab.locator("#caller")).to_have_text(f"Signed in as {user.email}")


def test_forgets_a_sign_in_that_waits_for_a_code(app: App, visitor: Visitor, user: User):
    visitor.open()
    visitor.give_password(user.email)
    expect(visitor.tab.locator("#ways-in")).to_be_hidden()

    visitor.tab.click("#cancel")

    expect(visitor.tab.locator("#second-factor")).to_be_hidden()
    expect(visitor.tab.locator("#ways-in")).to_be_visible()


def test_begins_anew_when_a_sign_in_has_waited_too_long(app: App, visitor: Visitor, user: User):
    visitor.open()
    visitor.give_password(user.email)
    expect(visitor.tab.locator("#code")).to_be_visible()
    refused = {"code": "challenge_refused", "message": "Sign in again."}
    answer = {"data": {"completeTwoFactor": {"messages": [refused]}}}
    visitor.tab.route("**/graphql", lambda route: route.fulfill(json=answer))

    visitor.give_code(RECOVERY_CODE)

    expect(visitor.tab.locator("#notice")).to_have_text("Sign in again.")
    expect(visitor.tab.locator("#ways-in")).to_be_visible()


def test_forgets_the_token_on_request(visitor: Visitor, user: User):
    visitor.open()
    visitor.sign_in(user.email)

    visitor.tab.click("#forget")

    expect(visitor.tab.locator("#caller")).to_have_text("Anonymous")
    visitor.ask_who_i_am()
    expect(visitor.tab.locator(ANSWER)).to_contain_text("UNAUTHENTICATED")


def test_says_so_when_the_token_has_expired(visitor: Visitor, user: User):
    visitor.open()
    visitor.sign_in(user.email)
    expired = {"message": "Too old.", "extensions": {"code": "TOKEN_EXPIRED"}}
    visitor.tab.route("**/graphql", lambda route: route.fulfill(json={"errors": [expired]}))

    visitor.ask_who_i_am()

    expect(visitor.tab.locator("#notice")).to_have_text("Too old. Sign in again.")
    expect(visitor.tab.locator("#caller")).to_have_text("Anonymous")


def test_says_that_a_pasted_token_is_not_good(visitor: Visitor):
    visitor.open()

    visitor.tab.fill("#token", "not-a-token")
    visitor.tab.click("#paste button")

    expect(visitor.tab.locator("#notice")).not_to_be_empty()
    expect(visitor.tab.locator("#caller")).to_have_text("Anonymous")


def test_its_dialogs_pass_the_content_security_policy(visitor: Visitor):
    visitor.open()

    visitor.tab.click("[aria-label='Open settings dialog']")

    expect(visitor.tab.get_by_role("dialog")).to_be_visible()
    assert visitor.complaints == []


def test_takes_the_same_files_from_the_cdn_where_npm_is_missing(
    visitor: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    files = {asset.cdn_url: explorer.VENDOR / asset.name for asset in explorer.ASSETS}
    monkeypatch.setattr(explorer, "VENDOR", tmp_path)

    def answer(route: Route) -> None:
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(path=files[route.request.url], headers=headers)

    visitor.tab.route(f"{explorer.CDN}/**", answer)
    visitor.open()

    assert visitor.hosts == {visitor.host, urlsplit(explorer.CDN).netloc}
    assert visitor.complaints == []
