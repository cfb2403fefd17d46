"""Programs of an installation: started, stopped in good order, and ended without a warning."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

from tests.crash.stores import UNPRIVILEGED, DidNotStart
from tests.installation import ROOT

START_SECONDS = 60
STOP_SECONDS = 60
FULL_DISK = Path("/dev/full")
CELERY = ("-m", "celery", "--app", "project.celery")


class Program:
    """A program with its children, which is started again and again.

    Args:
        is_ready: whether it does what it is there for.
        as_nobody: run as a user without rights, where we have all.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        is_ready: Callable[[], bool],
        as_nobody: bool = False,
        **variables: str,
    ) -> None:
        self.command = command
        self.is_ready = is_ready
        self.variables = variables
        self.rights: dict[str, Any] = {}
        if as_nobody and os.geteuid() == 0:
            self.rights = {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": []}
        self._log = tempfile.NamedTemporaryFile()  # noqa: SIM115
        self._process: subprocess.Popen[bytes] | None = None

    def launch(self, *, log: Path | None = None) -> None:
        """Start it, and do not wait."""
        with (log or Path(self._log.name)).open("ab") as output:
            self._process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env={**os.environ, **self.variables},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # A group of its own: the signals below reach nobody else.
                start_new_session=True,
                **self.rights,
            )

    def start(self, *, log: Path | None = None) -> None:
        """Start it, and wait until it is ready.

        Raises:
            DidNotStart: it ended, or was not ready in time.
        """
        self.launch(log=log)
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if not self.is_running() or time.monotonic() > deadline:
                raise DidNotStart(f"{' '.join(self.command[:4])}: {self.said()[-2000:]}")
            time.sleep(0.1)

    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> float:
        """Ask it to end, wait until it has, and give the seconds that this took."""
        started = time.monotonic()
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(STOP_SECONDS)
        return time.monotonic() - started

    def kill(self) -> None:
        """End it and its children at once."""
        if self._process is None:
            return
        if self.is_running():
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def kill_child(self) -> None:
        """End one of the processes that serve for it at once."""
        self.children()[-1].kill()

    def children(self) -> list[psutil.Process]:
        """The processes that serve for it."""
        if self._process is None:
            return []
        return [child for child in psutil.Process(self._process.pid).children() if _serves(child)]

    def said(self) -> str:
        """What it printed."""
        return Path(self._log.name).read_text(errors="replace")


def _serves(child: psutil.Process) -> bool:
    try:
        return "resource_tracker" not in " ".join(child.cmdline())
    except psutil.NoSuchProcess:
        return False


def python(*arguments: str, is_ready: Callable[[], bool], **variables: str) -> Program:
    """A program of ours."""
    return Program([sys.executable, *arguments], is_ready=is_ready, **variables)


def celery(*arguments: str, **variables: str) -> Program:
    """One of Celery's; it is ready when it says so."""
    program = python(*CELERY, *arguments, is_ready=lambda: True, **variables)
    words = "beat: Starting" if arguments[0] == "beat" else " ready."
    program.is_ready = lambda: words in program.said()
    return program
