"""What a sync writes into the master: cells, new leads, what belongs to leads, and History."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.starter import add_to
from leadbook.model import kept_apart
from leadbook.model.cells import comparable
from leadbook.model.columns import TABLES, Column
from leadbook.model.locate import find_table
from leadbook.run.syncs.followers import ARCHIVE, labels_in, table_of
from leadbook.run.syncs.histories import in_columns
from leadbook.run.syncs.protection import refuse_protected
from leadbook.sheets.document_links import link_to

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.books.closed import ClosedBook
    from leadbook.model.records import Records, Typed
    from leadbook.run.syncs.gains import Gains
    from leadbook.run.syncs.side import Side
    from leadbook.sheets.spec import Content

_SHEET_OF = {
    "Activities": "Activities",
    "QuoteLines": "Quote Lines",
    "Offers": "Offers",
    "Proposals": "Proposals",
    ARCHIVE: ARCHIVE,
}


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
    for name, listed in gains.listed.items():
        if (there := find_table(book.contents, name)) is not None:
            book.make_room(there.name, len(listed))
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
    """Change and append what belongs to leads, and put History right."""
    for name, cells in gains.row_cells.items():
        for header, values in cells.items():
            book.correct_cells(_name_of(book, records, name), header, values)
    for name, found in gains.rows.items():
        if not found:
            continue
        labels = _labels_of(table_of(records, name), name)
        added = _added_to(gains, name, labels)
        there = _name_of(book, records, name)
        if added:
            book.add_columns(there, [Column(header, width=16.0) for header in added.values()])
        rows = [_linked(book, row) for row in found] if name == "Proposals" else found
        book.append_rows(there, [tuple(row.get(label) for label in (*labels, *added)) for row in rows])
    for name, listed in gains.listed.items():
        _append_listed(book, name, listed)
    history = records.history
    if history.table is not None:
        for key, values in gains.history.cells.items():
            book.write_column(history.table.name, history.headers[key], values)
        book.append_rows(history.table.name, [in_columns(history, row) for row in gains.history.rows])


def _linked(book: ClosedBook, row: Mapping[str, Content]) -> Mapping[str, Content]:
    """Return a row of Proposals whose File opens the document, if it is found from the master's folder as well."""
    file = row.get("file")
    link = link_to(file, file) if isinstance(file, str) else None
    try:
        found = link is not None and (book.path.parent / str(file).replace("\\", "/")).is_file()
    except OSError:  # a name that no disk takes
        found = False
    return {**row, "file": link} if found else row


def _append_listed(book: ClosedBook, name: str, listed: Sequence[Mapping[str, Content]]) -> None:
    """Append rows to a list of Settings; the table of pairs that are kept apart is made where it is missing."""
    table = find_table(book.contents, name)
    if table is not None:
        labels = [
            "" if table.column(header) in table.formula_columns else comparable(header) for header in table.headers
        ]
        book.append_rows(table.name, [tuple(row.get(label) for label in labels) for row in listed])
    elif name == kept_apart.TABLE:
        labels = [comparable(header) for header in kept_apart.HEADERS]
        book.keep_rows_apart([tuple(row.get(label) for label in labels) for row in listed])


def _name_of(book: ClosedBook, records: Records, name: str) -> str:
    """Return what a table is called in the master, one that was just added included."""
    table = table_of(records, name)
    return table.table.name if table is not None and table.table is not None else book.table_name(name)


def _labels_of(table: Typed | None, name: str) -> list[str]:
    """Return the label of each column of a table, "" for one that computes its cells; of a new one all of ours."""
    raw = table.table if table is not None else None
    if table is None or raw is None:
        return [column.key for column in TABLES[name]]
    by_header = {header: label for label, header in labels_in(table).items()}
    # A proposal's File is a link, whose text is as good as typed.
    typed = {table.places["file"]} if name == "Proposals" and "file" in table.places else set()
    computed = raw.formula_columns - typed
    return ["" if raw.column(header) in computed else by_header.get(header, "") for header in raw.headers]


def _added_to(gains: Gains, name: str, labels: Sequence[str]) -> dict[str, str]:
    """Return label and header of the columns that the Archive gets with its rows: no cell of a lead is left behind."""
    if name != ARCHIVE:
        return {}
    return {label: header for label, header in gains.archive_columns.items() if label not in labels}


def _has(table: Typed | None) -> bool:
    return table is not None and table.table is not None
