"""Parts deflated as they are produced and inflated as they are needed, a piece at a time."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadbook.books.ooxml.members import BOMB, DAMAGED
from leadbook.books.ooxml.refusal import PackageRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_INFLATE_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class Deflated:
    """A part that has been compressed already."""

    data: bytes
    crc: int
    size: int


def deflate(chunks: Iterable[bytes]) -> Deflated:
    """Compress a part as it is produced, so that it never stands in memory whole."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, -15)
    crc = size = 0
    pieces: list[bytes] = []
    for chunk in chunks:
        crc = zlib.crc32(chunk, crc)
        size += len(chunk)
        pieces.append(compressor.compress(chunk))
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
        for chunk in _chunks(data, method):
            seen += len(chunk)
            if seen > size:
                raise PackageRefusedError(BOMB)
            running = zlib.crc32(chunk, running)
            yield chunk
    except zlib.error as error:
        raise PackageRefusedError(DAMAGED) from error
    if seen != size or running != crc:
        raise PackageRefusedError(DAMAGED)


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
