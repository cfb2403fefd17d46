"""Queries may be answered from a copy of the database; nothing else is."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.cache.backends.dummy import DummyCache
from django.db import DatabaseError, OperationalError, router

from domain.accounts.services import sessions
from domain.base import replica
from domain.questions.models import Question
from schema import tokens
from schema.replicas import answered
from tests.client import node_id
from tests.factories import QuestionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TITLES = "{ questions { edges { node { title } } } }"
RENAME = """mutation ($id: ID!) {
  updateQuestion(input: {id: $id, title: "Renamed"}) { ... on Question { title } }
}"""
NOBODY = "{ __typename }"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which database each query set would have read from, with a copy that is there."""
    found: list[str] = []

    def db_for_read(self: Any, model: Any, **hints: Any) -> str:
        chosen = original(self, model, **hints)
        if model is Question:
            found.append(chosen)
        return "default"  # there is no second database here

    original = replica.Router.db_for_read
    monkeypatch.setattr(replica.Router, "db_for_read", db_for_read)
    monkeypatch.setattr(replica, "is_configured", lambda: True)
    monkeypatch.setattr(replica, "copy", replica._Copy())
    monkeypatch.setattr(replica, "_is_current", lambda seen: True)
    monkeypatch.setitem(router.__dict__, "routers", [replica.Router()])
    return found


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    """What this process remembers of people's writes."""
    replica._own.clear()


def long_ago(user: Any) -> str:
    """A token of the person, who signed in and wrote an hour ago."""
    at = datetime.now(UTC) - timedelta(hours=1)
    replica.note_write(str(user.uid), at=at)
    return tokens.issue(sessions.open_session(user=user, at=at).session).token


def test_a_query_of_somebody_who_did_not_write_is_read_from_the_copy(graphql, user, asked):
    QuestionFactory(owner=user, title="Two Sum")
    token = long_ago(user)
    asked.clear()

    answer = graphql(TITLES, token=token)

    assert answer.nodes == [{"title": "Two Sum"}]
    assert set(asked) == {"replica"}


def test_the_first_query_and_one_after_a_write_are_read_from_the_primary(graphql, user, asked):
    question = QuestionFactory(owner=user)
    asked.clear()

    graphql(TITLES, as_user=user)
    token = long_ago(user)
    graphql(RENAME, token=token, id=node_id(question))
    graphql(TITLES, token=token)

    assert set(asked) == {"default"}


@pytest.mark.parametrize(("kind", "written"), [("subscription", False), ("mutation", True)])
def test_a_stream_is_no_write(kind, written, user, monkeypatch):
    noted = Mock()
    monkeypatch.setattr(replica, "is_configured", lambda: True)
    monkeypatch.setattr(replica, "note_write", noted)
    monkeypatch.setattr(tokens, "caller_of", lambda request: user)

    answered(Mock(), document=f"{kind} {{ x }}", operation_name=None, context=Mock())

    assert noted.called is written


def test_one_persons_writing_is_nothing_to_others(graphql, user, stranger, asked):
    token = long_ago(user)
    replica.note_write(str(stranger.uid), at=datetime.now(UTC))
    asked.clear()

    graphql(TITLES, token=token)

    assert set(asked) == {"replica"}


def test_without_the_cache_everything_is_read_from_the_primary(graphql, user, asked, monkeypatch):
    token = long_ago(user)
    monkeypatch.setattr(replica, "cache", DummyCache("away", {}))
    asked.clear()

    graphql(TITLES, token=token)

    assert set(asked) == {"default"}


def test_a_copy_that_is_behind_is_left_out_and_comes_back(graphql, user, asked, monkeypatch):
    token = long_ago(user)
    monkeypatch.setattr(replica, "_is_current", lambda seen: False)
    asked.clear()

    graphql(TITLES, token=token)
    assert set(asked) == {"default"}

    monkeypatch.setattr(replica, "_is_current", lambda seen: True)
    replica.copy.ask_again_at = 0
    asked.clear()
    graphql(TITLES, token=token)
    assert set(asked) == {"replica"}


