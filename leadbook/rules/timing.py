"""Timing rules: dates in an order that can have happened, and a next step that is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.rules.cells import blank, dates, day, is_open, written
from leadbook.rules.evidence import compared_ids
from leadbook.rules.finding import Finding, short
from leadbook.rules.registry import rule

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from leadbook.model.records import Records
    from leadbook.rules.cells import Dates


@rule("LB310", "created-in-future", Severity.ERROR, ("created",))
def created_in_future(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find a creation date that is still to come.

    Anti-pattern: Created says next year, most often day and month swapped.

    Why it matters: The lead's age is negative and spoils the averages.

    Best practice: Write the day the lead came in.
    """
    leads = records.leads
    created = dates(leads, "created")
    bad = created > day(today)
    yield Finding(
        leads,
        bad,
        "created",
        (f"{date} is still to come; write the day the lead came in." for date in written(created[bad])),
    )


def created_so_far(records: Records, today: dt.date) -> Dates:
    """Return the creation dates without those still to come, which LB310 tells: what they are before is no fault."""
    created = dates(records.leads, "created")
    return np.where(created > day(today), np.datetime64("NaT", "D"), created)


@rule("LB311", "created-missing", Severity.INFO, ("created",))
def created_missing(records: Records) -> Iterator[Finding]:
    """Find a lead without its creation date.

    Anti-pattern: The Created cell is blank.

    Why it matters: Its age, its cohort and its first-contact time cannot be computed.

    Best practice: Write the day the lead came in, if need be the day of the first mail.
    """
    leads = records.leads
    yield Finding(leads, blank(leads, "created"), "created", "Write the day this lead came in.")


