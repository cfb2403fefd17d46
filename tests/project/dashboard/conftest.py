"""Who looks at the first page, and when."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from domain.accounts.models import User
from tests.factories import NOW, UserFactory


@pytest.fixture(autouse=True)
def at_a_fixed_time() -> Iterator[None]:
    """It is always the moment at which factories stamp their rows."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def superuser(db: None) -> User:
    """Who may see everything; joined long ago."""
    return UserFactory(
        email="root@example.com",
        admin=True,
        is_superuser=True,
        date_joined=datetime(2020, 1, 1, tzinfo=UTC),
    )


@pytest.fixture
def site(superuser: User) -> Client:
    """The superuser's browser."""
    client = Client()
    client.force_login(superuser)
    return client
