"""The job: an export is read at one moment into a file of our own, and then stored as a whole."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from itertools import batched
from tempfile import SpooledTemporaryFile
from typing import IO

from django.conf import settings

from domain.base.errors import DomainError
from domain.jobs.work import Run
from domain.transfer.exporting.kinds import kind_of
from domain.transfer.exporting.snapshots import snapshot
from domain.transfer.models import Export, ExportChunk

CHUNK_BYTES = 256 * 1024
IN_MEMORY_BYTES = 4 * 1024 * 1024
CHUNKS_AT_ONCE = 20


class ExportIsGone(DomainError):
    """Its job was tried again."""

    code = "export_is_gone"
    message = "The export was deleted. Ask for another one."


@dataclass(frozen=True, slots=True)
class Spooled:
    """A file that was written and is not yet stored.

    Attributes:
        file: its chunks, each compressed, one after the other.
        lengths: of these chunks.
        size: of what they hold, in bytes.
        sha256: of what they hold, in hexadecimal.
    """

    file: IO[bytes]
    lengths: list[int]
    size: int
    sha256: str

    def chunks(self) -> Iterator[bytes]:
        """The compressed chunks, from the first."""
        self.file.seek(0)
        return (self.file.read(length) for length in self.lengths)


def run_export(run: Run) -> None:
    """Write and store the export of a job.

    It is read in one transaction and stored in another. The one that reads sees a single moment;
    the row of its job goes on changing meanwhile, so the success could not be noted in it.

    Raises:
        ExportIsGone: it was deleted meanwhile.
        Stopped: nothing is stored.
    """
    export = Export.objects.filter(job=run.job).select_related("owner__settings").first()
    if export is None:
        raise ExportIsGone
    with SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as file:
        written = _written(export, run, file)
        with run.finishing():
            _store(export, written)
            Export.objects.filter(pk=export.pk).update(
                size_bytes=written.size,
                sha256=written.sha256,
                expires_at=run.at + timedelta(days=settings.EXPORT_KEEP_DAYS),
            )


def _written(export: Export, run: Run, file: IO[bytes]) -> Spooled:
    kind = kind_of(export.format, export.entity)
    with snapshot():
        run.expect(kind.rows(export.owner))
        return spool(_counted(kind.pieces(export.owner, run.at), run), file)


def spool(pieces: Iterable[bytes], file: IO[bytes]) -> Spooled:
    """Write pieces of any sizes to a file, as compressed chunks of ``CHUNK_BYTES``."""
    digest, lengths, size = sha256(), [], 0
    for chunk in chunked(pieces):
        digest.update(chunk)
        size += len(chunk)
        lengths.append(file.write(zlib.compress(chunk)))
    return Spooled(file, lengths, size, digest.hexdigest())


def chunked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of one size; the last one may be smaller."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= CHUNK_BYTES:
            yield bytes(held[:CHUNK_BYTES])
            del held[:CHUNK_BYTES]
    if held:
        yield bytes(held)


def _counted(pieces: Iterable[str | bytes], run: Run) -> Iterator[bytes]:
    """The pieces as bytes, each a step of the job."""
    for piece in pieces:
        run.advance()
        yield piece.encode() if isinstance(piece, str) else piece


def _store(export: Export, written: Spooled) -> None:
    chunks = (
        ExportChunk(export=export, owner_id=export.owner_id, number=number, data=data)
        for number, data in enumerate(written.chunks())
    )
    for some in batched(chunks, CHUNKS_AT_ONCE):
        ExportChunk.objects.bulk_create(some)
