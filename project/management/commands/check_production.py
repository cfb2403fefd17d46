"""``manage.py check_production``: may this server be opened to the public, and if not, why not."""

import json
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from project.readiness import Checked, check_everything


class Command(BaseCommand):
    """Looks at everything, and says of each thing whether it is as it must be."""

    help = (
        "Say whether this server may be opened to the public, and what would be better otherwise. "
        "Exit code 1 if it may not."
    )
    # They are among what is looked at.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, json: bool, **options: Any) -> None:
        """Print what was found.

        Raises:
            CommandError: something is not as it must be.
        """
        found = check_everything()
        failed = [checked.name for checked in found if checked.problem and checked.is_needed]
        if json:
            self.stdout.write(as_json(found))
        else:
            for checked in found:
                self.stdout.write(self._line(checked))
        if failed:
            raise CommandError(
                f"Not ready for the public ({os.environ['DJANGO_SETTINGS_MODULE']}): "
                + ", ".join(failed)
            )

    def _line(self, checked: Checked) -> str:
        if checked.problem and checked.is_needed:
            return self.style.ERROR(f"FAILED  {checked.name}: {checked.problem}")
        if checked.problem:
            return self.style.WARNING(f"advice  {checked.name}: {checked.problem}")
        return self.style.SUCCESS(f"ok      {checked.name}")


def as_json(found: list[Checked]) -> str:
    """For programs: the names are promises, the problems may change."""
    return json.dumps({checked.name: checked.problem or "ok" for checked in found})
