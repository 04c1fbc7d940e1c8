"""Quote lines of another leadbook workbook, brought along with its leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.columns import TABLES
from leadbook.model.counts import counted
from leadbook.model.frame_rows import rows_of
from leadbook.model.mapping import map_headers
from leadbook.model.mapping_values import convert
from leadbook.run.imports.appending import append_rows, marks, unheld
from leadbook.run.imports.keys import KeyIndex
from leadbook.run.imports.sources import own_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.book import Book
    from leadbook.books.incoming import IncomingTable
    from leadbook.model.mapping_cells import Value
    from leadbook.model.records import Records
    from leadbook.run.imports.gathered import Gathered
    from leadbook.run.imports.standing import Incoming

_KEYS = tuple(column.key for column in TABLES["QuoteLines"])


def is_quote_lines(table: IncomingTable) -> bool:
    """Tell whether a table is one of leadbook's quote lines."""
    if own_name(table) != "quotelines":
        return False
    return {"lead_id", "product"} <= set(map_headers(table.headers, table.columns, "QuoteLines").keys)


def add_quote_lines(
    book: Book, tables: Sequence[IncomingTable], gathered: Gathered, incoming: Incoming, records: Records
) -> tuple[int, list[str]]:
    """Append the quote lines of the incoming leads that the workbook lacks; return how many, and notes.

    Parameters
    ----------
    tables : sequence of IncomingTable
        Those of which ``is_quote_lines`` holds.
    """
    if not tables:
        return 0, []
    places = records.quote_lines.places
    compared = [key for key in _KEYS if not places or key in places]
    held = marks(rows_of(records.quote_lines.frame), compared)
    leads = KeyIndex(gathered.keyed.get("lead_id", []))
    rows: list[dict[str, Value]] = []
    notes: list[str] = []
    for table in tables:
        keys = dict(map_headers(table.headers, table.columns, "QuoteLines", records.playbook.mappings).keys)
        partners = leads.match(table.column(keys.pop("lead_id"))).places
        values = convert(
            {key: table.column(header) for key, header in keys.items()}, {}, records.playbook, "QuoteLines", keys
        )
        taken: list[dict[str, Value]] = [
            {key: column[place] for key, column in values.keyed.items()}
            | {"lead_id": incoming.keyed["lead_id"][partner]}
            for place, partner in enumerate(partners)
            if partner is not None
        ]
        if (left := table.n_rows - len(taken)) > 0:
            notes.append(f"{table.source}: {counted(left, 'row')} left out (of no lead in it).")
        fresh, held = unheld(taken, compared, held)
        if known := len(taken) - len(fresh):
            notes.append(
                f"{table.source}: {counted(known, 'row')} {'is' if known == 1 else 'are'} in Quote Lines already."
            )
        rows += fresh
    if not rows:
        return 0, notes
    append_rows(book, rows, records, "QuoteLines")
    return len(rows), notes
