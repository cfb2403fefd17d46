"""``python -m tests.bench``: our API against the same operations in Django REST Framework.

It makes a database of its own on the PostgreSQL of TEST_DATABASE_URL or DATABASE_URL, serves both
with granian on 127.0.0.1, prints its table, and leaves nothing behind.
"""

import argparse
import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tests.bench.database import BenchDatabase, Unavailable
from tests.installation import production

if TYPE_CHECKING:
    from tests.bench.growth import Grown, Routine
    from tests.bench.operations import Operation, Person

MODULES = {"ours": "project.wsgi:application", "rival": "tests.bench.rival.wsgi:application"}
MOST_TOKENS = 50
SMALL, LARGE = 100, 10_000  # questions
IMPORTED, SAVED = 50_000, 2_000  # rows of a file


def main() -> int:
    """Run it; 1 if nothing could be measured."""
    options = arguments()
    # So that servers and database are cleared away also when somebody ends this process.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        database = BenchDatabase()
    except Unavailable as reason:
        return refuse(str(reason))
    try:
        database.create()
    except Unavailable as reason:
        database.close()
        return refuse(str(reason))
    try:
        return run(options, database)
    finally:
        if options.keep:
            say(f"Kept: {database.url.rpartition('/')[2]}")
        else:
            database.drop()
        database.close()


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--users", type=int, help="people in the database (200, quick: 20)")
    parser.add_argument("--rounds", type=int, help="turns of each operation (40, quick: 5)")
    parser.add_argument("--requests", type=int, default=40, help="requests a turn (40)")
    parser.add_argument("--only", action="append", metavar="NAME", help="only this operation")
    parser.add_argument("--quick", action="store_true", help="about 20 seconds")
    parser.add_argument("--keep", action="store_true", help="do not drop the database")
    options = parser.parse_args()
    options.users = options.users or (20 if options.quick else 200)
    options.rounds = options.rounds or (5 if options.quick else 40)
    return options


def configure(database: BenchDatabase) -> None:
    """Set up Django as in production, on the database and with keys of this run."""
    os.environ |= production(DATABASE_URL=database.url, LOG_LEVEL="")
    import django

    django.setup()
    logging.disable(logging.INFO)  # of this process, which asks a few times itself


def run(options: argparse.Namespace, database: BenchDatabase) -> int:
    """Migrate the database, measure, print."""
    configure(database)
    from django.core.management import call_command

    from tests.bench import transfer
    from tests.bench.growth import ROUTINES
    from tests.bench.measuring import WrongAnswer
    from tests.bench.operations import OPERATIONS
    from tests.bench.servers import ServerFailed

    operations = [one for one in OPERATIONS if not options.only or one.name in options.only]
    routines = [one for one in ROUTINES if not options.only or one.name in options.only]
    transfers = not options.only or transfer.NAME in options.only
    if not operations and not routines and not transfers:
        known = f"{names([*OPERATIONS, *ROUTINES])}, {transfer.NAME}"
        return refuse(f"There is no such operation; there are {known}.")
    call_command("migrate", verbosity=0)
    try:
        if operations or routines:
            ask_servers(options, database, operations, routines)
        if transfers:
            bring_in_and_take_out(options, database)
    except (ServerFailed, WrongAnswer) as failure:
        return refuse(str(failure))
    return 0


def ask_servers(
    options: argparse.Namespace,
    database: BenchDatabase,
    operations: Sequence["Operation"],
    routines: Sequence["Routine"],
) -> None:
    """Fill the database, serve it twice, ask, print."""
    from tests.bench import growth, people, report
    from tests.bench.measuring import Plan, measure
    from tests.bench.servers import Server

    started = time.perf_counter()
    persons = people.prepare(options.users, tokens=MOST_TOKENS)
    small, large = people.grow(SMALL), people.grow(LARGE)
    database.settle()
    say(f"{options.users} people written in {time.perf_counter() - started:.0f} s.")
    statements = count_statements(operations, persons)
    counts = {one.name: count_growth(one, small, large) for one in routines}
    with (
        Server("bench-ours", MODULES["ours"], database) as ours,
        Server("bench-rival", MODULES["rival"], database) as rival,
    ):
        plan = Plan(options.rounds, options.requests)
        measured = measure(operations, ours=ours, rival=rival, people=persons, plan=plan)
        grown = growth.measure(
            ours, small=small, large=large, rounds=options.rounds, routines=routines
        )
    say(f"Measured in {time.perf_counter() - started:.0f} s.\n")
    if operations:
        say("\n".join(report.table(measured, statements)))
    if routines:
        say("\n".join(["", *growth.table(grown, counts)]))


def bring_in_and_take_out(options: argparse.Namespace, database: BenchDatabase) -> None:
    """Import and export a large history, print."""
    from tests.bench import transfer

    database.settle()
    part = 10 if options.quick else 1
    costs = transfer.measure(rows=IMPORTED // part, saved=SAVED // part)
    say("\n".join(["", *transfer.table(costs)]))


def count_statements(
    operations: Sequence["Operation"], people: Sequence["Person"]
) -> dict[str, tuple[int, int]]:
    """Ours and the rival's SQL statements by the operation's name, transactions included."""
    from tests.bench import statements
    from tests.bench.operations import Target

    target = Target(0, people[-1])
    return {
        operation.name: (
            statements.ask_us(operation, target).statements,
            statements.ask_rival(operation, target).statements,
        )
        for operation in operations
    }


def count_growth(routine: "Routine", small: "Grown", large: "Grown") -> tuple[int, int]:
    """SQL statements of a routine of the small and of the large."""
    from tests.bench import statements

    answers = [statements.ask(routine.call(), each.person.token) for each in (small, large)]
    return answers[0].statements, answers[1].statements


def names(operations: Sequence[Any]) -> str:
    """What ``--only`` takes."""
    return ", ".join(operation.name for operation in operations)


def say(line: str) -> None:
    """Print at once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def refuse(reason: str) -> int:
    """Say why there is no table."""
    sys.stderr.write(f"{reason}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
