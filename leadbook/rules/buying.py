"""Buying rules: the deal is for us, the questions are asked, and more than one person wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.rules.cells import blank, compared, dates, day, is_open, numbers, texts, written
from leadbook.rules.evidence import BANT, gate_passed, having, how_many, is_inbound, is_outbound, of_type
from leadbook.rules.finding import Finding, short
from leadbook.rules.icp import fits
from leadbook.rules.registry import rule
from leadbook.rules.stages import beyond, nowhere, qualifying_stage, requiring, stage_for, up_to

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from leadbook.model.records import Records
    from leadbook.rules.finding import Mask

# The qualifying questions that a column answers and no other rule asks (LB407 the problem, LB408 who signs off).
_QUESTIONS = {
    "trigger": "what prompted it",
    "impact": "what happens if it is not solved",
    "personal_stake": "what the contact gains or loses",
    "timeline": "by when they need it",
    "need": "whether our solution solves it",
}
# A deal that many times the usual one is big.
_BIG = 2.0
_ENOUGH = 20
_ATTEMPTS = 3


@rule("LB410", "questions-open", Severity.INFO, ("stage", "|".join(_QUESTIONS)))
def questions_open(records: Records) -> Iterator[Finding]:
    """Find a deal beyond qualification with qualifying questions that nobody asked.

    Anti-pattern: A deal in Proposal, Trigger and Impact blank.

    Why it matters: A buyer who has no reason to act now puts the decision off, and the deal slips.

    Best practice: Ask what prompted it, what happens if it is not solved, what the contact gains or loses, by when, and
    whether we solve it.
    """
    gate = qualifying_stage(records.playbook)
    if gate is None:
        return
    leads = records.leads
    late = beyond(records, gate)
    there = tuple(key for key in _QUESTIONS if key in leads.places)
    unasked: list[Mask] = []
    for key in there:
        # What the stage requires anyway, LB401 asks for.
        asked = requiring(records, key) | (requiring(records, "trigger|problem") if key == "trigger" else False)
        unasked.append(late & blank(leads, key) & ~asked)
    none_ever = all(bool(blank(leads, key).all()) for key in there)
    first = np.argmax(np.vstack(unasked), axis=0)
    for place, key in enumerate(there):
        bad = unasked[place] & (first == place)
        bits = np.vstack([mask[bad] for mask in unasked])
        yield Finding(
            leads,
            bad,
            key,
            (
                f"Nobody asked {_listed([_QUESTIONS[key] for key, missing in zip(there, row, strict=True) if missing])}"
                "; ask before this deal goes any further."
                for row in bits.T.tolist()
            ),
            together=there if none_ever else (),
        )


def _listed(questions: list[str]) -> str:
    return " and ".join(part for part in (", ".join(questions[:-1]), questions[-1]) if part)


@rule("LB411", "outside-icp", Severity.INFO, ("stage", "industry|employees|country"))
def outside_icp(records: Records) -> Iterator[Finding]:
    """Find a lead being worked on that fits nothing of the ideal customer.

    Anti-pattern: A bakery with three employees in Peru, in Assessment, while Scoring gives points for software
    companies of 50 to 500 people in Germany.

    Why it matters: Deals outside the profile take as long, and are won less and kept shorter.

    Best practice: Disqualify it kindly, or give the segment its points in Scoring.
    """
    leads = records.leads
    stages = records.playbook.open_stages
    if len(stages) < 2:
        return
    known = np.zeros(len(leads.frame), dtype=np.int64)
    fitting = np.zeros(len(leads.frame), dtype=bool)
    for key in ("industry", "employees", "country"):
        earned = fits(records, key)
        if earned is not None:
            known += ~blank(leads, key)
            fitting |= earned
    worked_on = beyond(records, stages[0]) & (known >= 2)
    bad = worked_on & ~fitting
    key = next(key for key in ("industry", "employees", "country") if key in leads.places)
    yield Finding(
        leads,
        bad,
        key,
        "This lead fits nothing of the ideal customer in Scoring; disqualify it, or give its segment points there.",
        among=int(worked_on.sum()),
        as_whole=f"{int(bad.sum()):,} of {int(worked_on.sum()):,} leads that are worked on fit nothing of the ideal "
        "customer; type your own industries, sizes and countries into Scoring.",
    )


@rule("LB412", "opportunity-premature", Severity.WARNING, ("stage", "opportunity_date"))
def opportunity_premature(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find an opportunity that was never qualified.

    Anti-pattern: Opportunity Date set while the lead is in Qualification and its BANT gate not passed.

    Why it matters: It fills the pipeline early, and every rate from opportunity to won looks worse than it is.

    Best practice: Qualify first; clear the date until the gate is passed.
    """
    gate = qualifying_stage(records.playbook)
    if gate is None:
        return
    leads = records.leads
    since = dates(leads, "opportunity_date")
    if any(key in leads.places for key in BANT):
        qualified = gate_passed(records)
    elif "sql_date" in leads.places:
        qualified = ~np.isnat(dates(leads, "sql_date"))
    else:
        return
    bad = up_to(records, gate) & (since <= day(today)) & ~qualified
    yield Finding(
        leads,
        bad,
        "opportunity_date",
        (
            f"This is an opportunity since {date}, but not qualified yet; qualify it or clear the date."
            for date in written(since[bad])
        ),
    )


