"""Real problem names to make questions of. Names and links are facts; no statement is copied."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from domain.questions.models import Difficulty

_FILE = Path(__file__).with_name("problems.json")
_LIST_NAMES = {"BLIND_75": "Blind 75", "NEETCODE_150": "NeetCode 150", "": "NeetCode"}
# What people take up first: the short list, then the longer one, then the rest.
_LIST_ORDER = {"Blind 75": 0.0, "NeetCode 150": 0.8, "NeetCode": 1.6}


@dataclass(frozen=True)
class Problem:
    """One problem of the list in problems.json, which names its source and licence."""

    title: str
    slug: str
    pattern: str
    difficulty: Difficulty
    source: str

    @property
    def url(self) -> str:
        """Where it is."""
        return f"https://leetcode.com/problems/{self.slug}/"


@cache
def all_problems() -> tuple[Problem, ...]:
    """Every problem, in the order of the list."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))["problems"]
    return tuple(
        Problem(title, slug, pattern, Difficulty[difficulty], _LIST_NAMES[of_list])
        for title, slug, pattern, difficulty, of_list in rows
    )


def choose(rng: Random, count: int) -> list[Problem]:
    """The problems that somebody takes up, in that order: known lists and easy ones sooner."""
    eagerness = {
        problem.slug: _LIST_ORDER[problem.source] + 0.15 * problem.difficulty + rng.uniform(0, 1.2)
        for problem in all_problems()
    }
    return sorted(all_problems(), key=lambda problem: eagerness[problem.slug])[:count]
