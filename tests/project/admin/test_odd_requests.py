"""What no link or form of the admin site sends is answered as well, and is no fault of ours."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.urls import reverse

from domain.accounts.models import User
from domain.questions.models import Question
from tests.factories import QuestionFactory
from tests.project.admin.pages import address, messages

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["abc", "0", "9", "-1", ""])
def test_a_page_of_the_menus_search_that_is_not_there_is_not_found(page, site):
    answer = site.get(reverse("admin:search"), {"s": "question", "page": page})

    assert answer.status_code == 404
    assert site.get(reverse("admin:search"), {"s": "question", "page": "1"}).status_code == 200


@pytest.mark.parametrize("number", ["abc", "", "1.5", "²", "-1", "9" * 19, "0" * 15 + "9" * 30])
@pytest.mark.parametrize(
    ("model", "action"), [(User, "unlock"), (Question, "purge_rows"), (Group, "delete_selected")]
)
def test_an_action_on_what_is_no_number_changes_nothing_and_says_so(model, action, number, site):
    path = address(model, "changelist")
    sent = {"action": action, "index": "0", "_selected_action": number, "_from_page": "1"}

    answer = site.post(path, sent)

    assert (answer.status_code, answer.url) == (302, path)
    assert messages(site) == ["There is no such row. Open the list again, and tick the rows there."]


def test_an_action_on_all_rows_from_a_page_changes_none(site, user):
    path = address(User, "changelist")

    answer = site.post(
        path, {"action": "deactivate", "index": "0", "select_across": "1", "_from_page": "1"}
    )

    assert (answer.status_code, answer.url) == (302, path)
    assert User.objects.get(pk=user.pk).is_active


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("model", "query"),
    [
        (Question, {"title__regex": "("}),
        (Question, {"title__contains": "\x00"}),
        (Group, {"name__regex": "("}),
    ],
)
def test_what_postgresql_cannot_compare_with_leads_back_to_the_list(model, query, site):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite compares with anything")
    QuestionFactory()

    answer = site.get(address(model, "changelist"), query)

    assert (answer.status_code, answer.url) == (302, address(model, "changelist") + "?e=1")