@rule("LB413", "single-threaded", Severity.INFO, ("stage", "amount", "company", "last_name"))
def single_threaded(records: Records) -> Iterator[Finding]:
    """Find a big deal that hangs on one person.

    Anti-pattern: 120,000 in Proposal, and the contact is the only person known at the company.

    Why it matters: When that person leaves, is on holiday or is overruled, the deal is gone.

    Best practice: Meet a second person, and write who signs.
    """
    gate = qualifying_stage(records.playbook)
    amounts = numbers(records.leads, "amount_base")
    usual = amounts[is_open(records) & (amounts > 0)]
    if gate is None or len(usual) < _ENOUGH:
        return
    leads = records.leads
    big = beyond(records, gate) & (amounts >= _BIG * float(np.median(usual)))
    companies, names = compared(leads, "company"), compared(leads, "last_name")
    signers = compared(leads, "signer")
    places = np.flatnonzero(big & np.asarray(companies != "", dtype=bool)).tolist()
    wanted = {companies[place] for place in places}
    people: dict[str, set[str]] = {}
    for place in np.flatnonzero(np.fromiter((name in wanted for name in companies), bool, len(companies))).tolist():
        people.setdefault(companies[place], set()).add(names[place])
    bad = np.zeros(len(companies), dtype=bool)
    for place in places:
        others = people[companies[place]] - {"", names[place]}
        signer = signers[place]
        bad[place] = not others and (signer == "" or (names[place] != "" and names[place] in signer))
    yield Finding(
        leads,
        bad,
        "last_name",
        (
            f'This deal of {amount:,.0f} hangs on one person at "{short(company)}"; meet a second one.'
            for amount, company in zip(numbers(leads, "amount")[bad], texts(leads, "company")[bad], strict=True)
        ),
    )


@rule("LB414", "nobody-answered", Severity.WARNING, ("stage", "lead_id"))
def nobody_answered(records: Records) -> Iterator[Finding]:
    """Find a deal in qualification or later whose buyer never answered.

    Anti-pattern: Stage Qualification, five calls and mails out, and nothing that came in.

    Why it matters: The stage says there is a conversation, and there is none.

    Best practice: Move the lead back to first contact, or note the answer in Activities.
    """
    gate = qualifying_stage(records.playbook)
    if gate is None:
        return
    leads = records.leads
    inbound = is_inbound(records) | of_type(records, "meeting", "demo")
    if not inbound.any():  # a team that logs no answers anywhere
        return
    tried = how_many(records, is_outbound(records) & ~inbound)
    reached = beyond(records, gate) | (up_to(records, gate) & (texts(leads, "stage_name") == gate.name))
    bad = reached & (tried >= _ATTEMPTS) & ~having(records, records.activities, inbound)
    yield Finding(
        leads,
        bad,
        "stage",
        (
            f'{count} attempts and no answer, but the stage is "{short(name)}"; move it back or note the answer.'
            for count, name in zip(tried[bad].tolist(), texts(leads, "stage_name")[bad], strict=True)
        ),
    )


@rule("LB415", "stage-behind-evidence", Severity.INFO, ("stage", "lead_id"))
def stage_behind_evidence(records: Records) -> Iterator[Finding]:
    """Find a demo or a proposal on record while the lead stands, qualified, before that stage.

    Anti-pattern: Stage Assessment, and Activities has a proposal that was sent.

    Why it matters: The stage's probability is too low, and time in stage is counted in the wrong one.

    Best practice: Move the lead to the stage it has reached.
    """
    gate = qualifying_stage(records.playbook)
    if gate is None:
        return
    leads = records.leads
    told = nowhere(records)
    for word, names in (("proposal", ("proposal", "quote", "offer")), ("demo", ("demo", "presentation"))):
        due = stage_for(records.playbook, names)
        if due is None or due.order <= gate.order:
            continue
        given = having(records, records.activities, of_type(records, word) & ~is_inbound(records))
        before = beyond(records, gate) & up_to(records, due) & (texts(leads, "stage_name") != due.name)
        bad = np.asarray(before & given & ~told, dtype=bool)
        told |= bad
        yield Finding(
            leads,
            bad,
            "stage",
            (
                f'There was a {word}, but the stage is "{short(name)}"; move the lead to "{short(due.name)}" or beyond.'
                for name in texts(leads, "stage_name")[bad]
            ),
        )
