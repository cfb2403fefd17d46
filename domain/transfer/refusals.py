"""Why a file is not imported: every problem with its place, none of the rows stored."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError

from domain.base.errors import DomainError
from domain.base.findings import Finding

MAX_PROBLEMS = 50
FIELD = "content"


class ImportRefused(DomainError):
    """The file cannot be imported and nothing of it is stored.

    As an error of the API it blames the field ``content``, one message a problem. Their codes: of a
    file too_large, not_text, not_utf8, empty_file, web_page, unstorable_text, unknown_format,
    wrong_format; of JSON not_json, bad_number, too_deep, too_many_documents, failed_answer; of a
    table not_a_table, too_many_columns, missing_column, unknown_column, unknown_field,
    missing_option; of rows too_many_rows, too_many_tags, missing_field, wrong_type, bad_row,
    bad_value.

    Args:
        problems: at least one, in the order of the file.
    """

    code = "import_refused"
    message = "This file cannot be imported."

    def __init__(self, problems: Sequence[Finding]) -> None:
        self.problems = tuple(problems)
        refusals = [ValidationError(str(problem), code=problem.code) for problem in self.problems]
        ValidationError.__init__(self, {FIELD: refusals})


def refusal(code: str, text: str, *, position: str = "") -> ImportRefused:
    """The refusal of the whole file for one reason, to be raised."""
    return ImportRefused([Finding(code, position, text)])
