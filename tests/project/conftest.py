"""Who opens the admin site."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from domain.accounts.models import User
from tests.factories import UserFactory


@pytest.fixture
def superuser(db: None) -> User:
    """Who may do everything; joined long ago."""
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
