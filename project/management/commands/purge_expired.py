"""``manage.py purge_expired``: once a day, by whatever starts things at night."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from domain.accounts.services import expiry


class Command(BaseCommand):
    """Works in batches, each a transaction: it can be stopped at any time, and run again."""

    help = (
        "Erase the accounts whose deletion is due, for good, and forget sessions, refresh tokens "
        "and unfinished sign-ins that are over."
    )

    def handle(self, **options: Any) -> None:
        """Erase, and report how much of what."""
        at = timezone.now()
        counts = {
            "accounts erased": expiry.erase_due_accounts(at=at),
            "sessions forgotten": expiry.purge_sessions(at=at),
            "refresh tokens forgotten": expiry.purge_refresh_tokens(at=at),
            "unfinished sign-ins forgotten": expiry.purge_challenges(at=at),
        }
        # Visits to the admin site.
        import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
        for what, count in counts.items():
            self.stdout.write(f"{count} {what}")