def test_a_copy_that_fails_in_the_middle_costs_no_answer(graphql, user, asked, monkeypatch):
    QuestionFactory(owner=user, title="Two Sum")
    token = long_ago(user)
    fallible = replica.Router.db_for_read

    def db_for_read(self: Any, model: Any, **hints: Any) -> str:
        if replica._may_be_old.get() and model is Question:
            raise OperationalError("the server closed the connection")
        return fallible(self, model, **hints)

    monkeypatch.setattr(replica.Router, "db_for_read", db_for_read)

    answer = graphql(TITLES, token=token)

    assert answer.nodes == [{"title": "Two Sum"}]
    assert not replica.copy.was_usable


def test_nobody_is_answered_from_the_copy(graphql, asked):
    assert graphql(NOBODY).data == {"__typename": "Query"}
    assert asked == []


def test_who_just_signed_in_is_read_from_the_primary(graphql, user, asked):
    long_ago(user)
    asked.clear()

    graphql(TITLES, as_user=user)

    assert set(asked) == {"default"}


def test_a_write_that_the_cache_missed_is_known_to_its_process(graphql, user, asked, monkeypatch):
    token = long_ago(user)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(replica, "cache", DummyCache("away", {}))
        replica.note_write(str(user.uid), at=datetime.now(UTC))
    asked.clear()

    graphql(TITLES, token=token)

    assert set(asked) == {"default"}


@pytest.mark.parametrize(
    ("seconds", "written", "replayed", "is_current"),
    [
        ([0, 2, 4], [10, 20, 30], [10, 20, 30], True),
        ([0, 2, 4], [10, 20, 30], [9, 9, 10], True),
        ([0], [10], [9], False),
        ([0, 2, 4], [10, 20, 30], [9, 9, 9], False),
        # It hangs: what it has is where the primary was too long ago.
        ([0, 6, 12], [10, 20, 30], [10, 10, 10], False),
        ([0, 6, 12], [10, 10, 10], [10, 10, 10], True),
        ([0, 30], [10, 20], [10, 20], True),
        # It was made a primary.
        ([0], [10], [None], False),
    ],
)
def test_a_copy_is_current_that_has_what_was_there_seconds_ago(
    seconds, written, replayed, is_current, monkeypatch, settings
):
    settings.REPLICA_MAX_LAG_SECONDS = 10
    positions = iter([one for pair in zip(written, replayed, strict=True) for one in pair])
    clock = iter(seconds)
    monkeypatch.setattr(replica, "connections", {"replica": Mock(vendor="postgresql")})
    monkeypatch.setattr(replica, "_number", lambda alias, statement: next(positions))
    monkeypatch.setattr(replica, "monotonic", lambda: next(clock))
    copy = replica._Copy()

    found = [replica._is_current(copy.seen) for _ in seconds]

    assert found[-1] is is_current


def test_a_copy_that_cannot_be_asked_is_left_out_for_a_while(monkeypatch):
    broken = Mock(vendor="postgresql")
    monkeypatch.setattr(replica, "connections", {"replica": broken})
    monkeypatch.setattr(replica, "_number", Mock(side_effect=DatabaseError))
    copy = replica._Copy()

    assert not copy.is_usable()
    assert not copy.is_usable()
    assert replica._number.call_count == 1
    broken.close.assert_called_once_with()


def test_writes_locks_and_migrations_go_to_the_primary():
    rules = replica.Router()

    with replica.may_be_old():
        assert rules.db_for_read(Question) == "replica"
        assert rules.db_for_write(Question) == "default"
    assert rules.db_for_read(Question) == "default"
    assert rules.allow_migrate("default", "questions")
    assert not rules.allow_migrate("replica", "questions")
    assert rules.allow_relation("one", "other")
