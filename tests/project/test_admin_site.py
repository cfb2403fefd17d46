"""Staff who use codes need one to enter the admin site; others enter by password."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from domain.accounts.models import TotpDevice, User
from domain.accounts.services import two_factor
from domain.audit.models import AuditEvent
from tests.authenticator import RECOVERY_CODE, STEP, App, with_two_factor
from tests.domain.parallel import at_once
from tests.factories import NOW, PASSWORD, UserFactory

pytestmark = [pytest.mark.once, pytest.mark.django_db]
LOGIN = "/admin/login/"
INDEX = "/admin/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def app(admin: User) -> App:
    return with_two_factor(admin)


def sign_in(client: Client, code: str = "", *, email: str = "admin@example.com", password=PASSWORD):
    return client.post(LOGIN, {"username": email, "password": password, "code": code})


def is_inside(client: Client) -> bool:
    answer = client.get(INDEX)
    assert answer.status_code == 200 or answer.url.startswith(reverse("admin:login"))
    return answer.status_code == 200


def errors(page: Any) -> dict[str, list[str]]:
    return {
        field: [e.code for e in found]
        for field, found in page.context["form"].errors.as_data().items()
    }


def test_the_page_asks_for_the_code_of_those_who_have_one(client):
    page = client.get(LOGIN).content.decode()

    assert 'name="code"' in page
    assert 'autocomplete="one-time-code"' in page


def test_staff_without_an_app_enter_by_password(client, admin):
    assert sign_in(client).status_code == 302
    assert is_inside(client)
    event = AuditEvent.objects.get(verb="admin.signed_in")
    assert (event.actor, event.owner) == (admin, admin)


def test_staff_with_an_app_that_is_not_confirmed_enter_by_password(client, admin):
    two_factor.enrol_two_factor(user=admin, password=PASSWORD, at=NOW)

    sign_in(client)

    assert is_inside(client)


@pytest.mark.parametrize("email", ["admin@example.com", "ADMIN@Example.com"])
@pytest.mark.parametrize("kind", ["app", "recovery code"])
def test_staff_with_an_app_enter_by_password_and_code(kind, email, client, admin, app):
    answer = sign_in(client, app.code(NOW) if kind == "app" else RECOVERY_CODE, email=email)

    assert answer.status_code == 302
    assert is_inside(client)


def test_the_password_alone_is_refused_to_staff_with_an_app(client, admin, app):
    page = sign_in(client)

    assert errors(page) == {"code": ["code_needed"]}
    assert not is_inside(client)
    assert "sessionid" not in client.cookies


def test_a_wrong_code_is_refused_written_down_and_counted(client, admin, app):
    page = sign_in(client, app.wrong_code(NOW))

    assert errors(page) == {"code": ["wrong_code"]}
    assert not is_inside(client)
    assert AuditEvent.objects.get().verb == "two_factor.refused"
    assert TotpDevice.objects.get().throttling_failure_count == 1
    assert errors(sign_in(client, app.code(NOW))) == {"code": ["too_many_wrong_codes"]}


def test_a_refused_code_and_the_password_are_not_sent_back(client, admin, app):
    page = sign_in(client, "A" * 20).content.decode()

    assert "A" * 20 not in page
    assert PASSWORD not in page


def test_a_code_works_once_for_api_and_admin_together(client, admin, app):
    sign_in(client, app.code(NOW))

    assert errors(sign_in(Client(), app.code(NOW))) == {"code": ["wrong_code"]}


def test_a_code_without_the_password_says_nothing(client, admin, app):
    with_code = sign_in(client, app.code(NOW), password="wrong-password")
    without = sign_in(client, password="wrong-password")
    nobody = sign_in(client, password="wrong-password", email="nobody@example.com")

    assert errors(with_code) == errors(without) == errors(nobody) == {"__all__": ["invalid_login"]}
    assert not AuditEvent.objects.exists()


def test_a_member_with_an_app_is_refused_like_a_member_without(client, user, stranger):
    app = with_two_factor(user)

    refused = [
        errors(sign_in(client, app.code(NOW), email=user.email)),
        errors(sign_in(client, email=user.email)),
        errors(sign_in(client, email=stranger.email)),
    ]

    assert refused == [{"__all__": ["invalid_login"]}] * 3


def test_who_begins_to_use_codes_must_sign_in_again(client, admin):
    sign_in(client)
    app = with_two_factor(admin)

    assert not is_inside(client)
    assert "sign in again with a code" in client.get(LOGIN).content.decode()
    sign_in(client, app.code(NOW))
    assert is_inside(client)


def test_a_session_made_in_another_way_is_not_enough(client, admin, app):
    client.force_login(admin)

    assert not is_inside(client)


def test_another_app_than_the_one_that_was_asked_is_not_enough(client, admin, app, clock):
    sign_in(client, app.code(NOW))
    TotpDevice.objects.all().delete()
    assert is_inside(client)

    with_two_factor(admin)

    assert not is_inside(client)


def test_a_code_opens_one_session_and_not_the_next(client, admin, app, clock):
    sign_in(client, app.code(NOW))
    client.post("/admin/logout/")

    clock.move_to(NOW + STEP)

    assert errors(sign_in(client)) == {"code": ["code_needed"]}


@pytest.mark.parametrize("uses_codes", [True, False])
def test_a_page_asks_once_for_the_app(uses_codes, client, django_assert_num_queries):
    person = UserFactory(is_staff=True, is_superuser=True)
    code = with_two_factor(person).code(NOW) if uses_codes else ""
    sign_in(client, code, email=person.email)

    # The session, the person, and the app or that there is none.
    with django_assert_num_queries(3):
        assert client.get("/admin/password_change/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_eight_browsers_at_once_one_enters_with_a_code():
    admin = UserFactory(email="admin@example.com", admin=True)
    code = with_two_factor(admin).code(NOW)
    browsers = [Client() for _ in range(8)]

    answers = at_once(*[lambda each=each: sign_in(each, code).status_code for each in browsers])

    assert sorted(answers) == [200] * 7 + [302]
    assert [is_inside(browser) for browser in browsers].count(True) == 1
