"""The leads that merges took away, as the Archive has them, in the order they went."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.analysis.archived import archived_texts, folded_id
from leadbook.books.archiving import archived_header
from leadbook.run.merges.recipe import Recipe

if TYPE_CHECKING:
    from leadbook.model.tables import RawTable
    from leadbook.run.merges.book import MergeBook
    from leadbook.sheets.spec import Content

_DIGITS = re.compile(r"\d+")


class Archived(Struct, frozen=True):
    """One archived lead: its row of the Archive, its id there and as a cell, its merge, and how it comes back."""

    row: int
    lead_id: str
    cell: Content
    merge_id: str
    recipe: Recipe

    @property
    def key(self) -> str:
        """Its id as ids are compared."""
        return folded_id(self.lead_id)

    @property
    def number(self) -> int:
        """The number of its merge: later merges have larger ones."""
        found = _DIGITS.search(self.merge_id)
        return int(found[0]) if found else 0

    @property
    def turn(self) -> tuple[int, int]:
        """When its row left the list, as far as it is known; rows of the same turn left it at once."""
        return self.recipe.turn, 0 if self.recipe.turn else self.number


class Unreadable(Struct, frozen=True):
    """A row of the Archive that was changed so that it no longer says how its lead comes back."""

    row: int
    merge_id: str


def read_away(work: MergeBook) -> tuple[list[Archived], list[Unreadable]]:
    """Return every lead that a merge took away, in the Archive's order, and the rows that cannot be read."""
    typed = work.records.archive
    raw = typed.table
    if raw is None:
        return [], []
    frame = typed.frame
    cells = _own_ids(raw, archived_header(work.records.leads.headers.get("lead_id", "Lead ID")))
    found: list[Archived] = []
    unreadable: list[Unreadable] = []
    for row, lead_id, merged, text in zip(
        frame.index.tolist(), frame["lead_id"].tolist(), frame["merge_id"].tolist(), archived_texts(typed), strict=True
    ):
        merge_id = str(merged).strip().upper()
        if not merge_id:
            continue
        recipe = Recipe.read(text)
        if recipe is None or not lead_id:
            unreadable.append(Unreadable(row, merge_id))
        else:
            found.append(Archived(row, str(lead_id), cells.get(row, str(lead_id)), merge_id, recipe))
    return found, unreadable


def _own_ids(raw: RawTable, header: str) -> dict[int, Content]:
    """Return each archived lead's id as its cell had it: a number stays one."""
    at = next((at for at, name in enumerate(raw.headers) if name == header), None)
    if at is None:
        return {}
    return {
        row: cell  # type: ignore[misc] # a cell's value as it was read
        for row, cell in zip(raw.rows.tolist(), raw.cells[at], strict=True)
        if cell is not None
    }
