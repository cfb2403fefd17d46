"""How text is made uniform and taken apart."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.base.text import MAX_WORD, storable, tidy, words
from tests.domain.refusals import refused


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Two Sum \n", "Two Sum"),
        ("\u00a0Two\u2003", "Two"),
        ("Cafe\u0301", "Café"),
        ("a\u0300\u0316", "à\u0316"),
        ("ﬁ", "ﬁ"),
        ("", ""),
        (" \t\r\n", ""),
    ],
)
def test_tidy_trims_and_composes(typed, kept):
    assert tidy(typed) == kept


@given(st.text(max_size=30))
def test_tidy_changes_nothing_the_second_time(text):
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(max_size=30))
def test_tidy_gives_composed_text(text):
    assert unicodedata.is_normalized("NFC", tidy(text))


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "x\udfff", "\udbff\udbff"])
def test_storable_refuses(text):
    with refused("unstorable_text"):
        storable(text)


@pytest.mark.parametrize("text", ["", "\x01", "\ud7ff", "\ue000", "😀", "\U0010ffff", "a\nb"])
def test_storable_accepts(text):
    assert storable(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Two Sum", ["two", "sum"]),
        ("two TWO Two", ["two"]),
        ("Crème brûlée", ["creme", "brulee"]),
        ("Straße STRASSE", ["strasse"]),
        ("Задача о рюкзаке", ["задача", "о", "рюкзаке"]),
        ("Ёлка", ["елка"]),
        ("両替 問題", ["両替", "問題"]),
        ("ΟΔΟΣ οδός", ["οδοσ"]),
        ("İstanbul istanbul", ["istanbul"]),
        ("ﬁnd ２sum x²", ["find", "2sum", "x2"]),
        ("snake_case kebab-case", ["snake", "case", "kebab"]),
        ("C++ / C# 100%", ["c", "100"]),
        ("'q'uo\"ted\\ a:b & | ! <-> *", ["q", "uo", "ted", "a", "b"]),
        ("🎉 🧩", []),
        ("", []),
        ("_%_", []),
    ],
)
def test_words_of(text, found):
    assert words(text) == found


def test_words_joins_texts_without_joining_their_words():
    found = words("two", "sum")

    assert found == ["two", "sum"]


def test_words_cuts_very_long_words():
    found = words("x" * 1000 + " y")

    assert found == ["x" * MAX_WORD, "y"]


@given(st.text(max_size=60))
def test_words_hold_nothing_that_a_pattern_could_mean(text):
    for word in words(text):
        assert word
        assert not set(word) & set(" %_'\"\\:*&|!()\x00")
