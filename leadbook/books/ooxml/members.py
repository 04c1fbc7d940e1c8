"""The members of a zip container as its directory lists them, with everything refused that no sane workbook has."""

from __future__ import annotations

import io
import itertools
import re
import struct
import zipfile
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.books.ooxml.refusal import PackageRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_MEMBERS = 20_000
MOST_BYTES = 4 << 30  # inflated, the whole package
LARGEST_MEMBER = 2 << 30
WORST_RATIO = 400  # deflate cannot exceed 1,032; real sheets stay below 60
RATIO_COUNTS_FROM = 8 << 20

_DRIVE = re.compile(r"^[A-Za-z]:")

DAMAGED = (
    "The file is damaged and cannot be read (perhaps it was only partly copied or "
    "downloaded); take a fresh copy or a backup and retry."
)
BOMB = (
    "The file would unpack to far more than any workbook needs, as a trap does, so it was not opened; "
    "open it in Excel and save it again if you trust it."
)


class Member(Struct, frozen=True):
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


def refuse_other_kinds(data: bytes) -> None:
    """Refuse what is no zip container, each kind with its own sentence."""
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


def read_members(data: bytes) -> Iterator[Member]:
    """Yield the members in the order of the directory.

    Raises
    ------
    PackageRefusedError
        When the container is damaged, encrypted, or would unpack to far more than a workbook needs.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, OverflowError, EOFError) as error:
        raise PackageRefusedError(DAMAGED) from error
    if len(infos) > MOST_MEMBERS:
        raise PackageRefusedError(
            f"The file holds {len(infos):,} parts, far more than any workbook has, so it was not opened; "
            "open it in Excel and save it again if you trust it."
        )
    total = 0
    taken: list[tuple[int, int]] = []
    for info in infos:
        _refuse_odd_member(info)
        total += info.file_size
        if total > MOST_BYTES:
            raise PackageRefusedError(BOMB)
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
        raise PackageRefusedError(BOMB)  # members that overlap inflate the same bytes many times


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
            "This workbook was packed with a password; unpack it with that, or save it again in Excel, and retry."
        )
    suspicious = info.file_size > RATIO_COUNTS_FROM and info.file_size > WORST_RATIO * max(1, info.compress_size)
    if suspicious or info.file_size > LARGEST_MEMBER:
        raise PackageRefusedError(BOMB)


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    try:
        return info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437")
    except UnicodeEncodeError as error:
        raise PackageRefusedError(DAMAGED) from error


def _data_start(data: bytes, info: zipfile.ZipInfo) -> int:
    header = data[info.header_offset : info.header_offset + 30]
    if len(header) < 30 or header[:4] != b"PK\3\4":
        raise PackageRefusedError(DAMAGED)
    name_length, extra_length = (int(length) for length in struct.unpack("<HH", header[26:30]))
    start = info.header_offset + 30 + name_length + extra_length
    name = data[info.header_offset + 30 : info.header_offset + 30 + name_length]
    if start + info.compress_size > len(data) or name != _raw_name(info):
        raise PackageRefusedError(DAMAGED)
    return start
