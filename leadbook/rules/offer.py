"""Offer rules: what proposals say besides their prices, so that a fault is told before a proposal is refused for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.model.languages import locale_code
from leadbook.rules.activity import of_unknown_lead
from leadbook.rules.cells import dates, day, is_open, numbers, texts, written
from leadbook.rules.evidence import compared_ids
from leadbook.rules.finding import Finding, short
from leadbook.rules.registry import rule

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from leadbook.model.records import Records

_LARGEST_BENEFIT = 1e12


@rule("LB630", "offer-of-unknown-lead", Severity.ERROR, ("lead_id",), table="offers", fixable=True)
def offer_of_unknown_lead(records: Records) -> Iterator[Finding]:
    """Find a row of Offers of a lead that is not there.

    Anti-pattern: Lead ID "L-9999" in Offers.

    Why it matters: The lead's proposal goes out without its need, its solution and its benefit.

    Best practice: Write the lead's ID as in Leads.
    """
    if records.offers is not None:
        yield from of_unknown_lead(records, records.offers, "row")


@rule("LB631", "offer-twice", Severity.ERROR, ("lead_id",), table="offers")
def offer_twice(records: Records) -> Iterator[Finding]:
    """Find a second row of Offers of one lead.

    Anti-pattern: Two rows that both say L-0042.

    Why it matters: Nobody can tell which of them holds, so no proposal is written.

    Best practice: Keep one row a lead; what belongs together can stand in one cell, one item a line.
    """
    offers = records.offers
    if offers is None:
        return
    first: dict[str, int] = {}
    firsts = [
        first.setdefault(lead_id, row)
        for lead_id, row in zip(compared_ids(offers).tolist(), offers.frame.index.tolist(), strict=True)
    ]
    bad = (np.array(firsts, dtype=np.int64) != offers.frame.index.to_numpy()) & (compared_ids(offers) != "")
    yield Finding(
        offers,
        bad,
        "lead_id",
        (
            f'"{short(lead_id)}" has row {firsts[place]} of Offers already; keep one of them.'
            for place, lead_id in zip(np.flatnonzero(bad), texts(offers, "lead_id")[bad], strict=True)
        ),
    )


@rule("LB632", "offer-benefit-impossible", Severity.ERROR, ("yearly_benefit",), table="offers")
def offer_benefit_impossible(records: Records) -> Iterator[Finding]:
    """Find a yearly benefit below zero or beyond any price.

    Anti-pattern: -5,000 in Yearly Benefit.

    Why it matters: No proposal is written, as its return would be nonsense.

    Best practice: Write what the buyer gains or saves in a year, or clear the cell.
    """
    offers = records.offers
    if offers is None:
        return
    benefits = numbers(offers, "yearly_benefit")
    bad = (benefits < 0) | (benefits > _LARGEST_BENEFIT)
    yield Finding(
        offers,
        bad,
        "yearly_benefit",
        (f"A yearly benefit of {benefit:,.0f} cannot be; correct it or clear the cell." for benefit in benefits[bad]),
    )


@rule("LB633", "offer-start-passed", Severity.WARNING, ("lead_id", "start_date"), table="offers")
def offer_start_passed(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find the offer of an open lead whose work would have begun already.

    Anti-pattern: Start Date 1 May in June, and the lead is still open.

    Why it matters: No proposal is written with a timeline that lies behind.

    Best practice: Write a later day, or clear the cell: the timeline then counts in weeks.
    """
    offers = records.offers
    if offers is None:
        return
    starts = dates(offers, "start_date")
    bad = starts < day(today)
    if bad.any():
        open_ids = set(compared_ids(records.leads)[is_open(records)].tolist()) - {""}
        bad &= np.fromiter((lead_id in open_ids for lead_id in compared_ids(offers)), bool, len(bad))
    yield Finding(
        offers,
        bad,
        "start_date",
        (f"The work would begin on {date}, which has passed; write a later day." for date in written(starts[bad])),
    )


@rule("LB634", "offer-language-unknown", Severity.ERROR, ("language",), table="offers")
def offer_language_unknown(records: Records) -> Iterator[Finding]:
    """Find an offer in a language that nobody can tell.

    Anti-pattern: "Klingon" in Language.

    Why it matters: No proposal is written, as its dates and amounts could not be spelled.

    Best practice: Write a language such as en_GB or de_DE, or clear the cell.
    """
    offers = records.offers
    if offers is None:
        return
    words = texts(offers, "language")
    known = {word: locale_code(word) is not None for word in {str(word) for word in words.tolist()} if word}
    bad = np.fromiter((not known.get(str(word), True) for word in words.tolist()), bool, len(words))
    yield Finding(
        offers,
        bad,
        "language",
        (f'"{short(word)}" is no language; write one such as en_GB or de_DE.' for word in words[bad]),
    )
