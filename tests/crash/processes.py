"""Processes of an installation: started, frozen, and ended without a warning."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from tests.crash.stores import START_SECONDS, DidNotStart
from tests.installation import ROOT

CELERY = ("-m", "celery", "--app", "project.celery")
READY = b" ready."


class Process:
    """A process of Python with its children, which are ended together."""

    def __init__(self, *arguments: str, **variables: str) -> None:
        self._output = tempfile.NamedTemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            # A group of its own: the signals below reach nobody else.
            start_new_session=True,
        )

    def kill(self) -> None:
        """End it and its children at once."""
        self._send(signal.SIGKILL)
        self._process.wait()
        self._output.close()

    def kill_children(self) -> None:
        """End only its children at once, as the kernel does with who takes too much memory."""
        for child in psutil.Process(self._process.pid).children(recursive=True):
            child.kill()

    def freeze(self) -> None:
        """Let it do nothing until it is thawed."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on where it was."""
        self._send(signal.SIGCONT)

    def said(self) -> bytes:
        """What it printed so far."""
        return Path(self._output.name).read_bytes()

    def wait_until_said(self, words: bytes) -> None:
        """Go on once it printed this.

        Raises:
            DidNotStart: it ended, or did not in time.
        """
        deadline = time.monotonic() + START_SECONDS
        while words not in self.said():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise DidNotStart(self.said().decode(errors="replace")[-2000:])
            time.sleep(0.1)

    def wait(self, seconds: float) -> bytes:
        """What it printed until it ended by itself.

        Raises:
            DidNotStart: it failed.
        """
        code = self._process.wait(seconds)
        said = self.said()
        self._output.close()
        if code:
            raise DidNotStart(said.decode(errors="replace")[-2000:])
        return said

    def _send(self, number: int) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, number)


def worker() -> Process:
    """One of Celery's workers with one child, once it takes tasks."""
    process = Process(*CELERY, "worker", "--concurrency", "1", "--loglevel", "INFO")
    process.wait_until_said(READY)
    return process


def beat(directory: Path) -> Process:
    """Celery's clock."""
    schedule = str(directory / "schedule")
    return Process(*CELERY, "beat", "--schedule", schedule, "--pidfile", "", "--loglevel", "INFO")


def end(processes: Sequence[Process | None]) -> None:
    """Kill whatever is left."""
    for process in processes:
        if process is not None:
            process.kill()
