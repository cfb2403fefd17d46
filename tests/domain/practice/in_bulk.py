"""Steps of a history that change many rows in one call."""

from datetime import datetime
from typing import Any

from domain.accounts.models import User
from domain.base.bulk import ErrorPolicy, Ref
from domain.practice.services import bulk
from domain.questions.services import bulk as bulk_questions
from domain.questions.services.tagging import Tagging
from domain.questions.services.tags import TagName
from domain.trash.kinds import TrashKind


def taggings(names: list[str]) -> list[Tagging]:
    """Topics of these names."""
    return [Tagging(TagName("TOPIC", name)) for name in names]


class InBulk:
    """Mixin of ``Person``."""

    owner: User
    at: datetime

    def row(self, kind: TrashKind, number: int, *, trashed: bool = False) -> Any:
        """One of the person's rows."""
        raise NotImplementedError

    def create_logs(self, rows: list[tuple[int, dict[str, Any]]], policy: ErrorPolicy) -> None:
        new = [
            bulk.NewLog(self.row(TrashKind.QUESTION, number), fields)  # type: ignore[arg-type]
            for number, fields in rows
        ]
        bulk.create_question_logs(owner=self.owner, at=self.at, rows=new, policy=policy)

    def update_logs(self, rows: list[tuple[int, dict[str, Any]]], policy: ErrorPolicy) -> None:
        changes = [
            bulk.LogChange(Ref(self.row(TrashKind.QUESTION_LOG, number)), fields)  # type: ignore[arg-type]
            for number, fields in rows
        ]
        bulk.update_question_logs(owner=self.owner, at=self.at, rows=changes, policy=policy)

    def delete_logs(self, numbers: list[int], policy: ErrorPolicy) -> None:
        refs = [Ref(self.row(TrashKind.QUESTION_LOG, number)) for number in numbers]
        bulk.delete_question_logs(owner=self.owner, at=self.at, rows=refs, policy=policy)

    def create_questions(self, rows: list[tuple[str, list[str]]], policy: ErrorPolicy) -> None:
        new = [
            bulk_questions.NewQuestion({"title": f"Watermelon {each}"}, tags=taggings(tag_names))
            for each, tag_names in rows
        ]
        bulk_questions.create_questions(owner=self.owner, at=self.at, rows=new, policy=policy)

    def update_questions(
        self, rows: list[tuple[int, dict[str, Any], list[str]]], policy: ErrorPolicy
    ) -> None:
        changes = [
            bulk_questions.QuestionChange(
                Ref(self.row(TrashKind.QUESTION, number)),
                fields,  # type: ignore[arg-type]
                taggings(tag_names),
            )
            for number, fields, tag_names in rows
        ]
        bulk_questions.update_questions(owner=self.owner, at=self.at, rows=changes, policy=policy)

    def delete_questions(self, numbers: list[int], policy: ErrorPolicy) -> None:
        refs = [Ref(self.row(TrashKind.QUESTION, number)) for number in numbers]
        bulk_questions.delete_questions(owner=self.owner, at=self.at, rows=refs, policy=policy)
