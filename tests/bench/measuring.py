"""Asks both servers the same things in turns, checks every answer, and adds up what it cost."""

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.bench.operations import Operation, Person, Target
from tests.bench.servers import Server, Spent

WARM_UP = 10


class WrongAnswer(Exception):
    """A server answered something else than it should, so its time means nothing."""


@dataclass
class Side:
    """What one server spent on one operation."""

    spent: Spent = field(default_factory=Spent)
    seconds: list[float] = field(default_factory=list)
    bytes: int = 0

    @property
    def requests(self) -> int:
        """How many were answered."""
        return len(self.seconds)

    def percentile(self, share: int) -> float:
        """The time within which that many of a hundred requests were answered, in seconds."""
        return statistics.quantiles(self.seconds, n=100, method="inclusive")[share - 1]


@dataclass
class Measurement:
    """Both sides of one operation."""

    operation: Operation
    ours: Side = field(default_factory=Side)
    rival: Side = field(default_factory=Side)


@dataclass(frozen=True)
class Plan:
    """How much is asked.

    Args:
        rounds: how often each operation comes up.
        requests: how many requests each side gets in a round.
    """

    rounds: int
    requests: int


def measure(
    operations: Sequence[Operation],
    *,
    ours: Server,
    rival: Server,
    people: Sequence[Person],
    plan: Plan,
) -> list[Measurement]:
    """Run the rounds. Who begins changes with every round.

    Raises:
        WrongAnswer: an answer is not what both sides should say.
    """
    measurements = [Measurement(operation) for operation in operations]
    for operation in operations:
        _turns(Measurement(operation), ours, rival, targets(operation, people, 0, WARM_UP), first=0)
    for number in range(plan.rounds):
        for measurement in measurements:
            start = WARM_UP + number * plan.requests
            asked = targets(measurement.operation, people, start, plan.requests)
            _turns(measurement, ours, rival, asked, first=number % 2)
    return measurements


def targets(operation: Operation, people: Sequence[Person], start: int, count: int) -> list[Target]:
    """The next targets of an operation. Those who read and those who write are different people."""
    middle = (len(people) + 1) // 2
    group = people[middle:] if operation.writes and len(people) > 1 else people[:middle]
    return [Target(number, group[number % len(group)]) for number in range(start, start + count)]


def _turns(
    measurement: Measurement, ours: Server, rival: Server, asked: list[Target], *, first: int
) -> None:
    operation = measurement.operation
    answers: dict[str, list[Any]] = {}

    def ask_us() -> None:
        contents = _ask(measurement.ours, ours, ((operation.ours(one), one) for one in asked), 200)
        answers["ours"] = [operation.our_rows(json.loads(content)) for content in contents]

    def ask_rival() -> None:
        calls = ((operation.rival(one), one) for one in asked)
        contents = _ask(measurement.rival, rival, calls, operation.rival_status)
        answers["rival"] = [operation.rival_rows(json.loads(content)) for content in contents]

    for ask in (ask_rival, ask_us) if first else (ask_us, ask_rival):
        ask()
    for mine, theirs in zip(answers["ours"], answers["rival"], strict=True):
        if mine != theirs:
            message = f"{operation.name}: the answers differ.\nours:  {mine}\nrival: {theirs}"
            raise WrongAnswer(message)


def _ask(
    side: Side, server: Server, calls: Iterable[tuple[Any, Target]], expected: int
) -> list[bytes]:
    contents = []
    before = server.spent()
    for call, target in calls:
        status, content, seconds = server.send(call, target.person.token)
        if status != expected:
            raise WrongAnswer(f"{server.name}, {call.path}: {status} {content[:500]!r}")
        side.seconds.append(seconds)
        side.bytes += len(content)
        contents.append(content)
    side.spent += server.spent() - before
    return contents
