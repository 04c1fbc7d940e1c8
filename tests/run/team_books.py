"""Reps' books for the tests of the review: the sample's story cut by owner, and small ones made to order."""

from __future__ import annotations

import datetime as dt
import random
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "tests"))

import sample_story as story  # noqa: E402 - stands one folder up
from msgspec.structs import replace  # noqa: E402 - after the path is set

from leadbook.books.starter import starter_bytes  # noqa: E402 - as above
from leadbook.model.defaults import DEFAULT_PLAYBOOK  # noqa: E402 - as above
from leadbook.model.playbook import Rep  # noqa: E402 - as above

AS_OF = dt.date(2026, 11, 20)
QUARTER = "2026-Q4"


def book_bytes(leads, *, reps=(), currency="EUR", rates=None, history=()):
    """Return a leadbook workbook with these leads, as one rep keeps it."""
    options = replace(DEFAULT_PLAYBOOK.options, base_currency=currency)
    playbook = replace(DEFAULT_PLAYBOOK, reps=tuple(reps), options=options, rates={currency: 1.0, **(rates or {})})
    return starter_bytes(playbook, {"Leads": list(leads), "History": list(history)})


def word(rng, parts):
    """Return a word that hardly any other lead has."""
    syllables = ("bal", "cor", "dun", "fer", "gil", "hax", "jor", "kem", "lut", "mir", "nop", "quil", "ros", "sten",
                 "tuv", "wex", "yar", "zin")  # fmt: skip
    return "".join(rng.choice(syllables) for _ in range(parts)).capitalize()


def lead(number, owner, **more):
    """Return one open lead of a rep, unlike every other one; ``more`` overrules."""
    rng = random.Random(f"{owner} {number}")  # noqa: S311 - chance for names needs no cryptography
    first, last, company = word(rng, 2), word(rng, 3), f"{word(rng, 3)} {word(rng, 2)}"
    host = company.casefold().replace(" ", "-")
    return {
        "lead_id": f"L-{number:04d}", "company": company, "first_name": first, "last_name": last,
        "email": f"{first}.{last}@{host}.example".casefold(),
        "source": "Website", "owner": owner, "stage": "Proposal", "created": dt.date(2026, 9, 1), "amount": 1000.0,
        "close_date": dt.date(2026, 12, 10), "next_step": "Call", "next_step_date": dt.date(2026, 11, 25),
        "last_activity": dt.date(2026, 11, 18), "industry": "Software",
    } | more  # fmt: skip


def rep(name, quota=None, **more):
    """Return a row of Reps with a quota for the quarter under way."""
    return Rep(name, quotas={} if quota is None else {QUARTER: float(quota)}, **more)


@cache
def cut_story():
    """Return the sample's story as one workbook a rep: file name to bytes."""
    told = story.tell()
    names = {row[0] for row in story.REPS}
    reps = tuple(
        Rep(name, capacity=30, quotas=dict.fromkeys(story.QUARTERS, float(story.QUOTA_PER_QUARTER[name])))
        for name in sorted(names)
    )
    rates = {code: rate for code, rate in DEFAULT_PLAYBOOK.rates.items() if code in {"EUR", "USD", "GBP", "CHF"}}
    playbook = replace(DEFAULT_PLAYBOOK, reps=reps, rates=rates)
    books = {}
    for name, mail, _, _ in story.REPS:
        mine = [one for one in told.leads if one["owner"] == name]
        ids = {one["lead_id"] for one in mine}
        rows = {
            "Leads": mine,
            "Activities": [row for row in told.activities if row["lead_id"] in ids],
            "History": [row for row in told.history if row["lead_id"] in ids],
        }
        books[f"{mail}.xlsx"] = starter_bytes(playbook, rows)
    return books


def write_team(folder, books):
    """Write books into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in books.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder
