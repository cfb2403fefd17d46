"""32 people at once: four reads for each write, and what came of every one of them."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any
from uuid import uuid4

from tests.topology import asking
from tests.topology.asking import Caller, Failed, uid_of

WRITES = 0.2
# Half of the people only read, and may be answered from the copy.
WRITERS_WRITES = 2 * WRITES
PAUSE_SECONDS = 0.25
# Of what a person made, what is renamed and practised.
RECENT = 20
# For so long after the end people insist on what they began.
INSIST_SECONDS = 30
OK = "ok"
STALE = "stale"


@dataclass(frozen=True)
class Outcome:
    """What came of one request.

    Attributes:
        at: when it was answered, or given up; on the monotonic clock.
        result: ``ok``, ``stale`` (what the same person had written was not there), or the failure.
    """

    at: float
    seconds: float
    is_write: bool
    result: str


@dataclass(frozen=True)
class Acknowledged:
    """A write that somebody was told is done."""

    at: float
    table: str
    uid: str
    text: str


@dataclass
class Heard:
    """What all people heard."""

    outcomes: list[Outcome] = field(default_factory=list)
    acknowledged: list[Acknowledged] = field(default_factory=list)
    # Calls with a key of their own: each may have made one row, whether or not it was answered.
    keys: int = 0
    lock: Lock = field(default_factory=Lock)

    def between(self, start: float, end: float) -> list[Outcome]:
        """What was answered then."""
        with self.lock:
            return [one for one in self.outcomes if start <= one.at < end]


class Person(Thread):
    """Somebody who does one thing after the other.

    Args:
        known: ids of questions that they have.
    """

    def __init__(
        self, caller: Caller, known: Sequence[str], heard: Heard, *, writes: float
    ) -> None:
        super().__init__(daemon=True)
        self.caller = caller
        self.known = known
        self.heard = heard
        self.writes = writes
        self.chance = random.Random(caller.token)
        self.is_over = Event()
        self.connection = caller.connect()
        self.made: list[dict[str, str]] = []
        self.number = 0
        self.last_written: dict[str, str] | None = None

    def run(self) -> None:
        """Read and write until it is over."""
        while not self.is_over.is_set():
            if self.chance.random() < self.writes:
                self.write()
            else:
                self.read()

    def read(self) -> None:
        """A page or a question; first of all the one that was just written."""
        if self.last_written is not None:
            written, self.last_written = self.last_written, None
            title = written["title"]
            self._try(asking.READ, lambda found: found["title"] == title, id=written["id"])
        elif self.chance.random() < 0.6:
            self._try(asking.PAGE, lambda found: len(found["edges"]) > 0)
        else:
            id = self.chance.choice(self.known)
            self._try(asking.READ, lambda found: found is not None, id=id)

    def write(self) -> None:
        """Make a question, rename one, or record an attempt at one."""
        self.number += 1
        text = f"{self.name} {self.number}"
        kind = self.chance.random() if self.made else 0
        if kind < 0.5:
            made = self._insist("question", text, asking.CREATE, key=True, title=text)
            if made is not None:
                self.made = [*self.made, {"id": made["id"], "title": text}][-RECENT:]
                self.last_written = self.made[-1]
        elif kind < 0.75:
            one = self.chance.choice(self.made)
            renamed = self._insist("question", text, asking.RENAME, id=one["id"], title=text)
            # Nobody knows which title it has, if that was not answered: it is not asked for again.
            self.made.remove(one)
            if renamed is not None:
                self.made.append({"id": one["id"], "title": text})
                self.last_written = self.made[-1]
        else:
            one = self.chance.choice(self.made)
            fields = {"question": one["id"], "outcome": "SOLVED", "notes": text}
            self._insist("log", text, asking.RECORD, key=True, **fields)

    def _try(self, document: str, is_right: Callable[[Any], bool], **variables: str) -> None:
        self._ask(document, is_write=False, is_right=is_right, **variables)

    def _insist(
        self, table: str, text: str, document: str, *, key: bool = False, **fields: str
    ) -> Any:
        """Send it again, under the same key, until it is acknowledged; None if it never was."""
        if key:
            fields["idempotencyKey"] = str(uuid4())
            with self.heard.lock:
                self.heard.keys += 1
        give_up_at = None
        while give_up_at is None or time.monotonic() < give_up_at:
            answer = self._ask(document, is_write=True, input=fields)
            if answer is not None:
                written = Acknowledged(time.monotonic(), table, uid_of(answer["id"]), text)
                with self.heard.lock:
                    self.heard.acknowledged.append(written)
                return answer
            if self.is_over.is_set() and give_up_at is None:
                give_up_at = time.monotonic() + INSIST_SECONDS
        return None

    def _ask(
        self,
        document: str,
        *,
        is_write: bool,
        is_right: Callable[[Any], bool] = bool,
        **variables: Any,
    ) -> Any:
        started = time.monotonic()
        try:
            answer = self.caller.ask(self.connection, document, **variables)
            result = OK if is_right(answer) else STALE
        except Failed as failure:
            answer, result = None, str(failure)
        ended = time.monotonic()
        with self.heard.lock:
            self.heard.outcomes.append(Outcome(ended, ended - started, is_write, result))
        if answer is None and result != STALE:
            time.sleep(PAUSE_SECONDS)
        return answer


class Crowd:
    """All of them."""

    def __init__(self, callers: Sequence[tuple[Caller, Sequence[str]]]) -> None:
        self.heard = Heard()
        self.people = [
            Person(caller, known, self.heard, writes=WRITERS_WRITES if number % 2 else 0)
            for number, (caller, known) in enumerate(callers)
        ]
        for number, person in enumerate(self.people):
            person.name = f"Load {number}"

    def start(self) -> None:
        """Let them begin."""
        for person in self.people:
            person.start()

    def stop(self) -> None:
        """Let them finish what they began."""
        for person in self.people:
            person.is_over.set()
        for person in self.people:
            person.join(2 * INSIST_SECONDS)
