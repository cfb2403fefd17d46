"""From the rows of a file to unsaved questions and attempts: each checked as the services check
what a person types, and the rows of one question merged. Nothing is looked up here."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from domain.accounts.models import User
from domain.base.text import folded
from domain.base.writing import check
from domain.practice.models import ReviewBaseline
from domain.practice.services.baselines import (
    LONGEST_INTERVAL,
    DueOutOfRange,
    ReviewInTheFuture,
)
from domain.practice.services.logs import CLOCK_TOLERANCE, InTheFuture
from domain.questions.models import Tag
from domain.questions.services.tagging import MAX_TAGS
from domain.transfer.drafts import MERGED, Draft, Drafts, Key, fill
from domain.transfer.formats import rows_of
from domain.transfer.formats.base import (
    Format,
    ImportedLog,
    ImportedQuestion,
    ImportedRow,
    ImportedTag,
    Reader,
    SkippedRow,
)
from domain.transfer.formats.fields import Fields, RowRefused
from domain.transfer.refusals import Problem, Problems, refusal
from domain.transfer.unsaved import baseline_of, log_of, question_of

# A few bytes make a tag of a question, so that a file within the limits could hold millions.
MAX_TAGGINGS = 250_000
MAX_TAG_NAMES = 5_000


def draft(document: object, format: Format, *, owner: User, at: datetime) -> Drafts:
    """Read and check every row of a document, or of several.

    Args:
        at: now; an attempt may not lie after it.

    Raises:
        ImportRefused: with everything that is wrong, or too_many_rows or too_many_tags.
    """
    found = rows_of(document, format)
    limit = settings.IMPORT_MAX_ROWS
    if sum(len(rows.values) for rows in found) > limit:
        raise refusal(
            "too_many_rows", f"The file has more than {limit:,} rows. Import it in parts."
        )
    drafting = _Drafting(Drafts(owner, at))
    for rows in found:
        for index, value in enumerate(rows.values):
            drafting.add_row(value, rows.position(index), rows.reader or format)
    drafting.problems.raise_any()
    return drafting.drafts


class _Drafting:
    def __init__(self, drafts: Drafts) -> None:
        self.drafts = drafts
        self.problems = Problems()
        # Each submission repeats what it says about its question: looked at once is enough.
        self._seen: set[ImportedQuestion | ImportedTag] = set()
        self._tag_names: set[Key] = set()
        self._taggings = 0

    def add_row(self, value: object, position: str, reader: Reader) -> None:
        try:
            row = reader.read_row(Fields(value, position))
        except RowRefused as error:
            return self.problems.add(error.problem)
        if isinstance(row, SkippedRow):
            return self.drafts.skip(row.code, position, row.reason)
        if row.question not in self._seen:
            self._seen.add(row.question)
            self._add_question(row.question, position, reader)
        if row.left_out is not None:
            self.drafts.note(row.left_out.code, position, row.left_out.reason)
        if row.log is not None:
            self._add_log(row.log, row.question, position, reader)
        self._add_review(row, position, reader)
        return None

    def _add_question(self, imported: ImportedQuestion, position: str, reader: Reader) -> None:
        question = question_of(imported, self.drafts)
        # The slug is chosen when the person's other slugs are known.
        self._check(question, position, reader.paths, unchecked=["slug"])
        key = (imported.platform, imported.external_id)
        draft = self.drafts.questions.setdefault(key, Draft(position, question))
        fill(draft.question, question, MERGED)
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

    def _add_log(
        self, imported: ImportedLog, of: ImportedQuestion, position: str, reader: Reader
    ) -> None:
        key = (of.platform, imported.external_id)
        if key in self.drafts.logs:
            text = "An earlier row of this file has the same number."
            return self.drafts.skip("duplicate", position, text)
        log = log_of(imported, of, self.drafts)
        self._check(log, position, reader.log_paths)
        if log.attempted_at > self.drafts.at + CLOCK_TOLERANCE:
            self._refuse(position, reader.log_paths, "attempted_at", InTheFuture.message)
        self.drafts.logs[key] = log
        self.drafts.questions[of.platform, of.external_id].logs.append(log)
        return None

    def _add_review(self, row: ImportedRow, position: str, reader: Reader) -> None:
        draft = self.drafts.questions[row.question.platform, row.question.external_id]
        draft.is_suspended |= row.is_suspended
        if row.baseline is None:
            return None
        baseline = baseline_of(row.baseline, self.drafts)
        self._check(baseline, position, reader.baseline_paths)
        self._check_moments(baseline, position, reader.baseline_paths)
        if draft.baseline is not None:
            text = "What it says of reviews is left out: an earlier row is about the same question."
            return self.drafts.note("duplicate_review", position, text)
        draft.baseline = baseline
        return None

    def _check_moments(
        self, baseline: ReviewBaseline, position: str, paths: Mapping[str, str]
    ) -> None:
        if baseline.reviewed_at > self.drafts.at + CLOCK_TOLERANCE:
            self._refuse(position, paths, "reviewed_at", ReviewInTheFuture.message)
        if not timedelta() <= baseline.due_at - baseline.reviewed_at <= LONGEST_INTERVAL:
            text = DueOutOfRange.message % {"limit": LONGEST_INTERVAL.days}
            self._refuse(position, paths, "due_at", text)

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
