"""Routing carried out: blank Owner cells filled in the workbook, where the team has switched it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.analysis.routing import assign
from leadbook.model.cells import is_blank

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    import pandas as pd

    from leadbook.analysis.results import Scores
    from leadbook.analysis.routing import Assignment
    from leadbook.books.book import Book
    from leadbook.model.records import Records, Typed

SOURCE = "routing"
_SAID = 5


def fillable_rows(book: Book, leads: Typed) -> Collection[int]:
    """Return the Excel rows of the leads whose Owner cell holds nothing at all, no formula either."""
    if leads.table is None or "owner" not in leads.places:
        return frozenset()
    locked = book.locked_rows(leads.table.name, leads.headers["owner"])
    cells = leads.raw["owner"]
    return {row for row, cell in zip(cells.index.tolist(), cells.tolist(), strict=True) if is_blank(cell)} - locked


def with_owners(
    records: Records, scores: Scores, today: dt.date, fillable: Collection[int]
) -> tuple[Records, dict[int, Assignment]]:
    """Return the records with the owners that leads get, and who gets which."""
    assigned = assign(records, scores, today, fillable)
    if not assigned:
        return records, assigned
    frame = records.leads.frame.copy()
    frame.loc[list(assigned), "owner"] = [found.owner for found in assigned.values()]
    return replace(records, leads=replace(records.leads, frame=frame)), assigned


def write_owners(book: Book, leads: Typed, assigned: Mapping[int, Assignment]) -> list[str]:
    """Plan the Owner cells and return what is said of them, a line each for the first few.

    Raises
    ------
    BookRefusedError
        The sheet is protected.
    """
    assert leads.table is not None, "only leads of a table are assigned"  # noqa: S101 - an invariant, not input
    book.correct_cells(leads.table.name, leads.headers["owner"], {row: found.owner for row, found in assigned.items()})
    ids = leads.frame["lead_id"]
    said = [f"{ids[row] or f'Row {row}'} goes to {found.owner}: {found.reason}." for row, found in assigned.items()]
    more = len(said) - _SAID
    return said[:_SAID] + ([f"and {more:,} more leads got an owner; History names each."] if more > 0 else [])


def name_routing(rows: pd.DataFrame, leads: Typed, assigned: Mapping[int, Assignment]) -> pd.DataFrame:
    """Return the rows for History with the leads that were assigned told as routing's doing."""
    ids = set(leads.frame.loc[list(assigned), "lead_id"].str.casefold())
    routed = rows["lead_id"].str.casefold().isin(ids)
    return rows.assign(source_of_change=rows["source_of_change"].where(~routed, SOURCE))
