"""Reads the first page as a person does: sections, tiles, pictures."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from project.dashboard.asking import Asking
from project.dashboard.counting import Daily, Number
from project.dashboard.page import Dashboard, ShownChart, ShownTile
from project.dashboard.periods import Period
from tests.factories import NOW


def moment(text: str) -> datetime:
    """A moment of UTC, such as 2026-03-01 23:59:59.999999."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def read(figure: Daily | Number, *, days: int = 7, at: datetime = NOW) -> Any:
    """What a figure is, as one view reads it."""
    period = Period(at, days)
    asking = Asking(figure.keys(period))
    value = figure.read(asking, period)
    asking.remember()
    return value


def on(figure: Daily, day: str, *, days: int = 7, at: datetime = NOW) -> dict[str, int]:
    """What a figure counts on one day."""
    return dict(read(figure, days=days, at=at)[date.fromisoformat(day)])


@dataclass
class FirstPage:
    """The page as it was shown."""

    dashboard: Dashboard
    html: str

    @classmethod
    def of(cls, client: Client, **query: str) -> "FirstPage":
        answer = client.get(reverse("admin:index"), query)
        assert answer.status_code == 200
        return cls(answer.context["dashboard"], answer.content.decode())

    @property
    def titles(self) -> list[str]:
        return [section.title for section in self.dashboard.sections]

    def tile(self, label: str) -> ShownTile:
        tiles = [tile for section in self.dashboard.sections for tile in section.tiles]
        return next(tile for tile in tiles if tile.label == label)

    def chart(self, title: str) -> ShownChart:
        charts = [chart for section in self.dashboard.sections for chart in section.charts]
        return next(chart for chart in charts if chart.title == title)
