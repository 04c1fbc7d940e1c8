"""Everything that the master gets from its copies, as one record that is filled before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.run.syncs.histories import HistoryPlan

if TYPE_CHECKING:
    from leadbook.model.columns import Column
    from leadbook.model.issues import Issue
    from leadbook.run.syncs.base import RowsState
    from leadbook.run.syncs.report import Change, Conflict, Newcomer
    from leadbook.sheets.spec import Content


class Gains(Struct):
    """Everything that the master gets.

    Parameters
    ----------
    cells : mapping of header to mapping of Excel row to Content
        In Leads.
    leads : list of tuple
        New rows of Leads.
    rows : mapping of table to list of mapping
        New rows of Activities, Quote Lines, Offers, Proposals and the Archive, by label.
    row_cells : mapping of table to mapping of header to mapping of Excel row to Content
        In these tables.
    seen : mapping of table to mapping of fingerprint to int
        How often each row of these tables was ever seen.
    gone : mapping of table to mapping of fingerprint to int
        How many of them the master does not hold any more.
    history : HistoryPlan
    rows_known : mapping of copy to mapping of table to RowsState
        What is remembered of the copies' rows.
    conflicts : list of Conflict
        In cells of these tables.
    archived : list of (copy, key, lead id)
        Leads that only a copy ever had, archived there.
    archive_columns : mapping of label to header
        What the copies' rows of the Archive hold.
    listed : mapping of table to list of mapping
        New rows of lists in Settings, by folded header.
    columns : tuple of Column
        Columns of the copies' own that Leads gets.
    changes : list of Change
    newcomers : list of Newcomer
    issues : list of Issue
    won : list of Issue
        Conflicts that the copy of the row's owner won.
    notes : list of str
    """

    cells: dict[str, dict[int, Content]] = field(default_factory=dict)
    leads: list[tuple[Content, ...]] = field(default_factory=list)
    rows: dict[str, list[dict[str, Content]]] = field(default_factory=dict)
    row_cells: dict[str, dict[str, dict[int, Content]]] = field(default_factory=dict)
    gone: dict[str, dict[str, int]] = field(default_factory=dict)
    seen: dict[str, dict[str, int]] = field(default_factory=dict)
    history: HistoryPlan = field(default_factory=HistoryPlan)
    rows_known: dict[str, dict[str, RowsState]] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    archived: list[tuple[str, str, str]] = field(default_factory=list)
    archive_columns: dict[str, str] = field(default_factory=dict)
    listed: dict[str, list[dict[str, Content]]] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    changes: list[Change] = field(default_factory=list)
    newcomers: list[Newcomer] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    won: list[Issue] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
