"""Which tags somebody puts on their questions: topic, pattern, companies, words of their own."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from random import Random

from domain.accounts.models import User
from domain.questions.models import AskedWithin, Question, QuestionTag, Tag, TagKind
from project.fake_data.chance import uid_at
from project.fake_data.fates import throw_away
from project.fake_data.patterns import COMPANIES, PATTERNS
from project.fake_data.problems import Problem

_COLOURS = {
    TagKind.TOPIC: "#2563EB",
    TagKind.PATTERN: "#16A34A",
    TagKind.COMPANY: "#D97706",
    TagKind.CUSTOM: "#9333EA",
}
_REVISIT_AFTER_FAILURES = 2


class Tagger:
    """The tags of one person, made as they are needed."""

    def __init__(self, owner: User, rng: Random) -> None:
        self._owner = owner
        self._rng = rng
        self._companies = rng.sample(COMPANIES, k=rng.randint(3, 6))
        self._known: dict[tuple[str, str], Tag] = {}

    @property
    def tags(self) -> list[Tag]:
        """All tags that were made so far."""
        return list(self._known.values())

    def links(self, question: Question, problem: Problem) -> Iterator[QuestionTag]:
        """The tags of one question, whose counters are settled."""
        yield self._link(question, TagKind.PATTERN, problem.pattern)
        for topic in PATTERNS[problem.pattern].topics:
            yield self._link(question, TagKind.TOPIC, topic)
        if self._rng.random() < 0.35:
            link = self._link(question, TagKind.COMPANY, self._rng.choice(self._companies))
            link.frequency = round(self._rng.uniform(5, 100), 1)
            link.window = self._rng.choice(AskedWithin.values)
            yield link
        if question.log_count - question.solved_count > _REVISIT_AFTER_FAILURES:
            yield self._link(question, TagKind.CUSTOM, "revisit")

    def company(self) -> Tag:
        """The tag of the company that they would like to work for."""
        kind, name = TagKind.COMPANY, self._companies[0]
        return self._known.get((kind, name)) or self._new(kind, name)

    def abandon(self, questions: Iterable[Question], *, at: datetime) -> Iterator[QuestionTag]:
        """A tag that some questions had until it was put in the trash."""
        tag = self._new(TagKind.CUSTOM, "to sort")
        throw_away(tag, at=at)
        for question in questions:
            yield QuestionTag(owner=self._owner, question=question, tag=tag)

    def _link(self, question: Question, kind: TagKind, name: str) -> QuestionTag:
        tag = self._known.get((kind, name)) or self._new(kind, name)
        return QuestionTag(owner=self._owner, question=question, tag=tag)

    def _new(self, kind: TagKind, name: str) -> Tag:
        made_at = self._owner.date_joined + timedelta(minutes=5, seconds=len(self._known))
        tag = Tag(
            uid=uid_at(made_at, self._rng),
            owner=self._owner,
            kind=kind,
            name=name,
            colour=_COLOURS[kind],
            created_at=made_at,
            updated_at=made_at,
            created_by=self._owner,
            updated_by=self._owner,
        )
        tag.index_words()
        self._known[kind, name] = tag
        return tag
