"""Contact rules: this person can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.model.playbook import StageClass
from leadbook.rules.cells import ENDED, blank, compared, in_class, texts
from leadbook.rules.finding import Finding, short
from leadbook.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.model.records import Records


@rule("LB107", "unreachable", Severity.WARNING, ("email|phone",))
def unreachable(records: Records) -> Iterator[Finding]:
    """Find a lead with neither an email address nor a phone number.

    Anti-pattern: Email and Phone are both blank on a lead that is still worked on.

    Why it matters: Nobody can contact it, yet it counts in the pipeline.

    Best practice: Find one way to reach the person, or disqualify the lead.
    """
    leads = records.leads
    bad = blank(leads, "email") & blank(leads, "phone") & ~in_class(records, *ENDED)
    key = "email" if "email" in leads.places else "phone"
    sentence = "There is no email address and no phone number; add one to reach this lead."
    yield Finding(leads, bad, key, sentence, together=("email", "phone"))


@rule("LB130", "opted-out-but-planned", Severity.WARNING, ("opt_out", "next_step"))
def opted_out_but_planned(records: Records) -> Iterator[Finding]:
    """Find a mail planned for somebody who opted out.

    Anti-pattern: Opt Out Yes, Next Step "send the newsletter".

    Why it matters: Writing to them is unlawful in many countries, and it ends every goodwill.

    Best practice: Plan a call where that is allowed, or none at all.
    """
    leads = records.leads
    out = leads.frame["opt_out"].to_numpy(dtype=bool)
    if not out.any():
        return
    mails = np.array(["mail" in text or "newsletter" in text for text in compared(leads, "next_step")], dtype=bool)
    bad = out & mails & ~in_class(records, StageClass.LOST, StageClass.DISQUALIFIED)
    yield Finding(
        leads,
        bad,
        "next_step",
        (
            f'This person opted out, but the next step is "{short(step)}"; plan no mail.'
            for step in texts(leads, "next_step")[bad]
        ),
    )
