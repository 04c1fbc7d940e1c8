"""The flags of open leads: what has gone quiet, stuck, late or unlikely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.lifecycle import bant_passed
from leadbook.analysis.score_fit import label_of, lead_cells
from leadbook.analysis.touches import days, fold, is_blank
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from leadbook.analysis.touches import LeadKeys
    from leadbook.model.playbook import Playbook, Stage
    from leadbook.model.records import Records, Typed

_LOGGED_SHARE = 0.1
LONG_SILENCE = 3
"""Times the stage's stale days, after which following up once more is not what a lead needs."""
FLAG_NAMES = {
    "sla_late": "SLA late",
    "reengaged": "Re-engaged",
    "overdue": "Overdue",
    "no_next_step": "No next step",
    "expires": "Proposal ends",
    "stale": "Stale",
    "recycle": "Recycle (proposed)",
    "stalled": "Stalled",
    "dead": "Dead (proposed)",
    "wrong_stage": "Wrong stage",
    "padding": "Padding",
}


def raise_flags(records: Records, keys: LeadKeys, facts: pd.DataFrame, today: dt.date) -> pd.DataFrame:
    """Return each flag of `FLAG_NAMES` as a bool column, and why a stage is wrong.

    Parameters
    ----------
    records : Records
    keys : LeadKeys
    facts : DataFrame, index as the leads
        The columns of `sum_touches`, `read_past` and `stage_table`, and ``open``, ``silent_since``,
        ``sla_status`` and ``win``, and those of `find_old` and `plan_nurture`, and ``offer_ends``.
    today : date

    Returns
    -------
    DataFrame, index as the leads
        The flags, False on every lead that is not open (parked ones may be re-engaged or dead), and
        texts ``missing`` (what the stage requires and
        the lead lacks, by header) and ``evidence`` (what shows that it is further on), and ``unanswered_days``.

    Notes
    -----
    Stale: at least the stage's stale days without a completed activity (since Created when there was none),
    or older than nine of ten won deals ever were where history tells; and neither a next step nor a planned
    activity from today up to the Options' days ahead. Where fewer than a tenth of the leads have any activity
    written down, history's age takes the place of the stale days. Stalled: longer
    in the stage than the Options' factor times its expected days. Dead: so many days without two-way contact
    and so many attempts since; a parked lead waits for its revisit date first. Recycle: stale, not dead, and silent
    three times as long as the stage allows or older than history knows; proposed where there is a stage to park it in,
    for leads somebody has contacted and whose buyer holds no offer that is still open.
    Proposal ends: its offer ends within the Options' days, or ended within as many. What is unknown raises no flag.
    """
    frame, options = records.leads.frame, records.playbook.options
    now = np.datetime64(today, "D")
    is_open = facts["open"].to_numpy()
    step_day = days(frame["next_step_date"])
    planned = days(facts["planned"])
    ahead = now + np.timedelta64(options.next_step_days, "D")
    coming = ((step_day >= now) & (step_day <= ahead)) | (planned <= ahead)
    silent = _days_since(days(facts["silent_since"]), now)
    in_stage = _days_since(days(facts["in_stage_from"]), now)
    two_way = np.fmax(days(facts["two_way"]), np.datetime64("NaT", "D"))
    begun = np.where(np.isnat(two_way), np.fmin(days(frame["created"]), days(facts["first_seen"])), two_way)
    unanswered = _days_since(begun, now)
    # Where activities are not written down, silence is but the lead's age, and history knows how old is too old.
    logged = ~np.isnat(days(frame["last_activity"])) | ~np.isnat(days(facts["first_seen"]))
    told = (logged.mean() >= _LOGGED_SHARE if len(frame) else True) | np.isnan(facts["old_limit"].to_numpy())
    quiet = (silent >= facts["stale_days"].to_numpy()) & told
    missing = missing_fields(records.leads, records.playbook)
    evidence = evidence_beyond(records.playbook, facts)
    evidence[~is_open] = ""
    missing[~is_open] = ""
    no_step = is_blank(frame["next_step"]) & np.isnat(step_day) & np.isnat(planned)
    revisit = days(frame["revisit_date"])
    parked = facts["parked"].to_numpy() & ~(revisit > now)
    stale = (quiet | facts["old"].to_numpy()) & ~coming & is_open
    dead = (unanswered >= options.dead_days) & (facts["attempts"].to_numpy() >= options.dead_attempts)
    dead &= is_open | parked
    parks = any(stage.stage_class is StageClass.NURTURE for stage in records.playbook.stages)
    away = (silent >= LONG_SILENCE * facts["stale_days"].to_numpy()) | facts["old"].to_numpy()
    offer_ends = days(facts["offer_ends"])
    notice = np.timedelta64(options.proposal_notice_days, "D")
    reengaged = facts["reengaged"].to_numpy()
    contacted = (facts["sla_step"] == "").to_numpy()
    flags = {
        "sla_late": facts["sla_status"].isin(["late", "overdue"]).to_numpy(),
        "reengaged": reengaged,
        "overdue": step_day < now,
        "no_next_step": no_step,
        "expires": (offer_ends >= now - notice) & (offer_ends <= now + notice),
        "stale": stale,
        "recycle": stale & ~dead & ~reengaged & away & parks & ~(offer_ends >= now) & contacted,
        "stalled": in_stage > options.stalled_factor * facts["expected_days"].to_numpy(),
        "dead": dead & ~reengaged,
        "wrong_stage": (missing != "") | (evidence != ""),
        "padding": padded(records, keys, facts),
    }
    whose = {"reengaged": is_open | facts["parked"].to_numpy(), "dead": is_open | parked}
    made = pd.DataFrame({name: flag & whose.get(name, is_open) for name, flag in flags.items()}, index=frame.index)
    return made.assign(
        missing=pd.Series(missing, frame.index, dtype="str"),
        evidence=pd.Series(evidence, frame.index, dtype="str"),
        unanswered_days=unanswered,
    )


