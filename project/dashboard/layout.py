"""What the page is made of: sections with tiles and pictures, and what a tile says of a figure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse

from project.dashboard.counting import Daily, Number
from project.dashboard.periods import Period

type Link = Callable[[Period], str]
type Show = Callable[[Any, Period], object]


@dataclass(frozen=True)
class Tile:
    """A number, with the way to the rows that it counts.

    Attributes:
        label: ``{days}`` in it is the length of the period.
        show: what is written, of what the figure read.
    """

    label: str
    of: Daily | Number
    link: Link | None
    show: Show = lambda value, period: value
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A picture by day.

    Attributes:
        labels: the series that are shown, with what they are called; all that there are if empty.
        adds_up: whether the sum over days means anything.
    """

    title: str
    of: Daily
    note: str
    labels: Mapping[str, str] = field(default_factory=dict)
    adds_up: bool = True


@dataclass(frozen=True)
class Section:
    """Figures for who has a right; for all of the staff if it is empty."""

    title: str
    permission: str
    tiles: tuple[Tile, ...]
    charts: tuple[Chart, ...] = ()


def rows_of(model: type[Model], **query: str | Link) -> Link:
    """The way to a list of the admin. What depends on the period is a function of it."""

    def address(period: Period) -> str:
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        given = {key: value(period) if callable(value) else value for key, value in query.items()}
        return f"{path}?{urlencode(given)}" if given else path

    return address


def today(*series: str) -> Show:
    """Today's number of some series, added up."""
    return lambda days, period: sum(days[period.today].get(name, 0) for name in series)


def all_days(series: str) -> Show:
    """The sum of a series over the period."""
    return lambda days, period: sum(counts.get(series, 0) for counts in days.values())


def part(name: str) -> Show:
    """One of several numbers that were read together."""
    return lambda numbers, period: numbers[name]
