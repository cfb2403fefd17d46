"""Chance that can be repeated: the same seed, the same people, histories and ids."""

from datetime import datetime
from random import Random
from uuid import UUID


def generator(seed: int, name: str) -> Random:
    """Chance that is the same for the same seed and name, on every machine."""
    return Random(f"{seed}/{name}")  # noqa: S311  # nothing secret comes from it


def uid_at(moment: datetime, rng: Random) -> UUID:
    """A UUIDv7 of a moment whose random part comes from ``rng``."""
    milliseconds = int(moment.timestamp() * 1000)
    number = milliseconds << 80 | 0x7 << 76 | rng.getrandbits(12) << 64
    return UUID(int=number | 0b10 << 62 | rng.getrandbits(62))
