"""What to do next with each lead, in one sentence."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.flags import LONG_SILENCE
from leadbook.analysis.handing_over import REASSIGN
from leadbook.analysis.outlook.staleness import explain_limit
from leadbook.analysis.touches import days, is_blank
from leadbook.model.counts import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from leadbook.model.records import Records

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CLOSE_SOON_DAYS = 7
_LONGEST_STEP = 60
_DAY_BITS = 20  # of a number that holds attempts and days: more than any calendar has


def next_actions(records: Records, facts: pd.DataFrame, today: dt.date) -> npt.NDArray[np.object_]:
    """Return one sentence for each lead, by the most pressing thing about it.

    Parameters
    ----------
    records : Records
    facts : DataFrame, index as the leads
        Everything that `stand` found out so far.
    today : date

    Returns
    -------
    array of str, shape (n leads,)
        "" for won, lost and disqualified leads. Each begins with words of our own; a seller's text follows
        them cleaned and shortened.

    Notes
    -----
    In this order: an unknown stage; whom a lead without an owner goes to; the
    first contact (SLA); a buyer who is back; dead; the next step overdue or due
    today; a proposal that ends; close date passed;
    stale; stalled; a wrong stage; no next step; a close date near; padding; the next step ahead.
    """
    frame = records.leads.frame
    now = np.datetime64(today, "D")
    made = np.full(len(frame), "", dtype=object)
    todo = facts["open"].to_numpy().copy()

    def say(where: npt.NDArray[np.bool_], text: Callable[[npt.NDArray[np.intp]], object]) -> None:
        nonlocal todo
        hit = np.flatnonzero(todo & where)
        made[hit] = text(hit)
        todo[hit] = False

    stage_class = frame["stage_class"].to_numpy(dtype=object)
    unknown = (stage_class == "") & ~is_blank(frame["stage"])
    made[unknown] = "Choose a stage: the one typed is not in Settings"
    _say_nurture(made, frame, facts, now, today)
    routed = facts["assign_to"].to_numpy(dtype=object)
    say(routed != "", lambda hit: routed[hit])
    status = facts["sla_status"].to_numpy(dtype=object)
    say((status == "overdue") | (status == "not yet due"), lambda hit: _first_contact(facts, hit))
    back_on = days(facts["back_on"])
    say(
        facts["reengaged"].to_numpy(),
        lambda hit: _dated("Answer now: the buyer is back since ", back_on[hit], "", today),
    )
    say(facts["dead"].to_numpy(), lambda hit: _dead(facts, hit))
    step_day = days(frame["next_step_date"])
    steps = frame["next_step"].to_numpy(dtype=object)
    say(facts["overdue"].to_numpy(), lambda hit: _with_step("Overdue since ", step_day, steps, hit, today))
    say(step_day == now, lambda hit: _with_step("Today", None, steps, hit, today))
    ends = days(facts["offer_ends"])
    expires = facts["expires"].to_numpy()
    say(expires & (ends < now), lambda hit: _dated("Send a new proposal: the last one ended ", ends[hit], "", today))
    say(expires, lambda hit: _dated("Ask for the decision: the proposal ends ", ends[hit], "", today))
    close = days(frame["close_date"])
    say(close < now, lambda hit: _dated("Confirm the close date: ", close[hit], " has passed", today))
    say(facts["stale"].to_numpy(), lambda hit: _stale(facts, hit, today))
    say(facts["stalled"].to_numpy(), lambda hit: _stalled(facts, hit))
    say(
        facts["missing"].to_numpy(dtype=object) != "",
        lambda hit: _each(facts["missing"].to_numpy(dtype=object)[hit], _ask),
    )
    say(
        facts["evidence"].to_numpy(dtype=object) != "",
        lambda hit: _each(facts["evidence"].to_numpy(dtype=object)[hit], lambda text: f"Move the stage on: {text}"),
    )
    say(facts["no_next_step"].to_numpy(), lambda hit: np.full(len(hit), "Set a next step", dtype=object))
    soon = (close >= now) & (close <= now + np.timedelta64(CLOSE_SOON_DAYS, "D"))
    say(soon, lambda hit: _dated("Confirm the close date ", close[hit], "", today))
    say(
        facts["padding"].to_numpy(),
        lambda hit: np.full(len(hit), "Log evidence, or lower the amount or chance", dtype=object),
    )
    say(step_day > now, lambda hit: _with_step("Next on ", step_day, steps, hit, today))
    say(
        ~np.isnat(days(facts["planned"])),
        lambda hit: _dated("Prepare the activity planned on ", days(facts["planned"])[hit], "", today),
    )
    say(todo, lambda hit: _with_step("Put a date on the next step", None, steps, hit, today))
    return made


def _say_nurture(
    made: npt.NDArray[np.object_], frame: pd.DataFrame, facts: pd.DataFrame, now: np.datetime64, today: dt.date
) -> None:
    parked = facts["parked"].to_numpy()
    revisit, proposed = days(frame["revisit_date"]), days(facts["revisit"])
    on_track = _each(facts["track"].to_numpy(dtype=object), lambda track: f" ({track})" if track else "")
    waited = np.flatnonzero(parked & np.isnat(revisit) & (proposed <= now))
    made[waited] = "Look at it again now and set the next revisit date" + on_track[waited]
    blank = np.flatnonzero(parked & np.isnat(revisit) & ~(proposed <= now))
    made[blank] = _dated("Set a revisit date, such as ", proposed[blank], "", today) + on_track[blank]
    due = np.flatnonzero(parked & (revisit <= now))
    made[due] = _dated("Revisit now: due ", revisit[due], "", today) + on_track[due]
    later = np.flatnonzero(parked & (revisit > now))
    made[later] = _dated("Leave parked until ", revisit[later], "", today) + on_track[later]
    dead = np.flatnonzero(parked & facts["dead"].to_numpy())
    made[dead] = _dead(facts, dead)
    back = np.flatnonzero(parked & facts["reengaged"].to_numpy())
    made[back] = _dated("Answer and reopen: the buyer is back since ", days(facts["back_on"])[back], "", today)


def _first_contact(facts: pd.DataFrame, hit: npt.NDArray[np.intp]) -> npt.NDArray[np.object_]:
    parts = zip(
        facts["temperature"].to_numpy(dtype=object)[hit], facts["sla_limit_hours"].to_numpy()[hit].tolist(),
        facts["sla_hours"].to_numpy()[hit].tolist(),
        *(facts[key].to_numpy(dtype=object)[hit] for key in ("sla_step", "take_over", "take_over_why")), strict=True,
    )  # fmt: skip
    made = np.empty(len(hit), dtype=object)
    known: dict[tuple[str, float, float, str, str, str], str] = {}
    for place, (temperature, limit, waited, *rest) in enumerate(parts):
        combination = (temperature, limit, round(waited), *rest)
        if combination not in known:
            known[combination] = _first_contact_sentence(*combination)
        made[place] = known[combination]
    return made


def _first_contact_sentence(  # noqa: PLR0917 - what a sentence is made of, in its order
    temperature: str, limit: float, waited: float, step: str, rep: str, why: str
) -> str:  # fmt: skip
    lead = f"{temperature} lead, SLA {limit:g} h"
    if step == "reassign":
        if rep:
            return f"{REASSIGN}{rep}: {lead}, waiting {waited:g} h"
        if why:
            return f"Call now: {lead}, waiting {waited:g} h; nobody fits to take it over ({why})"
        return f"Call now or reassign: {lead}, waiting {waited:g} h"
    if step == "escalated" or waited >= limit:
        return f"Call now: {lead} has passed"
    if temperature == "hot":
        return f"Call within the hour: {lead}" if limit <= 1 else f"Call today: {lead}"
    return f"Make the first contact: {lead}"


def _dead(facts: pd.DataFrame, hit: npt.NDArray[np.intp]) -> npt.NDArray[np.object_]:
    tries = facts["attempts"].to_numpy()[hit].astype(np.int64)
    silence = facts["unanswered_days"].to_numpy()[hit].astype(np.int64)
    return _each(
        tries << _DAY_BITS | silence,
        lambda both: (
            f"Archive as dead or say why not: {both >> _DAY_BITS} attempts and "
            f"{counted(both & (1 << _DAY_BITS) - 1, 'day')} without an answer"
        ),
    )


def _stale(facts: pd.DataFrame, hit: npt.NDArray[np.intp], today: dt.date) -> npt.NDArray[np.object_]:
    old = facts["old"].to_numpy()[hit]
    made = np.empty(len(hit), dtype=object)
    made[~old] = _silent(facts, hit[~old])
    ages = facts.iloc[hit[old]][["old_days", "old_limit", "old_in_stage"]]
    codes, distinct = pd.factorize(pd.MultiIndex.from_frame(ages))
    texts = [
        f"Move to Nurture or close: {explain_limit(spent, limit, in_stage=bool(in_stage))}"
        for spent, limit, in_stage in distinct
    ]
    made[old] = np.array(texts, dtype=object)[codes] if texts else made[old]
    proposed = days(facts["revisit"])[hit]
    parking = np.flatnonzero(facts["recycle"].to_numpy()[hit] & ~np.isnat(proposed))
    made[parking] = made[parking] + _dated("; look again ", proposed[parking], "", today)
    return made


def _silent(facts: pd.DataFrame, hit: npt.NDArray[np.intp]) -> npt.NDArray[np.object_]:
    silent = facts["quiet_days"].to_numpy()[hit].astype(np.int64)
    long = silent >= LONG_SILENCE * facts["stale_days"].to_numpy()[hit]
    return _each(
        np.where(long, -silent, silent),
        lambda count: (
            f"Move to Nurture or close: silent {counted(-count, 'day')}"
            if count < 0
            else f"Follow up: silent {counted(count, 'day')}"
        ),
    )


def _stalled(facts: pd.DataFrame, hit: npt.NDArray[np.intp]) -> npt.NDArray[np.object_]:
    taken = facts["in_stage_least_days"].to_numpy()[hit].astype(np.int64)
    expected = facts["expected_days"].to_numpy()[hit]
    known: dict[tuple[int, float], str] = {}
    made = np.empty(len(hit), dtype=object)
    for place, pair in enumerate(zip(taken.tolist(), expected.tolist(), strict=True)):
        if pair not in known:
            known[pair] = f"Unblock it or move it back: {counted(pair[0], 'day')} in the stage, {pair[1]:g} expected"
        made[place] = known[pair]
    return made


def _ask(missing: str) -> str:
    """Return what to do about the first things that a stage lacks."""
    names = missing.split(", ")
    if names == ["Next Step"]:
        return "Set a next step"
    answers = [name for name in names if name in {"Budget", "Authority", "Need", "Timeline", "BANT Evidence"}]
    if answers:
        return f"Log BANT evidence: {_first_of(answers)} blank"
    asks = {
        "Signer": "Ask who signs",
        "Amount": "Ask for the budget and fill in Amount",
        "Close Date": "Ask when they decide",
    }
    for name, ask in asks.items():
        if name in names:
            return ask
    return f"Fill in {_first_of(names)}"


def _first_of(names: list[str], most: int = 3) -> str:
    """Return the first few names, the rest counted: a next action is read at a glance."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def _each(keys: npt.NDArray[np.generic], sentence: Callable[..., str]) -> npt.NDArray[np.object_]:
    """Return a sentence for each key, made once for each distinct one."""
    codes, distinct = pd.factorize(keys)
    return np.array([sentence(key) for key in distinct], dtype=object)[codes]


