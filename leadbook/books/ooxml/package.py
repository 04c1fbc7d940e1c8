"""A workbook package: zip members kept as the bytes they are, looked at only when asked for."""

from __future__ import annotations

import hashlib
import io
import itertools
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadbook.books.ooxml.refusal import PackageRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_MEMBERS = 20_000
MOST_BYTES = 4 << 30  # inflated, the whole package
LARGEST_MEMBER = 2 << 30
WORST_RATIO = 400  # deflate cannot exceed 1,032; real sheets stay below 60
RATIO_COUNTS_FROM = 8 << 20
LARGEST_SMALL_PART = 64 << 20  # parts that are held as a tree
_INFLATE_STEP = 1 << 20

_DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Member:
    """One stored file: its data as compressed in the original."""

    name: str
    raw_name: bytes
    method: int
    utf8: bool
    date: int
    time: int
    crc: int
    size: int
    attributes: int
    start: int
    length: int
    is_folder: bool


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


class Package:
    """The members of one package, with the changes asked for kept beside them.

    Parts are found without regard to case, as the packaging conventions demand (ECMA-376 part 2, 6.2.2.3).
    """

    def __init__(self, data: bytes) -> None:
        _refuse_other_kinds(data)
        self._data = data
        self.members = list(_read_members(data))
        self._places: dict[str, Member] = {}
        for member in self.members:
            if member.is_folder:
                continue
            key = part_key(member.name)
            if key in self._places:
                raise PackageRefusedError(
                    f"The file holds two parts called {member.name!r}, so it is damaged or was tampered with; "
                    "open it in Excel and save it again, then retry."
                )
            self._places[key] = member
        self._new: dict[str, bytes | Deflated] = {}
        self._new_names: dict[str, str] = {}
        self._dropped: set[str] = set()

    def has(self, name: str) -> bool:
        """Tell whether a part exists, changes included."""
        key = part_key(name)
        return key in self._new or (key in self._places and key not in self._dropped)

    def names(self) -> list[str]:
        """Return the names of all parts, changes included, in order."""
        names = [member.name for key, member in self._places.items() if key not in self._dropped or key in self._new]
        return names + [name for key, name in self._new_names.items() if key not in self._places]

    def true_name(self, name: str) -> str:
        """Return a part's name in the case the package uses."""
        key = part_key(name)
        member = self._places.get(key)
        return member.name if member else self._new_names.get(key, name)

    def size(self, name: str) -> int:
        """Return a part's size in bytes once inflated."""
        content = self._new.get(part_key(name))
        if content is None:
            return self._member(name).size
        return content.size if isinstance(content, Deflated) else len(content)

    def read(self, name: str) -> bytes:
        """Return the whole content of a part."""
        content = self._new.get(part_key(name))
        if isinstance(content, bytes):
            return content
        return b"".join(self.stream(name))

    def read_small(self, name: str) -> bytes:
        """Return the content of a part that will be held as a tree.

        Raises
        ------
        PackageRefusedError
            When it is larger than any such part of a sane workbook.
        """
        if self.size(name) > LARGEST_SMALL_PART:
            raise PackageRefusedError(f"The workbook's part {name!r} is too large to be edited safely.")
        return self.read(name)

    def stream(self, name: str) -> Iterator[bytes]:
        """Yield the content of a part piece by piece, checked against its recorded size and checksum."""
        content = self._new.get(part_key(name))
        if isinstance(content, bytes):
            yield content
            return
        if isinstance(content, Deflated):
            yield from _inflate(memoryview(content.data), 8, content.size, content.crc, name)
            return
        member = self._member(name)
        data = memoryview(self._data)[member.start : member.start + member.length]
        yield from _inflate(data, member.method, member.size, member.crc, name)

    def put(self, name: str, content: bytes | Deflated) -> None:
        """Give a part new content, or add it."""
        key = part_key(name)
        self._new[key] = content
        self._new_names.setdefault(key, name)
        self._dropped.discard(key)

    def drop(self, name: str) -> None:
        """Take a part out."""
        key = part_key(name)
        self._new.pop(key, None)
        self._new_names.pop(key, None)
        if key in self._places:
            self._dropped.add(key)

    def free_name(self, pattern: str) -> str:
        """Return the first part name of ``pattern`` (with one ``%d``) that was never used here."""
        number = 1
        while part_key(pattern % number) in self._places or part_key(pattern % number) in self._new:
            number += 1
        return pattern % number

    def changed(self) -> set[str]:
        """Return the names of the parts that were added, changed or dropped."""
        keys = set(self._new) | self._dropped
        return {self.true_name(key) for key in keys}

    def fingerprints(self) -> dict[str, str]:
        """Return the sha256 of every original member's stored bytes, by name."""
        view = memoryview(self._data)
        return {
            member.name: hashlib.sha256(view[member.start : member.start + member.length]).hexdigest()
            for member in self.members
        }

    def save(self) -> bytes:
        """Return the whole package: untouched members byte for byte, in their order, then the new parts."""
        out = io.BytesIO()
        entries: list[bytes] = []
        view = memoryview(self._data)
        for member in self.members:
            key = part_key(member.name)
            content = None if member.is_folder else self._new.get(key)
            if content is None and key in self._dropped:
                continue
            if content is None:
                stored = view[member.start : member.start + member.length]
                _put_member(out, entries, member, stored)
            else:
                _put_content(out, entries, member, content)
        for key, name in self._new_names.items():
            if key not in self._places:
                _put_content(out, entries, _new_member(name), self._new[key])
        directory = b"".join(entries)
        start = out.tell()
        out.write(directory)
        out.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(entries), len(entries), len(directory), start, 0))
        return out.getvalue()

    def _member(self, name: str) -> Member:
        member = self._places.get(part_key(name))
        if member is None or part_key(name) in self._dropped:
            raise PackageRefusedError(
                f"The workbook's part {name!r} is missing, so the file is damaged; "
                "open it in Excel, let it repair the file, save and retry."
            )
        return member


