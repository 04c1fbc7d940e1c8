"""Qualification rules: what the stage asks for is there, and the stage fits what has happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.columns import column
from leadbook.model.issues import Severity
from leadbook.model.playbook import StageClass
from leadbook.rules.cells import blank, is_open, numbers, texts
from leadbook.rules.evidence import BANT, having, is_inbound, is_outbound, of_type
from leadbook.rules.finding import Finding, short
from leadbook.rules.registry import rule
from leadbook.rules.stages import beyond, nowhere, qualifying_stage, required_in, requirements, requiring, up_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.model.records import Records
    from leadbook.rules.finding import Mask

# Fields that a rule of their own asks for, by the class of stage, so that one gap is told once.
_ASKED_ELSEWHERE: dict[StageClass, frozenset[str]] = {
    StageClass.OPEN: frozenset({"amount", "close_date", "email|phone", "phone|email", "email", "phone", "next_step",
                                "owner"}),
    StageClass.WON: frozenset({"amount", "close_date"}),
    StageClass.LOST: frozenset({"lost_reason"}),
    StageClass.DISQUALIFIED: frozenset({"lost_reason"}),
    StageClass.NURTURE: frozenset({"revisit_date"}),
}  # fmt: skip


def _named(names: str) -> str:
    """Return a field as a seller reads it: "Email or Phone"."""
    return " or ".join(_header(key) for key in names.split("|"))


def _header(key: str) -> str:
    try:
        return column("Leads", key).header
    except KeyError:
        return key.replace("_", " ").capitalize()


@rule("LB401", "required-field-missing", Severity.WARNING, ("stage",))
def required_field_missing(records: Records) -> Iterator[Finding]:
    """Find a blank field that the lead's stage requires.

    Anti-pattern: A deal in Assessment without a signer, although the Stages table requires one.

    Why it matters: The stage says more than is known, so its probability is too high.

    Best practice: Fill the field, or move the lead back to the stage it has earned.
    """
    leads = records.leads
    for names, asked in requirements(records).items():
        keys = [key for key in names.split("|") if key in leads.places]
        if not keys:
            continue  # a column that is not there is told once, by LB402
        wanting = asked & ~_told_elsewhere(records, names)
        if not wanting.any():
            continue
        wanting &= np.logical_and.reduce([blank(leads, key) for key in keys])
        field = " or ".join(short(leads.headers.get(key) or _header(key)) for key in names.split("|"))
        yield Finding(
            leads,
            wanting,
            keys[0],
            (f'Stage "{short(name)}" requires {field}; fill it or move the lead back.'
             for name in texts(leads, "stage_name")[wanting]),
            together=tuple(keys),
        )  # fmt: skip


def _told_elsewhere(records: Records, names: str) -> Mask:
    told = nowhere(records)
    classes = texts(records.leads, "stage_class")
    for stage_class, fields in _ASKED_ELSEWHERE.items():
        if names in fields:
            told |= np.asarray(classes == stage_class.value, dtype=bool)
    return told


@rule("LB402", "required-column-missing", Severity.WARNING, ("stage",))
def required_column_missing(records: Records) -> Iterator[Finding]:
    """Find a column that a stage requires and the workbook lacks.

    Anti-pattern: The Stages table requires a source, but Leads has no such column.

    Why it matters: No lead can ever meet the stage's requirements.

    Best practice: Add the column, or take the field out of the stage's requirements.
    """
    leads = records.leads
    book = records.playbook
    for names, asked in requirements(records).items():
        if any(key in leads.places for key in names.split("|")):
            continue
        affected = int(asked.sum())
        if affected:
            who = "1 lead is in a stage that needs" if affected == 1 else f"{affected:,} leads are in stages that need"
            earliest = next(stage.name for stage in book.stages if names in required_in(book, stage))
            sentence = (
                f'Leads has no column {_named(names)}, but {who} it (from "{short(earliest)}" on); '
                "add the column, or take it out of the Stages table."
            )
            yield Finding(leads, None, "", sentence)


@rule("LB403", "gate-not-passed", Severity.WARNING, ("stage", "budget", "authority", "need", "timeline"))
def gate_not_passed(records: Records) -> Iterator[Finding]:
    """Find a deal beyond qualification that has not passed the BANT gate.

    Anti-pattern: A deal in Proposal with 5 of 12 BANT points, or with no budget at all.

    Why it matters: Proposals to buyers without budget or authority are the costliest way to lose.

    Best practice: Ask the open questions, or move the deal back to qualification.
    """
    leads = records.leads
    gate = qualifying_stage(records.playbook)
    if gate is None:
        return
    options = records.playbook.options
    points = np.vstack([numbers(leads, key) for key in BANT])
    answered = ~np.isnan(points)
    total = np.where(answered, points, 0.0).sum(axis=0)
    lowest = np.where(answered, points, 0.0).min(axis=0)
    # A blank answer is a missing field, which LB401 tells; nothing to add while all are blank.
    bad = beyond(records, gate) & answered.any(axis=0) & ((total < options.bant_total) | (lowest < options.bant_each))
    yield Finding(
        leads,
        bad,
        "stage",
        (
            f'"{short(name)}" comes after the BANT gate, but this deal has {score:g} of 12 points (at least '
            f"{options.bant_total:g} needed, and {options.bant_each:g} for each answer); ask the open questions or "
            "move the deal back."
            for name, score in zip(texts(leads, "stage_name")[bad], total[bad], strict=True)
        ),
    )


@rule("LB404", "points-without-evidence", Severity.WARNING, ("budget|authority|need|timeline", "bant_evidence"))
def points_without_evidence(records: Records) -> Iterator[Finding]:
    """Find BANT points without a word of evidence.

    Anti-pattern: Budget 3, Authority 3, BANT Evidence blank.

    Why it matters: Points that nobody can trace are hopes.

    Best practice: Write who said what, and when.
    """
    leads = records.leads
    claimed = np.logical_or.reduce([numbers(leads, key) >= 1 for key in BANT])
    # Where the stage requires the evidence anyway, LB401 asks for it.
    bad = claimed & blank(leads, "bant_evidence") & is_open(records) & ~requiring(records, "bant_evidence")
    yield Finding(leads, bad, "bant_evidence", "There are BANT points without evidence; write who said what.")


@rule("LB405", "points-not-whole", Severity.WARNING, ("budget|authority|need|timeline",))
def points_not_whole(records: Records) -> Iterator[Finding]:
    """Find BANT points between two answers.

    Anti-pattern: 1.5 in Need. (Reading reports points below 0 and above 3 as LB205.)

    Why it matters: Two sellers mean different things by a half, so their deals no longer compare.

    Best practice: 0 no evidence, 1 weak, 2 good, 3 proven.
    """
    leads = records.leads
    for key in BANT:
        points = numbers(leads, key)
        bad = ~np.isnan(points) & ~np.isin(points, (0.0, 1.0, 2.0, 3.0))
        yield Finding(leads, bad, key, (f"{point:g} is no BANT answer; write 0, 1, 2 or 3." for point in points[bad]))


@rule("LB406", "stage-behind-proposal", Severity.WARNING, ("stage", "lead_id"))
def stage_behind_proposal(records: Records) -> Iterator[Finding]:
    """Find a proposal that has gone out while the lead stands in qualification or earlier.

    Anti-pattern: Activities has a proposal that was sent, or Quote Lines has lines, and the stage is Prospecting.

    Why it matters: Either the stage is out of date or the proposal came too soon; the forecast is wrong both ways.

    Best practice: Move the lead to the stage it has reached, or qualify it first.
    """
    leads = records.leads
    proposed, quoted = _proposed_early(records)
    bad = proposed | quoted
    yield Finding(
        leads,
        bad,
        "stage",
        (
            f'{"A proposal was sent" if was_sent else "There are quote lines"}, but the stage is "{short(name)}"; '
            "move the lead on, or qualify it first."
            for was_sent, name in zip(proposed[bad], texts(leads, "stage_name")[bad], strict=True)
        ),
    )


def _proposed_early(records: Records) -> tuple[Mask, Mask]:
    """Return which leads in qualification or earlier were sent a proposal, and which have quote lines."""
    gate = qualifying_stage(records.playbook)
    if gate is None:
        return nowhere(records), nowhere(records)
    early = up_to(records, gate)
    sent = of_type(records, "proposal") & ~is_inbound(records)
    quoted = having(records, records.quote_lines, ~blank(records.quote_lines, "lead_id"))
    return early & having(records, records.activities, sent), early & quoted


@rule("LB407", "problem-unknown", Severity.INFO, ("stage", "problem"))
def problem_unknown(records: Records) -> Iterator[Finding]:
    """Find a deal beyond qualification whose problem nobody wrote down.

    Anti-pattern: A deal in Assessment with a blank Problem.

    Why it matters: Without a problem there is no reason to buy, and the proposal has nothing to answer.

    Best practice: Write the buyer's problem in the buyer's words.
    """
    gate = qualifying_stage(records.playbook)
    if gate is None:
        return
    leads = records.leads
    asked = requiring(records, "problem") | requiring(records, "trigger|problem")
    bad = beyond(records, gate) & blank(leads, "problem") & ~asked
    yield Finding(leads, bad, "problem", "Write the buyer's problem before this deal goes any further.")


@rule("LB408", "signer-unknown", Severity.INFO, ("stage", "signer"))
def signer_unknown(records: Records) -> Iterator[Finding]:
    """Find a deal beyond qualification without the person who signs.

    Anti-pattern: A deal in Proposal with a blank Signer.

    Why it matters: A deal that the wrong person likes is not signed.

    Best practice: Ask who signs, and write the name.
    """
    gate = qualifying_stage(records.playbook)
    if gate is None:
        return
    leads = records.leads
    bad = beyond(records, gate) & blank(leads, "signer") & ~requiring(records, "signer")
    yield Finding(leads, bad, "signer", "Ask who signs, and write the name.")


@rule("LB409", "stage-behind-contact", Severity.INFO, ("stage", "lead_id"))
def stage_behind_contact(records: Records) -> Iterator[Finding]:
    """Find two-way contact with a lead that still stands in the first stage.

    Anti-pattern: Activities has a meeting or a reply, and the stage is Prospecting.

    Why it matters: The lead looks untouched, and its first-contact clock seems to run on.

    Best practice: Move the lead to the stage it has reached.
    """
    stages = records.playbook.open_stages
    if len(stages) < 2:
        return
    leads = records.leads
    met = of_type(records, "meeting", "demo") & (is_outbound(records) | is_inbound(records))
    answered = having(records, records.activities, met | of_type(records, "reply"))
    # A proposal (LB406) says more about where the lead stands than an answer does.
    bad = up_to(records, stages[0]) & answered & ~np.logical_or(*_proposed_early(records))
    yield Finding(
        leads, bad, "stage", f'The buyer has answered, but the stage is "{short(stages[0].name)}"; move the lead on.'
    )
