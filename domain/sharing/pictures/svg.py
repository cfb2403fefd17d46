"""The elements that pictures are made of. Whatever text goes into them is escaped."""

import enum
from dataclasses import dataclass
from xml.etree import ElementTree

FONT = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Helvetica, Arial, sans-serif"


@dataclass(frozen=True)
class Colours:
    """The colours of a picture.

    Attributes:
        levels: of squares: nothing, then four of growing strength.
    """

    background: str
    border: str
    text: str
    quiet: str
    grid: str
    accent: str
    levels: tuple[str, ...]


class Theme(enum.Enum):
    """Which background a picture is made for."""

    LIGHT = Colours(
        background="#ffffff",
        border="#d0d7de",
        text="#1f2328",
        quiet="#59636e",
        grid="#e4e8ec",
        accent="#0969da",
        levels=("#ebedf0", "#9be9a8", "#40c463", "#30a14e", "#216e39"),
    )
    DARK = Colours(
        background="#0d1117",
        border="#30363d",
        text="#e6edf3",
        quiet="#9198a1",
        grid="#262c36",
        accent="#4493f8",
        levels=("#1d232b", "#0e4429", "#006d32", "#26a641", "#39d353"),
    )


class Picture:
    """A picture that grows element by element.

    Args:
        title: what it is, for who cannot see it.
        description: what it shows, for them as well.
    """

    def __init__(
        self, width: int, height: int, *, colours: Colours, title: str, description: str
    ) -> None:
        self.root = ElementTree.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "width": str(width),
                "height": str(height),
                "viewBox": f"0 0 {width} {height}",
                "role": "img",
                "aria-labelledby": "title description",
                "font-family": FONT,
            },
        )
        self._add("title", title, id="title")
        self._add("desc", description, id="description")
        self.rectangle(
            0.5, 0.5, width - 1, height - 1, fill=colours.background, stroke=colours.border, rx="6"
        )

    def rectangle(self, x: float, y: float, width: float, height: float, **attributes: str) -> None:
        """A rectangle by its upper left corner."""
        box = {"x": x, "y": y, "width": width, "height": height}
        self._add("rect", "", **{name: number(value) for name, value in box.items()}, **attributes)

    def line(self, points: list[tuple[float, float]], **attributes: str) -> None:
        """A line through points."""
        path = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        self._add("polyline", "", points=path, fill="none", **attributes)

    def circle(self, x: float, y: float, radius: float, **attributes: str) -> None:
        """A circle by its centre."""
        self._add("circle", "", cx=number(x), cy=number(y), r=number(radius), **attributes)

    def text(
        self,
        x: float,
        y: float,
        content: str,
        *,
        fill: str,
        size: int = 11,
        anchor: str = "start",
        halo: str = "",
    ) -> None:
        """A line of text that begins, is centred or ends at a point of its base line.

        Args:
            halo: a colour around the letters, which keeps them apart from lines.
        """
        place = {"x": number(x), "y": number(y), "font-size": str(size), "text-anchor": anchor}
        around = {"stroke": halo, "stroke-width": "4", "paint-order": "stroke"} if halo else {}
        self._add("text", content, **place, **around, fill=fill)

    def __str__(self) -> str:
        """The picture as a document."""
        return ElementTree.tostring(self.root, encoding="unicode") + "\n"

    def _add(self, name: str, content: str, **attributes: str) -> None:
        written = {key.replace("_", "-"): value for key, value in attributes.items()}
        element = ElementTree.SubElement(self.root, name, written)
        element.text = content or None


def number(value: float) -> str:
    """A coordinate with at most two digits after the point."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def counted(count: int, word: str) -> str:
    """Such as "1 day" or "1,200 days"."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"
