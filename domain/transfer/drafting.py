"""From the rows of a file to unsaved questions and attempts, the rows of one question merged.

A row is taken whole or not at all. Nothing is looked up here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from domain.base.findings import Finding
from domain.practice.models import QuestionLog, ReviewBaseline
from domain.questions.models import Outcome, Question
from domain.transfer import inline
from domain.transfer.asking import Asked
from domain.transfer.checking import Checks
from domain.transfer.drafts import DraftedRow, Drafts
from domain.transfer.faults import Faults
from domain.transfer.formats import rows_of
from domain.transfer.formats.base import Format, Reader, Rows
from domain.transfer.formats.fields import Fields, RowRefused
from domain.transfer.formats.imported import (
    ImportedQuestion,
    ImportedRow,
    SkippedRow,
)
from domain.transfer.gathering import Gathering, Place
from domain.transfer.identity import key_of
from domain.transfer.options import ImportOptions
from domain.transfer.refusals import refusal
from domain.transfer.reports import RowOutcome
from domain.transfer.steps import Progress
from domain.transfer.unsaved import baseline_of, log_of, question_of


def draft(
    document: object,
    format: Format,
    drafts: Drafts,
    faults: Faults,
    *,
    asked: Asked,
    progress: Progress,
) -> None:
    """Read and check every row of a document, or of several.

    Args:
        drafts: takes what is good.
        faults: takes what is not.
        asked: how, in the person's time zone; and of how many rows to tell what became of them.

    Raises:
        TooLargeInline: too many rows for a request.
        ImportRefused: of the file as a whole; too_many_rows or too_many_tags among others.
        RowsRefused: as ``faults`` says.
    """
    found = rows_of(document, format, asked.options)
    total = _counted(found)
    if asked.is_inline:
        inline.refuse_rows(total)
    progress.expect(2 * total)
    drafting = _Drafting(drafts, asked.options, faults, asked.tell)
    for rows in found:
        for part in rows.left_out:
            drafts.note(part.code, rows.path, part.reason)
        for index, value in enumerate(rows.values):
            drafting.add_row(value, rows.position(index), rows.reader or format)
            progress.advance()
    drafts.rows = total
    faults.refuse_any()


def _counted(found: Sequence[Rows]) -> int:
    total, limit = sum(len(rows.values) for rows in found), settings.IMPORT_MAX_ROWS
    if total > limit:
        text = f"The file has more than {limit:,} rows. Import it in parts."
        raise refusal("too_many_rows", text)
    return total


@dataclass(slots=True)
class _Parts:
    """What a row is made of, unsaved; the question only where it says something new."""

    question: Question | None = None
    log: QuestionLog | None = None
    baseline: ReviewBaseline | None = None


class _Drafting:
    def __init__(self, drafts: Drafts, options: ImportOptions, faults: Faults, tell: int) -> None:
        self.drafts = drafts
        self.faults = faults
        self.tell = tell
        self.checks = Checks(drafts.at)
        self.gathering = Gathering(drafts)
        self.accepted_only = options.accepted_only
        days = options.review_days
        self.counted_since = None if days is None else drafts.at - timedelta(days=days)
        # Each submission repeats what it says about its question: looked at once is enough.
        self._seen: set[ImportedQuestion] = set()
        self._number = -1

    def add_row(self, value: object, position: str, reader: Reader) -> None:
        self._number += 1
        try:
            row = reader.read_row(Fields(value, position))
        except RowRefused as error:
            return self._fail(position, reader.title_of(value), [error.problem])
        if isinstance(row, SkippedRow):
            return self._skip(row.code, position, "", row.reason)
        if self.accepted_only and row.log and row.log.outcome != Outcome.SOLVED:
            text = "It was not solved, and only solved attempts were asked for."
            return self._skip("not_solved", position, row.question.title, text)
        parts = self._parts(row)
        problems = self._problems(row, parts, position, reader)
        if problems:
            return self._fail(position, row.question.title, problems)
        return self._take(row, parts, position)

    def _parts(self, row: ImportedRow) -> _Parts:
        of, drafts = row.question, self.drafts
        parts = _Parts()
        if of not in self._seen:
            parts.question = question_of(of, drafts)
        if row.log is not None:
            parts.log = log_of(row.log, of, drafts, counted_since=self.counted_since)
        if row.baseline is not None:
            parts.baseline = baseline_of(row.baseline, drafts)
        return parts

    def _problems(
        self, row: ImportedRow, parts: _Parts, position: str, reader: Reader
    ) -> list[Finding]:
        problems: list[Finding] = []
        if parts.question is not None:
            problems += self.checks.question(parts.question, row.question.tags, position, reader)
        if parts.log is not None:
            problems += self.checks.log(parts.log, position, reader)
        if parts.baseline is not None:
            problems += self.checks.baseline(parts.baseline, position, reader)
        return problems

    def _take(self, row: ImportedRow, parts: _Parts, position: str) -> None:
        key = key_of(row.question)
        if parts.question is not None:
            self._seen.add(row.question)
            place = Place(self._number, position)
            self.gathering.add_question(key, parts.question, row.question, at=place)
        if row.left_out is not None:
            self.drafts.note(row.left_out.code, position, row.left_out.reason)
        draft = self.drafts.questions[key]
        draft.is_suspended |= row.is_suspended
        if parts.baseline is not None:
            self.gathering.add_baseline(parts.baseline, draft, position)
        if parts.log is not None and row.log is not None:
            if self.gathering.is_repeated(key, row.question, row.log):
                text = "An earlier row of this file is about the same attempt."
                return self._skip("duplicate", position, row.question.title, text)
            draft.logs.append(parts.log)
        return self._tell(
            DraftedRow(self._number, position, row.question.title, key=key, log=parts.log)
        )

    def _fail(self, position: str, title: str, problems: Sequence[Finding]) -> None:
        self._tell(DraftedRow(self._number, position, title, RowOutcome.FAILED))
        self.faults.add(problems, title=title)

    def _skip(self, code: str, position: str, title: str, text: str) -> None:
        self._tell(DraftedRow(self._number, position, title, RowOutcome.SKIPPED))
        self.drafts.skip(code, position, text)

    def _tell(self, row: DraftedRow) -> None:
        if len(self.drafts.told) < self.tell:
            self.drafts.told.append(row)
