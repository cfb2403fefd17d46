"""``manage.py generate_jwt_key`` prints what JWT_SECRET_KEYS takes."""

import re
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from schema import keys
from tests.factories import NOW


def generate(*arguments: str) -> tuple[str, str]:
    entry, advice = StringIO(), StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("generate_jwt_key", *arguments, stdout=entry, stderr=advice)
    return entry.getvalue(), advice.getvalue()


@pytest.mark.parametrize(("arguments", "algorithm"), [((), "HS256"), (("--eddsa",), "EdDSA")])
def test_prints_one_entry_with_a_dated_id(arguments, algorithm):
    entry, advice = generate(*arguments)

    key_id, _, value = entry.rstrip("\n").partition(":")
    assert re.fullmatch(r"2026-03-02-[0-9a-f]{4}", key_id)
    assert keys.read(value).algorithm == algorithm
    assert keys.read(value).signing is not None
    assert "," not in entry
    assert value not in advice


def test_prints_the_public_half_aside():
    entry, advice = generate("--eddsa")

    private = keys.read(entry.strip().partition(":")[2])
    public = keys.read(advice.strip().rpartition(":")[2])
    assert public.signing is None
    assert public.verifying == private.verifying


def test_no_two_are_the_same():
    assert generate()[0] != generate()[0]
