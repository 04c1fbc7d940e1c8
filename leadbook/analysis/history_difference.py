"""What changed between two days: lead by lead, and the open pipeline step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct, structs

from leadbook.analysis.history import changes
from leadbook.analysis.history_states import first_day, lacks_history, last_rows, read_changes
from leadbook.analysis.kept import folded_ids
from leadbook.analysis.measure_visits import place_stages, rank_stages
from leadbook.analysis.measure_waterfall import residual, waterfall
from leadbook.analysis.touches import fold
from leadbook.model.cells import cell_text
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from leadbook.analysis.periods import Period
    from leadbook.model.records import Records

KINDS = (
    "won", "lost", "new", "reopened", "moved forward", "moved back", "amount up", "amount down", "pushed out",
    "pulled in", "reassigned", "parked or disqualified", "removed",
)  # fmt: skip
"""What may have happened to a lead, in the order in which it is told; one lead may be in several."""
_PARKED = (StageClass.NURTURE.value, StageClass.DISQUALIFIED.value)


class Difference(Struct, frozen=True):
    """What changed from the end of one day to the end of another.

    Parameters
    ----------
    since, until : date
    why_not : str
        Why it cannot be told, "" when it can; then the frames are empty.
    told : DataFrame, one row for each lead and kind, by kind and then the largest amount first
        ``kind`` (one of `KINDS`), ``lead_id``, ``company`` (of a lead that has left: as the Archive has it, "" where
        it is not there), ``owner``, ``amount`` (what the kind is worth in base currency: the amount now, of lost and
        removed ones the amount then, of amounts the difference; NaN where unknown), ``stage_from``, ``stage_to``,
        ``amount_from``, ``amount_to``, ``close_from``, ``close_to``, ``owner_from``, ``owner_to``, ``event`` (the
        last one, such as "archived").
    steps : DataFrame
        As `waterfall` returns them.
    changed : int
        How many leads changed at all.
    """

    since: dt.date
    until: dt.date
    why_not: str
    told: pd.DataFrame
    steps: pd.DataFrame
    changed: int = 0

    @property
    def residual(self) -> float:
        """What the waterfall leaves unexplained."""
        return residual(self.steps) if len(self.steps) else 0.0


def with_present(records: Records, standing: pd.DataFrame, today: dt.date) -> Records:
    """Return the records with what a refresh today would add to History, so that it tells today's state too."""
    rows = changes(records.history, records.leads, standing, today, playbook=records.playbook, archive=records.archive)
    if rows.empty:
        return records
    held = records.history.frame
    first = int(held.index.max()) + 1 if len(held) else 2
    rows.index = pd.RangeIndex(first, first + len(rows), name="row")
    frame = pd.concat([held, rows.astype(held.dtypes.to_dict())]) if len(held) else rows
    return structs.replace(records, history=structs.replace(records.history, frame=frame))


def differ(
    records: Records, since: dt.date, until: dt.date, *, owner: str = "", period: Period | None = None
) -> Difference:
    """Return what changed between the ends of two days.

    Parameters
    ----------
    records : Records
    since, until : date
        Both inclusive: changes on ``since`` are part of where it starts.
    owner : str
        Only leads that were this seller's on either day, whatever the case; "" for all.
    period : Period or None
        The waterfall is that of deals due in this period; None takes all open deals.

    Returns
    -------
    Difference

    Notes
    -----
    Two states are compared, so a lead that moved and came back between the two days did not change. ``new`` are leads
    that were not there; ``reopened`` are in an open stage now and were won, lost, disqualified or parked; forward and
    back is told of leads in an open stage on both days; pushed out and pulled in of leads open now, by the day of the
    close date. Money is at present rates, so that a new rate changes nothing.
    """
    table = read_changes(records, until)
    why_not = lacks_history(first_day(table), since)
    if why_not:
        return Difference(since, until, why_not, pd.DataFrame(), pd.DataFrame())
    rank = rank_stages(records.playbook)[place_stages(table["stage"], records.playbook)]
    table = table.assign(rank=rank)
    was, now = (table.iloc[last_rows(table, day)].set_index("key") for day in (since, until))
    if owner:
        mine = {key for side in (was, now) for key in side.index[fold(side["owner"]) == owner.casefold()]}
        was, now = was[was.index.isin(mine)], now[now.index.isin(mine)]
    kept = ["stage_class", "probability", "amount", "close_date"]
    steps = waterfall(was[kept], now[kept], period)
    ids = was.index.union(now.index, sort=False)
    left = table[table["gone"].to_numpy()].drop_duplicates("key", keep="last").set_index("key")["event"]
    sides = _Sides(was.reindex(ids), now.reindex(ids), ids.isin(was.index), ids.isin(now.index))
    told = [_lines(kind, mask, sides) for kind, mask in sides.kinds().items() if mask.any()]
    if not told:
        return Difference(since, until, "", pd.DataFrame(), steps)
    frame = pd.concat(told, ignore_index=True)
    frame["company"] = _companies(records).reindex(frame["key"]).fillna("").to_numpy()
    gone = (frame["kind"] == "removed").to_numpy()
    frame["event"] = np.where(gone, left.reindex(frame["key"]).fillna("").to_numpy(dtype=object), frame["event"])
    return Difference(since, until, "", frame.drop(columns="key"), steps, int(frame["key"].nunique()))


