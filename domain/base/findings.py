"""What a person is told of a file of theirs: what is wrong with it, or was left out, and where."""

import json
from dataclasses import dataclass

MAX_TITLE = 255
# JSON's own types, for people.
_TYPES = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a file that its owner is told.

    Attributes:
        code: for programs, such as missing_field, wrong_type, bad_value or duplicate.
        position: where, such as ``result[12].problem.name``, ``line 3, column 7`` of JSON,
            ``line 3, column Date`` of a table or ``line 12, tags[0].tag`` of JSON lines; empty for
            the file as a whole.
        text: what is the matter, for people.
        title: what the row is called that it is about, as far as the row says; empty otherwise.
    """

    code: str
    position: str
    text: str
    title: str = ""

    def __str__(self) -> str:
        return f"{self.position}: {self.text}" if self.position else self.text


def shown(name: str) -> str:
    """The name of a field as a path shows it."""
    return name if name.isascii() and name.isidentifier() else json.dumps(name[:40])


def title_in(*values: object) -> str:
    """The first of some values of a broken row by which a person knows it; empty without one."""
    for value in values:
        if isinstance(value, str):
            title = "".join(filter(str.isprintable, " ".join(value[:MAX_TITLE].split())))
            if title:
                return title
    return ""


def wrong_type(position: str, expected: str, found: object) -> Finding:
    """What to tell of a value that is of another JSON type than expected."""
    what = _TYPES.get(type(found), "something else")
    return Finding("wrong_type", position, f"Expected {expected}, found {what}.")
