"""Signs of life of who does a job."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import Error, connection

HEARTBEAT_SECONDS = 2


@contextmanager
def heartbeats(beat: Callable[[], None]) -> Iterator[None]:
    """Be heard of, from a thread with a connection of its own, while the work goes on."""
    # In a transaction (only tests are) no other connection sees the job.
    if connection.in_atomic_block:
        yield
        return
    over = Event()
    thread = Thread(target=_beat_until, args=(beat, over), daemon=True, name="heartbeat")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beat_until(beat: Callable[[], None], over: Event) -> None:
    try:
        while not over.wait(HEARTBEAT_SECONDS):
            try:
                beat()
            except Error:
                # SQLite lets nobody write while the work does; a database that is away comes back.
                connection.close()
    finally:
        connection.close()
