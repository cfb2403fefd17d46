"""The files that import tests speak of, and small ones made up of rows."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "data"
CODEFORCES = DATA / "codeforces-user-status.json"
NEETCODE = DATA / "neetcode-problems.json"
BLIND75 = DATA / "blind75-list.json"
REAL_FILES = [CODEFORCES, NEETCODE, BLIND75]
LEETCODE = DATA / "leetcode-submissions.json"
LEETCODE_ANSWERS = DATA / "leetcode-graphql.json"
CODEWARS = DATA / "codewars-completed.json"
LEETSRS = DATA / "leetsrs-backup.json"
LEETSOLV = DATA / "leetsolv-questions.json"
FILES = {
    "CODEFORCES": CODEFORCES,
    "NEETCODE": NEETCODE,
    "BLIND75": BLIND75,
    "LEETCODE_SUBMISSIONS": LEETCODE,
    "LEETCODE_GRAPHQL": LEETCODE_ANSWERS,
    "CODEWARS": CODEWARS,
    "LEETSRS": LEETSRS,
    "LEETSOLV": LEETSOLV,
}
# Those that are tables; of companies there are two layouts.
TRACKER = DATA / "tracker.csv"
COMPANY = DATA / "company-by-frequency.csv"
COMPANY_WITH_TOPICS = DATA / "company-with-topics.csv"
ANKI = DATA / "anki-notes.txt"
FSRS_REVIEWS = DATA / "fsrs-reviews.csv"
TABLES = {"TRACKER": TRACKER, "COMPANY": COMPANY, "ANKI": ANKI, "FSRS_REVIEWS": FSRS_REVIEWS}


def submission(
    number: int = 1, at: str = "2026-03-01 12:00", problem: dict[str, Any] | None = None, **row: Any
) -> dict[str, Any]:
    """A row of Codeforces: an accepted submission, at a time in UTC."""
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    return {
        "id": number,
        "creationTimeSeconds": int(moment.timestamp()),
        "problem": problem or a_problem(),
        "programmingLanguage": "Python 3",
        "verdict": "OK",
    } | row


def a_problem(index: str = "A", **fields: Any) -> dict[str, Any]:
    """The problem in a row of Codeforces."""
    problem = {"contestId": 4, "index": index, "name": f"Watermelon {index}", "rating": 800}
    return problem | {"tags": ["brute force", "math"]} | fields


def codeforces(*rows: Any) -> str:
    """An answer of Codeforces' user.status."""
    return json.dumps({"status": "OK", "result": rows})


def neetcode(**fields: Any) -> dict[str, Any]:
    """A row of NeetCode's list."""
    row = {"problem": "Two Sum", "pattern": "Arrays & Hashing", "link": "two-sum/"}
    return row | {"difficulty": "Easy"} | fields


def blind75(**fields: Any) -> dict[str, Any]:
    """A row of the Blind 75 list."""
    return {
        "title": "Two Sum",
        "slug": "two-sum",
        "url": "https://leetcode.com/problems/two-sum/",
        "difficulty": "Easy",
        "topics": ["Array", "Hash Table"],
        "listMeta": {"originalIndex": 1, "section": "Arrays & Hashing"},
    } | fields


def seconds(at: str) -> int:
    """A time in UTC as sites count it."""
    return int(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp())


def leetcode(number: int = 1, at: str = "2026-03-01 12:00", **row: Any) -> dict[str, Any]:
    """A row of LeetCode's pages of submissions: an accepted one."""
    return {
        "id": number,
        "lang": "cpp",
        "lang_name": "C++",
        "timestamp": seconds(at),
        "status": 10,
        "status_display": "Accepted",
        "is_pending": "Not Pending",
        "title": "Two Sum",
        "code": "return;",
        "title_slug": "two-sum",
        "notes": "",
        "topic_tags": ["Array"],
    } | row


def answered(number: str = "1", at: str = "2026-03-01 12:00", **row: Any) -> dict[str, Any]:
    """A row of LeetCode's GraphQL lists of submissions: an accepted one."""
    return {
        "id": number,
        "lang": "cpp",
        "timestamp": str(seconds(at)),
        "statusDisplay": "Accepted",
        "isPending": "Not Pending",
        "title": "Two Sum",
        "titleSlug": "two-sum",
    } | row


def progressed(at: str | None = "2026-03-01T12:00:00+00:00", **row: Any) -> dict[str, Any]:
    """A row of LeetCode's GraphQL list of progress: a solved question."""
    return {
        "frontendId": "1",
        "title": "Two Sum",
        "titleSlug": "two-sum",
        "difficulty": "EASY",
        "lastSubmittedAt": at,
        "questionStatus": "SOLVED",
        "lastResult": "AC",
        "topicTags": [{"name": "Array", "slug": "array"}],
    } | row


def answer(*path: str, rows: Any) -> dict[str, Any]:
    """An answer of LeetCode's GraphQL API, with rows where the path leads."""
    for name in reversed(path):
        rows = {name: rows}
    return {"data": rows}


def kata(number: str = "514b92a657cdc65150000006", **row: Any) -> dict[str, Any]:
    """A row of Codewars' completed challenges."""
    return {
        "id": number,
        "name": "Multiples of 3 and 5",
        "slug": "multiples-of-3-and-5",
        "completedAt": "2026-03-01T12:00:00Z",
        "completedLanguages": ["python"],
    } | row


def card(slug: str = "two-sum", *, fsrs: dict[str, Any] | None = None, **row: Any) -> Any:
    """A card of LeetSRS, reviewed once."""
    memory = {
        "due": seconds("2026-03-11 12:00") * 1000,
        "last_review": seconds("2026-03-01 12:00") * 1000,
        "stability": 10.5,
        "difficulty": 5.25,
        "reps": 3,
        "lapses": 1,
        "state": 2,
    }
    named = {"id": f"id of {slug}", "slug": slug, "name": slug.replace("-", " ").title()}
    return named | {"difficulty": "Easy", "paused": False, "fsrs": memory | (fsrs or {})} | row


def leetsrs(*cards: Any, notes: Any = None) -> str:
    """A backup of LeetSRS."""
    named = {card["slug"]: card for card in cards}
    return json.dumps({"schemaVersion": 2, "data": {"cards": named, "notes": notes or {}}})


def solved(slug: str = "two-sum", **row: Any) -> dict[str, Any]:
    """A question of LeetSolv, planned ten days ahead."""
    return {
        "url": f"https://leetcode.com/problems/{slug}/",
        "note": "",
        "familiarity": 2,
        "importance": 1,
        "last_reviewed": "2026-03-01T13:00:00.123456789+01:00",
        "next_review": "2026-03-11T13:00:00.123456789+01:00",
        "review_count": 3,
        "ease_factor": 2.5,
    } | row


def leetsolv(*rows: Any) -> str:
    """A file of LeetSolv."""
    numbered = {str(number): row for number, row in enumerate(rows, 1)}
    return json.dumps({"max_id": len(rows), "questions": numbered})
