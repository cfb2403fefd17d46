"""What a morning costs somebody with ten thousand questions, beside somebody with a hundred.

Both are asked of our server, in turns and in one run. Each answer has to be about as many questions
as its person has.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.bench.measuring import Side, WrongAnswer
from tests.bench.operations import Call, Person
from tests.bench.report import aligned, ratio
from tests.bench.servers import Server

WARM_UP = 2
HEADINGS = ["", "CPU", "server", "PostgreSQL", "p50", "statements", "ms", "ms of the large"]


@dataclass(frozen=True)
class Routine:
    """One row of the table.

    Args:
        name: what the table calls it.
        description: what it does, in a few words.
        document: the GraphQL operation, without variables.
        size: reads off the answer's data how many questions it was about.
    """

    name: str
    description: str
    document: str
    size: Callable[[Any], int]

    def call(self) -> Call:
        """The request."""
        return Call("POST", "/graphql", {"query": self.document})


@dataclass(frozen=True)
class Grown:
    """Somebody with a number of questions, all of which were attempted five times.

    Args:
        questions: how many.
        listed: how many of them are on their study list.
    """

    person: Person
    questions: int
    listed: int


@dataclass
class Growth:
    """What one routine costs both."""

    routine: Routine
    small: Side = field(default_factory=Side)
    large: Side = field(default_factory=Side)


ROUTINES = [
    Routine(
        name="queue",
        description="reviewQueue: 20 items with their question and its tags, all counts",
        document="""{ reviewQueue(limit: 20) {
          day dueCount reviewsDoneToday reviewsLeftToday newLeftToday
          items { reason retrievability overdueDays priority question { title tags { name } } }
        } reviewForecast(days: 365) { total } }""",
        size=lambda data: data["reviewForecast"]["total"],
    ),
    Routine(
        name="forecast",
        description="reviewForecast of a year",
        document="{ reviewForecast(days: 365) { total days { date due planned backlog } } }",
        size=lambda data: data["reviewForecast"]["total"],
    ),
    Routine(
        name="statistics",
        description="viewer.statistics of a year, every field",
        document="""{ viewer { statistics {
          attempts solved solvedRate questionsAttempted secondsSpent activeDays
          currentStreak longestStreak heatmap { day attempts solved seconds }
          byDifficulty { attempts } mistakes { mistake count } ratings { rating count }
          trueRetention { recalled } retentionByAge { recalled }
          byTag { tag { name } attempts solvedRate meanRecall medianMinutes }
        } } }""",
        size=lambda data: data["viewer"]["statistics"]["questionsAttempted"],
    ),
    Routine(
        name="progress",
        description="progress of a study list of 100 and of 1,000, with its sections",
        document="""{ studyLists { edges { node {
          name progress { total new learning due mastered sections { section due } }
        } } } }""",
        size=lambda data: data["studyLists"]["edges"][0]["node"]["progress"]["total"],
    ),
    Routine(
        name="weak tags",
        description="nextQuestions: 20 by weak tags",
        document="""{ nextQuestions(limit: 20, weakTags: true) { reason question { title } }
          questions { totalCount } }""",
        size=lambda data: data["questions"]["totalCount"],
    ),
    Routine(
        name="search",
        description="questions with a word: the 20 that fit best, and how many there are",
        document="""{ found: questions(search: "tree") { totalCount edges { node { title } } }
          questions { totalCount } }""",
        size=lambda data: data["questions"]["totalCount"],
    ),
]


def measure(
    server: Server, *, small: Grown, large: Grown, rounds: int, routines: Sequence[Routine]
) -> list[Growth]:
    """Ask both in turns.

    Raises:
        WrongAnswer: an answer is an error, or is not about the person's questions.
    """
    measured = [Growth(routine) for routine in routines]
    for number in range(-WARM_UP, rounds):
        for growth in measured:
            routine = growth.routine
            for grown, side in ((small, growth.small), (large, growth.large)):
                _ask(server, routine, grown, side if number >= 0 else Side())
    return measured


def right(routine: Routine, grown: Grown, content: bytes | str) -> bool:
    """Whether an answer is about as many questions as the person has."""
    answer = json.loads(content)
    expected = grown.listed if routine.name == "progress" else grown.questions
    return "errors" not in answer and routine.size(answer["data"]) == expected


def table(measured: Sequence[Growth], statements: dict[str, tuple[int, int]]) -> Iterator[str]:
    """The lines of the report.

    Args:
        statements: of the small and of the large, by the routine's name.
    """
    yield "10,000 questions as a multiple of 100, on our server; of the same routine in turns."
    yield ""
    rows = []
    for growth in measured:
        small, large = growth.small, growth.large
        rows.append(
            [
                growth.routine.name,
                ratio(large.spent.total, small.spent.total),
                ratio(large.spent.server, small.spent.server),
                ratio(large.spent.postgresql, small.spent.postgresql),
                ratio(large.percentile(50), small.percentile(50)),
                "{} / {}".format(*reversed(statements[growth.routine.name])),
                f"{small.percentile(50) * 1000:.1f}",
                f"{large.percentile(50) * 1000:.1f}",
            ]
        )
    yield from aligned([HEADINGS, *rows])
    yield ""
    for growth in measured:
        yield f"{growth.routine.name}: {growth.routine.description}"


def _ask(server: Server, routine: Routine, grown: Grown, side: Side) -> None:
    before = server.spent()
    status, content, seconds = server.send(routine.call(), grown.person.token)
    if status != 200 or not right(routine, grown, content):
        raise WrongAnswer(f"{routine.name} of {grown.questions}: {status} {content[:500]!r}")
    side.seconds.append(seconds)
    side.bytes += len(content)
    side.spent += server.spent() - before
