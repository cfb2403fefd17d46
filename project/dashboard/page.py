"""Puts the page together, for who looks at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.accounts.models import User
from project.dashboard.asking import Asking, NotAvailable
from project.dashboard.counting import Daily, Number
from project.dashboard.figures import SECTIONS
from project.dashboard.layout import Chart, Section, Tile
from project.dashboard.periods import LENGTHS, Period
from project.dashboard.pictures import Picture, drawn

type Values = dict[Daily | Number, Any]
type Missing = dict[Daily | Number, NotAvailable]


@dataclass(frozen=True)
class ShownTile:
    """A tile; ``text`` is None where the figure is not available."""

    label: str
    text: str | None
    note: str
    link: str
    missing: NotAvailable | None


@dataclass(frozen=True)
class ShownChart:
    """A picture; None where the figure is not available."""

    title: str
    note: str
    picture: Picture | None
    missing: NotAvailable | None


@dataclass(frozen=True)
class ShownSection:
    """A section with what is in it."""

    title: str
    tiles: list[ShownTile]
    charts: list[ShownChart]


@dataclass(frozen=True)
class Dashboard:
    """The page.

    Attributes:
        lengths: the periods on offer, in days.
    """

    period: Period
    sections: list[ShownSection]
    lengths: tuple[int, ...] = LENGTHS


def dashboard_for(person: User, *, days: str, at: datetime) -> Dashboard:
    """The figures that a person may see.

    Args:
        days: how many, as they asked for it.
    """
    period = Period.asked_for(days, at=at)
    allowed = [one for one in SECTIONS if not one.permission or person.has_perm(one.permission)]
    values, missing = _read(_figures_of(allowed), period)
    return Dashboard(period, [_shown(section, values, missing, period) for section in allowed])


def _figures_of(sections: Iterable[Section]) -> list[Daily | Number]:
    """Each figure once; the slow ones at the end, so that the others are there in any case."""
    figures: dict[Daily | Number, None] = {}
    for section in sections:
        figures |= dict.fromkeys(tile.of for tile in section.tiles)
        figures |= dict.fromkeys(chart.of for chart in section.charts)
    return sorted(figures, key=lambda figure: figure.is_slow)


def _read(figures: list[Daily | Number], period: Period) -> tuple[Values, Missing]:
    """What each figure is, and why those are missing that are not available."""
    asking = Asking(key for figure in figures for key in figure.keys(period))
    values: Values = {}
    missing: Missing = {}
    for figure in figures:
        try:
            values[figure] = figure.read(asking, period)
        except NotAvailable as reason:
            missing[figure] = reason
    asking.remember()
    return values, missing


def _shown(section: Section, values: Values, missing: Missing, period: Period) -> ShownSection:
    tiles = [_tile(tile, values, missing, period) for tile in section.tiles]
    charts = [
        ShownChart(chart.title, chart.note, _picture(chart, values), missing.get(chart.of))
        for chart in section.charts
    ]
    return ShownSection(section.title, tiles, charts)


def _tile(tile: Tile, values: Values, missing: Missing, period: Period) -> ShownTile:
    text = _written(tile.show(values[tile.of], period)) if tile.of in values else None
    link = tile.link(period) if tile.link else ""
    label = tile.label.format(days=period.length)
    return ShownTile(label, text, tile.note, link, missing.get(tile.of))


def _picture(chart: Chart, values: Values) -> Picture | None:
    if chart.of not in values:
        return None
    return drawn(values[chart.of], chart.labels, adds_up=chart.adds_up)


def _written(value: object) -> str:
    """Numbers with separators; texts, and numbers that write themselves, as they are."""
    return f"{value:,}" if type(value) is int else str(value)
