"""What a sync did, or will do once the master is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.books.book import Plan
    from leadbook.model.issues import Issue


class Claim(Struct, frozen=True):
    """What one copy says of a cell: its value, where it stands there, since when, and whose lead it is there."""

    copy: str
    value: object
    address: str
    when: str
    owner: str


class Conflict(Struct, frozen=True):
    """A cell that was changed differently; the master's value stays.

    Parameters
    ----------
    address : str
        The cell in the master.
    sheet : str
    row, column : int
        The same, as numbers from 1.
    lead_id, who, header : str
        The lead's id, its company and person, and the column's header.
    held : object
        The master's value.
    when : str
        Since when the master has it, as far as History or the last sync tells.
    claims : tuple of Claim
        What the copies say.
    changed_here : bool or None
        Whether the master changed it since the common state; None where no common state is known.
    """

    address: str
    sheet: str
    row: int
    column: int
    lead_id: str
    who: str
    header: str
    held: object
    when: str
    claims: tuple[Claim, ...]
    changed_here: bool | None


class Change(Struct, frozen=True):
    """A cell of the master that takes a copy's value."""

    address: str
    lead_id: str
    header: str
    old: object
    new: object
    copy: str


class Newcomer(Struct, frozen=True):
    """A lead that a copy brings: its id in the master, in the copy, who it is, and the cell of its id there."""

    lead_id: str
    id_there: str
    who: str
    copy: str
    address: str


class CopyTold(Struct, frozen=True):
    """What became of one copy.

    Parameters
    ----------
    name : str
    since : str
        The last common state: a day, "the last sync", or why there is none.
    changes, newcomers, conflicts : int
        Cells taken, leads appended, and cells that were changed differently.
    left_out : str
        Why nothing was taken from it; "" otherwise.
    """

    name: str
    since: str
    changes: int = 0
    newcomers: int = 0
    conflicts: int = 0
    left_out: str = ""

    @property
    def sentence(self) -> str:
        """What came of it, in one line."""
        since = f"since {self.since}" if self.since else "no common state is known, so cells that differ are conflicts"
        return (
            f"{self.name} ({since}): {_counted(self.changes, 'cell', 'cells')} taken, "
            f"{_counted(self.newcomers, 'new lead', 'new leads')}, {_counted(self.conflicts, 'conflict', 'conflicts')}."
        )


class SyncReport(Struct, frozen=True):
    """What a sync did, or will do once the master is saved.

    Parameters
    ----------
    master : str
    as_of : date
    copies : tuple of CopyTold
    changes : tuple of Change
    newcomers : tuple of Newcomer
    conflicts : tuple of Conflict
    settings : tuple of Conflict
        Settings that copies changed; the master's stay.
    issues : tuple of Issue
        The conflicts and everything else that people have to look at.
    rows_added : mapping of table to int
        Activities, Quote Lines, Offers, Proposals, History.
    notes : tuple of str
    plan : Plan
    written : bool
        Whether the master differs from before.
    """

    master: str
    as_of: dt.date
    copies: tuple[CopyTold, ...]
    changes: tuple[Change, ...]
    newcomers: tuple[Newcomer, ...]
    conflicts: tuple[Conflict, ...]
    settings: tuple[Conflict, ...]
    issues: tuple[Issue, ...]
    rows_added: dict[str, int]
    notes: tuple[str, ...]
    plan: Plan
    written: bool

    @property
    def sentence(self) -> str:
        """The result in one line."""
        parts = [
            _counted(len(self.changes), "cell changed", "cells changed"),
            _counted(len(self.newcomers), "lead added", "leads added"),
            *(
                _counted(count, f"row added to {table}", f"rows added to {table}")
                for table, count in self.rows_added.items()
                if count
            ),
            _counted(len(self.conflicts), "conflict", "conflicts"),
            *([_counted(len(self.settings), "setting differs", "settings differ")] if self.settings else []),
        ]
        taken = sum(not copy.left_out for copy in self.copies)
        return f"{_counted(taken, 'copy', 'copies')} brought together: {', '.join(parts)}."


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
