"""Fills an empty database with people who all have the same questions, tags and attempts."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any

from django.apps import apps

from domain.accounts.models import AuthSession, User, UserSettings
from domain.base.text import index_of
from domain.lists.models import StudyList, StudyListItem
from domain.practice.models import QuestionLog
from domain.practice.settling import Attempt, Derived, derive, scheduler_of
from domain.questions.models import Outcome, Question, QuestionTag, Tag, TagKind
from schema import tokens as access_tokens
from tests.bench.growth import Grown
from tests.bench.operations import Person

PROBLEMS = Path(__file__).parent.parent / "data" / "neetcode-problems.json"
QUESTIONS_A_PERSON = 100
LOGS_A_QUESTION = 5
MOST_LISTED = 1_000
START = datetime(2026, 1, 5, 18, 0, tzinfo=UTC)
OUTCOMES = [Outcome.FAILED, Outcome.PARTIAL, Outcome.SOLVED, Outcome.SOLVED, Outcome.SOLVED]
COMPANIES = ["Acme", "Globex", "Initech"]
DIFFICULTIES = {"Easy": 1, "Medium": 2, "Hard": 3}
NOTES = "Keep the invariant in mind: everything left of the pointer is already in its place."
ROWS_A_STATEMENT = 1_000


def prepare(people: int, *, tokens: int, questions: int = QUESTIONS_A_PERSON) -> list[Person]:
    """Fill the database, and sign some of the people in.

    Args:
        people: how many there are.
        tokens: how many of them are signed in at most.
        questions: how many questions each has.
    """
    sessions = fill(people, questions=questions, at=datetime.now(UTC))
    return [_person(session) for session in sessions[:tokens]]


def fill(people: int, *, questions: int, at: datetime) -> list[AuthSession]:
    """Write the rows of some people; give an open session of each.

    Args:
        people: how many.
        questions: how many each has.
        at: when the sessions were opened.
    """
    users = [User(email=f"person{number}@bench.example", password="!") for number in range(people)]
    insert(users)
    insert([UserSettings(user=user) for user in users])
    status = apps.get_model("gqlauth", "UserStatus")
    insert([status(user=user, verified=True) for user in users])
    problems = list(islice(_problems(), questions))
    for start in range(0, people, 20):
        _fill(users[start : start + 20], problems)
    return _sign_in(users, at)


def newcomers(addresses: Sequence[str]) -> list[User]:
    """People who have nothing yet."""
    users = insert([User(email=address, password="!") for address in addresses])
    insert([UserSettings(user=user) for user in users])
    return users


def grow(questions: int) -> Grown:
    """Somebody with so many questions, five attempts at each, and a list of up to 1,000 of them."""
    user = User(email=f"grown{questions}@bench.example", password="!")
    insert([user])
    insert([UserSettings(user=user, reviews_per_day=200)])
    _fill([user], list(islice(_problems(), questions)))
    listed = list(Question.objects.filter(owner=user).order_by("created_at")[:MOST_LISTED])
    (study_list,) = insert([StudyList(owner=user, name="Everything", name_key="everything")])
    insert(
        [
            StudyListItem(
                owner=user,
                study_list=study_list,
                question=question,
                position=position,
                section=f"Part {position % 20}",
            )
            for position, question in enumerate(listed)
        ]
    )
    (session,) = _sign_in([user], datetime.now(UTC))
    return Grown(_person(session), questions=questions, listed=len(listed))


def _problems() -> Iterator[dict[str, Any]]:
    """The 450 real ones, again and again under other names."""
    real = json.loads(PROBLEMS.read_text())
    yield from real
    for turn in count(2):
        for problem in real:
            link = f"{problem['link'].strip('/')}-{turn}/"
            yield problem | {"problem": f"{problem['problem']} {turn}", "link": link}


def _sign_in(users: Sequence[User], at: datetime) -> list[AuthSession]:
    week = timedelta(days=7)
    return insert(
        [
            AuthSession(user=user, created_at=at, last_used_at=at, expires_at=at + week)
            for user in users
        ]
    )


def insert[Row: Any](rows: Sequence[Row]) -> list[Row]:
    """Write rows of one table in few statements."""
    return list(type(rows[0]).objects.bulk_create(rows, ROWS_A_STATEMENT))


def _person(session: AuthSession) -> Person:
    questions = Question.objects.filter(owner=session.user).order_by("created_at")
    uids = [str(uid) for uid in questions.values_list("uid", flat=True)]
    return Person(token=access_tokens.issue(session).token, questions=uids)


def _fill(users: Sequence[User], problems: Sequence[dict[str, Any]]) -> None:
    tags = {
        (user.pk, name): Tag(owner=user, kind=kind, name=name, name_key=name.casefold())
        for user in users
        for name, kind in _tag_names(problems).items()
    }
    insert(list(tags.values()))
    histories = [_history(number) for number in range(len(problems))]
    scheduler = scheduler_of(UserSettings())
    derived = [derive(history, scheduler) for history in histories]
    questions, links, logs, reviews = [], [], [], []
    for user in users:
        for number, problem in enumerate(problems):
            question = _question(user, number, problem, derived[number])
            questions.append(question)
            reviews.append(derived[number].review_of(question))
            names = [problem["pattern"], COMPANIES[number % len(COMPANIES)]]
            links += [
                QuestionTag(owner=user, question=question, tag=tags[user.pk, name])
                for name in names
            ]
            logs += [_log(user, question, attempt) for attempt in histories[number]]
    insert(questions)
    insert(links)
    insert(logs)
    insert(reviews)


def _tag_names(problems: Sequence[dict[str, Any]]) -> dict[str, TagKind]:
    names = {problem["pattern"]: TagKind.PATTERN for problem in problems}
    return names | dict.fromkeys(COMPANIES, TagKind.COMPANY)


def _history(number: int) -> list[Attempt]:
    return [
        Attempt(
            question_id=0,
            attempted_at=START + timedelta(days=7 * nth, minutes=37 * number),
            outcome=OUTCOMES[(number + nth) % len(OUTCOMES)],
            duration_seconds=600 + 60 * ((number + nth) % 30),
            help="HINT" if nth == 0 else "NONE",
            rating=None if nth % 2 else 1 + (number + nth) % 4,
            counts_for_review=True,
        )
        for nth in range(LOGS_A_QUESTION)
    ]


def _question(user: User, number: int, problem: dict[str, Any], derived: Derived) -> Question:
    made_at = START - timedelta(days=1) + timedelta(minutes=number)
    slug = problem["link"].strip("/")
    return Question(
        owner=user,
        title=problem["problem"],
        slug=slug,
        url=f"https://leetcode.com/problems/{slug}/",
        platform="LEETCODE",
        external_id=slug,
        difficulty=DIFFICULTIES[problem["difficulty"]],
        importance=1 + number % 4,
        is_starred=number % 10 == 0,
        notes=NOTES,
        search_words=index_of(problem["problem"], NOTES),
        created_at=made_at,
        updated_at=made_at,
        created_by=user,
        updated_by=user,
        **derived.counters,
    )


def _log(user: User, question: Question, attempt: Attempt) -> QuestionLog:
    return QuestionLog(
        owner=user,
        question=question,
        attempted_at=attempt.attempted_at,
        created_at=attempt.attempted_at,
        updated_at=attempt.attempted_at,
        created_by=user,
        updated_by=user,
        outcome=attempt.outcome,
        duration_seconds=attempt.duration_seconds,
        help=attempt.help,
        rating=attempt.rating,
        approach="Two pointers from both ends",
        time_complexity="O(n)",
        space_complexity="O(1)",
        language="python",
        notes=NOTES,
        mistakes=["EDGE_CASE"] if attempt.outcome != Outcome.SOLVED else [],
    )
