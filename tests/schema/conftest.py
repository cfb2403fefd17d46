"""What API tests share."""

import pytest

from tests.client import GraphQLClient


@pytest.fixture
def graphql(db: None) -> GraphQLClient:
    """Calls the API over HTTP, as somebody or as nobody."""
    return GraphQLClient()
