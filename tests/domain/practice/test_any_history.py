"""Whatever a person does and in whatever order, what is derived follows from what is there."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.accounts.models import User
from domain.base.errors import NotFound
from domain.trash.kinds import KINDS, TrashKind
from tests.domain.practice.histories import ARGUMENTS, DELETE, MODELS, Person
from tests.domain.practice.invariants import assert_follows, rows_of
from tests.domain.practice.steps import UIDS, kind, number, steps
from tests.factories import UserFactory
from tests.schema.tables import dump

BEGIN: list[tuple[Any, ...]] = [
    ("create_question", "A", ["math"], UIDS[0]),
    ("create_question", "B", ["math", "dp"], None),
    ("create_log", 0, {"outcome": "SOLVED", "duration_seconds": 60}, UIDS[0]),
    ("create_log", 0, {"outcome": "FAILED", "help": "HINT"}, None),
    ("create_log", 1, {"outcome": "PARTIAL"}, UIDS[1]),
    ("import_submissions", [(1, "A", "OK", 40), (2, "A", "WRONG_ANSWER", 41)]),
    ("create_question", "C", ["brute force"], None),
    ("create_log", 3, {"outcome": "SOLVED"}, None),
    ("delete", TrashKind.QUESTION, 3),
    ("delete", TrashKind.QUESTION_LOG, 1),
    ("delete", TrashKind.TAG, 1),
]
histories = st.lists(steps, min_size=1, max_size=12)


def examples(number: int) -> settings:
    """So many, however long each takes."""
    fixture = HealthCheck.function_scoped_fixture
    return settings(max_examples=number, deadline=None, suppress_health_check=[fixture])


@pytest.fixture
def person(user: User) -> Person:
    """Somebody who has done a little; a stranger did the same before, with the same ids."""
    stranger, person = Person(UserFactory()), Person(user)
    for someone in (stranger, person):
        for step in BEGIN:
            someone.live(step)
    return person


@contextmanager
def another_life(person: Person) -> Iterator[Person]:
    """The same person, of whom nothing stays afterwards; the strangers' rows stay as they are."""
    with transaction.atomic():
        strangers = User.objects.exclude(pk=person.owner.pk)
        before = [rows_of(stranger, dump()) for stranger in strangers]
        # Read anew: what an owner in memory knows of their settings outlives the transaction.
        yield Person(User.objects.get(pk=person.owner.pk), person.at)
        assert [rows_of(stranger, dump()) for stranger in strangers] == before
        transaction.set_rollback(True)


@examples(25)
@given(histories)
def test_holds_after_every_step(person, history):
    with another_life(person) as person:
        before = dump()
        for step in history:
            was_refused = False
            try:
                person.live(step)
            except ValidationError:
                was_refused = True
            after = dump()
            assert after == before or not was_refused
            before = after
            assert_follows(person)


@examples(10)
@given(histories, st.lists(st.tuples(kind, number), min_size=1, max_size=3))
def test_what_is_deleted_and_restored_is_as_before(person, history, places):
    with another_life(person) as person:
        for step in history:
            with suppress(ValidationError):
                person.live(step)

        for kind, number in places:
            with suppress(NotFound):
                comes_back(person, person.row(kind, number), kind)


def comes_back(person: Person, row: Any, kind: TrashKind) -> None:
    """Nothing but the stamps of the row is different after it was in the trash."""
    before, table = dump(), row._meta.label
    trashed = MODELS[kind].objects.owned_by(person.owner).filter(deleted_at__isnull=False)
    DELETE[kind](**{ARGUMENTS[kind]: row}, **person.by)
    place = list(trashed.order_by("pk").values_list("pk", flat=True)).index(row.pk)
    person.live(("restore", kind, place))

    after = dump()
    (old,) = [each for each in before[table] if each["id"] == row.pk]
    (new,) = [each for each in after[table] if each["id"] == row.pk]
    assert new == old | {
        "version": old["version"] + 2,
        "updated_at": person.at,
        "updated_by_id": person.owner.pk,
    }
    before[table].remove(old)
    after[table].remove(new)
    assert [name for name in before if before[name] != after[name]] == ["audit.AuditEvent"]


@examples(10)
@given(histories, kind)
def test_what_is_purged_leaves_nothing_behind(person, history, kind):
    with another_life(person) as person:
        for step in [*history, ("delete", kind, 0)]:
            with suppress(ValidationError):
                person.live(step)
        # An attempt in the trash whose question is there too goes with that one.
        gone = set(KINDS[kind].trashed().filter(owner=person.owner).values_list("pk", flat=True))
        assume(gone)

        person.live(("empty_trash", [kind]))

        connection.check_constraints()
        assert not MODELS[kind].objects.filter(pk__in=gone).exists()
        assert_follows(person)
