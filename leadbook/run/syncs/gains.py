"""Everything that the master gets from its copies, as one record that is filled before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.run.syncs.histories import HistoryPlan

if TYPE_CHECKING:
    from leadbook.model.columns import Column
    from leadbook.run.syncs.report import Change, Newcomer
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
        New rows of Activities, Quote Lines and Proposals, by key.
    seen : mapping of table to mapping of fingerprint to int
        How often each row of these tables was ever seen.
    history : HistoryPlan
    columns : tuple of Column
        Columns of the copies' own that Leads gets.
    changes : list of Change
    newcomers : list of Newcomer
    notes : list of str
    """

    cells: dict[str, dict[int, Content]] = field(default_factory=dict)
    leads: list[tuple[Content, ...]] = field(default_factory=list)
    rows: dict[str, list[dict[str, Content]]] = field(default_factory=dict)
    seen: dict[str, dict[str, int]] = field(default_factory=dict)
    history: HistoryPlan = field(default_factory=HistoryPlan)
    columns: tuple[Column, ...] = ()
    changes: list[Change] = field(default_factory=list)
    newcomers: list[Newcomer] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
