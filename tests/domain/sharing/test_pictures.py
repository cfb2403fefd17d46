"""Pictures are well-formed, the same for the same numbers, and escape whatever they are given."""

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from domain.sharing.pictures import Age, Theme, heatmap_picture, retention_picture
from domain.sharing.pictures.heatmap import WEEKS, first_day
from domain.sharing.pictures.svg import Picture, counted, number

TODAY = date(2026, 3, 4)  # a Wednesday
SVG = "{http://www.w3.org/2000/svg}"
MONDAY, SATURDAY, SUNDAY = 0, 5, 6
# What runs or loads anything.
ACTIVE = {"script", "foreignObject", "image", "use", "a", "animate", "set", "style", "link"}


def heatmap(attempts, *, week_starts_on=MONDAY, theme=Theme.LIGHT, streak=0):
    return heatmap_picture(
        attempts,
        today=TODAY,
        week_starts_on=week_starts_on,
        current_streak=streak,
        longest_streak=21,
        theme=theme,
    )


def retention(ages, *, theme=Theme.LIGHT):
    return retention_picture(ages, expected=lambda days: 0.9**days, desired=0.9, theme=theme)


def ages(*samples):
    limits = [(1, 1), (2, 3), (4, 7), (61, None)]
    return [
        Age(begin, end, sample, recalled)
        for (begin, end), (sample, recalled) in zip(limits, samples, strict=True)
    ]


SOME = ages((10, 9), (0, 0), (1000, 500), (3, 3))
NONE = ages((0, 0), (0, 0), (0, 0), (0, 0))
PICTURES = [
    heatmap({}),
    heatmap({TODAY: 3}),
    retention(NONE),
    retention(SOME),
    heatmap({TODAY: 3}, theme=Theme.DARK),
    retention(SOME, theme=Theme.DARK),
]


def parsed(svg):
    return ElementTree.fromstring(svg)  # noqa: S314  # our own


def texts(svg):
    return [element.text for element in parsed(svg).iter(f"{SVG}text")]


def squares(svg):
    """The squares of the days: place and colour."""
    found = parsed(svg).findall(f"{SVG}rect")[1:]
    return {(square.get("x"), square.get("y")): square.get("fill") for square in found}


@pytest.mark.parametrize("svg", PICTURES)
def test_runs_and_loads_nothing(svg):
    elements = list(parsed(svg).iter())

    assert not {element.tag.removeprefix(SVG) for element in elements} & ACTIVE
    attributes = {name for element in elements for name in element.attrib}
    assert not [name for name in attributes if name.startswith("on") or "href" in name]
    assert "url(" not in svg
    assert svg.count("http") == 1  # the name space


@pytest.mark.parametrize("svg", PICTURES)
def test_says_what_it_shows_to_who_cannot_see_it(svg):
    root = parsed(svg)

    names = {element.get("id"): element.text for element in root if element.get("id")}
    assert root.get("role") == "img"
    assert root.get("aria-labelledby").split() == list(names)
    assert all(names.values())


@pytest.mark.parametrize("svg", PICTURES)
def test_lies_within_its_frame(svg):
    root = parsed(svg)
    width, height = float(root.get("width")), float(root.get("height"))

    points = [
        tuple(map(float, point.split(",")))
        for line in root.iter(f"{SVG}polyline")
        for point in line.get("points").split()
    ]
    points += [(float(one.get("x")), float(one.get("y"))) for one in root.iter(f"{SVG}text")]
    points += [(float(x), float(y)) for x, y in squares(svg)]

    assert points
    assert all(0 <= x <= width and 0 <= y <= height for x, y in points)


def test_is_the_same_for_the_same_numbers():
    assert heatmap({TODAY: 3}) == heatmap({TODAY: 3})
    assert heatmap({TODAY: 3}) != heatmap({TODAY: 4})
    assert retention(SOME) == retention(SOME) != retention(NONE)


def test_text_is_escaped():
    nasty = "</text><script>alert(1)</script>&\"'"
    picture = Picture(9, 9, colours=Theme.DARK.value, title=nasty, description=nasty)
    picture.text(1, 1, nasty, fill=f'"/>{nasty}')

    root = parsed(str(picture))

    assert "<script" not in str(picture)
    assert root.findtext(f"{SVG}title") == root.findtext(f"{SVG}text") == nasty
    assert root.find(f"{SVG}text").get("fill") == f'"/>{nasty}'


