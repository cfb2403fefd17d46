"""Anki: notes as plain text. The first field is the title, what stands behind it the notes.

Decks and note types are not taken. A note that is ours is known again by its guid.
"""

import re
from dataclasses import dataclass, replace

from domain.base.text import tidy
from domain.questions.models import TagKind
from domain.questions.platforms import Origin, Platform
from domain.transfer.formats import links
from domain.transfer.formats.base import Format, ImportFormat, Rows
from domain.transfer.formats.columns import Columns, columns_of, headers_of
from domain.transfer.formats.headers import ALIASES
from domain.transfer.formats.headers import TrackerField as F
from domain.transfer.formats.imported import (
    ImportedQuestion,
    ImportedRow,
    ImportedTag,
    LeftOut,
    SkippedRow,
)
from domain.transfer.formats.markup import first_link, line_of, markdown_of
from domain.transfer.formats.shapes import other_form
from domain.transfer.formats.sheets import Cells, sheet_rows, unread
from domain.transfer.formats.words import DIFFICULTIES
from domain.transfer.options import ImportOptions
from domain.transfer.refusals import refusal
from domain.transfer.tables import MAX_COLUMNS, Table

MAX_TITLE, MAX_TAG, MAX_TAGS = 255, 50, 1000
GUID, TAGS, DECK, NOTE_TYPE, CONTENT = "GUID", "TAGS", "DECK", "NOTETYPE", "CONTENT"
SPECIAL = (GUID, TAGS, DECK, NOTE_TYPE)
# Beside a title and notes these say more than notes do.
NAMED = {name: ALIASES[name] for name in (F.TITLE, F.LINK, F.DIFFICULTY, F.NOTES)} | {
    CONTENT: ("content",)
}
# Anki's own words about a card, not the person's about a problem.
STATES = {"leech", "marked"}
EMPTY = SkippedRow("no_title", "Its first field is empty.")
TITLE_CUT = LeftOut(
    "title_cut", "Its first field is too long for a title: the notes have all of it."
)
LONG_TAG = LeftOut("tag_too_long", f"A tag is left out: it has more than {MAX_TAG} characters.")
_NUMBER = re.compile(r"[0-9]{1,3}")
_KINDS = {kind.value.lower(): kind for kind in TagKind}


@dataclass(frozen=True, slots=True)
class Deck:
    """What the lines at the top of a file say about its notes.

    Attributes:
        is_html: whether fields are HTML.
        tags: of all notes, as Anki writes them.
        behind: the fields that are notes.
    """

    is_html: bool
    tags: str
    behind: tuple[str, ...]


def detect(document: object) -> bool:
    """Whether it is a table with the lines that Anki writes at its top."""
    return isinstance(document, Table) and bool(document.directives)


def rows(document: object, options: ImportOptions) -> list[Rows]:
    """The notes.

    Raises:
        ImportRefused: wrong_format or bad_value.
    """
    if not isinstance(document, Table):
        raise other_form(ImportFormat.ANKI)
    headers = _headers(document)
    columns = _columns(document, headers)
    deck = _deck(document, headers, columns)
    return sheet_rows(
        document.lines,
        headers,
        columns | {_key(header): header for header in headers if _key(header) in deck.behind},
        lambda cells: read_cells(cells, deck),
        paths={"title": F.TITLE, "url": F.LINK, "external_id": GUID, "notes": F.NOTES},
        log_paths={},
        is_guarded=False,
    )


def _deck(table: Table, headers: list[str], columns: Columns) -> Deck:
    read = set(columns.values())
    others = tuple(_key(header) for header in headers if header not in read)
    return Deck(
        is_html=table.directives.get("html", "true").strip().lower() != "false",
        tags=table.directives.get("tags", ""),
        behind=(F.NOTES,) if F.NOTES in columns else others,
    )


def _key(header: str) -> str:
    """A field for a column that has no name of ours."""
    return f"#{header}"


def _headers(table: Table) -> list[str]:
    named = table.directives.get("columns", "")
    names = named.split(table.separator)[:MAX_COLUMNS] if named else []
    width = max([len(names), *(len(line.cells) for line in table.lines)])
    return headers_of(names + [""] * (width - len(names)))


