"""What is declared of a kind of object, so that it can be written and read back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models


class EntityName(models.TextChoices):
    """A kind of object that a person has."""

    SETTINGS = "SETTINGS", "How the person practises"
    TAG = "TAG", "Tags"
    QUESTION = "QUESTION", "Questions, with their tags and what the person decided on reviews"
    LOG = "LOG", "Attempts"
    STUDY_LIST = "STUDY_LIST", "Study lists, with their items"
    GOAL = "GOAL", "Goals, with their lists and tags"
    SESSION = "SESSION", "Practice sessions, with their questions and pauses"


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that names another object, written as its id."""

    column: str
    entity: EntityName

    @property
    def key(self) -> str:
        """Its name in a record."""
        return camel(self.column)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of another table that are written within a record.

    Attributes:
        key: their name in the record.
        parent: the column that names the object they belong to.
        columns: written by these names.
        references: what they name.
        order: of the list that they are written as; None for one object, or null without a row.
        bare: whether each is written as the id of its only reference.
        unless: columns with the values at which the row says nothing and null is written.
    """

    key: str
    model: type[models.Model]
    parent: str
    columns: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    order: tuple[str, ...] | None = None
    bare: bool = False
    unless: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Entity:
    """A kind of object: its own columns, and what is written within it.

    Attributes:
        key: of its list in the document.
        owner: the column that says whose a row is.
        uid: the column of its id; None where a person has exactly one.
    """

    name: EntityName
    key: str
    model: type[models.Model]
    columns: tuple[str, ...]
    references: tuple[Reference, ...] = ()
    parts: tuple[Part, ...] = ()
    owner: str = "owner"
    uid: str | None = "uid"


def camel(name: str) -> str:
    """A column's name as records write it: ``attempted_at`` is attemptedAt, ``uid`` is id."""
    if name == "uid":
        return "id"
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
