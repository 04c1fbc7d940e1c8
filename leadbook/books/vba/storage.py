"""Compound files: the small file system that a VBA project is kept in (MS-CFB)."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SECTOR, _SMALL_SECTOR, _SMALL_STREAM = 512, 64, 4_096
_FREE, _END, _TABLE, _NOBODY = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_MOST_TABLES = 109  # those the header itself lists, enough for 7 MB
_IN_TABLE = _SECTOR // 4
_KIND_FOLDER, _KIND_STREAM, _KIND_ROOT = 1, 2, 5
_RED, _BLACK = 0, 1
_ENTRY = struct.Struct("<64sHBBIII16sIQQIQ")


class Folder(Struct):
    """A storage: streams and storages by name, and the class id that some storages carry."""

    streams: dict[str, bytes] = field(default_factory=dict)
    folders: dict[str, Folder] = field(default_factory=dict)
    class_id: bytes = bytes(16)

    def walk(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], bytes]]:
        """Yield every stream with the names that lead to it."""
        for name, data in self.streams.items():
            yield (*path, name), data
        for name, folder in self.folders.items():
            yield from folder.walk((*path, name))


def read_storage(data: bytes) -> Folder:
    """Read a compound file.

    Raises
    ------
    ValueError
        When it is none, or is damaged.
    """
    import olefile  # noqa: PLC0415 - only workbooks with VBA need it

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            root = Folder()
            for path in file.listdir(streams=True, storages=False):
                _folder(root, path[:-1]).streams[path[-1]] = file.openstream(path).read()
            for path in file.listdir(streams=False, storages=True):
                _folder(root, path).class_id = _class_id(file.getclsid(path))
            root.class_id = _class_id(file.root.clsid if file.root else "")
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise ValueError("the VBA project cannot be read") from error
    return root


def write_storage(root: Folder) -> bytes:
    """Return a compound file with these streams; it carries no dates, so the same streams give the same bytes.

    Raises
    ------
    ValueError
        When it would be larger than any VBA project.
    """
    return _Writer().write(root)


def _folder(root: Folder, path: Sequence[str]) -> Folder:
    for name in path:
        root = root.folders.setdefault(name, Folder())
    return root


def _class_id(text: str) -> bytes:
    digits = text.strip("{}").split("-")
    if len(digits) != 5:
        return bytes(16)
    first, second, third, *rest = digits
    return struct.pack("<IHH", int(first, 16), int(second, 16), int(third, 16)) + bytes.fromhex("".join(rest))


class _Entry(Struct):
    """One line of the directory; ``left``, ``right`` and ``child`` are places in it."""

    name: str
    kind: int
    class_id: bytes = bytes(16)
    color: int = _BLACK
    left: int = _NOBODY
    right: int = _NOBODY
    child: int = _NOBODY
    start: int = 0
    size: int = 0

    def written(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        return _ENTRY.pack(
            name, len(name), self.kind, self.color, self.left, self.right, self.child, self.class_id, 0, 0, 0,
            self.start, self.size,
        )  # fmt: skip


class _Writer:
    def __init__(self) -> None:
        self._sectors: list[bytes] = []
        self._chain: list[int] = []
        self._small = bytearray()
        self._small_chain: list[int] = []
        self._entries: list[_Entry] = [_Entry("Root Entry", _KIND_ROOT)]

    def write(self, root: Folder) -> bytes:
        top = self._entries[0]
        top.class_id = root.class_id
        top.child = self._list(root)
        top.size = len(self._small)
        top.start = self._put(bytes(self._small))
        small_table = _numbers(self._small_chain)
        small_start = self._put(small_table) if small_table else _END
        lines = b"".join(entry.written() for entry in self._entries)
        blank = _Entry("", 0).written()[:64] + struct.pack("<HBBIII", 0, 0, 0, _NOBODY, _NOBODY, _NOBODY) + bytes(48)
        lines += blank * (-(len(lines) // len(blank)) % (_SECTOR // len(blank)))
        directory = self._put(lines)
        tables = 1
        while tables * _IN_TABLE < len(self._chain) + tables:
            tables += 1
        if tables > _MOST_TABLES:
            raise ValueError("the VBA project is larger than 7 MB")
        places = list(range(len(self._sectors), len(self._sectors) + tables))
        table = _numbers(self._chain + [_TABLE] * tables)
        header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16)
        header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
        header += struct.pack(
            "<IIIIIIIII", 0, tables, directory, 0, _SMALL_STREAM, small_start, len(small_table) // _SECTOR, _END, 0
        )
        header += _numbers(places, _MOST_TABLES)
        return header + b"".join(self._sectors) + table

    def _list(self, folder: Folder) -> int:
        """Add what a storage holds to the directory; return the place its search tree begins at."""
        places: list[int] = []
        content: Mapping[str, Folder | bytes] = {**folder.folders, **folder.streams}
        # Shorter names come first, then upper case letters in their order (MS-CFB 2.6.4).
        for name in sorted(content, key=lambda name: (len(name), name.upper())):
            one = content[name]
            entry = _Entry(name, _KIND_FOLDER if isinstance(one, Folder) else _KIND_STREAM)
            self._entries.append(entry)
            places.append(len(self._entries) - 1)
            if isinstance(one, Folder):
                entry.class_id = one.class_id
                entry.child = self._list(one)
            else:
                entry.size = len(one)
                entry.start = self._put_small(one) if len(one) < _SMALL_STREAM else self._put(one)
        return self._tree(places, (len(places) + 1).bit_length() - 1)

    def _tree(self, places: Sequence[int], black_levels: int) -> int:
        """Link a balanced search tree; the level that is not full is red, so every way down is equally black."""
        if not places:
            return _NOBODY
        middle = len(places) // 2
        entry = self._entries[places[middle]]
        entry.color = _BLACK if black_levels > 0 else _RED
        entry.left = self._tree(places[:middle], black_levels - 1)
        entry.right = self._tree(places[middle + 1 :], black_levels - 1)
        return places[middle]

    def _put(self, data: bytes) -> int:
        if not data:
            return _END
        first = len(self._sectors)
        for start in range(0, len(data), _SECTOR):
            self._sectors.append(data[start : start + _SECTOR].ljust(_SECTOR, b"\0"))
            self._chain.append(len(self._sectors))
        self._chain[-1] = _END
        return first

    def _put_small(self, data: bytes) -> int:
        if not data:
            return _END
        first = len(self._small_chain)
        for start in range(0, len(data), _SMALL_SECTOR):
            self._small += data[start : start + _SMALL_SECTOR].ljust(_SMALL_SECTOR, b"\0")
            self._small_chain.append(len(self._small_chain) + 1)
        self._small_chain[-1] = _END
        return first


def _numbers(values: Sequence[int], count: int = 0) -> bytes:
    """Return numbers as a table whose unused places are marked free: whole sectors of it, or ``count`` places."""
    wanted = count or -(-len(values) // _IN_TABLE) * _IN_TABLE
    return struct.pack(f"<{wanted}I", *values, *[_FREE] * (wanted - len(values)))
