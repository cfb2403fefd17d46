"""A simulated history as rows, counters and review states included."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from domain.accounts.models import User, UserSettings
from domain.lists.built_in import built_in_list
from domain.practice.models import QuestionLog, ReviewBaseline, ReviewState
from domain.practice.scheduling import NOTHING
from domain.practice.settling import Attempt, derive, memory_of, scheduler_of
from domain.questions.models import Question, QuestionTag, Tag
from domain.questions.platforms import origin_of
from domain.questions.services.questions import base_slug
from project.fake_data.attempts import Try
from project.fake_data.calendars import midnight
from project.fake_data.chance import uid_at
from project.fake_data.fates import Fates, baseline_of, throw_away
from project.fake_data.histories import Practised
from project.fake_data.people import Person
from project.fake_data.plans import Plans
from project.fake_data.problems import Problem
from project.fake_data.sittings import Sitting, sittings_of
from project.fake_data.tagging import Tagger

_TARGET_MINUTES = {1: 20, 2: 35, 3: 50}


@dataclass
class Account:
    """Everything that belongs to one person. Rows refer to each other as objects, not by number."""

    user: User
    settings: UserSettings
    tags: list[Tag] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    links: list[QuestionTag] = field(default_factory=list)
    logs: list[QuestionLog] = field(default_factory=list)
    reviews: list[ReviewState] = field(default_factory=list)
    baselines: list[ReviewBaseline] = field(default_factory=list)
    sittings: list[Sitting] = field(default_factory=list)
    plans: list[Plans] = field(default_factory=list)


class Writer:
    """Turns a simulated history into rows."""

    def __init__(
        self, account: Account, person: Person, until: date, fates: Fates, rng: Random
    ) -> None:
        self.account = account
        self.person = person
        self.user = account.user
        self._until = until
        self._ends_at = midnight(until)
        self._scheduler = scheduler_of(account.settings)
        self._fates = fates
        self._rng = rng
        self._tagger = Tagger(account.user, rng)
        self._collected: list[tuple[Question, Problem]] = []

    def write(self, practised: Iterable[Practised]) -> Account:
        """Fill the account."""
        for entry in practised:
            question = self._question(entry)
            logs = [self._log(question, made) for made in entry.tries]
            if entry is self._fates.mislogged:
                throw_away(logs[-1], at=self._ends_at)
            self._settle(entry, question, logs)
            self.account.questions.append(question)
            self.account.logs.extend(logs)
            self.account.links.extend(self._tagger.links(question, entry.problem))
            self._collected.append((question, entry.problem))
        self._plan()
        self.account.tags = self._tagger.tags
        live = [log for log in self.account.logs if log.is_live and log.question.is_live]
        self.account.sittings = sittings_of(live, self.person.zone, self._rng)
        return self.account

    def _plan(self) -> None:
        made_at = max(self.user.date_joined, self._ends_at - timedelta(days=9, hours=3))
        plans = Plans(self.user, made_at, self._rng)
        if self.person.clones:
            plans.clone(built_in_list(self.person.clones), self._collected)
        else:
            plans.collect(self._collected)
        plans.gather_weak_spots(self.account.reviews)
        plans.aim(company=self._tagger.company(), topic=self._tagger.tags[0], until=self._until)
        plans.share()
        self.account.plans.append(plans)
        questions = self.account.questions[:2]
        self.account.links.extend(self._tagger.abandon(questions, at=self._ends_at))

    def _question(self, entry: Practised) -> Question:
        rng, problem = self._rng, entry.problem
        made_at = self._collected_at(entry.tries)
        origin = origin_of(problem.url)
        question = Question(
            uid=uid_at(made_at, rng),
            owner=self.user,
            title=problem.title,
            url=problem.url,
            platform=origin.platform,
            external_id=origin.external_id,
            difficulty=problem.difficulty,
            source=problem.source,
            importance=rng.choice([1, 2, 2, 2, 3, 3, 4]),
            is_starred=rng.random() < 0.1,
            is_archived=rng.random() < 0.02,
            target_seconds=_TARGET_MINUTES[problem.difficulty] * 60 if rng.random() < 0.5 else None,
            created_at=made_at,
            updated_at=made_at,
            created_by=self.user,
            updated_by=self.user,
        )
        question.slug = base_slug(question.title, question.uid)
        question.index_words()
        is_given_up = rng.random() < 0.01 and problem.slug not in self._fates.kept
        if is_given_up or entry is self._fates.deleted:
            throw_away(question, at=self._ends_at)
        return question

    def _collected_at(self, tries: Sequence[Try]) -> datetime:
        """Shortly before it was first tried; for one that never was, in the last weeks."""
        if tries:
            first = tries[0]
            return first.attempted_at - timedelta(
                seconds=(first.duration_seconds or 0) + self._rng.randint(20, 400)
            )
        return self._ends_at - timedelta(minutes=self._rng.randint(60, 30_000))

    def _log(self, question: Question, made: Try) -> QuestionLog:
        written_at = made.attempted_at + timedelta(seconds=self._rng.randint(5, 50))
        return QuestionLog(
            uid=uid_at(written_at, self._rng),
            owner=self.user,
            question=question,
            created_at=written_at,
            updated_at=written_at,
            created_by=self.user,
            updated_by=self.user,
            **vars(made),
        )

    def _settle(self, entry: Practised, question: Question, logs: Iterable[QuestionLog]) -> None:
        """Fill the derived columns with the function that the services settle with."""
        columns = Attempt.__dataclass_fields__
        attempts = [
            Attempt(*(getattr(log, name) for name in columns)) for log in logs if log.is_live
        ]
        start = NOTHING
        if entry is self._fates.imported:
            baseline = baseline_of(question, until=self._ends_at, rng=self._rng)
            self.account.baselines.append(baseline)
            start = memory_of(baseline)
        derived = derive(attempts, self._scheduler, start=start)
        derived.show_on(question)
        review = derived.review_of(question)
        review.owner = self.user  # has no number yet
        review.is_suspended = entry is self._fates.suspended
        if entry is self._fates.postponed:
            review.postponed_until = self._ends_at + timedelta(days=self._rng.randint(3, 9))
        if entry.tries or start is not NOTHING:
            self.account.reviews.append(review)
