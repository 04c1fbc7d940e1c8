"""Padding rules: no deal claims more than something shows for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.model.playbook import Category
from leadbook.rules.cells import blank, compared, dates, day, is_open, numbers, stage_numbers, texts, written
from leadbook.rules.distinct import distinct
from leadbook.rules.evidence import gate_passed, last_contact
from leadbook.rules.finding import Finding, percent
from leadbook.rules.quoted import quoted_options
from leadbook.rules.registry import rule

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from leadbook.model.records import Records
    from leadbook.rules.finding import Mask

# A column of chances in which most deals of a stage have the same one holds that team's defaults, no one's hopes.
_USUAL_DEALS = 5
_USUAL_SHARE = 0.8
# Half a percent more than the quote is rounding.
_ROUNDING = 1.005
# Where the stage says nothing about going stale.
_QUIET_DAYS = 14
_FAR_DAYS = 730


@rule("LB223", "probability-padded", Severity.WARNING, ("stage", "probability_override"))
def probability_padded(records: Records) -> Iterator[Finding]:
    """Find a chance above the stage's own, with nothing to show for it.

    Anti-pattern: 80 % in Qualification (20 %), no BANT Evidence and the gate not passed.

    Why it matters: Hope is not a forecast; padded deals slip at the end of the quarter.

    Best practice: Write the evidence into BANT Evidence, or take the stage's chance.
    """
    leads = records.leads
    chances = numbers(leads, "probability_override")
    usual = stage_numbers(records, "probability")
    # LB238 tells of a certain one.
    bad = is_open(records) & (chances < 1) & (chances > usual + 1e-9) & ~_backed(records) & ~_of_the_team(records)
    yield Finding(
        leads,
        bad,
        "probability_override",
        (
            f"{percent(chance)} is above the stage's {percent(stage)} without evidence; write it into BANT Evidence or "
            "take the stage's chance."
            for chance, stage in zip(chances[bad], usual[bad], strict=True)
        ),
    )


def _backed(records: Records) -> Mask:
    return ~blank(records.leads, "bant_evidence") | gate_passed(records)


def _of_the_team(records: Records) -> Mask:
    """Return which chances are what most deals of the stage have, as systems with defaults of their own export."""
    chances = numbers(records.leads, "probability_override")
    codes = distinct(records.leads, "stage_name").codes
    usual = np.zeros(len(chances), dtype=bool)
    for code in np.unique(codes).tolist():
        here = (codes == code) & ~np.isnan(chances)
        values, counts = np.unique(chances[here], return_counts=True)
        if len(values) and counts.max() >= max(_USUAL_DEALS, _USUAL_SHARE * counts.sum()):
            usual |= here & (chances == values[counts.argmax()])
    return usual


@rule("LB238", "probability-certain", Severity.WARNING, ("stage", "probability_override"))
def probability_certain(records: Records) -> Iterator[Finding]:
    """Find an open deal that is said to be certain, or without any chance.

    Anti-pattern: 100 % or 0 % on a deal that is still open.

    Why it matters: The forecast takes the one as revenue, and the other keeps a seller busy for nothing.

    Best practice: Close the deal as won or lost, or write a chance in between.
    """
    leads = records.leads
    chances = numbers(leads, "probability_override")
    bad = is_open(records) & ((chances == 1) | (chances == 0)) & ~_of_the_team(records)
    yield Finding(
        leads,
        bad,
        "probability_override",
        (
            "This deal is still open, so it is not certain; close it as won or write a lower chance."
            if chance
            else "This deal is still open with a chance of 0 %; close it as lost or write what it has."
            for chance in chances[bad]
        ),
    )


@rule("LB235", "amount-padded", Severity.WARNING, ("amount", "lead_id"))
def amount_padded(records: Records) -> Iterator[Finding]:
    """Find an amount above everything that was quoted, with nothing to show for it.

    Anti-pattern: Amount 50,000 while the dearest option in Quote Lines comes to 30,000, and no BANT Evidence.

    Why it matters: The pipeline holds money that nobody has offered to anybody.

    Best practice: Take the quoted total, or quote what the buyer asked for.
    """
    leads = records.leads
    amounts, (_, most) = numbers(leads, "amount"), quoted_options(records)
    bad = is_open(records) & (amounts > most * _ROUNDING) & ~_backed(records)
    yield Finding(
        leads,
        bad,
        "amount",
        (
            f"{amount:,.0f} is above the {total:,.0f} that was quoted; take the quoted total, or write the evidence."
            for amount, total in zip(amounts[bad], most[bad], strict=True)
        ),
    )


@rule("LB239", "amount-below-quote", Severity.INFO, ("amount", "lead_id"))
def amount_below_quote(records: Records) -> Iterator[Finding]:
    """Find an amount below everything that was quoted.

    Anti-pattern: Amount 10,000 while the cheapest option in Quote Lines comes to 30,000.

    Why it matters: The amount was not brought up to date, so the forecast is too low.

    Best practice: Take over the total of the option that the buyer is likely to choose.
    """
    leads = records.leads
    amounts, (least, _) = numbers(leads, "amount"), quoted_options(records)
    bad = is_open(records) & (amounts > 0) & (amounts * _ROUNDING < least)
    yield Finding(
        leads,
        bad,
        "amount",
        (
            f"{amount:,.0f} is below the {total:,.0f} that was quoted; take over the total of the likely option."
            for amount, total in zip(amounts[bad], least[bad], strict=True)
        ),
    )


@rule("LB236", "commit-gone-quiet", Severity.WARNING, ("stage",))
def commit_gone_quiet(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find a committed deal that nobody has spoken about for longer than its stage allows.

    Anti-pattern: Forecast category Commit, last activity six weeks ago.

    Why it matters: Silence before a signature is how committed deals slip.

    Best practice: Call the buyer today, or take the deal out of Commit.
    """
    leads = records.leads
    said = compared(leads, "forecast_category")
    by_stage = {stage.name for stage in records.playbook.stages if stage.category is Category.COMMIT}
    committed = np.isin(said.astype(str), ("commit", "committed")) | (
        np.asarray(said == "", dtype=bool) & np.isin(texts(leads, "stage_name").astype(str), sorted(by_stage))
    )
    last = last_contact(records, today)
    allowed = np.nan_to_num(stage_numbers(records, "stale_days"), nan=_QUIET_DAYS)
    quiet = (day(today) - last).astype(np.float64)
    quiet[np.isnat(last)] = np.nan
    bad = is_open(records) & committed & (quiet > allowed)
    key = "forecast_category" if "forecast_category" in leads.places else "stage"
    yield Finding(
        leads,
        bad,
        key,
        (
            f"This deal is in Commit, but the last contact was on {date}; call the buyer or leave Commit."
            for date in written(last[bad])
        ),
    )


@rule("LB237", "close-date-far-off", Severity.INFO, ("close_date",))
def close_date_far_off(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find a close date more than two years ahead.

    Anti-pattern: 2062 for 2026, or "some day" as a date.

    Why it matters: The deal is in no forecast that anyone looks at, yet it counts as pipeline.

    Best practice: Correct the year, or park the lead until its revisit date.
    """
    leads = records.leads
    closing = dates(leads, "close_date")
    bad = is_open(records) & (closing > day(today) + np.timedelta64(_FAR_DAYS, "D"))
    yield Finding(
        leads,
        bad,
        "close_date",
        (f"{date} is more than two years ahead; correct the year or park the lead." for date in written(closing[bad])),
    )
