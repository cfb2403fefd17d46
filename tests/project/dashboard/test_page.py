"""Who sees which figures, where they lead, and what the page costs."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from domain.audit import services as audit
from domain.jobs.models import JobStatus
from project.dashboard.figures import SECTIONS
from tests.factories import NOW, JobFactory, QuestionLogFactory, UserFactory
from tests.project.dashboard.reading import FirstPage

pytestmark = pytest.mark.django_db
YESTERDAY = NOW - timedelta(days=1)
SOON_AGO = NOW - timedelta(minutes=1)
LONG_AGO = NOW - timedelta(days=500)
FIGURES = {
    "accounts.view_user": "People",
    "practice.view_questionlog": "Practice",
    "jobs.view_job": "Jobs",
    "audit.view_auditevent": "Sign-in",
}


def staff_with(*permissions: str) -> Client:
    person = UserFactory(is_staff=True, date_joined=LONG_AGO)
    for permission in permissions:
        app, codename = permission.split(".")
        person.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    client = Client()
    client.force_login(person)
    return client


def fill(times: int) -> None:
    for _ in range(times):
        log = QuestionLogFactory(created_at=YESTERDAY, question__owner__date_joined=YESTERDAY)
        JobFactory(
            owner=log.owner,
            status=JobStatus.FAILED,
            finished_at=SOON_AGO,
            error_code=f"code {log.pk}",
        )
        JobFactory(owner=log.owner, status=JobStatus.PENDING, created_at=YESTERDAY)
        audit.record(verb="account.locked", at=NOW, actor=None, row=log.owner)


def test_tiles_say_how_much_there_is(site):
    fill(2)
    QuestionLogFactory(created_at=SOON_AGO, question__owner__date_joined=LONG_AGO)

    page = FirstPage.of(site)

    assert {tile.label: tile.text for part in page.dashboard.sections for tile in part.tiles} == {
        "People": "4",
        "Sign-ups today": "0",
        "Sign-ups in 30 days": "2",
        "Active people today": "1",
        "Active people in 7 days": "3",
        "Active people in 30 days": "3",
        "Attempts today": "1",
        "Waiting": "2",
        "Longest wait": "1\N{NO-BREAK SPACE}day",
        "Running": "0",
        "Failed in 24 hours": "2",
        "Locked now": "2",
        "Migrations to run": "0",
        "Replica": "none",
    }


def test_numbers_have_separators(site):
    cache.set("dashboard:people", 1_234_567)

    page = FirstPage.of(site)

    assert page.tile("People").text == "1,234,567"


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("People", 4),
        ("Sign-ups today", 0),
        ("Sign-ups in 30 days", 2),
        ("Active people today", 1),
        ("Active people in 7 days", 3),
        ("Attempts today", 1),
        ("Waiting", 2),
        ("Longest wait", 2),
        ("Running", 1),
        ("Failed in 24 hours", 2),
        ("Locked now", 2),
    ],
)
def test_a_tile_leads_to_the_rows_that_it_counts(label, number, site, superuser):
    fill(2)
    QuestionLogFactory(created_at=SOON_AGO, question__owner__date_joined=LONG_AGO)
    JobFactory(owner=superuser, status=JobStatus.RUNNING)
    JobFactory(owner=superuser, status=JobStatus.FAILED, finished_at=NOW - timedelta(days=2))
    audit.record(verb="account.locked", at=NOW - timedelta(minutes=16), actor=None)

    answer = site.get(FirstPage.of(site).tile(label).link)

    assert answer.status_code == 200
    assert len(answer.context["cl"].result_list) == number


@pytest.mark.parametrize("permission", FIGURES)
def test_staff_see_the_figures_of_what_they_may_view(permission):
    page = FirstPage.of(staff_with(permission))

    assert page.titles == [FIGURES[permission], "This server"]


def test_staff_without_rights_see_no_figure_of_any_table():
    page = FirstPage.of(staff_with())

    assert page.titles == ["This server"]
    assert "dashboard-bars" not in page.html
    assert not [tile for part in page.dashboard.sections for tile in part.tiles if tile.link]


def test_every_section_of_a_table_asks_for_the_right_to_view_it():
    assert {section.permission: section.title for section in SECTIONS} == FIGURES | {
        "": "This server"
    }


def test_what_one_may_not_see_is_not_read():
    client = staff_with("jobs.view_job")
    ContentType.objects.clear_cache()

    with CaptureQueriesContext(connection) as captured:
        FirstPage.of(client)

    asked = " ".join(one["sql"] for one in captured.captured_queries)
    assert "jobs_job" in asked
    assert "practice_questionlog" not in asked
    assert "audit_auditevent" not in asked
    assert 'date_joined" >=' not in asked


def test_nobody_is_named(site):
    fill(1)
    person = UserFactory(email="somebody.else@example.com", display_name="Somebody Else")
    QuestionLogFactory(question__owner=person, question__title="Two Sum", created_at=NOW)

    page = FirstPage.of(site)

    assert not [word for word in ("somebody", "Somebody", "Two Sum") if word in page.html]


def test_takes_as_many_statements_for_many_rows_as_for_few(site):
    def asked() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            FirstPage.of(site)
        return len(captured)

    FirstPage.of(site)
    fill(1)
    for_few = asked()

    fill(20)

    assert asked() == for_few


def test_a_second_look_asks_for_no_figure(site):
    FirstPage.of(site)

    with CaptureQueriesContext(connection) as captured:
        FirstPage.of(site)

    # What a server says of itself is asked for each time.
    tables = ("practice_questionlog", "jobs_job", "audit_auditevent")
    asked = [one["sql"] for one in captured.captured_queries]
    assert not [sql for sql in asked if any(table in sql for table in tables)]
    assert len(asked) <= 6


@pytest.mark.parametrize(
    ("days", "length"), [("7", 7), ("30", 30), ("90", 90), ("", 30), ("31", 30), ("' OR 1", 30)]
)
def test_shows_the_days_that_are_on_offer(days, length, site):
    page = FirstPage.of(site, days=days)

    columns = page.chart("Attempts").picture.columns
    assert len(columns) == length
    assert columns[-1].day == NOW.date()
    assert f'<a href="?days={length}" aria-current="page">' in page.html


def test_each_picture_has_its_numbers_in_a_table_and_in_words(site):
    fill(2)

    page = FirstPage.of(site, days="7")

    words = "Jobs by day, 2026-02-24 to 2026-03-02: 0 succeeded, 0 cancelled, 2 failed."
    assert f'role="img" aria-label="{words} Most on 2026-03-02: 2."' in page.html
    assert "<title>Mon 2026-03-02: 0 succeeded, 0 cancelled, 2 failed</title>" in page.html
    row = '<tr><th scope="row">2026-03-02</th><td>0</td><td>0</td><td>2</td></tr>'
    assert row in page.html


def test_a_code_is_text_in_the_page(site):
    JobFactory(status=JobStatus.FAILED, error_code="<script>")

    page = FirstPage.of(site)

    assert "<script>" not in page.html.partition('class="dashboard"')[2].partition("</section>")[0]
    assert "&lt;script&gt;" in page.html


def test_no_style_and_no_script_stand_in_it(site):
    fill(1)

    figures = FirstPage.of(site).html.partition('class="dashboard"')[2].partition("This server")[0]

    assert figures.count("dashboard-bars") == 7
    assert "style=" not in figures
    assert "<script" not in figures


def test_staff_only(client, user):
    client.force_login(user)

    answer = client.get("/admin/")

    assert answer.status_code == 302
    assert urlsplit(answer.url).path == "/admin/login/"