@rule("LB312", "contacted-before-created", Severity.ERROR, ("first_contacted", "created"))
def contacted_before_created(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find a first contact before the lead existed.

    Anti-pattern: Created 2026-05-10, First Contacted 2026-05-01.

    Why it matters: Time to first contact is negative and flatters the SLA.

    Best practice: Correct whichever of the two dates is wrong.
    """
    leads = records.leads
    first, created = dates(leads, "first_contacted"), created_so_far(records, today)
    bad = first < created
    yield Finding(
        leads,
        bad,
        "first_contacted",
        (
            f"The first contact {one} lies before the creation on {other}; correct one of them."
            for one, other in zip(written(first[bad]), written(created[bad]), strict=True)
        ),
    )


@rule("LB313", "lifecycle-order", Severity.WARNING, ("mql_date|sql_date|opportunity_date",))
def lifecycle_order(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find lifecycle dates that cannot follow each other.

    Anti-pattern: SQL Date before MQL Date, or Opportunity Date before Created.

    Why it matters: The steps from lead to opportunity come out negative.

    Best practice: Write the day each step was first reached: created, MQL, SQL, opportunity.
    """
    leads = records.leads
    order = [key for key in ("created", "mql_date", "sql_date", "opportunity_date") if key in leads.places]
    latest = np.full(len(leads.frame), np.datetime64("NaT", "D"), dtype="datetime64[D]")
    before = np.full(len(leads.frame), "", dtype=object)
    for key in order:
        here = created_so_far(records, today) if key == "created" else dates(leads, key)
        bad = here < latest
        yield Finding(
            leads,
            bad,
            key,
            (
                f"{one} lies before the {name} on {other}; correct one of them."
                for one, name, other in zip(written(here[bad]), before[bad], written(latest[bad]), strict=True)
            ),
        )
        newer = ~np.isnat(here) & ~bad
        latest = np.where(newer, here, latest)
        before[newer] = short(leads.headers[key])


@rule("LB314", "last-activity-in-future", Severity.WARNING, ("last_activity",))
def last_activity_in_future(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find a last activity that is still to come.

    Anti-pattern: The date of the next meeting in Last Activity.

    Why it matters: The lead never turns stale.

    Best practice: Write future dates into Next Step Date.
    """
    leads = records.leads
    last = dates(leads, "last_activity")
    bad = last > day(today)
    yield Finding(
        leads,
        bad,
        "last_activity",
        (f"{date} is still to come; write it into the next step date." for date in written(last[bad])),
    )


@rule("LB315", "next-step-date-without-step", Severity.WARNING, ("next_step", "next_step_date"))
def next_step_date_without_step(records: Records) -> Iterator[Finding]:
    """Find a date for a next step that nobody named.

    Anti-pattern: Next Step Date is set, Next Step is blank.

    Why it matters: On that day nobody knows what was meant.

    Best practice: Write what is to be done, such as "call about the budget".
    """
    leads = records.leads
    bad = is_open(records) & blank(leads, "next_step") & ~np.isnat(dates(leads, "next_step_date"))
    yield Finding(leads, bad, "next_step", "The next step has a date but no text; write what is to be done.")


@rule("LB316", "no-next-step", Severity.WARNING, ("stage", "next_step"))
def no_next_step(records: Records) -> Iterator[Finding]:
    """Find an open lead without a next step.

    Anti-pattern: Next Step and Next Step Date are both blank on an open lead.

    Why it matters: Leads are lost by silence more often than by a no.

    Best practice: End every contact with an agreed next step and its day.
    """
    leads = records.leads
    bad = is_open(records) & blank(leads, "next_step") & np.isnat(dates(leads, "next_step_date"))
    sentence = "This open lead has no next step; write one with its day."
    yield Finding(leads, bad, "next_step", sentence, together=("next_step", "next_step_date"))


@rule("LB317", "next-step-overdue", Severity.WARNING, ("next_step_date",))
def next_step_overdue(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find a next step whose day has passed.

    Anti-pattern: Next Step Date last week on an open lead.

    Why it matters: A promise to the buyer was not kept, or it was kept and not noted.

    Best practice: Do it today, or note it as done and set the next one.
    """
    leads = records.leads
    due = dates(leads, "next_step_date")
    bad = is_open(records) & (due < day(today))
    yield Finding(
        leads,
        bad,
        "next_step_date",
        (f"The next step was due on {date}; do it or set a new day." for date in written(due[bad])),
    )


@rule("LB318", "next-step-without-date", Severity.INFO, ("next_step", "next_step_date"))
def next_step_without_date(records: Records) -> Iterator[Finding]:
    """Find a next step without a day.

    Anti-pattern: "Call back" with a blank Next Step Date.

    Why it matters: It is on no day's list.

    Best practice: Give every step a day.
    """
    leads = records.leads
    bad = is_open(records) & ~blank(leads, "next_step") & blank(leads, "next_step_date")
    yield Finding(leads, bad, "next_step_date", "The next step has no day; write when it is due.")


@rule("LB339", "activity-before-lead", Severity.WARNING, ("date", "lead_id"), table="activities")
def activity_before_lead(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find an activity dated before its lead was created.

    Anti-pattern: A call on 2026-05-01 with a lead whose Created says 2026-05-10; or Created holds the day on which the
    list was imported.

    Why it matters: The lead looks younger than it is, so its age, its cohort and its time to first contact are wrong.

    Best practice: Correct whichever of the two dates is wrong; Created is the day the lead came in, not the day of the
    import.
    """
    import pandas as pd  # noqa: PLC0415 - only for the Lead IDs of another table

    activities = records.activities
    when, created = dates(activities, "date"), created_so_far(records, today)
    if np.isnat(when).all() or np.isnat(created).all():
        return
    ids = pd.Index(compared_ids(records.leads))
    alone = np.flatnonzero(~ids.duplicated(keep=False) & ~np.isnat(created) & (ids != ""))  # LB092 tells of the others
    places = ids[alone].get_indexer(pd.Index(compared_ids(activities)))
    begun = np.full(len(when), np.datetime64("NaT", "D"), dtype="datetime64[D]")
    begun[places >= 0] = created[alone][places[places >= 0]]
    bad, judged = when < begun, int((~np.isnat(when) & ~np.isnat(begun)).sum())
    yield Finding(
        activities,
        bad,
        "date",
        (f"The lead was created on {date}, after this; correct one of the two dates." for date in written(begun[bad])),
        among=judged,
        as_whole=f"{int(bad.sum()):,} of {judged:,} activities lie before the day their lead was created; if Created "
        "holds the day of an import, write the days the leads came in.",
    )


@rule("LB326", "last-activity-behind", Severity.INFO, ("last_activity", "lead_id"), fixable=True)
def last_activity_behind(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find a last activity older than the Activities table knows.

    Anti-pattern: Last Activity says May, Activities has a call in June.

    Why it matters: Whoever sorts by it calls the wrong people first.

    Best practice: Take the date over; the fix does just that.
    """
    import pandas as pd  # noqa: PLC0415 - only this rule groups rows

    leads = records.leads
    when = dates(records.activities, "date")
    past = when <= day(today)
    if not past.any():
        return
    ids = compared_ids(records.activities)
    newest = pd.Series(when[past]).groupby(ids[past]).max()
    known = newest.reindex(compared_ids(leads)).to_numpy().astype("datetime64[D]")
    noted = dates(leads, "last_activity")
    bad = noted < known
    yield Finding(
        leads,
        bad,
        "last_activity",
        (f"Activities has a newer one on {date}; take it over." for date in written(known[bad])),
        known[bad].astype(object).tolist(),
    )
