"""A device reads what it does not have, page by page, and is told when it cannot go on."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.archive.canonical import canonical
from domain.archive.entities import QUESTION, SETTINGS
from domain.archive.records import records
from domain.base.models import new_uid
from domain.questions.models import Question, Tag
from domain.sync import reading
from domain.sync.models import FeedHead
from tests.domain.sync.devices import Device, everything, noted
from tests.factories import QuestionFactory, TagFactory


@pytest.fixture
def tags(user) -> list[Tag]:
    """Five, the first two of which were there when the others came."""
    rows = TagFactory.create_batch(5, owner=user)
    noted()
    return rows


def uids(page: reading.FeedPage) -> list:
    return [change.uid for change in page.changes]


@pytest.mark.parametrize("size", [1, 2, 5, 6, 7, 100])
def test_pages_of_any_size_bring_everything_once(size, user, tags):
    applied = Device(user).sync(size=size)

    assert [change.uid for change in applied][1:] == [tag.uid for tag in tags]
    assert applied[0].entity == "SETTINGS"


def test_says_whether_there_is_more(user, tags):
    first = reading.page_of(user.pk, after=None, size=5)
    second = reading.page_of(user.pk, after=first.end, size=1)
    third = reading.page_of(user.pk, after=second.end, size=1)

    assert (first.has_more, second.has_more, third.has_more) == (True, False, False)
    assert (uids(second), third.changes, third.end) == ([tags[4].uid], [], second.end)


def test_goes_on_within_a_page(user, tags):
    page = reading.page_of(user.pk, after=None, size=6)

    rest = reading.page_of(user.pk, after=reading.place_at(page.changes[3], page), size=6)

    assert uids(rest) == uids(page)[4:]


def test_what_changes_between_two_pages_comes_again(user, tags):
    device = Device(user)
    first = reading.page_of(user.pk, after=None, size=3)
    for change in first.changes:
        device.apply(change)
    Tag.objects.filter(pk__in=[tags[0].pk, tags[4].pk]).update(colour="#000000")
    noted()

    device.place = first.end
    rest = [change.uid for change in device.sync(size=3)]

    assert rest[:2] == [tags[2].uid, tags[3].uid]
    assert set(rest[2:]) == {tags[0].uid, tags[4].uid}
    assert device.copy == everything(user)


def test_a_newcomer_hears_nothing_of_what_was_gone(user, tags):
    before = Device(user)
    before.sync()
    Tag.objects.filter(pk__in=[tags[0].pk, tags[1].pk]).delete()
    noted()

    newcomer = Device(user)
    page = reading.page_of(user.pk, after=None, size=3)

    assert {change.op for change in newcomer.sync(size=1)} == {"UPSERT"}
    assert [change.op for change in before.sync(size=1)] == ["PURGE", "PURGE"]
    assert before.copy == newcomer.copy == everything(user)

    # What goes while it reads is told: it may have had it.
    Tag.objects.filter(pk=tags[2].pk).delete()
    noted()
    rest = reading.page_of(user.pk, after=page.end, size=9)
    assert (rest.changes[-1].uid, rest.changes[-1].op) == (tags[2].uid, "PURGE")


@pytest.mark.parametrize(
    "strange",
    [
        lambda place, theirs: replace(place, seq=place.seq + 1),
        lambda place, theirs: replace(place, seq=-1),
        lambda place, theirs: replace(place, seq=2**70),
        lambda place, theirs: replace(place, feed=new_uid()),
        lambda place, theirs: theirs,
    ],
    ids=["after the head", "negative", "too large", "of no feed", "of a stranger's feed"],
)
def test_a_place_that_is_none_of_the_feed_is_refused(strange, user, tags, stranger):
    place = reading.page_of(user.pk, after=None, size=9).end
    theirs = reading.page_of(stranger.pk, after=None, size=9).end

    with pytest.raises(reading.UnknownCursor):
        reading.page_of(user.pk, after=strange(place, theirs), size=9)


def test_a_copy_that_is_behind_has_nothing_new(user, tags, monkeypatch):
    """A device that read from the primary before does not begin again."""
    place = reading.page_of(user.pk, after=None, size=9).end
    behind = FeedHead(owner_id=user.pk, feed=place.feed, seq=place.seq - 2)
    monkeypatch.setattr(type(FeedHead.objects), "get", lambda self, **_: behind)

    page = reading.page_of(user.pk, after=place, size=9)

    assert page == reading.FeedPage([], place, has_more=False)


def test_takes_two_statements(user, tags):
    for size in (1, 9):
        with CaptureQueriesContext(connection) as captured:
            reading.page_of(user.pk, after=None, size=size)
        assert len(captured) == 2


# --- Records ------------------------------------------------------------------------------------


@pytest.fixture
def notes(user) -> list[Question]:
    """Five questions, the fourth with notes of 1,000 bytes and the others with ten."""
    sizes = (10, 10, 10, 1000, 10)
    rows = [QuestionFactory(owner=user, notes="n" * size) for size in sizes]
    noted()
    return rows


def size_of(record) -> int:
    return len(canonical(record).encode())


def pages_of(user, size: int = 100) -> list[list]:
    """The ids of each page with records, until there is no more."""
    place, pages, has_more = None, [], True
    while has_more:
        whole = reading.page_of(user.pk, after=place, size=size)
        page, found = reading.records_in(whole, owner_id=user.pk)
        assert all(found[change.entity][change.uid]["id"] == str(change.uid)
                   for change in page.changes if change.entity == "QUESTION")  # fmt: skip
        pages.append(uids(page))
        place, has_more = page.end, page.has_more
    return pages


def test_a_page_ends_before_its_records_are_too_large(user, notes, monkeypatch):
    settings, *ids = pages_of(user)[0]
    small = size_of(next(records(QUESTION, user.pk)))
    first = size_of(next(records(SETTINGS, user.pk)))
    monkeypatch.setattr(reading, "MOST_BYTES", first + 2 * small + small // 2)

    pages = pages_of(user)

    assert [len(page) for page in pages] == [3, 1, 1, 1]
    assert sum(pages, []) == [settings, *ids]
    assert pages[2] == [notes[3].uid]


def test_a_record_that_is_too_large_comes_alone(user, notes, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 1)

    assert [len(page) for page in pages_of(user)] == [1] * 6


def test_a_page_of_which_nothing_is_left_out_stays_as_it_is(user, notes):
    whole = reading.page_of(user.pk, after=None, size=6)

    page, _ = reading.records_in(whole, owner_id=user.pk)

    assert page is whole
    assert not page.has_more


def test_what_is_gone_has_no_size(user, notes, monkeypatch):
    place = reading.page_of(user.pk, after=None, size=9).end
    Question.objects.filter(pk__in=[row.pk for row in notes[:3]]).delete()
    Question.objects.filter(pk=notes[3].pk).update(version=2)
    noted()
    monkeypatch.setattr(reading, "MOST_BYTES", 1)

    page, _ = reading.records_in(reading.page_of(user.pk, after=place, size=9), owner_id=user.pk)

    assert [change.op for change in page.changes] == ["PURGE"] * 3
    assert page.has_more
    rest = reading.page_of(user.pk, after=page.end, size=9)
    assert uids(rest) == [notes[3].uid]


def test_what_is_left_out_is_mostly_not_read(user, notes, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 1)
    monkeypatch.setattr(reading, "READ_AT_ONCE", 2)
    whole = reading.page_of(user.pk, after=None, size=6)

    _, found = reading.records_in(whole, owner_id=user.pk)

    assert sum(map(len, found.values())) == 2


def test_nobody_elses_records_are_read(user, stranger, notes):
    page = reading.page_of(user.pk, after=None, size=9)

    _, found = reading.records_in(page, owner_id=stranger.pk)

    assert not found["QUESTION"]
