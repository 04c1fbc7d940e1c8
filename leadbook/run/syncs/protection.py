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
    for sheet in sheets:
        if book.is_protected(sheet):
            raise BookRefusedError(
                f'Sheet "{sheet}" of {book.path.name} is protected, so what the copies changed cannot be '
                "brought in. Unprotect it in Excel (Review, Unprotect Sheet), save, run the sync again, and protect "
                "it once more."
            )
