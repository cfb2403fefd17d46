"""How a person wants a file to be read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID

from domain.base.findings import Finding
from domain.questions.models import AskedWithin

# As clients call them.
NAMES = {
    "day_first": "dayFirst",
    "columns": "columns",
    "company": "company",
    "window": "window",
    "accepted_only": "acceptedOnly",
    "review_days": "reviewDays",
    "study_list": "studyList",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportOptions:
    """What a file does not say of itself.

    Each has no effect where a format has no use for it; the report notes that.

    Attributes:
        day_first: how 03/04/2026 is read: 3 April if True, March 4 if False; None refuses it.
        columns: which header stands for which ``TrackerField``, where the usual ones do not.
        company: whom the questions of a company's file are asked by.
        window: over which time such a file counted.
        accepted_only: leave out rows whose attempt is not SOLVED.
        review_days: attempts older than so many days do not count for review; None lets all.
        study_list: the ``uid`` of the list that the questions are added to.
        timezone: of the person, for times that come without one (IANA).
    """

    day_first: bool | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    company: str = ""
    window: AskedWithin | None = None
    accepted_only: bool = False
    review_days: int | None = None
    study_list: UUID | None = None
    timezone: str = "UTC"

    def unused(self, uses: Collection[str], *, format: str) -> list[Finding]:
        """What to tell of the options that the person gives and a format has no use for.

        Args:
            uses: the names of those that it has a use for.
        """
        given = [name for name in NAMES if name in self.as_json() and name not in uses]
        text = "The option %s is left out: files of the format %s have no use for it."
        return [Finding("option_not_used", "", text % (NAMES[name], format)) for name in given]

    def as_json(self) -> dict[str, Any]:
        """What the person said, in terms of JSON."""
        unsaid = ImportOptions()
        said = {it.name: getattr(self, it.name) for it in fields(self)}
        return {
            name: str(value) if isinstance(value, UUID) else value
            for name, value in said.items()
            if value != getattr(unsaid, name)
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "ImportOptions":
        """The options of which ``as_json`` gave this."""
        values = dict(said)
        if "study_list" in values:
            values["study_list"] = UUID(values["study_list"])
        if "window" in values:
            values["window"] = AskedWithin(values["window"])
        return cls(**values)