class _Sides:
    """The two states along the same leads."""

    def __init__(
        self, was: pd.DataFrame, now: pd.DataFrame, before: npt.NDArray[np.bool_], after: npt.NDArray[np.bool_]
    ) -> None:
        self.was, self.now, self.before, self.after = was, now, before, after

    def kinds(self) -> dict[str, npt.NDArray[np.bool_]]:
        """Return which leads each kind is told of."""
        was, now, both = self.was, self.now, self.before & self.after
        start, end = (side["stage_class"].fillna("").to_numpy(dtype=object) for side in (was, now))
        was_open, is_open = self.before & (start == StageClass.OPEN.value), self.after & (end == StageClass.OPEN.value)
        is_won, is_lost = end == StageClass.WON.value, end == StageClass.LOST.value
        step = now["rank"].to_numpy(dtype=float) - was["rank"].to_numpy(dtype=float)
        ranked = was_open & is_open & (was["rank"] >= 0).to_numpy() & (now["rank"] >= 0).to_numpy()
        one, other = (np.round(side["amount"].to_numpy(dtype=float), 2) for side in (was, now))
        # An amount typed in for the first time is one that went up from nothing.
        worth = np.nan_to_num(other) - np.nan_to_num(one)
        counted = both & (was_open | is_open) & ~is_lost
        close = (now["close_date"] - was["close_date"]).dt.days.to_numpy(dtype=float)
        found = {
            "won": is_won & (start != StageClass.WON.value),
            "lost": is_lost & (start != StageClass.LOST.value),
            "new": self.after & ~self.before,
            "reopened": both & is_open & ~was_open & (start != ""),
            "moved forward": ranked & (step > 0),
            "moved back": ranked & (step < 0),
            "amount up": counted & (worth > 0),
            "amount down": counted & (worth < 0),
            "pushed out": both & is_open & (close > 0),
            "pulled in": both & is_open & (close < 0),
            "reassigned": both & (fold(was["owner"].fillna("")) != fold(now["owner"].fillna(""))),
            "parked or disqualified": np.isin(end, _PARKED) & was_open,
            "removed": self.before & ~self.after,
        }
        return {kind: np.asarray(found[kind], dtype=bool) for kind in KINDS}


def _lines(kind: str, mask: npt.NDArray[np.bool_], sides: _Sides) -> pd.DataFrame:
    """Return the lines of one kind, the largest first."""
    was, now = sides.was[mask], sides.now[mask]
    ends = now["lead_id"].isna().to_numpy()
    one, other = was["amount"].to_numpy(dtype=float), now["amount"].to_numpy(dtype=float)
    if kind in {"amount up", "amount down"}:
        worth = np.nan_to_num(other) - np.nan_to_num(one)
    else:
        worth = np.where(np.isnan(one) | (kind not in {"lost", "removed"}), other, one)
        worth = np.where(ends, one, worth)
    lines = pd.DataFrame({
        "kind": kind, "key": was.index.to_numpy(dtype=object),
        "lead_id": _text(now["lead_id"].where(~ends, was["lead_id"])),
        "owner": _text(now["owner"].where(~ends, was["owner"])), "amount": worth,
        "stage_from": _text(was["stage"]), "stage_to": _text(now["stage"]), "amount_from": one, "amount_to": other,
        "close_from": was["close_date"].to_numpy(), "close_to": now["close_date"].to_numpy(),
        "owner_from": _text(was["owner"]), "owner_to": _text(now["owner"]), "event": _text(now["event"]),
    })  # fmt: skip
    order = np.lexsort((lines["lead_id"].to_numpy(dtype=object).astype(str), -np.nan_to_num(np.abs(worth))))
    return lines.iloc[order]


def _companies(records: Records) -> pd.Series[str]:
    """Return the company of each folded lead id: as Leads has it, else as the Archive's last row of it has."""
    there: pd.Series[str] = pd.Series(
        records.leads.frame["company"].to_numpy(), index=folded_ids(records.leads), dtype=object
    )
    there = there[~there.index.duplicated()]
    # The Archive keeps a lead's cells under the headers that they have in Leads.
    header = records.leads.headers.get("company", "")
    if header not in records.archive.extra.columns:
        return there
    kept = [cell_text(cell) for cell in records.archive.extra[header].tolist()]
    left: pd.Series[str] = pd.Series(kept, index=folded_ids(records.archive), dtype=object)
    left = left[~left.index.duplicated(keep="last")]
    return pd.concat([there, left[~left.index.isin(there.index)]])


def _text(cells: pd.Series[str]) -> npt.NDArray[np.object_]:
    return cells.fillna("").to_numpy(dtype=object)
