"""The people and the moment that tests speak of."""

import gc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from domain.accounts.models import User
from domain.audit import guard
from domain.base import counting
from tests.factories import NOW, UserFactory


def pytest_collection_finish() -> None:
    """Thousands of tests and a schema live to the end: do not search them for garbage.

    Nor look for new garbage every few statements: that took a quarter of the time of all tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """No test sees what another one cached."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def own_counts(monkeypatch: pytest.MonkeyPatch) -> counting.Store:
    """Counts of a process that has not counted anything yet, nor lost its cache."""
    store = counting.Store()
    store.own.clear()
    monkeypatch.setattr(counting, "store", store)
    # import-linter, which another test runs, switches all loggers off.
    monkeypatch.setattr(counting.logger, "disabled", False)
    return store


@pytest.fixture(autouse=True, scope="session")
def emptied_after_tests_with_transactions() -> Iterator[None]:
    """The database refuses to remove audit events; Django must, after tests that commit."""
    ops = type(connection.ops)
    sql_flush = ops.sql_flush

    def without_guard(self: Any, style: Any, tables: list[str], **kwargs: Any) -> list[str]:
        statements = sql_flush(self, style, tables, **kwargs)
        if self.connection.vendor == "postgresql" and not kwargs.get("reset_sequences"):
            # To delete a few rows takes less time than to truncate every table.
            statements = [f"DELETE FROM {self.quote_name(table)}" for table in tables]  # noqa: S608
        if not any(guard.TABLE in statement for statement in statements):
            return statements
        return [*guard.removal(self.connection), *statements, *guard.statements(self.connection)]

    ops.sql_flush = without_guard  # type: ignore[method-assign]
    yield
    ops.sql_flush = sql_flush  # type: ignore[method-assign]


@pytest.fixture
def now() -> datetime:
    """The moment at which things happen in a test; factories stamp their rows with it."""
    return NOW


@pytest.fixture
def user(db: None) -> User:
    """The person whose rows a test is about."""
    return UserFactory(email="user@example.com")


@pytest.fixture
def stranger(db: None) -> User:
    """Somebody else, with an account of their own."""
    return UserFactory(email="stranger@example.com")


@pytest.fixture
def manager(db: None) -> User:
    """A manager: may list people."""
    return UserFactory(email="manager@example.com", manager=True)


@pytest.fixture
def admin(db: None) -> User:
    """An administrator: may change roles and enter the admin site."""
    return UserFactory(email="admin@example.com", admin=True)


@pytest.fixture
def people(user: User, stranger: User, manager: User, admin: User) -> dict[str, User | None]:
    """Who may call, by the name that parametrized tests use."""
    return {
        "nobody": None,
        "owner": user,
        "stranger": stranger,
        "manager": manager,
        "admin": admin,
    }


@pytest.fixture
def after_commit(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]],
) -> Callable[[], AbstractContextManager[Any]]:
    """``with after_commit(): …`` does background work; a test's transaction never ends."""
    return partial(django_capture_on_commit_callbacks, execute=True)
