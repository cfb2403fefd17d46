import pytest
from prometheus_client import REGISTRY

from tests.client import GraphQLClient


@pytest.fixture
def graphql(db):
    """Calls the API over HTTP, as somebody or as nobody."""
    return GraphQLClient()


@pytest.fixture
def counted():
    """How much a number has grown since the test began."""

    def value(name, labels):
        return REGISTRY.get_sample_value(name, labels) or 0

    before = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in REGISTRY.collect()
        for sample in family.samples
    }

    def call(name, **labels):
        return value(name, labels) - before.get((name, tuple(sorted(labels.items()))), 0)

    return call
