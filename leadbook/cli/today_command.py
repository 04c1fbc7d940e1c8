"""``leadbook today``: what may be typed, and what is printed."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from leadbook.cli.commands import day_of
from leadbook.cli.progress import Progress
from leadbook.cli.usual_arguments import add_as_of, add_book
from leadbook.model.frame_rows import rows_of

if TYPE_CHECKING:
    import argparse
    import datetime as dt
    from argparse import _SubParsersAction

    import pandas as pd

    from leadbook.run.morning import Morning

_COUNTS = (
    ("sla_over", "over the SLA"), ("overdue", "overdue"), ("no_next_step", "without a next step"),
    ("reengaged", "re-engaged"), ("expires", "with a proposal that ends"), ("stale", "stale"),
)  # fmt: skip


def add_today(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    today = words.add_parser("today", help="list what each seller should do today, the warmest first; writes nothing")
    add_book(today)
    add_as_of(today)
    today.add_argument(
        "--owner", default="", metavar="NAME", help="one seller's list (Unknown: leads without an owner)"
    )
    today.add_argument("--json", action="store_true", help="print it as JSON")
    today.set_defaults(command=run_today)


def run_today(given: argparse.Namespace) -> int:
    """``leadbook today BOOK``."""
    from leadbook.run.commands import today as run

    with Progress() as progress:
        morning = run(given.book, as_of=day_of(given), owner=given.owner, progress=progress)
    if given.json:
        print(json.dumps(morning_json(morning), ensure_ascii=False, indent=2))
    else:
        print_morning(morning)
    return 0


def print_morning(morning: Morning) -> None:
    """Print each owner's list for people."""
    listed = morning.listed
    print(f"{morning.book} as of {morning.as_of:%d %b %Y}, money in {morning.currency}.")
    if listed.rows.empty:
        print("No lead is open: nothing is waiting for anybody today.")
    for owner, rows in listed.rows.groupby("owner", sort=False):
        counts = listed.owners.loc[owner]
        named = [f"{counts[key]:,} {words}" for key, words in _COUNTS if counts[key]]
        told = f"{counts['open']:,} open" + (f": {', '.join(named)}" if named else "")
        print(f"\n{_plain(owner)}, {told}")
        for row in rows_of(rows):
            _print_row(row)
        if counts["more"]:
            print(f"  and {counts['more']:,} more")
    if listed.unlisted_owners:
        print(f"\nand {listed.unlisted_owners:,} more owners; --owner NAME lists one.")
    for note in morning.notes:
        print(note)


def _print_row(row: dict[str, Any]) -> None:
    who = _plain(row["company"] or row["person"])
    heat = "back" if row["reengaged"] else str(row["temperature"])
    amount = row["amount"]
    money = f"{amount:,.0f}" if isinstance(amount, float) and not math.isnan(amount) else ""
    print(f"  {heat:5}{_plain(row['lead_id']):12} {who[:28]:28} {_plain(row['stage_name'])[:18]:18} {money:>12}")
    clock = f"first contact {row['clock']}" if row["sla_step"] else ""
    said = [_plain(row["next_action"]), clock, _plain(row["flags"])]
    print(f"       {'  |  '.join(filter(None, said))}")


def morning_json(morning: Morning) -> dict[str, object]:
    """Return the list as plain values: None where nobody can tell."""
    listed = morning.listed
    owners: list[dict[str, object]] = []
    for owner, counts in listed.owners.iterrows():
        mine = listed.rows[listed.rows["owner"] == owner]
        owners.append({
            "owner": str(owner),
            **{key: int(counts[key]) for key in listed.owners.columns},
            "list": [_lead_json(row) for row in rows_of(mine)],
        })  # fmt: skip
    return {
        "book": morning.book,
        "as_of": morning.as_of.isoformat(),
        "currency": morning.currency,
        "owners": owners,
        "tracks": {str(track): {key: int(row[key]) for key in row.index} for track, row in listed.tracks.iterrows()},
        "notes": list(morning.notes),
    }


def _lead_json(row: dict[str, Any]) -> dict[str, object]:
    hours, limit = row["sla_hours"], row["sla_limit_hours"]
    waits = row["open"] and row["sla_step"]
    return {
        "lead_id": row["lead_id"], "company": row["company"], "person": row["person"], "stage": row["stage_name"],
        "temperature": row["temperature"], "grade": row["grade"], "track": row["track"] or None,
        "amount": _number(row["amount"]), "priority": _number(row["priority"]), "next_action": row["next_action"],
        "due": _date(row["due"]), "flags": [flag for flag in str(row["flags"]).split(", ") if flag],
        "sla": row["sla_step"] or row["sla_status"],
        "sla_hours_left": round(limit - hours, 2) if waits else None,
        "take_over": row["take_over"] or None, "take_over_why": row["take_over_why"] or None,
        "revisit_proposed": _date(row["revisit"]) if row["parked"] or row["recycle"] else None,
        "proposal_ends": _date(row["offer_ends"]),
    }  # fmt: skip


def _number(number: object) -> float | None:
    return round(number, 2) if isinstance(number, float) and not math.isnan(number) else None


def _date(day: pd.Timestamp | dt.datetime | object) -> str | None:
    return None if day is None or day != day else str(day)[:10]  # noqa: PLR0124 - NaT is unlike itself


def _plain(text: object) -> str:
    """Return a text on one line: what stands in a cell must not move the terminal's cursor."""
    return "".join(letter if letter.isprintable() else " " for letter in str(text))
