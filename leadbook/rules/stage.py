"""Stage rules: every lead stands in a known stage, and an ended one says when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.model.playbook import StageClass
from leadbook.rules.cells import blank, dates, day, in_class, texts, written
from leadbook.rules.finding import Finding, short
from leadbook.rules.registry import rule
from leadbook.rules.spelling import nearest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from leadbook.model.records import Records


@rule("LB210", "stage-unknown", Severity.ERROR, ("stage",), fixable=True)
def stage_unknown(records: Records) -> Iterator[Finding]:
    """Find a stage that the Stages table does not have.

    Anti-pattern: "Propsal" or "Waiting" in Stage while Settings lists neither.

    Why it matters: The lead has no probability and no class, so it is left out of every number.

    Best practice: Choose a stage from the dropdown, or add the word as an alias to the Stages table.
    """
    leads = records.leads
    words = texts(leads, "stage")
    bad = np.asarray((words != "") & (texts(leads, "stage_name") == ""), dtype=bool)
    meanings = {word: _meant_stage(str(word), records) for word in dict.fromkeys(words[bad])}
    otherwise = "choose one of its stages or add an alias."
    yield Finding(
        leads,
        bad,
        "stage",
        (
            f'Settings has no stage "{short(word)}"; '
            + (f'did you mean "{short(meanings[word])}"?' if meanings[word] else otherwise)
            for word in words[bad]
        ),
        (meanings[word] for word in words[bad]),
        safe=False,
    )


def _meant_stage(word: str, records: Records) -> str | None:
    owners = {name: stage.name for stage in records.playbook.stages for name in (stage.name, *stage.aliases)}
    near = nearest(word, owners, cutoff=0.85)
    return owners[near] if near else None


@rule("LB211", "stage-blank", Severity.WARNING, ("stage",))
def stage_blank(records: Records) -> Iterator[Finding]:
    """Find a lead without a stage.

    Anti-pattern: The Stage cell is blank.

    Why it matters: The lead is in no funnel, so nobody sees that it is waiting.

    Best practice: Choose the stage the lead is in; new leads start in the first one.
    """
    leads = records.leads
    first = short(records.playbook.open_stages[0].name) if records.playbook.open_stages else ""
    hint = f', such as "{first}"' if first else ""
    yield Finding(leads, blank(leads, "stage"), "stage", f"Choose the stage this lead is in{hint}.")


@rule("LB216", "won-without-close-date", Severity.ERROR, ("stage", "close_date"))
def won_without_close_date(records: Records) -> Iterator[Finding]:
    """Find a won deal without the day it was won.

    Anti-pattern: Stage Won, Close Date blank.

    Why it matters: It counts in no month, so revenue and win rate are too low.

    Best practice: Write the day the contract was signed.
    """
    leads = records.leads
    bad = in_class(records, StageClass.WON) & blank(leads, "close_date")
    yield Finding(leads, bad, "close_date", "This deal is won; write the day it was signed.")


@rule("LB217", "ended-in-future", Severity.ERROR, ("stage", "close_date"))
def ended_in_future(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find a won or lost deal whose close date is still to come.

    Anti-pattern: Stage Won with a close date next month.

    Why it matters: The old forecast date was left standing, and the deal counts in the wrong month.

    Best practice: Write the day it was signed or lost.
    """
    leads = records.leads
    closing = dates(leads, "close_date")
    bad = in_class(records, StageClass.WON, StageClass.LOST) & (closing > day(today))
    yield Finding(
        leads,
        bad,
        "close_date",
        (f"The deal has ended, but {date} is still to come; write the day it ended." for date in written(closing[bad])),
    )


@rule("LB219", "lost-without-reason", Severity.WARNING, ("stage", "lost_reason"))
def lost_without_reason(records: Records) -> Iterator[Finding]:
    """Find a lost deal without the reason.

    Anti-pattern: Stage Lost, Lost Reason blank.

    Why it matters: Nobody learns whether price, timing or a competitor decided.

    Best practice: Write the main reason in the words the team agreed on.
    """
    leads = records.leads
    bad = in_class(records, StageClass.LOST) & blank(leads, "lost_reason")
    yield Finding(leads, bad, "lost_reason", "This deal is lost; write the main reason.")


@rule("LB220", "disqualified-without-reason", Severity.WARNING, ("stage", "lost_reason"))
def disqualified_without_reason(records: Records) -> Iterator[Finding]:
    """Find a disqualified lead without the reason.

    Anti-pattern: Stage Disqualified, Lost Reason blank.

    Why it matters: Marketing keeps buying the same kind of lead.

    Best practice: Write why it will not buy.
    """
    leads = records.leads
    bad = in_class(records, StageClass.DISQUALIFIED) & blank(leads, "lost_reason")
    yield Finding(leads, bad, "lost_reason", "This lead is disqualified; write why it will not buy.")


@rule("LB228", "nurture-without-revisit-date", Severity.WARNING, ("stage", "revisit_date"))
def nurture_without_revisit_date(records: Records) -> Iterator[Finding]:
    """Find a parked lead that nobody will look at again.

    Anti-pattern: Stage Nurture, Revisit Date blank.

    Why it matters: Without a date a parked lead is a forgotten one.

    Best practice: Write the day to get back to it.
    """
    leads = records.leads
    bad = in_class(records, StageClass.NURTURE) & blank(leads, "revisit_date")
    yield Finding(leads, bad, "revisit_date", "This lead is parked; write the day to get back to it.")


@rule("LB229", "revisit-due", Severity.INFO, ("stage", "revisit_date"))
def revisit_due(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find a parked lead whose revisit date has come and gone.

    Anti-pattern: Stage Nurture with a revisit date in the past.

    Why it matters: The buyer named that time, and a competitor may keep it.

    Best practice: Get in touch, then reopen the lead or set the next date.
    """
    leads = records.leads
    due = dates(leads, "revisit_date")
    bad = in_class(records, StageClass.NURTURE) & (due < day(today))
    yield Finding(
        leads,
        bad,
        "revisit_date",
        (f"The revisit was due on {date}; get in touch or set a new day." for date in written(due[bad])),
    )
