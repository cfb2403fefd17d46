"""``manage.py check_database``: can the database be used, and if not, why not."""

import json
import time
from argparse import RawDescriptionHelpFormatter
from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, connection

from project.health import pending_migrations

PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Finding:
    """What may be found, the exit code that says so, and how PostgreSQL words it."""

    status: str
    exit_code: int
    message: str
    signs: tuple[str, ...] = ()


READY = Finding("ready", 0, "The database {name} at {place} is ready.")
OTHER = Finding("failed", 1, "The database {name} at {place} cannot be used: {reason}")
PENDING = Finding(
    "pending_migrations",
    7,
    "The database {name} at {place} is not migrated, {count} to go. Run `make migrate`.",
)
# In this order: a missing role is worded like a missing database.
PROBLEMS = (
    Finding(
        "unknown_host",
        4,
        "No machine is called {host}. Check the host in DATABASE_URL.",
        ("failed to resolve host", "could not translate host name"),
    ),
    Finding(
        "refused",
        3,
        "Nothing answers at {place}. Is PostgreSQL running there?",
        (
            "Connection refused",
            "timeout expired",
            "No route to host",
            "starting up",
            "No such file",
        ),
    ),
    Finding(
        "wrong_password",
        5,
        "{place} does not let {user} in: wrong user or password. Check DATABASE_URL.",
        (
            "password authentication failed",
            "no password supplied",
            'FATAL:  role "',
            # As PgBouncer words it.
            "SASL authentication failed",
            "no such user",
        ),
    ),
    Finding(
        "no_such_database",
        6,
        "There is no database {name} at {place}. Create it with `createdb {owner}{name}`.",
        ('FATAL:  database "', "no such database"),
    ),
)


class Command(BaseCommand):
    """Looks once, or until the database is ready or the time is up."""

    help = "Say whether the database can be used.\n\nExit codes: " + ", ".join(
        f"{finding.exit_code} {finding.status}" for finding in (READY, OTHER, *PROBLEMS, PENDING)
    )
    # Django's own checks would ask the database first, and end in a traceback.
    requires_system_checks: list[str] = []

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        """Keep the list of exit codes on a line of its own."""
        parser = super().create_parser(*args, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--wait",
            type=float,
            default=0,
            metavar="SECONDS",
            help="try again for so long before giving up",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, wait: float, json: bool, **options: Any) -> None:
        """Print what was found.

        Raises:
            CommandError: the database is not ready; its ``returncode`` says why.
        """
        until = time.monotonic() + wait
        finding, message = look()
        while finding is not READY and time.monotonic() < until:
            time.sleep(PAUSE_SECONDS)
            connection.close()
            finding, message = look()
        if json:
            self.stdout.write(as_json(finding, message))
        if finding is not READY:
            raise CommandError(message, returncode=finding.exit_code)
        if not json:
            self.stdout.write(self.style.SUCCESS(message))


def look() -> tuple[Finding, str]:
    """Try the database once."""
    finding, reason, count = READY, "", 0
    try:
        if count := len(pending_migrations()):
            finding = PENDING
    except Error as refusal:
        reason = str(refusal).strip().partition("\n")[0]
        finding = next((each for each in PROBLEMS if any(s in reason for s in each.signs)), OTHER)
    return finding, finding.message.format(reason=reason, count=count, **target())


def require_database() -> None:
    """Make sure that the database answers, migrated or not.

    Raises:
        CommandError: it does not, and why.
    """
    finding, message = look()
    if finding not in (READY, PENDING):
        raise CommandError(message, returncode=finding.exit_code)


def target() -> dict[str, str]:
    """Which database the settings name, without its password."""
    settings = connection.settings_dict
    host = settings["HOST"] or "this machine"
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return {
        "name": str(settings["NAME"]),
        "user": settings["USER"] or "you",
        "owner": f"--owner {settings['USER']} " if settings["USER"] else "",
        "host": host,
        "place": f"{host}{port}",
    }


def as_json(finding: Finding, message: str) -> str:
    """For programs: the status and the exit code are promises, the message may change."""
    found = {"status": finding.status, "exit_code": finding.exit_code, "message": message}
    return json.dumps(found)
