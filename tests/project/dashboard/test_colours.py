"""The colours of series stay apart, also for people who see colours otherwise."""

import re
from itertools import combinations
from math import dist

import pytest
from django.conf import settings

pytestmark = pytest.mark.once
STYLES = (settings.ROOT / "project/static/admin_site/dashboard.css").read_text()
BACKGROUNDS = {"light": "#ffffff", "dark": "#101828"}
# Machado, Oliveira and Fernandes (2009): what is left of linear red, green and blue.
SEEN_BY = {
    "most people": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopes": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopes": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopes": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
FAR_ENOUGH = 20  # two is what the eye can tell side by side
CONTRAST = 3  # WCAG 1.4.11: parts of pictures


def colours(theme: str) -> list[str]:
    rule = {"light": r"^\.dashboard \{", "dark": r"^\.dark \.dashboard \{"}[theme]
    block = re.split(rule, STYLES, flags=re.MULTILINE)[1].partition("}")[0]
    return re.findall(r"--series-\d: (#[0-9a-f]{6});", block)


def linear(colour: str) -> list[float]:
    values = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lab(colour: str, eye: str) -> tuple[float, float, float]:
    """Where somebody sees a colour in CIELAB."""
    light = linear(colour)
    seen = [sum(m * v for m, v in zip(row, light, strict=True)) for row in SEEN_BY[eye]]
    red, green, blue = (min(1, max(0, value)) for value in seen)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("eye", SEEN_BY)
@pytest.mark.parametrize("theme", BACKGROUNDS)
def test_two_series_never_look_alike(theme, eye):
    found = colours(theme)

    assert len(found) == 6
    assert min(dist(lab(a, eye), lab(b, eye)) for a, b in combinations(found, 2)) > FAR_ENOUGH


@pytest.mark.parametrize("theme", BACKGROUNDS)
def test_every_series_stands_out_from_the_page(theme):
    page = luminance(BACKGROUNDS[theme])

    for colour in colours(theme):
        dark, light = sorted((luminance(colour), page))
        assert (light + 0.05) / (dark + 0.05) >= CONTRAST, colour
