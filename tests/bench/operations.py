"""What is measured: each operation as a GraphQL document and as the rival's request.

A new row of the table is a new entry of ``OPERATIONS``.
"""

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.practice.models import Rating
from domain.questions.models import Difficulty

# The columns that the database stores as numbers and GraphQL names.
NAMES = {"difficulty": Difficulty, "rating": Rating}
FIRST_ATTEMPT = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """Somebody whose rows are read or written.

    Args:
        token: an access token.
        questions: UUIDs of their questions, the oldest first.
    """

    token: str
    questions: Sequence[str]


@dataclass(frozen=True)
class Target:
    """What the n-th request of a run is about; both sides get the same one."""

    number: int
    person: Person

    @property
    def question(self) -> str:
        """One of the person's questions, another one each time."""
        return self.person.questions[self.number % len(self.person.questions)]


@dataclass(frozen=True)
class Call:
    """One HTTP request."""

    method: str
    path: str
    body: dict[str, Any] | None = None


@dataclass(frozen=True)
class Operation:
    """One row of the table.

    Args:
        name: what the table calls it.
        description: what it does, in a few words.
        document: the GraphQL operation.
        variables: its variables for a target.
        rival: the rival's request for the same target.
        rival_status: of the rival's answer.
        writes: it is asked of people whom nobody reads meanwhile.
        ignored: keys in which the two answers may differ, such as the id of a row just made.
    """

    name: str
    description: str
    document: str
    variables: Callable[[Target], dict[str, Any]]
    rival: Callable[[Target], Call]
    rival_status: int = 200
    writes: bool = False
    ignored: frozenset[str] = frozenset()

    def ours(self, target: Target) -> Call:
        """Our request for a target."""
        body = {"query": self.document, "variables": self.variables(target)}
        return Call("POST", "/graphql", body)

    def our_rows(self, answer: Any) -> Any:
        """The rows of our answer, spelt as the rival spells them; fails if there are errors."""
        if "errors" in answer:
            raise AssertionError(answer["errors"])
        (result,) = answer["data"].values()
        return without(plain(result), self.ignored)

    def rival_rows(self, answer: Any) -> Any:
        """The rows of the rival's answer."""
        return without(named(answer), self.ignored)


def plain(value: Any) -> Any:
    """A GraphQL result without edges, global ids and camel case."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "edges" in value:
        rows = [plain(edge["node"]) for edge in value["edges"]]
        return {"count": value["totalCount"], "results": rows} if "totalCount" in value else rows
    if value.keys() == {"name"}:
        return value["name"]
    result = {snake_case(name): plain(item) for name, item in value.items()}
    if "id" in result:
        result["id"] = uuid_of(result["id"])
    return result


def named(value: Any) -> Any:
    """The rival's answer with names for numbers, and without the links of a page."""
    if isinstance(value, list):
        return [named(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "results" in value:
        return {"count": value["count"], "results": named(value["results"])}
    return {
        name: NAMES[name](item).name if name in NAMES and item is not None else named(item)
        for name, item in value.items()
    }


def without(value: Any, names: frozenset[str]) -> Any:
    """The same object without some keys."""
    if not isinstance(value, dict):
        return value
    return {name: item for name, item in value.items() if name not in names}


def snake_case(name: str) -> str:
    """What Python calls a GraphQL field."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def uuid_of(global_id: str) -> str:
    """The UUID in a Relay id."""
    return base64.b64decode(global_id).decode().partition(":")[2]


def global_id(type_name: str, uuid: str) -> str:
    """The Relay id of an object."""
    return base64.b64encode(f"{type_name}:{uuid}".encode()).decode()


LOG_FIELDS = """
fragment LogFields on QuestionLog {
  id attemptedAt durationSeconds outcome rating help approach timeComplexity language notes mistakes
}
"""
QUESTION_FIELDS = """
fragment QuestionFields on Question {
  id title url platform difficulty importance isStarred createdAt logCount solvedCount
  lastAttemptedAt dueAt tags { name }
}
"""

NEWEST = """
query Newest($first: Int!, $logs: Int!) {
  questions(first: $first) {
    totalCount
    edges { node { ...QuestionFields logs(first: $logs) { edges { node { ...LogFields } } } } }
  }
}
"""
ONE = """
query One($id: ID!) {
  question(id: $id) { ...QuestionFields notes logs(first: 100) { edges { node { ...LogFields } } } }
}
"""
CREATE_LOG = """
mutation CreateLog($input: CreateQuestionLogInput!) {
  createQuestionLog(input: $input) {
    ...LogFields
    ... on OperationInfo { messages { code field message } }
  }
}
"""


def attempt_at(target: Target) -> dict[str, Any]:
    """What is said of a new attempt, in the words that both sides share."""
    minutes = target.number % 50_000
    return {
        "outcome": "SOLVED",
        "help": "HINT",
        "approach": "Two pointers",
        "language": "python",
        "notes": "Forgot the empty list at first.",
        "mistakes": ["EDGE_CASE"],
        "attempted_at": (FIRST_ATTEMPT + timedelta(minutes=minutes)).isoformat(),
        "duration_seconds": 1500,
    }


def camel_case(name: str) -> str:
    """What GraphQL calls a Python name."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def new_log(target: Target) -> dict[str, Any]:
    """The input of ``createQuestionLog``."""
    said = {camel_case(name): value for name, value in attempt_at(target).items()}
    return {"question": global_id("Question", target.question), **said}


OPERATIONS = [
    Operation(
        name="Q1",
        description="20 newest questions, tag names, last 3 logs of each, total count",
        document=NEWEST + QUESTION_FIELDS + LOG_FIELDS,
        variables=lambda target: {"first": 20, "logs": 3},
        rival=lambda target: Call("GET", "/questions?limit=20"),
    ),
    Operation(
        name="Q2",
        description="one question, its tag names, all its logs",
        document=ONE + QUESTION_FIELDS + LOG_FIELDS,
        variables=lambda target: {"id": global_id("Question", target.question)},
        rival=lambda target: Call("GET", f"/questions/{target.question}"),
    ),
    Operation(
        name="M1",
        description="create a log",
        document=CREATE_LOG + LOG_FIELDS,
        variables=lambda target: {"input": new_log(target)},
        rival=lambda target: Call(
            "POST", "/question-logs", {"question": target.question, **attempt_at(target)}
        ),
        rival_status=201,
        writes=True,
        ignored=frozenset({"id"}),
    ),
]
