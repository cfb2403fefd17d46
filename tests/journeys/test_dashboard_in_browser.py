"""The admin's first page in a real browser: light, dark, on a telephone, and by keyboard."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from domain.accounts.models import User
from domain.audit import services as audit
from domain.jobs.models import JobStatus
from tests.factories import JobFactory, QuestionLogFactory, UserFactory

pytestmark = pytest.mark.once

WIDE, NARROW = {"width": 1360, "height": 900}, {"width": 390, "height": 844}


@dataclass
class Operator:
    """Somebody who opens the first page, and what the browser said about it."""

    browser: Browser
    host: str
    session: str
    contexts: list[BrowserContext] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def open(self, query: str = "", *, scheme: str = "light", viewport: dict = WIDE) -> Page:
        context = self.browser.new_context(color_scheme=scheme, viewport=viewport)
        self.contexts.append(context)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": self.session}
        context.add_cookies([cookie | {"url": f"http://{self.host}"}])
        tab = context.new_page()
        tab.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        tab.on(
            "console",
            lambda line: self.complaints.append(line.text) if line.type == "error" else None,
        )
        tab.goto(f"http://{self.host}/admin/{query}")
        expect(tab.get_by_role("region", name="Figures")).to_be_visible()
        return tab


@pytest.fixture
def rows(db: None) -> None:
    """A day like any other."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    for outcome in ("SOLVED", "SOLVED", "FAILED"):
        QuestionLogFactory(created_at=yesterday, outcome=outcome)
    JobFactory(status=JobStatus.FAILED, finished_at=yesterday, error_code="internal")
    audit.record(verb="account.locked", at=yesterday, actor=None)


@pytest.fixture
def operator(rows: None, live_server, browser: Browser) -> Iterator[Operator]:
    person: User = UserFactory(email="root@example.com", admin=True, is_superuser=True)
    client = Client()
    client.force_login(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    person_at_it = Operator(browser, urlsplit(live_server.url).netloc, session)
    yield person_at_it
    for context in person_at_it.contexts:
        context.close()


def colour_of(tab: Page, part: str) -> str:
    return tab.locator(part).first.evaluate("one => getComputedStyle(one).fill")


def test_nothing_of_it_is_refused_and_no_other_host_is_asked(operator: Operator):
    operator.open("?days=90")

    assert operator.complaints == []
    assert operator.hosts == {operator.host}


def test_a_picture_has_a_bar_for_what_happened_and_a_name(operator: Operator):
    tab = operator.open("?days=7")

    picture = tab.get_by_role("img", name="Outcomes by day")

    expect(picture).to_have_accessible_name(re.compile("2 solved, 0 partly solved, 1 failed"))
    bars = picture.locator("g rect[class^=series]")
    expect(bars).to_have_count(2)
    solved, failed = (bars.nth(number).bounding_box() for number in (0, 1))
    assert solved["height"] == pytest.approx(2 * failed["height"], rel=0.01)
    assert failed["y"] + failed["height"] == pytest.approx(solved["y"], abs=0.5)


def test_light_and_dark_have_their_own_colours(operator: Operator):
    light = operator.open(scheme="light")
    dark = operator.open(scheme="dark")

    assert colour_of(light, ".dashboard-bars .series-1") == "rgb(0, 114, 178)"
    assert colour_of(dark, ".dashboard-bars .series-1") == "rgb(86, 180, 233)"
    assert operator.complaints == []


def test_a_telephone_shows_it_without_scrolling_sideways(operator: Operator):
    tab = operator.open(viewport=NARROW)

    assert tab.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    for part in tab.locator(".dashboard-tile, .dashboard-chart").all():
        box = part.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= NARROW["width"]


def test_the_numbers_of_a_picture_open_by_keyboard(operator: Operator):
    tab = operator.open("?days=7")
    table = tab.get_by_role("table").filter(has_text="partly solved")
    expect(table).to_be_hidden()

    tab.get_by_text("The numbers of outcomes").focus()
    tab.keyboard.press("Enter")

    expect(table).to_be_visible()
    expect(table.get_by_role("row")).to_have_count(8)


def test_a_link_changes_the_period(operator: Operator):
    tab = operator.open()

    tab.get_by_role("link", name="7 days", exact=True).click()

    expect(tab.get_by_role("link", name="7 days", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    expect(tab.locator(".dashboard-bars").first.locator("g")).to_have_count(7)


def test_a_tile_leads_to_its_rows(operator: Operator):
    tab = operator.open()

    tab.get_by_role("link", name="Failed in 24 hours").click()

    expect(tab).to_have_url(re.compile("/admin/jobs/job/.status__exact=FAILED&finished_at__gte="))
    assert operator.complaints == []
