"""The Sync sheet: the cells that copies and the master changed differently, and, hidden, their common state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.sheets import look
from leadbook.sheets.page import Field, Page
from leadbook.sheets.spec import Link, Sheet, Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.sheets.spec import Scalar

NAME = "Sync"
_FIELDS = (
    Field("Cell", look.LINK, least=12, most=20),
    Field("Lead ID", least=10, most=16),
    Field("Lead or setting", look.WRAPPED, least=18, most=30),
    Field("Column", least=14, most=22),
    Field("The master holds", look.WRAPPED, least=18, most=34),
    Field("The copy says", look.WRAPPED, least=18, most=34),
    Field("Copy", least=14, most=26),
    Field("Owner there", least=12, most=20),
    Field("Since, in the copy", look.WRAPPED, least=14, most=18),
    Field("Cell there", least=12, most=20),
)
_COLUMNS = len(_FIELDS)
_HIDDEN = _COLUMNS + 3


class Names(Struct, frozen=True):
    """What the sheet and its two tables are called in the workbook."""

    sheet: str
    conflicts: str
    base: str


def sync_sheet(
    names: Names, rows: Sequence[tuple[Scalar, ...]], told: Sequence[str], chunks: Sequence[str], header: str
) -> Sheet:
    """Lay out the Sync sheet.

    Parameters
    ----------
    names : Names
    rows : sequence of tuple
        Address in the master, lead id, who, column, the master's value, the copy's, the copy, owner there, since
        when, and the address there.
    told : sequence of str
        What else is to be looked at, one sentence each.
    chunks : sequence of str
        The common state, packed.
    header : str
        Of the hidden table's one column.
    """
    page = Page(Sheet(names.sheet, tab_color=look.GREY, hidden_columns=(_HIDDEN,)), _COLUMNS)
    page.widths(12, 10, 22, 16, 22, 22, 18, 14, 16, 14)
    page.put(1, 1, "Sync", look.TITLE)
    page.sheet.heights[1] = 28
    page.at = 2
    page.sentence(
        "Cells that were changed differently in the master and in a copy, or in two copies, since they were last the "
        "same. The master's value stays until you type the right one into its cell; a conflict leaves this list at the "
        "next sync once the master holds what the copy says, or once the rep goes on with the new master. Settings "
        "that a copy changed are listed below the cells: the master's count. Column M is hidden: it holds fingerprints "
        "of the state that was last common, for the next sync. Leave it there.",
        look.NOTE_WRAPPED,
    )
    page.gap()
    if rows:
        cells = [(Link(row[0], str(row[0])), *row[1:]) for row in rows]
        page.table(names.conflicts, _FIELDS, cells)
    else:
        page.sentence("Nothing is in conflict.", look.TEXT)
    page.gap()
    if told:
        page.section("Also to look at", flows=True)
    for sentence in told:
        page.sentence(sentence, look.WRAPPED)
    sheet = page.finish(freeze=(1, 0), repeat=(1, 1))
    sheet.tables.append(Table(names.base, 1, _HIDDEN, (TableColumn(header),), [(chunk,) for chunk in chunks]))
    return sheet
