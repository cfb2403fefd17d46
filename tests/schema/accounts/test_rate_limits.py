"""How often one address may call what needs no token."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from graphql import get_named_type

from schema.directives import RateLimited
from schema.root import Mutation, schema
from tests.factories import NOW, PASSWORD
from tests.schema.tables import nothing_changes

SECRETS = {
    "challengeToken", "code", "currentPassword", "newPassword", "password", "refreshToken", "token",
}  # fmt: skip
SIGN_IN = 'signIn(input: {email: "user@example.com", password: "wrong"}) { __typename }'
LIMITED = {
    "register": (20, 'register(input: {email: "x", password: "x"}) { __typename }'),
    "signIn": (20, SIGN_IN),
    "refreshToken": (60, 'refreshToken(input: {refreshToken: "x"}) { __typename }'),
    "verifyToken": (60, 'verifyToken(input: {token: "x"}) { isValid }'),
}


def takes_a_secret(field: str) -> bool:
    """Whether somebody could try to guess something by calling it."""
    arguments = schema._schema.mutation_type.fields[field].args.values()
    inputs = [get_named_type(argument.type) for argument in arguments]
    return any(SECRETS & set(getattr(each, "fields", {})) for each in inputs)


GUESSABLE = [name for name in schema._schema.mutation_type.fields if takes_a_secret(name)]


def calls(field: str, count: int) -> str:
    """One operation that calls a field several times."""
    return "mutation { " + " ".join(f"a{number}: {field}" for number in range(count)) + " }"


def send(graphql, field, times):
    """Call a field many times, several times a request, and give all codes."""
    codes = []
    while times > 0:
        answer = graphql(calls(field, min(times, 20)))
        codes += [code for code in answer.codes if code == "RATE_LIMITED"]
        times -= 20
    return codes


@pytest.mark.parametrize("name", GUESSABLE)
def test_what_takes_a_secret_is_limited(name):
    fields = Mutation.__strawberry_definition__.fields
    (field,) = [each for each in fields if schema.config.name_converter.from_field(each) == name]

    assert RateLimited in [type(guard) for guard in field.extensions]


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("name", sorted(LIMITED))
def test_calls_over_the_limit_are_refused(name, graphql, user):
    limit, field = LIMITED[name]

    assert send(graphql, field, limit) == []
    assert send(graphql, field, 1) == ["RATE_LIMITED"]


@time_machine.travel(NOW, tick=False)
def test_aliases_count_one_by_one(graphql, user):
    graphql(calls(SIGN_IN, 19))

    answer = graphql(calls(SIGN_IN, 3))

    assert answer.codes == ["RATE_LIMITED"]
    assert answer.body["errors"][0]["path"] == ["a1"]


@time_machine.travel(NOW, tick=False)
def test_the_right_password_is_refused_too_and_changes_nothing(graphql, user):
    send(graphql, SIGN_IN, 20)

    with nothing_changes():
        answer = graphql(f"mutation {{ {SIGN_IN.replace('wrong', PASSWORD)} }}")

    assert answer.codes == ["RATE_LIMITED"]


def test_refusal_says_how_long_to_wait(graphql, user):
    with time_machine.travel(NOW, tick=False):
        send(graphql, SIGN_IN, 20)

    with time_machine.travel(NOW + timedelta(seconds=12), tick=False):
        (error,) = graphql(f"mutation {{ {SIGN_IN} }}").body["errors"]

    assert error["extensions"]["retryAfterSeconds"] == 48
    assert error["message"] == (
        "signIn can be called 20 times in 60 seconds from one network, and was. "
        "Wait 48 seconds and try again."
    )


def test_the_next_minute_is_free_again(graphql, user):
    with time_machine.travel(NOW, tick=False):
        send(graphql, SIGN_IN, 21)
    with time_machine.travel(NOW + timedelta(seconds=60), tick=False):
        assert send(graphql, SIGN_IN, 1) == []


@time_machine.travel(NOW, tick=False)
def test_another_address_and_another_field_have_limits_of_their_own(graphql, user):
    send(graphql, SIGN_IN, 20)

    other = graphql.send({"query": f"mutation {{ {SIGN_IN} }}"}, REMOTE_ADDR="10.0.0.2")

    assert other.codes == []
    assert send(graphql, LIMITED["register"][1], 1) == []


@time_machine.travel(NOW, tick=False)
def test_a_header_does_not_make_another_address(graphql, user):
    send(graphql, SIGN_IN, 20)

    body = {"query": f"mutation {{ {SIGN_IN} }}"}
    answer = graphql.send(body, headers={"X-Forwarded-For": "10.0.0.3", "X-Real-IP": "10.0.0.3"})

    assert answer.codes == ["RATE_LIMITED"]


@time_machine.travel(NOW, tick=False)
def test_fragments_count_one_by_one(graphql, user):
    ten = calls(SIGN_IN, 10).removeprefix("mutation ")
    send(graphql, SIGN_IN, 10)

    answer = graphql(f"mutation {{ ...Ten z: {SIGN_IN} }} fragment Ten on Mutation {ten}")

    assert answer.codes == ["RATE_LIMITED"]


@time_machine.travel(NOW, tick=False)
def test_a_batch_is_no_way_around(graphql, user):
    answer = graphql.send([{"query": f"mutation {{ {SIGN_IN} }}"}] * 2)

    assert answer.codes == ["BAD_REQUEST"]


@time_machine.travel(NOW, tick=False)
def test_a_house_cannot_choose_among_its_addresses(graphql, user):
    body = {"query": f"mutation {{ {SIGN_IN} }}"}

    for number in range(20):
        graphql.send(body, REMOTE_ADDR=f"2001:db8:0:1::{number:x}")
    same = graphql.send(body, REMOTE_ADDR="2001:db8:0:1:ffff::1")
    other = graphql.send(body, REMOTE_ADDR="2001:db8:0:2::1")

    assert (same.codes, other.codes) == (["RATE_LIMITED"], [])


@time_machine.travel(NOW, tick=False)
def test_behind_a_proxy_only_what_the_proxy_wrote_counts(graphql, user, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    body = {"query": f"mutation {{ {SIGN_IN} }}"}

    def call(forwarded):
        return graphql.send(body, headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="10.0.0.1")

    for number in range(20):
        call(f"198.51.100.{number}, 203.0.113.7")

    assert call("198.51.100.99, 203.0.113.7").codes == ["RATE_LIMITED"]
    assert call("203.0.113.7, 203.0.113.8").codes == []


@time_machine.travel(NOW, tick=False)
def test_a_cache_that_forgets_is_replaced_by_the_process(graphql, user, monkeypatch, own_counts):
    def forget(key, delta=1):
        raise ValueError(key)

    monkeypatch.setattr(cache, "incr", forget)

    assert send(graphql, SIGN_IN, 21) == ["RATE_LIMITED"]
