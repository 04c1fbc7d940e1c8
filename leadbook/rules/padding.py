"""Padding rules: no deal claims more than something shows for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.model.playbook import Category, StageClass
from leadbook.rules.cells import (
    blank,
    compared,
    dates,
    day,
    in_class,
    is_open,
    numbers,
    stage_numbers,
    texts,
    where,
    written,
)
from leadbook.rules.distinct import distinct
from leadbook.rules.evidence import gate_passed, last_contact
from leadbook.rules.finding import Finding, percent, short
from leadbook.rules.quoted import quoted_options
from leadbook.rules.registry import rule
from leadbook.rules.waive_cells import codes_in, mutes

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from leadbook.model.records import Records
    from leadbook.rules.cells import Numbers
    from leadbook.rules.finding import Mask

# A column of chances in which most deals of a stage have the same one holds that team's defaults, no one's hopes.
_USUAL_DEALS = 5
_USUAL_SHARE = 0.8
# Half a percent more than the quote is rounding.
_ROUNDING = 1.005
# Where the stage says nothing about going stale.
_QUIET_DAYS = 14
_FAR_DAYS = 730
# So many deals are needed on either side before round amounts say anything, and such a share of them.
_ENOUGH = 20
_MOSTLY = 0.8
# Small amounts are round because prices are.
_ROUND_FROM = 1_000.0


@rule("LB223", "probability-padded", Severity.WARNING, ("stage", "probability_override"))
def probability_padded(records: Records) -> Iterator[Finding]:
    """Find a chance above the stage's own, with nothing to show for it.

    Anti-pattern: 80 % in Qualification (20 %), no BANT Evidence and the gate not passed. A chance that most deals of
    the stage have alike is the team's own default, and is left alone.

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
            f"{percent(chance)} is above the stage's {percent(stage)}, and nothing written here supports it; write the "
            "evidence into BANT Evidence, or take the stage's chance."
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


@rule("LB240", "amounts-round", Severity.INFO, ("stage", "amount", "owner", "lead_id"))
def amounts_round(records: Records) -> Iterator[Finding]:
    """Find an owner whose unquoted amounts are nearly all round, where sold and quoted ones are not.

    Anti-pattern: 22 of one rep's 24 open deals stand at 10,000, 25,000 or 50,000 without a quote line, while most of
    the won deals have amounts such as 17,340.

    Why it matters: Round numbers are guesses, and guesses run high; the pipeline rests on them.

    Best practice: Put the buyer's numbers into Quote Lines, or write the amount that was talked about.
    """
    leads = records.leads
    amounts, (least, _) = numbers(leads, "amount"), quoted_options(records)
    known = (in_class(records, StageClass.WON) | ~np.isnan(least)) & (amounts > 0)
    guessed = is_open(records) & np.isnan(least) & (amounts > 0)
    if int(known.sum()) < _ENOUGH or int(guessed.sum()) < _ENOUGH:
        return
    rounded = _is_round(amounts)
    usual = float(rounded[known].mean())
    owners = distinct(leads, "owner")
    waived = where(leads, "waive", lambda cell: any(mutes(word, "LB240") for word in codes_in(cell)))
    for code, name in enumerate(owners.spellings):
        theirs = guessed & (owners.codes == code)
        bad, judged = theirs & rounded, int(theirs.sum())
        share = float(bad.sum()) / judged if judged else 0.0
        if not name or judged < _ENOUGH or share < _MOSTLY or share <= 2 * usual:
            continue
        sentence = (
            f"{int(bad.sum()):,} of {judged:,} open amounts of {short(name)} without a quote are round, against "
            f"{percent(round(usual, 2))} of those won or quoted; quote them, or write what was talked about."
        )
        if (bad & waived).any():  # told on its row, where the waiver is heard
            yield Finding(leads, bad & waived, "amount", sentence)
        yield Finding(leads, None, "amount", sentence, concerned=bad & ~waived)


def _is_round(amounts: Numbers) -> Mask:
    """Return which amounts have one digit before their zeros, or two of which the second is 5: 8,000 and 25,000."""
    safe = np.where(amounts >= _ROUND_FROM, amounts, 1.0)
    halves = 5 * 10.0 ** (np.floor(np.log10(safe)) - 1)
    steps = safe / halves
    near: Mask = (np.abs(steps - np.round(steps)) < 1e-9) & (amounts >= _ROUND_FROM)
    return near


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
