"""What belongs to leads: rows of Activities, Quote Lines and Proposals that a copy has and the master lacks."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from leadbook.analysis.kept import folded_ids
from leadbook.model.cells import cell_text, comparable, is_blank
from leadbook.model.columns import TABLES, Kind
from leadbook.model.tables import CellError
from leadbook.run.syncs.prints import row_print

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from leadbook.model.records import Records, Typed
    from leadbook.sheets.spec import Content, Scalar

_DAY = dt.timedelta(days=1)
FOLLOWING = ("Activities", "QuoteLines", "Proposals")


def table_of(records: Records, name: str) -> Typed | None:
    """Return one of the tables that follow the leads."""
    return {"Activities": records.activities, "QuoteLines": records.quote_lines, "Proposals": records.proposals}[name]


def row_prints(table: Typed, name: str, lead_of: Callable[[str], str]) -> list[str]:
    """Return the fingerprint of each row by what it says, columns in any order and days however they are typed.

    Parameters
    ----------
    lead_of : callable
        The lead's key in the master, from its key here.
    """
    leads = [lead_of(key) for key in folded_ids(table).tolist()]
    columns = [_as_texts(table, column.key, column.kind) for column in TABLES[name] if column.key != "lead_id"]
    return [row_print(parts) for parts in zip(leads, *columns, strict=True)]


def _as_texts(table: Typed, key: str, kind: Kind) -> list[str]:
    meant = table.frame[key]
    typed = table.raw[key].tolist() if key in table.raw.columns else [None] * len(meant)
    if kind is Kind.DATE:
        read = [f"{day:%Y-%m-%d}" if pd.notna(day) else "" for day in meant.tolist()]
    elif meant.dtype.kind == "f":
        read = ["" if number != number else f"{number:.9g}" for number in meant.tolist()]  # noqa: PLR0124 - only not-a-number differs from itself
    else:
        read = [""] * len(meant)
    return [
        text or ("" if is_blank(cell) else comparable(cell_text(cell))) for text, cell in zip(read, typed, strict=True)
    ]


def counts_of(table: Typed | None, name: str, lead_of: Callable[[str], str]) -> Counter[str]:
    """Return how often each row stands in a table."""
    return Counter() if table is None else Counter(row_prints(table, name, lead_of))


def new_rows(
    table: Typed,
    name: str,
    lead_of: Callable[[str], str],
    *,
    held: Mapping[str, int],
    before: Mapping[str, int],
    known: Mapping[str, int],
) -> tuple[list[int], Counter[str]]:
    """Return the rows of a copy that the master neither holds nor ever held, and how often the copy has each row.

    Parameters
    ----------
    held : mapping of str to int
        How often each row stands in the master, rows just taken from other copies included.
    before : mapping of str to int
        The same without those.
    known : mapping of str to int
        How often each was seen at earlier syncs: what the master has deleted since does not come back.

    Notes
    -----
    A row of an id that is another lead's in the master may be as old as the common state (of a lead that was deleted
    long ago): one that the master has or had under that very id is none of the copy's new lead.
    """
    made = row_prints(table, name, lead_of)
    as_there = row_prints(table, name, lambda key: key)
    came: Counter[str] = Counter()
    fresh: list[int] = []
    for row, mark, spelled in zip(table.frame.index.tolist(), made, as_there, strict=True):
        here = mark if mark == spelled or not max(before.get(spelled, 0), known.get(spelled, 0)) else spelled
        came[here] += 1
        if came[here] > max(held.get(here, 0), known.get(here, 0)):
            fresh.append(row)
    return fresh, came


def contents_of(table: Typed, row: int) -> dict[str, Content]:
    """Return a row's cells by key, and by folded header those of columns of the team's own."""
    found: dict[str, Content] = {}
    for key in table.raw.columns:
        cell = table.raw[key].loc[row]
        if type(cell) in {int, float} and table.frame[key].dtype.kind == "M":
            meant = table.frame[key].loc[row]
            cell = meant.date() if pd.notna(meant) else cell
        found[key] = as_content(cell)
    for header in table.extra.columns:
        found[f"={comparable(header)}"] = as_content(table.extra[header].loc[row])
    return found


def as_content(cell: object) -> Scalar:
    """Return a cell that was read as one that can be written: an error value is blank, a time its part of a day."""
    match cell:
        case None | CellError():
            return None
        case str() | bool() | int() | float() | dt.date():
            return cell
        case dt.time():
            return dt.timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second) / _DAY
        case dt.timedelta():
            return cell / _DAY
        case _:
            return cell_text(cell)


def in_order(table: Typed, row: Mapping[str, Content]) -> tuple[Content, ...]:
    """Return a row's cells in the order of a table's columns; columns with formulas fill themselves."""
    raw = table.table
    if raw is None:
        return ()
    keys = {header: key for key, header in table.headers.items()}
    return tuple(
        None
        if raw.column(header) in raw.formula_columns
        else row.get(keys.get(header, ""), row.get(f"={comparable(header)}"))
        for header in raw.headers
    )
