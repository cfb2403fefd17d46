"""Broken rows: counted exactly, told up to a bound."""

from collections.abc import Sequence
from dataclasses import replace

from domain.base.bulk import ErrorPolicy
from domain.base.findings import Finding
from domain.transfer.refusals import MAX_PROBLEMS, ImportRefused
from domain.transfer.reports import MAX_ERRORS, ImportReport


class RowsRefused(ImportRefused):
    """Some rows are broken, and the file is to be stored as a whole or not at all.

    Attributes:
        failed: how many; as far as the file was read.
        report: what to tell of the file; None until somebody says.
    """

    report: ImportReport | None = None

    def __init__(self, problems: Sequence[Finding], *, failed: int) -> None:
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
        self._problems: list[Finding] = []

    def add(self, problems: Sequence[Finding], *, title: str) -> None:
        """Note what is wrong with one row, and what that is called.

        Raises:
            RowsRefused: so much that reading on would tell nothing new.
        """
        self.failed += 1
        told = problems[: MAX_ERRORS - len(self._problems)]
        self._problems += [replace(problem, title=title) for problem in told]
        if self.is_hasty and len(self._problems) >= MAX_PROBLEMS:
            raise RowsRefused(self._problems[:MAX_PROBLEMS], failed=self.failed)

    def refuse_any(self) -> None:
        """Go on only if nothing is wrong, or broken rows are to be left out.

        Raises:
            RowsRefused: something is.
        """
        if self.failed and self.policy == ErrorPolicy.REJECT_ALL:
            raise RowsRefused(self._problems, failed=self.failed)

    @property
    def problems(self) -> tuple[Finding, ...]:
        """What is wrong, in the order of the file; at most ``MAX_ERRORS``."""
        return tuple(self._problems)
