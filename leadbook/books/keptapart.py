"""The table KeptApart on the Settings sheet: pairs of leads that look the same and are two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books import sellertables
from leadbook.model.issues import InputError
from leadbook.model.kept_apart import HEADERS, TABLE
from leadbook.model.locate import PREFIX, find_table
from leadbook.sheets.spec import Area

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.draft import Draft
    from leadbook.sheets.spec import Content

_TITLE = "Kept apart"
_NOTE = "Leads that look the same and are two. Delete a row here to have leadbook propose the pair again."
_WIDTHS = (13.0, 13.0, 12.0, 30.0)


def remember(draft: Draft, rows: Sequence[tuple[Content, ...]]) -> None:
    """Add pairs of leads, each with its day and a note; the table is made on Settings when missing."""
    if not rows:
        return
    known = find_table(draft.contents, TABLE)
    if known is not None and [header.casefold() for header in known.headers[:3]] == [h.casefold() for h in HEADERS[:3]]:
        sellertables.append_rows(draft, known.name, rows)
        return
    home = next((found for name in ("Options", "Stages") if (found := find_table(draft.contents, name))), None)
    if home is None:
        raise InputError(f'"{draft.contents.name}" has no Settings tables. Run `leadbook refresh` on it first.')
    draft.refuse_protected(home.sheet)
    top = max(3, home.header_row)
    tables = [table for table in draft.workbook.tables if table.sheet == home.sheet]
    first = max(table.last_column for table in tables) + 2
    name = TABLE if not any(table.name.casefold() == TABLE.casefold() for table in draft.workbook.tables) else ""
    with draft.sentences():
        workbook = draft.workbook
        bold = workbook.style(bold=True)
        dated = workbook.style(number_format="yyyy-mm-dd")
        cells: dict[int, dict[int, object]] = {first: {top - 2: _TITLE, top - 1: _NOTE}}
        for at, header in enumerate(HEADERS):
            cells.setdefault(first + at, {})[top] = header
        workbook.set_cells(home.sheet, cells, {first + at: bold for at in range(len(HEADERS))})  # type: ignore[arg-type] # texts
        body: dict[int, dict[int, object]] = {}
        for offset, row in enumerate(rows, 1):
            for at, value in enumerate(row):
                body.setdefault(first + at, {})[top + offset] = value
        workbook.set_cells(home.sheet, body, {first: 0, first + 1: 0, first + 2: dated})  # type: ignore[arg-type] # texts and days
        area = Area(top, first, top + len(rows), first + len(HEADERS) - 1)
        workbook.add_table(home.sheet, area, name or f"{PREFIX}{TABLE}", "TableStyleLight1")
    draft.plan.rows_appended[name or f"{PREFIX}{TABLE}"] = len(rows)
