"""What a link tells about where a question comes from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.questions.platforms import Platform, origin_of

pytestmark = pytest.mark.once

L, N, F, W = Platform.LEETCODE, Platform.NEETCODE, Platform.CODEFORCES, Platform.CODEWARS
H, X, NONE = Platform.HACKERRANK, Platform.EXERCISM, Platform.OTHER


@pytest.mark.parametrize(
    ("url", "platform", "external_id"),
    [
        ("https://leetcode.com/problems/two-sum/", L, "two-sum"),
        ("https://leetcode.com/problems/two-sum", L, "two-sum"),
        ("http://www.LeetCode.com/problems/two-sum/description/?envType=daily#x", L, "two-sum"),
        ("https://leetcode.com:443/problems/two-sum/submissions/123/", L, "two-sum"),
        ("https://me:secret@leetcode.com/problems/two-sum", L, "two-sum"),
        ("https://leetcode.cn/problems/two-sum/solutions/", L, "two-sum"),
        ("https://m.leetcode.com/problems/two-sum/", L, "two-sum"),
        ("https://leetcode.com./problems/two-sum/", L, "two-sum"),
        ("https://leetcode.com/contest/weekly-contest-1/problems/two-sum/", L, "two-sum"),
        ("https://leetcode.com/problemset/all/", L, None),
        ("https://leetcode.com/problems/", L, None),
        ("https://leetcode.com/", L, None),
        ("https://leetcode.com", L, None),
        ("https://neetcode.io/problems/two-integer-sum?list=blind75", N, "two-integer-sum"),
        ("https://neetcode.io/roadmap", N, None),
        ("https://codeforces.com/problemset/problem/1775/A2", F, "1775A2"),
        ("https://codeforces.com/contest/1775/problem/a2", F, "1775A2"),
        ("https://codeforces.com/gym/100001/problem/B", F, "100001B"),
        ("https://m.codeforces.com/contest/4/problem/A/", F, "4A"),
        ("https://codeforces.com/contest/4/problem/A?locale=ru", F, "4A"),
        ("https://codeforces.com/contest/1775", F, None),
        ("https://codeforces.com/contest/1775/standings", F, None),
        ("https://codeforces.com/contest/1775/submission/189", F, None),
        ("https://codeforces.com/contest/1775/my", F, None),
        ("https://codeforces.com/problemset/problem/1775/", F, None),
        (
            "https://www.codewars.com/kata/514b92a657cdc65150000006/train/python",
            W,
            "514b92a657cdc65150000006",
        ),
        ("https://www.codewars.com/kata/multiples-of-3-or-5", W, "multiples-of-3-or-5"),
        ("https://www.codewars.com/users/somebody", W, None),
        ("https://www.hackerrank.com/challenges/solve-me-first/problem", H, "solve-me-first"),
        ("https://www.hackerrank.com/contests/c1/challenges/x-y", H, "x-y"),
        ("https://exercism.org/tracks/python/exercises/two-fer/edit", X, "python/two-fer"),
        ("https://exercism.io/tracks/go/exercises/leap", X, "go/leap"),
        ("https://exercism.org/tracks/python", X, None),
        ("https://example.com/problems/two-sum", NONE, None),
        ("https://notleetcode.com/problems/two-sum", NONE, None),
        ("https://leetcode.com.example.org/problems/two-sum", NONE, None),
        ("https://example.org/?next=https://leetcode.com/problems/two-sum", NONE, None),
        ("https://discuss.leetcode.com/problems/two-sum", NONE, None),
        ("leetcode.com/problems/two-sum", NONE, None),
        ("https://[::1/problems/two-sum", NONE, None),
        ("https://leetcode.com\\problems\\two-sum", NONE, None),
        ("//", NONE, None),
        ("", NONE, None),
    ],
)
def test_reads(url, platform, external_id):
    origin = origin_of(url)

    assert (origin.platform, origin.external_id) == (platform, external_id)


def test_cuts_an_id_to_what_the_column_takes():
    origin = origin_of("https://leetcode.com/problems/" + "x" * 500)

    assert origin.external_id == "x" * 128


@given(st.text())
def test_takes_any_text(text):
    assert origin_of(text).platform in Platform
