"""Activity rules: each one belongs to a lead, has happened, and says what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.rules.cells import blank, compared, dates, day, texts, written
from leadbook.rules.evidence import compared_ids
from leadbook.rules.finding import Finding, short
from leadbook.rules.registry import rule
from leadbook.rules.spelling import nearest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from leadbook.model.records import Records, Typed

_TYPES = ("call", "email", "meeting", "demo", "proposal", "reply", "note")
_TYPE_WORDS = {
    "e-mail": "email", "mail": "email", "phone": "call", "phone call": "call", "telephone": "call", "tel": "call",
    "visit": "meeting", "presentation": "demo", "quote": "proposal", "offer": "proposal", "answer": "reply",
    "comment": "note", "memo": "note",
}  # fmt: skip
_DIRECTIONS = ("in", "out")
_DIRECTION_WORDS = {
    "inbound": "in", "incoming": "in", "received": "in", "from": "in", "outbound": "out", "outgoing": "out",
    "sent": "out", "to": "out",
}  # fmt: skip


def of_unknown_lead(records: Records, source: Typed, what: str) -> Iterator[Finding]:
    """Yield the cells of another table whose Lead ID no lead, and no archived lead, has."""
    ids = texts(source, "lead_id")
    ids_compared = compared_ids(source)
    known = set(compared_ids(records.leads)) | set(compared_ids(records.archive)) | {""}
    bad = np.fromiter((lead_id not in known for lead_id in ids_compared), bool, len(ids))
    squeezed = (
        {_squeezed(str(lead_id)): str(lead_id) for lead_id in texts(records.leads, "lead_id")} if bad.any() else {}
    )
    meant = [squeezed.get(_squeezed(str(lead_id))) for lead_id in ids[bad]]
    yield Finding(
        source,
        bad,
        "lead_id",
        (
            f'No lead has the ID "{short(lead_id)}"; '
            + (f'did you mean "{short(right)}"?' if right else f"correct it or delete this {what}.")
            for lead_id, right in zip(ids[bad], meant, strict=True)
        ),
        meant,
        safe=False,
    )


def _squeezed(lead_id: str) -> str:
    """Return an ID without the marks and leading zeros that people leave out: L-0042 and l42 agree."""
    letters = "".join(mark for mark in lead_id.casefold() if mark.isalpha())
    return letters + "".join(mark for mark in lead_id if mark.isdigit()).lstrip("0")


@rule("LB320", "activity-of-unknown-lead", Severity.ERROR, ("lead_id",), table="activities", fixable=True)
def activity_of_unknown_lead(records: Records) -> Iterator[Finding]:
    """Find an activity of a lead that is not there.

    Anti-pattern: Lead ID "L-9999", or "L42" for "L-0042", in Activities.

    Why it matters: The contact counts for nobody, so the lead turns stale although it was called.

    Best practice: Write the lead's ID as in Leads.
    """
    yield from of_unknown_lead(records, records.activities, "activity")


@rule("LB321", "activity-in-future", Severity.WARNING, ("date",), table="activities")
def activity_in_future(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find an activity that has not happened yet.

    Anti-pattern: Next week's meeting in Activities.

    Why it matters: It counts as contact already made.

    Best practice: Plan it as Next Step with its date, and enter it once it has happened.
    """
    when = dates(records.activities, "date")
    bad = when > day(today)
    yield Finding(
        records.activities,
        bad,
        "date",
        (f"{date} is still to come; plan it as the lead's next step." for date in written(when[bad])),
    )


@rule("LB322", "activity-type-unknown", Severity.WARNING, ("type",), table="activities", fixable=True)
def activity_type_unknown(records: Records) -> Iterator[Finding]:
    """Find a type of activity that leadbook does not know.

    Anti-pattern: "Phone" or "Lunch" in Type.

    Why it matters: It earns no engagement points and is no attempt in any count.

    Best practice: Write call, email, meeting, demo, proposal, reply or note, or give the type its points in
    Scoring.
    """
    scored = {
        rule_.value.strip().casefold()
        for rule_ in records.playbook.scoring
        if rule_.attribute in {"activity", "deduct"}
    }
    yield from _unknown_words(records.activities, "type", _TYPES, _TYPE_WORDS, scored)


