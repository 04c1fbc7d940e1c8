"""Generated sheets, rendered by XlsxWriter in a scratch workbook, moved into the seller's workbook."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from leadbook.books.ooxml.addresses import Area, parse_area
from leadbook.books.ooxml.chart_defaults import spell_out
from leadbook.books.ooxml.package import Package
from leadbook.books.ooxml.refusal import PackageRefusedError
from leadbook.books.ooxml.relationships import ContentTypes, Relationships
from leadbook.books.ooxml.sheet_stream import cell_column
from leadbook.books.ooxml.styles import Styles
from leadbook.books.ooxml.xmlparts import elements, is_true, main, parse, serialize, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml import etree

_CELL = re.compile(rb"<c ([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_STRING = re.compile(rb"<si>(.*?)</si>|<si/>", re.DOTALL)
# A cell as XlsxWriter begins it: its format, and for a text its whole rest. Anything else follows unchanged.
_CELL_START = re.compile(rb'<c r="([A-Z]+\d+)"(?: s="(\d+)")?(?: t="s"><v>(\d+)</v></c>)?')
_ROW_STYLE = re.compile(rb'(<row [^>]*?(?<=\s)s=")(\d+)"')
_DYNAMIC = re.compile(rb'<c [^>]*\scm="')
_COLUMN = re.compile(rb'(<col [^>]*?style=")(\d+)"')
_DIFFERENTIAL = re.compile(rb'dxfId="(\d+)"')
_SELECTED = re.compile(rb' tabSelected="(?:1|true)"')

# What XlsxWriter puts on a sheet; anything else on a generated sheet was put there by its user.
GENERATED_KINDS = frozenset({"drawing", "table", "hyperlink", "comments", "vmlDrawing", "printerSettings", "image"})


class ScratchBook:
    """A scratch workbook of generated sheets, taken apart once for all of them.

    Parameters
    ----------
    data : bytes
        An .xlsx made by XlsxWriter.
    """

    def __init__(self, data: bytes) -> None:
        self.package = Package(data)
        links = Relationships(self.package, "")
        part = links.of_kind("officeDocument")[0].part
        self.workbook = parse(self.package.read_small(part), part)
        book_links = Relationships(self.package, part)
        self._parts: list[tuple[str, str]] = []
        for sheet in elements(self.workbook.find(main("sheets"))):
            identity = next((str(v) for k, v in sheet.attrib.items() if local_of(k) == "id"), None)
            link = book_links.get(identity)
            if link is not None:
                self._parts.append((sheet.get("name") or "", link.part))
        styles_part = book_links.of_kind("styles")[0].part
        self.styles = Styles(self.package.read_small(styles_part), styles_part)
        self.strings: list[bytes] = []
        for strings in book_links.of_kind("sharedStrings"):
            texts = (found[1] or b"<t/>" for found in _STRING.finditer(self.package.read(strings.part)))
            self.strings = [b' t="inlineStr"><is>%s</is></c>' % text for text in texts]
        self.types = ContentTypes(self.package)
        properties = self.workbook.find(main("workbookPr"))
        self.date_1904 = properties is not None and is_true(properties.get("date1904"))

    def sheet(self, name: str) -> Scratch:
        """Return one of its sheets.

        Raises
        ------
        ValueError
            When no sheet has the name: its formulas would point nowhere once it is called so.
        """
        for index, (found, part) in enumerate(self._parts):
            if found.casefold() == name.casefold():
                return Scratch(self, part, index)
        there = ", ".join(repr(found) for found, _ in self._parts)
        raise ValueError(f"The scratch workbook holds {there}; its formulas need a sheet {name!r}.")


class Scratch:
    """One generated sheet of a scratch workbook."""

    def __init__(self, book: ScratchBook, part: str, index: int) -> None:
        self.book = book
        self.package = book.package
        self.types = book.types
        self.sheet_part = part
        self._index = index

    def sheet_names(self) -> list[etree._Element]:
        """Return the defined names that belong to the sheet, such as its print titles."""
        names = elements(self.book.workbook.find(main("definedNames")))
        return [name for name in names if name.get("localSheetId") == str(self._index)]

    def table_roots(self) -> list[etree._Element]:
        """Return its tables."""
        tables = Relationships(self.package, self.sheet_part).of_kind("table")
        return [parse(self.package.read_small(one.part), one.part) for one in tables]

    def sheet_xml(self, formats: list[int], differentials: list[int]) -> bytes:
        """Return the sheet with the target's formats and its strings inline.

        Raises
        ------
        ValueError
            For a dynamic array formula, whose metadata part cannot be carried over.
        """
        data = self.package.read(self.sheet_part)
        start = data.index(b"<sheetData")
        end = data.find(b"</sheetData>")
        end = end if end >= 0 else start
        head, rows, tail = data[:start], data[start:end], data[end:]
        head = _COLUMN.sub(lambda m: m[1] + b'%d"' % formats[int(m[2])], _SELECTED.sub(b"", head))
        tail = _DIFFERENTIAL.sub(lambda m: b'dxfId="%d"' % differentials[int(m[1])], tail)

        if _DYNAMIC.search(rows):
            raise ValueError("A generated sheet cannot hold dynamic array formulas.")
        looks: dict[bytes | None, bytes] = {b"%d" % old: b' s="%d"' % new for old, new in enumerate(formats)}
        looks[None] = b""
        strings = self.book.strings

        def moved(cell: re.Match[bytes]) -> bytes:
            address, style, string = cell.groups()
            end = b"" if string is None else strings[int(string)]
            return b'<c r="%s"%s%s' % (address, looks[style], end)

        rows = _ROW_STYLE.sub(lambda m: m[1] + b'%d"' % formats[int(m[2])], rows)
        return b"".join((head, _CELL_START.sub(moved, rows), tail))

    def occupied(self) -> set[tuple[int, int]]:
        """Return every cell (row, column) that the sheet writes."""
        data = self.package.read(self.sheet_part)
        found: set[tuple[int, int]] = set()
        for cell in _CELL.finditer(data, data.index(b"<sheetData")):
            address = cell[1][3 : cell[1].index(b'"', 3)]
            digits = len(address) - len(address.rstrip(b"0123456789"))
            found.add((int(address[-digits:]), cell_column(b" " + cell[1], 0)))
        return found

    def blocks(self) -> list[Area]:
        """Return the blocks of its tables and merged cells, which leave no room inside."""
        data = self.package.read(self.sheet_part)
        merges = re.findall(rb'<mergeCell ref="([A-Z0-9:]+)"', data[data.rindex(b"sheetData") :])
        refs = [ref.decode() for ref in merges] + [root.get("ref") for root in self.table_roots()]
        return [area for ref in refs if (area := parse_area(ref)) is not None]


def local_of(name: str | bytes) -> str:
    """Return an attribute's name without its namespace."""
    return str(name).rpartition("}")[2]


