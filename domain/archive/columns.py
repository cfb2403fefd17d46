"""What each column of a record may hold: its type, its names, its range; the rest is checked by
``domain.base.writing.check``.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models

from domain.archive.entities import NAMED
from domain.base.findings import Finding, wrong_type
from domain.base.text import tidy
from domain.goals.models import Goal
from domain.lists.models import StudyList, StudyListItem
from domain.practice.models import QuestionLog
from domain.questions.models import Question, Tag

type Field = models.Field[Any, Any]
type Read = Callable[[Any], Any]

# Short texts that services trim and bring to NFC.
TIDIED: Mapping[type[models.Model], tuple[str, ...]] = {
    Tag: ("name", "description", "colour"),
    Question: ("title", "slug", "url", "source", "external_id"),
    QuestionLog: ("approach", "time_complexity", "space_complexity", "language"),
    StudyList: ("name",),
    StudyListItem: ("section",),
    Goal: ("name",),
}
# As PostgreSQL stores them, whatever the database.
LARGEST: Mapping[type[Field], int] = {
    models.PositiveSmallIntegerField: 32_767,
    models.PositiveIntegerField: 2_147_483_647,
}
SMALLEST = {"version": 1}


class BadValue(Exception):
    """A value cannot be what stands in a column."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text)
        self._finding = finding

    def at(self, position: str) -> Finding:
        """What to tell of it where it stands."""
        return replace(self._finding, position=position)


def _other_type(expected: str, value: object) -> BadValue:
    return BadValue(wrong_type("", expected, value))


def _bad(text: str) -> BadValue:
    return BadValue(Finding("bad_value", "", text))


@cache
def reader_of(model: type[models.Model], column: str) -> Read:
    """What makes of a value in a record the value of a column, or raises ``BadValue``."""
    field: Any = model._meta.get_field(column)
    names = NAMED.get((model, column))
    values = [value for value, _ in field.flatchoices]
    read = _typed(field) if names is None else _named(names, values)
    if column in TIDIED.get(model, ()):
        read = _tidied(read)
    if names is None and values:
        read = _chosen(read, values)
    return _nullable(read) if field.null else read


def is_checked(model: type[models.Model], column: str) -> bool:
    """Whether nothing is left to be checked of a value that was read."""
    field: Any = model._meta.get_field(column)
    is_plain = isinstance(field, models.BooleanField | models.DateTimeField | models.UUIDField)
    return bool(field.choices) or (is_plain and not field.validators)


def read_uid(value: object) -> UUID:
    """The id of an object.

    Raises:
        BadValue: it is none.
    """
    text = _text(value)
    try:
        return UUID(text)
    except ValueError as error:
        raise _bad("Expected a UUID, the id of an object.") from error


def _typed(field: Field) -> Read:
    for kind, read in _READERS.items():
        if isinstance(field, kind):
            return read
    largest = next(limit for kind, limit in LARGEST.items() if isinstance(field, kind))
    return _whole(SMALLEST.get(field.name, 0), largest)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _other_type("text", value)
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _other_type("true or false", value)
    return value


def _decimal(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _other_type("a number", value)
    try:
        return float(value)
    except OverflowError as error:
        raise _bad("This number is too large.") from error


def _moment(value: object) -> datetime:
    text = _text(value)
    try:
        moment = datetime.fromisoformat(text)
        if moment.utcoffset() is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _bad("Expected a moment such as 2026-03-02T09:30:00Z.")


def _day(value: object) -> date:
    try:
        return date.fromisoformat(_text(value))
    except ValueError as error:
        raise _bad("Expected a day such as 2026-03-02.") from error


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise _other_type("a list", value)
    return value


def _whole(smallest: int, largest: int) -> Read:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise _other_type("a whole number", value)
        if not smallest <= value <= largest:
            raise _bad(f"Expected a number from {smallest} to {largest}.")
        return value

    return read


def _named(names: type[Enum], values: list[Any]) -> Read:
    members = names.__members__.items()
    known = {name: member.value for name, member in members if member.value in values}

    def read(value: object) -> Any:
        if _text(value) not in known:
            raise _bad(f"Expected one of {', '.join(known)}.")
        return known[value]  # type: ignore[index]  # a text, as was just looked at

    return read


def _chosen(read: Read, values: list[Any]) -> Read:
    def read_one(value: object) -> Any:
        found = read(value)
        if found not in values:
            raise _bad(f"Expected one of {', '.join(map(str, values))}.")
        return found

    return read_one


def _tidied(read: Read) -> Read:
    def read_tidy(value: object) -> str:
        return tidy(read(value))

    return read_tidy


def _nullable(read: Read) -> Read:
    def read_or_null(value: object) -> Any:
        return None if value is None else read(value)

    return read_or_null


_READERS: Mapping[type[Any], Read] = {
    models.BooleanField: _flag,
    models.FloatField: _decimal,
    models.DateTimeField: _moment,
    models.DateField: _day,
    models.UUIDField: read_uid,
    models.JSONField: _list,
    models.CharField: _text,
    models.TextField: _text,
}