def name_flags(flags: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Return the names of each lead's flags joined by ", "."""
    bits = np.zeros(len(flags), dtype=np.int64)
    for place, key in enumerate(FLAG_NAMES):
        bits |= flags[key].to_numpy().astype(np.int64) << place
    return _texts_of_bits(bits, list(FLAG_NAMES.values()))


def missing_fields(leads: Typed, playbook: Playbook) -> npt.NDArray[np.object_]:
    """Return what each open lead's stage and the ones before it require and the lead lacks.

    Returns
    -------
    array of str, shape (n leads,)
        Headers joined by ", "; "" when nothing is missing. A column that the table does not have is nobody's
        fault and is passed over.
    """
    asked = list(dict.fromkeys(group for stage in playbook.open_stages for group in stage.required))
    blanks = {group: blank for group in asked if (blank := _blank(leads, group)) is not None}
    names = [" or ".join(label_of(key) for key in group.split("|")) for group in blanks]
    stage_name = leads.frame["stage_name"].to_numpy(dtype=object)
    bits = np.zeros(len(leads.frame), dtype=np.int64)
    required: set[str] = set()
    for stage in playbook.open_stages:
        required |= set(stage.required)
        here = stage_name == stage.name
        for place, (group, blank) in enumerate(blanks.items()):
            if group in required:
                bits |= (here & blank).astype(np.int64) << place
    return _texts_of_bits(bits, names)


def evidence_beyond(playbook: Playbook, facts: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Return what shows that a lead is further on than its stage, "" when nothing does.

    A proposal sent before the proposal stage, or a demo given before the demo stage, counts unless the lead
    was put into its stage after it.
    """
    order = facts["order"].to_numpy()
    since = days(facts["stage_since"])
    found = np.full(len(facts), "", dtype=object)
    for column, words, text in (
        ("demo", ("demo",), "a demo was given"),
        ("proposal", ("proposal", "quote"), "a proposal was sent"),
    ):
        due = _first_order(playbook.open_stages, words)
        given = days(facts[column])
        found[(order < due) & ~np.isnat(given) & ~(since > given)] = text
    return found


def padded(records: Records, keys: LeadKeys, facts: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell which leads claim more than anything backs.

    Parameters
    ----------
    records : Records
    keys : LeadKeys
    facts : DataFrame
        With ``probability``, the chance of each lead's stage (0 to 1).

    Returns
    -------
    array of bool, shape (n leads,)

    Notes
    -----
    Evidence is text in BANT Evidence, or the BANT gate passed. Without it, a chance above the stage's is
    padding, and so is an amount above the dearest option of the lead's quote lines (discounts off, tax on).
    """
    frame = records.leads.frame
    backed = ~is_blank(frame["bant_evidence"]) | bant_passed(frame, records.playbook.options)
    with np.errstate(invalid="ignore"):
        hopeful = frame["probability_override"].to_numpy() > facts["probability"].to_numpy() + 1e-9
        large = frame["amount"].to_numpy() > _quoted(records, keys) + 0.005
    return np.asarray(~backed & (hopeful | large), dtype=bool)


def _quoted(records: Records, keys: LeadKeys) -> npt.NDArray[np.float64]:
    """Return the value of each lead's dearest quoted option, NaN when nothing is quoted."""
    lines = records.quote_lines.frame
    if lines.empty:
        return np.full(len(records.leads.frame), np.nan)
    value = lines["quantity"] * lines["unit_price"] * (1 - lines["discount_percent"].fillna(0.0))
    value *= 1 + lines["tax_percent"].fillna(0.0)
    keyed = pd.DataFrame(
        {"code": keys.of(lines["lead_id"]), "option": fold(lines["option"]), "value": value.to_numpy()}
    ).dropna(subset=["value"])
    options = keyed[keyed["code"] >= 0].groupby(["code", "option"], as_index=False)["value"].sum()
    dearest = np.full(len(keys.names), np.nan)
    np.fmax.at(dearest, options["code"].to_numpy(), options["value"].to_numpy())
    return np.asarray(keys.spread(dearest, np.nan), dtype=np.float64)


def _blank(leads: Typed, group: str) -> npt.NDArray[np.bool_] | None:
    """Tell where all alternatives of a required field are blank; None when the table has none of them."""
    extra = {str(header).strip().casefold() for header in leads.extra.columns}
    there = [
        key for key in group.split("|")
        if key in leads.places or key.replace("_", " ").casefold() in extra
    ]  # fmt: skip
    if not there:
        return None
    blank = np.ones(len(leads.frame), dtype=bool)
    for key in there:
        cells = lead_cells(leads, key)
        if cells.dtype.kind in "fM":
            blank &= cells.isna().to_numpy()
        elif cells.dtype.kind != "b":
            blank &= is_blank(cells) | cells.isna().to_numpy()
        else:
            blank &= False
    return blank


def _first_order(stages: tuple[Stage, ...], words: tuple[str, ...]) -> float:
    """Return the position of the first stage that is named for something, -1 when none is."""
    return min(
        (
            stage.order
            for stage in stages
            for text in (stage.name, stage.roll_up)
            if any(word in text.casefold() for word in words)
        ),
        default=-1,
    )


def _days_since(day: npt.NDArray[np.datetime64], now: np.datetime64) -> npt.NDArray[np.float64]:
    since = (now - day).astype("timedelta64[D]")
    return np.where(np.isnat(since), np.nan, since.astype(np.float64))


def _texts_of_bits(bits: npt.NDArray[np.int64], names: list[str]) -> npt.NDArray[np.object_]:
    distinct, place = np.unique(bits, return_inverse=True)
    texts = [
        ", ".join(name for position, name in enumerate(names) if combination >> position & 1)
        for combination in distinct.tolist()
    ]
    return np.array(texts, dtype=object)[place]
