"""How the tables of a sheet that is being added will read, so that the same run can go on with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.tables import RawTable
from leadbook.sheets.spec import Formula, Link

if TYPE_CHECKING:
    from leadbook.sheets.spec import Content, Sheet, Table


def tables_as_read(sheet: Sheet, name: str) -> dict[str, RawTable]:
    """Return the tables of a sheet as they will be read once it stands in the workbook as ``name``."""
    return {table.name: _as_read(table, name) for table in sheet.tables}


def _as_read(table: Table, sheet: str) -> RawTable:
    kept = [at for at, row in enumerate(table.rows) if any(_value(content) is not None for content in row)]
    return RawTable(
        name=table.name,
        sheet=sheet,
        headers=tuple(column.header for column in table.columns),
        first_column=table.column,
        header_row=table.row,
        rows=np.array([table.row + 1 + at for at in kept], dtype=np.int64),
        cells=[[_value(table.rows[at][position]) for at in kept] for position in range(len(table.columns))],
        last_row=table.row + max(1, len(table.rows)),
        has_totals=table.totals,
    )


def _value(content: Content) -> object:
    """Return what a reader finds in a cell: a formula's value, a link's text, None for nothing."""
    value = content.value if isinstance(content, Formula) else content.text if isinstance(content, Link) else content
    return None if value == "" else value
