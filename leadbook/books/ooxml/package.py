"""A workbook package: zip members kept as the bytes they are, looked at only when asked for."""

from __future__ import annotations

import hashlib
import io
import zlib
from typing import TYPE_CHECKING

from leadbook.books.ooxml.compression import Deflated, inflate
from leadbook.books.ooxml.container import new_member, put_content, put_directory, put_member
from leadbook.books.ooxml.members import Member, read_members, refuse_other_kinds
from leadbook.books.ooxml.refusal import PackageRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

LARGEST_SMALL_PART = 64 << 20  # parts that are held as a tree


class Package:
    """The members of one package, with the changes asked for kept beside them.

    Parts are found without regard to case, as the packaging conventions demand (ECMA-376 part 2, 6.2.2.3).

    Parameters
    ----------
    data : bytes
        The file; empty for a package that never was one.
    parts : mapping of str to bytes or None
        What that one holds, by name.
    """

    def __init__(self, data: bytes, parts: Mapping[str, bytes] | None = None) -> None:
        if parts is None:
            refuse_other_kinds(data)
        self._data = data
        self.members = list(read_members(data)) if parts is None else []
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
        for name, content in (parts or {}).items():
            self.put(name, content)

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
            raise PackageRefusedError(
                f"The workbook's part {name!r} is too large to be edited safely; split the workbook and retry."
            )
        return self.read(name)

    def stream(self, name: str) -> Iterator[bytes]:
        """Yield the content of a part piece by piece, checked against its recorded size and checksum."""
        content = self._new.get(part_key(name))
        if isinstance(content, bytes):
            yield content
            return
        if isinstance(content, Deflated):
            yield from inflate(memoryview(content.data), 8, content.size, content.crc, name)
            return
        yield from self._original(self._member(name))

    def put(self, name: str, content: bytes | Deflated) -> None:
        """Give a part new content, or add it; what it held originally is no change."""
        key = part_key(name)
        if self._is_original(key, content):
            self._new.pop(key, None)
            self._new_names.pop(key, None)
            self._dropped.discard(key)
            return
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

    def free_name(self, pattern: str, taken: AbstractSet[str] = frozenset()) -> str:
        """Return the first part name of ``pattern`` (with one ``%d``) that no part has and that is not ``taken``.

        The name of a part that was dropped is free again, so that a sheet made anew gets its old names.
        """
        keys = {part_key(name) for name in taken}
        number = 1
        while self.has(pattern % number) or part_key(pattern % number) in keys:
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
                put_member(out, entries, member, stored)
            else:
                put_content(out, entries, member, content)
        for key, name in self._new_names.items():
            if key not in self._places:
                put_content(out, entries, new_member(name), self._new[key])
        put_directory(out, entries)
        return out.getvalue()

    def _is_original(self, key: str, content: bytes | Deflated) -> bool:
        """Tell whether a part held just this when the package was read."""
        member = self._places.get(key)
        if member is None:
            return False
        if isinstance(content, Deflated):
            if (member.size, member.crc) != (content.size, content.crc):
                return False
            new = inflate(memoryview(content.data), 8, content.size, content.crc, member.name)
        elif member.size != len(content) or member.crc != zlib.crc32(content):
            return False
        else:
            new = iter((content,))
        return _digest(self._original(member)) == _digest(new)

    def _original(self, member: Member) -> Iterator[bytes]:
        data = memoryview(self._data)[member.start : member.start + member.length]
        return inflate(data, member.method, member.size, member.crc, member.name)

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


def _digest(chunks: Iterable[bytes]) -> bytes:
    found = hashlib.sha256()
    for chunk in chunks:
        found.update(chunk)
    return found.digest()