class ChildMover:
    """Copies the parts that hang on the scratch sheet, under free names, with their relationships.

    Parameters
    ----------
    scratch : Scratch
    package : Package
        Where they go.
    types : ContentTypes
    differentials : list of int
        Where the scratch workbook's differential formats are in the target.
    tables : mapping of casefolded table name to (part, id)
        Where a table keeps its part and its number, because it was there before.
    next_table_id : int
    """

    def __init__(
        self,
        scratch: Scratch,
        package: Package,
        types: ContentTypes,
        *,
        differentials: list[int],
        tables: Mapping[str, tuple[str, int]],
        next_table_id: int,
    ) -> None:
        self._scratch = scratch
        self._package = package
        self._types = types
        self._differentials = differentials
        self._tables = tables
        self._next_table_id = next_table_id
        self._moved: dict[str, str] = {}
        self.table_parts: list[str] = []

    def move(self, source: str, target: str) -> None:
        """Copy what ``source`` relates to and relate it to ``target`` under the same ids."""
        links = Relationships(self._scratch.package, source)
        new_links = Relationships(self._package, target)
        for link in links:
            if link.external:
                new_links.add(link.type, link.target, external=True, relationship_id=link.id)
                continue
            if link.part not in self._moved:
                self._moved[link.part] = self._copy(link.part, link.kind)
                self.move(link.part, self._moved[link.part])
            new_links.add(link.type, self._moved[link.part], relationship_id=link.id)
        new_links.save()

    def _copy(self, part: str, kind: str) -> str:
        data = self._scratch.package.read(part)
        folder, base = posixpath.split(part)
        stem, dot, extension = base.rpartition(".")
        pattern = posixpath.join(folder, re.sub(r"\d+$", "", stem) + "%d" + dot + extension)
        if kind == "table":
            name, data = self._renumbered(data, part, pattern)
            self.table_parts.append(name)
        else:
            name = self._free_name(pattern)
            if kind == "chart":
                data = spell_out(data, part)
        self._package.put(name, data)
        self._types.set(name, self._scratch.types.get(part))
        return name

    def _free_name(self, pattern: str) -> str:
        """Return a name that no part has and no table that is still to come will have."""
        return self._package.free_name(pattern, {part for part, _ in self._tables.values()})

    def _renumbered(self, data: bytes, part: str, pattern: str) -> tuple[str, bytes]:
        root = parse(data, part)
        known = self._tables.get((root.get("displayName") or "").casefold())
        if known is None:
            name, number = self._free_name(pattern), self._next_table_id
            self._next_table_id += 1
        else:
            name, number = known
        root.set("id", str(number))
        for element in root.iter():
            for attribute, value in element.attrib.items():
                if str(attribute).lower().endswith("dxfid"):
                    element.set(attribute, str(self._differentials[whole_number(str(value))]))
        return name, serialize(root)


