"""What a shared picture shows now: its owner's numbers, drawn."""

from datetime import date, datetime, timedelta

from domain.accounts.models import UserSettings, WeekStart
from domain.practice.days import local_day
from domain.practice.recall import Curve
from domain.practice.settling import scheduler_of
from domain.practice.statistics import Attempts, heatmap, retention_by_age
from domain.practice.statistics.daily import streaks
from domain.sharing.models import PictureKind, ShareLink
from domain.sharing.pictures import Age, Theme, heatmap_picture, retention_picture
from domain.sharing.pictures.heatmap import first_day

OBSERVED_DAYS = 365
_GOOD = 2  # among the parameters: stability after a question was solved once
_WEEKDAYS = {WeekStart.MONDAY: 0, WeekStart.SATURDAY: 5, WeekStart.SUNDAY: 6}


def picture_of(link: ShareLink, *, at: datetime, theme: Theme) -> str:
    """The picture of a link as SVG, in a constant number of statements."""
    settings = link.owner.settings
    today = local_day(at, settings.timezone, settings.day_start_hour)
    if link.kind == PictureKind.HEATMAP:
        return _heatmap(link, settings, today, theme)
    return _retention(link, settings, today, theme)


def _heatmap(link: ShareLink, settings: UserSettings, today: date, theme: Theme) -> str:
    week_starts_on = _WEEKDAYS[WeekStart(settings.week_start)]
    since = first_day(today, week_starts_on=week_starts_on)
    found = streaks(Attempts.of(link.owner, settings, since=since, until=today), today=today)
    days = heatmap(owner=link.owner, settings=settings, since=since, until=today)
    return heatmap_picture(
        {day.date: day.attempts for day in days},
        today=today,
        week_starts_on=week_starts_on,
        current_streak=found.current,
        longest_streak=found.longest,
        theme=theme,
    )


def _retention(link: ShareLink, settings: UserSettings, today: date, theme: Theme) -> str:
    since = today - timedelta(days=OBSERVED_DAYS - 1)
    observed = retention_by_age(owner=link.owner, settings=settings, since=since, until=today)
    curve = Curve.of(settings)
    stability = scheduler_of(settings).parameters[_GOOD]
    return retention_picture(
        [Age(one.from_days, one.to_days, one.sample_size, one.recalled) for one in observed],
        expected=lambda days: float((1 + curve.factor * days / stability) ** curve.decay),
        desired=settings.desired_retention,
        theme=theme,
    )
