"""The works that ``transfer`` measures, and what one took."""

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from domain.accounts.models import User
from domain.archive import documents
from domain.transfer.importing import import_questions
from tests.bench.measuring import WrongAnswer
from tests.bench.rival.saving import save_each
from tests.bench.servers import backend_seconds
from tests.bench.transfer import Cost
from tests.dumps import leetcode_dump

WARM_UP_ROWS = 40


def main() -> None:
    """Do the work of the command line, WORK EMAIL ROWS, and print what it took."""
    name, email, rows = sys.argv[1:]
    cost = cost_of(name, User.objects.get(email=email), int(rows))
    sys.stdout.write(json.dumps(asdict(cost)))


def cost_of(name: str, owner: User, rows: int) -> Cost:
    """What a work for a person takes.

    Raises:
        WrongAnswer: it did not do what it should.
    """
    work, content = WORKS[name], leetcode_dump(rows)
    warm_up()
    count = Statements()
    forget_peak()
    memory, cpu, started = peak_memory(), _cpu(), time.perf_counter()
    with connection.execute_wrapper(count):
        done = work(owner, content)
    seconds, cpu = time.perf_counter() - started, _cpu() - cpu
    if done < rows:
        raise WrongAnswer(f"{name}: {done} of {rows} rows")
    return Cost(name, done, seconds, cpu, count.statements, peak_memory() - memory)


class Statements:
    """Counts them, as a wrapper of the connection."""

    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.statements += 1
        return execute(*args)


def warm_up() -> None:
    """Load everything that the works use, and undo what that stored."""
    with transaction.atomic():
        for name, work in WORKS.items():
            nobody = User.objects.create(email=f"{name}@warm-up.example", password="!")
            work(nobody, leetcode_dump(WARM_UP_ROWS))
        transaction.set_rollback(True)


def bring_in(owner: User, content: bytes) -> int:
    """Import; how many attempts the file holds."""
    report = import_questions(owner=owner, content=content, at=datetime.now(UTC))
    return report.logs.created + report.logs.updated + report.logs.unchanged


def write_document(owner: User, _: bytes) -> int:
    """Write everything as one document; how many objects."""
    return sum(piece.startswith(("[\n{", ",\n{")) for piece in documents.document(owner.pk))


def write_lines(owner: User, _: bytes) -> int:
    """Write everything as JSON lines; how many objects."""
    return sum(1 for _ in documents.lines(owner.pk))


WORKS: dict[str, Callable[[User, bytes], int]] = {
    "import": bring_in,
    "again": bring_in,
    "saves": save_each,
    "json": write_document,
    "jsonl": write_lines,
}


def _cpu() -> float:
    used = time.process_time()
    if connection.vendor != "postgresql":
        return used
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return used + backend_seconds(pid)


def forget_peak() -> None:
    """Let the peak be what the process holds now, where the system can."""
    forget = Path("/proc/self/clear_refs")
    if forget.exists():
        forget.write_text("5")


def peak_memory() -> int:
    """The most that this process held at once, in bytes."""
    status = Path("/proc/self/status")
    if not status.exists():
        # Elsewhere it may be told what its parent needed.
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return used if sys.platform == "darwin" else used * 1024
    (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024
