"""Files a team brings: exports and lists in CSV or Excel, read into tables of cells as typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.books.incoming_books import read_workbook
from leadbook.books.incoming_other import read_other_workbook
from leadbook.books.incoming_tables import IncomingTable, table_of
from leadbook.books.incoming_text import WORKED_OUT, TextForm, read_text_grid
from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from pathlib import Path

_GUARDED = re.compile(r"' *[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
TEXT_ENDINGS = frozenset({".csv", ".tsv", ".tab", ".txt", ".psv"})
BOOK_ENDINGS = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm"})
OTHER_BOOK_ENDINGS = frozenset({".xls", ".xlsb", ".ods"})
_REFUSED_ENDINGS = {
    ".numbers": "is a Numbers sheet; export it as .xlsx or .csv and try again",
    ".pdf": "is a PDF; export the table as CSV or .xlsx and try again",
    ".json": "is a JSON file; export the table as CSV or .xlsx and try again",
    ".zip": "is a zip file; unpack it first",
}

__all__ = ["WORKED_OUT", "IncomingTable", "TextForm", "read_incoming", "table_of"]


def read_incoming(path: Path, form: TextForm = WORKED_OUT) -> list[IncomingTable]:
    """Read every table of a text file (one) or of a workbook (each Excel table, or each sheet's block of rows).

    Parameters
    ----------
    path : Path
        CSV, TSV or other delimited text; .xlsx, .xlsm, .xls, .xlsb or .ods.
    form : TextForm
        Encoding and delimiter of a text file, where they are not to be worked out.

    Raises
    ------
    InputError
        When the file is missing, empty, has no rows below a header row, or is of another kind.
    BookRefusedError
        When the workbook is encrypted, damaged, or too sparse to be read safely.
    """
    ending = path.suffix.casefold()
    if ending in _REFUSED_ENDINGS:
        raise InputError(f"{path.name} {_REFUSED_ENDINGS[ending]}.")
    if ending in BOOK_ENDINGS:
        return read_workbook(path)
    if ending in OTHER_BOOK_ENDINGS:
        return read_other_workbook(path)
    if ending in TEXT_ENDINGS or not ending:
        return [_read_text(path, form)]
    raise InputError(f"{path.name} is neither CSV nor .xlsx; export the table as one of these and try again.")


def _read_text(path: Path, form: TextForm) -> IncomingTable:
    grid = read_text_grid(path, form)
    table = table_of(grid.rows, grid.lines, path.stem, path.name)
    if table is None:
        raise InputError(f"{path.name} holds no table; it needs a row of headers and rows below it.")
    columns, bared = _without_guards(table.columns)
    notes = (*grid.notes, *table.notes)
    if bared:
        cells = "1 cell" if bared == 1 else f"{bared:,} cells"
        notes += (f"{cells} freed of the apostrophe that guarded it from being a formula; text it stays.",)
    return IncomingTable(
        table.name, table.source, table.headers, columns, table.lines, table.header_line, table.issues, notes
    )  # fmt: skip


def _without_guards(columns: list[list[object]]) -> tuple[list[list[object]], int]:
    """Take away the apostrophe that an export puts before a text that a spreadsheet would compute."""
    freed: list[list[object]] = []
    count = 0
    for values in columns:
        guarded = {
            value for value in set(values) if isinstance(value, str) and value[:1] == "'" and _GUARDED.match(value)
        }
        if guarded:
            count += sum(value in guarded for value in values)
            values = [str(value)[1:] if value in guarded else value for value in values]  # noqa: PLW2901 - the column as it goes on
        freed.append(values)
    return freed, count
