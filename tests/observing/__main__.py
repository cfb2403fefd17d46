"""``python -m tests.observing``: a real Prometheus that watches a server and a worker.

It starts PostgreSQL, Redis, a web server, a worker, and Prometheus with the configuration and the
alerts of compose.yaml, all on 127.0.0.1; does what each alert is there for; sees that each fires,
and that every expression of the dashboard has data; and leaves nothing behind. Two minutes.
"""

import os
import signal
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tests.crash.__main__ import prepare, say
from tests.crash.stores import DidNotStart, Missing
from tests.observing.place import Place

if TYPE_CHECKING:
    from tests.observing.prometheus import Prometheus

STARS = "*" * 72


def main() -> int:
    """Play it all; 1 if something was not as it has to be."""
    # So that everything is cleared away also when somebody ends this process.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        with Place() as place:
            prepare()
            place.start()
            return int(not is_right(place))
    except Missing as reason:
        say(f"{STARS}\n*  NOT OBSERVED\n*  {reason}\n{STARS}")
        return int(os.environ.get("CI") == "true")
    except DidNotStart as reason:
        say(str(reason))
        return 1


def is_right(place: Place) -> bool:
    """Whether all alerts fire and all panels have data."""
    from tests.observing import provoking

    prometheus = place.prometheus
    provoking.everyday(place)
    for provoke in provoking.WHILE_ALL_RUNS.values():
        provoke(place)
    wrong = count_fired(prometheus, provoking.WHILE_ALL_RUNS) + count_empty(prometheus)
    for name, provoke in provoking.AT_THE_END.items():
        provoke(place)
        wrong += count_fired(prometheus, [name])
    provoked = provoking.WHILE_ALL_RUNS.keys() | provoking.AT_THE_END.keys()
    if missing := prometheus.alert_names() - provoked:
        say(f"Nobody provokes {', '.join(sorted(missing))}.")
        wrong += 1
    say(f"\n{wrong} of them not as it has to be." if wrong else "\nAll as it has to be.")
    return not wrong


def count_fired(prometheus: "Prometheus", names: Iterable[str]) -> int:
    """Print what fires; how many do not."""
    silent = prometheus.wait_for(names)
    for name in names:
        say(f"{name:<20} {'IS SILENT' if name in silent else 'fires'}")
    return len(silent)


def count_empty(prometheus: "Prometheus") -> int:
    """Print what the dashboard's expressions give; how many of them are wrong."""
    wrong = 0
    for panel, expression in prometheus.expressions():
        series = prometheus.wait_for_data(expression)
        is_ours = "postgresql_" not in expression and "redis_" not in expression
        said = f"{series} series" if is_ours else "valid; its numbers are the collector's"
        if is_ours and not series:
            said = "HAS NO DATA"
            wrong += 1
        say(f"{panel[:44]:<44} {said:<12} {expression[:100]}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
