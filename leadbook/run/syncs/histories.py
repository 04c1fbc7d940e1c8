"""The History of a copy brought into the master's, so that replaying it gives what the master then holds.

Every row of History tells a lead's whole state, so a row of a copy can't simply be added: it would take back what the
master changed meanwhile. A copy's event is added with only those fields that the sync takes from the copy, in the
state that the master had on that day; and in the master's later rows the cells that follow from it are brought up to
date. What a conflict leaves to the master is not in its History either; it stands in the conflict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct, field

from leadbook.analysis.history_events import EVENT_OF, JOINED_BY, REOPENED, named_fields
from leadbook.analysis.history_rows import KEYS, TRACKED, ordered
from leadbook.run.syncs.shared_past import KNOWN

if TYPE_CHECKING:
    from leadbook.model.records import Typed
    from leadbook.sheets.spec import Content


class CopiedEvent(Struct, frozen=True):
    """Something that happened to a lead in a copy: its moment, what changed, and the copy's name."""

    day: pd.Timestamp
    fields: dict[str, Content]
    is_reopened: bool
    copy: str


class HistoryPlan(Struct):
    """What History gets: rows in the order of `KEYS`, and cells of rows that follow from them, by key and Excel row."""

    rows: list[tuple[Content, ...]] = field(default_factory=list)
    cells: dict[str, dict[int, Content]] = field(default_factory=dict)


class Chronicle:
    """One workbook's History, by lead."""

    def __init__(self, history: Typed) -> None:
        self.table = ordered(history)
        keys = self.table["key"].tolist()
        self._lines: dict[str, list[int]] = {}
        for at, key in enumerate(keys):
            self._lines.setdefault(key, []).append(at)
        columns = ("day", "event", "lead_id", *TRACKED)
        self._columns = {name: self.table[name].tolist() for name in columns}
        self._rows = self.table.index.tolist()

    def lines(self, key: str) -> list[int]:
        """Return the rows of a lead, oldest first."""
        return self._lines.get(key, [])

    def row(self, at: int) -> int:
        """Return the Excel row."""
        return int(self._rows[at])

    def day(self, at: int) -> pd.Timestamp:
        """Return its moment."""
        found: pd.Timestamp = self._columns["day"][at]
        return found

    def event(self, at: int) -> str:
        """Return what happened, case-folded."""
        return str(self._columns["event"][at]).casefold()

    def value(self, at: int, key: str) -> Content:
        """Return a tracked value, None for a blank."""
        return _plain(self._columns[key][at])


def events_of(copy: Chronicle, tail: list[int], taken: set[str], moved_here: set[str], name: str) -> list[CopiedEvent]:
    """Return what a copy's rows say of the fields that are taken from it.

    Parameters
    ----------
    tail : list of int
        The lead's rows that only the copy has.
    taken : set of str
        The lead's columns that are taken from the copy.
    moved_here : set of str
        Tracked fields that the master changed itself since; what follows from others (category, lifecycle) is left
        to it then.
    """
    wanted = (taken & set(KNOWN)) | (set(TRACKED) - set(KNOWN) - moved_here if taken & set(KNOWN) else set())
    found: list[CopiedEvent] = []
    for at in tail:
        named = named_fields(copy.event(at))
        fields = {key: copy.value(at, key) for key in TRACKED if named is not None and key in named & wanted}
        if fields:
            reopened = REOPENED in copy.event(at) and "stage" in fields
            found.append(CopiedEvent(copy.day(at), fields, reopened, name))
    return found


def weave(plan: HistoryPlan, master: Chronicle, key: str, events: list[CopiedEvent]) -> None:
    """Put a lead's events between its rows in the master, by their day; of one day the master's come first."""
    lines = master.lines(key)
    if not lines:
        return  # the next refresh sees the lead for the first time
    steps: list[tuple[pd.Timestamp, int, int | CopiedEvent]] = [(master.day(at), 0, at) for at in lines]
    steps += [(event.day, 1, event) for event in events]
    steps.sort(key=lambda step: step[:2])
    lead_id = _plain(master.table["lead_id"].iloc[lines[-1]])
    state: dict[str, Content] = {}
    carried: set[str] = set()
    for _, _, step in steps:
        if isinstance(step, CopiedEvent):
            _add(plan, lead_id, step, state, carried)
            continue
        named = named_fields(master.event(step))
        carried = set() if named is None else carried - named
        for field_key in carried:
            if master.value(step, field_key) != state[field_key]:
                plan.cells.setdefault(field_key, {})[master.row(step)] = state[field_key]
        state = {name: state[name] if name in carried else master.value(step, name) for name in TRACKED}


def _add(plan: HistoryPlan, lead_id: Content, event: CopiedEvent, state: dict[str, Content], carried: set[str]) -> None:
    changed = {name: value for name, value in event.fields.items() if state and state[name] != value}
    if not changed:
        return
    state.update(changed)
    carried.update(changed)
    words = [REOPENED] if event.is_reopened else []
    words += [EVENT_OF[name] for name in TRACKED if name in changed]
    plan.rows.append(
        (event.day.date(), lead_id, JOINED_BY.join(words), *(state[name] for name in TRACKED), f"sync {event.copy}")
    )


def rows_of_new(copy: Chronicle, key: str, lead_id: str, name: str) -> list[tuple[Content, ...]]:
    """Return everything that a copy's History tells of a lead the master gets from it."""
    return [
        (copy.day(at).date(), lead_id, copy.event(at), *(copy.value(at, one) for one in TRACKED), f"sync {name}")
        for at in copy.lines(key)
    ]


def moved_fields(history: Chronicle, tail: list[int]) -> dict[str, str]:
    """Return which tracked fields some rows say have changed, and when last (ISO day)."""
    found: dict[str, str] = {}
    for at in tail:
        named = named_fields(history.event(at))
        for key in TRACKED if named is None else named:
            found[key] = f"{history.day(at):%Y-%m-%d}"
    return found


def in_columns(history: Typed, row: tuple[Content, ...]) -> tuple[Content, ...]:
    """Return a row in the order of the History table's columns."""
    if history.table is None:
        return row
    keys = {header: key for key, header in history.headers.items()}
    values = dict(zip(KEYS, row, strict=True))
    return tuple(values.get(keys.get(header, "")) for header in history.table.headers)


def _plain(value: object) -> Content:
    if isinstance(value, pd.Timestamp):
        return value.date()
    if value is None or value is pd.NaT or value == "" or (isinstance(value, float) and value != value):  # noqa: PLR0124 - a not-a-number differs from itself
        return None
    return value  # type: ignore[return-value] # text or a number, as the tests above leave it
