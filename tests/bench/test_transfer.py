"""Bringing in and taking out are measured against somebody who does the same."""

import subprocess
import sys

import pytest
from django.db import connection

from domain.practice.models import QuestionLog, ReviewState
from domain.questions.models import Question, QuestionTag
from tests.bench import transfer, transferring
from tests.bench.measuring import WrongAnswer
from tests.bench.transfer import Cost
from tests.dumps import leetcode_dump

ROWS = 60


@pytest.fixture(autouse=True)
def nothing_is_warmed_up(monkeypatch):
    monkeypatch.setattr(transferring, "warm_up", lambda: None)


def rows_of(owner):
    """What somebody has, without what differs between any two people."""
    questions = Question.objects.owned_by(owner).order_by("external_id")
    links = QuestionTag.objects.filter(owner=owner).order_by("question__external_id")
    logs = QuestionLog.objects.owned_by(owner).order_by("external_id")
    states = ReviewState.objects.filter(owner=owner).order_by("question__external_id")
    return [
        list(questions.values("title", "url", "platform", "external_id", "log_count", "due_at")),
        list(links.values("question__external_id", "tag__name", "tag__kind")),
        list(logs.values("question__external_id", "attempted_at", "outcome", "language")),
        list(states.values("question__external_id", "state", "stability", "due_at", "reps")),
    ]


def test_the_rival_stores_the_same(user, stranger):
    content = leetcode_dump(ROWS)

    counts = [transferring.bring_in(user, content), transferring.save_each(stranger, content)]

    assert counts == [ROWS, ROWS]
    assert [len(rows) for rows in rows_of(user)] == [3, 3, ROWS, 3]
    assert rows_of(user) == rows_of(stranger)


def test_the_rival_stores_a_file_once(user):
    transferring.save_each(user, leetcode_dump(ROWS))
    before = rows_of(user)

    transferring.save_each(user, leetcode_dump(ROWS))

    assert rows_of(user) == before


def test_what_is_written_is_counted(user):
    transferring.bring_in(user, leetcode_dump(ROWS))

    objects = [work(user, b"") for work in (transferring.write_document, transferring.write_lines)]

    tags = 3
    assert objects == [tags + 3 + ROWS, tags + 3 + ROWS + len(["header", "settings"])]


@pytest.mark.parametrize("work", transfer.WORKS, ids=lambda work: work.name)
def test_a_work_is_measured(work, user):
    if work.whose != work.name:
        transferring.bring_in(user, leetcode_dump(ROWS))

    cost = transferring.cost_of(work.name, user, ROWS)

    assert cost.rows >= ROWS
    assert cost.seconds > 0
    assert cost.cpu > 0
    assert cost.statements > (2 * ROWS if work.name == "saves" else 1)


def test_what_does_less_than_it_should_is_not_measured(user):
    with pytest.raises(WrongAnswer, match="json: 0 of 60 rows"):
        transferring.cost_of("json", user, ROWS)


def test_statements_are_counted(db):
    count = transferring.Statements()

    with connection.execute_wrapper(count), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute("SELECT 2")

    assert count.statements == 2


@pytest.mark.once
def test_a_peak_is_seen():
    # In a process of its own, as each work is: this one may have held more before.
    program = """
import django
django.setup()
from tests.bench import transferring
before = transferring.peak_memory()
taken = b"x" * (32 << 20)
print(transferring.peak_memory() - before)
"""

    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout

    assert int(told) >= (32 << 20) * 0.9


@pytest.mark.once
def test_the_table_compares_with_the_rival():
    costs = [
        Cost("import", 1000, seconds=0.5, cpu=0.25, statements=20, memory=3 * transfer.MEGABYTE),
        Cost("saves", 100, seconds=0.2, cpu=0.1, statements=200, memory=0),
    ]

    lines = [line.split() for line in transfer.table(costs)]

    assert lines[3] == ["import", "1,000", "0.25", "20.0", "3", "2,000"]
    assert lines[4] == ["saves", "100", "1.00", "2,000.0", "0", "500"]
