"""Lists as they are promised, and as they are read page by page."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.client import node_id

QUESTION_ORDERINGS = [
    "CREATED_AT", "TITLE", "DIFFICULTY", "LAST_ATTEMPTED_AT", "DUE_AT", "IMPORTANCE",
]  # fmt: skip
ORDERINGS = {
    "questions": QUESTION_ORDERINGS,
    "tags": ["NAME", "CREATED_AT"],
    "studyLists": ["NAME", "CREATED_AT"],
    "questionLogs": ["ATTEMPTED_AT"],
}
LISTS = [(name, field) for name, fields in ORDERINGS.items() for field in fields]
PAGE = """
  totalCount
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  edges { cursor node { id } }
"""


def sorted_like_a_list(rows: list[Any], column: str, *, descending: bool) -> list[str]:
    """The ids of rows as the API promises to sort them: by value, then uid, without value last."""
    known = [row for row in rows if getattr(row, column) is not None]
    unknown = [row for row in rows if getattr(row, column) is None]
    known.sort(key=lambda row: (getattr(row, column), row.uid), reverse=descending)
    unknown.sort(key=lambda row: row.uid, reverse=descending)
    return [node_id(row) for row in known + unknown]


def pages(
    ask: Callable[[str], Any],
    *,
    size: int,
    backwards: bool,
    between: Callable[[], None] = lambda: None,
) -> Iterator[list[str]]:
    """Read a list page by page, in the order of the list; ``between`` runs between pages."""
    count, side, end = (
        ("last", "before", "startCursor") if backwards else ("first", "after", "endCursor")
    )
    more = "hasPreviousPage" if backwards else "hasNextPage"
    position = ""
    while True:
        page = ask(f"{count}: {size}{position}")
        yield [edge["node"]["id"] for edge in page["edges"]]
        if not page["pageInfo"][more]:
            return
        position = f', {side}: "{page["pageInfo"][end]}"'
        between()
