"""Takes the objects of a JSON document and the rows of a table apart.

What is not as expected is refused with its place.
"""

import re
from datetime import UTC, datetime, timedelta

from domain.base.findings import Finding, wrong_type
from domain.base.text import tidy
from domain.transfer.reading import inside

MAX_TEXTS = 1000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_DIGITS = re.compile(r"[0-9]{1,20}")


class RowRefused(Exception):
    """One row of a file is broken."""

    def __init__(self, problem: Finding) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Fields:
    """One object of a document, or a row of a table by its headers, and where it stands.

    An optional field may be absent or null.

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

    def digits(self, name: str) -> int:
        """A whole number, perhaps written as text."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return self.number(name)
        if not _DIGITS.fullmatch(value):
            raise self.refusal(name, "Expected a whole number of at most 20 digits.")
        return int(value)

    def decimal(self, name: str) -> float:
        """A number with or without a fraction."""
        value = self._values.get(name)
        if isinstance(value, float):
            return value
        try:
            return float(self.number(name))
        except OverflowError as error:
            raise self.refusal(name, "This number is too large.") from error

    def flag(self, name: str) -> bool:
        """True or false; false without one."""
        value = self._values.get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise RowRefused(wrong_type(self.path(name), "true or false", value))

    def unix_time(self, name: str, number: int, *, per_second: int = 1) -> datetime:
        """The moment that a field's number means: seconds since 1970, or parts of a second."""
        try:
            return EPOCH + timedelta(microseconds=number * (1_000_000 // per_second))
        except OverflowError as error:
            raise self._no_moment(name) from error

    def iso_time(self, name: str) -> datetime:
        """A moment as text, such as 2026-03-02T09:30:00Z; without a time zone it is in UTC."""
        text = self.text(name)
        try:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise self._no_moment(name) from error

    def has(self, name: str) -> bool:
        """Whether there is such a field and it is not null."""
        return self._values.get(name) is not None

    def fields(self, name: str) -> "Fields":
        """An object inside this one."""
        return Fields(self._typed(name, dict, "an object", required=True), self.path(name))

    def optional_fields(self, name: str) -> "Fields":
        """An object inside this one; one without fields if there is none."""
        return Fields(self._typed(name, dict, "an object") or {}, self.path(name))

    def optional_texts(self, name: str) -> list[str]:
        """A list of at most ``MAX_TEXTS`` texts, each trimmed and in NFC; empty without one."""
        values = self._listed(name)
        return [self._text_at(f"{name}[{index}]", value) for index, value in enumerate(values)]

    def optional_names(self, name: str) -> list[tuple[str, str]]:
        """A list of at most ``MAX_TEXTS`` texts, or of objects with a ``name``, each with its path.

        The path leads there from this object. Empty without a list.
        """
        found = []
        for index, value in enumerate(self._listed(name)):
            path = f"{name}[{index}]"
            if isinstance(value, dict):
                found.append((Fields(value, self.path(path)).text("name"), f"{path}.name"))
            else:
                found.append((self._text_at(path, value), path))
        return found

    def raw_text(self, name: str) -> str:
        """A text as it stands; empty without one."""
        text: str = self._typed(name, str, "text") or ""
        return text

    def path(self, name: str) -> str:
        """Where a field of this object stands."""
        return inside(self.position, name)

    def refusal(self, name: str, text: str, *, code: str = "bad_value") -> RowRefused:
        """The refusal of a field's value, to be raised."""
        return RowRefused(Finding(code, self.path(name), text))

    def _no_moment(self, name: str) -> RowRefused:
        return self.refusal(name, "This is no time that a calendar has.")

    def _listed(self, name: str) -> list[object]:
        values: list[object] = self._typed(name, list, "a list") or []
        if len(values) > MAX_TEXTS:
            raise self.refusal(name, f"This list has more than {MAX_TEXTS:,} entries.")
        return values

    def _text_at(self, path: str, value: object) -> str:
        if not isinstance(value, str):
            raise RowRefused(wrong_type(self.path(path), "text", value))
        return tidy(value)

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
