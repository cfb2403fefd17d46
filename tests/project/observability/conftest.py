import pytest

from tests.client import GraphQLClient


@pytest.fixture
def graphql(db):
    """Calls the API over HTTP, as somebody or as nobody."""
    return GraphQLClient()
