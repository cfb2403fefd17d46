"""What came of reading a person's objects back: counts, created rows, and what is to be told."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models

from domain.archive.declaring import EntityName
from domain.base.bulk import BulkRowStatus
from domain.base.findings import Finding

MAX_NOTES = 200
MAX_PROBLEMS = 1_000


@dataclass(slots=True)
class Tally:
    """How many objects of a kind were created, changed, found with the person, or left out."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0

    @property
    def are_any(self) -> bool:
        """Whether it is decided of any object what becomes of it."""
        return bool(self.created or self.updated or self.unchanged or self.failed)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one record.

    Attributes:
        title: what the object is called; empty where it has no name.
        outcome: CREATED, UPDATED, UNCHANGED or FAILED.
    """

    entity: EntityName
    position: str
    title: str
    outcome: BulkRowStatus


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to a row that the person had, so that it can be taken back.

    Attributes:
        table: the label of its model.
        row_id: its primary key.
        before: the changed columns as they were, in terms of JSON.
        after: the same columns as they are now.
    """

    table: str
    row_id: int
    before: dict[str, Any]
    after: dict[str, Any]


def _tallies() -> dict[EntityName, Tally]:
    return {name: Tally() for name in EntityName}


@dataclass(slots=True)
class Restored:
    """What restoring a file did. If it is refused, nothing is stored and all counts but ``failed``
    are 0.

    Attributes:
        is_refused: whether nothing was stored since something is wrong with the file.
        counts: by kind of object; parts of objects, such as the items of a list, are not counted.
        created: primary keys of all rows that were made, parts and derived rows too, by the label
            of their model. To take it back, delete them and settle the questions of the attempts.
        updated: the settings if some were taken over. To take it back, change them by the service
            that reschedules.
        unreadable: how many lines hold no record at all.
        notes: what was kept, left out or named anew; at most ``MAX_NOTES``.
        problems: each fault; at most ``MAX_PROBLEMS``.
    """

    is_refused: bool = False
    counts: dict[EntityName, Tally] = field(default_factory=_tallies)
    created: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    updated: list[Change] = field(default_factory=list)
    unreadable: int = 0
    notes: list[Finding] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    noted: set[str] = field(default_factory=set, repr=False)

    @property
    def failed(self) -> int:
        """How many objects of the file are broken, hang on one that is, or cannot be read."""
        return self.unreadable + sum(tally.failed for tally in self.counts.values())

    def note(self, code: str, position: str, text: str) -> None:
        """Tell the person what was decided for them."""
        if len(self.notes) < MAX_NOTES:
            self.notes.append(Finding(code, position, text))

    def note_once(self, what: str, code: str, position: str, text: str) -> None:
        """Tell something that would be the same in every object at its first place only."""
        if what not in self.noted:
            self.noted.add(what)
            self.note(code, position, text)

    def refuse(self, findings: Iterable[Finding], *, title: str = "") -> None:
        """Note faults, with the title of the object that has them."""
        told = list(findings)[: MAX_PROBLEMS - len(self.problems)]
        self.problems += [replace(finding, title=title) for finding in told]

    def made(self, rows: Iterable[models.Model]) -> None:
        """Note rows that were stored."""
        for row in rows:
            self.created[row._meta.label].append(row.pk)

    def refused(self) -> "Restored":
        """The same file, of which nothing was stored."""
        counts = {name: Tally(failed=tally.failed) for name, tally in self.counts.items()}
        return Restored(
            True,
            counts,
            unreadable=self.unreadable,
            notes=self.notes,
            problems=self.problems,
        )
