"""A person and their history as rows that are ready to be written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.accounts.models import User, UserSettings
from domain.lists.built_in import built_in_list
from domain.practice.settling import scheduler_of
from project.fake_data.calendars import midnight
from project.fake_data.chance import generator, uid_at
from project.fake_data.fates import fates_of
from project.fake_data.histories import History, Practised
from project.fake_data.people import Person
from project.fake_data.problems import all_problems, choose
from project.fake_data.rows import Account, Writer


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
    practised = [*history.simulate(), *_collected_with_a_list(person, history.practised)]
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
    chance = generator(seed, f"{person.email}/fates")
    fates = fates_of(practised, chance, kept=_cloned(person))
    return Writer(Account(user=user, settings=settings), person, until, fates, rng).write(practised)


def _collected_with_a_list(person: Person, practised: Iterable[Practised]) -> list[Practised]:
    """What is missing of the built-in list that somebody cloned."""
    missing = _cloned(person) - {entry.problem.slug for entry in practised}
    return [Practised(problem) for problem in all_problems() if problem.slug in missing]


def _cloned(person: Person) -> frozenset[str]:
    """The slugs of the built-in list that somebody cloned."""
    if person.clones is None:
        return frozenset()
    return frozenset(question.external_id for question in built_in_list(person.clones).questions)
