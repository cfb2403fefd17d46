"""The harness measures the same thing on both sides, and says so when it cannot."""

import dataclasses
import json
from typing import Any

import pytest
from graphql import build_schema, parse, validate

from schema.view import SDL
from tests.bench import database, growth, measuring, people, report, statements
from tests.bench.measuring import Measurement, Plan, Side
from tests.bench.operations import OPERATIONS, Operation, Person
from tests.bench.servers import Spent

pytestmark = pytest.mark.once

READ_ALL = {operation.name: operation for operation in OPERATIONS}
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=list(READ_ALL))


@pytest.fixture
def persons(db: None) -> list[Person]:
    return people.prepare(2, tokens=2, questions=21)


@each_operation
def test_document_fits_the_sdl(operation):
    sdl = build_schema(SDL.read_text())

    assert validate(sdl, parse(operation.document)) == []


@each_operation
def test_both_sides_answer_the_same(operation, persons):
    (target,) = measuring.targets(operation, persons, 0, 1)

    ours = statements.ask_us(operation, target)
    rival = statements.ask_rival(operation, target)

    assert (ours.status, rival.status) == (200, operation.rival_status)
    assert operation.our_rows(ours.content) == operation.rival_rows(rival.content)


def test_both_sides_read_all_that_is_there(persons):
    target = measuring.targets(READ_ALL["Q1"], persons, 0, 1)[0]

    page = READ_ALL["Q1"].our_rows(statements.ask_us(READ_ALL["Q1"], target).content)
    one = READ_ALL["Q2"].our_rows(statements.ask_us(READ_ALL["Q2"], target).content)

    assert page["count"] == 21
    assert [row["id"] for row in page["results"]] == list(reversed(target.person.questions))[:20]
    assert {(len(row["tags"]), len(row["logs"])) for row in page["results"]} == {(2, 3)}
    assert (one["id"], len(one["tags"]), len(one["logs"])) == (target.person.questions[0], 2, 5)


@each_operation
def test_we_need_no_more_statements_than_the_rival(operation, persons):
    (target,) = measuring.targets(operation, persons, 0, 1)

    ours = statements.ask_us(operation, target)
    rival = statements.ask_rival(operation, target)

    assert ours.statements <= rival.statements


@pytest.mark.parametrize("number", [0, 1, 7])
def test_who_is_written_to_is_read_by_nobody(number):
    persons = [Person(token=str(nth), questions=["q"]) for nth in range(number + 2)]

    readers, writers = (
        {target.person.token for target in measuring.targets(READ_ALL[name], persons, 0, 50)}
        for name in ("Q1", "M1")
    )

    assert not readers & writers


class CannedServer:
    """Answers everything with one body, at a cost of a second of CPU a request."""

    def __init__(self, body: Any, status: int = 200) -> None:
        self.name, self.body, self.status, self.asked = "canned", body, status, 0

    def send(self, *_: Any) -> tuple[int, bytes, float]:
        self.asked += 1
        return self.status, json.dumps(self.body).encode(), 0.5

    def spent(self) -> Spent:
        return Spent(server=self.asked * 0.75, postgresql=self.asked * 0.25)


ALIKE: Operation = dataclasses.replace(READ_ALL["Q2"], name="alike")
SOMEBODY = Person(token="token", questions=["q"])


def canned(ours: Any, rival: Any, **kwargs: Any) -> list[Measurement]:
    servers = {
        "ours": CannedServer({"data": {"question": ours}}),
        "rival": CannedServer(rival, **kwargs),
    }
    return measuring.measure([ALIKE], **servers, people=[SOMEBODY], plan=Plan(rounds=2, requests=3))


def test_costs_are_added_up_without_the_warm_up():
    (measured,) = canned({"title": "Two Sum"}, {"title": "Two Sum"})

    for side in (measured.ours, measured.rival):
        assert (side.requests, side.spent) == (6, Spent(4.5, 1.5))
        assert (side.percentile(50), side.percentile(99)) == (0.5, 0.5)


@pytest.mark.parametrize(
    ("ours", "rival", "status"),
    [
        ({"title": "Two Sum"}, {"title": "3Sum"}, 200),
        ({"title": "Two Sum"}, {"title": "Two Sum"}, 500),
        ({"title": "Two Sum"}, {"title": "Two Sum", "url": ""}, 200),
    ],
)
def test_other_answers_than_the_rivals_are_not_measured(ours, rival, status):
    with pytest.raises(measuring.WrongAnswer):
        canned(ours, rival, status=status)


def test_table_gives_ratios_before_milliseconds():
    ours = Side(spent=Spent(3.0, 1.0), seconds=[0.003] * 4, bytes=300)
    rival = Side(spent=Spent(1.5, 1.0), seconds=[0.002] * 4, bytes=200)

    lines = list(report.table([Measurement(ALIKE, ours, rival)], {"alike": (4, 5)}))

    assert lines[3].split() == ["CPU", "server", "PostgreSQL", "p50", "p99", "statements", "bytes"]
    assert lines[4].split() == [
        "alike",
        "1.60",
        "2.00",
        "1.00",
        "1.50",
        "1.50",
        "4",
        "/",
        "5",
        "1.50",
    ]
    assert lines[-1].split() == ["alike", "DRF", "625.00", "375.00", "250.00", "2.00", "2.00", "4"]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqlite:///var/x.sqlite3", "names no PostgreSQL"),
        ("postgres://nobody:secret@127.0.0.1:1/drillbook", "does not answer at 127.0.0.1:1"),
    ],
)
def test_says_what_is_missing_without_postgresql(url, reason, monkeypatch):
    monkeypatch.setenv("TEST_DATABASE_URL", url)

    with pytest.raises(database.Unavailable, match=reason) as refusal:
        database.BenchDatabase()

    assert "secret" not in str(refusal.value)


@pytest.fixture
def grown(db: None) -> tuple[growth.Grown, growth.Grown]:
    return people.grow(12), people.grow(120)


@pytest.mark.parametrize("routine", growth.ROUTINES, ids=lambda routine: routine.name)
def test_a_routine_takes_as_many_statements_however_many_questions(routine, grown):
    small, large = (statements.ask(routine.call(), each.person.token) for each in grown)

    assert growth.right(routine, grown[0], json.dumps(small.content))
    assert growth.right(routine, grown[1], json.dumps(large.content))
    assert small.statements == large.statements


def test_growth_is_of_those_who_have_as_many_questions_as_they_should(grown):
    (routine,) = [one for one in growth.ROUTINES if one.name == "forecast"]
    answer = statements.ask(routine.call(), grown[0].person.token).content

    assert not growth.right(routine, grown[1], json.dumps(answer))
    assert not growth.right(routine, grown[0], json.dumps({"errors": [], "data": None}))


def test_growth_is_a_table_of_ratios():
    routine = growth.ROUTINES[0]
    cost = growth.Growth(
        routine,
        small=Side(spent=Spent(1.0, 1.0), seconds=[0.002] * 4),
        large=Side(spent=Spent(2.0, 4.0), seconds=[0.008] * 4),
    )

    lines = list(growth.table([cost], {routine.name: (9, 9)}))

    assert lines[3].split() == [
        "queue",
        "3.00",
        "2.00",
        "4.00",
        "4.00",
        "9",
        "/",
        "9",
        "2.0",
        "8.0",
    ]
