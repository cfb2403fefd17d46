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
    """For those whom nobody asks."""

    def expect(self, total: int) -> None:
        """Do nothing."""

    def advance(self, steps: int = 1) -> None:
        """Do nothing."""

    def finishing(self) -> AbstractContextManager[None]:
        """A transaction and nothing else."""
        return transaction.atomic()


UNTOLD = Untold()
