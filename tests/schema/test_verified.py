"""``@verified``: only for people who are signed in and have confirmed their address."""

import pytest
import strawberry
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from strawberry.printer import print_schema

from schema.context import Context
from schema.directives import SignedIn, Verified
from tests.factories import NOW, UserFactory


@strawberry.type
class Query:
    @strawberry.field(extensions=[Verified()])
    def alone(self) -> str:
        return "in"

    @strawberry.field(extensions=[SignedIn(), Verified()])
    def beside_signed_in(self) -> str:
        return "in"


SCHEMA = strawberry.Schema(query=Query)

each_field = pytest.mark.parametrize("field", ["alone", "besideSignedIn"])


@pytest.fixture
def ask(rf):
    """Resolve a field as somebody."""

    def call(field, person):
        request = rf.post("/graphql")
        request.user = person
        person.api_token = None
        context = Context(request=request, response=HttpResponse())
        return SCHEMA.execute_sync(f"{{ {field} }}", context_value=context)

    return call


@each_field
def test_lets_in_who_confirmed_their_address(field, ask):
    answer = ask(field, UserFactory.build(email_verified_at=NOW))

    assert (answer.errors, answer.data) == (None, {field: "in"})


@each_field
@pytest.mark.parametrize(
    ("person", "code"),
    [
        (UserFactory.build(), "EMAIL_NOT_VERIFIED"),
        (UserFactory.build(email_verified_at=NOW, is_active=False), "UNAUTHENTICATED"),
        (UserFactory.build(is_active=False), "UNAUTHENTICATED"),
        (AnonymousUser(), "UNAUTHENTICATED"),
    ],
    ids=["unconfirmed", "deactivated", "both", "nobody"],
)
def test_refuses(field, person, code, ask):
    answer = ask(field, person)

    assert answer.data is None
    assert [error.extensions["code"] for error in answer.errors] == [code]


def test_says_what_to_do(ask):
    (error,) = ask("alone", UserFactory.build()).errors

    assert "resendVerification" in error.message


def test_is_printed_in_the_sdl():
    sdl = print_schema(SCHEMA)

    assert "directive @verified" in sdl
    assert "alone: String! @verified" in sdl
    assert "besideSignedIn: String! @signedIn @verified" in sdl
    assert "EMAIL_NOT_VERIFIED" in Verified.SCHEMA_DIRECTIVE_DESCRIPTION