@rule("LB323", "activity-direction-unknown", Severity.WARNING, ("direction",), table="activities", fixable=True)
def activity_direction_unknown(records: Records) -> Iterator[Finding]:
    """Find a direction that is neither in nor out.

    Anti-pattern: "Inbound" or "both" in Direction.

    Why it matters: Two-way contact decides whether a lead is alive.

    Best practice: Write "in" when it came from the buyer, "out" when it came from you.
    """
    yield from _unknown_words(records.activities, "direction", _DIRECTIONS, _DIRECTION_WORDS, set())


def _unknown_words(
    source: Typed, key: str, known: tuple[str, ...], meanings: dict[str, str], also: set[str]
) -> Iterator[Finding]:
    words = texts(source, key)
    lowered = compared(source, key)
    accepted = {*known, *also, ""}
    bad = np.fromiter((word not in accepted for word in lowered), bool, len(words))
    meant = {
        word: meanings.get(word) or nearest(word, known, cutoff=0.85) for word in dict.fromkeys(lowered[bad].tolist())
    }
    listed = f"{', '.join(known[:-1])} or {known[-1]}"
    yield Finding(
        source,
        bad,
        key,
        (
            f'"{short(word)}" is not known here; write {meant[low] or listed}.'
            for word, low in zip(words[bad], lowered[bad], strict=True)
        ),
        (meant[low] for low in lowered[bad]),
        safe=False,
    )


@rule("LB324", "activity-without-lead", Severity.WARNING, ("lead_id",), table="activities")
def activity_without_lead(records: Records) -> Iterator[Finding]:
    """Find an activity that names no lead.

    Anti-pattern: A call in Activities with a blank Lead ID.

    Why it matters: It counts for no lead, as if it had not happened.

    Best practice: Write the lead's ID.
    """
    bad = blank(records.activities, "lead_id")
    yield Finding(records.activities, bad, "lead_id", "This activity names no lead; write the lead's ID.")


@rule("LB328", "activity-owner-unknown", Severity.INFO, ("owner",), table="activities", fixable=True)
def activity_owner_unknown(records: Records) -> Iterator[Finding]:
    """Find an activity of somebody whom the Reps table does not list.

    Anti-pattern: "A. Schmidt" in Activities while Reps says "Anna Schmidt".

    Why it matters: The work counts for nobody on the scorecard.

    Best practice: Write the owner as in Reps, or add them there.
    """
    reps = [rep.owner for rep in records.playbook.reps if rep.owner]
    if not reps:
        return
    known = {" ".join(rep.split()).casefold() for rep in reps}
    known |= {rep.email.casefold() for rep in records.playbook.reps if rep.email}
    lowered = compared(records.activities, "owner")
    bad = np.fromiter((word != "" and word not in known for word in lowered), bool, len(lowered))
    names = texts(records.activities, "owner")[bad]
    meant = {name: nearest(str(name), reps, cutoff=0.9) for name in dict.fromkeys(names)}
    yield Finding(
        records.activities,
        bad,
        "owner",
        (
            f'Reps does not list "{short(name)}"; '
            + (f'did you mean "{short(meant[name])}"?' if meant[name] else "correct the name or add it there.")
            for name in names
        ),
        (meant[name] for name in names),
        safe=False,
    )


@rule("LB331", "activity-twice", Severity.INFO, ("date", "lead_id", "type"), table="activities")
def activity_twice(records: Records) -> Iterator[Finding]:
    """Find an activity that was logged twice.

    Anti-pattern: The same call, on the same day, with the same words, in two rows.

    Why it matters: Attempts and engagement points count double.

    Best practice: Delete one of the two.
    """
    frame = records.activities.frame
    said = [
        key for key in ("date", "lead_id", "type", "direction", "outcome", "owner", "notes") if key in frame.columns
    ]
    told = ~blank(records.activities, "lead_id") & ~np.isnat(dates(records.activities, "date"))
    # Rows that say no more than "call" on a day may well be two calls.
    told &= ~blank(records.activities, "notes") | ~blank(records.activities, "outcome")
    bad = frame.duplicated(said).to_numpy() & told
    yield Finding(
        records.activities, bad, "lead_id", "This activity stands in an earlier row too; delete one of the two."
    )
