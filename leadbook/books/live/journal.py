"""The change log of one refresh: what stood where before it was written over, and the way back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec
from msgspec import Struct

from leadbook.books.live.reading import formula_places, formulas_of, values_of
from leadbook.books.live.typing_in import typed_column
from leadbook.sheets.spec import Area

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xlwings as xw

    from leadbook.books.live.calls import Calls
    from leadbook.books.live.seam import Seam
    from leadbook.books.live.typing_in import Typed


class CellsBefore(Struct, frozen=True, tag="cells"):
    """What a block held, as it would be typed."""

    sheet: str
    area: Area
    rows: list[list[str | float | int | bool]]
    seller: bool = False


class SheetAdded(Struct, frozen=True, tag="sheet"):
    """A sheet that was not there."""

    sheet: str


class TableBefore(Struct, frozen=True, tag="table"):
    """Where a table stood; no area says that there was none."""

    sheet: str
    table: str
    area: Area | None
    style: str = ""


class NameBefore(Struct, frozen=True, tag="name"):
    """What a workbook name referred to; "" says that there was none."""

    name: str
    refers_to: str


Entry: TypeAlias = CellsBefore | SheetAdded | TableBefore | NameBefore


class Journal(Struct, frozen=True):
    """Entries in the order in which things were written.

    ``book`` and ``mark`` tell which workbook it is about: its name and the word that its hidden name holds. ``keys``
    are the lead ids of ``keyed_sheet`` at ``keyed_area``, so that a list sorted since is not mistaken.
    """

    book: str
    mark: str
    keyed_sheet: str = ""
    keyed_area: Area | None = None
    keys: list[str] = []
    entries: list[Entry] = []


def as_it_stands(cells: xw.Range, *, date_1904: bool) -> list[list[Typed]]:
    """Return what a block holds as it would have to be typed to hold it again."""
    columns: list[list[Typed]] = []
    for values, texts in zip(
        zip(*values_of(cells), strict=True), zip(*formulas_of(cells), strict=True), strict=True
    ):  # fmt: skip
        held = typed_column(values, date_1904=date_1904)
        for at in formula_places(texts):
            if texts[at] != values[at]:
                held[at] = texts[at]
        columns.append(held)
    return list(map(list, zip(*columns, strict=True)))


def cells_of(sheet: xw.Sheet, area: Area) -> xw.Range:
    """Return an area of a sheet as xlwings' range."""
    return sheet.range((area.first_row, area.first_column), (area.last_row, area.last_column))


def type_in(cells: xw.Range, rows: Sequence[Sequence[Typed]]) -> None:
    """Type a block in one call, however many rows it has."""
    # As formulas, whatever the seller's language: what begins with "=" is spelled in English.
    cells.options(chunksize=None).formula = rows


def values_in(sheet: xw.Sheet, area: Area) -> list[list[object]]:
    """Return the values of an area of a sheet, row by row."""
    return values_of(cells_of(sheet, area))


def area_of(cells: xw.Range) -> Area:
    """Return where a range stands."""
    height, width = cells.shape
    return Area(cells.row, cells.column, cells.row + height - 1, cells.column + width - 1)


def take_back(book: xw.Book, entries: list[Entry], calls: Calls, seam: Seam) -> None:
    """Put everything back as the entries say, the last one first."""
    for entry in reversed(entries):
        calls(_take_back, book, entry, seam)


def _take_back(book: xw.Book, entry: Entry, seam: Seam) -> None:
    match entry:
        case CellsBefore():
            type_in(cells_of(book.sheets[entry.sheet], entry.area), entry.rows)
        case SheetAdded():
            if entry.sheet in [sheet.name for sheet in book.sheets]:
                book.sheets[entry.sheet].delete()
        case TableBefore():
            _put_table_back(book.sheets[entry.sheet], entry, seam)
        case NameBefore():
            there = entry.name in book.names
            if there and entry.refers_to:
                book.names[entry.name].refers_to = entry.refers_to
            elif there:
                book.names[entry.name].delete()


def _put_table_back(sheet: xw.Sheet, entry: TableBefore, seam: Seam) -> None:
    table = next((table for table in sheet.tables if table.name == entry.table), None)
    if entry.area is None:
        if table is not None:
            seam.unlist(table)
        return
    wanted = cells_of(sheet, entry.area)
    if table is not None and table.range.row == entry.area.first_row:
        table.resize(wanted)
        return
    if table is not None:
        seam.unlist(table)
    sheet.tables.add(wanted, name=entry.table, table_style_name=entry.style or "TableStyleLight1")


def encoded(journal: Journal) -> bytes:
    """Return a journal as it is kept on disk."""
    return msgspec.json.encode(journal)


def decoded(data: bytes) -> Journal:
    """Return a journal that was kept on disk.

    Raises
    ------
    msgspec.MsgspecError
        When it is none.
    """
    return msgspec.json.decode(data, type=Journal)
