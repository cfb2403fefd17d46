"""LeetCode: pages of ``/api/submissions/``, or only the lists of submissions in them."""

from dataclasses import replace
from typing import Any

from domain.practice.models.logs import MAX_CODE_BYTES
from domain.questions.models import Outcome
from domain.transfer.formats.base import OF_ATTEMPTS, Format, ImportFormat, Rows
from domain.transfer.formats.fields import Fields
from domain.transfer.formats.imported import (
    ImportedLog,
    ImportedQuestion,
    ImportedRow,
    LeftOut,
    SkippedRow,
)
from domain.transfer.formats.shapes import any_row, leetcode_question, listed, printable, topics_of
from domain.transfer.options import ImportOptions
from domain.transfer.refusals import refusal

ACCEPTED = "Accepted"
JUDGED = "Not Pending"
STILL_JUDGED = SkippedRow("pending", "LeetCode is still judging it. Import the file again later.")
SKIPPED = {
    "": SkippedRow("no_verdict", "It has no verdict."),
    "Compile Error": SkippedRow(
        "compile_error", "The program did not compile, so it was no attempt."
    ),
    "Internal Error": SkippedRow("internal_error", "LeetCode itself failed, so it was no attempt."),
    "Pending": STILL_JUDGED,
    "Judging": STILL_JUDGED,
}
CODE_TOO_LONG = LeftOut(
    "code_too_long", "Its code is left out: it has more than 64 KiB. The attempt is kept."
)


def detect(document: object) -> bool:
    """Whether it is a page of submissions, or a list of them."""
    if isinstance(document, dict):
        return "submissions_dump" in document or _is_refusal(document)
    return any_row(document, lambda row: "title_slug" in row and "status_display" in row)


def rows(document: object, options: ImportOptions) -> list[Rows]:
    """The submissions.

    Raises:
        ImportRefused: failed_answer, wrong_type or wrong_format.
    """
    if isinstance(document, dict) and _is_refusal(document):
        text = (
            f"This is a refusal, not a page of submissions: {printable(document['detail'])} Sign "
            "in to LeetCode, and ask again; after too many requests wait a minute before."
        )
        raise refusal("failed_answer", text, position="detail")
    if isinstance(document, dict) and "submissions_dump" in document:
        path = "submissions_dump"
        return listed(document[path], ImportFormat.LEETCODE_SUBMISSIONS, path=path)
    return listed(document, ImportFormat.LEETCODE_SUBMISSIONS)


def _is_refusal(document: dict[str, Any]) -> bool:
    """Whether it is what ``/api/submissions/`` says to strangers and to who asks too often."""
    return document.keys() == {"detail"} and isinstance(document["detail"], str)


def read_row(row: Fields) -> ImportedRow | SkippedRow:
    """One submission; ``RowRefused`` if it is broken."""
    question = replace(
        leetcode_question(row, slug="title_slug", title="title"),
        tags=topics_of(row, "topic_tags"),
    )
    verdict, pending = row.optional_text("status_display"), row.optional_text("is_pending")
    log = replace(
        submission(row, verdict),
        language=row.optional_text("lang_name") or row.optional_text("lang"),
        notes=row.raw_text("notes"),
    )
    code = row.raw_text("code")
    if len(code.encode("utf-8", "surrogatepass")) > MAX_CODE_BYTES:
        return judged(question, log, verdict, pending, left_out=CODE_TOO_LONG)
    return judged(question, replace(log, solution_code=code), verdict, pending)


def submission(row: Fields, verdict: str) -> ImportedLog:
    """What all of LeetCode's lists say about a submission.

    Raises:
        RowRefused: its id or its time is broken.
    """
    number = row.digits("id")
    if number <= 0:
        raise row.refusal("id", "The number of a submission is 1 or more.")
    return ImportedLog(
        external_id=str(number),
        attempted_at=row.unix_time("timestamp", row.digits("timestamp")),
        outcome=Outcome.SOLVED if verdict == ACCEPTED else Outcome.FAILED,
        sequence=number,
    )


def judged(
    question: ImportedQuestion,
    log: ImportedLog,
    verdict: str,
    pending: str,
    *,
    left_out: LeftOut | None = None,
) -> ImportedRow | SkippedRow:
    """The row, unless LeetCode has not judged the submission or never could."""
    if pending not in ("", JUDGED):
        return STILL_JUDGED
    return SKIPPED.get(verdict) or ImportedRow(question, log, left_out=left_out)


FORMAT = Format(
    name=ImportFormat.LEETCODE_SUBMISSIONS,
    detect=detect,
    rows=rows,
    read_row=read_row,
    paths={"external_id": "title_slug", "url": "title_slug"},
    log_paths={
        "external_id": "id",
        "attempted_at": "timestamp",
        "language": "lang_name",
        "solution_code": "code",
    },
    uses=OF_ATTEMPTS,
)
