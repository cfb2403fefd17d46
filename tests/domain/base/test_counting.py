"""Events are counted in a window, by all processes together where that is possible."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.cache import cache

from domain.base import counting
from tests.domain.parallel import at_once

NOBODY_LISTENS = "redis://127.0.0.1:1/0"
LOGGER = "domain.base.counting"


def count(at, of="somebody", purpose="test"):
    return counting.count(purpose, of, window_seconds=60, at=at)


def look(at, of="somebody"):
    return counting.look("test", of, window_seconds=60, at=at)


@pytest.fixture
def dead_redis(settings, own_counts):
    """A cache that cannot be reached, as in production."""
    settings.CACHES = {"default": settings.REDIS_CACHE | {"LOCATION": NOBODY_LISTENS}}


def test_counts_each_by_itself(now):
    numbers = [count(now).number, count(now).number, count(now, of="another").number]

    assert [*numbers, count(now, purpose="other").number] == [1, 2, 1, 1]


def test_the_window_opens_with_the_first(now):
    ends = count(now).ends_at

    assert ends == now + timedelta(seconds=60)
    assert count(now + timedelta(seconds=59)) == counting.Count(2, ends)
    assert count(now + timedelta(seconds=60)) == counting.Count(1, ends + timedelta(seconds=60))


@pytest.mark.parametrize(
    ("after", "left"), [(0, 60), (0.1, 60), (59, 1), (59.9, 1), (60, 1), (75, 1)]
)
def test_waiting_takes_whole_seconds_and_at_least_one(after, left, now):
    counted = counting.Count(2, now + timedelta(seconds=60))

    assert counting.seconds_left(counted, at=now + timedelta(seconds=after)) == left


def test_all_who_find_a_window_over_count_in_the_same_new_one(now):
    later = now + timedelta(seconds=61)
    for _ in range(3):
        count(now)

    assert sorted(found.number for found in at_once(*[partial(count, later)] * 8)) == [*range(1, 9)]


def test_fifty_at_once_are_fifty(now):
    found = at_once(*[partial(count, now)] * 50)

    assert sorted(each.number for each in found) == [*range(1, 51)]


def test_looking_does_not_count(now):
    assert look(now) is None

    count(now)

    assert look(now).number == look(now).number == 1
    assert look(now + timedelta(seconds=60)) is None


def look_all(at):
    counters = [("test", "somebody"), ("test", "another"), ("test", "nobody")]
    return counting.look_all(counters, window_seconds=60, at=at)


def test_several_are_looked_at_together(now):
    first, second = count(now), count(now + timedelta(seconds=30), of="another")
    together = look_all(now + timedelta(seconds=30))
    # The window of the first is over by our clock, while the cache still has it.
    later = count(now + timedelta(seconds=60))

    assert together == [first, second]
    assert look_all(now + timedelta(seconds=60)) == [later, second]


def test_taking_back_does_not_spoil_the_window(now):
    ends = count(now).ends_at

    for _ in range(3):
        counting.take_back("test", "somebody", window_seconds=60, at=now)

    assert look(now) == counting.Count(-2, ends)


def test_forgets(now):
    count(now)
    count(now + timedelta(seconds=61))

    counting.forget("test", "somebody")

    assert count(now + timedelta(seconds=62)).number == 1


def test_keys_do_not_say_who(now, monkeypatch):
    keys = []
    monkeypatch.setattr(counting.store, "add", lambda key, *rest: keys.append(key) or 0)

    count(now, of="user@example.com")
    count(now, of="203.0.113.7")

    assert all(key.startswith("count:test:") and len(key) == 75 for key in keys)
    assert "example" not in str(keys)
    assert "203.0" not in str(keys)


def test_counts_on_in_the_process_while_redis_is_dead(dead_redis, now, caplog):
    numbers = [count(now).number for _ in range(30)]

    assert numbers == [*range(1, 31)]
    assert look(now).number == 30
    assert [each.number for each in look_all(now)] == [30]
    (record,) = caplog.records
    assert (record.name, record.levelname) == (LOGGER, "WARNING")


def test_a_dead_redis_is_asked_now_and_then_without_another_warning(
    dead_redis, now, caplog, monkeypatch
):
    moments = iter(range(0, 1000, 10))
    monkeypatch.setattr(counting, "monotonic", lambda: next(moments))

    numbers = [count(now).number for _ in range(5)]

    assert numbers == [1, 2, 3, 4, 5]
    assert len(caplog.records) == 1


def test_uses_redis_again_when_it_is_back(settings, dead_redis, now, caplog, own_counts):
    dead = settings.CACHES
    count(now)
    settings.CACHES = {"default": settings.LOCAL_CACHE}
    cache.clear()
    own_counts.ask_again_at = 0

    count(now)

    assert dead != settings.CACHES
    assert own_counts.ask_again_at is None
    assert cache.get(counting._key("test", "somebody")) is not None


def test_forgetting_while_redis_is_dead(dead_redis, now):
    count(now)

    counting.forget("test", "somebody")

    assert count(now).number == 1
