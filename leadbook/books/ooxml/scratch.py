"""Generated sheets as XlsxWriter rendered them in a scratch workbook, read to be moved into the seller's."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING

from leadbook.books.ooxml.addresses import Area, parse_area
from leadbook.books.ooxml.package import Package
from leadbook.books.ooxml.relationships import ContentTypes, Relationships
from leadbook.books.ooxml.sheet_stream import cell_column
from leadbook.books.ooxml.styles import Styles
from leadbook.books.ooxml.xmlparts import elements, is_true, main, parse, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml import etree

_CELL = re.compile(rb"<c ([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_STRING = re.compile(rb"<si>(.*?)</si>|<si/>", re.DOTALL)
# A cell as XlsxWriter begins it: a text's with its whole rest, and up to its format.
_CELL_STRING = re.compile(rb'(<c r="[A-Z]+\d+"(?: s="\d+")?) t="s"><v>(\d+)</v></c>')
_CELL_STYLE = re.compile(rb'(<c r="[A-Z]+\d+" s=")(\d+)(?=")')
_ROW_STYLE = re.compile(rb'(<row [^>]*?(?<=\s)s=")(\d+)"')
_DYNAMIC = re.compile(rb'<c [^>]*\scm="')
_COLUMN = re.compile(rb'(<col [^>]*?style=")(\d+)"')
_DIFFERENTIAL = re.compile(rb'dxfId="(\d+)"')
_SELECTED = re.compile(rb' tabSelected="(?:1|true)"')


class ScratchBook:
    """A scratch workbook of generated sheets, taken apart once for all of them.

    Parameters
    ----------
    made : bytes or mapping of str to bytes
        An .xlsx made by XlsxWriter, or its parts by their names.
    """

    def __init__(self, made: bytes | Mapping[str, bytes]) -> None:
        self.package = Package(made) if isinstance(made, bytes) else Package(b"", made)
        links = Relationships(self.package, "")
        part = links.of_kind("officeDocument")[0].part
        self.workbook = parse(self.package.read_small(part), part)
        book_links = Relationships(self.package, part)
        self._parts: list[tuple[str, str]] = []
        for sheet in elements(self.workbook.find(main("sheets"))):
            identity = next((str(v) for k, v in sheet.attrib.items() if _local_of(k) == "id"), None)
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
        self._adopted: tuple[Styles, tuple[list[int], list[int]]] | None = None

    def formats_in(self, target: Styles) -> tuple[list[int], list[int]]:
        """Return where each of its formats is in the target, see `adopt_formats`."""
        # Its sheets come one after the other, and an entry's place in the target never changes.
        if self._adopted is None or self._adopted[0] is not target:
            self._adopted = target, adopt_formats(self.styles, target)
        return self._adopted[1]

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

        if b"cm=" in rows and _DYNAMIC.search(rows):
            raise ValueError("A generated sheet cannot hold dynamic array formulas.")
        strings = self.book.strings
        if strings:
            rows = _CELL_STRING.sub(lambda m: m[1] + strings[int(m[2])], rows)
        if b"customFormat=" in rows:
            rows = _ROW_STYLE.sub(lambda m: m[1] + b'%d"' % formats[int(m[2])], rows)
        # Split and joined, as a function called for each of so many cells would take longest.
        pieces = _CELL_STYLE.split(rows)
        looks = {b"%d" % old: b"%d" % new for old, new in enumerate(formats)}
        pieces[2::3] = map(looks.__getitem__, pieces[2::3])
        return b"".join((head, *pieces, tail))

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


def adopt_formats(scratch: Styles, target: Styles) -> tuple[list[int], list[int]]:
    """Take the cell formats and differential formats of a scratch workbook over into the target's.

    Returns
    -------
    tuple of list of int
        Where each of the scratch's formats is in the target: cell formats, differential formats. The scratch's
        format 0 is the target's 0, so plain generated cells look like the seller's plain cells.
    """
    codes = {e.get("numFmtId"): e.get("formatCode") or "" for e in scratch.items("numFmts")}
    fonts, fills, borders = scratch.items("fonts"), scratch.items("fills"), scratch.items("borders")
    formats: list[int] = []
    for index, entry in enumerate(scratch.items("cellXfs")):
        if index == 0:
            formats.append(0)
            continue
        new = copy.deepcopy(entry)
        font, fill, border = (whole_number(new.get(name)) for name in ("fontId", "fillId", "borderId"))
        new.set("fontId", str(target.intern("fonts", fonts[font]) if font else _plain_font(target)))
        new.set("fillId", str(target.intern("fills", fills[fill])))
        new.set("borderId", str(target.intern("borders", borders[border])))
        if new.get("numFmtId") in codes:
            new.set("numFmtId", str(target.number_format(codes[new.get("numFmtId")])))
        new.set("xfId", "0")
        formats.append(target.intern("cellXfs", new))
    differentials: list[int] = []
    for entry in scratch.items("dxfs"):
        new = copy.deepcopy(entry)
        number = new.find(main("numFmt"))
        if number is not None and number.get("numFmtId") in codes:
            number.set("numFmtId", str(target.number_format(codes[number.get("numFmtId")])))
        differentials.append(target.intern("dxfs", new))
    return formats, differentials


def _plain_font(target: Styles) -> int:
    formats = target.items("cellXfs")
    return whole_number(formats[0].get("fontId")) if formats else 0


def _local_of(name: str | bytes) -> str:
    """Return an attribute's name without its namespace."""
    return str(name).rpartition("}")[2]
