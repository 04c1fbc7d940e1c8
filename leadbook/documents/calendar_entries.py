"""What a calendar says of each lead's moments."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

from msgspec import structs

from leadbook.documents.calendar_file import Entry, make_uid
from leadbook.documents.plain_text import one_line, person
from leadbook.model.frame_rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from leadbook.model.records import Records

_CATEGORIES = {
    "next step": "Next step", "first contact": "First contact", "revisit": "Revisit", "offer ends": "Offer ends",
}  # fmt: skip
_TOLD = {
    "Phone": "phone", "Email": "email", "Stage": "stage_name", "Owner": "owner", "Problem": "problem",
    "Objections": "objections",
}  # fmt: skip
_BEFORE_MEETING = dt.timedelta(minutes=-15)
_BEFORE_DEADLINE = dt.timedelta(minutes=-60)


def calendar_entries(
    records: Records,
    agenda: pd.DataFrame,
    today: dt.date,
    book: str,
    called_off: Sequence[tuple[pd.DataFrame, pd.DataFrame]] = (),
) -> list[Entry]:
    """Return an entry for each moment, and after them a cancelled one for each that is called off.

    Parameters
    ----------
    records : Records
    agenda : DataFrame
        As `list_agenda` returns it.
    today : date
        What lies before it needs no reminder.
    book : str
        The workbook's file name, told in each description.
    called_off : sequence of (DataFrame, DataFrame)
        Leads, and their moments as `called_off` returns them.

    Notes
    -----
    An id is made of the lead's id, its creation date and the kind, so that it stays through new dates, names and stages
    and file names, and the leads of two workbooks that number alike stay two.
    """
    work_starts = dt.timedelta(hours=records.playbook.options.work_start_hour)
    made = _entries(records.leads.frame, agenda, today, work_starts, book)
    for frame, moments in called_off:
        made += [
            structs.replace(entry, reminder=None, blocks=False, cancelled=True)
            for entry in _entries(frame, moments, today, work_starts, book)
        ]
    return _told_apart(made)


def _entries(
    frame: pd.DataFrame, moments: pd.DataFrame, today: dt.date, work_starts: dt.timedelta, book: str
) -> list[Entry]:
    leads = rows_of(frame.take(moments["place"].to_numpy()))
    told = zip(leads, moments["kind"].tolist(), moments["at"].tolist(), moments["timed"].tolist(), strict=True)
    return [
        _entry(lead, kind, at.to_pydatetime() if timed else at.date(), today, work_starts, book)
        for lead, kind, at, timed in told
    ]


def _told_apart(entries: list[Entry]) -> list[Entry]:
    """Give two rows that claim to be the same lead an entry each."""
    seen: Counter[str] = Counter()
    made = []
    for entry in entries:
        seen[entry.uid] += 1
        again = seen[entry.uid]
        made.append(entry if again == 1 else structs.replace(entry, uid=make_uid(entry.uid, str(again))))
    return made


def _entry(  # noqa: PLR0917 - what an entry is made of, in its order
    lead: Mapping[str, Any], kind: str, starts: dt.date, today: dt.date, work_starts: dt.timedelta, book: str
) -> Entry:
    day = starts.date() if isinstance(starts, dt.datetime) else starts
    who = one_line(lead["company"], 80) or person(lead["first_name"], lead["last_name"]) or one_line(lead["lead_id"])
    return Entry(
        make_uid(kind, one_line(lead["lead_id"]).casefold(), str(lead["created"])[:10]),
        _summary(kind, who, one_line(lead["next_step"], 100)),
        _details(lead, book),
        starts,
        _CATEGORIES[kind],
        None if day < today else _reminder(kind, starts, work_starts),
        blocks=kind == "next step" and isinstance(starts, dt.datetime),
    )


def _summary(kind: str, who: str, step: str) -> str:
    match kind:
        case "next step":
            return f"{who}: {step or 'next step'}"
        case "first contact":
            return f"{who}: first contact is due"
        case "revisit":
            return f"{who}: look again"
        case _:
            return f"{who}: the offer ends"


def _reminder(kind: str, starts: dt.date, work_starts: dt.timedelta) -> dt.timedelta:
    if not isinstance(starts, dt.datetime):
        # A whole day begins at midnight; an offer is brought up the working morning before.
        return work_starts - dt.timedelta(days=1) if kind == "offer ends" else work_starts
    return _BEFORE_DEADLINE if kind == "first contact" else _BEFORE_MEETING


def _details(lead: Mapping[str, Any], book: str) -> tuple[str, ...]:
    contact = ", ".join(filter(None, (person(lead["first_name"], lead["last_name"]), one_line(lead["job_title"]))))
    told = tuple(f"{label}: {text}" for label, key in _TOLD.items() if (text := one_line(lead.get(key, ""), 200)))
    return (contact, *told, f"Lead {one_line(lead['lead_id'])} in {one_line(book)}")
