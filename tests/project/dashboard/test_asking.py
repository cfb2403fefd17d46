"""What is remembered and for how long, and what happens when the cache or the database is slow."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from domain.base.trouble import QUERY_CANCELED
from project.dashboard import asking, figures, page
from project.dashboard.asking import Asking, BeingCounted, NotAvailable
from project.dashboard.counting import Number
from project.dashboard.figures import SECTIONS
from project.dashboard.layout import Section, Tile
from project.dashboard.periods import Period
from tests.factories import NOW, UserFactory
from tests.project.dashboard.reading import FirstPage, moment, on, read

pytestmark = pytest.mark.django_db
YESTERDAY = moment("2026-03-01 12:00:00")


def slow(seconds: float = 5) -> Number:
    """A figure that takes long."""

    def count(_):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", [seconds])

    return Number("slow", count)


class Stopped(Exception):
    """What psycopg raises for a statement that was stopped, or for another reason."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def failing(sqlstate: str) -> Number:
    """A figure that the database does not answer."""

    def count(_):
        raise OperationalError("no answer") from Stopped(sqlstate)

    return Number("failing", count)


@pytest.fixture
def own_cache(settings) -> None:
    """A cache for which time passes as it does for the test; for Redis it does not."""
    settings.CACHES = {"default": settings.LOCAL_CACHE}
    cache.clear()


@pytest.fixture
def on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite stops no statement")


def test_days_that_are_over_are_asked_for_once_a_day(own_cache):
    UserFactory(date_joined=YESTERDAY)
    read(figures.SIGN_UPS)
    UserFactory(date_joined=YESTERDAY)

    with time_machine.travel(NOW + timedelta(hours=23), tick=False):
        assert on(figures.SIGN_UPS, "2026-03-01") == {"people": 1}
    with time_machine.travel(NOW + timedelta(hours=25), tick=False):
        assert on(figures.SIGN_UPS, "2026-03-01") == {"people": 2}


def test_today_is_asked_for_again_after_a_minute(own_cache):
    assert on(figures.SIGN_UPS, "2026-03-02") == {}
    UserFactory(date_joined=NOW)

    with time_machine.travel(NOW + timedelta(seconds=59), tick=False):
        assert on(figures.SIGN_UPS, "2026-03-02") == {}
    with time_machine.travel(NOW + timedelta(seconds=61), tick=False):
        assert on(figures.SIGN_UPS, "2026-03-02") == {"people": 1}


def test_yesterday_is_over_an_hour_after_midnight(own_cache):
    at = moment("2026-03-02 00:59:59")
    assert on(figures.SIGN_UPS, "2026-03-01", at=at) == {}
    UserFactory(date_joined=YESTERDAY)

    with time_machine.travel(NOW + timedelta(seconds=61), tick=False):
        assert on(figures.SIGN_UPS, "2026-03-01", at=at) == {"people": 1}


def test_a_longer_period_asks_for_what_it_lacks_only():
    UserFactory(date_joined=YESTERDAY)
    UserFactory(date_joined=NOW - timedelta(days=20))
    read(figures.SIGN_UPS, days=7)
    UserFactory(date_joined=YESTERDAY)

    days = read(figures.SIGN_UPS, days=30)

    assert sum(counts.get("people", 0) for counts in days.values()) == 2


@pytest.mark.parametrize(("days", "statements"), [(7, 1), (30, 3), (90, 9)])
def test_ten_days_are_one_statement(days, statements):
    with CaptureQueriesContext(connection) as captured:
        read(figures.SIGN_UPS, days=days)

    asked = [one["sql"] for one in captured.captured_queries if "date_joined" in one["sql"]]
    assert len(asked) == statements


def test_without_a_cache_the_page_is_complete(site, settings):
    UserFactory(date_joined=YESTERDAY)
    settings.CACHES = {"default": settings.REDIS_CACHE | {"LOCATION": "redis://127.0.0.1:1/0"}}

    pages = [FirstPage.of(site) for _ in range(2)]

    assert [page.tile("Sign-ups in 30 days").text for page in pages] == ["1", "1"]
    assert "not available" not in pages[1].html


def test_a_slow_statement_is_stopped_and_the_rest_of_the_page_is_there(
    on_postgresql, site, monkeypatch
):
    monkeypatch.setattr(asking, "STATEMENT_SECONDS", 0.1)
    section = Section(
        "Slow", "", (Tile("Slow", slow(), None), Tile("People", figures.PEOPLE, None))
    )
    monkeypatch.setattr(page, "SECTIONS", (section,))

    shown = FirstPage.of(site)

    assert shown.tile("Slow").text is None
    assert shown.tile("People").text == "1"
    assert "not available just now" in shown.html


