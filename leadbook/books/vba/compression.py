"""How VBA packs its source: runs of 4,096 bytes in which repeated text points back (MS-OVBA 2.4.1)."""

from __future__ import annotations

import struct

_SIGNATURE = 0x01
_CHUNK_BYTES = 4_096
_PACKED, _RAW = 0xB000, 0x3FFF
_LEAST_COPY = 3


def compress(data: bytes) -> bytes:
    """Return the bytes as a compressed container; the same bytes always give the same container."""
    chunks = [_packed(data[start : start + _CHUNK_BYTES]) for start in range(0, len(data), _CHUNK_BYTES)]
    return bytes([_SIGNATURE]) + b"".join(chunks)


def decompress(data: bytes) -> bytes:
    """Return what a compressed container holds.

    Raises
    ------
    ValueError
        When it is no such container, or breaks off.
    """
    if data[:1] != bytes([_SIGNATURE]):
        raise ValueError("no compressed container")
    found = bytearray()
    at = 1
    while at < len(data):
        if at + 2 > len(data):
            raise ValueError("the container breaks off")
        header = int.from_bytes(data[at : at + 2], "little")
        end = min(at + 3 + (header & 0x0FFF), len(data))
        body = data[at + 2 : end]
        if header & 0x8000:
            _unpack(body, found)
        else:
            found += body
        at = end
    return bytes(found)


def _packed(chunk: bytes) -> bytes:
    body = bytearray()
    at = 0
    while at < len(chunk):
        flags, tokens = 0, bytearray()
        for bit in range(8):
            if at >= len(chunk):
                break
            back, length = _longest_copy(chunk, at)
            if length:
                flags |= 1 << bit
                tokens += struct.pack("<H", (back - 1) << (16 - _offset_bits(at)) | (length - _LEAST_COPY))
                at += length
            else:
                tokens.append(chunk[at])
                at += 1
        body.append(flags)
        body += tokens
    if len(body) > _CHUNK_BYTES:  # nothing repeats in it
        return struct.pack("<H", _RAW) + chunk.ljust(_CHUNK_BYTES, b"\0")
    return struct.pack("<H", _PACKED | (len(body) - 1)) + bytes(body)


def _longest_copy(chunk: bytes, at: int) -> tuple[int, int]:
    """Return how far back the longest repetition of what follows begins, and its length; 0, 0 for none."""
    most = min((0xFFFF >> _offset_bits(at)) + _LEAST_COPY, len(chunk) - at)
    best = back = 0
    if most < _LEAST_COPY:
        return 0, 0
    start = chunk.rfind(chunk[at : at + _LEAST_COPY], 0, at + _LEAST_COPY - 1)
    while start >= 0:
        length = _LEAST_COPY
        while length < most and chunk[start + length] == chunk[at + length]:
            length += 1
        if length > best:
            best, back = length, at - start
            if best == most:
                break
        start = chunk.rfind(chunk[at : at + _LEAST_COPY], 0, start + _LEAST_COPY - 1)
    return back, best


def _offset_bits(at: int) -> int:
    """Return how many bits of a copy token tell the distance, which grows with the place (MS-OVBA 2.4.1.3.19.1)."""
    return max(4, (at - 1).bit_length()) if at else 4


def _unpack(body: bytes, found: bytearray) -> None:
    start = len(found)
    at = 0
    while at < len(body):
        flags = body[at]
        at += 1
        for bit in range(8):
            if at >= len(body):
                return
            if not flags >> bit & 1:
                found.append(body[at])
                at += 1
                continue
            token = int.from_bytes(body[at : at + 2], "little")
            at += 2
            bits = _offset_bits(len(found) - start)
            back, length = (token >> (16 - bits)) + 1, (token & (0xFFFF >> bits)) + _LEAST_COPY
            if back > len(found) - start:
                raise ValueError("the container points before its beginning")
            for _ in range(length):  # a copy may reach into itself
                found.append(found[-back])
