"""Without PostgreSQL and Redis: the process that does the import is killed, the next hands it on.

In a process of its own, ``embedded.begin`` asks for an import, which its threads do, and
``embedded.resume`` reads the job until it has ended.
"""

import json
import sys
import time
from pathlib import Path

from domain.accounts.models import User
from tests.crash.asking import Asker, State
from tests.crash.contents import NOTHING, digest, is_settled
from tests.crash.processes import Process
from tests.crash.scenarios import RECOVERY_SECONDS, Ending, newcomer
from tests.dumps import leetcode_dump

SET_UP = "import django; django.setup(); from tests.crash import embedded; embedded."
SECONDS_OF_WORK = 4
BEGUN = b"begun "


def play(name: str, directory: Path, rows: int, *, expected: str) -> Ending:
    """Kill the process in the middle, and let another one read the job."""
    database = f"sqlite:///{directory / 'embedded.sqlite3'}"
    variables = {"DATABASE_URL": database, "REDIS_URL": ""}
    Process("manage.py", "migrate", "--verbosity", "0", **variables).wait(120)
    first = Process("-c", f"{SET_UP}begin({rows})", **variables)
    try:
        first.wait_until_said(BEGUN)
        time.sleep(SECONDS_OF_WORK)
        job = first.said().split(BEGUN)[1].split()[0].decode()
    finally:
        first.kill()
    harmed = time.monotonic()
    second = Process("-c", f"{SET_UP}resume({job!r})", **variables)
    try:
        told = json.loads(second.wait(2 * RECOVERY_SECONDS).splitlines()[-1])
    except BaseException:
        second.kill()
        raise
    state = State(**told["state"]) if told["state"] else None
    seconds = time.monotonic() - harmed
    return Ending(name, state, seconds, told["found"], _fault(state, told, expected))


def _fault(state: State | None, told: dict[str, object], expected: str) -> str:
    if told["first_seen"] != "RUNNING":
        return f"it was not killed in the middle: {told['first_seen']}"
    if state is None:
        return f"not ended after {RECOVERY_SECONDS} seconds"
    if told["found"] != (expected if state.status == "SUCCEEDED" else NOTHING):
        return "other rows than there should be"
    return "" if told["is_settled"] else "reviews are no replay of the attempts"


def begin(rows: int) -> None:
    """Ask for an import, and let the threads of this process work."""
    job = Asker(newcomer()).start(leetcode_dump(rows))
    sys.stdout.write(f"{BEGUN.decode()}{job} \n")
    sys.stdout.flush()
    time.sleep(RECOVERY_SECONDS)


def resume(job: str) -> None:
    """Read the job until it has ended, and print what there is."""
    asker = Asker(User.objects.get())
    first_seen = asker.read(job).status
    state = asker.wait(job, seconds=RECOVERY_SECONDS)
    told = {
        "first_seen": first_seen,
        "state": state and vars(state),
        "found": digest(asker.user),
        "is_settled": is_settled(asker.user),
    }
    sys.stdout.write(f"\n{json.dumps(told)}\n")
