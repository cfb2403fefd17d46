"""The files that import tests speak of: the real ones, and small ones made up of rows."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "data"
CODEFORCES = DATA / "codeforces-user-status.json"
NEETCODE = DATA / "neetcode-problems.json"
BLIND75 = DATA / "blind75-list.json"
REAL_FILES = [CODEFORCES, NEETCODE, BLIND75]


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
