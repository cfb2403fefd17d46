"""``manage.py migrate``: Django's own, which lets others go on while it waits for a table.

Who wants to change a table waits for all who read it, and everybody else waits behind. So it gives
up soon, lets those through, and tries again.
"""

import time
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections

from domain.base.trouble import Trouble, trouble_of
from project.patience import Patience
from project.tally import on_every_database

# As long as everybody may stand still.
LOCK_MILLISECONDS = 2000
PAUSE_SECONDS = 5
TRIES = 20

OLDEST = """SELECT pid, extract(epoch FROM now() - xact_start)::int FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
    ORDER BY xact_start LIMIT 1"""


class Command(migrate.Command):
    """Takes the same options.

    A migration that did not get its table is undone; those before it are kept. Indexes that are
    built beside the writers stop nobody, and wait as long as it takes.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, and say when somebody is in the way.

        Raises:
            CommandError: somebody was in the way each time.
        """
        for tries_left in reversed(range(TRIES)):
            try:
                with on_every_database(Patience(LOCK_MILLISECONDS)):
                    super().handle(*args, **options)
            except OperationalError as error:
                if trouble_of(error) is not Trouble.BUSY:
                    raise
                self._pause(tries_left, _oldest(options["database"]), error)
            else:
                return

    def _pause(self, tries_left: int, oldest: str, error: OperationalError) -> None:
        if not tries_left:
            raise CommandError(
                "A table that has to be changed was in use all the time. Migrations that are done "
                f"are kept, the others are not begun. {oldest}Run `migrate` again when that is "
                "over, as after a backup."
            ) from error
        self.stderr.write(
            f"\nA table that has to be changed is in use. {oldest}Trying again in {PAUSE_SECONDS} "
            f"seconds, {tries_left} times at most."
        )
        time.sleep(PAUSE_SECONDS)


def _oldest(database: str) -> str:
    """Who is in the way, as a rule."""
    connection = connections[database]
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute(OLDEST)
        found = cursor.fetchone()
    return f"The oldest transaction is of process {found[0]}, {found[1]} s old. " if found else ""
