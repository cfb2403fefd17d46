"""The admin site in a real browser: what it loads, what its console says, what works."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.accounts.models import AuthSession, User
from domain.questions.models import Question
from tests.factories import PASSWORD, AuthSessionFactory, QuestionFactory, UserFactory

pytestmark = pytest.mark.once

MENU = "#nav-sidebar"
FILTERS = "#changelist-filter"


class Operator:
    """Somebody of the staff at a browser, and what the browser told its console."""

    def __init__(self, tab: Page, host: str, person: User) -> None:
        self.tab, self.host, self.person = tab, host, person
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        tab.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        tab.on(
            "console",
            lambda line: (
                self.complaints.append(line.text) if line.type in {"error", "warning"} else None
            ),
        )

    def open(self, path: str = "") -> None:
        self.tab.goto(f"http://{self.host}/admin/{path}")

    def sign_in(self) -> None:
        self.open()
        self.tab.fill("#id_username", self.person.email)
        self.tab.fill("#id_password", PASSWORD)
        self.tab.click("#login-form button")
        expect(self.tab.locator(MENU)).to_be_visible()

    def expect_peace(self) -> None:
        """Nothing was refused by the Content-Security-Policy, failed, or came from elsewhere."""
        assert self.complaints == []
        assert self.hosts == {self.host}


@pytest.fixture
def question(user: User) -> Question:
    return QuestionFactory(owner=user, title="Merge Intervals", is_starred=True)


@pytest.fixture
def session(user: User) -> AuthSession:
    return AuthSessionFactory(user=user, created_at=datetime.now(UTC))


@pytest.fixture
def operator(request: pytest.FixtureRequest, live_server, browser: Browser) -> Iterator[Operator]:
    person = UserFactory(email="root@example.com", admin=True, is_superuser=True)
    viewport = {"width": getattr(request, "param", 1440), "height": 900}
    context = browser.new_context(viewport=viewport, color_scheme="light")
    yield Operator(context.new_page(), urlsplit(live_server.url).netloc, person)
    context.close()


def test_signs_in_filters_a_list_and_opens_a_row(question: Question, operator: Operator):
    operator.sign_in()
    tab = operator.tab

    tab.locator(MENU).get_by_role("link", name="Questions").click()
    expect(tab.locator(FILTERS)).to_be_hidden()
    tab.get_by_text("Filters").click()
    expect(tab.locator(FILTERS)).to_be_visible()
    tab.locator(FILTERS).get_by_role("link", name="In the trash").click()
    expect(tab.locator("#result_list")).to_have_count(0)
    operator.open("questions/question/?is_starred__exact=1")
    tab.get_by_role("link", name=question.title).click()

    expect(tab.locator("#id_title")).to_have_value(question.title)
    operator.expect_peace()


def test_an_action_of_a_list_reaches_what_was_ticked(session: AuthSession, operator: Operator):
    operator.sign_in()
    tab = operator.tab

    operator.open("accounts/authsession/")
    expect(tab.get_by_text("0 of 1 selected")).to_be_hidden()
    tab.locator("input.action-select").last.check()
    tab.select_option("select[name=action]", "end")
    tab.get_by_role("button", name="Run").click()

    expect(tab.get_by_text("1 ended.")).to_be_visible()
    operator.expect_peace()


def test_a_persons_page_has_buttons_for_what_support_does(user: User, operator: Operator):
    operator.sign_in()
    tab = operator.tab

    operator.open(f"accounts/user/{user.pk}/change/")
    tab.get_by_role("button", name="Sign out everywhere").click()

    expect(tab.get_by_text("1 signed out everywhere.")).to_be_visible()
    expect(tab.locator("#id_email")).to_have_value(user.email)
    operator.expect_peace()


def test_a_form_is_saved_with_an_owner_found_by_address(user: User, operator: Operator):
    operator.sign_in()
    tab = operator.tab

    operator.open("questions/question/add/")
    tab.locator(".select2-selection").click()
    tab.locator(".select2-search__field").fill(user.email)
    tab.locator(".select2-results__option", has_text=user.email).click()
    tab.fill("#id_title", "Course Schedule")
    tab.get_by_role("button", name="Save", exact=True).click()

    expect(tab.get_by_role("link", name="Course Schedule").first).to_be_visible()
    operator.expect_peace()


def test_a_row_is_chosen_in_a_dialog(question: Question, operator: Operator):
    operator.sign_in()
    tab = operator.tab

    operator.open("practice/reviewbaseline/add/")
    tab.locator(".related-lookup").click()
    dialog = tab.frame_locator("iframe.related-modal-frame")
    dialog.get_by_role("link", name=question.title).click()

    expect(tab.locator("#id_question")).to_have_value(str(question.pk))
    expect(tab.locator("iframe.related-modal-frame")).to_be_hidden()
    operator.expect_peace()


def test_the_theme_is_switched_and_remembered(operator: Operator):
    operator.sign_in()
    tab = operator.tab

    expect(tab.locator("html")).not_to_have_class("dark")
    tab.get_by_text("unfold_more").click()
    tab.get_by_text("Dark", exact=True).click()
    expect(tab.locator("html")).to_have_class("dark")
    operator.open("jobs/job/")

    expect(tab.locator("html")).to_have_class("dark")
    operator.expect_peace()


def test_the_menu_is_hidden_shown_and_made_wider(operator: Operator):
    operator.sign_in()
    tab = operator.tab
    width = "document.querySelector('#nav-sidebar').offsetWidth"

    tab.get_by_text("dock_to_right").click()
    expect(tab.locator(MENU)).to_be_hidden()
    tab.get_by_text("dock_to_right").click()
    expect(tab.locator(MENU)).to_be_visible()
    edge = tab.evaluate(width)
    tab.mouse.move(edge, 500)
    tab.mouse.down()
    tab.mouse.move(340, 500)
    tab.mouse.up()

    assert (edge, tab.evaluate(width)) == (288, 340)
    operator.expect_peace()


def test_a_page_is_found_by_its_name(operator: Operator):
    operator.sign_in()
    tab = operator.tab

    tab.keyboard.press("Control+k")
    expect(tab.locator("#search-input-command")).to_be_focused()
    tab.keyboard.type("audit")
    expect(tab.locator("#command-results").get_by_role("link").first).to_be_visible()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")

    tab.wait_for_url("**/admin/audit/auditevent/")
    operator.expect_peace()


@pytest.mark.parametrize("operator", [390], indirect=True)
@pytest.mark.parametrize(
    "page", ["accounts/user/", "accounts/user/{}/change/", "questions/tag/add/"]
)
def test_a_telephone_shows_it_without_scrolling_sideways(user: User, operator: Operator, page: str):
    operator.open()
    operator.tab.fill("#id_username", operator.person.email)
    operator.tab.fill("#id_password", PASSWORD)
    operator.tab.click("#login-form button")
    expect(operator.tab.locator("#main")).to_be_visible()

    operator.open(page.format(user.pk))
    expect(operator.tab.locator(MENU)).to_be_hidden()

    assert operator.tab.evaluate("document.documentElement.scrollWidth") == 390
    operator.expect_peace()
