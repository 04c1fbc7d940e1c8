"""Where each lead stands today: stage, chance, silence, flags, what to do next and how much it matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.chance import categories, chances, stage_table
from leadbook.analysis.expiring import offers_end
from leadbook.analysis.flags import name_flags, raise_flags
from leadbook.analysis.handing_over import take_over
from leadbook.analysis.lifecycle import lifecycles, read_past
from leadbook.analysis.next_action import next_actions
from leadbook.analysis.nurture import plan_nurture
from leadbook.analysis.outlook.staleness import find_old
from leadbook.analysis.outlook.timing import time_wins
from leadbook.analysis.priority import priorities
from leadbook.analysis.results import Standing
from leadbook.analysis.sla import first_contact
from leadbook.analysis.sla_calendars import calendars
from leadbook.analysis.standing_touches import sum_touches
from leadbook.analysis.touches import days, is_blank, read_touches
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from leadbook.analysis.results import Scores
    from leadbook.analysis.touches import Touches
    from leadbook.analysis.winning.leads import Wins
    from leadbook.model.records import Records

# The roll-up stages that nobody reaches without having been contacted.
_AFTER_CONTACT = frozenset({"Qualification", "Meetings", "Proposals", "Closing"})


def stand(records: Records, scores: Scores, today: dt.date, wins: Wins | None = None) -> Standing:
    """Return where every lead stands today.

    Parameters
    ----------
    records : Records
    scores : Scores
    today : date
    wins : Wins or None
        What the workbook's outcomes teach about its open leads; None takes the stage's chance.

    Returns
    -------
    Standing

    Notes
    -----
    A lead is open when its stage is of class open, or blank. One whose stage is not in the playbook is not
    counted as open, as nobody can tell; its next action asks for the stage.
    """
    frame, playbook = records.leads.frame, records.playbook
    now = np.datetime64(today, "D")
    read = _touches(records, scores, today)
    keys = read.keys
    facts = pd.concat(
        [
            stage_table(frame["stage_name"], playbook),
            sum_touches(records, read),
            read_past(records, keys, today),
            scores.frame[["temperature", "total"]],
        ],
        axis=1,
    )
    facts["open"] = _are_open(frame)
    last_touch = days(facts["last_touch"])
    silent_since = np.where(np.isnat(last_touch), days(frame["created"]), last_touch)
    silent_since = np.where(silent_since > now, np.datetime64("NaT", "D"), silent_since)
    facts["silent_since"] = silent_since.astype("datetime64[s]")
    facts["silent_days"] = _age(last_touch, now)
    facts["quiet_days"] = _age(silent_since, now)
    facts["days_in_stage"] = _age(days(facts["stage_since"]), now)
    facts["in_stage_least_days"] = _age(days(facts["in_stage_from"]), now)
    _add_response(facts, records, today)
    win, win_source = chances(frame, facts["probability"].to_numpy())
    # What formulas weigh with: the override or the stage's, whatever history makes of the chance afterwards.
    facts["stage_win"] = win
    if wins is not None:
        names = frame["stage_name"].to_numpy(dtype=object)
        win, win_source = wins.blend(names, facts["open"].to_numpy(), win, win_source)
    facts["base_win"] = win
    facts["win"] = win
    facts["win_source"] = pd.Series(win_source, frame.index, dtype="str")
    timing = time_wins(records, facts, today)
    facts["win"], facts["win_30d"] = timing.win, timing.win_30d
    facts = pd.concat([facts, find_old(records, facts, timing.courses, timing.limits)], axis=1)
    facts["lifecycle"] = pd.Series(
        lifecycles(records, scores, facts, facts["order"].to_numpy(), today), frame.index, dtype="str"
    )
    facts["category"] = pd.Series(
        categories(frame, facts["category"], facts["pushes"].to_numpy()), frame.index, dtype="str"
    )
    facts = pd.concat([facts, plan_nurture(records, scores, facts, read)], axis=1)
    facts["offer_ends"] = offers_end(records, keys).astype("datetime64[s]")
    flags = raise_flags(records, keys, facts, today)
    facts = pd.concat([facts.drop(columns="reengaged"), flags], axis=1)
    facts["flags"] = pd.Series(name_flags(flags), frame.index, dtype="str")
    facts["assign_to"] = _assign_to(records, scores, today)
    facts = pd.concat([facts, take_over(records, scores, facts, today)], axis=1)
    facts["next_action"] = pd.Series(next_actions(records, facts, today), frame.index, dtype="str")
    priority, reason = priorities(records, facts, today)
    facts["priority"] = priority
    facts["priority_reason"] = pd.Series(reason, frame.index, dtype="str")
    return Standing(facts[list(STANDING_COLUMNS)], timing)


def stand_waiting(records: Records, scores: Scores, today: dt.date) -> pd.DataFrame:
    """Return of `stand` what tells who waits for a first contact, and nothing that takes longer to work out.

    Parameters
    ----------
    records : Records
        Of n leads.
    scores : Scores
        Their scores on the same day, from ``analysis.score``.
    today : date
        The day up to which, itself included, is looked.

    Returns
    -------
    DataFrame, index as the leads
        n rows: ``open`` (bool), ``sla_hours`` and ``sla_limit_hours`` (working hours, NaN for none),
        ``sla_status``, ``sla_step``, ``take_over`` and ``take_over_why`` (text), besides what they rest on.
    """
    frame = records.leads.frame
    facts = pd.concat(
        [
            stage_table(frame["stage_name"], records.playbook),
            sum_touches(records, _touches(records, scores, today)),
            scores.frame[["temperature"]],
        ],
        axis=1,
    )
    facts["open"] = _are_open(frame)
    _add_response(facts, records, today)
    return pd.concat([facts, take_over(records, scores, facts, today)], axis=1)


def _touches(records: Records, scores: Scores, today: dt.date) -> Touches:
    read = scores.touches
    return read if read is not None and read.today == today else read_touches(records, today)


def _are_open(frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    stage_class = frame["stage_class"].to_numpy(dtype=object)
    blank_stage = (stage_class == "") & is_blank(frame["stage"])
    return np.asarray((stage_class == StageClass.OPEN.value) | blank_stage, dtype=bool)


def _add_response(facts: pd.DataFrame, records: Records, today: dt.date) -> None:
    response = time_to_first_contact(records, facts, today)
    facts["sla_hours"] = response["hours"].to_numpy()
    facts["sla_limit_hours"] = response["limit_hours"].to_numpy()
    facts["sla_status"] = response["status"].to_numpy()
    facts["sla_step"] = response["step"].to_numpy()


STANDING_COLUMNS = (
    "lifecycle", "category", "stage_win", "base_win", "win", "win_source", "win_30d", "stage_since", "days_in_stage",
    "in_stage_least_days", "last_touch", "silent_days", "pushes", "open", "stale", "stalled", "dead",
    "overdue", "no_next_step", "wrong_stage", "padding", "sla_late", "sla_status", "sla_step", "sla_hours",
    "sla_limit_hours", "old", "old_days", "old_limit", "old_in_stage", "missing", "evidence", "flags", "next_action",
    "priority", "priority_reason", "parked", "track", "buyer_stage", "revisit", "reengaged", "back_on", "recycle",
    "expires", "offer_ends", "assign_to", "take_over", "take_over_why",
)  # fmt: skip


def _assign_to(records: Records, scores: Scores, today: dt.date) -> pd.Series[str]:
    """Return whom each lead without an owner should go to, "" while routing is off."""
    rows = records.leads.frame.index
    if records.playbook.options.routing == "off":
        return pd.Series("", rows, dtype="str")
    from leadbook.analysis.routing import route  # noqa: PLC0415 - few teams switch it on

    routed = route(records, scores, today)
    return pd.Series([routed[row].sentence if row in routed else "" for row in rows.tolist()], rows, dtype="str")


def time_to_first_contact(records: Records, facts: pd.DataFrame, today: dt.date) -> pd.DataFrame:
    """Return `first_contact` for every lead.

    A lead counts as contacted nobody knows when if nothing dates the first attempt, but it has a last
    activity, the buyer has answered, or its stage is entered on the first contact or comes after it, as do those that
    roll up to a later stage than the first contact.
    """
    frame, playbook = records.leads.frame, records.playbook
    contact_from = min(
        (
            stage.order
            for stage in playbook.open_stages
            if stage.entered_on == "first_contacted" or stage.roll_up in _AFTER_CONTACT
        ),
        default=np.inf,
    )
    sometime = facts["answered"].to_numpy() | (facts["order"].to_numpy() >= contact_from)
    sometime |= days(frame["last_activity"]) <= np.datetime64(today, "D")
    created = frame["created"].to_numpy().astype("datetime64[s]")
    contacted = facts["contacted"].to_numpy().astype("datetime64[s]")
    temperature = facts["temperature"].to_numpy(dtype=object)
    parts = [
        first_contact(
            created[who], contacted[who], temperature[who], sometime[who], sla_hours=playbook.sla_hours,
            options=playbook.options, holidays=free, today=today,
        ).set_axis(who)
        for who, free in calendars(records, today)
    ]  # fmt: skip
    return parts[0] if len(parts) == 1 else pd.concat(parts).sort_index()


def _age(day: npt.NDArray[np.datetime64], now: np.datetime64) -> npt.NDArray[np.float64]:
    age = (now - day).astype("timedelta64[D]")
    return np.where(np.isnat(age), np.nan, age.astype(np.float64))
