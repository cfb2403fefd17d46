"""Whatever stands in the place of a value, the file is imported or refused, and nothing else."""

import json
from copy import deepcopy

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.questions.models import Question
from domain.transfer.importing import import_questions
from domain.transfer.reading import parts, read_document
from domain.transfer.refusals import ImportRefused
from tests.domain.transfer import files
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.once

HOSTILE = [
    *(None, True, False, [], {}, [[]], [{}], {"": []}, "", " ", "\u0000", "\u202e", "💥" * 300),
    *(0, -1, 0.5, 1e308, -1e-308, 2**31, 2**63, 2**64, 10**15, 10**18, -(10**30), 10**4000),
    *("x" * 70_000, "x" * 120_000, "0", "-1", "1" * 30, "NaN", "Accepted", "Not Pending"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-01", "http://[", "\x7f"),
    *("javascript:alert(1)", "../../etc", "%s%(field)s", "<b>", "https://leetcode.com/problems/"),
]


def places(value):
    """Every way to a value inside this one."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield (key,)
        if isinstance(item, dict | list):
            yield from ((key, *rest) for rest in places(item))


def documents(name):
    """The documents of a file, with at most five rows in each list."""
    read = [part for _, part in parts(read_document(files.FILES[name].read_bytes()))]
    return [part[:5] if isinstance(part, list) else part for part in read]


def put(documents, place, value):
    """The documents as one text, with a value in a place."""
    changed = deepcopy(documents)
    target = changed
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = value
    return "\n".join(json.dumps(document) for document in changed)


@pytest.mark.django_db
@pytest.mark.parametrize("name", files.FILES)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_hostile_value_is_imported_or_refused(name, data):
    original = documents(name)
    place = data.draw(st.sampled_from(sorted(places(original), key=repr)))
    value = data.draw(st.sampled_from(HOSTILE))
    with transaction.atomic():
        owner = UserFactory()

        try:
            report = import_questions(
                owner=owner, content=put(original, place, value), format=name, at=NOW
            )
            created = report.questions.created
        except ImportRefused:
            created = 0
        assert Question.objects.owned_by(owner).count() == created
        transaction.set_rollback(True)
