"""Step rules: the next step says what and when, soon enough, and only while there is something to win."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.model.playbook import StageClass
from leadbook.rules.cells import blank, dates, day, in_class, is_open, texts, where, written
from leadbook.rules.finding import Finding, short
from leadbook.rules.registry import rule

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from leadbook.model.records import Records

# A step further ahead than a quarter is no step but a pause.
_FAR_DAYS = 90
_VAGUE = re.compile(
    r"(?:to ?-?do:? *)?(?:follow(?:ing)?[ -]?up|fu|f/u|call(?:[ -]?back)?|phone|ring|(?:send )?(?:an? )?e?-?mail|"
    r"contact|check(?:ing)?(?:[ -]?in)?|"
    r"touch base|reach out|ping|chase|nudge|remind(?:er)?|wait(?:ing)?|pending|in progress|"
    r"ongoing|see notes?|next steps?|keep in touch|stay in touch|nachfassen|anrufen|r\u00fcckruf|melden|warten|mailen|"
    r"relancer?|rappeler|llamar|seguimiento)"
    r"(?: (?:with|to|on|for|from|the|him|her|them|client|customer|lead|prospect|buyer|again|later|soon|asap|reply|"
    r"response|answer|up|next week|tomorrow|today))*[ .!?\u2026]*",
    re.IGNORECASE,
)


@rule("LB319", "next-step-vague", Severity.INFO, ("next_step",))
def next_step_vague(records: Records) -> Iterator[Finding]:
    """Find a next step that does not say what for.

    Anti-pattern: "Follow up", "call back" or "check in".

    Why it matters: A call without a purpose is put off, and when it is made it moves nothing.

    Best practice: Write what the step is to settle: "call the CFO about the start date".
    """
    leads = records.leads
    bad = where(leads, "next_step", lambda text: len(text) <= 60 and _VAGUE.fullmatch(text) is not None)
    bad &= is_open(records)
    planned = int((is_open(records) & ~blank(leads, "next_step")).sum())
    steps = texts(leads, "next_step")[bad]
    yield Finding(
        leads,
        bad,
        "next_step",
        (f'"{short(step)}" does not say what for; write what the step is to settle.' for step in steps),
        among=planned,
        as_whole=f'{int(bad.sum()):,} of {planned:,} next steps, such as "{short(steps[0]) if len(steps) else ""}", do '
        "not say what for; write what each is to settle.",
    )


@rule("LB325", "milestone-in-future", Severity.ERROR, ("first_contacted|mql_date|sql_date|opportunity_date",))
def milestone_in_future(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find a milestone that a lead has reached on a day still to come.

    Anti-pattern: First Contacted or MQL Date next month, most often day and month swapped.

    Why it matters: Response times and conversion rates count a step that nobody has taken.

    Best practice: Write the day it happened; plans go into Next Step Date.
    """
    leads = records.leads
    for key in ("first_contacted", "mql_date", "sql_date", "opportunity_date"):
        if key in leads.places:
            reached = dates(leads, key)
            bad = reached > day(today)
            yield Finding(
                leads,
                bad,
                key,
                (f"{date} is still to come; write the day it happened." for date in written(reached[bad])),
            )


@rule("LB327", "next-step-far-off", Severity.INFO, ("next_step_date",))
def next_step_far_off(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find an open lead whose next step is more than a quarter away.

    Anti-pattern: The next step of an open lead is due in seven months.

    Why it matters: The lead swells the pipeline while nobody works on it.

    Best practice: Agree on an earlier step, or park the lead in Nurture with that day as its revisit date.
    """
    leads = records.leads
    due = dates(leads, "next_step_date")
    bad = is_open(records) & (due > day(today) + np.timedelta64(_FAR_DAYS, "D"))
    yield Finding(
        leads,
        bad,
        "next_step_date",
        (f"The next step on {date} is far off; set an earlier one or park the lead." for date in written(due[bad])),
    )


@rule("LB329", "next-step-after-the-end", Severity.INFO, ("stage", "next_step_date"))
def next_step_after_the_end(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find a lost lead that still has a step ahead.

    Anti-pattern: Stage Lost, next step on Friday.

    Why it matters: Either the deal is not lost, or the step wastes Friday.

    Best practice: Clear the step, or move the lead to Nurture with a revisit date.
    """
    leads = records.leads
    due = dates(leads, "next_step_date")
    ended = in_class(records, StageClass.LOST, StageClass.DISQUALIFIED)
    bad = ended & (due >= day(today))
    dated = int((ended & ~np.isnat(due)).sum())
    yield Finding(
        leads,
        bad,
        "next_step_date",
        (
            f"This lead has ended, but a step is planned for {date}; clear it or park the lead."
            for date in written(due[bad])
        ),
        among=dated,
        as_whole=f"{int(bad.sum()):,} leads that have ended still have a step ahead; clear the step when a lead ends.",
    )
