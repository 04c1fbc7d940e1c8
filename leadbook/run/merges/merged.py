"""What came of the decisions about duplicates, in a module of its own: a refresh without any loads no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.analysis.decisions import DecisionFault
    from leadbook.books.book import CellChange
    from leadbook.books.closed import ClosedBook


_SAID = 5
_NAMED = 20


class Merged(Struct, frozen=True):
    """What came of the decisions.

    Parameters
    ----------
    book : ClosedBook
        To go on with; nothing is saved yet.
    steps : tuple of str
        A line for each lead that was merged, and each pair that is kept apart from now on.
    cells : tuple of CellChange
        The cells of the seller's tables that changed, at the addresses they had.
    leads, masters : tuple of str
        Ids of the leads that went, and of those they went into.
    merge_ids : tuple of str
        What each merge is called in the Archive.
    faults : tuple of DecisionFault
        Decisions that were not carried out.
    notes : tuple of str
        What else in the workbook follows the leads now, a sentence each.
    """

    book: ClosedBook
    steps: tuple[str, ...] = ()
    cells: tuple[CellChange, ...] = ()
    leads: tuple[str, ...] = ()
    masters: tuple[str, ...] = ()
    merge_ids: tuple[str, ...] = ()
    faults: tuple[DecisionFault, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What was done, in one sentence; "" when nothing was."""
        return merged_sentence(self.leads, self.masters)

    @property
    def way_back(self) -> list[str]:
        """What is said of how the merges are taken back; nothing when there were none."""
        named, more = self.merge_ids[:_NAMED], len(self.merge_ids) - _NAMED
        if not named:
            return []
        listed = " ".join(named) + (f" (and {more:,} more, which the sheet Archive names)" if more > 0 else "")
        path = f'"{self.book.path}"' if " " in str(self.book.path) else str(self.book.path)
        return [f"To take it back: leadbook unmerge {path} {listed}"]

    @property
    def left_undone(self) -> list[str]:
        """What a refresh says of the decisions that were not carried out: a line each, the first ones only."""
        said = [
            fault.message if fault.lead_id in fault.message else f"{fault.lead_id}: {fault.message}"
            for fault in self.faults[:_SAID]
        ]
        more = len(self.faults) - len(said)
        return said + ([f"{more:,} more decisions were not carried out; the sheet Issues names them."] if more else [])


def told_heirs(lead_id: str, master: str, repointed: Sequence[str], carried: Sequence[str]) -> list[str]:
    """Return what is said of whatever pointed at a merged lead and nothing else, and of what stood on its row."""
    said = []
    if repointed:
        verb = "points" if len(repointed) == 1 else "point"
        said.append(f"{_named(repointed)} pointed only at {lead_id} and {verb} at {master} now.")
    if carried:
        verb = "stands" if len(carried) == 1 else "stand"
        said.append(f"{_named(carried)} stood on the row of {lead_id} and {verb} on the row of {master} now.")
    return said


def _named(things: Sequence[str]) -> str:
    more = len(things) - _SAID
    named = ", ".join(things[:_SAID]) + (f" and {more:,} more" if more > 0 else "")
    return f"{named[0].upper()}{named[1:]}"


def merged_sentence(leads: Sequence[str], masters: Sequence[str]) -> str:
    """Return "2 leads merged into L-0042, L-0051."."""
    if not leads:
        return ""
    shown = ", ".join(masters[:10]) + (f" and {len(masters) - 10} more" if len(masters) > 10 else "")
    return f"{len(leads):,} {'lead' if len(leads) == 1 else 'leads'} merged into {shown}."
