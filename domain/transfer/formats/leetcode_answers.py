"""LeetCode: answers of its GraphQL API, as a browser shows them.

The list of progress tells of a question when it was last submitted, not of each submission. Its
attempts get an id made of question and time, so that the same answer never adds one twice.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from domain.questions.models import Outcome
from domain.transfer.formats.base import OF_ATTEMPTS, Format, ImportFormat, Reader, Rows
from domain.transfer.formats.fields import Fields
from domain.transfer.formats.imported import ImportedLog, ImportedRow, SkippedRow
from domain.transfer.formats.leetcode import ACCEPTED, judged, submission
from domain.transfer.formats.shapes import (
    difficulty_of,
    leetcode_question,
    listed,
    other_form,
    printable,
    topics_of,
)
from domain.transfer.options import ImportOptions
from domain.transfer.refusals import refusal

# Where an answer has each of its lists, inside ``data``.
SUBMISSIONS = ("submissionList", "submissions")
ACCEPTED_ONES = ("recentAcSubmissionList",)
RECENT = ("recentSubmissionList",)
PROGRESS = ("userProgressQuestionList", "questions")
OUTCOMES = {"SOLVED": Outcome.SOLVED, "ATTEMPTED": Outcome.FAILED}
UNTOUCHED = "TO_DO"
# All that an answer of GraphQL may have.
ANSWER = {"data", "errors", "extensions"}


def detect(document: object) -> bool:
    """Whether it is an answer with one of the lists, or with errors in their place."""
    if not isinstance(document, dict):
        return False
    if _errors(document):
        return True
    answer = document.get("data")
    return isinstance(answer, dict) and any(path[0] in answer for path in READERS)


def rows(document: object, options: ImportOptions) -> list[Rows]:
    """The rows of each list in an answer.

    Raises:
        ImportRefused: failed_answer, missing_field, wrong_type or wrong_format.
    """
    if not isinstance(document, dict) or not ("data" in document or "errors" in document):
        raise other_form(ImportFormat.LEETCODE_GRAPHQL)
    _refuse_failed(document)
    answer = document.get("data")
    if not isinstance(answer, dict):
        raise refusal("wrong_type", "Expected an object.", position="data")
    found = list(_lists(answer))
    if not found:
        names = ", ".join(path[0] for path in READERS)
        text = f"None of the lists that we know is in this answer: {names}."
        raise refusal("missing_field", text, position="data")
    return found


def _refuse_failed(document: dict[str, Any]) -> None:
    errors = document.get("errors")
    if errors:
        first = errors[0] if isinstance(errors, list) else errors
        message = printable(first.get("message") if isinstance(first, dict) else first)
        text = (
            f"This is LeetCode's refusal, not a list: {message} Sign in there, check the query and "
            "the user name, and ask again."
        )
        raise refusal("failed_answer", text, position="errors")


def _errors(document: dict[str, Any]) -> bool:
    """Whether it is what GraphQL answers where something went wrong, and nothing else."""
    errors = document.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    return isinstance(first, dict) and "message" in first and document.keys() <= ANSWER


def _lists(answer: dict[str, Any]) -> Iterator[Rows]:
    for path, reader in READERS.items():
        if path[0] in answer:
            place, value = "data", answer
            for name in path:
                place, value = f"{place}.{name}", _inside(value, name, place)
            for some in listed(value, ImportFormat.LEETCODE_GRAPHQL, path=place):
                yield replace(some, reader=reader)


def _inside(value: object, name: str, place: str) -> Any:
    if not isinstance(value, dict):
        raise refusal("wrong_type", "Expected an object.", position=place)
    if name not in value:
        raise refusal("missing_field", "This field is missing.", position=f"{place}.{name}")
    if value[name] is None:
        text = "LeetCode gave nothing. Sign in there, check the user name, and ask again."
        raise refusal("failed_answer", text, position=f"{place}.{name}")
    return value[name]


def read_submission(row: Fields) -> ImportedRow | SkippedRow:
    """One submission; ``RowRefused`` if it is broken."""
    return _submission(row, row.optional_text("statusDisplay"))


def read_accepted(row: Fields) -> ImportedRow | SkippedRow:
    """One of a list of accepted submissions, which need not say so; ``RowRefused`` if broken."""
    return _submission(row, row.optional_text("statusDisplay") or ACCEPTED)


def _submission(row: Fields, verdict: str) -> ImportedRow | SkippedRow:
    question = leetcode_question(row, slug="titleSlug", title="title")
    log = replace(submission(row, verdict), language=row.optional_text("lang"))
    return judged(question, log, verdict, row.optional_text("isPending"))


def read_progress(row: Fields) -> ImportedRow:
    """One question and, if it was ever submitted, its latest attempt; ``RowRefused`` if broken.

    The outcome is that of the question: one that was solved stays so when it is tried again.
    """
    question = replace(
        leetcode_question(row, slug="titleSlug", title="title"),
        difficulty=difficulty_of(row),
        tags=topics_of(row, "topicTags"),
    )
    status = row.text("questionStatus").upper()
    if status not in (*OUTCOMES, UNTOUCHED):
        raise row.refusal("questionStatus", "Expected SOLVED, ATTEMPTED or TO_DO.")
    if status == UNTOUCHED or not row.has("lastSubmittedAt"):
        return ImportedRow(question)
    at = row.iso_time("lastSubmittedAt")
    number = f"progress:{question.external_id}:{int(at.timestamp())}"
    return ImportedRow(question, ImportedLog(number, at, OUTCOMES[status]))


_SUBMISSION = Reader(
    read_row=read_submission,
    paths={"external_id": "titleSlug", "url": "titleSlug"},
    log_paths={"external_id": "id", "attempted_at": "timestamp", "language": "lang"},
)
READERS = {
    SUBMISSIONS: _SUBMISSION,
    ACCEPTED_ONES: replace(_SUBMISSION, read_row=read_accepted),
    RECENT: _SUBMISSION,
    PROGRESS: Reader(
        read_row=read_progress,
        paths=_SUBMISSION.paths,
        log_paths={"external_id": "titleSlug", "attempted_at": "lastSubmittedAt"},
    ),
}
FORMAT = Format(
    name=ImportFormat.LEETCODE_GRAPHQL,
    detect=detect,
    rows=rows,
    read_row=read_submission,
    paths=_SUBMISSION.paths,
    log_paths=_SUBMISSION.log_paths,
    uses=OF_ATTEMPTS,
)
