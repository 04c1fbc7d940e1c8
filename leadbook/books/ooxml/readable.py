"""A workbook read where it stands: its sheets, tables, names, cells and their looks."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Self

from lxml import etree

from leadbook.books.ooxml import names
from leadbook.books.ooxml.addresses import Area, AreaLike
from leadbook.books.ooxml.opening import open_workbook
from leadbook.books.ooxml.refusal import PackageRefusedError
from leadbook.books.ooxml.relationships import Relationships
from leadbook.books.ooxml.shared_texts import SharedTexts, read_shared
from leadbook.books.ooxml.sheet import SheetInfo, SheetPart
from leadbook.books.ooxml.xmlparts import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from leadbook.books.ooxml.names import DefinedName
    from leadbook.books.ooxml.row_contents import RowContent
    from leadbook.books.ooxml.sheet_scan import SheetScan
    from leadbook.books.ooxml.sheet_values import SheetValues
    from leadbook.books.ooxml.tables import TableInfo, TablePart

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class ReadableWorkbook:
    """A workbook's package, and what it holds; see `Workbook` for what can be changed in it.

    Sheets and tables are named as Excel shows them, without regard to case. Rows and columns count from 1.
    """

    def __init__(self, data: bytes, *, signed: bool = False) -> None:
        self._data = data
        self._book = open_workbook(data, signed=signed)

    @classmethod
    def open(cls, data: bytes, *, signed: bool = False) -> Self:
        """Read a workbook from its bytes.

        Parameters
        ----------
        data : bytes
        signed : bool
            Whether a signed one is opened as well: to be read only, because any change breaks the signature.

        Raises
        ------
        PackageRefusedError
            When it is encrypted, of the old or the binary kind, signed, strict, damaged or hostile.
        """
        return cls(data, signed=signed)

    @property
    def date_1904(self) -> bool:
        """Whether its dates count from 1904."""
        return self._book.date_1904

    @property
    def sheets(self) -> tuple[SheetInfo, ...]:
        """Its sheets, in the order of their tabs."""
        return tuple(SheetInfo(sheet) for sheet in self._book.sheets)

    @property
    def tables(self) -> tuple[TableInfo, ...]:
        """Its tables as they are now, sheet by sheet."""
        return tuple(table.info for table in self._book.tables)

    @property
    def defined_names(self) -> Mapping[str, DefinedName]:
        """Its defined names; those of one sheet are keyed ``Sheet!Name``."""
        return names.read_names(self._book.root, [sheet.name for sheet in self._book.sheets])

    def scan(self, sheet: str) -> SheetScan:
        """Return what a sheet holds, without the cells asked for since; found once and remembered."""
        return self._sheet(sheet).scan

    def read_values(self, sheet: str) -> SheetValues | None:
        """Return a sheet's values as arrays; None when its XML is written in a way that only a parser follows."""
        return self._sheet(sheet).read_values()

    def read_shared(self) -> SharedTexts | None:
        """Return the shared strings; None when the workbook has none, or they are written in an unusual way."""
        parts = [link.part for link in self._book.links.of_kind("sharedStrings") if not link.external]
        return read_shared(self._book.package.stream(parts[0])) if len(parts) == 1 else None

    def last_saved(self) -> tuple[str, str]:
        """Return who saved the workbook last, and when (ISO day), as its properties say; "" for what they don't."""
        package = self._book.package
        links = Relationships(package, "").of_kind("core-properties")
        part = next((link.part for link in links if not link.external and package.has(link.part)), "")
        if not part:
            return "", ""
        try:
            root = parse(package.read_small(part), part)
        except PackageRefusedError:
            return "", ""
        said = {
            etree.QName(child).localname: (child.text or "").strip() for child in root if isinstance(child.tag, str)
        }
        day = said.get("modified", "")[:10]
        return said.get("lastModifiedBy", ""), day if _DAY.fullmatch(day) else ""

    def styles_part(self) -> bytes:
        """Return the XML of the cell formats as they were opened."""
        return self._book.package.read(self._book.styles.part)

    def is_occupied(self, sheet: str, area: AreaLike) -> bool:
        """Tell whether any cell of an area holds something, or will by what was asked for since."""
        return self._sheet(sheet).occupied(Area.of(area)) is not None

    def cell_texts(self, sheet: str, area: AreaLike | None = None) -> dict[tuple[int, int], str]:
        """Return the formula (with "=") or value of each cell that has one, by (row, column)."""
        return self._sheet(sheet).texts(None if area is None else Area.of(area))

    def column_formulas(self, sheet: str, column: int) -> dict[int, str]:
        """Return the formulas (without "=") that stand in a column, by row."""
        return self._sheet(sheet).formulas(column)

    def cell_styles(self, sheet: str, area: AreaLike) -> dict[tuple[int, int], int]:
        """Return the style of each cell written in an area, by (row, column)."""
        return self._sheet(sheet).cell_styles(Area.of(area))

    def floating_areas(self, sheet: str) -> list[Area]:
        """Return the cells that pictures, charts and shapes of a sheet lie over."""
        from leadbook.books.ooxml.surroundings import floating_areas

        return floating_areas(self._book, self._sheet(sheet))

    def dropdown_words(self, sheet: str, row: int, column: int) -> list[str]:
        """Return the words that a cell's dropdown offers, in order; none when it has no list, or an involved one."""
        from leadbook.books.ooxml.surroundings import dropdown_words

        return dropdown_words(self._book, self._sheet(sheet), row, column)

    def rows(self, sheet: str, rows: Collection[int]) -> dict[int, RowContent]:
        """Return some rows as they are written, without what was asked for since."""
        from leadbook.books.ooxml.row_contents import read_rows

        part = self._sheet(sheet)
        return read_rows(self._book.package, part.part, part.name, rows)

    def format_digest(self, count: int | None = None) -> tuple[int, int]:
        """Return how many cell formats there are and a checksum of the first ``count`` (None: of all)."""
        formats = self._book.styles.items("cellXfs")
        count = len(formats) if count is None else count
        return len(formats), zlib.crc32(b"".join(etree.tostring(one, method="c14n") for one in formats[:count]))

    def shows_dates(self, style: int) -> bool:
        """Tell whether a number in a cell of this format reads as a date or a time."""
        return self._book.styles.shows_dates(style)

    def frames_or_fills(self, style: int) -> bool:
        """Tell whether a cell of this format shows a border or a fill even when it is blank."""
        return self._book.styles.frames_or_fills(style)

    def keeps_text(self, style: int) -> bool:
        """Tell whether Excel keeps the text of cells of this format one, whatever it begins with."""
        return self._book.styles.keeps_text(style)

    def number_format(self, style: int) -> str:
        """Return the number format code of a cell format; "General" where it has none."""
        return self._book.styles.code_of(style)

    def _sheet(self, name: str) -> SheetPart:
        for sheet in self._book.sheets:
            if sheet.name.casefold() == name.casefold():
                return sheet
        raise ValueError(f"The workbook has no sheet {name!r}.")

    def _table(self, name: str) -> TablePart:
        for table in self._book.tables:
            if table.name.casefold() == name.casefold():
                return table
        raise ValueError(f"The workbook has no table {name!r}.")
