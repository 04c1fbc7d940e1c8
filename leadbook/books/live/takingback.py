"""Undo in an open workbook: what the last refresh wrote goes, as long as the list still stands as it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.live.calls import Calls
from leadbook.books.live.guard import undisturbed, unfiltered
from leadbook.books.live.journal import TableBefore, take_back, values_in
from leadbook.books.live.kept import drop, kept
from leadbook.books.live.seam import seam_of
from leadbook.books.live.writing import TOKEN_NAME
from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from pathlib import Path

    import xlwings as xw

    from leadbook.books.live.journal import Journal


def take_back_last(book: xw.Book, folder: Path, calls: Calls | None = None) -> str:
    """Take back what the last refresh wrote into an open workbook, and return what was done in one sentence.

    Raises
    ------
    InputError
        When there is nothing to take back, or the list was sorted, cut or added to since.
    """
    calls = calls or Calls()
    name = calls(lambda: book.name)
    journal = kept(folder, name)
    if journal is None or calls(_token, book) != journal.mark:
        raise InputError(
            "There is nothing to take back in this workbook. To go further back, close it and run: leadbook undo BOOK"
        )
    _refuse_moved(book, journal, calls)
    seam = calls(seam_of, book)
    tables = [(entry.sheet, entry.table) for entry in journal.entries if isinstance(entry, TableBefore)]
    there = [pair for pair in dict.fromkeys(tables) if calls(_has_table, book, *pair)]
    with undisturbed(book, calls, seam), unfiltered(book, there, calls):
        take_back(book, journal.entries, calls, seam)
    drop(folder, name)
    return (
        "The workbook's cells are as they were before leadbook last wrote to it; a document that was written stays. "
        "Click Refresh to have leadbook's sheets anew."
    )


def _token(book: xw.Book) -> str:
    if TOKEN_NAME not in book.names:
        return ""
    return (book.names[TOKEN_NAME].refers_to or "").removeprefix("=").strip('"')


def _has_table(book: xw.Book, sheet: str, table: str) -> bool:
    return sheet in [known.name for known in book.sheets] and table in book.sheets[sheet].tables


def _refuse_moved(book: xw.Book, journal: Journal, calls: Calls) -> None:
    if journal.keyed_area is None:
        return
    held = calls(values_in, book.sheets[journal.keyed_sheet], journal.keyed_area)
    if ["" if row[0] is None else str(row[0]) for row in held] != journal.keys:
        raise InputError(
            f"The list on sheet {journal.keyed_sheet} was sorted, or rows were added or deleted, since the last "
            "refresh, so it cannot be taken back cell by cell. Use Excel's own Undo, or close without saving."
        )
