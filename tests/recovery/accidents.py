"""What may happen to a database, and what has to be there after its recovery."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, connections
from django.db.utils import InternalError

from domain.accounts.models import User
from domain.archive.documents import document
from domain.questions.models import Question
from tests.factories import QuestionFactory, UserFactory
from tests.recovery.cluster import ARCHIVE_SECONDS, Cluster
from tests.recovery.writing import Writer

WRITING_SECONDS = 3
WAIT_SECONDS = 20
# What is archived is a segment; then it is copied.
MOST_SECONDS_LOST = ARCHIVE_SECONDS + 2


@dataclass(frozen=True)
class Found:
    """How an accident ended; ``fault`` is "" where all is as it has to be."""

    name: str
    fault: str
    told: str


def a_table_is_emptied(cluster: Cluster) -> Found:
    """Somebody empties a table; the database becomes what it was the moment before."""
    writer = _writer("writer@example.com")
    cluster.back_up()
    time.sleep(WRITING_SECONDS)
    exports = _exports()
    early, moment, late = time.monotonic(), cluster.ask("SELECT now()"), time.monotonic()
    time.sleep(1)
    writer.stop()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE questions_question CASCADE")
    emptied = not Question.objects.exists()
    _archive_all(cluster)
    cluster.lose_disk()
    begun = time.monotonic()
    cluster.recover(until=moment)
    _wait_until(lambda: cluster.ask("SELECT pg_is_wal_replay_paused()") == "True")
    seconds = time.monotonic() - begun
    connections.close_all()
    lost, extra = writer.lost(before=early), writer.too_many(after=late)
    same = _exports() == exports
    is_held = _refuses_writes()
    cluster.accept()
    _wait_until(lambda: cluster.ask("SELECT pg_is_in_recovery()") == "False")
    QuestionFactory(owner=writer.owner)
    fault = _first(
        (not emptied, "the accident did not happen"),
        (lost, f"{lost} acknowledged writes from before the moment are gone"),
        (extra, f"{extra} writes from after the moment are there"),
        (not same, "exports differ"),
        (not is_held, "it took writes before it was accepted"),
    )
    told = f"{len(writer.acknowledged)} writes, {len(exports)} exports, back in {seconds:.0f} s"
    return Found("a table is emptied", fault, told)


def the_disk_is_lost(cluster: Cluster) -> Found:
    """The machine is gone while somebody writes; the archive has all but the last seconds."""
    exports = _exports()
    # At once after a recovery: its checkpoint is what has PostgreSQL keep archive_timeout again.
    cluster.back_up()
    writer = _writer("other@example.com")
    time.sleep(WRITING_SECONDS + MOST_SECONDS_LOST)
    writer.stop()
    stopped = time.monotonic()
    connections.close_all()
    cluster.lose_disk()
    begun = time.monotonic()
    cluster.recover()
    _wait_until(lambda: cluster.ask("SELECT pg_is_in_recovery()") == "False")
    seconds = time.monotonic() - begun
    gone, ago = writer.lost(before=stopped), writer.seconds_lost(until=stopped)
    restored = _exports()
    fault = _first(
        (ago > MOST_SECONDS_LOST, f"{ago:.1f} seconds of writes are gone"),
        (gone == len(writer.acknowledged), "nothing came back"),
        ({key: restored.get(key) for key in exports} != exports, "exports differ"),
    )
    told = f"{gone} of {len(writer.acknowledged)} writes gone, the last {ago:.1f} s"
    return Found("the disk is lost", fault, f"{told}; back in {seconds:.0f} s")


def _writer(email: str) -> Writer:
    writer = Writer(UserFactory(email=email))
    writer.start()
    return writer


def _exports() -> dict[int, str]:
    """What each person has who is not writing."""
    people = User.objects.filter(email__startswith="person").values_list("pk", flat=True)
    return {person: "".join(document(person)) for person in people}


def _archive_all(cluster: Cluster) -> None:
    segment = cluster.ask("SELECT pg_walfile_name(pg_switch_wal())")
    _wait_until(lambda: (cluster.wal / segment).exists())


def _refuses_writes() -> bool:
    try:
        User.objects.update(display_name="damaged")
    except InternalError:
        connection.close()
        return True
    return False


def _wait_until(has_come: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not has_come():
        if time.monotonic() > deadline:
            raise TimeoutError(f"This did not come within {WAIT_SECONDS} seconds.")
        time.sleep(0.1)


def _first(*faults: tuple[object, str]) -> str:
    return next((words for is_so, words in faults if is_so), "")
