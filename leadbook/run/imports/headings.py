"""Rows of a file's list that are no leads: the month above a block, the subtotal below one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import structs

from leadbook.model.heading_rows import heading_rows
from leadbook.model.tables import RawTable
from leadbook.run.imports.sheet_names import SHEET

if TYPE_CHECKING:
    from leadbook.books.incoming import IncomingTable

_MOST_NAMED = 3


def without_headings(table: IncomingTable) -> IncomingTable:
    """Return a table of leads without the rows that head or sum a block of it, and a note that names them."""
    lines = np.array(table.lines, dtype=np.int64)
    raw = RawTable(
        table.name, table.source, table.headers, 1, table.header_line, lines, table.columns, int(lines.max(initial=0))
    )
    # The sheet's name stands in every row, and says nothing of any.
    found = heading_rows(raw, {place for place, header in enumerate(table.headers) if header == SHEET})
    if not found:
        return table
    kept = [place for place in range(table.n_rows) if place not in found]
    named = ", ".join(
        f"\u201c{text}\u201d in line {table.lines[place]:,}" for place, text in sorted(found.items())[:_MOST_NAMED]
    )
    rest = f" and {len(found) - _MOST_NAMED:,} more" if len(found) > _MOST_NAMED else ""
    said = "1 row that heads or sums" if len(found) == 1 else f"{len(found):,} rows that head or sum"
    note = f"{said} a block left out, as no lead: {named}{rest}."
    return structs.replace(
        table,
        columns=[[values[place] for place in kept] for values in table.columns],
        lines=[table.lines[place] for place in kept],
        notes=(*table.notes, note),
    )
