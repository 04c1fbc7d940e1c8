"""What the names of a tracker's sheets say, kept where its lists are read one below the other."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import structs

from leadbook.model.cells import one_line
from leadbook.model.mapping import map_headers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.incoming import IncomingTable

#: The header of the column that keeps them.
SHEET = "Sheet"
_BETWEEN = ", sheet "
_MOST_NAMED = 3


def with_sheet_names(tables: Sequence[IncomingTable]) -> list[IncomingTable]:
    """Return a file's tables, those of several sheets with the same headers and no owner with a column of their names.

    Notes
    -----
    A sheet each is how sellers part their lists, and its name is then the only thing that says whose a lead is. Whether
    it is a seller, a month or a country is not guessed; a note tells how to say so.
    """
    alike: defaultdict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
    for place, table in enumerate(tables):
        file, between, _ = table.source.partition(_BETWEEN)
        if between and table.n_rows:
            alike[file, table.headers].append(place)
    named = list(tables)
    for (_, headers), places in alike.items():
        sheets = [tables[place].source.partition(_BETWEEN)[2] for place in places]
        first = tables[places[0]]
        if len(set(sheets)) < 2 or SHEET in headers or "owner" in map_headers(headers, first.columns, "Leads").keys:
            continue
        for place, sheet in zip(places, sheets, strict=True):
            table = tables[place]
            named[place] = structs.replace(
                table, headers=(*headers, SHEET), columns=[*table.columns, [sheet] * table.n_rows]
            )
        shown = ", ".join(one_line(sheet, 30) for sheet in sheets[:_MOST_NAMED])
        more = f" and {len(sheets) - _MOST_NAMED} more" if len(sheets) > _MOST_NAMED else ""
        note = (
            f"no column names the owner, so the sheets' names ({shown}{more}) are kept in the column {SHEET}; if they "
            f'are the owners, import with --map "{SHEET}=Owner".'
        )
        named[places[0]] = structs.replace(named[places[0]], notes=(*first.notes, note))
    return named
