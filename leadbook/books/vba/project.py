"""A whole VBA project: its modules' sources, and the streams that list them (MS-OVBA 2.3)."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.books.vba.compression import compress, decompress
from leadbook.books.vba.listing import Listing, new_module
from leadbook.books.vba.storage import Folder, read_storage, write_storage

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from leadbook.books.vba.listing import ListedModule

_CODE = "VBA"
_DOCUMENT_SOURCE = """Attribute VB_Name = "{name}"
Attribute VB_Base = "0{{{kind}-0000-0000-C000-000000000046}}"
Attribute VB_GlobalNameSpace = False
Attribute VB_Creatable = False
Attribute VB_PredeclaredId = True
Attribute VB_Exposed = True
Attribute VB_TemplateDerived = False
Attribute VB_Customizable = True
"""
WORKSHEET, CHART_SHEET = "00020820", "00020821"
"""What Excel calls the two kinds of sheets in the modules that belong to them."""
_COMPILED = "__SRP_"
_NOT_COMPILED = bytes.fromhex("CC61FFFF000100")
"""``_VBA_PROJECT`` without a compilation of any version, so that Excel goes by the sources (MS-OVBA 2.3.4.1)."""


class Project(Struct):
    """The streams of a VBA project, and what they list."""

    root: Folder
    listing: Listing

    @classmethod
    def read(cls, data: bytes) -> Project:
        """Read a ``vbaProject.bin``.

        Raises
        ------
        ValueError
            When it is damaged, or no VBA project.
        """
        root = read_storage(data)
        code = root.folders.get(_CODE, Folder())
        if "dir" not in code.streams or "PROJECT" not in root.streams:
            raise ValueError("the file holds no VBA project")
        return cls(root, Listing.read(decompress(code.streams["dir"])))

    @property
    def names(self) -> list[str]:
        """The modules' names, in order."""
        return [module.name for module in self.listing.modules]

    def source(self, name: str) -> str:
        """Return a module's source with its attributes, lines divided by LF.

        Raises
        ------
        ValueError
            When there is no such module, or it is damaged.
        """
        module = next((one for one in self.listing.modules if one.name.casefold() == name.casefold()), None)
        streams = {key.casefold(): data for key, data in self.root.folders[_CODE].streams.items()}
        if module is None or module.stream.casefold() not in streams:
            raise ValueError(f"the VBA project has no module {name!r}")
        packed = streams[module.stream.casefold()][module.offset :]
        return decompress(packed).decode(self.listing.encoding, errors="replace").replace("\r\n", "\n")

    @property
    def is_locked(self) -> bool:
        """Whether a password or a lock keeps its sources from being seen or changed."""
        values = dict(line.partition("=")[::2] for line in self._lines())
        return any(_decrypted(values.get("CMG", ""))) or any(_decrypted(values.get("DPB", "")))

    def without(self, names: Collection[str]) -> Project:
        """Return the project without some modules."""
        gone = {name.casefold() for name in names}
        root = copy.deepcopy(self.root)
        code = root.folders[_CODE].streams
        for module in self.listing.modules:
            if module.name.casefold() in gone:
                code.pop(module.stream, None)
        kept = tuple(module for module in self.listing.modules if module.name.casefold() not in gone)
        return _relisted(root, self.listing, kept)

    def with_sources(self, modules: Mapping[str, str], documents: Mapping[str, str]) -> Project:
        """Return the project with further modules, each nothing but its source.

        Parameters
        ----------
        modules : mapping of str to str
            Plain modules: name to source without attributes.
        documents : mapping of str to str
            Modules that belong to sheets: code name to the kind of sheet.
        """
        root = copy.deepcopy(self.root)
        code = root.folders[_CODE].streams
        added: list[ListedModule] = []
        for name, kind in documents.items():
            code[name] = _packed(_DOCUMENT_SOURCE.format(name=name, kind=kind))
            added.append(new_module(name, procedural=False))
        for name, source in modules.items():
            code[name] = _packed(f'Attribute VB_Name = "{name}"\n{source}')
            added.append(new_module(name, procedural=True))
        return _relisted(root, self.listing, (*self.listing.modules, *added), documents)

    def uncompiled(self) -> Project:
        """Return the project without Excel's compilation, so that it goes by the sources, added ones included."""
        root = copy.deepcopy(self.root)
        code = root.folders[_CODE].streams
        for name in [name for name in code if name.upper().startswith(_COMPILED)]:
            del code[name]
        code["_VBA_PROJECT"] = _NOT_COMPILED
        return Project(root, self.listing)

    def written(self) -> bytes:
        """Return the ``vbaProject.bin``; the same project always gives the same bytes."""
        return write_storage(self.root)

    def _lines(self) -> list[str]:
        return self.root.streams["PROJECT"].decode(self.listing.encoding, errors="replace").splitlines()


