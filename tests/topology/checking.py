"""What was acknowledged, and what is in the database."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from domain.practice.models import QuestionLog
from domain.questions.models import Question
from tests.topology.load import Acknowledged, Heard


@dataclass(frozen=True)
class Found:
    """How both compare.

    Attributes:
        lost: acknowledged, and not there, or with other content.
        surplus: rows beyond one for each call that was begun.
    """

    acknowledged: int
    lost: Sequence[Acknowledged]
    surplus: int


def compare(heard: Heard) -> Found:
    """Look for every write that was acknowledged. Nobody writes any more."""
    latest: dict[tuple[str, str], list[Acknowledged]] = defaultdict(list)
    for written in heard.acknowledged:
        latest[written.table, written.uid].append(written)
    texts = {"question": _texts(_questions(), "title"), "log": _texts(_logs(), "notes")}
    lost: list[Acknowledged] = []
    for (table, uid), writes in latest.items():
        text = texts[table].get(uid)
        # The last one holds, or one after it that nobody heard of.
        if text is None or _number(text) < _number(writes[-1].text):
            lost.append(writes[-1])
    rows = sum(len(of_table) for of_table in texts.values())
    return Found(len(heard.acknowledged), lost, max(0, rows - heard.keys))


def _questions() -> QuerySet[Any]:
    return Question.objects.filter(title__startswith="Load ")


def _logs() -> QuerySet[Any]:
    return QuestionLog.objects.filter(notes__startswith="Load ")


def _texts(rows: QuerySet[Any], column: str) -> dict[str, str]:
    return {str(uid): text for uid, text in rows.values_list("uid", column)}


def _number(text: str) -> int:
    return int(text.rpartition(" ")[2])
