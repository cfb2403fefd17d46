"""Harm done to a large import, and what has to be true when everything stands again."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from domain.accounts.models import User
from tests.crash.asking import Asker, State
from tests.crash.contents import NOTHING, digest, is_settled
from tests.crash.place import Place

# The reaper takes a job for dead after a minute, looks twice a minute, and the import is done anew.
RECOVERY_SECONDS = 300
AFTERWARDS_SECONDS = 5
AWAY_SECONDS = 5
FROZEN_SECONDS = 150


@dataclass(frozen=True)
class Scenario:
    """One kind of harm.

    Args:
        moment: waits for the moment to do it at; whether that came.
        harm: does it, and mends what operators would mend.
        workers: how many there are.
        may_end: the statuses that the job may end with.
    """

    name: str
    description: str
    moment: Callable[["Scene"], bool]
    harm: Callable[["Scene"], None]
    workers: int = 1
    may_end: tuple[str, ...] = ("SUCCEEDED", "FAILED")


@dataclass
class Scene:
    """A scenario that is being played."""

    place: Place
    asker: Asker
    job: str


@dataclass(frozen=True)
class Ending:
    """How a scenario ended.

    Attributes:
        seconds: from the harm to the end of the job.
        found: what the person has.
        fault: what is not as it has to be; empty if all is.
    """

    name: str
    state: State | None
    seconds: float
    found: str
    fault: str


def newcomer() -> User:
    """Somebody who has nothing yet."""
    return User.objects.create_user(email=f"{uuid4().hex}@crash.example", password=uuid4().hex)


def undisturbed(place: Place, content: bytes) -> str:
    """What somebody has whose import nothing happened to."""
    asker = Asker(newcomer())
    place.add_worker()
    state = asker.wait(asker.start(content), seconds=RECOVERY_SECONDS)
    place.kill_all()
    if state is None or state.status != "SUCCEEDED" or not is_settled(asker.user):
        raise RuntimeError(f"An import that nothing happened to did not succeed: {state}")
    return digest(asker.user)


def play(scenario: Scenario, place: Place, content: bytes, *, expected: str) -> Ending:
    """Do the harm, wait, and look what is there."""
    for _ in range(scenario.workers):
        place.add_worker()
    place.start_beat()
    asker = Asker(newcomer())
    scene = Scene(place, asker, asker.start(content))
    try:
        if not scenario.moment(scene):
            return Ending(scenario.name, asker.read(scene.job), 0, "", "its moment never came")
        harmed = time.monotonic()
        scenario.harm(scene)
        state = asker.wait(scene.job, seconds=RECOVERY_SECONDS)
        seconds = time.monotonic() - harmed
        # Whoever was taken for dead would store its rows now.
        time.sleep(AFTERWARDS_SECONDS)
        found = digest(asker.user)
        fault = _fault(scenario, scene, state, found, expected)
    finally:
        place.kill_all()
    return Ending(scenario.name, state, seconds, found, fault)


def _fault(scenario: Scenario, scene: Scene, state: State | None, found: str, expected: str) -> str:
    if state is None:
        last = scene.asker.read(scene.job)
        return f"{last.status} after {RECOVERY_SECONDS} seconds"
    if state.status not in scenario.may_end:
        return f"it may only end {' or '.join(scenario.may_end)}"
    if scene.asker.read(scene.job).status != state.status:
        return "its status changed after it had ended"
    if found != (expected if state.status == "SUCCEEDED" else NOTHING):
        return "other rows than there should be"
    if not is_settled(scene.asker.user):
        return "reviews are no replay of the attempts"
    return ""


# --- Moments ------------------------------------------------------------------------------------
def waiting(_: Scene) -> bool:
    """It waits, for there are no workers."""
    return True


def begun(scene: Scene) -> bool:
    """A worker reads the file."""
    return scene.place.wait_until(lambda: scene.asker.read(scene.job).status == "RUNNING")


def storing(scene: Scene) -> bool:
    """A worker is in the middle of the transaction that stores the rows."""
    return scene.place.wait_until(scene.place.is_storing)


# --- Harm ---------------------------------------------------------------------------------------
def kill_the_worker(scene: Scene) -> None:
    """Worker and child at once; whoever watches processes starts another one."""
    scene.place.kill_workers()
    scene.place.add_worker()


def kill_the_child(scene: Scene) -> None:
    """The child that does the work, and not its parent."""
    for worker in scene.place.workers:
        worker.kill_children()


def kill_all(scene: Scene) -> None:
    """Workers and clock, for a while."""
    scene.place.kill_all()
    time.sleep(AWAY_SECONDS)
    scene.place.add_worker()
    scene.place.start_beat()


def lose_redis(scene: Scene) -> None:
    """Redis, with every message in it."""
    scene.place.redis.kill()
    time.sleep(AWAY_SECONDS)
    scene.place.redis.start()
    if not scene.place.workers:
        scene.place.add_worker()


def restart_postgresql(scene: Scene) -> None:
    """PostgreSQL, cutting all connections."""
    scene.place.cluster.stop()
    time.sleep(AWAY_SECONDS)
    scene.place.cluster.start()


def freeze(scene: Scene) -> None:
    """The worker does nothing for so long that others take it for dead, and then goes on."""
    for worker in scene.place.workers:
        worker.freeze()
    frozen = list(scene.place.workers)
    scene.place.add_worker()
    scene.asker.wait(scene.job, seconds=FROZEN_SECONDS)
    for worker in frozen:
        worker.thaw()


def cancel(scene: Scene) -> None:
    """Its owner does not want it any more."""
    scene.asker.cancel(scene.job)


CANCELLED = ("CANCELLED",)
SCENARIOS = [
    Scenario("worker-reading", "worker killed while it reads the file", begun, kill_the_worker),
    Scenario("worker-storing", "worker killed while it stores", storing, kill_the_worker),
    Scenario("child-storing", "only the worker's child killed", storing, kill_the_child),
    Scenario("redis-waiting", "Redis killed while the job waits", waiting, lose_redis, workers=0),
    Scenario("redis-storing", "Redis killed while it stores", storing, lose_redis),
    Scenario("postgresql-reading", "PostgreSQL restarted, reading", begun, restart_postgresql),
    Scenario("postgresql-storing", "PostgreSQL restarted, storing", storing, restart_postgresql),
    Scenario("everybody", "all workers and the clock killed", storing, kill_all, workers=2),
    Scenario("frozen-reading", "worker frozen until another takes over", begun, freeze),
    Scenario("frozen-storing", "the same while it holds the person's rows", storing, freeze),
    Scenario("cancel-waiting", "cancelled before it began", waiting, cancel, 0, CANCELLED),
    Scenario("cancel-reading", "cancelled while it reads", begun, cancel, may_end=CANCELLED),
    Scenario("cancel-storing", "cancelled while it stores", storing, cancel, may_end=CANCELLED),
]