def test_there_is_a_square_for_each_day_until_today():
    found = squares(heatmap({}))

    assert len(found) == 52 * 7 + 3
    assert len({x for x, _ in found}) == WEEKS
    assert len({y for _, y in found}) == 7
    assert set(found.values()) == {Theme.LIGHT.value.levels[0]}


def test_squares_are_the_stronger_the_more_was_practised():
    counts = [0, 1, 2, 3, 4, 5, 8]
    attempts = {TODAY - timedelta(days=2 - n): count for n, count in enumerate(counts[:3])}
    attempts |= {TODAY - timedelta(days=9 - n): count for n, count in enumerate(counts[3:])}

    found = list(squares(heatmap(attempts)).values())

    levels = [Theme.LIGHT.value.levels.index(colour) for colour in found]
    assert levels[-3:] == [0, 1, 1]
    assert levels[-10:-6] == [2, 2, 3, 4]
    assert sum(levels[:-10] + levels[-6:-3]) == 0


@pytest.mark.parametrize(
    ("week_starts_on", "first", "rows"),
    [
        (MONDAY, date(2025, 3, 3), ["Mon", "Wed", "Fri"]),
        (SUNDAY, date(2025, 3, 2), ["Sun", "Tue", "Thu"]),
        (SATURDAY, date(2025, 3, 1), ["Sat", "Mon", "Wed"]),
    ],
)
def test_weeks_begin_when_the_persons_do(week_starts_on, first, rows):
    said = texts(heatmap({}, week_starts_on=week_starts_on))

    assert first_day(TODAY, week_starts_on=week_starts_on) == first
    assert said[:3] == rows
    assert " ".join(said[3:15]) == "Mar Apr May Jun Jul Aug Sep Oct Nov Dec Jan Feb"


def test_days_outside_of_it_do_not_count():
    outside = {TODAY + timedelta(days=1): 9, date(2025, 3, 2): 9}

    assert texts(heatmap(outside)) == texts(heatmap({}))


def test_says_totals_and_streaks():
    svg = heatmap({TODAY: 1}, streak=1)
    many = heatmap({TODAY: 1200, TODAY - timedelta(days=1): 34})

    assert texts(svg)[-2:] == [
        "1 attempt on 1 day in the last 53 weeks.",
        "Current streak: 1 day, longest: 21 days",
    ]
    assert "1,234 attempts on 2 days in the last 53 weeks." in texts(many)
    assert "No attempts in the last 53 weeks." in texts(heatmap({}))


def test_retention_shows_share_and_size_of_each_sample():
    root = parsed(retention(SOME))

    said = texts(retention(SOME))
    assert len(root.findall(f"{SVG}circle")) == 3
    assert [text for text in said if text in ("1", "2–3", "4–7", "61+")] == [
        "1",
        "2–3",
        "4–7",
        "61+",
    ]
    assert {"90%", "50%", "100%", "1,000", "0", "aim 90%"} <= set(said)
    assert root.findtext(f"{SVG}desc") == (
        "Share of reviews recalled: 90% after 1 day (10 reviews), 50% after 4–7 days "
        "(1,000 reviews), 100% after 61+ days (3 reviews). The aim is 90%."
    )


def test_retention_without_reviews_shows_the_curve_alone():
    root = parsed(retention(NONE))

    assert root.findall(f"{SVG}circle") == []
    assert root.findtext(f"{SVG}desc") == "No reviews yet. The aim is 90%."
    assert "no reviews yet" in texts(retention(NONE))


def test_the_curve_is_where_it_is_expected():
    """At the left edge of each column lies the first day of its age."""
    root = parsed(retention(NONE))
    lines = [line.get("points").split() for line in root.iter(f"{SVG}polyline")]
    curve = [tuple(map(float, point.split(","))) for point in max(lines, key=len)]
    top, base = (float(line[0].split(",")[1]) for line in (lines[4], lines[0]))

    edges = curve[:: (len(curve) - 1) // 4]

    shares = [(base - y) / (base - top) for _, y in edges]
    assert shares == pytest.approx([0.9**days for days in (1, 2, 4, 61, 122)], abs=0.001)


def test_numbers_are_short():
    assert [number(value) for value in (1, 1.5, 1.239, 0.001, 100)] == [
        "1", "1.5", "1.24", "0", "100",
    ]  # fmt: skip
    assert [counted(n, "day") for n in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
