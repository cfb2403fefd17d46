"""Recovery codes: easy to type, impossible to guess, unreadable where they are stored."""

import re

import pytest

from domain.accounts import recovery
from domain.base.models import new_uid

PERSON = new_uid()
CODE = "ABCDE-FGHIJ-KLMNO-PQRST"


def test_there_are_ten_different_ones_in_groups():
    codes = recovery.new_codes()

    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([A-Z2-7]{5}-){3}[A-Z2-7]{5}", code) for code in codes)


def test_nobody_gets_the_same_ones():
    assert not set(recovery.new_codes()) & set(recovery.new_codes())


@pytest.mark.parametrize(
    "typed",
    [
        "abcde-fghij-klmno-pqrst",
        "ABCDEFGHIJKLMNOPQRST",
        " abcde fghij  klmno\tpqrst\n",
        "A-B-C-D-E-F-G-H-I-J-K-L-M-N-O-P-Q-R-S-T",
        "A8CDE-FGH1J-KLMN0-PQRST",
    ],
)
def test_spelling_does_not_matter(typed):
    assert recovery.is_recovery_code(typed)
    assert recovery.digest(typed, person=PERSON) == recovery.digest(CODE, person=PERSON)


@pytest.mark.parametrize(
    "typed", ["", "123456", CODE[:-1], CODE + "A", CODE.replace("A", "9"), CODE.replace("A", "Ä")]
)
def test_other_text_has_not_the_form_of_one(typed):
    assert not recovery.is_recovery_code(typed)


def test_equal_codes_of_two_people_are_stored_differently():
    assert recovery.digest(CODE, person=PERSON) != recovery.digest(CODE, person=new_uid())
