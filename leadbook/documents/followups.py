"""The follow-ups of a day: for each lead that may be written to, the draft its template makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.follow_up import plan_follow_ups
from leadbook.documents.drafts import is_address, make_draft
from leadbook.documents.followup_heads import Circumstances
from leadbook.documents.followup_templates import choose
from leadbook.documents.lead_fields import lead_fields
from leadbook.documents.naming import safe_file, safe_name
from leadbook.model.frame_rows import rows_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    from leadbook.analysis.results import Scores, Standing
    from leadbook.documents.followup_templates import FollowUp
    from leadbook.documents.lead_fields import Fields, Row
    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Records

_TOLD_EVERY = 100
NO_TEMPLATE = "no template"
BAD_ADDRESS = "bad address"
MORE_WITHHELD = {
    BAD_ADDRESS: "with an e-mail address nobody can write to",
    NO_TEMPLATE: "for whom no template is meant",
}
"""Why no draft is written, besides `analysis.follow_up.WITHHELD`."""


class Draft(Struct, frozen=True):
    """One follow-up, ready to be looked at and sent by its seller.

    Parameters
    ----------
    row : int
        The lead's Excel row.
    lead_id, company, contact, email, owner, stage : str
    template : str
        The file of the template.
    name : str
        What the follow-up is called.
    silent_days : float
        Since the last touch, NaN for none.
    overdue_days : float
        So long the longest cadence has passed.
    subject, body : str
    file : str
        The name the draft's file wishes for.
    content : bytes
    fields : mapping
        All fields of the template for this lead.
    """

    row: int
    lead_id: str
    company: str
    contact: str
    email: str
    owner: str
    stage: str
    template: str
    name: str
    silent_days: float
    overdue_days: float
    subject: str
    body: str
    file: str
    content: bytes
    fields: Mapping[str, object]


class Withheld(Struct, frozen=True):
    """A lead that gets none, and why: a key of `WITHHELD` or `MORE_WITHHELD`."""

    row: int
    lead_id: str
    company: str
    why: str
    since: dt.date | None = None


def write_follow_ups(
    records: Records,
    scores: Scores,
    standing: Standing,
    templates: Sequence[FollowUp],
    *,
    wanted: npt.NDArray[np.bool_],
    today: dt.date,
    progress: Callable[[str], None],
) -> tuple[list[Draft], list[Withheld]]:
    """Return the drafts of a day, the most pressing lead first, and the leads that get none, in the workbook's order.

    Parameters
    ----------
    records : Records
    scores : Scores
    standing : Standing
    templates : sequence of FollowUp
        The most specific first.
    wanted : array of bool, shape (n leads,)
        Whose leads are asked for.
    today : date
    progress : callable
        Called now and then with how many are done.

    Raises
    ------
    InputError
        A template that is used is wrong.
    """
    frame = records.leads.frame
    plan = plan_follow_ups(records, scores, standing, today)
    why = plan["withheld"].to_numpy(dtype=object)
    emails = frame["email"].tolist()
    for at in np.flatnonzero(wanted & (why == "")).tolist():
        if not is_address(emails[at]):
            why[at] = BAD_ADDRESS
    drafts: list[Draft] = []
    priority = np.nan_to_num(standing.frame["priority"].to_numpy(dtype=float), nan=-1.0)
    places = np.flatnonzero(wanted & (why == ""))
    places = places[np.argsort(-priority[places], kind="stable")]
    tables = (frame, records.leads.extra, standing.frame, plan)
    rows = zip(*(rows_of(table.take(places)) for table in tables), strict=True)
    for done, (at, (lead, more, stands, plans)) in enumerate(zip(places.tolist(), rows, strict=True), start=1):
        fields = lead_fields(records.playbook, lead, more, stands, plans, today=today)
        template = choose(templates, circumstances(records.playbook, lead, fields, plans))
        if template is None:
            why[at] = NO_TEMPLATE
        else:
            drafts.append(_draft(int(frame.index[at]), fields, template, plans))
        if done % _TOLD_EVERY == 0:
            progress(f"drafting, {done:,} of {len(places):,}")
    ids, companies = frame["lead_id"].tolist(), frame["company"].tolist()
    numbers = frame.index.tolist()
    left = [Withheld(int(numbers[at]), ids[at], companies[at], why[at]) for at in np.flatnonzero(wanted & (why != ""))]
    return drafts, left


def circumstances(playbook: Playbook, lead: Row, fields: Fields, plan: Row) -> Circumstances:
    """Return what decides which template a lead gets; all four as `lead_fields` has them."""
    situation = fields["situation"]
    assert isinstance(situation, dict)  # noqa: S101 - what lead_fields returns
    return Circumstances(
        stage=playbook.stage(str(lead["stage"])),
        silent_days=float(plan["silent_days"]),
        attempts=int(plan["attempts"]),
        contacted=bool(plan["contacted"]),
        after=str(plan["last_kind"]),
        track=str(fields["track"]),
        objection=str(situation["objection"]),
        industry=str(lead["industry"]),
        country=str(lead["country"]),
    )


def _draft(row: int, fields: Fields, template: FollowUp, plan: Row) -> Draft:
    lead, seller = fields["lead"], fields["seller"]
    assert isinstance(lead, dict)  # noqa: S101 - what lead_fields returns
    assert isinstance(seller, dict)  # noqa: S101 - as above
    subject, body = template.fill(fields)
    who = lead["company"] or lead["contact"]
    return Draft(
        row, lead["id"], lead["company"], lead["contact"], lead["email"], seller["name"], lead["stage"],
        template.file.name, template.head.name, float(plan["silent_days"]), float(plan["overdue_days"]), subject, body,
        safe_file(f"{safe_name(lead['id'], 40)} {safe_name(who)}", ".eml"),
        make_draft(
            to=lead["email"], to_name=lead["contact"], subject=subject, body=body, sender=seller["email"],
            sender_name=seller["name"],
        ),
        fields,
    )  # fmt: skip
