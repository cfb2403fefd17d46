"""``python -m tests.crash``: kills what a large import needs, in the middle of it.

It starts PostgreSQL, Redis, Celery's workers and its clock on 127.0.0.1, all of them its own, with
production settings, and leaves nothing behind. The last row has neither PostgreSQL nor Redis: an
import that a single process does on SQLite, killed, and handed on by the next one.
"""

import argparse
import logging
import signal
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.crash.place import Place
from tests.crash.stores import DidNotStart, Missing
from tests.dumps import leetcode_dump

if TYPE_CHECKING:
    from tests.crash.scenarios import Ending

EMBEDDED = "embedded"
ROW = "{:<20} {:<10} {:>8} {:>8}  {:<28} {}"


def main() -> int:
    """Play the scenarios; 1 if something was not as it has to be."""
    options = arguments()
    # So that everything is cleared away also when somebody ends this process.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    content = leetcode_dump(options.rows)
    faults = 0
    try:
        for ending in endings(options, content):
            faults += bool(ending.fault)
            say(row(ending))
    except (Missing, DidNotStart) as reason:
        say(str(reason))
        return 1
    say(f"\n{faults} of them not as it has to be." if faults else "\nAll as it has to be.")
    return int(bool(faults))


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000, help="of the file (50,000)")
    parser.add_argument("--only", action="append", metavar="NAME", help="only this scenario")
    return parser.parse_args()


def endings(options: argparse.Namespace, content: bytes) -> Iterator["Ending"]:
    """How each scenario ends, as it does."""
    with Place() as place:
        place.configure()
        prepare()
        from tests.crash import embedded, scenarios

        chosen = [one for one in scenarios.SCENARIOS if wanted(options, one.name)]
        if not chosen and not wanted(options, EMBEDDED):
            known = ", ".join(one.name for one in scenarios.SCENARIOS)
            raise Missing(f"There is no such scenario; there are {known}, {EMBEDDED}.")
        say(ROW.format("", "status", "attempts", "seconds", "found", ""))
        started = time.monotonic()
        expected = scenarios.undisturbed(place, content)
        say(ROW.format("undisturbed", "SUCCEEDED", 1, since(started), expected, ""))
        for scenario in chosen:
            yield scenarios.play(scenario, place, content, expected=expected)
        if wanted(options, EMBEDDED):
            yield embedded.play(EMBEDDED, place.directory, options.rows, expected=expected)


def prepare() -> None:
    """Set up Django in this process, and the tables of the new database."""
    import django
    from django.core.management import call_command

    django.setup()
    logging.disable(logging.CRITICAL)  # of this process, which only asks
    call_command("migrate", verbosity=0)


def wanted(options: argparse.Namespace, name: str) -> bool:
    """Whether a scenario was asked for."""
    return not options.only or name in options.only


def row(ending: "Ending") -> str:
    """A line of the table."""
    state, seconds = ending.state, f"{ending.seconds:.0f}"
    status, attempts = (state.status, state.attempts) if state else ("-", "-")
    said = ending.fault or (f"right: {state.error}" if state and state.error else "right")
    return ROW.format(ending.name, status, attempts, seconds, ending.found, said)


def since(moment: float) -> str:
    """Seconds from then to now."""
    return f"{time.monotonic() - moment:.0f}"


def say(line: str) -> None:
    """Print at once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
