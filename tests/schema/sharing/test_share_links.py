"""``shareLinks``, ``createShareLink`` and ``revokeShareLink``."""

import pytest
import time_machine
from django.test import Client

from domain.sharing.links import token_of
from domain.sharing.models import ShareLink
from tests.client import access_token, node_id
from tests.factories import NOW, ApiTokenFactory, ShareLinkFactory, api_token_text

CREATE = """
  mutation ($input: CreateShareLinkInput!) {
    createShareLink(input: $input) {
      ... on ShareLink { id kind name url createdAt revokedAt }
      ... on OperationInfo { messages { field code } }
    }
  }
"""
REVOKE = """
  mutation ($id: ID!) {
    revokeShareLink(input: {id: $id}) {
      ... on ShareLink { revokedAt } ... on OperationInfo { messages { field code } }
    }
  }
"""
LIST = "{ shareLinks { totalCount edges { node { id name url } } } }"
NEW = {"kind": "HEATMAP", "name": "README"}


def path_of(link):
    return f"/share/{token_of(link)}/picture.svg"


@time_machine.travel(NOW, tick=False)
def test_makes_an_address_that_works(graphql, user):
    created = graphql(CREATE, as_user=user, input=NEW).only

    link = ShareLink.objects.get()
    assert created == {
        "id": node_id(link),
        "kind": "HEATMAP",
        "name": "README",
        "url": f"http://testserver{path_of(link)}",
        "createdAt": "2026-03-02T09:30:00Z",
        "revokedAt": None,
    }
    assert Client().get(created["url"]).status_code == 200


def test_shows_the_same_address_again(graphql, user):
    token = access_token(user)
    created = graphql(CREATE, token=token, input=NEW).only

    listed = graphql(LIST, token=token)

    assert listed.nodes == [{name: created[name] for name in ("id", "name", "url")}]


def test_the_same_key_makes_one(graphql, token):
    input = NEW | {"idempotencyKey": "k"}

    urls = {graphql(CREATE, token=token, input=input).only["url"] for _ in range(3)}

    assert len(urls) == ShareLink.objects.count() == 1


@time_machine.travel(NOW, tick=False)
def test_revoking_ends_the_address_at_once(graphql, user):
    link, other = ShareLinkFactory.create_batch(2, owner=user)

    revoked = graphql(REVOKE, as_user=user, id=node_id(link)).only

    assert revoked == {"revokedAt": "2026-03-02T09:30:00Z"}
    assert Client().get(path_of(link)).status_code == 404
    assert Client().get(path_of(other)).status_code == 200
    assert [node["id"] for node in graphql(LIST, as_user=user).nodes] == [node_id(other)]
    assert graphql(REVOKE, as_user=user, id=node_id(link)).codes == ["not_found"]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [({"name": " "}, "name", "blank"), ({"name": "x" * 81}, "name", "max_length")],
)
def test_refuses_what_cannot_be(changes, field, code, graphql, user):
    answer = graphql(CREATE, as_user=user, input=NEW | changes)

    assert (answer.fields, answer.codes) == ([field], [code])
    assert not ShareLink.objects.exists()


def test_there_are_at_most_twenty(graphql, user):
    ShareLinkFactory.create_batch(20, owner=user)

    assert graphql(CREATE, as_user=user, input=NEW).codes == ["too_many_share_links"]


@pytest.mark.parametrize("scope", ["READ", "WRITE"])
def test_programs_see_no_links_and_make_none(scope, graphql, user):
    link = ShareLinkFactory(owner=user)
    token = api_token_text(ApiTokenFactory(owner=user, scope=scope))
    refused = "INSUFFICIENT_SCOPE" if scope == "READ" else "FORBIDDEN"

    assert graphql(LIST, token=token).codes == ["FORBIDDEN"]
    assert graphql(CREATE, token=token, input=NEW).codes == [refused]
    assert graphql(REVOKE, token=token, id=node_id(link)).codes == [refused]
    answer = graphql("query ($id: ID!) { node(id: $id) { id } }", token=token, id=node_id(link))
    assert answer.codes == ["NOT_FOUND"]
    assert ShareLink.objects.live().get() == link


@pytest.mark.parametrize(
    ("caller", "code"),
    [("nobody", "UNAUTHENTICATED"), ("stranger", "not_found"), ("admin", "not_found")],
)
def test_is_refused_to(caller, code, graphql, people, user):
    link = ShareLinkFactory(owner=user)

    answer = graphql(REVOKE, as_user=people[caller], id=node_id(link))

    assert answer.codes == [code]
    assert ShareLink.objects.live().get() == link
