"""What it costs to bring a large history in and to take it out again.

Each row of the table is a process of its own, so that its peak memory is its own.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.bench.measuring import WrongAnswer
from tests.bench.report import aligned, ratio

NAME = "transfer"
MOST_SECONDS = 1_200
MEGABYTE = 1024 * 1024
# Models cannot be imported before Django is set up.
BEGIN = "import django; django.setup(); from tests.bench import transferring; transferring.main()"
HEADINGS = ["", "rows", "CPU a row", "statements per 1,000", "peak MB", "rows a second"]


@dataclass(frozen=True)
class Cost:
    """What one work took.

    Attributes:
        rows: of the file, or objects of the export.
        cpu: seconds of the process and of the PostgreSQL process that serves it.
        statements: without those that begin and end transactions.
        memory: bytes that it needed at once, beyond what the process had before.
    """

    work: str
    rows: int
    seconds: float
    cpu: float
    statements: int
    memory: int


@dataclass(frozen=True)
class Work:
    """One row of the table.

    Args:
        name: of what ``tests.bench.transferring`` does.
        whose: the name of the work whose person it is done for.
    """

    name: str
    description: str
    whose: str


SAVES = Work("saves", "such a dump by a look and a save for each row", "saves")
WORKS = [
    Work("import", "importing a LeetCode dump", "import"),
    Work("again", "importing the same dump once more, which changes nothing", "import"),
    SAVES,
    Work("json", "everything as one Drillbook JSON document", "import"),
    Work("jsonl", "everything as JSON lines", "import"),
]


def measure(*, rows: int, saved: int) -> list[Cost]:
    """Run each work in a process of its own.

    Args:
        rows: of the dump that we import.
        saved: of that of the rival, which takes as long for each row however many there are.

    Raises:
        WrongAnswer: a process failed, or did something else than it should.
    """
    from tests.bench import people

    people.newcomers([_email(name) for name in sorted({work.whose for work in WORKS})])
    return [_run(work, saved if work is SAVES else rows) for work in WORKS]


def table(costs: Sequence[Cost]) -> Iterator[str]:
    """The lines of the report."""
    (saves,) = [cost for cost in costs if cost.work == SAVES.name]
    yield "Bringing in and taking out; CPU a row as a multiple of a look and a save for each row."
    yield ""
    rows = []
    for cost in costs:
        rows.append(
            [
                cost.work,
                f"{cost.rows:,}",
                ratio(cost.cpu / cost.rows, saves.cpu / saves.rows),
                f"{1000 * cost.statements / cost.rows:,.1f}",
                f"{cost.memory / MEGABYTE:,.0f}",
                f"{cost.rows / cost.seconds:,.0f}",
            ]
        )
    yield from aligned([HEADINGS, *rows])
    yield ""
    for work in WORKS:
        yield f"{work.name}: {work.description}"


def _run(work: Work, rows: int) -> Cost:
    command = [sys.executable, "-c", BEGIN, work.name, _email(work.whose), str(rows)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=MOST_SECONDS
    )
    if done.returncode:
        raise WrongAnswer(f"{work.name} of {rows} rows: {done.stderr[-2000:]}")
    return Cost(**json.loads(done.stdout))


def _email(name: str) -> str:
    return f"{name}@transfer.example"
