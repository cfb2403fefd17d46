"""Text that Anki imports: a note for each question, known again by its id when imported anew."""

import csv
import html
import re
from collections.abc import Iterator
from typing import Any

from domain.accounts.models import User
from domain.questions.models import TagKind
from domain.transfer.exporting.cells import Echo
from domain.transfer.exporting.questions import Described, described, difficulty_of

COLUMNS = ("ID", "Front", "Back", "Link", "Content", "Difficulty", "Tags")
HEADERS = (
    "#separator:Tab",
    "#html:true",
    "#columns:" + "\t".join(COLUMNS),
    f"#guid column:{COLUMNS.index('ID') + 1}",
    f"#tags column:{COLUMNS.index('Tags') + 1}",
)
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def notes(owner: User) -> Iterator[str]:
    """The live questions as notes, line by line: the title in front, the person's notes behind."""
    yield "".join(f"{header}\n" for header in HEADERS)
    writer: Any = csv.writer(Echo(), delimiter="\t", lineterminator="\n")
    for one in described(owner):
        yield writer.writerow(_note(one))


def _note(one: Described) -> list[str]:
    question = one.question
    texts = (
        question.title,
        question.notes,
        question.url,
        question.content,
        difficulty_of(question) or "",
    )
    return [str(question.uid), *map(_as_html, texts), _tags(one)]


def _as_html(text: str) -> str:
    """A text that stands in one line and is shown as it was written."""
    escaped = html.escape(text).replace("\t", "&#9;")
    return _LINE_BREAK.sub("<br>", escaped)


def _tags(one: Described) -> str:
    """The tags, without the spaces that would end them; what is no topic stands below its kind."""
    return " ".join(
        f"{'' if kind == TagKind.TOPIC else f'{kind.lower()}::'}{re.sub(r'\s+', '_', name)}"
        for kind in TagKind
        for name in one.tags[kind]
    )
