"""Large files to import, made up as the sites write them; the same number is the same bytes."""

import json
from collections.abc import Iterator

FIRST_SECOND = 1_600_000_000  # 13 September 2020
YEARS = 4
LANGUAGES = ["python3", "cpp", "java", "golang"]
TOPICS = ["Array", "Hash Table", "Graph", "Dynamic Programming", "Tree", "Heap", "Trie"]
VERDICTS = ["Wrong Answer", "Accepted", "Time Limit Exceeded", "Accepted", "Accepted"]
SUBMISSIONS_A_PROBLEM = 20


def leetcode_dump(rows: int) -> bytes:
    """Pages of LeetCode's submissions in one file, twenty submissions of each problem.

    50,000 rows are 9 MB, just under what one import may have.
    """
    return b'{"submissions_dump":[%s],"has_next":false}' % b",".join(_submissions(rows))


def _submissions(rows: int) -> Iterator[bytes]:
    problems = max(1, rows // SUBMISSIONS_A_PROBLEM)
    seconds_between = YEARS * 365 * 24 * 60 * 60 // rows
    for number in range(rows):
        problem = number % problems
        row = {
            "id": 100_000_000 + number,
            "lang": LANGUAGES[problem % len(LANGUAGES)],
            "timestamp": FIRST_SECOND + seconds_between * number,
            "status_display": VERDICTS[(number + problem) % len(VERDICTS)],
            "title": f"Problem {problem}",
            "title_slug": f"problem-{problem}",
            "code": f"return {number}",
            "topic_tags": [TOPICS[problem % len(TOPICS)]],
        }
        yield json.dumps(row, separators=(",", ":")).encode()
