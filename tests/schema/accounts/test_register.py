"""``register``."""

import pytest

from domain.accounts.models import User
from tests.factories import NOW, PASSWORD, UserFactory
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

REGISTER = """
  mutation ($input: RegisterInput!) {
    register(input: $input) {
      ... on Registration { email }
      ... on OperationInfo { messages { kind field code message } }
    }
  }
"""
SIGN_IN = """
  mutation ($input: SignInInput!) {
    signIn(input: $input) {
      ... on Session { viewer { email displayName role emailVerifiedAt settings { timezone } } }
    }
  }
"""
NEW = {"email": "New@Example.com", "password": "practice-daily"}


def test_makes_an_account_that_can_sign_in(graphql):
    extra = {"displayName": "  Ada ", "timezone": "Europe/Berlin"}

    registered = graphql(REGISTER, input=NEW | extra).only
    signed_in = graphql(SIGN_IN, input=NEW).only

    assert registered == {"email": "new@example.com"}
    assert signed_in["viewer"] == {
        "email": "new@example.com",
        "displayName": "Ada",
        "role": "MEMBER",
        "emailVerifiedAt": None,
        "settings": {"timezone": "Europe/Berlin"},
    }


def test_gives_no_rights(graphql):
    graphql(REGISTER, input=NEW)

    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.role) == (False, False, "MEMBER")


@pytest.mark.parametrize("email", ["taken@example.com", "TAKEN@example.com", " taken@Example.com "])
def test_tells_nobody_that_an_address_is_taken(email, graphql):
    user = UserFactory(email="taken@example.com", date_joined=NOW)
    new = graphql(REGISTER, input=NEW | {"email": "free@example.com"})
    people = list(User.objects.order_by("pk").values())

    answer = graphql(REGISTER, input=NEW | {"email": email, "password": "another-password"})

    assert list(User.objects.order_by("pk").values()) == people
    assert answer.anonymous == new.anonymous.replace("free@", "taken@")
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"email": ""}, "email", "blank"),
        ({"email": "ada"}, "email", "invalid"),
        ({"email": "a@b@c.de"}, "email", "invalid"),
        ({"email": "a" * 250 + "@b.de"}, "email", "max_length"),
        ({"password": ""}, "password", "password_too_short"),
        ({"password": "short"}, "password", "password_too_short"),
        ({"password": "password12"}, "password", "password_too_common"),
        ({"password": "new@example.com"}, "password", "password_too_similar"),
        ({"password": "x" * 129}, "password", "password_too_long"),
        ({"timezone": "Mars/Olympus"}, "timezone", "unknown_timezone"),
        ({"timezone": ""}, "timezone", "blank"),
        ({"displayName": "x" * 81}, "displayName", "max_length"),
    ],
)
def test_says_which_field_is_wrong(change, field, code, graphql):
    with nothing_changes():
        answer = graphql(REGISTER, input=NEW | change)

    (message,) = answer.data["register"]["messages"]
    assert (message["field"], message["code"], message["kind"]) == (field, code, "VALIDATION")


def test_says_everything_that_is_wrong_at_once(graphql):
    answer = graphql(REGISTER, input={"email": "x", "password": "y", "timezone": "z"})

    assert set(answer.fields) == {"email", "password", "timezone"}


@pytest.mark.parametrize(
    "input",
    [
        {},
        {"email": "a@b.de"},
        {"email": None, "password": None},
        {"email": 1, "password": True},
        {"email": ["a@b.de"], "password": "practice-daily"},
        NEW | {"displayName": None},
        NEW | {"role": "ADMIN"},
        NEW | {"isStaff": True},
        NEW | {"id": 1},
    ],
)
def test_refuses_what_is_not_its_input(input, graphql):
    with nothing_changes():
        answer = graphql(REGISTER, input=input)

    assert set(answer.codes) == {"BAD_USER_INPUT"}
