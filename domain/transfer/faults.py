"""Broken rows: counted exactly, told up to a bound."""

from collections.abc import Sequence

from domain.base.bulk import ErrorPolicy
from domain.transfer.refusals import MAX_PROBLEMS, ImportRefused, Problem
from domain.transfer.reports import MAX_ERRORS, ImportReport, Note


class RowsRefused(ImportRefused):
    """Some rows are broken, and the file is to be stored as a whole or not at all.

    Attributes:
        failed: how many; as far as the file was read.
        report: what to tell of the file; None until somebody says.
    """

    report: ImportReport | None = None

    def __init__(self, problems: Sequence[Problem], *, failed: int) -> None:
        super().__init__(problems)
        self.failed = failed


class Faults:
    """Collects what is wrong with the rows of a file.

    Args:
        policy: of the import.
        thorough: read a file that is refused to its end, so that every broken row is told.
    """

    def __init__(self, policy: ErrorPolicy, *, thorough: bool) -> None:
        self.policy = policy
        self.is_hasty = policy == ErrorPolicy.REJECT_ALL and not thorough
        self.failed = 0
        self._problems: list[Problem] = []

    def add(self, problems: Sequence[Problem]) -> None:
        """Note what is wrong with one row.

        Raises:
            RowsRefused: so much that reading on would tell nothing new.
        """
        self.failed += 1
        self._problems += problems[: MAX_ERRORS - len(self._problems)]
        if self.is_hasty and len(self._problems) >= MAX_PROBLEMS:
            raise RowsRefused(self._problems[:MAX_PROBLEMS], failed=self.failed)

    def refuse_any(self) -> None:
        """Go on only if nothing is wrong, or broken rows are to be left out.

        Raises:
            RowsRefused: something is.
        """
        if self.failed and self.policy == ErrorPolicy.REJECT_ALL:
            raise RowsRefused(self._problems, failed=self.failed)

    def notes(self) -> tuple[Note, ...]:
        """The same for a report."""
        return notes_of(self._problems)


def notes_of(problems: Sequence[Problem]) -> tuple[Note, ...]:
    """Problems as a report tells them."""
    return tuple(Note(problem.code, problem.position, problem.text) for problem in problems)
