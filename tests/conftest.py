"""The people and the moment that tests speak of."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.cache import cache

from domain.accounts.models import User
from tests.factories import NOW, UserFactory


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """No test sees what another one cached."""
    cache.clear()
    yield
    cache.clear()


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
