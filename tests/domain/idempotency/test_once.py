"""A call with a key is made once and answered alike."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from domain.base.errors import DomainError
from domain.idempotency import services
from domain.idempotency.models import IdempotencyRecord
from domain.idempotency.services import VALID, Call, once
from domain.questions.models import Tag
from domain.questions.services.tags import create_tag
from tests.domain.parallel import at_once
from tests.domain.refusals import refused
from tests.factories import NOW, IdempotencyRecordFactory, UserFactory

MOMENT = timedelta(microseconds=1)


class TooEarly(DomainError):
    code = "too_early"


@pytest.fixture
def call(user):
    return Call(owner=user, mutation="createTag", key="key", fingerprint="a" * 64, at=NOW)


def tag_of(call: Call, name: str = "new") -> Tag:
    """Make a call that creates a tag."""
    return once(
        call=call,
        make=lambda: create_tag(owner=call.owner, at=call.at, name=name),
        encode=lambda tag: tag.pk,
        decode=lambda pk: Tag.objects.get(pk=pk),
    )


def refuse():
    raise TooEarly


def test_gives_the_first_result_again(call):
    first = tag_of(call)

    again = tag_of(replace(call, at=NOW + VALID - MOMENT), name="other")

    assert again == first
    assert Tag.objects.get() == first


def test_makes_a_call_again_after_a_day(call):
    first = tag_of(call)
    later = replace(call, at=NOW + VALID, fingerprint="b" * 64)

    second = tag_of(later, name="other")

    assert second != first
    assert tag_of(replace(later, at=NOW + VALID + VALID - MOMENT)) == second
    assert IdempotencyRecord.objects.get().created_at == NOW + VALID


def test_refuses_other_arguments(call):
    tag_of(call)

    with refused(idempotency_key="idempotency_mismatch"):
        tag_of(replace(call, fingerprint="b" * 64), name="other")

    assert Tag.objects.get().name == "new"


def test_a_refused_call_frees_its_key(call):
    with refused("too_early"):
        once(call=call, make=refuse, encode=str, decode=str)

    assert not IdempotencyRecord.objects.exists()
    assert tag_of(replace(call, fingerprint="b" * 64)).name == "new"


def test_a_result_that_tells_of_a_refusal_frees_the_key(call):
    refusals = count(1)

    def refuse_in_words():
        return next(refusals)

    answers = [
        once(call=call, make=refuse_in_words, encode=lambda _: None, decode=str) for _ in range(2)
    ]

    assert answers == [1, 2]
    assert not IdempotencyRecord.objects.exists()


def test_a_refused_call_keeps_an_old_record_as_it_was(call):
    tag_of(call)
    before = IdempotencyRecord.objects.values().get()

    with refused("too_early"):
        once(call=replace(call, at=NOW + VALID), make=refuse, encode=str, decode=str)

    assert IdempotencyRecord.objects.values().get() == before


def test_keys_belong_to_a_person_and_a_mutation(call, stranger):
    tags = [
        tag_of(call),
        tag_of(replace(call, mutation="other"), name="other"),
        tag_of(replace(call, key="Key"), name="third"),
        tag_of(replace(call, owner=stranger)),
    ]

    assert len(set(tags)) == 4
    assert tags[3].owner == stranger


@pytest.mark.parametrize("key", ["", "x" * 129, "a\nb", "a\x00", "a\u200b", "\ud800"])
def test_refuses_what_is_no_key(key, call):
    with refused(idempotency_key="invalid_key"):
        tag_of(replace(call, key=key))

    assert not Tag.objects.exists()


@pytest.mark.parametrize("key", [" ", "x" * 128, "ключ", "🗝" * 128])
def test_takes_what_can_be_printed(key, call):
    assert tag_of(replace(call, key=key)) == tag_of(replace(call, key=key))


def test_is_made_when_the_old_record_is_purged_at_that_moment(call, monkeypatch):
    IdempotencyRecordFactory(owner=call.owner, mutation=call.mutation, key=call.key)
    manager = IdempotencyRecord.objects
    insert, tries = manager.bulk_create, count(1)

    def insert_and_purge(*args, **kwargs):
        insert(*args, **kwargs)
        if next(tries) == 1:
            manager.all().delete()

    monkeypatch.setattr(manager, "bulk_create", insert_and_purge)

    assert tag_of(call).name == "new"
    assert IdempotencyRecord.objects.get().fingerprint == call.fingerprint


def test_purges_what_is_a_day_old(monkeypatch, user):
    monkeypatch.setattr(services, "ROWS_AT_ONCE", 2)
    IdempotencyRecordFactory.create_batch(5, owner=user, created_at=NOW - VALID)
    kept = IdempotencyRecordFactory(owner=user, created_at=NOW - VALID + MOMENT)

    assert [services.purge_records(at=NOW) for _ in range(2)] == [5, 0]
    assert IdempotencyRecord.objects.get() == kept


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_eight_calls_are_made_once(self, call):
        tags = at_once(*[lambda: tag_of(call)] * 8)

        assert tags == [Tag.objects.get()] * 8
        assert IdempotencyRecord.objects.count() == 1

    def test_those_that_wait_for_a_refused_call_are_made(self, call):
        numbers = count(1)

        def make():
            if next(numbers) <= 3:
                raise TooEarly
            return create_tag(owner=call.owner, at=call.at, name="new").pk

        outcomes = at_once(*[lambda: once(call=call, make=make, encode=int, decode=int)] * 8)

        made = [outcome for outcome in outcomes if not isinstance(outcome, TooEarly)]
        assert made == [Tag.objects.get().pk] * 5

    def test_an_old_call_is_made_once_more(self, call):
        IdempotencyRecordFactory(
            owner=call.owner, mutation=call.mutation, key=call.key, created_at=NOW - VALID
        )

        tags = at_once(*[lambda: tag_of(call)] * 8)

        assert tags == [Tag.objects.get()] * 8

    def test_different_calls_with_one_key_are_made_once(self, call):
        calls = [replace(call, fingerprint=digit * 64) for digit in "12345678"]

        outcomes = at_once(*[lambda call=call: tag_of(call) for call in calls])

        assert len([outcome for outcome in outcomes if isinstance(outcome, Tag)]) == 1
        assert {type(outcome) for outcome in outcomes} == {Tag, services.IdempotencyMismatch}
        assert Tag.objects.count() == 1

    def test_people_do_not_wait_for_each_other(self, call):
        owners = UserFactory.create_batch(4)

        tags = at_once(
            *[lambda owner=owner: tag_of(replace(call, owner=owner)) for owner in owners]
        )

        assert [tag.owner for tag in tags] == owners
