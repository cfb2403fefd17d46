"""The rows of a file that are about one question or one attempt, brought together."""

from typing import NamedTuple

from domain.base.text import folded
from domain.practice.models import ReviewBaseline
from domain.questions.models import Question
from domain.questions.services.tagging import MAX_TAGS
from domain.transfer.drafts import MERGED, Draft, Drafts, fill
from domain.transfer.formats.imported import ImportedLog, ImportedQuestion, ImportedTag
from domain.transfer.identity import QuestionKey
from domain.transfer.tag_limits import TagLimits


class Place(NamedTuple):
    """Where a row stands among the rows of the file, from 0, and in the file."""

    number: int
    position: str


class Gathering:
    """Merges what rows say into drafts."""

    def __init__(self, drafts: Drafts) -> None:
        self.drafts = drafts
        self._tags = TagLimits()
        self._timed: set[tuple[QuestionKey, object, str]] = set()

    def add_question(
        self, key: QuestionKey, question: Question, imported: ImportedQuestion, *, at: Place
    ) -> None:
        """Add a question, or what it says to that of an earlier row."""
        new = Draft(at.number, at.position, imported, question)
        draft = self.drafts.questions.setdefault(key, new)
        fill(draft.question, question, MERGED)
        for tag in imported.tags:
            self._add_tag(tag, draft)

    def _add_tag(self, tag: ImportedTag, draft: Draft) -> None:
        key = (tag.kind, folded(tag.name))
        if key in draft.tags:
            return
        if len(draft.tags) == MAX_TAGS:
            draft.dropped_tags.add(key)
            return
        draft.tags[key] = tag
        self._tags.count(key)

    def add_baseline(self, baseline: ReviewBaseline, draft: Draft, position: str) -> None:
        """Add what was remembered of a question, unless an earlier row says it."""
        if draft.baseline is None:
            draft.baseline = baseline
            return
        text = "What it says of reviews is left out: an earlier row is about the same question."
        self.drafts.note("duplicate_review", position, text)

    def is_repeated(self, key: QuestionKey, of: ImportedQuestion, log: ImportedLog) -> bool:
        """Whether the attempt was seen; if not, it is from now on."""
        if log.external_id:
            numbered = (of.platform.value, log.external_id)
            is_repeated = numbered in self.drafts.logs
            self.drafts.logs.add(numbered)
            return is_repeated
        timed = (key, log.attempted_at, log.outcome.value)
        is_repeated = timed in self._timed
        self._timed.add(timed)
        return is_repeated
