"""A zip file, written piece by piece to wherever the pieces go: there is no going back in it."""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the zip: its path, and its text in pieces."""

    path: str
    pieces: Iterable[str]


class _Sink:
    """Takes what the zip file writes, until it is fetched. Without ``seek`` it is never asked to.

    Sizes and checksums then follow each file in place of being written before it.
    """

    def __init__(self) -> None:
        self.held = bytearray()

    def write(self, data: bytes) -> int:
        self.held += data
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def fetch(self) -> bytes:
        """What came since."""
        data, self.held = bytes(self.held), bytearray()
        return data


def zipped(members: Iterable[Member], *, at: datetime) -> Iterator[bytes]:
    """The zip file, a piece for each piece of its members.

    Args:
        at: the moment that each file is dated with.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for member in members:
            with archive.open(_named(member.path, at), "w") as file:
                for piece in member.pieces:
                    file.write(piece.encode())
                    yield sink.fetch()
            yield sink.fetch()
    yield sink.fetch()


def _named(path: str, at: datetime) -> zipfile.ZipInfo:
    moment = at.astimezone(UTC)
    info = zipfile.ZipInfo(path, date_time=moment.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    # A file that its owner may read and write.
    info.external_attr = 0o600 << 16
    return info
