"""A person who does anything to what they practise, in any order; each method is one step.

Rows are named by a number that is taken modulo how many there are, so that every history can be
lived whatever happened before.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.accounts.models import User
from domain.base.errors import NotFound
from domain.goals.services import merging
from domain.practice.models import QuestionLog
from domain.practice.services import baselines, logs, reviews, trash
from domain.practice.services.settings import update_settings
from domain.questions.models import Question, Tag
from domain.questions.services import questions, tags
from domain.questions.services.trash import restore_tag
from domain.transfer.importing import import_questions
from domain.trash.emptying import empty_trash, purge
from domain.trash.kinds import TrashKind
from tests.domain.practice.in_bulk import InBulk, taggings
from tests.domain.transfer.files import (
    a_problem,
    card,
    codeforces,
    leetsrs,
    neetcode,
    submission,
)
from tests.factories import NOW

MODELS: dict[TrashKind, Any] = {
    TrashKind.QUESTION: Question,
    TrashKind.TAG: Tag,
    TrashKind.QUESTION_LOG: QuestionLog,
}
DELETE: dict[TrashKind, Callable[..., Any]] = {
    TrashKind.QUESTION: questions.delete_question,
    TrashKind.TAG: tags.delete_tag,
    TrashKind.QUESTION_LOG: logs.delete_question_log,
}
RESTORE: dict[TrashKind, Callable[..., Any]] = {
    TrashKind.QUESTION: trash.restore_question,
    TrashKind.TAG: restore_tag,
    TrashKind.QUESTION_LOG: trash.restore_question_log,
}
ARGUMENTS = {TrashKind.QUESTION: "question", TrashKind.TAG: "tag", TrashKind.QUESTION_LOG: "log"}


@dataclass
class Person(InBulk):
    """Somebody who practises; ``at`` is their clock."""

    owner: User
    at: datetime = NOW

    def live(self, step: tuple[Any, ...]) -> None:
        """Do one step, named by a method and followed by its arguments, a minute after the last.

        Raises:
            ValidationError: what the service refuses, or NotFound if there is nothing to do it to.
        """
        name, *arguments = step
        self.at += timedelta(minutes=1)
        getattr(self, name)(*arguments)

    @property
    def by(self) -> dict[str, Any]:
        """Who acts and when."""
        return {"actor": self.owner, "at": self.at}

    def row(self, kind: TrashKind, number: int, *, trashed: bool = False) -> Any:
        """One of the person's rows, live or in the trash."""
        model = MODELS[kind]
        rows = model.objects.owned_by(self.owner).filter(deleted_at__isnull=False)
        found = list(
            (rows if trashed else model.objects.owned_by(self.owner).live()).order_by("pk")
        )
        if not found:
            raise NotFound
        return found[number % len(found)]

    def create_question(self, letter: str, tag_names: list[str], uid: UUID | None) -> None:
        questions.create_question(
            owner=self.owner, at=self.at, uid=uid, title=f"Watermelon {letter}",
            tags=taggings(tag_names),
        )  # fmt: skip

    def update_question(self, number: int, fields: dict[str, Any], tag_names: list[str]) -> None:
        questions.update_question(
            question=self.row(TrashKind.QUESTION, number), **self.by, **fields,
            tags=taggings(tag_names),
        )  # fmt: skip

    def create_log(self, number: int, fields: dict[str, Any], uid: UUID | None) -> None:
        question = self.row(TrashKind.QUESTION, number)
        logs.create_question_log(question=question, uid=uid, **self.by, **fields)

    def update_log(self, number: int, fields: dict[str, Any]) -> None:
        logs.update_question_log(log=self.row(TrashKind.QUESTION_LOG, number), **self.by, **fields)

    def delete(self, kind: TrashKind, number: int) -> None:
        DELETE[kind](**{ARGUMENTS[kind]: self.row(kind, number)}, **self.by)

    def restore(self, kind: TrashKind, number: int) -> None:
        RESTORE[kind](**{ARGUMENTS[kind]: self.row(kind, number, trashed=True)}, **self.by)

    def purge(self, kind: TrashKind, number: int) -> None:
        purge(kind=kind, id=self.row(kind, number, trashed=True).pk, **self.by)

    def empty_trash(self, kinds: list[TrashKind]) -> None:
        empty_trash(owner=self.owner, at=self.at, kinds=kinds)

    def create_tag(self, name: str, tag_kind: str) -> None:
        tags.create_tag(owner=self.owner, at=self.at, name=name, kind=tag_kind)

    def rename_tag(self, number: int, name: str) -> None:
        tags.update_tag(tag=self.row(TrashKind.TAG, number), **self.by, name=name)

    def merge_tags(self, target: int, sources: list[int]) -> None:
        found = self.row(TrashKind.TAG, target)
        others = list(Tag.objects.owned_by(self.owner).live().exclude(pk=found.pk).order_by("pk"))
        named = [others[number % len(others)] for number in sources if others]
        merging.merge_tags(sources=named, target=found, **self.by)

    def import_submissions(self, rows: list[tuple[int, str, str, int]]) -> None:
        content = codeforces(
            *[
                submission(
                    number,
                    f"{NOW - timedelta(hours=hours):%Y-%m-%d %H:%M}",
                    problem=a_problem(letter),
                    verdict=verdict,
                )
                for number, letter, verdict, hours in rows
            ]
        )
        import_questions(owner=self.owner, content=content, at=self.at)

    def import_list(self, letters: list[str]) -> None:
        rows = [
            neetcode(problem=f"Watermelon {each}", link=f"w-{each.lower()}/") for each in letters
        ]
        import_questions(owner=self.owner, content=json.dumps(rows), at=self.at)

    def import_backup(self, letters: list[str], paused: bool, days: int) -> None:
        seen = {"last_review": _milliseconds(NOW - timedelta(days=days))}
        cards = [card(f"w-{each.lower()}", paused=paused, fsrs=seen) for each in letters]
        import_questions(owner=self.owner, content=leetsrs(*cards), at=self.at)

    def change_settings(self, fields: dict[str, Any]) -> None:
        update_settings(user=self.owner, at=self.at, **fields)

    def suspend(self, number: int) -> None:
        reviews.suspend_question(question=self.row(TrashKind.QUESTION, number), **self.by)

    def resume(self, number: int) -> None:
        reviews.resume_question(question=self.row(TrashKind.QUESTION, number), **self.by)

    def postpone(self, number: int, days: int | None) -> None:
        until = None if days is None else self.at + timedelta(days=days)
        question = self.row(TrashKind.QUESTION, number)
        reviews.postpone_question(question=question, until=until, **self.by)

    def set_baseline(self, number: int, fields: dict[str, Any]) -> None:
        question = self.row(TrashKind.QUESTION, number)
        baselines.set_review_baseline(question=question, **self.by, **fields)  # type: ignore[typeddict-item]

    def remove_baseline(self, number: int) -> None:
        question = self.row(TrashKind.QUESTION, number)
        baselines.remove_review_baseline(question=question, **self.by)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000
