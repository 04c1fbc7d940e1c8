"""Who may be written to today, and why each of the others may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.archived import archived_ids
from leadbook.analysis.kept import folded_ids
from leadbook.analysis.standing_touches import sum_touches
from leadbook.analysis.touches import days, is_blank, read_touches
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from leadbook.analysis.results import Scores, Standing
    from leadbook.analysis.touches import LeadKeys
    from leadbook.model.records import Records

WITHHELD: dict[str, str] = {
    "merged": "merged into another lead",
    "archived": "archived",
    "won": "won",
    "lost": "lost",
    "disqualified": "disqualified",
    "stage unknown": "in a stage that Settings does not know",
    "opted out": "opted out",
    "no address": "without an e-mail address",
    "bounced": "with mail that bounced",
    "our turn": "waiting for our own answer to theirs",
    "parked": "parked until later",
    "booked": "with a next step booked ahead",
    "too soon": "contacted within the cadence",
    "doubled": "with an address that another lead has",
}
"""Why no follow-up is written, the reason that is told where several hold first; each with how a sentence says it."""


def plan_follow_ups(records: Records, scores: Scores, standing: Standing, today: dt.date) -> pd.DataFrame:
    """Return for each lead whether a follow-up may be written today, and what it has to go by.

    Parameters
    ----------
    records : Records
    scores : Scores
    standing : Standing
    today : date

    Returns
    -------
    DataFrame, index as the leads
        ``withheld`` (a key of `WITHHELD`, "" for leads that may be written to), ``silent_days`` (days since the last
        touch, NaN for leads nobody has touched), ``contacted`` (bool), ``attempts`` (since the buyer last took part),
        ``last_kind`` (of `touches.KINDS`; "" where no activity is written down), ``last_touch``, ``last_proposal``,
        ``last_heard`` (the buyer took part), ``last_meeting`` and ``bounced_on`` (datetime64, NaT for none), and
        ``overdue_days`` (so long the longest cadence has passed, 0 within it and for parked leads).

    Notes
    -----
    Opting out and a bounce hold for an address, whichever row of it says so; a bounce, until a reply came in after it.
    A row of the Proposals table that says Sent is a touch on its day. It is our turn where the last touch came from the
    buyer. A parked lead is written to from its Revisit Date
    on, or from the day proposed for it. Everybody else is left alone for the Options' Cadence Min Days after the last
    touch, and while a next step or an activity is booked after today. Of several leads with one address, the one with
    the highest priority is written to.
    """
    frame, options = records.leads.frame, records.playbook.options
    now = np.datetime64(today, "D")
    read = scores.touches if scores.touches is not None and scores.touches.today == today else None
    read = read or read_touches(records, today)
    sums = sum_touches(records, read)
    last = _last_touches(read.frame, read.keys)
    sent = _sent(records, read.keys, now)
    # A proposal marked as sent is a touch, though no activity says so.
    answered = sent >= np.where(np.isnat(days(sums["last_touch"])), sent, days(sums["last_touch"]))
    last_touch = np.fmax(days(sums["last_touch"]), sent)
    silent = _days_between(last_touch, now)
    placed = standing.frame
    parked = placed["parked"].to_numpy()
    bounced_on = last["bounced_on"]
    email = frame["email"].to_numpy(dtype=object)
    merged, gone = _archived(records)
    classes = frame["stage_class"].to_numpy(dtype=object)
    look_again = np.where(np.isnat(days(frame["revisit_date"])), days(placed["revisit"]), days(frame["revisit_date"]))
    holds = {
        "merged": merged,
        "archived": gone,
        "won": classes == StageClass.WON.value,
        "lost": classes == StageClass.LOST.value,
        "disqualified": classes == StageClass.DISQUALIFIED.value,
        "stage unknown": (classes == "") & ~is_blank(frame["stage"]),
        "opted out": _of_address(email, frame["opt_out"].to_numpy()),
        "no address": email == "",
        "bounced": _of_address(email, ~np.isnat(bounced_on)),
        "our turn": last["theirs"].astype(bool) & ~answered,
        "parked": parked & (look_again > now),
        "booked": ~parked & ((days(frame["next_step_date"]) > now) | (days(sums["planned"]) > now)),
        "too soon": silent < options.cadence_min_days,
    }
    withheld = np.select(list(holds.values()), list(holds), "").astype(object)
    withheld[_doubled(email, withheld, placed["priority"].to_numpy(dtype=float))] = "doubled"
    return pd.DataFrame(
        {
            "withheld": pd.Series(withheld, frame.index, dtype="str"),
            "silent_days": silent,
            "contacted": ~np.isnat(last_touch) | sums["answered"].to_numpy(),
            "attempts": sums["attempts"].to_numpy(),
            "last_kind": pd.Series(np.where(answered, "proposal", last["kind"]), frame.index, dtype="str"),
            "last_touch": last_touch.astype("datetime64[s]"),
            "last_proposal": np.fmax(days(sums["proposal"]), sent).astype("datetime64[s]"),
            "last_heard": sums["two_way"],
            "last_meeting": last["met"].astype("datetime64[s]"),
            "bounced_on": bounced_on.astype("datetime64[s]"),
            "overdue_days": np.where(parked, 0.0, np.fmax(np.nan_to_num(silent - options.cadence_max_days), 0.0)),
        },
        index=frame.index,
    )


def _last_touches(touches: pd.DataFrame, keys: LeadKeys) -> dict[str, npt.NDArray[np.generic]]:
    """Return each lead's last completed activity, its last meeting, and the bounce nothing has come after."""
    done = touches[touches["done"].to_numpy()].sort_values("at", kind="stable")
    codes, kinds = done["code"].to_numpy(), done["kind"].to_numpy(dtype=object)
    theirs = done["inbound"].to_numpy() | np.isin(kinds, ("reply", "request"))
    said = ~done["bounced"].to_numpy() & (kinds != "note")
    # Of several values for one place numpy keeps the last, which is the latest.
    kind = np.full(len(keys.names), "", dtype=object)
    kind[codes[said]] = kinds[said]
    turn = np.zeros(len(keys.names), dtype=bool)
    turn[codes[said]] = theirs[said]
    day = days(done["day"])
    met = np.isin(kinds, ("meeting", "demo"))
    replied = (kinds == "reply") & ~done["bounced"].to_numpy()
    never = np.full(len(keys.names), np.datetime64("NaT", "D"))
    met_on, bounced_on, replied_on = never.copy(), never.copy(), never.copy()
    met_on[codes[met]] = day[met]
    bounced = (touches["bounced"] & (touches["age_days"] >= 0)).to_numpy()
    returned = touches[bounced].sort_values("at", kind="stable")
    bounced_on[returned["code"].to_numpy()] = days(returned["day"])
    replied_on[codes[replied]] = day[replied]
    bounced_on[replied_on > bounced_on] = np.datetime64("NaT", "D")
    blank = np.datetime64("NaT", "D")
    return {
        "kind": keys.spread(kind, ""),
        "theirs": keys.spread(turn, False),
        "met": keys.spread(met_on, blank),
        "bounced_on": keys.spread(bounced_on, blank),
    }


