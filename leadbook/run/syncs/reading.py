"""A master or a copy read for a sync: its leads and what belongs to them, its settings, and the state it carries."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from msgspec.structs import replace

from leadbook.model import kept_apart
from leadbook.model.columns import TABLES, column
from leadbook.model.leads import read_records, with_offers
from leadbook.model.locate import PREFIX, SETTINGS_TABLES, find_table
from leadbook.model.settings import read_playbook
from leadbook.model.sync_codes import CONFLICTS_TABLE
from leadbook.model.tables import CodedCells
from leadbook.run.syncs.base import TABLE, unpack
from leadbook.run.syncs.prints import prints, row_print
from leadbook.run.syncs.settings_rows import read_settings
from leadbook.run.syncs.side import Side
from leadbook.sheets.duplicates import read_decisions

if TYPE_CHECKING:
    from leadbook.books.closed import ClosedBook
    from leadbook.model.records import Records
    from leadbook.model.tables import BookContents, RawTable


def read_side(book: ClosedBook, name: str, like: Side | None = None) -> Side:
    """Read one workbook.

    Parameters
    ----------
    book : ClosedBook
        It is not held on to: of several large ones the memory would not do.
    name : str
    like : Side or None
        Another workbook with mostly the same cells, whose texts are kept once for both.

    Raises
    ------
    InputError
        When it has no table of leads, or several that may be it.
    """
    contents = book.contents
    contents = replace(contents, tables={key: _detached(table, like) for key, table in contents.tables.items()})
    playbook, _ = read_playbook(contents)
    records, _ = with_offers(read_records(contents, playbook)[0], contents)
    raw = find_table(contents, TABLE)
    table = records.leads.table
    leads = table.name if table is not None else ""
    locked = {
        header: book.locked_rows(leads, header)
        for header in (table.headers if table is not None else ())
        if table is not None and table.column(header) in table.formula_columns and header not in _owned(records)
    }
    base = unpack(raw.cells[0]) if raw is not None and raw.cells else None
    return Side(
        name,
        records,
        base,
        locked,
        contents.date_system,
        read_settings(contents),
        _other_tables(contents, leads),
        read_decisions(contents),
        *book.last_saved,
    )


def _detached(table: RawTable, like: Side | None) -> RawTable:
    """Return a table that knows nothing of its book, its texts those of another workbook where they are the same."""
    records = like.records if like is not None else None
    known = [records.leads, records.activities, records.history, records.quote_lines] if records is not None else []
    other = next((one.table for one in known if one.table is not None and one.table.name == table.name), None)
    cells = list(table.cells)
    columns = dict(zip(other.headers, other.cells, strict=True)) if other is not None else {}
    for at, header in enumerate(table.headers):
        mine, theirs = cells[at], columns.get(header)
        if isinstance(mine, CodedCells) and isinstance(theirs, CodedCells):
            texts = {text: text for text in theirs.values if type(text) is str}
            shared = [texts.get(value, value) if type(value) is str else value for value in mine.values]
            cells[at] = CodedCells(shared, mine.codes)
    return replace(table, cells=cells, kept_as_text=None)


def _owned(records: Records) -> set[str]:
    """Return the headers of the columns of leads that leadbook fills."""
    return {header for key, header in records.leads.headers.items() if column("Leads", key).owned}


def _other_tables(contents: BookContents, leads: str) -> dict[str, str]:
    """Return the fingerprint of each table that is neither ours nor the leads, by what its cells hold."""
    ours = {name.casefold() for name in (*TABLES, *SETTINGS_TABLES, kept_apart.TABLE, CONFLICTS_TABLE, TABLE, leads)}
    return {
        name: row_print([*table.headers, *(f"{crc32(prints(list(column)).tobytes()):08x}" for column in table.cells)])
        for name, table in contents.tables.items()
        if name.casefold().removeprefix(PREFIX.casefold()) not in ours
        and table.sheet not in contents.generated_sheets
        and not table.formula_columns
    }
