"""Parts deflated as they are produced and inflated as they are needed, a piece at a time."""

from __future__ import annotations

import zipfile
import zlib
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadbook.books.ooxml.members import BOMB, DAMAGED
from leadbook.books.ooxml.refusal import PackageRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_INFLATE_STEP = 1 << 20
_THREAD_WORTH = 1 << 18
"""Pieces of fewer bytes are compressed sooner than handed to a thread."""


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
    zlib lets other threads run while it works, so the next piece is made while the last one is compressed: on two
    cores a large sheet costs little more than making it.
    """
    compressor = zlib.compressobj(6, zlib.DEFLATED, -15)
    crc = size = 0
    pieces: list[bytes] = []
    ahead: Future[bytes] | None = None
    with ExitStack() as open_threads:
        worker: ThreadPoolExecutor | None = None
        for chunk in chunks:
            crc = zlib.crc32(chunk, crc)
            size += len(chunk)
            if len(chunk) < _THREAD_WORTH and worker is None:
                pieces.append(compressor.compress(chunk))
                continue
            worker = worker or open_threads.enter_context(ThreadPoolExecutor(1))
            if ahead is not None:
                pieces.append(ahead.result())
            ahead = worker.submit(compressor.compress, chunk)
        if ahead is not None:
            pieces.append(ahead.result())
    pieces.append(compressor.flush())
    return Deflated(b"".join(pieces), crc, size)


def inflate(data: memoryview, method: int, size: int, crc: int, name: str) -> Iterator[bytes]:
    """Yield the content; never more than was declared, and only whole when the checksum agrees."""
    if method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise PackageRefusedError(
            f"The workbook's part {name!r} is compressed in a way Excel does not use; save it again in Excel."
        )
    seen = running = 0
    try:
        for chunk in _chunks(data, method) if size < _THREAD_WORTH * 16 else _made_ahead(_chunks(data, method)):
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
    """Pass pieces on, the next one being inflated by another thread while the reader looks at this one."""
    with ThreadPoolExecutor(1) as worker:
        ahead = worker.submit(next, chunks, None)
        while (chunk := ahead.result()) is not None:
            ahead = worker.submit(next, chunks, None)
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
