"""What is known of one lead, as plain data that a follow-up's template can name."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Hashable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from leadbook.analysis.proposing.people import size_of
from leadbook.analysis.proposing.proof import choose_story
from leadbook.documents.plain_text import day_in_words, one_line, person
from leadbook.documents.written import web_link
from leadbook.model.cells import cell_text
from leadbook.model.columns import key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.model.playbook import Playbook, Rep

Fields = dict[str, object]
Row = Mapping[Hashable, Any]

_LEAD = (
    "company", "first_name", "last_name", "job_title", "email", "phone", "website", "city", "region", "country",
    "industry", "source", "campaign", "competitor", "signer", "terms",
)  # fmt: skip
_SITUATION = ("problem", "trigger", "impact", "personal_stake")

MEANINGS: Mapping[str, str] = {
    "today": "the day the draft is written for",
    "track": "awareness, consideration or decision; empty for leads that are sold to",
    "lead.id": "the lead's number in your workbook",
    "lead.contact": "the contact's first and last name",
    "lead.stage": "the lead's stage",
    "seller.name": "the lead's owner",
    "seller.first_name": "the owner's first name",
    "seller.email": "the owner's address, from Settings, table Reps",
    "seller.team": "the owner's team",
    "situation.objection": "the last objection that was written down",
    "situation.objections": "all of them, a list",
    "silence.days": "days since the last touch, 0 where there was none",
    "silence.attempts": "how often you tried since the buyer last answered",
    "silence.last_contact": "the day of the last touch, in words",
    "silence.last_heard": "the day the buyer last answered or met you",
    "silence.last_meeting": "the day you last met or gave a demo",
    "silence.last_proposal": "the day the last proposal went out",
    "next_step.what": "the next step",
    "next_step.when": "its day",
    "offer.ends": "the last day on which the offer holds",
    "case": "the case study that a proposal would show first; empty where Settings has none that fits",
    "more": "your own further columns, by their headers: more.contract_type",
}


def lead_fields(playbook: Playbook, lead: Row, more: Row, standing: Row, plan: Row, *, today: dt.date) -> Fields:
    """Return everything a follow-up's template may name for one lead: texts, numbers, lists and groups of them.

    Parameters
    ----------
    playbook : Playbook
    lead, more, standing, plan : mapping
        Its row of the leads, of the seller's further columns, of `Standing` and of `plan_follow_ups`.
    today : date
    """
    owner = one_line(lead["owner"])
    rep = rep_of(playbook.reps, owner)
    objections = objections_in(lead["objections"])
    size = size_of(None if math.isnan(lead["employees"]) else int(lead["employees"]))
    case = choose_story(playbook.case_studies, str(lead["industry"]), str(lead["problem"]), size)
    silent = plan["silent_days"]
    locale = playbook.options.proposal_language
    words = partial(day_in_words, today=today, locale=locale)
    return {
        "today": day_in_words(today, dt.date.min, locale),
        "track": str(standing["track"]),
        "lead": {key: one_line(lead[key]) for key in _LEAD}
        | {
            "id": one_line(lead["lead_id"]),
            "contact": person(lead["first_name"], lead["last_name"]),
            "stage": one_line(lead["stage_name"] or lead["stage"]),
            "website": web_link(str(lead["website"])),
        },
        "seller": {
            "name": rep.owner if rep else owner,
            "first_name": owner.partition(" ")[0],
            "email": one_line(rep.email) if rep else "",
            "team": one_line(rep.team) if rep else "",
        },
        "situation": {key: _unstopped(lead[key]) for key in _SITUATION}
        | {"objection": objections[-1] if objections else "", "objections": objections},
        "silence": {
            "days": 0 if math.isnan(silent) else int(silent),
            "attempts": int(plan["attempts"]),
            "last_contact": words(day_of(plan["last_touch"])),
            "last_heard": words(day_of(plan["last_heard"])),
            "last_meeting": words(day_of(plan["last_meeting"])),
            "last_proposal": words(day_of(plan["last_proposal"])),
        },
        "next_step": {
            "what": one_line(lead["next_step"]),
            "when": words(day_of(lead["next_step_date"])),
        },
        "offer": {"ends": words(day_of(standing["offer_ends"]))},
        "case": {
            "name": _unstopped(case.name) if case else "",
            "industry": one_line(case.industry) if case else "",
            "problem": _unstopped(case.problem) if case else "",
            "result": _unstopped(case.result) if case else "",
            "link": web_link(case.link) if case else "",
        },
        "more": {
            key_of(str(header)): one_line(cell_text(cell)) for header, cell in more.items() if key_of(str(header))
        },
    }


def rep_of(reps: Sequence[Rep], owner: str) -> Rep | None:
    """Return who a lead's owner is in the Reps table, by name or address, whatever the case and spaces."""
    wanted = _folded(owner)
    return next((rep for rep in reps if wanted and wanted in {_folded(rep.owner), _folded(rep.email)}), None)


def objections_in(cell: object) -> list[str]:
    """Return the objections a cell names, one after the other: they stand on lines, or have a semicolon between."""
    return [text for part in re.split(r"[\n\r;|]", str(cell)) if (text := _unstopped(part))]


def _unstopped(text: object) -> str:
    """Return a cell's text as a part of a sentence: without the full stop at its end."""
    line = one_line(text)
    return line[:-1] if line.endswith(".") and not line.endswith(("..", " Co.", " Ltd.", " Inc.")) else line


def day_of(moment: object) -> dt.date | None:
    """Return the day of a frame's date, None for none."""
    return moment.date() if isinstance(moment, dt.datetime) and not pd.isna(moment) else None


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
