"""What is checked of a lead before its proposal is written: that it may have one, and says what one needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.analysis.archived import folded_id
from leadbook.analysis.proposing.ground import named
from leadbook.analysis.proposing.wording import in_one_line
from leadbook.model.cells import comparable, shown
from leadbook.model.columns import column
from leadbook.model.issues import column_letters, quoted_sheet
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    from leadbook.analysis.proposing.ground import Findings, Ground, Row

_NEEDED = (
    (("company",), "the company"),
    (("last_name", "first_name"), "the contact's name"),
    (("problem",), "the buyer's problem in their words"),
    (("owner",), "who makes the offer"),
)
_OVER = {StageClass.WON: "won", StageClass.LOST: "lost", StageClass.DISQUALIFIED: "disqualified"}


def check_lead(ground: Ground, lead: Row, findings: Findings) -> None:
    """Refuse a lead that may have no proposal, or that lacks what one needs; note what its seller should know."""
    _check_identity(ground, lead, findings)
    _check_stage(lead, findings)
    for keys, what in _NEEDED:
        # Leads that are people have no column for a company.
        if any(in_one_line(lead.text(key)) for key in keys) or (
            keys == ("company",) and "company" not in lead.table.places
        ):
            continue
        there = next((key for key in keys if key in lead.table.places), None)
        own = ground.contact_header if "last_name" in keys else ""
        if there is None and not own:
            header = column("Leads", keys[0]).header
            message = f"{named(lead)} does not say {what}; add a column {header} to your leads and fill it."
        else:
            message = f"{named(lead)} does not say {what}; write it here."
        findings.refuse(lead, there or keys[0], "LB604", message, header=own)
    if not lead.text("impact"):
        message = "The proposal goes without what the problem costs the buyer; write it here if you know it."
        findings.note(lead, "impact", "LB620", message)
    owner = lead.text("owner")
    if owner and comparable(owner) not in ground.reps:
        message = f"Reps does not list {shown(owner)}, so the proposal shows neither their e-mail nor their phone."
        findings.note(lead, "owner", "LB620", message)


def _check_identity(ground: Ground, lead: Row, findings: Findings) -> None:
    key = folded_id(lead.text("lead_id"))
    if not key:
        message = "This lead has no Lead ID, so no quote line can be its own; refresh the workbook, which fills it."
        findings.refuse(lead, "lead_id", "LB604", message)
        return
    place, sheet = lead.table.places.get("lead_id", 0), lead.table.table.sheet if lead.table.table else ""
    others = [
        f"{quoted_sheet(sheet)}!{column_letters(place)}{number}"
        for number in ground.shared.get(key, ())
        if number != lead.number
    ]
    if others:
        message = f"{lead.text('lead_id')} stands in {' and '.join(others)} too; give each lead an ID of its own."
        findings.refuse(lead, "lead_id", "LB602", message)
    if key in ground.merged:
        message = f"{lead.text('lead_id')} was merged into {ground.merged[key]}; propose to that lead."
        findings.refuse(lead, "lead_id", "LB603", message)
    if twin := lead.text("duplicate_of"):
        message = f"This lead looks like {twin}; merge the two, or the buyer may get two offers."
        findings.note(lead, "duplicate_of", "LB622", message)


def _check_stage(lead: Row, findings: Findings) -> None:
    stage = lead.text("stage_class")
    over = _OVER.get(StageClass(stage)) if stage else None
    if over is None:
        return
    reason = lead.text("lost_reason")
    because = f" ({shown(reason)})" if reason and over != "won" else ""
    message = (
        f"{named(lead)} is {over}{because}; move it back to an open stage first, or add a new lead for a new deal."
    )
    findings.refuse(lead, "stage", "LB603", message)