def _columns(table: Table, headers: list[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for field in SPECIAL:
        number = table.directives.get(f"{field.lower()} column", "").strip()
        if number and not _NUMBER.fullmatch(number):
            text = f"After #{field.lower()} column there must be the number of a column."
            raise refusal("bad_value", text)
        if number and 1 <= int(number) <= len(headers):
            columns[field] = headers[int(number) - 1]
    free = [header for header in headers if header not in columns.values()]
    if "columns" in table.directives:
        columns |= columns_of(free, NAMED)
    if F.TITLE not in columns and free:
        columns[F.TITLE] = next((it for it in free if it not in columns.values()), free[0])
    return columns


def read_cells(cells: Cells, deck: Deck) -> ImportedRow | SkippedRow:
    """One note; ``RowRefused`` if it is broken."""
    front = cells.raw(F.TITLE)
    title = tidy(line_of(front) if deck.is_html else " ".join(front.split()))
    if not title:
        return EMPTY
    is_cut = len(title) > MAX_TITLE
    origin, url = links.told_by(_link(cells, deck))
    tags, has_long_tag = _tags(cells, deck)
    question = replace(
        _named(cells, origin),
        title=title[: MAX_TITLE - 1] + "\u2026" if is_cut else title,
        url=url,
        difficulty=DIFFICULTIES.get(cells.value(F.DIFFICULTY).lower()),
        notes=_notes(cells, deck, (F.TITLE, *deck.behind) if is_cut else deck.behind),
        tags=tags,
    )
    long_tag = LONG_TAG if has_long_tag else None
    return ImportedRow(question, left_out=TITLE_CUT if is_cut else long_tag)


def _named(cells: Cells, origin: Origin) -> ImportedQuestion:
    """What identifies the question: the link, else the note's own id, which may be one of ours."""
    guid, uid = cells.text(GUID), cells.uid(GUID)
    if origin.external_id is not None:
        return ImportedQuestion("", origin.platform, origin.external_id, uid)
    return ImportedQuestion("", Platform.OTHER, "" if uid else guid, uid)


def _link(cells: Cells, deck: Deck) -> str:
    named = line_of(cells.raw(F.LINK)) if deck.is_html else cells.text(F.LINK)
    if F.LINK in cells or not deck.is_html:
        return links.link_in(named) or first_link(cells.raw(F.LINK))
    found = (first_link(cells.raw(field)) for field in (F.TITLE, *deck.behind))
    # Any other link may lead to anything.
    return next((url for url in found if links.told_by(url)[0].external_id is not None), "")


def _notes(cells: Cells, deck: Deck, fields: tuple[str, ...]) -> str:
    texts = (cells.raw(field) for field in fields)
    written = (markdown_of(text) if deck.is_html else text.strip() for text in texts)
    return "\n\n".join(filter(None, written))


def _tags(cells: Cells, deck: Deck) -> tuple[tuple[ImportedTag, ...], bool]:
    """The tags that we have room for, and whether there are others."""
    words = dict.fromkeys(f"{deck.tags} {cells.text(TAGS)}".split())
    if len(words) > MAX_TAGS:
        raise cells.refusal(TAGS, f"There are more than {MAX_TAGS:,} tags.")
    tags = [_tag(word, cells.header(TAGS)) for word in words if word.lower() not in STATES]
    kept = tuple(tag for tag in tags if 0 < len(tag.name) <= MAX_TAG)
    return kept, len(kept) < len(tags)


def _tag(word: str, path: str) -> ImportedTag:
    """A tag of Anki, where spaces are underscores; ``pattern::`` and the like say its kind."""
    first, separator, rest = word.partition("::")
    kind = _KINDS.get(first.lower()) if separator else None
    name = tidy((rest if kind else word).replace("_", " "))
    return ImportedTag(kind or TagKind.TOPIC, name, path)


FORMAT = Format(name=ImportFormat.ANKI, detect=detect, rows=rows, read_row=unread, paths={})
