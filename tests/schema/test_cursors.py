"""Cursors that no list of ours has made."""

import pytest

from tests.client import cursor
from tests.factories import QuestionFactory, QuestionLogFactory
from tests.schema.tables import nothing_changes

MALFORMED = [
    "", " ", "x", "é😀", "====", "YXJyYXk=", cursor(), cursor("title_key"),
    cursor("title_key", "a"), cursor("title_key", "a", "b"), cursor("title_key", "a", None),
    cursor("title_key", 1, "b" * 32), cursor("title_key", ["a"], "0" * 32),
    cursor("title_key", {"a": 1}, "0" * 32), cursor("title_key", "a", 1),
    cursor("title_key", "a\x00", "0" * 32), cursor("title_key", "\ud800", "0" * 32),
    cursor("title_key", "a", "0" * 31), cursor("title_key", "a", "0" * 32, "x"),
    cursor("-title_key", "a", "0" * 32),
    cursor("title_key", "a" * 10, "g" * 32), "YXJyYXljb25uZWN0aW9uOlt", "YXJyYXljb25uZWN0aW9uOjA=",
    "YXJyYXljb25uZWN0aW9uOltbW1tb", "/w==", "x" * 100_000,
]  # fmt: skip
WRONG_VALUES = {
    "CREATED_AT": [
        "2026-01-01", "2026-01-01T00:00:00", "x", "", "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00", "2026-13-01T00:00:00Z", "0", "-1",
    ],
    "DUE_AT": ["2026-01-01T00:00:00", "nan"],
    "IMPORTANCE": ["x", "", "1.5", "nan", "inf", "9" * 5000, "1e3", "0x1"],
    "DIFFICULTY": ["EASY", "1.5"],
}  # fmt: skip


@pytest.mark.parametrize("side", ["after", "before"])
def test_malformed_cursors_are_refused(side, graphql, token, user):
    QuestionLogFactory(question__owner=user)
    root = f"""query ($c: String) {{
      questions({side}: $c, orderBy: {{field: TITLE}}) {{ totalCount }}
    }}"""
    nested = f"""query ($c: String) {{
      questions {{ edges {{ node {{ logs({side}: $c) {{ edges {{ node {{ id }} }} }} }} }} }}
    }}"""

    with nothing_changes():
        for malformed in MALFORMED:
            for operation in (root, nested):
                answer = graphql(operation, token=token, c=malformed)

                assert answer.codes == ["BAD_USER_INPUT"], malformed


@pytest.mark.parametrize("field", sorted(WRONG_VALUES))
def test_cursors_with_values_of_another_sort_are_refused(field, graphql, token, user):
    for side in ("after", "before"):
        operation = f"""query ($c: String) {{
          questions({side}: $c, orderBy: {{field: {field}}}) {{ totalCount }}
        }}"""
        for value in WRONG_VALUES[field]:
            crafted = cursor(field.lower(), value, "0" * 32)

            assert graphql(operation, token=token, c=crafted).codes == ["BAD_USER_INPUT"], value


@pytest.mark.parametrize("field", ["IMPORTANCE", "DIFFICULTY"])
@pytest.mark.parametrize(
    "value", ["-1", "99999999999999999999", "2147483648", "-9223372036854775809"]
)
def test_cursors_beyond_every_row_are_only_a_place(field, value, graphql, token, user):
    QuestionFactory(owner=user, difficulty=1)
    crafted = cursor(field.lower(), value, "0" * 32)
    page = "totalCount edges { node { id } }"

    data = graphql(
        f"""query ($c: String) {{
          after: questions(after: $c, orderBy: {{field: {field}}}) {{ {page} }}
          before: questions(before: $c, orderBy: {{field: {field}}}) {{ {page} }}
        }}""",
        token=token,
        c=crafted,
    ).data

    assert sorted(len(page["edges"]) for page in data.values()) == [0, 1]


def test_variables_that_are_no_text_are_refused_as_cursors(graphql, token):
    operation = "query ($c: String) { questions(after: $c) { totalCount } }"

    for value in (1, 1.5, True, ["x"], {"x": 1}):
        assert graphql(operation, token=token, c=value).codes == ["BAD_USER_INPUT"]
