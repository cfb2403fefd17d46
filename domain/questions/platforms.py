"""What a link says about where a question comes from. Reads the address, never the page."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db import models


class Platform(models.TextChoices):
    """Where a question comes from."""

    LEETCODE = "LEETCODE", "LeetCode"
    NEETCODE = "NEETCODE", "NeetCode"
    CODEFORCES = "CODEFORCES", "Codeforces"
    CODEWARS = "CODEWARS", "Codewars"
    HACKERRANK = "HACKERRANK", "HackerRank"
    EXERCISM = "EXERCISM", "Exercism"
    BOOK = "BOOK", "Book"
    INTERVIEW = "INTERVIEW", "Interview"
    OTHER = "OTHER", "Other"


@dataclass(frozen=True)
class Origin:
    """A platform and, where the link names it, the question's id there."""

    platform: Platform
    external_id: str | None = None


_HOSTS: dict[str, Platform] = {
    "leetcode.com": Platform.LEETCODE,
    "leetcode.cn": Platform.LEETCODE,
    "neetcode.io": Platform.NEETCODE,
    "codeforces.com": Platform.CODEFORCES,
    "codewars.com": Platform.CODEWARS,
    "hackerrank.com": Platform.HACKERRANK,
    "exercism.org": Platform.EXERCISM,
    "exercism.io": Platform.EXERCISM,
}

# The groups of a match, joined, are the id that exports of the same site use.
_PATHS: dict[Platform, re.Pattern[str]] = {
    Platform.LEETCODE: re.compile(r"^/(?:contest/[^/]+/)?problems/([^/]+)"),
    Platform.NEETCODE: re.compile(r"^/problems/([^/]+)"),
    Platform.CODEFORCES: re.compile(
        r"^/(?:problemset/problem|contest|gym)/(\d+)/(?:problem/)?([A-Za-z]\d*)(?:/|$)"
    ),
    Platform.CODEWARS: re.compile(r"^/kata/([^/]+)"),
    Platform.HACKERRANK: re.compile(r"^/(?:contests/[^/]+/)?challenges/([^/]+)"),
    Platform.EXERCISM: re.compile(r"^/tracks/([^/]+/)exercises/([^/]+)"),
}


def origin_of(url: str) -> Origin:
    """The platform of a link, and the question's id there when the path has one."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removesuffix(".").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return Origin(Platform.OTHER)
    platform = _HOSTS.get(host, Platform.OTHER)
    pattern = _PATHS.get(platform)
    match = pattern.match(parts.path) if pattern else None
    if match is None:
        return Origin(platform)
    external_id = "".join(match.groups())
    if platform is Platform.CODEFORCES:
        external_id = external_id.upper()
    return Origin(platform, external_id[:128])
