"""The explorer page in a real browser: what it asks for, what it keeps, and a first session."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect, sync_playwright

from domain.accounts.models import User
from project.explorer import page as explorer
from tests.factories import PASSWORD

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
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
        self.tab.fill("#email", email)
        self.tab.fill("#password", PASSWORD)
        self.tab.click("#sign-in button")
        expect(self.tab.locator("#caller")).to_have_text(f"Signed in as {email}")

    def write(self, editor: str, text: str) -> None:
        self.tab.click(editor)
        self.tab.keyboard.press("Control+A")
        self.tab.keyboard.insert_text(text)

    def ask_who_i_am(self) -> None:
        self.write(QUERY, "query WhoAmI { viewer { email } }")
        # GraphiQL reads the operation's name, which it sends along, a moment after the typing.
        expect(self.tab.get_by_role("tab", name="WhoAmI")).to_be_visible()
        self.tab.click(RUN)


def needed(found: object, missing: str) -> None:
    """Skip the test on a machine that lacks something; where ``CI`` is set, fail instead."""
    if not found:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)


# `user` comes first: while Playwright's event loop runs, Django refuses this thread its database.
@pytest.fixture
def visitor(user: User, live_server) -> Iterator[Visitor]:
    chromium = shutil.which("chromium")
    needed(chromium, "chromium is not installed")
    needed(all(asset.is_installed for asset in explorer.ASSETS), "run `make explorer` first")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        yield Visitor(browser.new_context().new_page(), urlsplit(live_server.url).netloc)
        browser.close()


def test_asks_no_other_host_and_keeps_nothing(visitor: Visitor, user: User):
    visitor.open()
    visitor.sign_in(user.email)

    visitor.ask_who_i_am()

    expect(visitor.tab.locator(ANSWER)).to_contain_text(f'"email": "{user.email}"')
    assert visitor.hosts == {visitor.host}
    assert visitor.complaints == []
    assert visitor.tab.evaluate("localStorage.length + sessionStorage.length") == 0
    assert visitor.tab.context.cookies() == []


def test_has_the_five_examples_as_tabs(visitor: Visitor):
    visitor.open()

    tabs = visitor.tab.get_by_role("tab")

    expect(tabs).to_contain_text(["SignIn", "MyQuestions", "AddQuestion", "Import", "HowAmIDoing"])


def test_takes_the_token_over_from_the_sign_in_tab(visitor: Visitor, user: User):
    visitor.open()

    visitor.write(VARIABLES, f'{{"email": "{user.email}", "password": "{PASSWORD}"}}')
    visitor.tab.click(RUN)

    expect(visitor.tab.locator("#caller")).to_have_text(f"Signed in as {user.email}")
    visitor.ask_who_i_am()
    expect(visitor.tab.locator(ANSWER)).to_contain_text(f'"email": "{user.email}"')


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
