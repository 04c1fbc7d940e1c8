"""A master whose sheets are protected: refused before anything is written, with what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.issues import BookRefusedError
from leadbook.model.locate import find_table
from leadbook.run.syncs.followers import table_of

if TYPE_CHECKING:
    from leadbook.books.closed import ClosedBook
    from leadbook.model.records import Records
    from leadbook.run.syncs.gains import Gains


def refuse_protected(book: ClosedBook, records: Records, gains: Gains) -> None:
    """Refuse to bring changes into protected sheets.

    Raises
    ------
    BookRefusedError
        When a sheet that gets something is protected; the option for leadbook's own columns does not count here.
    """
    gaining = [records.leads] if gains.cells or gains.leads or gains.columns else []
    named = {name for name, rows in gains.rows.items() if rows} | {
        name for name, cells in gains.row_cells.items() if cells
    }
    gaining += [table for name in sorted(named) if (table := table_of(records, name)) is not None]
    gaining += [records.history] if gains.history.rows or gains.history.cells else []
    sheets = [typed.table.sheet for typed in gaining if typed.table is not None]
    for name in gains.listed:
        home = find_table(book.contents, name, "Options", "Stages")
        sheets += [home.sheet] if home is not None else []
    closed = [sheet for sheet in dict.fromkeys(sheets) if book.is_protected(sheet)]
    if closed:
        raise BookRefusedError(
            f"{_said(book, closed)} so what the copies changed cannot be brought in. {_what_to_do(closed)}"
        )


def refuse_protected_state(book: ClosedBook, sheet: str, *, allowed: bool) -> None:
    """Refuse to go on when the sheet Sync is protected, unless the workbook lets leadbook write its own sheets.

    Raises
    ------
    BookRefusedError
    """
    if book.is_protected(sheet) and not allowed:
        raise BookRefusedError(
            f"{_said(book, [sheet])} so leadbook cannot note there what the copies and the master have in common. "
            f"{_what_to_do([sheet])} Or set the option Owned Writes On Protected in Settings to yes."
        )
    book.allow_protected(allowed)


def _said(book: ClosedBook, sheets: list[str]) -> str:
    named = " and ".join(f'"{sheet}"' for sheet in sheets)
    one = len(sheets) == 1
    return f"{'Sheet' if one else 'Sheets'} {named} of {book.path.name} {'is' if one else 'are'} protected,"


def _what_to_do(sheets: list[str]) -> str:
    it = "it" if len(sheets) == 1 else "each of them"
    return f"Unprotect {it} in Excel (Review, Unprotect Sheet), save, run the sync again, and protect {it} once more."
