"""A master or a copy read for a sync: its leads and what belongs to them, its settings, and the state it carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model import kept_apart
from leadbook.model.columns import TABLES
from leadbook.model.leads import read_records
from leadbook.model.locate import PREFIX, SETTINGS_TABLES, find_table
from leadbook.model.settings import read_playbook
from leadbook.model.sync_codes import CONFLICTS_TABLE
from leadbook.run.syncs.base import TABLE, unpack
from leadbook.run.syncs.prints import row_print, token
from leadbook.run.syncs.settings_rows import read_settings
from leadbook.run.syncs.side import Side

if TYPE_CHECKING:
    from leadbook.books.closed import ClosedBook
    from leadbook.model.tables import BookContents


def read_side(book: ClosedBook, name: str) -> Side:
    """Read one workbook.

    Raises
    ------
    InputError
        When it has no table of leads, or several that may be it.
    """
    contents = book.contents
    playbook, _ = read_playbook(contents)
    records, _ = read_records(contents, playbook)
    raw = find_table(contents, TABLE)
    table = records.leads.table
    leads = table.name if table is not None else ""
    base = unpack(raw.cells[0]) if raw is not None and raw.cells else None
    return Side(
        name,
        records,
        base,
        lambda header: book.locked_rows(leads, header),
        contents.date_system,
        read_settings(contents),
        _other_tables(contents, leads),
        *book.last_saved,
    )


def _other_tables(contents: BookContents, leads: str) -> dict[str, str]:
    """Return the fingerprint of each table that is neither ours nor the leads, by what its cells hold."""
    ours = {name.casefold() for name in (*TABLES, *SETTINGS_TABLES, kept_apart.TABLE, CONFLICTS_TABLE, TABLE, leads)}
    return {
        name: row_print([*table.headers, *(token(cell) for column in table.cells for cell in column)])
        for name, table in contents.tables.items()
        if name.casefold().removeprefix(PREFIX.casefold()) not in ours
        and table.sheet not in contents.generated_sheets
        and not table.formula_columns
    }
