"""Devices that write at the same moment, and one that reads meanwhile: no change is missed."""

from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from domain.accounts.models import User
from domain.practice.services import logs
from domain.questions.models import Question
from domain.questions.services import questions, tags
from domain.questions.services.tagging import Tagging
from domain.questions.services.tags import TagName
from tests.domain.parallel import at_once
from tests.domain.sync.devices import Device, everything
from tests.factories import NOW, QuestionFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner() -> User:
    """The person, committed."""
    return UserFactory()


def written(owner: User, question: Question, word: str) -> None:
    """What a device does in a few minutes, most of it to a question of its own."""
    by = {"actor": owner, "at": timezone.now()}
    for number in range(6):
        log = logs.create_question_log(question=question, outcome="SOLVED", **by)
        named = [Tagging(TagName("TOPIC", f"{word} {number}"))]
        questions.update_question(question=question, tags=named, notes=f"{number}", **by)
        if number % 2:
            logs.delete_question_log(log=log, **by)
        tags.create_tag(owner=owner, at=NOW, name=f"{word} {number}", kind="CUSTOM")


def followed(owner: User, over: Event) -> Device:
    """A device that reads in small pages until the others are done, and once more."""
    device = Device(owner)
    while not over.is_set():
        device.sync(size=2)
    device.sync(size=2)
    return device


def test_who_reads_meanwhile_misses_nothing(owner):
    words = ["a", "b", "c"]
    own = {word: QuestionFactory(owner=owner, title=word) for word in words}
    over = Event()
    writers = [partial(written, owner, own[word], word) for word in words]

    device, *failures = at_once(
        partial(followed, owner, over), *[_and_then(over, writers, each) for each in writers]
    )

    assert failures == [None] * 3
    assert device.copy == everything(owner)


def _and_then(over: Event, running: list[Any], write: Callable[[], None]) -> Callable[[], None]:
    """The same; the last one says that it is over."""

    def wrote() -> None:
        try:
            write()
        finally:
            running.remove(write)
            if not running:
                over.set()

    return wrote


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_who_began_later_does_not_wait_for_who_is_not_done(owner):
    """An import may take a minute; and waiting while one holds rows would be a deadlock."""
    first, second = QuestionFactory(owner=owner), QuestionFactory(owner=owner)
    held, seen = Event(), Event()

    def slow() -> None:
        with transaction.atomic():
            Question.objects.filter(pk=first.pk).update(notes="slow")
            held.set()
            assert seen.wait(10)
            # What the other one holds, or held: it is done by now.
            Question.objects.filter(pk=second.pk).update(importance=1)

    def quick() -> list[Any]:
        assert held.wait(10)
        Question.objects.filter(pk=second.pk).update(notes="quick")
        news = [change.uid for change in device.sync()]
        seen.set()
        return news

    device = Device(owner)
    device.sync()
    failure, news = at_once(slow, quick)

    assert (failure, news) == (None, [second.uid])
    # The place of the slow one follows, though it wrote first.
    assert {change.uid for change in device.sync()} == {first.uid, second.uid}
    assert device.copy == everything(owner)
