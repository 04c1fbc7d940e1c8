"""What a seller reads in the minute before a meeting: one lead on one page, as plain data for its template."""

from __future__ import annotations

import datetime as dt
import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

from leadbook.analysis.archived import folded_id
from leadbook.analysis.duplicates.plain import company_names
from leadbook.analysis.kept import folded_ids, keep
from leadbook.documents.brief_way import stage_rows, way_forward
from leadbook.documents.lead_fields import day_of, objections_in, rep_of
from leadbook.documents.plain_text import clipped, day_in_words, person
from leadbook.documents.written import Writing
from leadbook.model.frame_rows import rows_of
from leadbook.model.qualifying import POINTS, SEVEN_QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from leadbook.analysis.results import Scores, Standing
    from leadbook.model.records import Records

Fields = dict[str, object]

# What fits on one page, A4 or Letter, however much is known; how many more there are is said.
MOST_ACTIVITIES, MOST_PLANNED, MOST_CONTACTS, MOST_OBJECTIONS, MOST_REASONS = 8, 2, 3, 3, 4
_LONG, _SHORT = 90, 44


class Known(Struct, frozen=True):
    """Everything that was found out about the leads of a workbook; ``visits`` as `history_visits.visits` has them."""

    records: Records
    scores: Scores
    standing: Standing
    visits: pd.DataFrame


def brief_fields(known: Known, place: int, today: dt.date) -> Fields:
    """Return the fields of one lead's brief: str, int, bool, list and dict.

    Parameters
    ----------
    known : Known
    place : int
        The lead's position, from 0.
    today : date
    """
    records = known.records
    options = records.playbook.options
    lead = _row(records.leads.frame, place)
    stands, points = _row(known.standing.frame, place), _row(known.scores.frame, place)
    locale = options.proposal_language
    words = partial(day_in_words, today=today, locale=locale, short=True)
    owner = clipped(lead["owner"], _SHORT)
    rep = rep_of(records.playbook.reps, owner)
    objections = objections_in(lead["objections"])[::-1]
    reasons = [clipped(text, 44) for text in str(points["reasons"]).split(";") if text.strip()]
    answered, unasked = _questions(lead)
    return {
        "today": day_in_words(today, dt.date.min, locale),
        "lead": {
            "id": clipped(lead["lead_id"], 30),
            "company": clipped(lead["company"], _SHORT)
            or clipped(person(lead["first_name"], lead["last_name"]), _SHORT),
            "contact": clipped(person(lead["first_name"], lead["last_name"]), _SHORT),
            "job_title": clipped(lead["job_title"], _SHORT),
            "email": clipped(lead["email"], 50),
            "phone": clipped(lead["phone"], 24),
            "website": clipped(lead["website"], _SHORT),
            "place": clipped(", ".join(filter(None, (str(lead["city"]), str(lead["country"])))), 30),
            "industry": clipped(lead["industry"], 24),
            "employees": "" if _is_blank(lead["employees"]) else f"{float(str(lead['employees'])):,.0f}",
            "source": clipped(lead["source"], 20),
            "stage": clipped(lead["stage_name"] or lead["stage"], 28),
            "amount": _money(lead, locale, options.base_currency),
            "close_date": words(day_of(lead["close_date"])),
            "competitor": clipped(lead["competitor"], _SHORT),
            "terms": clipped(lead["terms"], _SHORT),
            "notes": clipped(lead["notes"], 120),
        },
        "seller": {"name": rep.owner if rep else owner, "email": rep.email if rep else ""},
        "score": {
            "total": _whole(points["total"]),
            "grade": str(points["grade"]),
            "temperature": str(points["temperature"]),
            "win": "" if _is_blank(stands["win"]) else f"{float(str(stands['win'])):.0%}",
            "reasons": reasons[:MOST_REASONS],
            "more_reasons": max(0, len(reasons) - MOST_REASONS),
            "raise_most": clipped(points["raise_most"], 60),
        },
        "state": {
            "days_in_stage": _whole(stands["days_in_stage"]),
            "silent_days": _whole(stands["silent_days"]),
            "flags": clipped(stands["flags"], _LONG),
            "next_action": clipped(stands["next_action"], 170),
            "offer_ends": words(day_of(stands["offer_ends"])),
        },
        "next_step": {"what": clipped(lead["next_step"], 60), "when": words(day_of(lead["next_step_date"]))},
        "questions": {"open": unasked, "answered": answered},
        "objections": [clipped(text, _LONG) for text in objections[:MOST_OBJECTIONS]],
        "more_objections": max(0, len(objections) - MOST_OBJECTIONS),
        "way": way_forward(records, place, str(stands["missing"])),
        "stages": stage_rows(known.visits, str(lead["lead_id"]), records.playbook, today, words),
        **_contacts(records, place),
        **_history(records, str(lead["lead_id"]), today, words),
    }


