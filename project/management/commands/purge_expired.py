"""``manage.py purge_expired``: once a day, by whatever starts things at night."""

import logging
from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from domain.accounts.services import expiry
from domain.idempotency import services as idempotency
from domain.jobs import services as jobs
from domain.practice.services import closing
from domain.transfer.services import exports, imports

logger = logging.getLogger(__name__)


def forget_visits(**_: Any) -> None:
    """Forget visits to the admin site that are over. Their store does not tell how many."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


# In this order, each told by what it counts.
STEPS: dict[str, Callable[..., int | None]] = {
    "accounts erased": expiry.erase_due_accounts,
    "sessions forgotten": expiry.purge_sessions,
    "refresh tokens forgotten": expiry.purge_refresh_tokens,
    "unfinished sign-ins forgotten": expiry.purge_challenges,
    "calls with a key forgotten": idempotency.purge_records,
    "practice sessions closed": closing.close_abandoned,
    "exports deleted": exports.purge_exports,
    "files of imports forgotten": imports.purge_files,
    "imports no longer to be reverted": imports.forget_changes,
    "jobs deleted": jobs.purge_jobs,
    "visits to the admin site forgotten": forget_visits,
}


class Command(BaseCommand):
    """Works in batches, each a transaction: it can be stopped at any time, and run again."""

    help = (
        "Erase the accounts whose deletion is due, for good, and forget sessions, refresh tokens, "
        "unfinished sign-ins, calls with a key, exports, files of imports, what imports did to "
        "each row, and jobs that are over. Close practice sessions that were left alone."
    )

    def handle(self, **options: Any) -> None:
        """Take every step, whatever became of the one before, and report how much of what.

        Raises:
            CommandError: some could not be taken; its cause is what stopped the first of them.
        """
        at = timezone.now()
        failed: dict[str, Exception] = {}
        for what, step in STEPS.items():
            try:
                count = step(at=at)
            except Exception as error:
                logger.exception("not purged", extra={"step": what})
                failed[what] = error
                if not connection.in_atomic_block:
                    # A connection that broke would not come back by itself.
                    connection.close()
            else:
                if count is not None:
                    self.stdout.write(f"{count} {what}")
        if failed:
            steps = ", ".join(failed)
            message = f"These failed, and the log says why: {steps}. The others are done."
            raise CommandError(message) from next(iter(failed.values()))
