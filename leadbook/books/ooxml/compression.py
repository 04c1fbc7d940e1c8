"""Parts deflated as they are produced and inflated as they are needed, a piece at a time."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadbook.books.ooxml.members import BOMB, DAMAGED
from leadbook.books.ooxml.refusal import PackageRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_INFLATE_STEP = 1 << 20
_THREAD_WORTH = 1 << 18
"""Pieces of fewer bytes are compressed sooner than handed to a thread."""
_PIECE = 1 << 20
_WINDOW = 1 << 15
_AHEAD = 3
_SMALL, _QUICK = 6, 3
"""How hard zlib tries: Excel itself packs at its quickest, and a huge sheet at 6 would take longer than all else."""
_END = zlib.compressobj(_QUICK, zlib.DEFLATED, -15).flush()


@dataclass(frozen=True, slots=True)
class Deflated:
    """A part that has been compressed already."""

    data: bytes
    crc: int
    size: int


def deflate(chunks: Iterable[bytes]) -> Deflated:
    """Compress a part as it is produced, so that it never stands in memory whole.

    Notes
    -----
    zlib lets other threads run while it works, so a large sheet is cut into pieces that several threads compress
    while the next one is made. Each piece may refer back to the end of the one before it, and ends on a whole
    byte, so that together they are one ordinary stream.
    """
    pieces = _gathered(chunks)
    first = next(pieces, b"")
    packed, end, crc, size = [_packed(first, b"", _SMALL)], first[-_WINDOW:], zlib.crc32(first), len(first)
    if size < _PIECE:
        return Deflated(packed[0] + _END, crc, size)
    cores = _cores()
    ahead: deque[Future[bytes]] = deque()
    with ThreadPoolExecutor(1) as counter, ThreadPoolExecutor(max(1, cores - 1)) as packers:
        counted = counter.submit(zlib.crc32, b"", crc)
        for piece in pieces:
            size += len(piece)
            # In the order of the pieces, for there is one such thread.
            counted = counter.submit(_count_on, counted, piece)
            ahead.append(packers.submit(_packed, piece, end, _QUICK))
            end = piece[-_WINDOW:]
            if len(ahead) > cores:
                packed.append(ahead.popleft().result())
        packed += [one.result() for one in ahead]
        crc = counted.result()
    return Deflated(b"".join([*packed, _END]), crc, size)


def _gathered(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in pieces that are worth a thread."""
    gathered: list[bytes] = []
    size = 0
    for chunk in chunks:
        gathered.append(chunk)
        size += len(chunk)
        if size >= _PIECE:
            yield gathered[0] if len(gathered) == 1 else b"".join(gathered)
            gathered, size = [], 0
    if size:
        yield b"".join(gathered)


def _packed(piece: bytes, before: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, zdict=before)
    return packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)


def _count_on(before: Future[int], piece: bytes) -> int:
    return zlib.crc32(piece, before.result())


def _cores() -> int:
    """Return how many cores this process may use; more than a few find nothing to do."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(4, usable or 1)


def inflate(data: memoryview, method: int, size: int, crc: int, name: str) -> Iterator[bytes]:
    """Yield the content; never more than was declared, and only whole when the checksum agrees."""
    if method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise PackageRefusedError(
            f"The workbook's part {name!r} is compressed in a way Excel does not use; save it again in Excel."
        )
    content = _checked(_chunks(data, method), size, crc)
    return content if size < _THREAD_WORTH * 16 else _made_ahead(content)


def _checked(chunks: Iterator[bytes], size: int, crc: int) -> Iterator[bytes]:
    seen = running = 0
    try:
        for chunk in chunks:
            seen += len(chunk)
            if seen > size:
                raise PackageRefusedError(BOMB)
            running = zlib.crc32(chunk, running)
            yield chunk
    except zlib.error as error:
        raise PackageRefusedError(DAMAGED) from error
    if seen != size or running != crc:
        raise PackageRefusedError(DAMAGED)


def _made_ahead(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Pass pieces on, the next ones being inflated by another thread while the reader looks at this one."""
    with ThreadPoolExecutor(1) as worker:
        ahead = deque(worker.submit(next, chunks, None) for _ in range(_AHEAD))
        while (chunk := ahead.popleft().result()) is not None:
            ahead.append(worker.submit(next, chunks, None))
            yield chunk


def _chunks(data: memoryview, method: int) -> Iterator[bytes]:
    if method == zipfile.ZIP_STORED:
        for start in range(0, len(data), _INFLATE_STEP):
            yield bytes(data[start : start + _INFLATE_STEP])
        return
    inflater = zlib.decompressobj(-15)
    for start in range(0, len(data), 1 << 18):
        pending = bytes(data[start : start + (1 << 18)])
        while pending:
            chunk = inflater.decompress(pending, _INFLATE_STEP)
            if chunk:
                yield chunk
            pending = inflater.unconsumed_tail
            if inflater.eof:
                return
    rest = inflater.flush()
    if rest:
        yield rest
