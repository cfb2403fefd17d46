"""``manage.py purge_deleted``: once a day, by whatever starts things at night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from domain.trash import emptying
from domain.trash.kinds import KINDS


class Command(BaseCommand):
    """Works in batches, each a transaction: it can be stopped at any time, and run again."""

    help = "Delete for good what people have had in the trash for some days."

    def add_arguments(self, parser: CommandParser) -> None:
        """How long things stay, and whether to look only."""
        parser.add_argument(
            "--older-than",
            type=int,
            default=emptying.KEPT_DAYS,
            metavar="DAYS",
            help=f"Only what was deleted so many days ago, 0 to {emptying.MOST_DAYS} "
            "(default: %(default)s).",
        )
        parser.add_argument("--dry-run", action="store_true", help="Only say how much it would be.")

    def handle(self, *, older_than: int, dry_run: bool, **options: Any) -> None:
        """Purge, and report how much of what."""
        work = emptying.count_deleted if dry_run else emptying.purge_deleted
        try:
            counts = work(at=timezone.now(), older_than_days=older_than)
        except emptying.BadNumberOfDays as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        verb = "to be purged" if dry_run else "purged"
        for kind, count in counts.items():
            self.stdout.write(f"{count} {KINDS[kind].model._meta.verbose_name_plural} {verb}")
