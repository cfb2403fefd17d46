"""A clock that nobody waits for."""

from collections.abc import Callable

import pytest

from domain.jobs import services
from schema import stream


class Clock:
    """Stands in the place of time: whoever sleeps has things happen meanwhile."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.meanwhile: list[Callable[[], object]] = []

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self.meanwhile:
            self.meanwhile.pop(0)()

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """``clock.meanwhile``: what happens in each of the next seconds of a stream."""
    clock = Clock()
    monkeypatch.setattr(stream, "sleep", clock.sleep)
    monkeypatch.setattr(stream, "monotonic", clock.monotonic)
    monkeypatch.setattr(stream, "places", stream._Places())
    return clock


@pytest.fixture(autouse=True)
def rested_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody noticed a lost job before."""
    monkeypatch.setattr(services, "_bell", services._Bell())
