"""``manage.py create_fake_data``: people with realistic histories, for development."""

from argparse import ArgumentTypeError
from collections.abc import Sequence
from datetime import date
from ipaddress import ip_address
from itertools import batched
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, reset_queries
from django.utils import timezone
from tqdm import tqdm  # type: ignore[import-untyped]

from domain.accounts.models import User
from domain.questions.models import Question
from project.fake_data import writing
from project.fake_data.accounts import Size, account_of
from project.fake_data.people import ADMIN_EMAIL, DEMO, DOMAIN, Person, email_of, person
from project.fake_data.problems import all_problems

PASSWORD = "practice-daily"  # noqa: S105  # of invented people, in development only
DEFAULT_PEOPLE = 10
# And what Django adds to them in tests.
THIS_MACHINE = {"localhost", "127.0.0.1", "[::1]", "testserver"}
DEMO_SIZE = Size(questions=60, logs=5)
LOGS_A_TRANSACTION = 10_000
CHECKED_QUESTIONS = 200


class Command(BaseCommand):
    """Only with DEBUG. The same seed and day give the same people, histories and ids."""

    help = "Create invented people with realistic practice histories (only with DEBUG)."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to create, how much of it, and from which chance."""
        most = len(all_problems())
        parser.add_argument(
            "--users",
            type=between(0, 100_000),
            help=f"how many people; {DEFAULT_PEOPLE} unless another option says what to do",
        )
        parser.add_argument("--questions", type=between(1, most), default=100, help="a person")
        parser.add_argument("--logs", type=between(0, 50), default=5, help="a question, on average")
        parser.add_argument("--admin", action="store_true", help=f"create {ADMIN_EMAIL}")
        parser.add_argument("--demo", action="store_true", help=f"create {DEMO.email}")
        parser.add_argument("--clear", action="store_true", help=f"delete *{DOMAIN} before")
        parser.add_argument("--seed", type=int, default=1, help="another seed, other people")
        parser.add_argument(
            "--until",
            type=a_day,
            default=None,
            help="histories end before this day, YYYY-MM-DD; today (UTC) unless given",
        )
        parser.add_argument(
            "--anywhere",
            action="store_true",
            help="even if the database is on another machine, where others may meet these people",
        )
        parser.add_argument("--no-input", action="store_false", dest="ask", help="do not ask")

    def handle(self, **options: Any) -> None:
        """Clear, then create the administrator, the demo account and the people."""
        if not settings.DEBUG:
            raise CommandError("Invented people are for development: this needs DEBUG.")
        if not set(settings.ALLOWED_HOSTS) <= THIS_MACHINE:
            raise CommandError(
                "ALLOWED_HOSTS names more than this machine, and everybody knows the passwords of "
                "invented people. If it is the public server, its settings are "
                "DJANGO_SETTINGS_MODULE=project.settings.production."
            )
        machine = machine_of_database()
        if machine and not options["anywhere"]:
            raise CommandError(
                f"The database is on another machine ({machine}), and everybody knows the "
                "passwords of invented people. If it is not the public one (see DATABASE_URL), "
                "pass --anywhere."
            )
        self.seed: int = options["seed"]
        self.until: date = options["until"] or timezone.now().date()
        self.password_hash = make_password(PASSWORD)
        users = options["users"]
        if users is None:
            alone = options["admin"] or options["demo"] or options["clear"]
            users = 0 if alone else DEFAULT_PEOPLE
        if options["clear"]:
            self.clear(ask=options["ask"])
        if options["admin"]:
            self.create_admin()
        if options["demo"]:
            self.create_demo()
        if users:
            self.create_people(users, Size(options["questions"], options["logs"]))

    def clear(self, *, ask: bool) -> None:
        """Delete all invented people, after asking."""
        people = list(writing.fake_people().order_by("pk").values_list("pk", flat=True))
        if not people:
            return self.say(f"There is no account whose address ends in {DOMAIN}.")
        if ask:
            confirm(
                f"This deletes {len(people):,} accounts whose address ends in {DOMAIN}, with "
                "everything they own. Type yes to go on: "
            )
        with self.progress(len(people), "deleting") as bar:
            for count in writing.remove(people):
                bar.update(count)
        return self.say(f"Deleted {len(people):,} accounts.")

    def create_admin(self) -> None:
        """Create the administrator, unless there is one."""
        if User.objects.filter(email=ADMIN_EMAIL).exists():
            return self.say(f"{ADMIN_EMAIL} exists already and was left as it is.")
        User.objects.create_superuser(
            ADMIN_EMAIL, PASSWORD, display_name="Administrator", email_verified_at=timezone.now()
        )
        return self.say(f"{ADMIN_EMAIL}  password {PASSWORD}  (administrator)")

    def create_demo(self) -> None:
        """Create the demo account, unless there is one."""
        if User.objects.filter(email=DEMO.email).exists():
            return self.say(f"{DEMO.email} exists already and was left as it is.")
        self.write([DEMO], DEMO_SIZE)
        return self.say(f"{DEMO.email}  password {PASSWORD}")

    def create_people(self, count: int, size: Size) -> None:
        """Create the seed's first ``count`` people, except those that exist."""
        emails = {email_of(self.seed, number): number for number in range(1, count + 1)}
        present = set(writing.fake_people().values_list("email", flat=True)) & emails.keys()
        missing = [number for email, number in emails.items() if email not in present]
        together = max(1, LOGS_A_TRANSACTION // max(1, size.questions * size.logs))
        with self.progress(len(missing), "creating") as bar:
            for numbers in batched(missing, together):
                self.write([person(self.seed, number) for number in numbers], size)
                bar.update(len(numbers))
        if present:
            self.say(f"{len(present):,} people of seed {self.seed} exist already.")
        if missing:
            first = email_of(self.seed, missing[0])
            self.say(f"{len(missing):,} people, such as {first}  password {PASSWORD}")

    def write(self, people: Sequence[Person], size: Size) -> None:
        """Simulate and insert some people, and check a sample of what was written."""
        accounts = [
            account_of(
                one,
                seed=self.seed,
                size=size,
                until=self.until,
                password_hash=self.password_hash,
            )
            for one in people
        ]
        writing.write(accounts)
        reset_queries()  # with DEBUG, Django keeps the text of every statement
        sample: list[Question] = [account.questions[0] for account in accounts]
        wrong = writing.miscounted([question.pk for question in sample[:CHECKED_QUESTIONS]])
        wrong += writing.misremembered(accounts[0].user)
        if wrong:
            raise CommandError(
                f"What is derived of the questions {wrong} does not match their logs."
            )

    def progress(self, total: int, doing: str) -> "tqdm[Any]":
        """A progress bar; silent unless somebody is looking."""
        return tqdm(total=total, desc=doing, unit="people", disable=None)

    def say(self, line: str) -> None:
        """Print one line."""
        self.stdout.write(line)


def between(least: int, most: int) -> Any:
    """A parser of whole numbers from ``least`` to ``most``."""

    def parse(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ArgumentTypeError(f"give a whole number from {least} to {most}")
        return int(text)

    return parse


def a_day(text: str) -> date:
    """Read YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError as refusal:
        raise ArgumentTypeError("give a day as YYYY-MM-DD") from refusal


def machine_of_database() -> str:
    """Where PostgreSQL is, if it is not on this machine."""
    if connection.vendor != "postgresql":
        return ""
    connection.ensure_connection()
    # What was connected to, whatever told the driver so: settings, its environment or its files.
    reached: Any = connection.connection
    return other_machine(reached.info.host, reached.info.hostaddr)


def other_machine(host: str, address: str) -> str:
    """The name of a server, or nothing if it is this machine.

    Args:
        host: as it was asked for; a directory or nothing for a local socket.
        address: its IP address; empty for a local socket.
    """
    if not address:
        return "" if host.startswith(("/", "@")) or not host else host
    return "" if ip_address(address).is_loopback else host


def confirm(question: str) -> None:
    """Ask a question that only "yes" answers.

    Raises:
        CommandError: anything else was typed, or there is nobody to ask.
    """
    try:
        answer = input(question)
    except EOFError:
        answer = ""
    if answer.strip().lower() != "yes":
        raise CommandError("Nothing was deleted. Answer yes, or pass --no-input.")
