"""What becomes of the kept lead's cells when others are merged into it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.archived import archived_ids, folded_id
from leadbook.analysis.kept import folded_ids
from leadbook.model.cells import is_blank
from leadbook.model.columns import LEADS
from leadbook.model.tables import CellError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from leadbook.analysis.decisions import Wanted
    from leadbook.model.records import Records, Typed

EARLIEST = ("created", "first_contacted", "mql_date", "sql_date", "opportunity_date")
LATEST = ("last_activity",)

# Parts of one thing: a blank part is filled only from a lead whose other parts say the same, so that no person gets
# another's last name, no amount another's currency and no street another's town.
TOGETHER = (
    ("first_name", "last_name"),
    ("street", "city", "region", "postcode", "country"),
    ("amount", "currency"),
    ("next_step", "next_step_date"),
)
# What a seller says of a deal at a stage; from a lead at another stage it would be wrong here.
OF_THE_STAGE = ("probability_override", "forecast_category", "lost_reason", "revisit_date")
_LEFT_ALONE = frozenset({"lead_id", "waive", *(column.key for column in LEADS if column.owned)})


class FieldChange(Struct, frozen=True):
    """One cell of the kept lead: what it held, what it will hold, and the lead that comes from."""

    header: str
    old: object
    new: object
    source: str


class MergePlan(Struct, frozen=True):
    """One merge, worked out.

    Parameters
    ----------
    master_row : int
        Excel row of the lead that stays.
    master_id : str
    others : tuple of (int, str)
        Excel row and id of the leads that go, the most recently active first.
    fields : tuple of FieldChange
    wanted : Wanted
    """

    master_row: int
    master_id: str
    others: tuple[tuple[int, str], ...]
    fields: tuple[FieldChange, ...]
    wanted: Wanted


def plan_merge(records: Records, wanted: Wanted, holds_formula: Callable[[int, str], bool]) -> MergePlan | str:
    """Work out one merge.

    Parameters
    ----------
    records : Records
    wanted : Wanted
    holds_formula : callable
        Tells for an Excel row and a header whether the cell holds a formula, which is never overwritten.

    Returns
    -------
    MergePlan or str
        A sentence when the leads cannot be told: one is gone, or several share an id.

    Notes
    -----
    A filled cell of the kept lead stays. A blank one takes the value of the lead that was active last; the dates of
    creation, first contact, MQL, SQL and opportunity become the earliest, Last Activity the latest. BANT answers,
    their evidence and notes are filled like any cell: what the others say besides stays in the Archive.
    """
    found: list[int] = []
    keys = folded_ids(records.leads)
    index = records.leads.frame.index.to_numpy()
    for lead_id in (wanted.master, *wanted.others):
        rows = index[keys == folded_id(lead_id)].tolist()
        if not rows:
            now = archived_ids(records.archive).get(folded_id(lead_id), "")
            why = f"was merged into {now} before; name that one" if now else "is not in the table of leads"
            return f"{lead_id} {why}, so nothing was merged."
        if len(rows) > 1:
            listed = ", ".join(map(str, rows))
            return f"{lead_id} stands on {len(rows)} rows ({listed}); give each lead an id of its own, then merge."
        found.append(int(rows[0]))
    if len(set(found[1:])) < len(found) - 1:
        twice = next(lead_id for lead_id, row in zip(wanted.others, found[1:], strict=True) if found[1:].count(row) > 1)
        return f"{twice} is named twice; name each lead once."
    if len(set(found)) < len(found):
        return f"{wanted.master} cannot be merged into itself; choose another lead to keep."
    master, *others = found
    ids = records.leads.frame["lead_id"]
    activity = _last_active(records, found)
    others.sort(key=lambda row: (-activity[row], row))
    fields = _fields(records, master, others, holds_formula)
    return MergePlan(
        master, str(ids.loc[master]), tuple((row, str(ids.loc[row])) for row in others), tuple(fields), wanted
    )


def _last_active(records: Records, rows: Sequence[int]) -> dict[int, float]:
    """Return when each lead was last active, as a number that grows with time."""
    frame = records.leads.frame
    keys = dict(zip(rows, (folded_id(one) for one in frame["lead_id"].loc[list(rows)].tolist()), strict=True))
    found = dict.fromkeys(rows, -np.inf)
    for row in rows:
        for name in ("last_activity", "created"):
            day = frame[name].loc[row]
            if not pd.isna(day):
                found[row] = pd.Timestamp(day).timestamp()
                break
    activities = records.activities
    if len(activities.frame):
        theirs = folded_ids(activities)
        days = activities.frame["date"]
        for row, key in keys.items():
            latest = days[theirs == key].max()
            if not pd.isna(latest):
                found[row] = max(found[row], pd.Timestamp(latest).timestamp())
    return found


def _fields(
    records: Records, master: int, others: Sequence[int], holds_formula: Callable[[int, str], bool]
) -> list[FieldChange]:
    leads = records.leads
    headers = {key: header for key, header in leads.headers.items() if key not in _LEFT_ALONE}
    own = {str(header): str(header) for header in leads.extra.columns}
    fields = {name: header for name, header in {**headers, **own}.items() if not holds_formula(master, header)}
    cells = _Cells(leads.raw, leads.extra, master, others)
    stages = leads.frame["stage_name"]
    found: dict[str, tuple[str, int, object]] = {}
    for row in others:
        for name, header in fields.items():
            value = cells.of(row, name)
            if not cells.lacks(name) or is_blank(value) or isinstance(value, CellError):
                continue
            if name in OF_THE_STAGE and name in headers and stages.loc[row] != stages.loc[master]:
                continue
            if all(_agrees(cells, row, name, parts) for parts in TOGETHER if name in parts and name in headers):
                found[header] = (name, row, value)
                cells.now[name] = value
    for key in (*EARLIEST, *LATEST):
        if key in headers and key in fields:
            best = _telling_day(leads, key, [master, *others], cells)
            if best is not None:
                day = pd.Timestamp(leads.frame[key].loc[best])
                found[fields[key]] = (key, best, _plain_day(day))
    ids = leads.frame["lead_id"]
    return [
        FieldChange(header, cells.old(name), value, str(ids.loc[row])) for header, (name, row, value) in found.items()
    ]


def _telling_day(leads: Typed, key: str, rows: Sequence[int], cells: _Cells) -> int | None:
    """Return the row whose date the kept lead (the first of ``rows``) takes; None when its own stays."""
    day, master = leads.frame[key], rows[0]
    if pd.isna(day.loc[master]) and not is_blank(cells.old(key)):
        return None  # what cannot be read is not overwritten
    known = [row for row in rows if not pd.isna(day.loc[row])]
    if not known:
        return None
    best = min(known, key=lambda row: day.loc[row]) if key in EARLIEST else max(known, key=lambda row: day.loc[row])
    return None if day.loc[best] == day.loc[master] else best


class _Cells:
    """The cells of the leads that become one, and what the kept one holds by now."""

    def __init__(self, raw: pd.DataFrame, extra: pd.DataFrame, master: int, others: Sequence[int]) -> None:
        rows = [master, *others]
        part = pd.concat([raw.loc[rows], extra.loc[rows]], axis=1)
        self._held: dict[int, Mapping[str, object]] = {
            row: dict(zip(part.columns, values, strict=True))
            for row, values in zip(rows, part.itertuples(index=False, name=None), strict=True)
        }
        self._master = master
        self.now = dict(self._held[master])

    def of(self, row: int, name: str) -> object:
        return self._held[row].get(name)

    def old(self, name: str) -> object:
        return self._held[self._master].get(name)

    def lacks(self, name: str) -> bool:
        return is_blank(self.now.get(name))


def _agrees(cells: _Cells, row: int, key: str, parts: tuple[str, ...]) -> bool:
    """Tell whether a lead says of a thing's other parts what the kept one says, as far as both say anything."""
    if key == "currency" and not cells.lacks("amount"):
        # A blank currency is the base currency, so it is not open once there is an amount.
        return cells.now.get("amount") == cells.of(row, "amount") and is_blank(cells.old("amount"))
    return all(
        cells.lacks(part) or is_blank(cells.of(row, part)) or _same(cells.now.get(part), cells.of(row, part))
        for part in parts
        if part != key
    )


def _same(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return folded_id(one) == folded_id(other)
    return one == other


def _plain_day(moment: pd.Timestamp) -> dt.date:
    day: dt.datetime = moment.to_pydatetime()
    return day if day.time() != dt.time() else day.date()
