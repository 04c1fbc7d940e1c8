"""Parts deflated as they are produced and inflated as they are needed, a piece at a time."""

from __future__ import annotations

import zipfile
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING

from isal import isal_zlib
from msgspec import Struct

from leadbook.books.ooxml.members import BOMB, DAMAGED
from leadbook.books.ooxml.refusal import PackageRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_INFLATE_STEP = 1 << 20
_THREAD_WORTH = 1 << 22
"""A part of fewer bytes is inflated sooner than handed to a thread."""
_PIECE = 1 << 20
"""A part of fewer bytes is packed whole; a larger one in pieces, in passing."""
_AHEAD = 3
_EFFORT = 1
"""How hard ISA-L tries: a fifth larger than what zlib makes of it by default, in a tenth of the time."""


class Deflated(Struct, frozen=True):
    """A part that has been compressed already."""

    data: bytes
    crc: int
    size: int


def deflate(chunks: Iterable[bytes]) -> Deflated:
    """Compress a part as it is produced, so that it never stands in memory whole.

    Notes
    -----
    Excel itself packs at its quickest, for at zlib's usual pains a huge sheet would take longer than all else. A
    large part is packed on a thread of its own while the next piece is made.
    """
    pieces = _gathered(chunks)
    first = next(pieces, b"")
    packer = isal_zlib.compressobj(_EFFORT, isal_zlib.DEFLATED, -15)
    if len(first) < _PIECE:
        return Deflated(packer.compress(first) + packer.flush(), isal_zlib.crc32(first), len(first))
    packed: list[bytes] = []
    crc = size = 0

    def pack(piece: bytes) -> None:
        nonlocal crc, size
        packed.append(packer.compress(piece))
        crc, size = isal_zlib.crc32(piece, crc), size + len(piece)

    # One thread, so that the pieces are packed in their order; few ahead, so that they do not pile up.
    with ThreadPoolExecutor(1) as worker:
        ahead: deque[Future[None]] = deque()
        for piece in chain((first,), pieces):
            ahead.append(worker.submit(pack, piece))
            if len(ahead) > _AHEAD:
                ahead.popleft().result()
        for one in ahead:
            one.result()
    return Deflated(b"".join([*packed, packer.flush()]), crc, size)


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


def inflate(data: memoryview, method: int, size: int, crc: int, name: str) -> Iterator[bytes]:
    """Yield the content; never more than was declared, and only whole when the checksum agrees."""
    if method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise PackageRefusedError(
            f"The workbook's part {name!r} is compressed in a way Excel does not use; save it again in Excel."
        )
    content = _checked(_chunks(data, method), size, crc)
    return content if size < _THREAD_WORTH else _made_ahead(content)


def _checked(chunks: Iterator[bytes], size: int, crc: int) -> Iterator[bytes]:
    seen = running = 0
    try:
        for chunk in chunks:
            seen += len(chunk)
            if seen > size:
                raise PackageRefusedError(BOMB)
            running = isal_zlib.crc32(chunk, running)
            yield chunk
    except isal_zlib.error as error:  # type: ignore[misc] # its stub tells the class as if it were an instance
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
    inflater = isal_zlib.decompressobj(-15)
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
