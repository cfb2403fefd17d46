"""Background work: after the commit, never in the way of a request, and never lost in silence."""

import json
import logging
from threading import Event, current_thread

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from kombu.exceptions import OperationalError
from redis import Redis

from domain.base import tasks
from domain.base.tasks import background, enqueue

done = []
started = Event()
release = Event()


@background
def note(word: str) -> None:
    done.append((word, current_thread().name))


@background
def fail(word: str) -> None:
    raise ValueError("no")


@background
def wait() -> None:
    started.set()
    release.wait(5)


@background
def leave_connection_open() -> None:
    connection.ensure_connection()
    done.append(connection.connection)


@pytest.fixture(autouse=True)
def own_threads():
    """Each test begins with new threads; after it nothing of it is running."""
    tasks._threads.cache_clear()
    done.clear()
    started.clear()
    release.clear()
    yield
    release.set()
    finish()


def finish():
    """Wait for all threads."""
    if tasks._threads.cache_info().currsize:
        tasks._threads().shutdown()
        tasks._threads.cache_clear()


@pytest.fixture
def in_process(settings):
    settings.CELERY_TASK_ALWAYS_EAGER = False
    settings.CELERY_BROKER_URL = ""


@pytest.fixture
def broker(settings, monkeypatch):
    """Redis as it is seen from here: it takes tasks, or raises what is put into ``refusals``."""
    settings.CELERY_TASK_ALWAYS_EAGER = False
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(tasks, "_broker", tasks._Broker())

    class Broker:
        refusals = []
        asked = []
        taken = []

        def apply_async(self, args, kwargs, **options):
            self.asked.append(args)
            if self.refusals:
                raise self.refusals[-1]
            self.taken.append((args, kwargs, options))

    stand_in = Broker()
    stand_in.refusals, stand_in.asked, stand_in.taken = [], [], []
    monkeypatch.setattr(note, "apply_async", stand_in.apply_async)
    return stand_in


@pytest.mark.django_db(transaction=True)
def test_waits_for_the_commit():
    with transaction.atomic():
        enqueue(note, "after")
        assert done == []

    assert done == [("after", "MainThread")]


@pytest.mark.django_db(transaction=True)
def test_is_not_done_when_the_transaction_rolls_back():
    with transaction.atomic():
        enqueue(note, "never")
        transaction.set_rollback(True)

    assert done == []


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_it_is_handed_over_at_once():
    enqueue(note, "now")

    assert done == [("now", "MainThread")]


@pytest.mark.django_db(transaction=True)
def test_without_redis_a_thread_does_it(in_process):
    enqueue(note, "elsewhere")
    finish()

    ((word, thread),) = done
    assert (word, thread.split("_")[0]) == ("elsewhere", "task")


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_thread(in_process):
    enqueue(wait)

    assert started.wait(5)
    assert not release.is_set()


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_logged_without_arguments_and_ends_nothing_else(in_process, caplog):
    enqueue(fail, "ada@example.com")
    enqueue(note, "next")
    finish()

    (record,) = [record for record in caplog.records if record.name == tasks.__name__]
    assert (record.levelname, record.message) == ("ERROR", "task failed")
    assert record.task == "tests.domain.base.test_tasks.fail"
    assert "ada@example.com" not in caplog.text
    assert [word for word, _ in done] == ["next"]


@pytest.mark.django_db(transaction=True)
def test_connections_of_threads_are_closed(in_process):
    enqueue(leave_connection_open)
    finish()

    (used,) = done
    if connection.vendor == "postgresql":
        assert used.closed
    else:
        with pytest.raises(Exception, match="closed database"):
            used.execute("SELECT 1")


@pytest.mark.django_db(transaction=True)
def test_what_is_too_much_is_dropped_and_said(in_process, caplog, monkeypatch):
    monkeypatch.setattr(tasks, "_room", tasks.BoundedSemaphore(3))
    for _ in range(3):
        enqueue(wait)

    enqueue(note, "too much")
    release.set()
    finish()
    enqueue(note, "room again")
    finish()

    assert [record.message for record in caplog.records] == ["task dropped: too many are waiting"]
    assert caplog.records[0].task == "tests.domain.base.test_tasks.note"
    assert [word for word, _ in done] == ["room again"]


@pytest.mark.django_db(transaction=True)
def test_with_redis_a_worker_gets_it_and_its_log_no_arguments(broker):
    enqueue(note, "ada@example.com")

    hidden = {"retry": False, "argsrepr": "…", "kwargsrepr": "…"}
    assert broker.taken == [(("ada@example.com",), {}, hidden)]
    assert done == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("reason", [OperationalError("refused"), OSError(), ConnectionError()])
def test_while_redis_is_away_threads_do_it_with_one_warning(reason, broker, caplog):
    broker.refusals = [reason]

    for word in ("first", "second", "third"):
        enqueue(note, word)
    finish()

    assert sorted(word for word, _ in done) == ["first", "second", "third"]
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert len(broker.asked) == 1


@pytest.mark.django_db(transaction=True)
def test_redis_is_asked_again_after_a_pause(broker, caplog, monkeypatch):
    caplog.set_level(logging.INFO)
    broker.refusals = [OperationalError("refused")]
    enqueue(note, "first")
    broker.refusals = []
    enqueue(note, "during the pause")
    later = tasks.monotonic() + tasks.BROKER_PAUSE_SECONDS
    monkeypatch.setattr(tasks, "monotonic", lambda: later + 1)

    enqueue(note, "after it")
    finish()

    assert sorted(word for word, _ in done) == ["during the pause", "first"]
    assert [args for args, _, _ in broker.taken] == [("after it",)]
    assert [record.message for record in caplog.records] == [
        "Redis takes no tasks: they run in this process",
        "Redis takes tasks again",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_mistake_in_a_task_is_no_outage(broker):
    broker.refusals = [TypeError("not JSON")]

    with pytest.raises(TypeError, match="not JSON"):
        enqueue(note, object())


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not settings.REDIS_URL, reason="there is no Redis here")
def test_it_lies_in_redis_as_json(settings, monkeypatch):
    settings.CELERY_TASK_ALWAYS_EAGER = False
    monkeypatch.setattr(tasks, "_broker", tasks._Broker())
    queue = settings.CELERY_TASK_DEFAULT_QUEUE
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.delete(queue)

        enqueue(note, "ada@example.com")

        (message,) = [json.loads(each) for each in redis.lrange(queue, 0, -1)]
        redis.delete(queue)
    current_app.pool.force_close_all()
    assert message["headers"]["task"] == "tests.domain.base.test_tasks.note"
    assert message["content-type"] == "application/json"
    assert "ada@example.com" not in json.dumps(message["headers"] | message["properties"])


def test_tasks_are_those_of_our_application():
    assert current_app.main == "drillbook"
    assert "domain.accounts.tasks.send_password_reset_mail" in current_app.tasks


def test_a_worker_repeats_what_the_network_made_fail():
    assert note.autoretry_for == (OSError, tasks.OperationalError)
    assert note.max_retries == 5
