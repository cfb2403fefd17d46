"""``manage.py purge_expired``: once a day, by whatever starts things at night."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from domain.accounts.services import expiry
from domain.idempotency import services as idempotency
from domain.jobs import services as jobs
from domain.practice.services import closing
from domain.transfer.services import exports, imports


class Command(BaseCommand):
    """Works in batches, each a transaction: it can be stopped at any time, and run again."""

    help = (
        "Erase the accounts whose deletion is due, for good, and forget sessions, refresh tokens, "
        "unfinished sign-ins, calls with a key, exports, files of imports, what imports did to "
        "each row, and jobs that are over. Close practice sessions that were left alone."
    )

    def handle(self, **options: Any) -> None:
        """Erase, and report how much of what."""
        at = timezone.now()
        counts = {
            "accounts erased": expiry.erase_due_accounts(at=at),
            "sessions forgotten": expiry.purge_sessions(at=at),
            "refresh tokens forgotten": expiry.purge_refresh_tokens(at=at),
            "unfinished sign-ins forgotten": expiry.purge_challenges(at=at),
            "calls with a key forgotten": idempotency.purge_records(at=at),
            "practice sessions closed": closing.close_abandoned(at=at),
            "exports deleted": exports.purge_exports(at=at),
            "files of imports forgotten": imports.purge_files(at=at),
            "imports no longer to be reverted": imports.forget_changes(at=at),
            "jobs deleted": jobs.purge_jobs(at=at),
        }
        # Visits to the admin site.
        import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
        for what, count in counts.items():
            self.stdout.write(f"{count} {what}")