def _dated(head: str, moments: npt.NDArray[np.datetime64], tail: str, today: dt.date) -> npt.NDArray[np.object_]:
    return _each(moments.astype(np.int64), lambda day: f"{head}{_day_text(int(day), today)}{tail}")


def _day_text(day: int, today: dt.date) -> str:
    """Return ``3 Nov``, with the year when it is not this one; in English whatever the machine's locale."""
    date = dt.date(1970, 1, 1) + dt.timedelta(days=day)
    year = "" if date.year == today.year else f" {date.year}"
    return f"{date.day} {MONTHS[date.month - 1]}{year}"


def _with_step(
    head: str,
    moments: npt.NDArray[np.datetime64] | None,
    steps: npt.NDArray[np.object_],
    hit: npt.NDArray[np.intp],
    today: dt.date,
) -> npt.NDArray[np.object_]:
    heads = np.full(len(hit), head, dtype=object) if moments is None else _dated(head, moments[hit], "", today)
    return np.asarray(heads + _each(steps[hit], _step_text), dtype=object)


def _step_text(step: object) -> str:
    """Return a seller's next step as the end of a sentence: one line, shortened, never at its beginning."""
    text = " ".join(str(step).split())
    if not text.isprintable():
        text = "".join(letter for letter in text if letter.isprintable())
    if len(text) > _LONGEST_STEP:
        text = text[: _LONGEST_STEP - 1].rstrip() + "…"
    return f": {text}" if text else ""
