"""What people write into the cells of a spreadsheet in place of our choices."""

import re
from collections.abc import Mapping

from domain.practice.models import Help, Mistake, Rating
from domain.questions.models import Difficulty, Outcome, TagKind
from domain.questions.platforms import Platform
from domain.transfer.formats.columns import plain
from domain.transfer.formats.dates import with_ascii_digits
from domain.transfer.formats.fields import MAX_TEXTS
from domain.transfer.formats.imported import ImportedTag
from domain.transfer.formats.sheets import Cells

YES = {"y", "yes", "true", "x", "1", "\u2713", "\u2714", "\u2705", "\u2611", "checked", "\u221a"}
NO = {"n", "no", "false", "0", "\u2717", "\u2718", "\u274c", "\u2610", "unchecked"}
# Left alone so far: no attempt, whatever else the row says.
UNTOUCHED = {"todo", "notstarted", "new", "unattempted", "planned", "backlog", "later"}
OUTCOMES: Mapping[Outcome, set[str]] = {
    Outcome.SOLVED: {
        *("solved", "done", "complete", "completed", "accepted", "ac", "ok", "pass", "passed"),
        *("success", "finished", "mastered", "correct", "solvedwithhelp"),
    },
    Outcome.PARTIAL: {"partial", "partially", "partly", "partlysolved", "partiallysolved", "half"},
    Outcome.FAILED: {
        *("failed", "fail", "notsolved", "unsolved", "wrong", "wronganswer", "wa", "incorrect"),
        *("attempted", "tried", "gaveup", "timelimitexceeded", "tle", "inprogress", "redo"),
    },
}
DIFFICULTIES: Mapping[str, Difficulty] = {
    **{name.lower(): Difficulty[name] for name in Difficulty.names},
    **{"e": Difficulty.EASY, "med": Difficulty.MEDIUM, "m": Difficulty.MEDIUM},
    "h": Difficulty.HARD,
}
PLATFORMS: Mapping[str, Platform] = {
    **{name.lower(): Platform(name) for name in Platform.values},
    **{"lc": Platform.LEETCODE, "cf": Platform.CODEFORCES, "hr": Platform.HACKERRANK},
    "nc": Platform.NEETCODE,
}
HELP: Mapping[str, Help] = {
    **{"none": Help.NONE, "no": Help.NONE, "n": Help.NONE, "false": Help.NONE},
    **{"hint": Help.HINT, "hints": Help.HINT, "yes": Help.HINT, "y": Help.HINT, "true": Help.HINT},
    **{"editorial": Help.EDITORIAL, "solution": Help.EDITORIAL, "video": Help.EDITORIAL},
}
MISTAKES: Mapping[str, Mistake] = {
    **{plain(mistake.value): mistake for mistake in Mistake},
    **{plain(mistake.label): mistake for mistake in Mistake},
}
# All of them together are shorter; anything longer is free text.
MAX_MISTAKES = 500
_NUMBER = re.compile(r"[0-9]{1,6}")
_SPLIT = re.compile(r"[,;/|\n]")
# Names have commas and slashes in them; where one of these stands, it is what parts them.
_SPLIT_FIRST = re.compile(r"[;|\n]")
_SPLIT_ELSE = re.compile(r",|(?<! )/(?! )")


def difficulty_in(cells: Cells, field: str) -> Difficulty | None:
    """A difficulty; None for an empty cell. ``RowRefused`` for another word."""
    word = plain(cells.value(field))
    if word and word not in DIFFICULTIES:
        raise cells.refusal(field, "Expected Easy, Medium or Hard.")
    return DIFFICULTIES.get(word)


def outcome_in(cells: Cells, field: str) -> Outcome | None:
    """How an attempt ended; None for an empty cell and for what was left alone so far.

    Raises:
        RowRefused: for a word that we do not know.
    """
    # A check mark may come with a sign that it is to be shown in colour.
    text = cells.value(field).rstrip("\ufe0f")
    word = plain(text) or text
    if not word or word in UNTOUCHED:
        return None
    if word in YES | NO:
        return Outcome.SOLVED if word in YES else Outcome.FAILED
    for outcome, words in OUTCOMES.items():
        if word in words:
            return outcome
    text = "Expected solved, partial or failed, yes or no, or nothing."
    raise cells.refusal(field, text)


def rating_in(cells: Cells, field: str) -> Rating | None:
    """A grade, 1 to 4 or its name; None for an empty cell. ``RowRefused`` for anything else."""
    word = with_ascii_digits(plain(cells.value(field)))
    if not word:
        return None
    for rating in Rating:
        if word in (str(rating.value), rating.name.lower()):
            return rating
    text = "Expected 1 to 4, or Again, Hard, Good or Easy."
    raise cells.refusal(field, f"{text} {without(cells, field)}")


def help_in(cells: Cells, field: str) -> Help:
    """What was looked at; nothing for an empty cell. ``RowRefused`` for another word."""
    word = plain(cells.value(field))
    if word and word not in HELP:
        raise cells.refusal(field, "Expected none, hint or editorial.")
    return HELP.get(word, Help.NONE)


def platform_in(cells: Cells, field: str) -> Platform | None:
    """A site; None if we have no name for it."""
    return PLATFORMS.get(plain(cells.value(field)))


def mistakes_in(cells: Cells, field: str) -> tuple[tuple[Mistake, ...], str]:
    """The mistakes that we have names for, each once, or else the whole text as it stands."""
    text = cells.value(field)
    if len(text) > MAX_MISTAKES:
        return (), text
    found = [MISTAKES.get(plain(name)) for name in _SPLIT.split(text) if plain(name)]
    known = tuple(dict.fromkeys(mistake for mistake in found if mistake))
    return ((), text) if None in found else (known, "")


def number_in(cells: Cells, field: str) -> int | None:
    """A whole number of at most six digits; None for an empty cell. ``RowRefused`` otherwise."""
    text = with_ascii_digits(cells.value(field))
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        text = f"Expected a whole number of at most six digits. {without(cells, field)}"
        raise cells.refusal(field, text)
    return int(text)


def tags_in(cells: Cells, field: str, kind: TagKind) -> tuple[ImportedTag, ...]:
    """The names in a cell, each once.

    They are parted by semicolons, bars or lines; where there are none, by commas and by slashes
    without spaces around them.

    Raises:
        RowRefused: there are more than ``MAX_TEXTS``.
    """
    text = cells.value(field)
    if not text:
        return ()
    names = (_SPLIT_FIRST if _SPLIT_FIRST.search(text) else _SPLIT_ELSE).split(text)
    if len(names) > MAX_TEXTS:
        raise cells.refusal(field, f"This cell has more than {MAX_TEXTS:,} entries.")
    # Programs write lists as ["Array", "Hash Table"].
    bare = (name.strip(" \t\r[]\"'") for name in names)
    return tuple(
        ImportedTag(kind, name, cells.header(field)) for name in dict.fromkeys(filter(None, bare))
    )


def without(cells: Cells, field: str) -> str:
    """How to go on if a column means something else."""
    name = cells.header(field)
    return f"If {name} means something else, map {field} to an empty header in the option columns."
