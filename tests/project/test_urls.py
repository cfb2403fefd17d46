"""Addresses that people type."""

import pytest


@pytest.mark.parametrize(
    ("address", "goal"), [("/", "/graphql"), ("/favicon.ico", "/static/explorer/icon.svg")]
)
def test_leads_to_what_is_meant(address, goal, client):
    answer = client.get(address)

    assert (answer.status_code, answer.headers["Location"]) == (302, goal)
