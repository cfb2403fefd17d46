"""What API tests share."""

import pytest

from domain.accounts.models import User
from tests.client import GraphQLClient, access_token


@pytest.fixture
def graphql(db: None) -> GraphQLClient:
    """Calls the API over HTTP, as somebody or as nobody."""
    return GraphQLClient()


@pytest.fixture
def token(user: User) -> str:
    """An access token of ``user``, for tests in which opening a session would disturb."""
    return access_token(user)
