"""From a record of a file to unsaved rows, each value checked; references are still ids."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from domain.accounts.models import User
from domain.archive.columns import BadValue, read_uid
from domain.archive.declaring import Entity, Part, camel
from domain.archive.opening import within
from domain.archive.restored import Restored
from domain.archive.rules import faults_of
from domain.archive.shapes import Shape, shape_of
from domain.base.findings import Finding, shown, title_in, wrong_type
from domain.base.writing import check
from domain.lists.models import StudyList
from domain.questions.models import Tag

# Of one object: reading on would tell nothing new.
MAX_FAULTS = 100


@dataclass(slots=True)
class Draft:
    """An object of the file, or a part of one, on its way to the database.

    Attributes:
        record: as the file has it.
        row: unsaved; the person's own takes its place by ``kept``.
        named: the ids of what it refers to, by column.
        parts: by their key.
        kept: the primary key of the person's own row that stays as it is.
    """

    position: str
    record: Any
    row: Any
    named: dict[str, UUID | None] = field(default_factory=dict)
    parts: dict[str, list["Draft"]] = field(default_factory=dict)
    kept: int | None = None

    @property
    def title(self) -> str:
        """What the object is called; empty where it has no name."""
        if self.row is None:
            return title_of(self.record)
        return str(getattr(self.row, "title", getattr(self.row, "name", "")))


def title_of(record: object) -> str:
    """What a record that may be broken calls its object."""
    if not isinstance(record, dict):
        return ""
    return title_in(record.get("title"), record.get("name"))


class Drafting:
    """Reads the records of one file.

    Args:
        owner: whose the rows become.
        at: now.
    """

    def __init__(self, owner: User, at: datetime, restored: Restored) -> None:
        self.owner, self.at, self.restored = owner, at, restored

    def draft(self, entity: Entity, position: str, record: object) -> Draft | None:
        """An object with its parts; None if it is broken, which is noted."""
        faults: list[Finding] = []
        draft = self._read(entity, position, record, faults)
        if draft is not None and isinstance(record, dict):
            setattr(draft.row, f"{entity.owner}_id", self.owner.pk)
            if "version" in entity.columns:
                self._stamp(draft.row)
            for part in entity.parts:
                draft.parts[part.key] = list(self._parts(part, draft, faults))
        if draft is not None and not faults:
            faults += faults_of(entity, draft, self.at)
        self.restored.refuse(faults, title=title_of(record))
        if faults or draft is None:
            return None
        if isinstance(draft.row, Tag):
            draft.row.index_words()
        elif isinstance(draft.row, StudyList):
            draft.row.fold_name()
        return draft

    def _stamp(self, row: Any) -> None:
        row.created_by_id = row.updated_by_id = self.owner.pk
        row.deleted_by_id = None if row.deleted_at is None else self.owner.pk

    def _parts(self, part: Part, draft: Draft, faults: list[Finding]) -> Iterator[Draft]:
        value, position = draft.record.get(part.key), within(draft.position, part.key)
        if part.key not in draft.record:
            return
        if part.order is None:
            records = [] if value is None else [(position, value)]
        elif isinstance(value, list):
            records = [(f"{position}[{index}]", each) for index, each in enumerate(value)]
        else:
            faults.append(wrong_type(position, "a list", value))
            return
        for place, record in records:
            if len(faults) > MAX_FAULTS:
                return
            found = (self._bare if part.bare else self._read)(part, place, record, faults)
            if found is not None:
                found.row.owner_id = self.owner.pk
                yield found

    def _bare(self, part: Any, position: str, value: object, faults: list[Finding]) -> Draft | None:
        try:
            named: dict[str, UUID | None] = {part.references[0].column: read_uid(value)}
        except BadValue as refusal:
            faults.append(refusal.at(position))
            return None
        return Draft(position, value, part.model(), named)

    def _read(
        self, of: Entity | Part, position: str, record: object, faults: list[Finding]
    ) -> Draft | None:
        if not isinstance(record, dict):
            faults.append(wrong_type(position, "an object", record))
            return None
        shape, before = shape_of(of), len(faults)
        if record.keys() != shape.keys:
            faults += self._other_keys(of, shape, position, record)
        values, named = _values(shape, position, record, faults)
        if len(faults) > before:
            return None
        row = of.model(**values)
        faults += _refusals(row, shape, values, position)
        return Draft(position, record, row, named)

    def _other_keys(
        self, of: Entity | Part, shape: Shape, position: str, record: dict[Any, Any]
    ) -> Iterator[Finding]:
        for key in sorted(record.keys() - shape.keys):
            text = "This is not known to this version of Drillbook and left out."
            place = within(position, shown(key))
            self.restored.note_once(f"{of.key}.{key}", "unknown_key", place, text)
        for key in sorted(shape.keys - record.keys()):
            yield Finding("missing_field", within(position, key), "This is missing.")


def _values(
    shape: Shape, position: str, record: dict[str, Any], faults: list[Finding]
) -> tuple[dict[str, Any], dict[str, UUID | None]]:
    values: dict[str, Any] = {}
    named: dict[str, UUID | None] = {}
    for column, key, read in shape.columns:
        if key in record:
            try:
                values[column] = read(record[key])
            except BadValue as refusal:
                faults.append(refusal.at(within(position, key)))
    for column, key, may_be_null in shape.references:
        if key in record:
            value = record[key]
            try:
                named[column] = None if value is None and may_be_null else read_uid(value)
            except BadValue as refusal:
                faults.append(refusal.at(within(position, key)))
    return values, named


def _refusals(row: Any, shape: Shape, values: dict[str, Any], position: str) -> list[Finding]:
    # Whether a column may be null was looked at; forms would ask for some that may be.
    nulls = (name for name, value in values.items() if value is None)
    try:
        check(row, unchecked=(*shape.unchecked, *nulls))
    except ValidationError as refusal:
        return [
            Finding("bad_value", within(position, camel(name)), " ".join(error.messages))
            for name, errors in refusal.error_dict.items()
            for error in errors
        ]
    return []
