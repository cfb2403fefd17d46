"""``manage.py after_restore``: between restoring a database and opening the servers again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error
from django.utils import timezone

from project.backups.renewing import renew
from project.management.commands.check_database import require_database

QUESTION = "This signs everybody out and has all devices begin again. Type yes to go on: "


class Command(BaseCommand):
    """All of it, or nothing; running it twice only signs people out twice."""

    help = (
        "After a restore: end all sessions and API tokens, since those that were ended after the "
        "restored moment would work again, and begin the feeds of delta sync anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to spare, and whether to ask."""
        parser.add_argument(
            "--keep-api-tokens",
            action="store_true",
            help="leave API tokens as they are: none was revoked since the restored moment",
        )
        parser.add_argument("--no-input", action="store_false", dest="ask", help="do not ask")

    def handle(self, *, keep_api_tokens: bool, ask: bool, **options: Any) -> None:
        """Ask, renew, and report how much of what.

        Raises:
            CommandError: the answer was not yes, there was nobody to ask, or the database is away
                or broke off.
        """
        require_database()
        if ask and self._answer() != "yes":
            raise CommandError("Nothing was changed.")
        try:
            renewed = renew(at=timezone.now(), keep_api_tokens=keep_api_tokens)
        except Error as error:
            raise CommandError(
                f"Nothing was changed: {str(error).strip()} Look at the database with "
                "`make check-db` and in its log, then run this again."
            ) from error
        self.stdout.write(
            f"{renewed.sessions} sessions ended\n"
            f"{renewed.admin_sessions} sessions of the admin site ended\n"
            f"{renewed.api_tokens} API tokens revoked\n"
            f"{renewed.feeds} feeds begun anew"
        )

    def _answer(self) -> str:
        try:
            return input(QUESTION).strip()
        except EOFError:
            message = "Nothing was changed: nobody can answer here. To go on unasked, --no-input."
            raise CommandError(message) from None
