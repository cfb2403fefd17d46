"""What the admin's pages ask of the database: the same for one row and for many, never all rows."""

from typing import Any

import pytest
from django.contrib import admin as admin_site
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlencode

from domain.accounts.models import TotpDevice, TwoFactorChallenge, User
from domain.audit import services as audit
from domain.audit.models import AuditEvent
from domain.practice.models import QuestionLog
from domain.questions.models import Question
from tests.authenticator import with_two_factor
from tests.factories import (
    NOW,
    ApiTokenFactory,
    AuthSessionFactory,
    ExportFactory,
    GoalFactory,
    IdempotencyRecordFactory,
    ImportBatchFactory,
    PracticeSessionItemFactory,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    ReviewBaselineFactory,
    ShareLinkFactory,
    StudyListItemFactory,
    TagFactory,
    UserFactory,
)
from tests.project.admin.pages import address

pytestmark = pytest.mark.django_db
# Groups of the staff are few, and Django's own page.
LISTS = sorted(set(admin_site.site._registry) - {Group}, key=lambda model: model._meta.label)


def statements(client: Client, path: str, **query: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path, query).status_code == 200
    return [one["sql"] for one in captured.captured_queries]


def fill(times: int) -> None:
    for number in range(times):
        log = QuestionLogFactory(question__title=f"Two Sum {number}")
        QuestionTagFactory(question=log.question)
        ReviewBaselineFactory(question=log.question)
        StudyListItemFactory(study_list__owner=log.owner, question=log.question)
        PracticeSessionItemFactory(question=log.question, session__owner=log.owner)
        AuthSessionFactory(user=log.owner)
        IdempotencyRecordFactory(owner=log.owner)
        GoalFactory(owner=log.owner)
        ShareLinkFactory(owner=log.owner)
        ApiTokenFactory(owner=log.owner)
        ImportBatchFactory(owner=log.owner)
        ExportFactory(owner=log.owner)
        with_two_factor(log.owner)
        TwoFactorChallenge.objects.create(user=log.owner, created_at=NOW, expires_at=NOW)
        audit.record(verb="question.created", at=NOW, actor=log.owner, row=log.question)


@pytest.fixture
def site(site: Client) -> Client:
    """The same, once the content types are known."""
    ContentType.objects.get_for_models(*LISTS)
    return site


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.model_name)
def test_a_list_takes_as_many_statements_for_many_rows_as_for_one(model, site):
    fill(1)
    path = address(model, "changelist")
    for_one = statements(site, path)

    fill(5)

    assert len(statements(site, path)) == len(for_one) <= 5


@pytest.mark.once
@pytest.mark.parametrize(
    ("model", "query"),
    [(model, {}) for model in LISTS]
    + [
        (Question, {"q": "two sum"}),
        (Question, {"trash": "no", "is_starred__exact": "0", "_facets": "True"}),
        (QuestionLog, {"outcome__exact": "SOLVED", "_facets": "True"}),
        (AuditEvent, {"q": "question.created"}),
    ],
)
def test_a_list_counts_no_further_than_its_bound_and_reads_one_page(model, query, site):
    fill(2)

    table = model._meta.db_table
    asked = [sql for sql in statements(site, address(model, "changelist"), **query) if table in sql]

    # The caller is read as well, and whether they use codes.
    assert len(asked) == 2 + (model in {User, TotpDevice})
    assert ["LIMIT 10001" in sql for sql in asked if "COUNT(" in sql] == [True]
    assert not [sql for sql in asked if "DISTINCT" in sql]


@pytest.mark.once
@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.model_name)
def test_every_filter_and_search_counts_no_further_than_the_bound(model, site):
    fill(1)
    path = address(model, "changelist")
    page = site.get(path).context["cl"]
    choices = [
        choice["query_string"] for spec in page.filter_specs for choice in spec.choices(page)
    ]
    searches = ["somebody@example.com", "0197b0a0-0000-7000-8000-000000000000", "term"]

    for query in {*choices, *("?" + urlencode({"q": search}) for search in searches)}:
        asked = statements(site, path + query)
        # What is counted and fits on one page is read without a limit, by Django.
        assert not [sql for sql in asked if "COUNT(" in sql and "LIMIT 10001" not in sql]
        assert not [sql for sql in asked if "DISTINCT" in sql]


@pytest.mark.once
@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.model_name)
def test_a_list_is_in_an_order_that_an_index_has(model):
    assert admin_site.site._registry[model].ordering == ("-pk",)
    assert admin_site.site._registry[model].sortable_by == ()


def test_a_list_without_rows_is_not_read_after_it_was_counted(site):
    asked = statements(site, address(Question, "changelist"), is_starred__exact="1")

    assert ["COUNT(" in sql for sql in asked if Question._meta.db_table in sql] == [True]


def test_a_question_takes_as_many_statements_whatever_it_has(site):
    log = QuestionLogFactory()
    QuestionTagFactory(question=log.question)
    for_one = statements(site, address(log.question))

    for _ in range(20):
        QuestionTagFactory(question=log.question)
        QuestionLogFactory(question=log.question)
    TagFactory.create_batch(20, owner=log.owner)

    assert len(statements(site, address(log.question))) == len(for_one)


def test_a_practice_session_takes_as_many_statements_whatever_it_has(site, user):
    item = PracticeSessionItemFactory(session__owner=user, log=QuestionLogFactory())
    for_one = statements(site, address(item.session))

    for position in range(1, 20):
        log = QuestionLogFactory(question__owner=user)
        PracticeSessionItemFactory(
            session=item.session, position=position, question=log.question, log=log
        )
        item.session.pauses.create(owner=user, started_at=NOW, ended_at=NOW)

    assert len(statements(site, address(item.session))) == len(for_one)


def test_a_person_takes_as_many_statements_whatever_they_have(site, user):
    AuthSessionFactory(user=user)
    for_one = statements(site, address(user))

    AuthSessionFactory.create_batch(20, user=user)
    QuestionFactory.create_batch(20, owner=user)

    assert len(statements(site, address(user))) == len(for_one)


def test_deleting_a_question_does_not_read_what_it_has(site):
    log = QuestionLogFactory()
    for_one = statements(site, address(log.question, "delete"))

    QuestionLogFactory.create_batch(20, question=log.question)

    assert len(statements(site, address(log.question, "delete"))) == len(for_one)


def test_nobody_is_listed_in_a_menu(site):
    rows: list[Any] = [QuestionFactory(), TagFactory(), QuestionLogFactory()]
    UserFactory(email="somebody.else@example.com")

    for row in rows:
        for page in ("add", "change", "changelist"):
            assert b"somebody.else" not in site.get(address(row, page)).content
