"""``python -m tests.recovery``: damages a database, and has it back as it was a moment before.

It starts a PostgreSQL of its own on 127.0.0.1 that archives as docs/operations.md says, copies it
while somebody writes, and leaves nothing behind. Less than a minute.
"""

import os
import signal
import sys
import time

from tests.crash.stores import DidNotStart, Missing
from tests.installation import production
from tests.recovery.cluster import Cluster

PEOPLE = 3


def main() -> int:
    """Lose a table, then a disk; 1 if something was not as it has to be."""
    # So that everything is cleared away also when somebody ends this process.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        cluster = Cluster()
    except (Missing, DidNotStart) as reason:
        say(str(reason))
        return 1
    try:
        return recover_twice(cluster)
    finally:
        cluster.remove()


def recover_twice(cluster: Cluster) -> int:
    """Play both accidents on one cluster."""
    prepare(cluster)
    from tests.recovery import accidents

    faults = 0
    for play in (accidents.a_table_is_emptied, accidents.the_disk_is_lost):
        begun = time.monotonic()
        found = play(cluster)
        faults += bool(found.fault)
        say(f"{found.name:<22} {found.fault or 'right':<8} {found.told}")
        say(f"{'':<22} {time.monotonic() - begun:.0f} seconds in all")
    return int(bool(faults))


def prepare(cluster: Cluster) -> None:
    """Set up Django in this process, and the tables and people of the new database."""
    os.environ |= production(DATABASE_URL=cluster.url, DB_CONN_MAX_AGE="0")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from tests.factories import GoalFactory, QuestionLogFactory, UserFactory

    for number in range(PEOPLE):
        person = UserFactory(email=f"person{number}@example.com")
        QuestionLogFactory.create_batch(5, question__owner=person, notes="käse 🧀")
        GoalFactory(owner=person)


def say(line: str) -> None:
    """Print at once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
