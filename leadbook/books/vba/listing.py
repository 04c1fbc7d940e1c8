"""The ``dir`` stream of a VBA project: properties, references, a block for each module (MS-OVBA 2.3.4.2)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CODE_PAGE, _VERSION, _COUNT, _COOKIE = 0x03, 0x09, 0x0F, 0x13
_NAME, _WIDE_NAME, _STREAM, _WIDE_STREAM = 0x19, 0x47, 0x1A, 0x32
_TEXT, _WIDE_TEXT, _OFFSET, _HELP, _MODULE_COOKIE = 0x1C, 0x48, 0x31, 0x1E, 0x2C
_PROCEDURAL, _DOCUMENT, _MODULE_END, _END = 0x21, 0x22, 0x2B, 0x10
_NO_COOKIE = 0xFFFF
_VERSION_BYTES = 6  # its length field says 4 (MS-OVBA 2.3.4.2.1.11)


class ListedModule(Struct, frozen=True):
    """A module as the project lists it.

    Parameters
    ----------
    name : str
    stream : str
        The stream in the storage ``VBA`` that holds it.
    offset : int
        Where in it the source begins; what stands before is Excel's own compilation.
    procedural : bool
        Whether it is a plain module, not a class or what belongs to a sheet.
    block : bytes
        Its records as they stand.
    """

    name: str
    stream: str
    offset: int
    procedural: bool
    block: bytes


class Listing(Struct, frozen=True):
    """The decompressed stream in three pieces: what comes before the modules, and them."""

    head: bytes
    cookie: bytes
    modules: tuple[ListedModule, ...]
    encoding: str

    @classmethod
    def read(cls, data: bytes) -> Listing:
        """Read the stream.

        Raises
        ------
        ValueError
            When it is damaged.
        """
        encoding, at_modules, cookie = "cp1252", 0, b""
        blocks: list[tuple[int, int]] = []
        for at, kind, content in _records(data):
            if kind == _CODE_PAGE and not blocks:
                encoding = _encoding(int.from_bytes(content, "little"))
            elif kind == _COUNT and not at_modules:
                at_modules = at
            elif kind == _COOKIE and at_modules and not blocks:
                cookie = data[at : at + 6 + len(content)]
            elif kind == _NAME and at_modules:
                blocks.append((at, at))
            elif kind == _MODULE_END and blocks:
                blocks[-1] = blocks[-1][0], at + 6
        if not at_modules:
            raise ValueError("the VBA project lists no modules")
        modules = tuple(_read_module(data[start:end], encoding) for start, end in blocks)
        return cls(data[:at_modules], cookie, modules, encoding)

    def written(self, modules: Sequence[ListedModule]) -> bytes:
        """Return the stream with these modules instead."""
        count = _record(_COUNT, struct.pack("<H", len(modules)))
        return self.head + count + self.cookie + b"".join(one.block for one in modules) + _record(_END)


def new_module(name: str, *, procedural: bool) -> ListedModule:
    """Return a module whose stream, called as it is, holds nothing but its source."""
    block = b"".join((
        _record(_NAME, name.encode("cp1252")), _record(_WIDE_NAME, name.encode("utf-16-le")),
        _record(_STREAM, name.encode("cp1252")), _record(_WIDE_STREAM, name.encode("utf-16-le")),
        _record(_TEXT), _record(_WIDE_TEXT), _record(_OFFSET, bytes(4)), _record(_HELP, bytes(4)),
        _record(_MODULE_COOKIE, struct.pack("<H", _NO_COOKIE)),
        _record(_PROCEDURAL if procedural else _DOCUMENT), _record(_MODULE_END),
    ))  # fmt: skip
    return ListedModule(name, name, 0, procedural, block)


def _read_module(block: bytes, encoding: str) -> ListedModule:
    name = stream = ""
    offset, procedural = 0, False
    for _, kind, content in _records(block):
        if kind == _NAME:
            name = name or content.decode(encoding, errors="replace")
        elif kind == _WIDE_NAME:
            name = content.decode("utf-16-le", errors="replace")
        elif kind == _STREAM:
            stream = stream or content.decode(encoding, errors="replace")
        elif kind == _WIDE_STREAM:
            stream = content.decode("utf-16-le", errors="replace")
        elif kind == _OFFSET:
            offset = int.from_bytes(content, "little")
        elif kind == _PROCEDURAL:
            procedural = True
    return ListedModule(name, stream, offset, procedural, block)


def _records(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 6 <= len(data):
        kind, size = struct.unpack_from("<HI", data, at)
        if kind == _VERSION:
            size = _VERSION_BYTES
        if at + 6 + size > len(data):
            raise ValueError("the list of VBA modules breaks off")
        yield at, kind, data[at + 6 : at + 6 + size]
        at += 6 + size


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HI", kind, len(content)) + content


def _encoding(code_page: int) -> str:
    known = {10000: "mac_roman", 65001: "utf-8"}
    name = known.get(code_page, f"cp{code_page}")
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name
