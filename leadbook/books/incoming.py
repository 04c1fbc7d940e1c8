"""Files a team brings: exports and lists in CSV or Excel, read into tables of cells as typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.incoming_books import read_workbook
from leadbook.books.incoming_tables import IncomingTable, table_of
from leadbook.books.incoming_text import read_text_grid
from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from pathlib import Path

TEXT_ENDINGS = frozenset({".csv", ".tsv", ".tab", ".txt", ".psv"})
BOOK_ENDINGS = frozenset({".xlsx", ".xlsm"})
_REFUSED_ENDINGS = {
    ".xls": "is an old Excel workbook; open it in Excel, save it as .xlsx and try again",
    ".xlsb": "is a binary Excel workbook; open it in Excel, save it as .xlsx and try again",
    ".ods": "is an OpenDocument sheet; save it as .xlsx or .csv and try again",
    ".numbers": "is a Numbers sheet; export it as .xlsx or .csv and try again",
    ".pdf": "is a PDF; export the table as CSV or .xlsx and try again",
    ".json": "is a JSON file; export the table as CSV or .xlsx and try again",
    ".zip": "is a zip file; unpack it first",
}

__all__ = ["IncomingTable", "read_incoming", "table_of"]


def read_incoming(path: Path) -> list[IncomingTable]:
    """Read every table of a text file (one) or of a workbook (each Excel table, or each sheet's block of rows).

    Parameters
    ----------
    path : Path
        CSV, TSV or other delimited text in UTF-8, UTF-16 or Windows-1252; .xlsx or .xlsm.

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
    if ending in TEXT_ENDINGS or not ending:
        return [_read_text(path)]
    raise InputError(f"{path.name} is neither CSV nor .xlsx; export the table as one of these and try again.")


def _read_text(path: Path) -> IncomingTable:
    grid = read_text_grid(path)
    table = table_of(grid.rows, grid.lines, path.stem, path.name)
    if table is None:
        raise InputError(f"{path.name} holds no table; it needs a row of headers and rows below it.")
    notes = (*grid.notes, *table.notes)
    return IncomingTable(
        table.name, table.source, table.headers, table.columns, table.lines, table.header_line, table.issues, notes
    )  # fmt: skip
