"""Whatever a person does, a device that follows the feed has what an export has."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from domain.accounts.models import User
from domain.practice.models import QuestionLog
from domain.sync.models import Change, ChangeOp, FeedHead
from domain.trash.kinds import TrashKind
from tests.domain.practice.steps import UIDS
from tests.domain.practice.test_any_history import BEGIN, examples
from tests.domain.sync.devices import Device, everything, noted
from tests.domain.sync.histories import Planner, anything
from tests.factories import UserFactory

PLAN: list[tuple[Any, ...]] = [
    ("create_list", "Mornings"),
    ("add_to_list", 0, [0, 1], "Arrays"),
    ("create_goal", "Interview", [0], [0]),
    ("start_session", [0, 1]),
    ("proceed", 0, "SOLVED"),
    ("suspend", 1),
    ("delete", TrashKind.TAG, 0),
]


@pytest.fixture
def planner(user: User) -> Planner:
    """Somebody who has done a little of everything; a stranger did the same, with the same ids."""
    stranger, planner = Planner(UserFactory()), Planner(user)
    for someone in (stranger, planner):
        for step in [*BEGIN, *PLAN]:
            someone.live(step)
    noted()
    return planner


@contextmanager
def another_life(planner: Planner) -> Iterator[Planner]:
    """The same person, of whom nothing stays afterwards. Strangers' feeds do not move."""
    with transaction.atomic():
        others = FeedHead.objects.exclude(pk=planner.owner.pk).order_by("pk")
        before = list(others.values())
        yield Planner(User.objects.get(pk=planner.owner.pk), planner.at)
        noted()
        assert list(others.values()) == before
        transaction.set_rollback(True)


@examples(20)
@given(st.lists(st.tuples(anything, st.integers(1, 9)), min_size=1, max_size=15))
def test_every_device_has_everything(planner, history):
    with another_life(planner) as planner:
        follower, newcomer = Device(planner.owner), Device(planner.owner)
        for step, size in history:
            follower.sync(size=size)
            head = FeedHead.objects.get(pk=planner.owner.pk).seq
            try:
                planner.live(step)
            except ValidationError:
                noted()
                # Refused means that nothing happened.
                assert FeedHead.objects.get(pk=planner.owner.pk).seq == head
            noted()

        follower.sync(size=history[-1][1])
        newcomer.sync(size=7)

        expected = everything(planner.owner)
        assert follower.copy == expected
        assert newcomer.copy == expected
        assert_tells_what_is(planner.owner)


def assert_tells_what_is(owner: User) -> None:
    """Each change says of its object what it is, and of none that it never was."""
    told = {
        (change.entity, change.uid): (change.op, change.version)
        for change in Change.objects.filter(owner_id=owner.pk)
    }
    for (name, uid), record in everything(owner).items():
        op = ChangeOp.TRASH if record.get("deletedAt") else ChangeOp.UPSERT
        assert told.pop((name, uid)) == (op, record.get("version"))
    assert set(told.values()) <= {(ChangeOp.PURGE, None)}


def test_the_beginning_has_something_of_everything(planner):
    """Else the test above would prove little."""
    owner = planner.owner
    kinds = {name for name, _ in everything(owner)}
    ops = set(Change.objects.filter(owner_id=owner.pk).values_list("op", flat=True))

    assert {str(kind) for kind in kinds} == set(
        Change.objects.filter(owner_id=owner.pk).values_list("entity", flat=True)
    )
    assert len(kinds) == 7
    assert ops == {ChangeOp.UPSERT, ChangeOp.TRASH}
    assert QuestionLog.objects.owned_by(owner).filter(uid=UIDS[0]).exists()
