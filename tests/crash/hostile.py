"""``python -m tests.crash.hostile``: hostile uploads to a server that really runs.

Each has to be answered within seconds by an error that programs can read, while somebody else is
answered within a second, and nothing may be stored. The server is our own, on SQLite and on
127.0.0.1: that of ``make run``, or with ``--server granian`` that of production without its proxy.
That one has a thread a worker: others wait as long as a file is read or somebody sends slowly.
"""

import argparse
import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.crash.attacks import Attack, attacks
from tests.crash.processes import Process
from tests.crash.sending import Reply, Target, ask
from tests.crash.stores import DidNotStart, wait_for_port
from tests.installation import free_port, production

# What a proxy that ends TLS adds: production redirects everything else.
FROM_PROXY = {"X-Forwarded-Proto": "https"}
MOST_SECONDS = 10.0
MOST_SECONDS_MEANWHILE = 1.0
UNFIT = {"INTERNAL", "RATE_LIMITED", "[no JSON]", "[no answer]"}
ROW = "{:<18} {:>6} {:>8} {:>10}  {}"


def main() -> int:
    """Attack; 1 if something was not as it has to be."""
    options = arguments()
    # So that everything is cleared away also when somebody ends this process.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    directory = Path(tempfile.mkdtemp(prefix="drillbook-hostile-"))
    try:
        return attack(options, directory)
    except DidNotStart as reason:
        say(str(reason))
        return 1
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.hostile", description=__doc__)
    parser.add_argument("--server", choices=list(SERVERS), default="runserver")
    parser.add_argument("--only", action="append", metavar="NAME", help="only this attack")
    return parser.parse_args()


def attack(options: argparse.Namespace, directory: Path) -> int:
    """Start the server, send everything, print; 1 if something was not as it has to be."""
    os.environ |= production(
        DATABASE_URL=f"sqlite:///{directory / 'hostile.sqlite3'}",
        REDIS_URL="",
    )
    import django
    from django.core.management import call_command

    django.setup()
    logging.disable(logging.CRITICAL)  # of this process, which only asks
    call_command("migrate", verbosity=0)
    port, faults = free_port(), 0
    server = Process(*SERVERS[options.server], *_listening(options.server, port))
    try:
        wait_for_port(port)
        ask(Target(port, _token(), FROM_PROXY))  # the first one waits for all modules
        say(ROW.format("", "status", "seconds", "meanwhile", ""))
        for one in attacks():
            if not options.only or one.name in options.only:
                # Somebody else each time, for whom no limit of requests has been reached.
                faults += not _play(one, Target(port, _token(), FROM_PROXY))
    finally:
        server.kill()
    say(f"\n{faults} of them not as it has to be." if faults else "\nAll as it has to be.")
    return int(bool(faults))


SERVERS = {
    "runserver": ("manage.py", "runserver", "--noreload", "--skip-checks"),
    "granian": ("-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"),
}


def _listening(server: str, port: int) -> list[str]:
    if server == "runserver":
        return [f"127.0.0.1:{port}"]
    where = ["--host", "127.0.0.1", "--port", str(port)]
    return [*where, "--workers", "2", "--blocking-threads", "1", "project.wsgi:application"]


def _token() -> str:
    from tests.client import access_token
    from tests.crash.scenarios import newcomer

    return access_token(newcomer())


def _stored() -> list[int]:
    from domain.practice.models import QuestionLog
    from domain.questions.models import Question, Tag
    from domain.transfer.models import ImportBatch, ImportFile

    models = (Question, Tag, QuestionLog, ImportBatch, ImportFile)
    return [model.objects.count() for model in models]


def _play(one: Attack, target: Target) -> bool:
    before = _stored()
    with Meanwhile(target) as meanwhile:
        started = time.monotonic()
        reply = one.send(target)
        seconds = time.monotonic() - started
    faults = _faults(reply, seconds, meanwhile, may_pass=one.may_pass)
    if _stored() != before:
        faults.append("something is stored")
    said = ", ".join(sorted(reply.codes)) or "[no error]"
    line = ROW.format(
        one.name, reply.status or "-", f"{seconds:.2f}", f"{meanwhile.longest:.2f}", said
    )
    say(f"{line}  <- {'; '.join(faults)}" if faults else line)
    return not faults


def _faults(
    reply: Reply, seconds: float, meanwhile: "Meanwhile", *, may_pass: bool = False
) -> list[str]:
    faults = []
    if reply.status >= 500 or reply.codes & UNFIT or not (reply.codes or may_pass):
        faults.append("no error that says what is wrong")
    # What may pass may take as long as a large file does, which is as long as we wait.
    if seconds > MOST_SECONDS and not may_pass:
        faults.append("not within seconds")
    if meanwhile.failure:
        faults.append(meanwhile.failure)
    if meanwhile.longest > MOST_SECONDS_MEANWHILE:
        faults.append("others had to wait")
    return faults


@dataclass
class Meanwhile:
    """Somebody else who goes on asking small questions.

    Attributes:
        longest: seconds that one of them took.
        failure: why one was not answered.
    """

    target: Target
    longest: float = 0.0
    failure: str = ""

    def __enter__(self) -> Self:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        while True:
            try:
                self.longest = max(self.longest, ask(self.target))
            except RuntimeError as failure:
                self.failure = str(failure)
            if self._over.wait(0.05):
                return


def say(line: str) -> None:
    """Print at once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