def drop_children(package: Package, part: str, sheet: str) -> list[str]:
    """Take out what hangs on a generated sheet that is about to be replaced.

    Returns
    -------
    list of str
        The parts that were dropped. Their content types stay declared for those that come back under the same
        name; the others' are to be taken back with `forget_types`.

    Raises
    ------
    PackageRefusedError
        When something hangs on it that leadbook did not put there and other parts may rely on.
    """
    links = Relationships(package, part)
    foreign = sorted({link.kind for link in links if link.kind not in GENERATED_KINDS})
    if foreign:
        words = ", ".join(_WORDS.get(kind, kind) for kind in foreign)
        raise PackageRefusedError(
            f"The sheet {sheet!r}, which leadbook writes anew, now holds something of yours ({words}); "
            "move it to a sheet of your own and retry."
        )
    dropped: list[str] = []
    _drop_tree(package, part, dropped)
    return dropped


def forget_types(package: Package, types: ContentTypes, dropped: list[str]) -> None:
    """Take back the content types of dropped parts that did not come back."""
    for part in dropped:
        if not package.has(part):
            types.remove(part)


_WORDS = {
    "pivotTable": "a pivot table",
    "slicer": "a slicer",
    "timeline": "a timeline",
    "threadedComment": "a threaded comment",
    "queryTable": "a query",
    "ctrlProp": "a form control",
    "control": "a control",
    "oleObject": "an embedded object",
    "package": "an embedded object",
}


def _drop_tree(package: Package, part: str, dropped: list[str]) -> None:
    links = Relationships(package, part)
    for link in links:
        if link.external or not package.has(link.part) or _used_elsewhere(package, link.part, part):
            continue
        _drop_tree(package, link.part, dropped)
        package.drop(link.part)
        dropped.append(link.part)
    if package.has(links.part):
        package.drop(links.part)


def _used_elsewhere(package: Package, part: str, by: str) -> bool:
    """Tell whether another part relates to this one too, as a shared picture."""
    for name in package.names():
        if not name.lower().endswith(".rels"):
            continue
        owner = name.replace("_rels/", "")[: -len(".rels")]
        if owner.lower() != by.lower() and any(
            link.part.lower() == part.lower() for link in Relationships(package, owner) if not link.external
        ):
            return True
    return False
