"""What a sync writes into the master: cells, new leads, what belongs to leads, and History."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.starter import add_to
from leadbook.model.columns import TABLES
from leadbook.run.syncs.followers import in_order, table_of
from leadbook.run.syncs.histories import in_columns
from leadbook.run.syncs.protection import refuse_protected

if TYPE_CHECKING:
    from leadbook.books.closed import ClosedBook
    from leadbook.model.records import Records, Typed
    from leadbook.run.syncs.gains import Gains
    from leadbook.run.syncs.side import Side

_SHEET_OF = {"Activities": "Activities", "QuoteLines": "Quote Lines", "Proposals": "Proposals"}


def carry_out(book: ClosedBook, master: Side, gains: Gains) -> None:
    """Ask the book for all of it; ``book.save()`` carries it out."""
    records = master.records
    raw = records.leads.table
    assert raw is not None, "read_records refuses a workbook without leads"  # noqa: S101 - an invariant, not input
    refuse_protected(book, records, gains)
    book.make_room(raw.name, len(gains.leads))
    for name, rows in gains.rows.items():
        table = table_of(records, name)
        if table is not None and table.table is not None:
            book.make_room(table.table.name, len(rows))
    if records.history.table is not None:
        book.make_room(records.history.table.name, len(gains.history.rows))
    missing = [_SHEET_OF[name] for name, rows in gains.rows.items() if rows and not _has(table_of(records, name))]
    if missing:
        add_to(book, records.playbook, only=missing)
    if gains.columns:
        book.add_columns(raw.name, gains.columns)
    for header, cells in gains.cells.items():
        put = book.correct_cells if header in raw.headers else book.write_column
        put(raw.name, header, cells)
    book.append_rows(raw.name, gains.leads)
    _append_others(book, records, gains)


def _append_others(book: ClosedBook, records: Records, gains: Gains) -> None:
    """Append what belongs to leads, and put History right."""
    for name, rows in gains.rows.items():
        table = table_of(records, name)
        if table is not None and table.table is not None:
            book.append_rows(table.table.name, [in_order(table, row) for row in rows])
        elif rows:
            keys = [column.key for column in TABLES[name]]
            book.append_rows(book.table_name(name), [tuple(row.get(key) for key in keys) for row in rows])
    history = records.history
    if history.table is not None:
        for key, values in gains.history.cells.items():
            book.write_column(history.table.name, history.headers[key], values)
        book.append_rows(history.table.name, [in_columns(history, row) for row in gains.history.rows])


def _has(table: Typed | None) -> bool:
    return table is not None and table.table is not None