def _questions(lead: Mapping[str, object]) -> tuple[list[Fields], list[str]]:
    """Return the questions with an answer, and those nobody has asked."""
    answered: list[Fields] = []
    unasked: list[str] = []
    for key, question in SEVEN_QUESTIONS.items():
        value = lead[key]
        if isinstance(value, float):
            answer = "" if math.isnan(value) or value < 1 else f"{POINTS[min(3, int(value))]} evidence"
        else:
            answer = clipped(value, 70)
        if answer:
            answered.append({"question": question, "answer": answer})
        else:
            unasked.append(question)
    return answered, unasked


def _contacts(records: Records, place: int) -> Fields:
    """Return the other leads of the same company, by name or by the domain of their website."""
    frame = records.leads.frame
    names = keep(
        records.leads, "_company_names", lambda: np.array(company_names(frame["company"].tolist()), dtype=object)
    )
    archived = set(folded_ids(records.archive)) - {""}
    ids = folded_ids(records.leads)
    same = (names == names[place]) & (names != "")
    same[place] = False
    others = [at for at in np.flatnonzero(same).tolist() if ids[at] not in archived]
    contacts = []
    for at in others[:MOST_CONTACTS]:
        other = _row(frame, at)
        contacts.append(
            {
                "id": clipped(other["lead_id"], 14),
                "name": clipped(person(other["first_name"], other["last_name"]), 24) or clipped(other["email"], 24),
                "job_title": clipped(other["job_title"], 20),
                "stage": clipped(other["stage_name"] or other["stage"], 16),
                "owner": clipped(other["owner"], 18),
            }
        )
    return {"contacts": contacts, "more_contacts": max(0, len(others) - MOST_CONTACTS)}


def _history(records: Records, lead_id: str, today: dt.date, words: partial[str]) -> Fields:
    """Return the last activities, the latest first, and what is planned."""
    mine = records.activities.frame[folded_ids(records.activities) == folded_id(lead_id)]
    dated = mine[mine["date"].notna()].sort_values("date", kind="stable")
    past = dated[dated["date"].dt.date <= today][::-1]
    ahead = dated[dated["date"].dt.date > today]
    return {
        "activities": [_activity(row, words) for row in rows_of(past.head(MOST_ACTIVITIES))],
        "more_activities": max(0, len(past) - MOST_ACTIVITIES),
        "planned": [_activity(row, words) for row in rows_of(ahead.head(MOST_PLANNED))],
    }


def _activity(row: Mapping[str, Any], words: partial[str]) -> Fields:
    kind = clipped(row["type"], 14)
    return {
        "day": words(day_of(row["date"])),
        "what": kind,
        "is_theirs": str(row["direction"]).strip().casefold() == "in" and kind.casefold() != "reply",
        "outcome": clipped(row["outcome"], 22),
        "notes": clipped(row["notes"], 38),
        "owner": clipped(row["owner"], 30),
    }


def _money(lead: Mapping[str, object], locale: str, base: str) -> str:
    amount = lead["amount"]
    if _is_blank(amount):
        return ""
    currency = clipped(lead["currency"], 10) or base
    return f"{Writing(locale, currency).number(round(float(str(amount))))} {currency}"


def _row(frame: pd.DataFrame, place: int) -> dict[str, object]:
    return {str(key): value for key, value in frame.iloc[place].to_dict().items()}


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _whole(value: object) -> str:
    return "" if _is_blank(value) else f"{float(str(value)):.0f}"
