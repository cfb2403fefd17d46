"""Secrets that go through every mutation, rightly and wrongly, are found nowhere afterwards."""

import logging

import pytest

from domain.audit.models import AuditEvent
from tests.client import access_token
from tests.factories import NOW, TagFactory, UserFactory
from tests.schema.canaries import flows
from tests.schema.canaries.calling import MUTATIONS, Caller, input_of, written_in
from tests.schema.canaries.sweep import sweep
from tests.schema.canaries.watching import Watch, in_tables, leaks


@pytest.fixture
def caller(graphql, after_commit, settings) -> Caller:
    # A token that is used again ends its session at once.
    settings.REFRESH_GRACE_SECONDS = 0
    return Caller(graphql, after_commit)


def go_through_everything(caller: Caller) -> None:
    access = flows.begin(caller)
    flows.renew(caller)
    access = flows.manage(caller, access)
    access = flows.use_codes(caller, access)
    flows.administer(caller)
    flows.practise(caller, access)
    flows.import_files(caller, access)
    caller.done("signOutEverywhere", access)
    sweep(caller, caller.keep("session", access_token(UserFactory(admin=True))))


def test_found_nowhere(caller, caplog, monkeypatch):
    watch = Watch(monkeypatch)

    with caplog.at_level(logging.DEBUG):
        go_through_everything(caller)

    places = watch.places(caplog.records)
    assert flows.EMAIL in places["tasks"]
    assert "password.reset" in places["audit"]
    assert "count:" in places["cache"]
    assert "statements" in places["logs"]
    assert len(caller.secrets) > 90
    assert leaks(caller, watch, caplog.records) == set()


@pytest.mark.once
def test_every_mutation_carries_one(caller):
    go_through_everything(caller)

    inputs = {(name, path) for name in MUTATIONS for path in written_in(input_of(name))}
    assert len(inputs) > 60
    assert inputs - caller.reached == set()
    assert set(MUTATIONS) - caller.succeeded == set()
    # Each got further than to the limit of its rate.
    assert [name for name, _, body in caller.answers if "RATE_LIMITED" in body] == []


def test_one_that_got_somewhere_is_found(caller, caplog, monkeypatch, user):
    watch, secret = Watch(monkeypatch), caller.keep("password", "canary-spilt")
    logging.getLogger("domain").warning("spilt", extra={"note": secret})
    AuditEvent.objects.create(at=NOW, verb="x", fields=[secret])
    TagFactory(owner=user, name=secret)
    watch.tasks.append(secret)
    watch.cache.append(secret)
    caller.answers.append(("signIn", True, secret))

    found = leaks(caller, watch, caplog.records)

    assert {place for place, _ in found} >= {"logs", "audit", "tasks", "cache", "answer of signIn"}
    assert {place for place, _ in in_tables(caller)} >= {"audit_auditevent.fields"}


@pytest.mark.parametrize(
    "literal", ["canary", "[canary]", '["canary"]', '{x: "canary"}', '"" "canary"', '"""" "canary']
)
def test_one_that_is_written_wrongly_is_not_repeated(literal, graphql):
    operation = (
        f'mutation {{ signIn(input: {{email: "x", password: {literal}}}) {{ __typename }} }}'
    )

    answer = graphql(operation)

    assert answer.codes[0] in ("GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED")
    assert "canary" not in str(answer.body)
