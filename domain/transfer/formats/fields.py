"""Takes the objects of a JSON document apart; what is not as expected is refused with its place."""

from domain.base.text import tidy
from domain.transfer.refusals import Problem

MAX_TEXTS = 1000

_KINDS = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


class RowRefused(Exception):
    """One row of a file is broken."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Fields:
    """One object of a document, and where it stands. An optional field may be absent or null.

    Raises:
        RowRefused: here and in every method: missing_field, wrong_type or bad_value.
    """

    def __init__(self, value: object, position: str) -> None:
        if not isinstance(value, dict):
            raise RowRefused(wrong_type(position, "an object", value))
        self._values = value
        self.position = position

    def text(self, name: str) -> str:
        """A text that says something, trimmed and in NFC."""
        text = tidy(self._typed(name, str, "text", required=True))
        if not text:
            raise self.refusal(name, "This is empty.")
        return text

    def optional_text(self, name: str) -> str:
        """A text, trimmed and in NFC; empty without one."""
        return tidy(self._typed(name, str, "text") or "")

    def number(self, name: str) -> int:
        """A whole number."""
        number: int = self._typed(name, int, "a whole number", required=True)
        return number

    def optional_number(self, name: str) -> int | None:
        """A whole number, or None without one."""
        number: int | None = self._typed(name, int, "a whole number")
        return number

    def fields(self, name: str) -> "Fields":
        """An object inside this one."""
        return Fields(self._typed(name, dict, "an object", required=True), self.path(name))

    def optional_fields(self, name: str) -> "Fields":
        """An object inside this one; one without fields if there is none."""
        return Fields(self._typed(name, dict, "an object") or {}, self.path(name))

    def optional_texts(self, name: str) -> list[str]:
        """A list of at most ``MAX_TEXTS`` texts, each trimmed and in NFC; empty without one."""
        values = self._typed(name, list, "a list") or []
        if len(values) > MAX_TEXTS:
            raise self.refusal(name, f"This list has more than {MAX_TEXTS:,} entries.")
        for index, value in enumerate(values):
            if not isinstance(value, str):
                raise RowRefused(wrong_type(f"{self.path(name)}[{index}]", "text", value))
        return [tidy(value) for value in values]

    def path(self, name: str) -> str:
        """Where a field of this object stands."""
        return f"{self.position}.{name}"

    def refusal(self, name: str, text: str, *, code: str = "bad_value") -> RowRefused:
        """The refusal of a field's value, to be raised."""
        return RowRefused(Problem(code, self.path(name), text))

    def _typed(self, name: str, kind: type, expected: str, *, required: bool = False):  # type: ignore[no-untyped-def]
        value = self._values.get(name)
        if value is None and not required:
            return None
        if name not in self._values:
            raise self.refusal(name, "This field is missing.", code="missing_field")
        # In Python, True is a number.
        if not isinstance(value, kind) or isinstance(value, bool):
            raise RowRefused(wrong_type(self.path(name), expected, value))
        return value


def wrong_type(position: str, expected: str, found: object) -> Problem:
    """The problem of a value that is of another JSON type than expected."""
    return Problem("wrong_type", position, f"Expected {expected}, found {_KINDS[type(found)]}.")
