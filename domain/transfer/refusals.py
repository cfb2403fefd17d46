"""Why a file is not imported: every problem with its place, none of the rows stored."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from domain.base.errors import DomainError

MAX_PROBLEMS = 50
FIELD = "content"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file.

    Attributes:
        code: for programs. Of a file: too_large, not_text, not_utf8, empty_file, web_page,
            unstorable_text, unknown_format, wrong_format; of JSON not_json, bad_number, too_deep,
            too_many_documents, failed_answer; of a table not_a_table, too_many_columns,
            missing_column, unknown_column, unknown_field, missing_option; of rows too_many_rows,
            too_many_tags, missing_field, wrong_type, bad_row, bad_value.
        position: where, such as ``result[12].problem.name``, ``line 3, column 7`` of JSON or
            ``line 3, column Date`` of a table; empty for the file as a whole.
        text: what is wrong, for people.
    """

    code: str
    position: str
    text: str

    def __str__(self) -> str:
        return f"{self.position}: {self.text}" if self.position else self.text


class ImportRefused(DomainError):
    """The file cannot be imported and nothing of it is stored.

    As an error of the API it blames the field ``content``, one message a problem.

    Args:
        problems: at least one, in the order of the file.
    """

    code = "import_refused"
    message = "This file cannot be imported."

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        refusals = [ValidationError(str(problem), code=problem.code) for problem in self.problems]
        ValidationError.__init__(self, {FIELD: refusals})


class Problems:
    """Collects what is wrong with a file, up to ``MAX_PROBLEMS``."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, problem: Problem) -> None:
        """Note one more.

        Raises:
            ImportRefused: there are ``MAX_PROBLEMS`` now; reading on would tell nothing new.
        """
        self._found.append(problem)
        if len(self._found) == MAX_PROBLEMS:
            raise ImportRefused(self._found)

    def raise_any(self) -> None:
        """Go on only without problems.

        Raises:
            ImportRefused: there is at least one.
        """
        if self._found:
            raise ImportRefused(self._found)


def refusal(code: str, text: str, *, position: str = "") -> ImportRefused:
    """The refusal of the whole file for one reason, to be raised."""
    return ImportRefused([Problem(code, position, text)])