def part_key(name: str) -> str:
    """Return a part's name as it is compared: lower case, forward slashes, no leading one."""
    return name.replace("\\", "/").lstrip("/").lower()


def _refuse_other_kinds(data: bytes) -> None:
    if data[:4] == b"\xd0\xcf\x11\xe0":
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise PackageRefusedError(
                "This workbook is protected by a password to open, so it cannot be read; in Excel take the "
                "password off (File > Info > Protect Workbook > Encrypt with Password), save and retry."
            )
        raise PackageRefusedError(
            "This is a workbook of the old .xls kind; in Excel save it as an Excel Workbook (.xlsx) and retry."
        )
    if not data:
        raise PackageRefusedError("The file is empty; it is no workbook.")
    if data[:2] != b"PK":
        raise PackageRefusedError(
            "The file is not an Excel workbook (.xlsx or .xlsm), whatever its name says; "
            "open it in Excel, save it as an Excel Workbook and retry."
        )


def _read_members(data: bytes) -> Iterator[Member]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, OverflowError, EOFError) as error:
        raise PackageRefusedError(_DAMAGED) from error
    if len(infos) > MOST_MEMBERS:
        raise PackageRefusedError(f"The file holds {len(infos):,} parts; no sane workbook has that many.")
    total = 0
    taken: list[tuple[int, int]] = []
    for info in infos:
        _refuse_odd_member(info)
        total += info.file_size
        if total > MOST_BYTES:
            raise PackageRefusedError(_BOMB)
        start = _data_start(data, info)
        taken.append((info.header_offset, start + info.compress_size))
        moment = info.date_time
        yield Member(
            name=info.filename,
            raw_name=_raw_name(info),
            method=info.compress_type,
            utf8=bool(info.flag_bits & 0x800),
            date=(moment[0] - 1980) << 9 | moment[1] << 5 | moment[2],
            time=moment[3] << 11 | moment[4] << 5 | moment[5] // 2,
            crc=info.CRC,
            size=info.file_size,
            attributes=info.external_attr,
            start=start,
            length=info.compress_size,
            is_folder=info.is_dir(),
        )
    taken.sort()
    if any(end > following for (_, end), (following, _) in itertools.pairwise(taken)):
        raise PackageRefusedError(_BOMB)  # members that overlap inflate the same bytes many times


_DAMAGED = (
    "The file is damaged: its zip container cannot be read (perhaps it was only partly copied or "
    "downloaded); take a fresh copy or a backup and retry."
)
_BOMB = (
    "The file would unpack to far more than any workbook needs, as a zip bomb does, so it was not opened; "
    "open it in Excel and save it again if you trust it."
)


def _refuse_odd_member(info: zipfile.ZipInfo) -> None:
    name = info.filename.replace("\\", "/")
    parts = name.split("/")
    if (
        ".." in parts
        or "\0" in info.orig_filename
        or name.startswith("/")
        or _DRIVE.match(name)
        or any(character < " " for character in name)
    ):
        raise PackageRefusedError(
            f"The file holds a part with the unsafe name {info.filename!r}, so it was not opened; "
            "open it in Excel and save it again if you trust it."
        )
    if info.flag_bits & 0x1:
        raise PackageRefusedError(
            "The zip container of this workbook is encrypted; unpack it with its password, or save it again in Excel."
        )
    suspicious = info.file_size > RATIO_COUNTS_FROM and info.file_size > WORST_RATIO * max(1, info.compress_size)
    if suspicious or info.file_size > LARGEST_MEMBER:
        raise PackageRefusedError(_BOMB)


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    try:
        return info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437")
    except UnicodeEncodeError as error:
        raise PackageRefusedError(_DAMAGED) from error


def _data_start(data: bytes, info: zipfile.ZipInfo) -> int:
    header = data[info.header_offset : info.header_offset + 30]
    if len(header) < 30 or header[:4] != b"PK\3\4":
        raise PackageRefusedError(_DAMAGED)
    name_length, extra_length = (int(length) for length in struct.unpack("<HH", header[26:30]))
    start = info.header_offset + 30 + name_length + extra_length
    name = data[info.header_offset + 30 : info.header_offset + 30 + name_length]
    if start + info.compress_size > len(data) or name != _raw_name(info):
        raise PackageRefusedError(_DAMAGED)
    return start


def _inflate(data: memoryview, method: int, size: int, crc: int, name: str) -> Iterator[bytes]:
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
                raise PackageRefusedError(_BOMB)
            running = zlib.crc32(chunk, running)
            yield chunk
    except zlib.error as error:
        raise PackageRefusedError(_DAMAGED) from error
    if seen != size or running != crc:
        raise PackageRefusedError(_DAMAGED)


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


def _new_member(name: str) -> Member:
    # 1980-01-01, the zip epoch: what leadbook writes does not depend on the clock.
    return Member(name, name.encode(), 8, not name.isascii(), 33, 0, 0, 0, 0, 0, 0, is_folder=False)


def _put_content(out: io.BytesIO, entries: list[bytes], member: Member, content: bytes | Deflated) -> None:
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
    _put_member(out, entries, fresh, memoryview(packed.data))


def _put_member(out: io.BytesIO, entries: list[bytes], member: Member, stored: memoryview) -> None:
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
