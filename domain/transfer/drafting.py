"""From the rows of a file to unsaved questions and attempts: each checked as the services check
what a person types, and the rows of one question merged. Nothing is looked up here."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from domain.accounts.models import User
from domain.base.text import folded
from domain.base.writing import check
from domain.practice.models import QuestionLog
from domain.practice.services.logs import CLOCK_TOLERANCE, InTheFuture
from domain.questions.models import Question, Tag
from domain.questions.services.tagging import MAX_TAGS
from domain.transfer.drafts import FILLED, Draft, Drafts, Key, fill
from domain.transfer.formats.base import (
    Format,
    ImportedLog,
    ImportedQuestion,
    ImportedTag,
    SkippedRow,
)
from domain.transfer.formats.fields import Fields, RowRefused
from domain.transfer.refusals import Problem, Problems, refusal

# A few bytes make a tag of a question, so that a file within the limits could hold millions.
MAX_TAGGINGS = 250_000
MAX_TAG_NAMES = 5_000


def draft(document: object, format: Format, *, owner: User, at: datetime) -> Drafts:
    """Read and check every row of a document.

    Args:
        at: now; an attempt may not lie after it.

    Raises:
        ImportRefused: with everything that is wrong, or too_many_rows or too_many_tags.
    """
    rows = format.rows(document)
    limit = settings.IMPORT_MAX_ROWS
    if len(rows.values) > limit:
        raise refusal(
            "too_many_rows", f"The file has more than {limit:,} rows. Import it in parts."
        )
    drafting = _Drafting(format, Drafts(owner, at))
    for index, value in enumerate(rows.values):
        drafting.add_row(value, rows.position(index))
    drafting.problems.raise_any()
    return drafting.drafts


class _Drafting:
    def __init__(self, format: Format, drafts: Drafts) -> None:
        self.drafts = drafts
        self.problems = Problems()
        self._format = format
        # Each submission repeats what it says about its question: looked at once is enough.
        self._seen: set[ImportedQuestion | ImportedTag] = set()
        self._tag_names: set[Key] = set()
        self._taggings = 0

    def add_row(self, value: object, position: str) -> None:
        try:
            row = self._format.read_row(Fields(value, position))
        except RowRefused as error:
            return self.problems.add(error.problem)
        if isinstance(row, SkippedRow):
            return self.drafts.skip(row.code, position, row.reason)
        if row.question not in self._seen:
            self._seen.add(row.question)
            self._add_question(row.question, position)
        if row.log is not None:
            self._add_log(row.log, row.question, position)
        return None

    def _add_question(self, imported: ImportedQuestion, position: str) -> None:
        question = _question(imported, self.drafts)
        # The slug is chosen when the person's other slugs are known.
        self._check(question, position, self._format.paths, unchecked=["slug"])
        key = (imported.platform, imported.external_id)
        draft = self.drafts.questions.setdefault(key, Draft(position, question))
        fill(draft.question, question)
        for tag in imported.tags:
            self._add_tag(tag, draft, position)

    def _add_tag(self, tag: ImportedTag, draft: Draft, position: str) -> None:
        key = (tag.kind, folded(tag.name))
        if key in draft.tags:
            return
        if len(draft.tags) == MAX_TAGS:
            draft.dropped_tags.add(key)
            return
        draft.tags[key] = tag
        self._count_tag(key)
        if tag not in self._seen:
            self._seen.add(tag)
            self._check(Tag(kind=tag.kind, name=tag.name), position, {"name": tag.path})

    def _count_tag(self, key: Key) -> None:
        self._taggings += 1
        self._tag_names.add(key)
        if self._taggings > MAX_TAGGINGS:
            text = f"The file puts more than {MAX_TAGGINGS:,} tags on questions."
            raise refusal("too_many_tags", f"{text} Import it in parts.")
        if len(self._tag_names) > MAX_TAG_NAMES:
            text = f"The file has more than {MAX_TAG_NAMES:,} different tags."
            raise refusal("too_many_tags", f"{text} Import it in parts.")

    def _add_log(self, imported: ImportedLog, of: ImportedQuestion, position: str) -> None:
        key = (of.platform, imported.external_id)
        if key in self.drafts.logs:
            text = "An earlier row of this file has the same number."
            return self.drafts.skip("duplicate", position, text)
        log = _log(imported, of, self.drafts)
        self._check(log, position, self._format.log_paths)
        if log.attempted_at > self.drafts.at + CLOCK_TOLERANCE:
            self._refuse(position, self._format.log_paths, "attempted_at", InTheFuture.message)
        self.drafts.logs[key] = log
        self.drafts.questions[of.platform, of.external_id].logs.append(log)
        return None

    def _check(
        self,
        row: models.Model,
        position: str,
        paths: Mapping[str, str],
        *,
        unchecked: Iterable[str] = (),
    ) -> None:
        try:
            check(row, unchecked=unchecked)
        except ValidationError as error:
            for column, messages in error.message_dict.items():
                self._refuse(position, paths, column, " ".join(messages))

    def _refuse(self, position: str, paths: Mapping[str, str], column: str, text: str) -> None:
        path = f"{position}.{paths.get(column, column)}"
        self.problems.add(Problem("bad_value", path, text))


def _question(imported: ImportedQuestion, drafts: Drafts) -> Question:
    question = Question(owner=drafts.owner, created_by=drafts.owner, updated_by=drafts.owner)
    question.created_at = question.updated_at = drafts.at
    for name in ("title", "platform", "external_id", *FILLED):
        setattr(question, name, getattr(imported, name))
    return question


def _log(imported: ImportedLog, of: ImportedQuestion, drafts: Drafts) -> QuestionLog:
    return QuestionLog(
        uid=uid_in_order(imported.attempted_at, imported.sequence),
        owner=drafts.owner,
        created_by=drafts.owner,
        updated_by=drafts.owner,
        created_at=drafts.at,
        updated_at=drafts.at,
        attempted_at=imported.attempted_at,
        outcome=imported.outcome,
        duration_seconds=imported.duration_seconds,
        language=imported.language,
        platform=of.platform,
        external_id=imported.external_id,
    )


def uid_in_order(moment: datetime, sequence: int) -> UUID:
    """A UUIDv7 that sorts by moment, then by sequence (its lowest 42 bits).

    Attempts are replayed by time and then uid. So attempts of one second keep the platform's
    order, however many files they come in.
    """
    milliseconds = int(moment.timestamp() * 1000) & (1 << 48) - 1
    # 42 bits of the sequence and 32 of chance fill the 74 bits that version and variant leave.
    number = (sequence & (1 << 42) - 1) << 32 | secrets.randbits(32)
    high, low = number >> 62, number & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
