"""The operations of ``docs/sync.md`` do what it says, one after the other."""

import re
from pathlib import Path

import pytest

from domain.base.models import new_uid
from tests.client import access_token, node_id
from tests.domain.sync.devices import noted

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "sync.md").read_text()
OPERATIONS = {
    re.search(r"(?:query|mutation) (\w+)", operation).group(1): operation  # type: ignore[union-attr]
    for operation in re.findall(r"```graphql\n(.*?)```", PAGE, re.DOTALL)
}


@pytest.fixture
def does(graphql, user):
    """Runs an operation of the page."""
    token = access_token(user)

    def run(name, **variables):
        noted()
        return graphql(OPERATIONS[name], token=token, **variables).only

    return run


def test_a_device_keeps_up(does, user):
    first = does("Changes")
    assert [change["entity"] for change in first["changes"]] == ["SETTINGS"]

    uuid, id = str(new_uid()), ""
    for _ in range(2):
        made = does("Create", uuid=uuid, key="offline-1")
        id = made["id"]
        assert made == {"id": node_id(type_name="Question", uid=uuid), "version": 1}

    edited = does("Edit", id=id, version=1)
    late = does("Edit", id=id, version=1)
    assert edited == {"id": id, "version": 2}
    assert (late["code"], late["current"]["version"]) == ("CONFLICT", 2)

    (change,) = (page := does("Changes", after=first["endCursor"]))["changes"]
    assert (change["id"], change["op"], change["version"]) == (id, "UPSERT", 2)
    assert (change["record"]["id"], change["record"]["notes"]) == (uuid, "Hash map, one pass.")
    assert does("Changes", after=page["endCursor"])["changes"] == []
    (shown,) = does("ChangesWithDueDates", after=first["endCursor"])["changes"]
    assert shown["node"] == {"status": "NEW", "dueAt": None, "logCount": 0, "review": None}


def test_every_operation_is_run_here():
    assert set(OPERATIONS) == {"Changes", "ChangesWithDueDates", "Create", "Edit"}
