"""A damaged export is refused with its faults, or it is a whole one: nothing in between."""

import copy
import json
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.archive.restoring import (
    examples,
    export,
    furnished,
    restored,
    undone,
)
from tests.factories import UserFactory
from tests.schema.tables import nothing_changes

ODD: list[Any] = [
    None, True, False, 0, 1, -1, 3, 40_000, 2**31, 2**63, 10**400, 0.5, -0.0, 1e308, "", " ", "x",
    "x" * 300, "é" * 100_001, "\x00", "\ud800", [], [[]], {}, {"id": 1}, [None], ["x"], "UTC",
    "2026-03-02T09:30:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "2026-03-02",
    "1999-12-31T00:00:00Z", "2026-03-02T09:30:00", "LEETCODE", "NEW", "COMPANY", "two-sum", "dp",
]  # fmt: skip
operations = st.sampled_from(["replace", "delete", "double", "copy from elsewhere", "add a key"])
damages = st.lists(
    st.tuples(operations, st.integers(0, 2**16), st.integers(0, 2**16)), min_size=1, max_size=3
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every value within a document, as what holds it and its key there."""
    found = []
    keys = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in keys:
        found.append((value, key))
        if isinstance(each, dict | list):
            found += places(each)
    return found


def damage(whole: Any, operation: str, first: int, second: int) -> None:
    """Change something somewhere."""
    found = places(whole)
    holder, key = found[first % len(found)]
    if operation == "delete":
        del holder[key]
    elif operation == "double" and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    elif operation == "copy from elsewhere":
        other, place = found[second % len(found)]
        holder[key] = copy.deepcopy(other[place])
    elif operation == "add a key" and isinstance(holder[key], dict):
        holder[key]["from a newer version"] = ODD[second % len(ODD)]
    else:
        holder[key] = copy.deepcopy(ODD[second % len(ODD)])


def assert_is_whole(owner: Any) -> None:
    """What is stored can be taken out, brought back, and taken out as the same."""
    connection.check_constraints()
    text = export(owner)
    heir = UserFactory()
    report = restored(json.loads(text), heir)
    assert (report.problems, report.notes) == ([], [])
    assert export(heir) == text


@examples(25)
@given(damages, st.booleans())
def test_stores_all_or_nothing(stranger, changes, as_lines):
    text, texts = furnished()
    whole = [json.loads(line) for line in texts] if as_lines else json.loads(text)
    for change in changes:
        damage(whole, *change)
    documents = tuple(whole) if as_lines else whole

    with undone():
        report = restored(documents, stranger)
        if not report.problems:
            assert_is_whole(stranger)
    if report.problems:
        assert report.is_refused
        with nothing_changes():
            restored(documents, stranger)


@examples(20)
@given(damages)
def test_leaves_out_what_is_broken_and_what_hangs_on_it(stranger, changes):
    whole = json.loads(furnished()[0])
    for change in changes:
        damage(whole, *change)

    with undone():
        report = restored(whole, stranger, skip_failed=True)

        assert all(problem.text for problem in report.problems)
        assert_is_whole(stranger)


@pytest.mark.parametrize("document", [None, 1, "x", [], [[]], [1, {}], {}, {"entity": None}, b"{}"])
def test_refuses_what_is_no_export(document, user):
    with nothing_changes():
        report = restored(document, user)

    assert report.is_refused or document == []
