"""``manage.py rebuild_reviews``: proves that what is derived from attempts is a replay of them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from tqdm import tqdm  # type: ignore[import-untyped]

from domain.accounts.models import User
from domain.practice.rebuilding import rebuild
from domain.questions.models import Question
from project.management.people import person_with


class Command(BaseCommand):
    """Works in batches, each a transaction: it can be stopped at any time, and run again."""

    help = (
        "Replay all attempts and correct the counters and review states that are not what follows "
        "from them. What people decided, such as to suspend a question, stays as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose questions, and whether to write."""
        parser.add_argument("--user", metavar="EMAIL", help="only this person's questions")
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing; exit with 1 if something would have to be corrected",
        )

    def handle(self, *, user: str | None, check: bool, **options: Any) -> None:
        """Replay, and report how much was looked at and how much differed."""
        looked_at, differing = _rebuild(_people(user), correct=not check)
        self.stdout.write(f"{looked_at} questions looked at")
        if check and differing:
            raise CommandError(f"{differing} questions differ from a replay of their attempts.")
        self.stdout.write(f"{differing} questions differed" + ("" if check else ", corrected"))


def _people(email: str | None) -> QuerySet[User]:
    """Everybody, or the one with an address.

    Raises:
        CommandError: nobody has it.
    """
    people = User.objects.order_by("pk").only("pk")
    return people if email is None else people.filter(pk=person_with(email).pk)


def _rebuild(people: QuerySet[User], *, correct: bool) -> tuple[int, int]:
    looked_at = differing = 0
    total = Question.objects.filter(owner__in=people).count()
    # Silent unless somebody is looking.
    with tqdm(total=total, desc="replaying", unit="questions", disable=None) as bar:
        for person in people:
            for batch in rebuild(person, correct=correct):
                looked_at += batch.looked_at
                differing += len(batch.differing)
                bar.update(batch.looked_at)
    return looked_at, differing