def _sent(records: Records, keys: LeadKeys, now: np.datetime64) -> npt.NDArray[np.datetime64]:
    """Return the day of each lead's last proposal that its table says was sent, NaT for none."""
    latest = np.full(len(keys.names), np.iinfo(np.int64).min, dtype=np.int64)
    table = records.proposals
    if table is not None and {"date", "status"} <= set(table.places):
        day, codes = days(table.frame["date"]), keys.of(table.frame["lead_id"])
        said = table.frame["status"].str.contains(r"\bsent\b", case=False, regex=True).to_numpy(dtype=bool)
        known = (codes >= 0) & said & (day <= now)
        np.maximum.at(latest, codes[known], day[known].astype(np.int64))
    return np.asarray(keys.spread(latest.astype("datetime64[D]"), np.datetime64("NaT", "D")))


def _archived(records: Records) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Tell which leads the Archive has as merged into another, and which it has at all."""
    ids = folded_ids(records.leads)
    gone = set(folded_ids(records.archive)) - {""}
    merged = set(archived_ids(records.archive))
    return (
        np.fromiter((one in merged for one in ids), bool, len(ids)),
        np.fromiter((one in gone for one in ids), bool, len(ids)),
    )


def _of_address(email: npt.NDArray[np.object_], held: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Tell which leads share their address with one of which something holds, themselves among them."""
    codes, _ = pd.factorize(email)
    count = np.bincount(codes, weights=held & (email != ""), minlength=1)
    return np.asarray(held | ((email != "") & (count[codes] > 0)), dtype=bool)


def _doubled(
    email: npt.NDArray[np.object_], withheld: npt.NDArray[np.object_], priority: npt.NDArray[np.float64]
) -> npt.NDArray[np.intp]:
    """Return the leads that may be written to but whose address a more pressing one has."""
    places = np.flatnonzero(withheld == "")
    order = places[np.argsort(-np.nan_to_num(priority[places], nan=-1.0), kind="stable")]
    first = ~pd.Series(email[order]).duplicated().to_numpy()
    return order[~first]


def _days_between(day: npt.NDArray[np.datetime64], now: np.datetime64) -> npt.NDArray[np.float64]:
    age = (now - day).astype("timedelta64[D]")
    return np.where(np.isnat(age), np.nan, age.astype(np.float64))
