"""What the processes of one server know of each other, by a directory and their environment."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

SERVER_DIRECTORY = "DRILLBOOK_SERVER"
# Of the server's places for workers, the one that this process has.
WORKER_PLACE = "DRILLBOOK_WORKER"
# The Prometheus client's own name.
METRICS_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
STOPPING = "stopping"
# Written before anything is done: a disk that is full later must not end a worker.
METRICS_FILES = {"counter": 1 << 20, "histogram": 3 << 20}


def own_directory(of: str) -> Path:
    """A new directory for temporary files, which has this process's number in its name.

    What processes left that were killed, some megabytes each, is removed first.

    Args:
        of: how the names begin for processes of this kind, such as ``drillbook-worker``.
    """
    for path in Path(tempfile.gettempdir()).glob(f"{of}-*"):
        number = re.match(rf"{of}-(\d{{1,9}})-", path.name)
        # One with our own number is of a life before.
        if number and (int(number[1]) == os.getpid() or not _lives(int(number[1]))):
            shutil.rmtree(path, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{of}-{os.getpid()}-"))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def place(index: int, generation: int) -> str:
    """What a worker's files are called: two names a place, in turn, since the next one overlaps."""
    return f"{index + 1}-{generation % 2}"


def share_metrics(directory: Path, places: Iterable[str]) -> None:
    """Have the processes in these places, which are begun after this, count into one directory."""
    os.environ[METRICS_DIRECTORY] = str(directory)
    for name in places:
        for kind, size in METRICS_FILES.items():
            (directory / f"{kind}_{name}.db").write_bytes(bytes(size))


def announce_stop() -> None:
    """Let this server's workers know that it will stop, a moment before it makes them.

    They go on serving meanwhile, and are not ready any more: balancers look elsewhere.
    """
    if directory := os.environ.get(SERVER_DIRECTORY):
        # On a full disk, or where somebody tidied up, the server stops without a word.
        try:
            Path(directory, STOPPING).touch()
        except OSError:
            return


def is_stopping() -> bool:
    """Whether the server of this process is about to stop."""
    directory = os.environ.get(SERVER_DIRECTORY)
    return directory is not None and Path(directory, STOPPING).exists()