def _relisted(
    root: Folder, listing: Listing, modules: tuple[ListedModule, ...], documents: Mapping[str, str] | None = None
) -> Project:
    """Return the project with these modules in all three streams that list them."""
    code = root.folders[_CODE].streams
    code["dir"] = compress(listing.written(modules))
    root.streams["PROJECT"] = _project_text(root.streams["PROJECT"], listing, modules, documents or {})
    root.streams["PROJECTwm"] = b"".join(
        one.name.encode(listing.encoding) + b"\0" + one.name.encode("utf-16-le") + b"\0\0" for one in modules
    ) + bytes(2)
    return Project(root, Listing(listing.head, listing.cookie, modules, listing.encoding))


def _project_text(
    text: bytes, listing: Listing, modules: tuple[ListedModule, ...], documents: Mapping[str, str]
) -> bytes:
    """Return the stream ``PROJECT`` with exactly the lines of these modules, others untouched and in place."""
    kinds = ("Document", "Module", "Class", "BaseClass")
    wanted = {one.name.casefold(): one for one in modules}
    lines: list[str] = []
    seen: set[str] = set()
    place = windows = None
    section = ""
    for line in text.decode(listing.encoding).split("\r\n"):
        key, _, value = line.partition("=")
        if line.startswith("["):
            section = line
        name = (value.partition("/")[0] if not section else key).casefold()
        if (not section and key in kinds) or (section == "[Workspace]" and key and line != section):
            if name not in wanted:
                continue
            if not section:
                seen.add(name)
        lines.append(line)
        if not section and key in {*kinds, "ID"}:
            place = len(lines)
        elif section == "[Workspace]" and line:
            windows = len(lines)
    added = [one for key, one in wanted.items() if key not in seen]
    if windows is not None:
        lines[windows:windows] = [f"{one.name}=0, 0, 0, 0, C" for one in added]
    told = [f"Document={one.name}/&H00000000" if one.name in documents else f"Module={one.name}" for one in added]
    lines[place or 0 : place or 0] = told
    return "\r\n".join(lines).encode(listing.encoding)


def _packed(source: str) -> bytes:
    return compress("\r\n".join(source.replace("\r\n", "\n").split("\n")).encode("cp1252"))


def _decrypted(value: str) -> bytes:
    """Return what an encrypted value of ``PROJECT`` says (MS-OVBA 2.4.3.3); zeros mean unlocked and no password."""
    try:
        raw = bytes.fromhex(value.strip('"'))
        seed, older, before = raw[:3]
    except ValueError:
        return b""
    clear = seed ^ before
    said = bytearray()
    for byte in raw[3:]:
        said.append(byte ^ (older + clear & 0xFF))
        older, before, clear = before, byte, said[-1]
    skipped = (seed & 6) // 2
    length = int.from_bytes(said[skipped : skipped + 4], "little")
    return bytes(said[skipped + 4 : skipped + 4 + length])
