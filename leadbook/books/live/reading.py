"""The open workbook's tables, unsaved edits included, as the reader of closed files gives them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

from leadbook.books.header_rows import sums_rows_above
from leadbook.model.tables import BookContents, CellError, RawTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import xlwings as xw

    from leadbook.books.live.calls import Calls
    from leadbook.books.live.seam import Seam

_ERRORS = frozenset({
    "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!",
    "#UNKNOWN!", "#CONNECT!", "#GETTING_DATA",
})  # fmt: skip
_MIDNIGHT = dt.time()
_FIRST_DAY = dt.date(1899, 12, 31)


class OpenTable(Struct, frozen=True):
    """Where a table stands, rows and columns from 1; ``formulas`` by column, then by row, beginning with "="."""

    name: str
    sheet: str
    headers: tuple[str, ...]
    first_row: int
    first_column: int
    last_row: int
    has_header: bool
    has_totals: bool
    formulas: dict[int, dict[int, str]]

    @property
    def last_column(self) -> int:
        """The last column it takes."""
        return self.first_column + len(self.headers) - 1

    @property
    def first_body_row(self) -> int:
        """The row of its first record."""
        return self.first_row + int(self.has_header)

    @property
    def last_body_row(self) -> int:
        """The row of its last record, totals left out."""
        return self.last_row - int(self.has_totals)


def read_tables(
    book: xw.Book, calls: Calls, seam: Seam, generated: frozenset[str]
) -> tuple[BookContents, dict[str, OpenTable]]:
    """Read every table of an open workbook, each sheet's in a handful of calls however long they are.

    Parameters
    ----------
    book : xlwings.Book
    calls : Calls
    seam : Seam
    generated : frozenset of str
        The sheets that leadbook writes.

    Returns
    -------
    (BookContents, mapping of table name to OpenTable)
    """
    tables: dict[str, RawTable] = {}
    places: dict[str, OpenTable] = {}
    sheets = calls(lambda: list(book.sheets))
    names = tuple(calls(lambda: [sheet.name for sheet in sheets]))
    for sheet, name in zip(sheets, names, strict=True):
        listed = calls(_tables_of, sheet)
        for table in listed:
            raw, place = calls(_read, table, sheet, name, seam)
            tables[raw.name], places[raw.name] = raw, place
    contents = BookContents(
        calls(lambda: book.name),
        tables,
        names,
        1904 if calls(lambda: seam.counts_from_1904(book)) else 1900,
        generated,
    )
    return contents, places


def _tables_of(sheet: xw.Sheet) -> list[xw.main.Table]:
    return list(sheet.tables)


def _read(table: xw.main.Table, sheet: xw.Sheet, sheet_name: str, seam: Seam) -> tuple[RawTable, OpenTable]:
    whole = table.range
    first_row, first_column = whole.row, whole.column
    height, width = whole.shape
    has_header, has_totals = bool(table.show_headers), bool(table.show_totals)
    below = 0 if has_totals else max(0, _last_used_row(sheet) - (first_row + height - 1))
    corner = (first_row + height + below - 1, first_column + width - 1)
    block = values_of(sheet.range((first_row, first_column), corner))
    names = block[0] if has_header else [f"Column{number}" for number in range(1, width + 1)]
    place = OpenTable(
        table.name, sheet_name, tuple("" if name is None else str(name) for name in names), first_row, first_column,
        first_row + height - 1, has_header, has_totals, {},
    )  # fmt: skip
    body = block[int(has_header) : height - int(has_totals)]
    if not all(map(_ERRORS.isdisjoint, body)):
        _mark_errors(whole, body, place)
    _note_formulas(formulas_of(whole)[int(has_header) : height - int(has_totals)], body, place)
    rows, cells = _columns(body, place)
    return RawTable(
        name=place.name,
        sheet=sheet_name,
        headers=place.headers,
        first_column=first_column,
        header_row=first_row if has_header else 0,
        rows=rows,
        cells=cells,
        last_row=place.last_body_row,
        formula_columns=frozenset(place.formulas),
        has_totals=has_totals,
        filtered=is_filtered(table),
        rows_below=_count_below(block[height:]),
        kept_as_text=lambda column: _kept_as_text(sheet, seam, place, column),
    ), place


def _last_used_row(sheet: xw.Sheet) -> int:
    used = sheet.used_range
    return used.row + used.shape[0] - 1


def values_of(cells: xw.Range) -> list[list[Any]]:
    """Return the values of a block, always row by row, errors as their texts."""
    found: list[list[Any]] = cells.options(ndim=2, err_to_str=True).value
    return found


def formulas_of(cells: xw.Range) -> Sequence[Sequence[str]]:
    """Return what stands in each cell of a block as it would be typed, always row by row."""
    found = cells.formula
    if not isinstance(found, (list, tuple)):
        return [[found]]
    # AppleScript gives a single row as a flat list.
    return found if isinstance(found[0], (list, tuple)) else [[str(text) for text in found]]


def formula_places(texts: Sequence[str]) -> list[int]:
    """Return the places of the texts that begin with "="; most columns have none, which one look tells."""
    if "\0=" not in "\0".join(["", *map(str, texts)]):
        return []
    return [at for at, text in enumerate(texts) if type(text) is str and text[:1] == "="]


def is_filtered(table: xw.main.Table) -> bool:
    """Tell whether a filter hides rows of a table."""
    return bool(table.show_autofilter) and any(field.type != "none" for field in table.autofilter.criteria)


def _note_formulas(texts: Sequence[Sequence[str]], body: Sequence[Sequence[Any]], place: OpenTable) -> None:
    """Note the formulas of each column; a text that merely begins with "=" shows itself."""
    for at, column in enumerate(zip(*texts, strict=True)):
        held = {
            place.first_body_row + row: column[row]
            for row in formula_places(column)
            if len(column[row]) > 1 and body[row][at] != column[row]
        }
        if held:
            place.formulas[place.first_column + at] = held


def _mark_errors(whole: xw.Range, body: list[list[Any]], place: OpenTable) -> None:
    """Tell errors from texts that merely look like one."""
    if not body:
        return
    cells = whole.sheet.range(
        (place.first_body_row, place.first_column), (place.first_body_row + len(body) - 1, place.last_column)
    )
    for kind in ("formulas", "constants"):
        for area in cells.get_special_cells(kind, "errors"):  # type: ignore[union-attr] # a list outside xlwings Lite
            height, width = area.shape
            top, left = area.row - place.first_body_row, area.column - place.first_column
            for row in body[top : top + height]:
                row[left : left + width] = [
                    CellError(value) if isinstance(value, str) else value for value in row[left : left + width]
                ]


def _columns(body: Sequence[Sequence[Any]], place: OpenTable) -> tuple[Any, list[list[object]]]:
    """Return the rows that hold anything, and the columns of these rows."""
    kept = [at for at, row in enumerate(body) if any(row) or any(value is not None for value in row)]
    rows = np.array(kept, dtype=np.int64) + place.first_body_row
    if len(kept) < len(body):
        body = [body[at] for at in kept]
    if not body:
        return rows, [[] for _ in place.headers]
    return rows, [tidied(column) for column in zip(*body, strict=True)]


def tidied(column: Iterable[object]) -> list[object]:
    """Return a column with days as dates, times as times, and numbers as the file has them."""
    values = list(column)
    kinds = set(map(type, values))
    if int in kinds:
        values = [float(value) if type(value) is int else value for value in values]
    if dt.datetime in kinds:
        # The same days stand in most rows.
        known = {value: _moment(value) for value in values if type(value) is dt.datetime}
        values = [known[value] if type(value) is dt.datetime else value for value in values]
    return values


def _moment(value: dt.datetime) -> object:
    if value.date() < _FIRST_DAY:
        return value.time()
    return value.date() if value.time() == _MIDNIGHT else value


def _count_below(rows: Sequence[Sequence[object]]) -> int:
    """Return how many filled rows stand directly below a table, down to one that sums it."""
    for count, row in enumerate(rows):
        if all(value is None for value in row) or sums_rows_above(row):
            return count
    return len(rows)


def _kept_as_text(sheet: xw.Sheet, seam: Seam, place: OpenTable, column: int) -> frozenset[int]:
    """Return the rows of a column whose text Excel never takes for a formula."""
    cells = sheet.range((place.first_body_row, column), (max(place.first_body_row, place.last_body_row), column))
    return frozenset(place.formulas.get(column, {}).keys() | set(_marked_rows(cells, seam)))


def _marked_rows(cells: xw.Range, seam: Seam) -> Iterator[int]:
    """Yield the rows of a column that are marked as text; halves are asked where the marks differ."""
    marked, height = seam.is_marked_as_text(cells), cells.shape[0]
    if marked:
        yield from range(cells.row, cells.row + height)
    elif marked is None and height > 1:
        yield from _marked_rows(cells[: height // 2, :], seam)
        yield from _marked_rows(cells[height // 2 :, :], seam)
