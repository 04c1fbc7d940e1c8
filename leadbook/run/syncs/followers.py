"""What belongs to leads, as a sync compares it: Activities, Quote Lines, Offers, Proposals and the Archive."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from leadbook.analysis.kept import folded_ids, keep
from leadbook.model.cells import cell_text, comparable, is_blank
from leadbook.model.columns import TABLES, Kind
from leadbook.model.tables import CellError
from leadbook.run.syncs.prints import row_print

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from leadbook.model.records import Records, Typed
    from leadbook.sheets.spec import Content, Scalar

_DAY = dt.timedelta(days=1)
ARCHIVE = "Archive"
FOLLOWING = (ARCHIVE, "Activities", "QuoteLines", "Offers", "Proposals")
"""The Archive first: a lead in it may get another id, which the other rows follow."""


def table_of(records: Records, name: str) -> Typed | None:
    """Return one of the tables that follow the leads."""
    return {
        "Activities": records.activities, "QuoteLines": records.quote_lines, "Proposals": records.proposals,
        "Offers": records.offers, ARCHIVE: records.archive,
    }[name]  # fmt: skip


def own_columns(table: Typed | None) -> tuple[str, ...]:
    """Return the labels of the team's own columns in a table, without those that hold formulas."""
    raw = table.table if table is not None else None
    if table is None or raw is None:
        return ()
    return tuple(own_label(header) for header in table.extra.columns if raw.column(header) not in raw.formula_columns)


def own_label(header: str) -> str:
    """Return the label of a column of the team's own."""
    return f"={comparable(header)}"


def labels_of(name: str, own: Sequence[str]) -> list[str]:
    """Return the label of each text of a row: its lead, our columns, the team's own."""
    return ["lead_id", *(column.key for column in TABLES[name] if column.key != "lead_id"), *own]


def labels_in(table: Typed) -> dict[str, str]:
    """Return label and header of the columns that a table has."""
    return {**table.headers, **{own_label(header): header for header in table.extra.columns}}


def row_texts(
    table: Typed, name: str, lead_of: Callable[[str], str], own: Sequence[str], places: Sequence[int] | None = None
) -> list[tuple[str, ...]]:
    """Return what each row says, column by column as `labels_of` has them; only of some places where they are given."""
    at = range(len(table.frame)) if places is None else places
    keys = folded_ids(table)
    leads = [lead_of(keys[place]) for place in at]
    some = None if places is None else list(places)
    columns = [_as_texts(table, column.key, column.kind, some) for column in TABLES[name] if column.key != "lead_id"]
    by_label = {own_label(header): header for header in table.extra.columns}
    for label in own:
        cells = table.extra[by_label[label]] if label in by_label else None
        held = [None] * len(leads) if cells is None else (cells if some is None else cells.iloc[some]).tolist()
        columns.append(["" if is_blank(cell) else comparable(cell_text(cell)) for cell in held])
    return list(zip(leads, *columns, strict=True))


def row_prints(table: Typed, name: str, lead_of: Callable[[str], str], own: Sequence[str] = ()) -> list[str]:
    """Return the fingerprint of each row by what it says, columns in any order and days however they are typed.

    Parameters
    ----------
    lead_of : callable
        The lead's key in the master, from its key here.
    own : sequence of str
        The labels of the team's own columns that count.
    """
    return [print_of_texts(texts, own) for texts in row_texts(table, name, lead_of, own)]


def print_of_texts(texts: Sequence[str], own: Sequence[str]) -> str:
    """Return the fingerprint of a row; a blank column of the team's own is none, so that one more changes no row."""
    ours = texts[: len(texts) - len(own)]
    filled = [f"{label}\x1e{text}" for label, text in zip(own, texts[len(ours) :], strict=True) if text]
    return row_print([*ours, *sorted(filled)])


def _as_texts(table: Typed, key: str, kind: Kind, some: list[int] | None) -> list[str]:
    meant = table.frame[key] if some is None else table.frame[key].iloc[some]
    cells = table.raw[key] if key in table.raw.columns else None
    typed = [None] * len(meant) if cells is None else (cells if some is None else cells.iloc[some]).tolist()
    if kind is Kind.DATE:
        read = [f"{day:%Y-%m-%d}" if pd.notna(day) else "" for day in meant.tolist()]
    elif meant.dtype.kind == "f":
        read = ["" if number != number else f"{number:.9g}" for number in meant.tolist()]  # noqa: PLR0124 - only not-a-number differs from itself
    else:
        read = [""] * len(meant)
    return [
        text or ("" if is_blank(cell) else comparable(cell_text(cell))) for text, cell in zip(read, typed, strict=True)
    ]


def new_rows(
    table: Typed,
    name: str,
    lead_of: Callable[[str], str],
    own: Sequence[str],
    *,
    held: Mapping[str, int],
    before: Mapping[str, int],
    known: Mapping[str, int],
) -> tuple[list[tuple[int, str]], Counter[str]]:
    """Return place and print of the copy's rows that the master neither holds nor ever held, and how often it has each.

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
    made = row_prints(table, name, lead_of, own)
    as_there = row_prints(table, name, lambda key: key, own)
    came: Counter[str] = Counter()
    fresh: list[tuple[int, str]] = []
    for at, (mark, spelled) in enumerate(zip(made, as_there, strict=True)):
        here = mark if mark == spelled or not max(before.get(spelled, 0), known.get(spelled, 0)) else spelled
        came[here] += 1
        if came[here] > max(held.get(here, 0), known.get(here, 0)):
            fresh.append((at, here))
    return fresh, came


def contents_of(table: Typed, row: int) -> dict[str, Content]:
    """Return a row's cells by key, and by folded header those of columns of the team's own."""
    columns, places = keep(table, "_columns_of_rows", lambda: _columns_of_rows(table))
    at = places[row]
    found: dict[str, Content] = {}
    for label, cells, meant in columns:
        cell = cells[at]
        if type(cell) in {int, float} and meant is not None:
            day = meant[at]
            cell = day.date() if pd.notna(day) else cell
        found[label] = as_content(cell)
    return found


def _columns_of_rows(table: Typed) -> tuple[list[tuple[str, list[object], list[pd.Timestamp] | None]], dict[int, int]]:
    """Return label, cells and (of days) meaning of each column, and the place of each Excel row."""
    columns = [
        (key, table.raw[key].tolist(), table.frame[key].tolist() if table.frame[key].dtype.kind == "M" else None)
        for key in table.raw.columns
    ]
    columns += [(own_label(header), table.extra[header].tolist(), None) for header in table.extra.columns]
    return columns, {row: at for at, row in enumerate(table.frame.index.tolist())}


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
