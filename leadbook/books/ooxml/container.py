"""A zip container written member by member, so that untouched ones keep their compressed bytes."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from leadbook.books.ooxml.compression import Deflated, deflate
from leadbook.books.ooxml.members import Member
from leadbook.books.ooxml.refusal import PackageRefusedError

if TYPE_CHECKING:
    import io


def new_member(name: str) -> Member:
    """Return the entry of a part that was not there before."""
    # 1980-01-01, the zip epoch: what leadbook writes does not depend on the clock.
    return Member(name, name.encode(), 8, not name.isascii(), 33, 0, 0, 0, 0, 0, 0, is_folder=False)


def put_content(out: io.BytesIO, entries: list[bytes], member: Member, content: bytes | Deflated) -> None:
    """Write a part with new content under the name and attributes of ``member``."""
    packed = content if isinstance(content, Deflated) else deflate([content])
    fresh = Member(
        name=member.name,
        raw_name=member.raw_name,
        method=8,
        utf8=member.utf8,
        date=33,
        time=0,
        crc=packed.crc,
        size=packed.size,
        attributes=member.attributes,
        start=0,
        length=len(packed.data),
        is_folder=False,
    )
    put_member(out, entries, fresh, memoryview(packed.data))


def put_member(out: io.BytesIO, entries: list[bytes], member: Member, stored: memoryview) -> None:
    """Write one local header and its data; sizes stand in the header, so no data descriptor follows."""
    start = out.tell()
    if start + len(stored) > 0xFFFF_0000:
        raise PackageRefusedError("The workbook would be larger than 4 GB, which this program does not write.")
    fields = (
        20,
        0x800 if member.utf8 else 0,
        member.method,
        member.time,
        member.date,
        member.crc,
        member.length,
        member.size,
        len(member.raw_name),
        0,
    )
    out.write(struct.pack("<4s5H3L2H", b"PK\3\4", *fields))
    out.write(member.raw_name)
    out.write(stored)
    entries.append(
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, *fields, 0, 0, 0, member.attributes, start) + member.raw_name
    )


def put_directory(out: io.BytesIO, entries: list[bytes]) -> None:
    """Write the central directory and its end record."""
    directory = b"".join(entries)
    start = out.tell()
    out.write(directory)
    out.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(entries), len(entries), len(directory), start, 0))
