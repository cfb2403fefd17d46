"""From the HTML of flash cards to Markdown, or to a plain line."""

import html
import re

# Not html.parser: on a text with many unfinished tags it takes time by the square of its length.
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-z][a-z0-9]{0,20})(?P<rest>\s[^<>]{0,2000})?/?>", re.I)
_HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""", re.IGNORECASE)
_CLOZE = re.compile(r"\{\{c[0-9]{1,3}::((?:[^{}:]|:(?!:))*+)(?:::[^{}]*+)?\}\}")
_SOUND = re.compile(r"\[sound:[^\[\]]*+\]|\[anki:[^\[\]]*+\]")
_WEB = ("http://", "https://")

_BLOCKS = {
    *("div", "p", "ul", "ol", "table", "tr", "blockquote", "section"),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
}
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "tt": "`", "kbd": "`"}
_HIDDEN = {"script", "style", "head", "title"}


def markdown_of(markup: str) -> str:
    """The text as Markdown: line breaks, lists, emphasis, code and links stay; the rest goes.

    Nothing is escaped, for the text may well be Markdown that somebody put into a card.
    """
    return _Writer(marks=True).written(markup)


def line_of(markup: str) -> str:
    """The text alone, in one line."""
    return " ".join(_Writer(marks=False).written(markup).split())


def first_link(markup: str) -> str:
    """The first address that the text links to; empty without one."""
    for tag in _TAG.finditer(markup):
        if href := _href(tag):
            return href
    return ""


class _Writer:
    def __init__(self, *, marks: bool) -> None:
        self._marks = marks
        self._pieces: list[str] = []
        self._links: list[str] = []
        self._hidden = ""
        self._is_code = False

    def written(self, markup: str) -> str:
        markup = _without_comments(markup)
        position = 0
        for tag in _TAG.finditer(markup):
            if tag.start() > position:
                self._text(markup[position : tag.start()])
            self._tag(tag, tag["name"].lower(), bool(tag["end"]))
            position = tag.end()
        self._text(markup[position:])
        return _SOUND.sub("", _CLOZE.sub(r"\1", "".join(self._pieces))).strip()

    def _text(self, text: str) -> None:
        if not self._hidden:
            self._write(html.unescape(text).replace("\xa0", " "))

    def _write(self, text: str) -> None:
        if text:
            self._pieces.append(text)

    def _tag(self, tag: re.Match[str], name: str, is_end: bool) -> None:
        if self._hidden or name in _HIDDEN:
            self._hide(name, is_end)
        elif name == "br":
            self._write("\n")
        elif name in _BLOCKS:
            self._new_line()
        elif self._marks:
            self._mark(tag, name, is_end)
        elif name in ("li", "pre", "td", "th"):
            self._write(" ")

    def _hide(self, name: str, is_end: bool) -> None:
        if not is_end and not self._hidden:
            self._hidden = name
        elif is_end and name == self._hidden:
            self._hidden = ""

    def _mark(self, tag: re.Match[str], name: str, is_end: bool) -> None:
        if name in _MARKS:
            self._write("" if self._is_code else _MARKS[name])
        elif name == "pre":
            self._new_line()
            self._write("```\n")
            self._is_code = not is_end
        elif name == "li" and not is_end:
            self._new_line()
            self._write("- ")
        elif name in ("td", "th") and is_end:
            self._write(" ")
        elif name == "a":
            self._link(_href(tag), is_end)

    def _link(self, href: str, is_end: bool) -> None:
        if not is_end:
            self._links.append(href)
            self._write("[" if href else "")
        elif self._links:
            href = self._links.pop()
            self._write(f"]({href})" if href else "")

    def _new_line(self) -> None:
        if self._pieces and not self._pieces[-1].endswith("\n"):
            self._write("\n")


def _href(tag: re.Match[str]) -> str:
    found = _HREF.search(tag["rest"] or "") if tag["name"].lower() == "a" else None
    href = html.unescape(next(filter(None, found.groups()), "")).strip() if found else ""
    return href if href.lower().startswith(_WEB) else ""


def _without_comments(markup: str) -> str:
    kept, position = [], 0
    while (start := markup.find("<!--", position)) >= 0:
        end = markup.find("-->", start + 4)
        if end < 0:
            break
        kept.append(markup[position:start])
        position = end + 3
    return "".join(kept) + markup[position:]
