"""Codeforces: the answer of its API method ``user.status``, or only the list in it."""

from urllib.parse import quote

from domain.questions.models import Difficulty, Outcome, TagKind
from domain.questions.platforms import Platform
from domain.transfer.formats.base import OF_ATTEMPTS, Format, ImportFormat, Rows
from domain.transfer.formats.fields import Fields
from domain.transfer.formats.imported import (
    ImportedLog,
    ImportedQuestion,
    ImportedRow,
    ImportedTag,
    SkippedRow,
)
from domain.transfer.formats.shapes import any_row, listed, printable
from domain.transfer.options import ImportOptions
from domain.transfer.refusals import refusal

SITE = "https://codeforces.com"
FIRST_GYM = 100_000
# The archive of acm.sgu.ru has no contests; the site puts this number in the links to it.
ACMSGURU, ACMSGURU_CONTEST = "acmsguru", 99_999
MEDIUM_FROM, HARD_FROM = 1200, 1900
OUTCOMES = {"OK": Outcome.SOLVED, "PARTIAL": Outcome.PARTIAL}
SKIPPED = {
    "COMPILATION_ERROR": "The program did not compile, so it was no attempt.",
    "SKIPPED": "Codeforces did not judge it.",
    "TESTING": "Codeforces is still judging it. Import the file again later.",
    "SUBMITTED": "Codeforces is still judging it. Import the file again later.",
    "": "It has no verdict yet. Import the file again later.",
}


def detect(document: object) -> bool:
    """Whether it is an answer of the API, or a list of submissions."""
    if isinstance(document, dict):
        return document.get("status") in ("OK", "FAILED")
    return any_row(document, lambda row: isinstance(row.get("problem"), dict))


def rows(document: object, options: ImportOptions) -> list[Rows]:
    """The submissions.

    Raises:
        ImportRefused: failed_answer, missing_field, wrong_type or wrong_format.
    """
    if not isinstance(document, dict):
        return listed(document, ImportFormat.CODEFORCES)
    if document.get("status") == "FAILED":
        comment = printable(document.get("comment"))
        text = (
            f"This is Codeforces' refusal, not a list of submissions: {comment} Check the handle "
            "in the address, and ask again."
        )
        raise refusal("failed_answer", text, position="comment")
    if document.get("status", "OK") != "OK":
        raise refusal("bad_value", "Expected OK or FAILED.", position="status")
    if "result" not in document:
        raise refusal("missing_field", "This field is missing.", position="result")
    return listed(document["result"], ImportFormat.CODEFORCES, path="result")


def read_row(row: Fields) -> ImportedRow | SkippedRow:
    """One submission; ``RowRefused`` if it is broken."""
    verdict = row.optional_text("verdict")
    submission = ImportedRow(_question(row.fields("problem")), _log(row, verdict))
    if verdict in SKIPPED:
        return SkippedRow(verdict.lower() or "no_verdict", SKIPPED[verdict])
    return submission


def _question(problem: Fields) -> ImportedQuestion:
    external_id, url = _address(problem)
    rating = problem.optional_number("rating")
    return ImportedQuestion(
        title=problem.text("name"),
        platform=Platform.CODEFORCES,
        external_id=external_id,
        url=url,
        difficulty=None if rating is None else _difficulty(rating),
        platform_rating=rating,
        tags=tuple(
            ImportedTag(TagKind.TOPIC, name, f"problem.tags[{index}]")
            for index, name in enumerate(problem.optional_texts("tags"))
        ),
    )


def _address(problem: Fields) -> tuple[str, str]:
    contest = problem.optional_number("contestId")
    collection = problem.optional_text("problemsetName")
    index = problem.text("index").upper()
    if contest is None:
        if not collection:
            raise problem.refusal("contestId", "This field is missing.", code="missing_field")
        return f"{collection}{index}", _collection_link(collection, index)
    if contest <= 0:
        raise problem.refusal("contestId", "The number of a contest is 1 or more.")
    if collection:
        return f"{contest}{index}", _collection_link(collection, index)
    if contest >= FIRST_GYM:
        return f"{contest}{index}", f"{SITE}/gym/{contest}/problem/{quote(index, safe='')}"
    return f"{contest}{index}", f"{SITE}/problemset/problem/{contest}/{quote(index, safe='')}"


def _collection_link(collection: str, index: str) -> str:
    if collection != ACMSGURU:
        return ""
    return f"{SITE}/problemsets/{ACMSGURU}/problem/{ACMSGURU_CONTEST}/{quote(index, safe='')}"


def _difficulty(rating: int) -> Difficulty:
    if rating < MEDIUM_FROM:
        return Difficulty.EASY
    return Difficulty.MEDIUM if rating < HARD_FROM else Difficulty.HARD


def _log(row: Fields, verdict: str) -> ImportedLog:
    number, seconds = row.number("id"), row.number("creationTimeSeconds")
    if number <= 0:
        raise row.refusal("id", "The number of a submission is 1 or more.")
    return ImportedLog(
        external_id=str(number),
        attempted_at=row.unix_time("creationTimeSeconds", seconds),
        outcome=OUTCOMES.get(verdict, Outcome.FAILED),
        sequence=number,
        language=row.optional_text("programmingLanguage"),
    )


FORMAT = Format(
    name=ImportFormat.CODEFORCES,
    detect=detect,
    rows=rows,
    read_row=read_row,
    paths={
        "title": "problem.name",
        "external_id": "problem.index",
        "url": "problem.index",
        "platform_rating": "problem.rating",
    },
    log_paths={
        "external_id": "id",
        "attempted_at": "creationTimeSeconds",
        "language": "programmingLanguage",
    },
    uses=OF_ATTEMPTS,
)