@pytest.mark.django_db(transaction=True)
def test_the_limit_ends_with_the_statement_of_the_figure(on_postgresql):
    def timeout():
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            return cursor.fetchone()[0]

    before = timeout()

    assert Asking([]).ask("limit", timeout) == "3s"
    assert timeout() == before != "3s"


def test_what_took_too_long_is_left_out_for_a_minute(own_cache):
    asked = []
    stopped = failing(QUERY_CANCELED)
    again = Number("failing", asked.append)
    period = Period(NOW)
    first = Asking([])
    with pytest.raises(NotAvailable):
        stopped.read(first, period)
    first.remember()

    with pytest.raises(NotAvailable):
        read(again)
    assert asked == []
    with time_machine.travel(NOW + timedelta(seconds=61), tick=False):
        read(again)
    assert asked == [NOW]


def test_a_page_that_takes_too_long_asks_no_more_and_leaves_nothing_out():
    late = Asking([])
    late.ends_at = 0

    with pytest.raises(NotAvailable):
        figures.PEOPLE.read(late, Period(NOW))

    late.remember()
    assert read(figures.PEOPLE) == 0


def test_what_was_learned_before_the_time_was_up_is_not_asked_for_again(monkeypatch):
    UserFactory(date_joined=YESTERDAY)
    period = Period(NOW, 30)
    ask = Asking.ask
    first = Asking(figures.SIGN_UPS.keys(period))
    answered = []

    def once(self, name, question):
        if answered:
            raise NotAvailable
        answered.append(name)
        return ask(self, name, question)

    with monkeypatch.context() as patch:
        patch.setattr(Asking, "ask", once)
        with pytest.raises(NotAvailable):
            figures.SIGN_UPS.read(first, period)
    first.remember()

    known = cache.get_many(figures.SIGN_UPS.keys(period))
    assert len(known) == 10
    assert known["dashboard:sign-ups:2026-03-01"] == {"people": 1}


def test_a_database_that_is_away_is_not_hidden():
    with pytest.raises(OperationalError):
        read(failing("57P01"))


def test_what_takes_long_is_asked_for_at_the_end():
    asked = page._figures_of(SECTIONS)

    assert asked[-3:] == [figures.ATTEMPTS, figures.ACTIVE_7, figures.ACTIVE_30]
    assert len(asked) == len(set(asked)) == 13


def test_of_several_views_one_asks_for_a_figure():
    period = Period(NOW, 90)
    first, second = (Asking(figures.SIGN_UPS.keys(period)) for _ in range(2))

    figures.SIGN_UPS.read(first, period)  # in nine statements
    with pytest.raises(BeingCounted):
        figures.SIGN_UPS.read(second, period)

    first.remember()
    assert len(read(figures.SIGN_UPS, days=90)) == 90


def test_a_view_that_was_killed_holds_a_figure_for_ten_seconds(own_cache):
    figures.PEOPLE.read(Asking([]), Period(NOW))

    with time_machine.travel(NOW + timedelta(seconds=9), tick=False), pytest.raises(BeingCounted):
        read(figures.PEOPLE)
    with time_machine.travel(NOW + timedelta(seconds=11), tick=False):
        assert read(figures.PEOPLE) == 0


def test_the_page_says_what_is_being_counted(site):
    Asking([]).ask(figures.SIGN_UPS.name, lambda: None)

    shown = FirstPage.of(site)

    assert (shown.tile("Sign-ups today").text, shown.tile("People").text) == (None, "1")
    assert shown.chart("Sign-ups").picture is None
    assert ">being counted</span>" in shown.html
    assert "being counted. Look again in a moment." in shown.html
    assert "not available" not in shown.html


def test_without_a_cache_nobody_waits_for_another_view(settings):
    settings.CACHES = {"default": settings.REDIS_CACHE | {"LOCATION": "redis://127.0.0.1:1/0"}}

    numbers = [figures.PEOPLE.read(Asking([]), Period(NOW)) for _ in range(2)]

    assert numbers == [0, 0]


def test_what_a_server_says_of_itself_is_not_taken_from_another_one(site, monkeypatch):
    def pending(names):
        monkeypatch.setattr(figures, "pending_migrations", lambda: names)
        return FirstPage.of(site).tile("Migrations to run").text

    assert [pending(["questions.0099"]), pending([])] == ["1", "0"]


@pytest.mark.django_db(transaction=True)
def test_on_sqlite_it_is_asked_while_somebody_writes():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL lets everybody read")
    UserFactory()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 100")
    name = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(name, uri=True, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")

        assert read(figures.PEOPLE) == 1
