"""How soon leads are answered, in working hours, and how often within the SLA."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.measure_deals import falls_in
from leadbook.analysis.measure_groups import spell_groups
from leadbook.analysis.periods import trailing
from leadbook.analysis.rates import known, ratio
from leadbook.analysis.results import Measure
from leadbook.analysis.sums import sum_by

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import numpy.typing as npt

    from leadbook.analysis.results import Standing

MEANING_SLA = (
    "Leads first contacted within their SLA, divided by those contacted on time or late plus those overdue and "
    "uncontacted; the SLA is that of the temperature they have today."
)


def measure_response(standing: Standing, deals: pd.DataFrame, today: dt.date) -> list[Measure]:
    """Return time to first contact, the leads never contacted, and SLA attainment.

    Parameters
    ----------
    standing : Standing
        Its ``sla_hours`` and ``sla_status``, as ``sla.first_contact`` works them out.
    deals : DataFrame
        As ``collect_deals`` returns them.
    today : date

    Notes
    -----
    Leads created in the 365 days to today. The first contact is the earlier of First Contacted and the first
    attempt from us that took place (notes and inbound messages are none). A contact before the creation is
    left out. An uncontacted lead that is no longer open waits for nobody, so it is not judged.
    """
    year = trailing(today)
    recent = falls_in(deals["created"], year).to_numpy(dtype=bool)
    now = standing.frame.loc[deals.index] if len(deals) != len(standing.frame) else standing.frame
    status, hours = now["sla_status"].to_numpy(dtype=object), now["sla_hours"].to_numpy(dtype=float)
    is_open = deals["open"].to_numpy(dtype=bool)
    timed = recent & np.isin(status, ("on time", "late"))
    uncontacted = np.isin(status, ("overdue", "not yet due"))
    never = recent & is_open & uncontacted
    backwards = int((recent & (status == "unknown") & deals["first_contacted"].notna().to_numpy()).sum())
    why_not = _why_not(deals, recent, contacted_any=bool(np.isin(status, ("on time", "late")).any()))
    span = f"Leads created {year.name}."
    median = float(np.median(hours[timed])) if timed.any() else None
    on_time, late = int((timed & (status == "on time")).sum()), int((timed & (status == "late")).sum())
    overdue, not_due = int((never & (status == "overdue")).sum()), int((never & (status == "not yet due")).sum())
    n = on_time + late + overdue
    attained = None if why_not else known(ratio(on_time, n))
    return [
        Measure(
            "first_contact_hours", "Time to first contact, median", median, "hours", int(timed.sum()),
            why_not or "no contact follows the lead's creation", backwards, span,
            "Median working hours from Created to the first attempt to reach the lead; a date without a time "
            "stands for the start of that working day.",
        ),
        Measure(
            "never_contacted", "Open leads never contacted", None if why_not else float(never.sum()), "count",
            None if why_not else int((recent & is_open).sum()), why_not, 0, span,
            "Open leads that nobody has tried to reach and that have not written themselves.",
        ),
        Measure(
            "sla_attainment", "SLA attainment", attained, "%", None if why_not else n,
            why_not or "no lead's SLA is due yet", backwards,
            f"{span} {on_time} on time, {late} late, {overdue} overdue and uncontacted, {not_due} not yet due.",
            MEANING_SLA,
        ),
    ]  # fmt: skip


def measure_response_by(
    standing: Standing, deals: pd.DataFrame, key: str, today: dt.date, *, names: Sequence[str] = ()
) -> pd.DataFrame:
    """Return SLA attainment and time to first contact of each group, those with the most leads judged first.

    Parameters
    ----------
    standing, deals, today
        As for `measure_response`, and the same leads count.
    key : str
        ``owner`` or ``source``.
    names : sequence of str
        How groups are spelled, where one of these means the same.

    Returns
    -------
    DataFrame, one row a group that has a lead to judge or one that waits
        ``name``, ``attained`` (0 to 1, NaN when nothing is due yet), ``n`` (on time + late + overdue), ``on_time``,
        ``late``, ``overdue``, ``escalated`` and ``reassign`` (of the uncontacted ones, each counted once),
        ``not_due``, and ``median_hours`` (working hours, NaN without any contact).
    """
    recent = falls_in(deals["created"], trailing(today)).to_numpy(dtype=bool)
    now = standing.frame.loc[deals.index] if len(deals) != len(standing.frame) else standing.frame
    status, step = now["sla_status"].to_numpy(dtype=object), now["sla_step"].to_numpy(dtype=object)
    waits = recent & deals["open"].to_numpy(dtype=bool)
    timed = recent & ((status == "on time") | (status == "late"))
    spelled = spell_groups(deals[key], names).to_numpy(dtype=object)
    found = sum_by(
        spelled,
        {
            "on_time": timed & (status == "on time"),
            "late": timed & (status == "late"),
            "overdue": waits & (status == "overdue"),
            "escalated": waits & (step == "escalated"),
            "reassign": waits & (step == "reassign"),
            "not_due": waits & (status == "not yet due"),
        },
    )
    found["n"] = found["on_time"] + found["late"] + found["overdue"]
    found["attained"] = found["on_time"] / found["n"].where(found["n"] > 0)
    hours = pd.Series(now["sla_hours"].to_numpy(dtype=float)[timed])
    found["median_hours"] = hours.groupby(spelled[timed]).median().reindex(found.index)
    found = found[(found["n"] > 0) | (found["not_due"] > 0)].rename_axis("name").reset_index()
    found["name"] = found["name"].astype(object)
    return found.sort_values(["n", "name"], ascending=[False, True], kind="stable", ignore_index=True)


def _why_not(deals: pd.DataFrame, recent: npt.NDArray[np.bool_], *, contacted_any: bool) -> str:
    if not deals["created"].notna().any():
        return "no lead has a Created date"
    if not contacted_any:
        return "no lead has a First Contacted date and no activity reaches out to one"
    return "" if recent.any() else "no lead was created in the last 365 days"
