"""Everything that there is of a person in one zip file, for people and for programs."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from domain.accounts.models import User
from domain.archive import documents
from domain.archive.entities import ENTITIES
from domain.archive.records import count
from domain.transfer.exporting import account, anki, notes, reviews
from domain.transfer.exporting.archives import Member, zipped
from domain.transfer.exporting.questions import live_questions
from domain.transfer.exporting.sheets import SHEETS

LONGEST_NAME = 100
# Names that Windows keeps for itself.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])\Z")

README = """\
Everything that Drillbook knows about {email}, on {day} (UTC).

You need no Drillbook to read it: all of it is text. Times are in UTC unless a name says otherwise.

drillbook.json     Everything that you entered, also what is in the trash, as JSON (UTF-8). Import
                   it into any Drillbook to have everything back. An object a line: any text editor
                   shows it, and any programming language reads it.
account.json       Your account: profile, sign-ins, API tokens (never the tokens themselves), shared
                   pictures, imports, exports, and the record of what was done when.
csv/               Tables for Excel, LibreOffice, Google Sheets or Numbers, without the trash:
{sheets}
notes/             What you wrote about each question and its attempts, with your code: a file each,
                   in Markdown, which any text editor shows.
anki.txt           Your questions as notes for Anki: File > Import. Importing it again changes
                   these notes and makes no new ones.
fsrs-reviews.csv   Your reviews as optimizers of the FSRS scheduler read them. A card is the
                   question with this ID in csv/questions.csv, times are milliseconds since 1970,
                   ratings 1 (again) to 4 (easy).

An apostrophe before = + - or @ in a table was put there so that no spreadsheet takes your text for
a formula.
"""


def takeout(owner: User, at: datetime) -> Iterator[bytes]:
    """The zip file, a piece for each piece of what is in it."""
    return zipped(_members(owner, at), at=at)


def rows(owner: User) -> int:
    """About how many pieces it will have: the rows of all files, and a file for each note."""
    stored = sum(count(entity, owner.pk) for entity in ENTITIES)
    tables = sum(sheet.count(owner) for sheet in SHEETS.values())
    further = live_questions(owner), notes.questions_with_words(owner), reviews.counted_logs(owner)
    return stored + account.count(owner) + tables + sum(each.count() for each in further)


def _members(owner: User, at: datetime) -> Iterator[Member]:
    yield Member("README.txt", [_readme(owner, at)])
    yield Member("drillbook.json", documents.document(owner.pk))
    yield Member("account.json", account.document(owner))
    for sheet in SHEETS.values():
        yield Member(f"csv/{sheet.name}.csv", sheet.written(owner))
    names = _Names()
    for slug, text in notes.chapters(owner):
        yield Member(f"notes/{names.choose(slug)}.md", [text])
    yield Member("anki.txt", anki.notes(owner))
    yield Member("fsrs-reviews.csv", reviews.review_log(owner))


def _readme(owner: User, at: datetime) -> str:
    sheets = "\n".join(f"  {f'{sheet.name}.csv':<16} {sheet.about}" for sheet in SHEETS.values())
    day = at.astimezone(UTC).strftime("%-d %B %Y")
    # Windows's own editor did not know other line breaks for long.
    return README.format(email=owner.email, day=day, sheets=sheets).replace("\n", "\r\n")


class _Names:
    """File names that every system takes, each once whatever the case of its letters."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def choose(self, slug: str) -> str:
        """A name like the slug."""
        plain = re.sub(r"[^a-z0-9-]+", "-", slug.lower())[:LONGEST_NAME].strip("-")
        base = f"{plain}-" if _RESERVED.match(plain) else plain or "question"
        name, number = base, 1
        while name in self.taken:
            number += 1
            name = f"{base}-{number}"
        self.taken.add(name)
        return name
