"""A person and their history as rows that are ready to be written, counters included."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from domain.accounts.models import User, UserSettings
from domain.practice.models import QuestionLog, ReviewState
from domain.practice.settling import Attempt, derive, scheduler_of
from domain.questions.models import Question, QuestionTag, Tag
from domain.questions.platforms import origin_of
from domain.questions.services.questions import base_slug
from project.fake_data.attempts import Try
from project.fake_data.calendars import midnight
from project.fake_data.chance import generator, uid_at
from project.fake_data.histories import History, Practised
from project.fake_data.people import Person
from project.fake_data.problems import choose
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


@dataclass(frozen=True)
class Size:
    """How much a person has: questions, and attempts at each on average."""

    questions: int
    logs: int


def account_of(
    person: Person, *, seed: int, size: Size, until: date, password_hash: str
) -> Account:
    """The rows of one person: the same for the same arguments, ids included.

    Args:
        until: the history ends before this day (00:00 UTC).
    """
    rng = generator(seed, person.email)
    settings = UserSettings(timezone=person.timezone, **person.settings)
    history = History(
        person,
        choose(rng, size.questions),
        attempts=size.questions * size.logs,
        until=until,
        scheduler=scheduler_of(settings),
        rng=rng,
    )
    practised = history.simulate()
    moments = [made.attempted_at for entry in practised for made in entry.tries]
    joined = min(moments, default=midnight(until)) - timedelta(days=1, minutes=rng.randint(5, 600))
    user = User(
        uid=uid_at(joined, rng),
        email=person.email,
        password=password_hash,
        display_name=person.display_name,
        date_joined=joined,
        email_verified_at=joined + timedelta(minutes=4),
        last_login=max(moments, default=joined),
    )
    settings.user = user
    return _Writer(Account(user=user, settings=settings), until, rng).write(practised)


class _Writer:
    """Turns a simulated history into rows."""

    def __init__(self, account: Account, until: date, rng: Random) -> None:
        self.account = account
        self.user = account.user
        self._ends_at = midnight(until)
        self._scheduler = scheduler_of(account.settings)
        self._rng = rng
        self._tagger = Tagger(account.user, rng)

    def write(self, practised: Iterable[Practised]) -> Account:
        """Fill the account."""
        for entry in practised:
            question = self._question(entry)
            logs = [self._log(question, made) for made in entry.tries]
            self._settle(question, logs)
            self.account.questions.append(question)
            self.account.logs.extend(logs)
            self.account.links.extend(self._tagger.links(question, entry.problem))
        self.account.tags = self._tagger.tags
        return self.account

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
        if rng.random() < 0.01:
            question.deleted_at, question.deleted_by = self._ends_at, self.user
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

    def _settle(self, question: Question, logs: Iterable[QuestionLog]) -> None:
        """Fill the derived columns with the function that the services settle with."""
        columns = Attempt.__dataclass_fields__
        attempts = [Attempt(*(getattr(log, name) for name in columns)) for log in logs]
        derived = derive(attempts, self._scheduler)
        derived.show_on(question)
        review = derived.review_of(question)
        review.owner = self.user  # has no number yet
        self.account.reviews.append(review)
