"""Harm done to an installation under load. Each gives in a few words what came of it."""

import time
from collections.abc import Callable

import psycopg

from tests.dumps import leetcode_dump
from tests.topology import asking
from tests.topology.asking import Failed
from tests.topology.clients import half_open, limit_of_connections, token_clock
from tests.topology.programs import FULL_DISK
from tests.topology.scene import NotRight, Scene

AWAY_SECONDS = 10
LAG_SECONDS = 30
IMPORTED_ROWS = 5_000


def redis_killed(scene: Scene) -> str:
    """Kill Redis; it comes back empty."""
    scene.place.redis.kill()
    time.sleep(AWAY_SECONDS)
    scene.place.redis.start()
    return f"Redis was away for {AWAY_SECONDS} s"


def postgresql_restarted(scene: Scene) -> str:
    """Let PostgreSQL end in the middle of everything, and start anew from its log."""
    started = time.monotonic()
    scene.place.primary.restart()
    away = time.monotonic() - started
    back = scene.wait_until(lambda: _is_following(scene))
    return f"PostgreSQL was away for {away:.1f} s; the copy followed again {back:.1f} s later"


def replica_lags(scene: Scene) -> str:
    """Let the copy hang for half a minute, while it believes that it misses nothing."""
    scene.wait_until(scene.is_copy_read)
    receiver = scene.place.standby.receiver()
    receiver.suspend()
    frozen = time.monotonic()
    try:
        left_out = scene.wait_until(lambda: not scene.is_copy_read())
        time.sleep(max(0, frozen + LAG_SECONDS - time.monotonic()))
    finally:
        receiver.resume()
    back = scene.wait_until(scene.is_copy_read)
    return f"left out after {left_out:.0f} s of {LAG_SECONDS}, read again {back:.0f} s later"


def replica_killed(scene: Scene) -> str:
    """Kill the copy while it is read."""
    scene.wait_until(scene.is_copy_read)
    scene.place.standby.stop()
    time.sleep(AWAY_SECONDS)
    scene.place.standby.start()
    back = scene.wait_until(scene.is_copy_read)
    return f"the copy was away for {AWAY_SECONDS} s, and read again {back:.0f} s later"


def pgbouncer_restarted(scene: Scene) -> str:
    """Kill PgBouncer with all its connections."""
    program = scene.place.programs["pgbouncer"]
    program.kill()
    back = scene.wait_until(program.is_ready)
    return f"PgBouncer was started again, and there after {back:.1f} s"


def web_process_killed(scene: Scene) -> str:
    """Kill one of the processes that answer."""
    program = scene.place.programs["web-1"]
    before = {child.pid for child in program.children()}
    program.kill_child()
    back = scene.wait_until(lambda: len({child.pid for child in program.children()} - before) > 0)
    return f"its server had a new one after {back:.1f} s"


def web_server_killed(scene: Scene) -> str:
    """Kill a whole web server."""
    program = scene.place.programs["web-2"]
    program.kill()
    back = scene.wait_until(program.is_ready)
    return f"nginx sent all to the other; it was started again, and ready after {back:.1f} s"


def web_server_stopped(scene: Scene) -> str:
    """Stop a web server in good order, as for a release."""
    with scene.place.unsupervised("web-1") as program:
        seconds = program.stop()
        program.start()
    return f"it ended after {seconds:.1f} s, with what it had begun"


def worker_killed(scene: Scene) -> str:
    """Kill the worker that does an import."""
    started = time.monotonic()
    content = leetcode_dump(IMPORTED_ROWS).decode()
    connection = scene.spare.connect()
    job = scene.spare.ask(connection, asking.IMPORT, content=content)["job"]["id"]
    connection.close()
    workers = [scene.place.programs[name] for name in ("worker-1", "worker-2")]
    scene.wait_until(lambda: _status(scene, job) == "RUNNING")
    busy = max(workers, key=lambda worker: worker.said().rfind("run_job"))
    busy.kill()
    attempts = _watched(scene, job)
    seconds = time.monotonic() - started
    return f"the import succeeded in attempt {attempts}, {seconds:.0f} s after it was asked for"


def log_disk_full(scene: Scene) -> str:
    """Let a web server run whose log takes not one byte more."""
    with scene.place.unsupervised("web-2") as program:
        program.stop()
        program.start(log=FULL_DISK)
        time.sleep(AWAY_SECONDS)
        if not program.is_ready():
            raise NotRight("the server without a log does not serve")
        program.stop()
        program.start()
    return f"one of two servers went on for {AWAY_SECONDS} s without being able to log"


FAULTS: dict[str, Callable[[Scene], str]] = {
    "Redis killed, and back": redis_killed,
    "PostgreSQL crashed and restarted": postgresql_restarted,
    "replica hangs for 30 s": replica_lags,
    "replica killed, and back": replica_killed,
    "PgBouncer killed": pgbouncer_restarted,
    "web process killed (-9)": web_process_killed,
    "web server killed (-9)": web_server_killed,
    "web server stopped (TERM)": web_server_stopped,
    "worker killed": worker_killed,
    "disk of the log full": log_disk_full,
    "clock of a token is off": token_clock,
    "2,000 half-open and slow clients": half_open,
    "limit of connections reached": limit_of_connections,
}


def _is_following(scene: Scene) -> bool:
    with psycopg.connect(scene.place.primary.url) as connection:
        found = connection.execute("SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'")
        return found.fetchone() is not None


def _status(scene: Scene, job: str) -> str:
    return next((state["status"] for state in scene.watch(job)), "")


def _watched(scene: Scene, job: str) -> int:
    """The attempts of a job that succeeds, as its stream tells; who loses it comes again."""
    ended: list[int] = []

    def has_ended() -> bool:
        try:
            for state in scene.watch(job):
                if state["status"] in ("FAILED", "CANCELLED"):
                    raise NotRight(f"the import ended {state['status']}")
                if state["status"] == "SUCCEEDED":
                    ended.append(state["attempts"])
        except Failed:
            return False
        return bool(ended)

    scene.wait_until(has_ended)
    return ended[-1]
