"""Parts packed and unpacked: what any zip program reads back, and what is damaged is refused."""

from __future__ import annotations

import zlib

import pytest

from leadbook.books.ooxml import PackageRefusedError
from leadbook.books.ooxml.compression import deflate, inflate

MIB = 1 << 20


def cells(count):
    """Return rows as a sheet holds them, no two alike."""
    return b"".join(b'<c r="A%d"><v>%d</v></c>' % (row, row * 7_919 % 999_983) for row in range(count))


@pytest.mark.parametrize("rows", [0, 1, 1_000, 40_000, 200_000], ids=lambda rows: f"{rows} rows")
def test_any_zip_program_reads_back_what_was_packed_in_whatever_pieces(rows):
    content = cells(rows)
    packed = deflate(content[start : start + 70_001] for start in range(0, len(content), 70_001))
    assert zlib.decompress(packed.data, -15) == content
    assert (packed.size, packed.crc) == (len(content), zlib.crc32(content))


def test_a_large_part_grows_little_against_the_usual_packing():
    content = cells(200_000)
    usual = zlib.compressobj(3, zlib.DEFLATED, -15)
    least = len(usual.compress(content) + usual.flush())
    assert len(deflate([content]).data) < 1.25 * least


@pytest.mark.parametrize("size", [100, 5 * MIB], ids=["small", "large"])
@pytest.mark.parametrize("level", [0, 1, 6, 9])
def test_a_part_is_unpacked_whoever_packed_it(size, level):
    content = cells(size // 20)
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    assert b"".join(inflate(memoryview(packed), 8, len(content), zlib.crc32(content), "part")) == content


@pytest.mark.parametrize("size", [100, 5 * MIB], ids=["small", "large"])
@pytest.mark.parametrize("harm", ["cut off", "one bit", "not packed at all", "another length", "another checksum"])
def test_a_damaged_part_is_refused(size, harm):
    content = cells(size // 20)
    packed, length, crc = bytearray(deflate([content]).data), len(content), zlib.crc32(content)
    match harm:
        case "cut off":
            del packed[len(packed) // 2 :]
        case "one bit":
            packed[len(packed) // 2] ^= 1
        case "not packed at all":
            packed[:] = b"\xff" * len(packed)
        case "another length":
            length += 1
        case _:
            crc ^= 1
    with pytest.raises(PackageRefusedError):
        b"".join(inflate(memoryview(bytes(packed)), 8, length, crc, "part"))
