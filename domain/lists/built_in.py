"""The lists that come with the application: titles, links and patterns, no problem's text."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domain.lists.models import BuiltIn
from domain.questions.models import Difficulty
from domain.questions.platforms import Platform

FOLDER = Path(__file__).parent / "built_in_lists"
PLATFORM = Platform.LEETCODE


@dataclass(frozen=True, slots=True)
class BuiltInQuestion:
    """A problem of a built-in list.

    Attributes:
        external_id: its id on ``PLATFORM``.
        section: the pattern that it stands under.
    """

    external_id: str
    title: str
    difficulty: Difficulty
    section: str

    @property
    def url(self) -> str:
        """Where the problem is."""
        return f"https://leetcode.com/problems/{self.external_id}/"


@dataclass(frozen=True)
class BuiltInList:
    """A list that comes with the application.

    Attributes:
        source: the file that titles, order and patterns were taken from.
        licence: of that file.
        questions: in the order of the list.
    """

    key: BuiltIn
    name: str
    description: str
    source: str
    licence: str
    questions: tuple[BuiltInQuestion, ...]

    @property
    def sections(self) -> list[str]:
        """The patterns, in the order of the list."""
        return list(dict.fromkeys(question.section for question in self.questions))


@cache
def built_in_list(key: BuiltIn) -> BuiltInList:
    """The built-in list of this key, read once."""
    document = json.loads((FOLDER / f"{key.value.lower()}.json").read_text(encoding="utf-8"))
    sections: dict[str, Any] = document.pop("sections")
    questions = (
        BuiltInQuestion(external_id, title, Difficulty(difficulty), section)
        for section, rows in sections.items()
        for external_id, title, difficulty in rows
    )
    return BuiltInList(key=key, questions=tuple(questions), **document)
