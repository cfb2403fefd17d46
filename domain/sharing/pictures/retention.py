"""What was recalled after how many days, against the curve of a question that was seen once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.sharing.pictures.svg import Colours, Picture, Theme, counted

_WIDTH, _HEIGHT = 560, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 20, 58, 76
_STEPS = 24  # of the curve, for each age


@dataclass(frozen=True)
class Age:
    """The reviews that came so many days after the attempt before.

    Attributes:
        from_days: at least 1.
        to_days: None for the oldest.
    """

    from_days: int
    to_days: int | None
    sample_size: int
    recalled: int

    @property
    def share(self) -> float:
        """The share that was recalled, 0 to 1. There must have been a review."""
        return self.recalled / self.sample_size

    @property
    def label(self) -> str:
        """Such as 1, 2–3 or 61+."""
        if self.to_days is None:
            return f"{self.from_days}+"
        if self.to_days == self.from_days:
            return str(self.from_days)
        return f"{self.from_days}–{self.to_days}"

    @property
    def days(self) -> str:
        """The same with its unit."""
        return f"{self.label} day" if self.to_days == 1 else f"{self.label} days"


@dataclass(frozen=True)
class _Frame:
    """Where a share at an age is in the picture. Each age is as wide as any other."""

    ages: Sequence[Age]

    @property
    def column(self) -> float:
        return (_WIDTH - _LEFT - _RIGHT) / len(self.ages)

    def x(self, place: float) -> float:
        """From the number of an age; halves are between."""
        return _LEFT + (place + 0.5) * self.column

    def y(self, share: float) -> float:
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)

    def days(self, place: float) -> float:
        """The age in days at a place within its column: its limits are at the column's."""
        number = min(int(place), len(self.ages) - 1)
        age = self.ages[number]
        end = 2 * age.from_days if age.to_days is None else age.to_days + 1
        return float(age.from_days * (end / age.from_days) ** (place - number))


def retention_picture(
    ages: Sequence[Age], *, expected: Callable[[float], float], desired: float, theme: Theme
) -> str:
    """The observed shares as points over FSRS's curve, with the size of each sample.

    Args:
        ages: from the youngest to the oldest, without gaps.
        expected: the chance of recall after some days for a question that was solved once.
        desired: the share that the person wants to recall, 0 to 1.
    """
    colours: Colours = theme.value
    frame = _Frame(ages)
    known = [(place, age) for place, age in enumerate(ages) if age.sample_size]
    picture = Picture(
        _WIDTH,
        _HEIGHT,
        colours=colours,
        title="Retention by age",
        description=_in_words([age for _, age in known], desired),
    )
    _grid(picture, frame, colours)
    _legend(picture, desired, colours, is_empty=not known)
    steps = [number / _STEPS for number in range(len(ages) * _STEPS + 1)]
    curve = [(frame.x(step - 0.5), frame.y(expected(frame.days(step)))) for step in steps]
    picture.line(curve, stroke=colours.quiet, stroke_width="1.5")
    goal = [(frame.x(-0.5), frame.y(desired)), (frame.x(len(ages) - 0.5), frame.y(desired))]
    picture.line(goal, stroke=colours.accent, stroke_width="1", stroke_dasharray="4 4")
    observed = [(frame.x(place), frame.y(age.share)) for place, age in known]
    picture.line(observed, stroke=colours.levels[3], stroke_width="2")
    for (x, y), (_, age) in zip(observed, known, strict=True):
        picture.circle(x, y, 4, fill=colours.levels[3])
        # Away from the line of the aim.
        label = y - 9 if age.share >= desired else y + 18
        picture.text(
            x,
            label,
            f"{age.share:.0%}",
            fill=colours.text,
            anchor="middle",
            halo=colours.background,
        )
    return str(picture)


def _in_words(known: list[Age], desired: float) -> str:
    wanted = f"The aim is {desired:.0%}."
    if not known:
        return f"No reviews yet. {wanted}"
    shares = ", ".join(
        f"{age.share:.0%} after {age.days} ({counted(age.sample_size, 'review')})" for age in known
    )
    return f"Share of reviews recalled: {shares}. {wanted}"


def _grid(picture: Picture, frame: _Frame, colours: Colours) -> None:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = frame.y(share)
        picture.line([(_LEFT, y), (_WIDTH - _RIGHT, y)], stroke=colours.grid)
        picture.text(_LEFT - 8, y + 4, f"{share:.0%}", fill=colours.quiet, anchor="end")
    for place, age in enumerate(frame.ages):
        x, base = frame.x(place), _HEIGHT - _BOTTOM
        picture.text(x, base + 18, age.label, fill=colours.text, anchor="middle")
        picture.text(
            x, base + 34, f"{age.sample_size:,}", fill=colours.quiet, size=10, anchor="middle"
        )
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    picture.text(
        middle,
        _HEIGHT - 18,
        "days since the attempt before, and number of reviews",
        fill=colours.quiet,
        anchor="middle",
    )


def _legend(picture: Picture, desired: float, colours: Colours, *, is_empty: bool) -> None:
    entries = [
        (colours.levels[3], "", "no reviews yet" if is_empty else "recalled"),
        (colours.quiet, "", "FSRS, solved once"),
        (colours.accent, "4 4", f"aim {desired:.0%}"),
    ]
    for number, (colour, dashes, name) in enumerate(entries):
        x = _LEFT + number * 150
        dashed = {"stroke_dasharray": dashes} if dashes else {}
        picture.line([(x, 26), (x + 22, 26)], stroke=colour, stroke_width="2", **dashed)
        picture.text(x + 30, 30, name, fill=colours.text)
