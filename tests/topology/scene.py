"""What a fault has at hand, and what it is judged by."""

import http.client
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.topology import asking
from tests.topology.asking import Caller, Failed
from tests.topology.load import OK, STALE, Crowd, Heard, Outcome
from tests.topology.place import Place

WAIT_SECONDS = 240
# The end of a fault, in which everything has to be as before.
QUIET_SECONDS = 3


class NotRight(Exception):
    """Something is not as it has to be; its text says what."""


@dataclass
class Scene:
    """The installation under load.

    Args:
        spare: somebody who is not among the crowd.
        sign: gives a token of the spare person from a clock that is off by so many seconds.
    """

    place: Place
    crowd: Crowd
    spare: Caller
    sign: Callable[[float], str]

    @property
    def heard(self) -> Heard:
        """What the crowd heard."""
        return self.crowd.heard

    def wait_until(self, has_come: Callable[[], bool]) -> float:
        """The seconds until something is so.

        Raises:
            NotRight: it never was.
        """
        started = time.monotonic()
        while not has_come():
            if time.monotonic() > started + WAIT_SECONDS:
                raise NotRight("it did not recover")
            time.sleep(0.2)
        return time.monotonic() - started

    def is_copy_read(self) -> bool:
        """Whether anybody reads from the copy within a second."""
        for _ in range(10):
            if self.place.standby.is_read():
                return True
            time.sleep(0.1)
        return False

    def watch(self, job: str) -> Iterator[dict[str, Any]]:
        """What the stream of a job says, until it ends."""
        connection = self.spare.connect()
        body = json.dumps({"query": asking.WATCH, "variables": {"id": job}})
        headers = {**self.spare.headers, "Accept": "text/event-stream"}
        try:
            connection.request("POST", "/graphql", body, headers)
            for line in connection.getresponse():
                if line.startswith(b"data: {"):
                    yield json.loads(line[6:])["data"]["jobProgress"]
        except (OSError, http.client.HTTPException) as failure:
            raise Failed(type(failure).__name__) from failure
        finally:
            connection.close()


@dataclass(frozen=True)
class Window:
    """What the crowd heard from the beginning of a fault to its end.

    Attributes:
        failed: how often each failure.
        first: seconds from the harm to the first failure; None without any.
        last: the same for the last one.
        problem: what went wrong beside it.
    """

    answered: int
    failed: Counter[str]
    stale: int
    first: float | None
    last: float | None
    slowest: float
    is_quiet: bool
    problem: str = ""

    @property
    def fault(self) -> str:
        """What is not as it has to be; empty if all is."""
        if self.problem:
            return self.problem
        if self.stale:
            return f"{self.stale} people did not see what they had written"
        return "" if self.is_quiet else "it did not recover"


def look(outcomes: list[Outcome], *, start: float, end: float, problem: str = "") -> Window:
    """Sum up what was heard between two moments of the monotonic clock."""
    failures = [one for one in outcomes if one.result not in (OK, STALE)]
    late = [one for one in outcomes if one.at > end - QUIET_SECONDS]
    works = {one.is_write for one in late if one.result == OK} == {True, False}
    return Window(
        answered=len(outcomes) - len(failures),
        failed=Counter(one.result for one in failures),
        stale=sum(one.result == STALE for one in outcomes),
        first=failures[0].at - start if failures else None,
        last=failures[-1].at - start if failures else None,
        slowest=max((one.seconds for one in outcomes), default=0),
        is_quiet=works and all(one.result in (OK, STALE) for one in late),
        problem=problem,
    )
