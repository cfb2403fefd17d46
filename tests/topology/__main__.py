"""``python -m tests.topology``: many machines on one, under load, and what befalls them.

It starts PostgreSQL with a copy, PgBouncer, Redis, two web servers, streams, workers, the clock and
nginx on 127.0.0.1, with production settings and the configurations of compose.yaml; lets 32 people
read and write; does harm; checks every acknowledged write; and leaves nothing behind.
"""

import argparse
import signal
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.crash.__main__ import prepare, say
from tests.crash.stores import DidNotStart, Missing
from tests.topology.place import Place

if TYPE_CHECKING:
    from tests.topology.checking import Found
    from tests.topology.scene import Scene, Window

WARM_UP_SECONDS = 25
SETTLE_SECONDS = 6

type Played = tuple[str, "Window", str, tuple[float, float]]


def main() -> int:
    """Play it all; 1 if something was not as it has to be."""
    options = arguments()
    # So that everything is cleared away also when somebody ends this process.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        with Place() as place:
            return int(not is_right(place, options))
    except (Missing, DidNotStart) as reason:
        say(str(reason))
        return 1


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.topology", description=__doc__)
    parser.add_argument("--minutes", type=float, default=2, help="of undisturbed load (2)")
    parser.add_argument("--clients", type=int, default=32, help="people at once (32)")
    parser.add_argument("--only", action="append", metavar="WORDS", help="only faults so named")
    parser.add_argument("--no-faults", action="store_true", help="only the load")
    return parser.parse_args()


def is_right(place: Place, options: argparse.Namespace) -> bool:
    """Whether all was as it has to be."""
    prepare()
    from tests.topology.checking import compare

    scene = begun(place, options)
    try:
        was_right = is_undisturbed_right(scene, seconds=60 * options.minutes)
        played = [play(scene, name, fault) for name, fault in chosen(options)]
    finally:
        scene.crowd.stop()
    found = compare(scene.heard)
    return tell(played, found) and was_right


def begun(place: Place, options: argparse.Namespace) -> "Scene":
    """The installation with its people, who have begun."""
    from django.db import connections

    from tests.topology.load import Crowd
    from tests.topology.people import people, token_of_clock
    from tests.topology.scene import Scene

    *crowd, (spare, _) = people(options.clients + 1, port=place.port)
    connections.close_all()
    place.start()
    scene = Scene(place, Crowd(crowd), spare, lambda seconds: token_of_clock(spare, seconds))
    scene.crowd.start()
    return scene


def is_undisturbed_right(scene: "Scene", *, seconds: float) -> bool:
    """Let them work, and print figures; whether nothing failed."""
    from tests.topology import report
    from tests.topology.load import OK

    # Who has just begun is read from the primary for a while.
    time.sleep(WARM_UP_SECONDS)
    before, start = scene.place.standby.reads(), time.monotonic()
    time.sleep(seconds)
    end, read = time.monotonic(), scene.place.standby.reads() - before
    outcomes = scene.heard.between(start, end)
    for line in report.figures(outcomes, seconds=end - start):
        say(line)
    say(f"Rows that were read from the copy: {read:,}.\n")
    return bool(outcomes) and all(one.result == OK for one in outcomes)


def chosen(options: argparse.Namespace) -> list[tuple[str, Callable[["Scene"], str]]]:
    """The faults that were asked for."""
    from tests.topology.faults import FAULTS

    if options.no_faults:
        return []
    wanted = options.only or [""]
    return [one for one in FAULTS.items() if any(words in one[0] for words in wanted)]


def play(scene: "Scene", name: str, fault: Callable[["Scene"], str]) -> Played:
    """Do harm, and sum up what people heard."""
    from tests.topology import report
    from tests.topology.asking import Failed
    from tests.topology.scene import NotRight, look

    start = time.monotonic()
    note = problem = ""
    try:
        note = fault(scene)
    except (NotRight, Failed, DidNotStart) as failure:
        problem = str(failure)
    time.sleep(SETTLE_SECONDS)
    end = time.monotonic()
    heard = scene.heard.between(start, end)
    window = look(heard, start=start, end=end, problem=problem)
    say(report.of_fault(name, window, note=note, lost=None))
    return name, window, note, (start, end)


def tell(played: list[Played], found: "Found") -> bool:
    """Print the table; whether all of it is right."""
    from tests.topology import report

    say("")
    for line in report.table_head(report.HEAD):
        say(line)
    for name, window, note, (start, end) in played:
        lost = sum(start <= one.at < end for one in found.lost)
        say(report.of_fault(name, window, note=note, lost=lost))
    say(
        f"\nAcknowledged writes: {found.acknowledged:,}. Lost: {len(found.lost)}. "
        f"Made twice: {found.surplus}."
    )
    wrong: list[Any] = [window for _, window, _, _ in played if window.fault]
    return not (wrong or found.lost or found.surplus)


if __name__ == "__main__":
    sys.exit(main())
