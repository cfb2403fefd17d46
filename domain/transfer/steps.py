"""How far an import is."""

from contextlib import AbstractContextManager
from typing import Protocol

from django.db import transaction


class Progress(Protocol):
    """Is told how far it is, and lets it finish: the run of a job, for one."""

    def expect(self, total: int) -> None:
        """Take note of how many steps there are."""

    def advance(self, steps: int = 1) -> None:
        """Take note that so many more are done; raises if the import is to end here."""

    def finishing(self) -> AbstractContextManager[None]:
        """The transaction in which everything is stored."""


class Untold:
    """For those whom nobody asks; what others do not tell either."""

    def expect(self, total: int) -> None:
        """Do nothing."""

    def advance(self, steps: int = 1) -> None:
        """Do nothing."""

    def finishing(self) -> AbstractContextManager[None]:
        """A transaction and nothing else."""
        return transaction.atomic()


class Inner(Untold):
    """Tells somebody of work that is a part of theirs: its end is not the end of all."""

    def __init__(self, whole: Progress) -> None:
        self.whole = whole

    def expect(self, total: int) -> None:
        """Tell them."""
        self.whole.expect(total)

    def advance(self, steps: int = 1) -> None:
        """Tell them, and end where they want it."""
        self.whole.advance(steps)


class Again(Untold):
    """Work that is done once more: its steps were told, but it still ends where somebody wants."""

    def __init__(self, whole: Progress) -> None:
        self.whole = whole

    def advance(self, steps: int = 1) -> None:
        """End where they want it."""
        self.whole.advance(0)


UNTOLD = Untold()
