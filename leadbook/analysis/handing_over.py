"""Who should take over a lead that its seller has left waiting far beyond the SLA, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.kept import folded_ids
from leadbook.model.follow_up_codes import FOLLOW_UP_CODES

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.analysis.results import Scores
    from leadbook.model.issues import Issue
    from leadbook.model.records import Records

REASSIGN = "Call now or reassign to "


def take_over(records: Records, scores: Scores, facts: pd.DataFrame, today: dt.date) -> pd.DataFrame:
    """Return who should take over each lead whose SLA suggests another seller.

    Parameters
    ----------
    records : Records
    scores : Scores
    facts : DataFrame, index as the leads
        ``open``, ``sla_step`` and ``sla_hours``.
    today : date

    Returns
    -------
    DataFrame, index as the leads
        ``take_over`` (a rep of Reps, "" for none) and ``take_over_why`` (why that one, or why nobody fits; "" for
        leads that may stay, that nobody owns, and where Reps is empty).

    Notes
    -----
    By the rules and the room of `routing`, whether leads without an owner are routed or not: of the reps whom the
    first row of Routing that fits names, the active one with the fewest open leads for the capacity, who is not the
    present owner; hot leads go to top closers. While the option Routing is off, a row that names nobody of Reps
    leaves the choice among everybody. Whoever the last refresh named stays as long as he or she has room.
    Hot leads choose first, then warm ones, then those that have waited longest.
    """
    leads, reps = records.leads, records.playbook.reps
    names, reasons = np.full(len(facts), "", dtype=object), np.full(len(facts), "", dtype=object)
    late = facts["open"].to_numpy() & (facts["sla_step"].to_numpy(dtype=object) == "reassign")
    hit = np.flatnonzero(late & (leads.frame["owner"] != "").to_numpy()) if reps and late.any() else np.zeros(0, int)
    if len(hit):
        from leadbook.analysis.routing import HEAT, Desk, proposed_before, rules_of  # noqa: PLC0415 - few books need it
        from leadbook.analysis.routing_teams import folded, judge_closers, open_loads  # noqa: PLC0415 - as above

        is_open = facts["open"].to_numpy()
        if len(records.archive.frame):
            is_open = is_open & ~np.isin(folded_ids(leads), folded_ids(records.archive))
        heat = scores.frame["temperature"].to_numpy(dtype=object)[hit]
        desk = Desk(records, open_loads(records, is_open), judge_closers(records, today) if "hot" in heat else {})
        places = {folded(word): at for at, rep in reversed(list(enumerate(reps))) for word in (rep.email, rep.owner)}
        owners = leads.frame["owner"].to_numpy(dtype=object)[hit].tolist()
        present = [places.get(folded(owner), -1) for owner in owners]
        rule_of = rules_of(records, hit)
        if records.playbook.options.routing == "off":
            # Rows that came with the workbook and that nobody has fitted to the team are no rule of theirs.
            rule_of = [rule if desk.names_somebody(rule) else -1 for rule in rule_of]
        before = proposed_before(leads, hit, REASSIGN)
        rows = leads.frame.index.to_numpy()[hit].tolist()
        warmth = np.array([HEAT.get(word, len(HEAT)) for word in heat])
        order = np.lexsort((hit, -facts["sla_hours"].to_numpy()[hit], warmth)).tolist()
        kept = {
            at: desk.keep(rule_of[at], before.get(rows[at], ""), hot=heat[at] == "hot", but=present[at]) for at in order
        }
        for at in order:
            found = kept[at] or desk.choose(rule_of[at], hot=heat[at] == "hot", but=present[at])
            names[hit[at]], reasons[hit[at]] = found.owner, found.reason
    return pd.DataFrame({"take_over": names, "take_over_why": reasons}, index=facts.index).astype("str")


def waiting_issues(records: Records, now: pd.DataFrame) -> list[Issue]:
    """Return LB340 for each owned lead that waits so long for its first contact that another seller is suggested.

    Parameters
    ----------
    records : Records
    now : DataFrame, index as the leads
        ``open``, ``sla_step``, ``sla_hours``, ``sla_limit_hours``, ``take_over`` and ``take_over_why`` of `stand`.
    """
    leads = records.leads
    if "owner" not in leads.places:
        return []
    late = (now["sla_step"] == "reassign").to_numpy() & now["open"].to_numpy()
    hit = np.flatnonzero(late & (leads.frame["owner"] != "").to_numpy())
    code = FOLLOW_UP_CODES["LB340"]
    columns = (now[key].iloc[hit].tolist() for key in ("sla_hours", "sla_limit_hours", "take_over", "take_over_why"))
    return [
        leads.issue(
            row, "owner", code.code, code.severity,
            f"Nobody has contacted this lead in {hours:,.0f} working hours, where the SLA allows {limit:g}: "
            + (f"call now, or reassign it to {rep} ({why})." if rep
               else f"call now; nobody fits to take it over{f', as {why}' if why else ', as Settings/Reps is empty'}."),
        )
        for row, hours, limit, rep, why in zip(leads.frame.index[hit].tolist(), *columns, strict=True)
    ]  # fmt: skip
