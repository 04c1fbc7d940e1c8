"""``leadbook diff``: what may be typed, and what is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from leadbook.cli.commands import day_of
from leadbook.cli.progress import Progress
from leadbook.cli.usual_arguments import add_as_of, add_book, day
from leadbook.model.frame_rows import rows_of

if TYPE_CHECKING:
    import argparse
    from argparse import _SubParsersAction

    import pandas as pd

    from leadbook.run.diffing import DiffReport

_MOST_LINES = 15
_SHRINKS = ("Decreased", "Pushed out", "Won", "Lost", "Removed")


def add_diff(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    command = words.add_parser("diff", help="tell what changed in the pipeline since a day; writes nothing")
    add_book(command)
    command.add_argument(
        "--since", required=True, type=day, metavar="DATE", help="compare with the end of this day, as 2026-11-13"
    )
    command.add_argument("--until", type=day, metavar="DATE", help="up to the end of this day (default: as it is now)")
    command.add_argument("--owner", default="", metavar="NAME", help="only leads that were this seller's on either day")
    command.add_argument(
        "--due", default="", metavar="PERIOD", help="sum up deals due in this period alone, as 2026-Q4 or 2026-11"
    )
    command.add_argument(
        "--xlsx",
        default="",
        metavar="OUT.xlsx",
        help="write the waterfall as a chart, and every change, to a new workbook",
    )
    command.add_argument("--json", action="store_true", help="print it as JSON, with every lead")
    add_as_of(command)
    command.set_defaults(command=diff)


def diff(given: argparse.Namespace) -> int:
    """``leadbook diff BOOK --since DATE``."""
    from leadbook.run.commands import diff as run

    with Progress() as progress:
        report = run(
            given.book, since=given.since, until=given.until, as_of=day_of(given), owner=given.owner, due=given.due,
            out=given.xlsx, progress=progress,
        )  # fmt: skip
    if given.json:
        print(json.dumps(diff_json(report), ensure_ascii=False, indent=2))
    else:
        print_diff(report)
        if given.xlsx and not report.difference.why_not:
            print(f"Written to {given.xlsx}.")
    return 0


def diff_json(report: DiffReport) -> dict[str, object]:
    """Return what changed as plain values: money to the cent, None where nobody can tell."""
    found = report.difference
    kinds = found.told.groupby("kind", sort=False) if len(found.told) else ()
    return {
        "book": report.book, "since": found.since.isoformat(), "until": found.until.isoformat(),
        "currency": report.currency, "owner": report.owner, "due": report.due, "why_not": found.why_not,
        "leads_changed": found.changed,
        "totals": {
            str(kind): {"deals": len(lines), "amount": round(float(lines["amount"].sum()), 2)} for kind, lines in kinds
        },
        "changes": [{key: _plain(cell) for key, cell in row.items()} for row in rows_of(found.told)],
        "waterfall": [
            {"step": row["step"], "amount": round(float(row["amount"]), 2), "deals": int(row["deals"])}
            for row in rows_of(found.steps)
        ],
        "residual": round(found.residual, 2) + 0.0, "notes": list(report.notes),
    }  # fmt: skip


def print_diff(report: DiffReport) -> None:
    """Print what changed for people."""
    found = report.difference
    whose = f", {report.owner}'s leads" if report.owner else ""
    print(f"{report.book}, end of {found.since:%d %b %Y} to end of {found.until:%d %b %Y}{whose}, money in "
          f"{report.currency}.")  # fmt: skip
    if found.why_not:
        print(f"Nothing can be compared: {found.why_not}.")
        return
    if not len(found.told):
        print("Nothing changed.")
    for kind, lines in found.told.groupby("kind", sort=False) if len(found.told) else ():
        print()
        print(f"{str(kind).capitalize()}: {_deals(len(lines))}, {lines['amount'].sum():+,.0f}"
              if str(kind).startswith("amount") else
              f"{str(kind).capitalize()}: {_deals(len(lines))}, {lines['amount'].sum():,.0f}")  # fmt: skip
        for line in rows_of(lines.head(_MOST_LINES)):
            print(f"  {line['lead_id']:<10} {_short(line['company']):<26} {_what(line)}")
        if len(lines) > _MOST_LINES:
            print(f"  ... and {len(lines) - _MOST_LINES:,} more; --json lists them all.")
    print()
    _print_waterfall(report)
    for note in report.notes:
        print(note)


def _print_waterfall(report: DiffReport) -> None:
    steps = report.difference.steps
    which = f"due in {report.due}" if report.due else "whenever due"
    print(f"Open pipeline, {which}:")
    for step in rows_of(steps):
        if step["deals"] or step["step"] in {"Start", "End"}:
            print(f"  {step['step']:<12}{step['amount']:>16,.0f}  {_deals(int(step['deals']))}")
    print(f"The steps add up to the end; residual {report.difference.residual + 0.0:,.2f}.")


def _what(line: dict[str, Any]) -> str:
    """Return what is said of one lead: from what to what, the amount, the owner."""
    kind = str(line["kind"])
    amount = "no amount" if _is_nan(line["amount"]) else f"{line['amount']:,.0f}"
    match kind:
        case "amount up" | "amount down":
            return f"{_money(line['amount_from'])} → {_money(line['amount_to'])}  {line['owner']}"
        case "pushed out" | "pulled in":
            return f"{_day(line['close_from'])} → {_day(line['close_to'])}  {amount}  {line['owner']}"
        case "reassigned":
            return f"{line['owner_from'] or '(nobody)'} → {line['owner_to'] or '(nobody)'}  {amount}"
        case "new":
            return f"{line['stage_to'] or '(no stage)'}  {amount}  {line['owner']}"
        case "removed":
            return f"{line['stage_from'] or '(no stage)'} → {line['event'] or 'removed'}  {amount}  {line['owner']}"
        case _:
            start = f"{line['stage_from'] or '(not there)'} → "
            return f"{start}{line['stage_to'] or '(no stage)'}  {amount}  {line['owner']}"


def _deals(count: int) -> str:
    return "1 deal" if count == 1 else f"{count:,} deals"


def _short(text: object) -> str:
    shown = " ".join(str(text).split())
    return shown if len(shown) <= 26 else shown[:25] + "…"


def _money(amount: object) -> str:
    return "(none)" if _is_nan(amount) else f"{amount:,.0f}"


def _day(moment: pd.Timestamp | object) -> str:
    return "(none)" if _is_nan(moment) else f"{moment:%d %b %Y}"


def _is_nan(value: object) -> bool:
    return value is None or value != value  # noqa: PLR0124 - not-a-number and not-a-time differ from themselves


def _plain(cell: object) -> object:
    if _is_nan(cell):
        return None
    if isinstance(cell, float):
        return round(cell, 2)
    return cell.date().isoformat() if hasattr(cell, "date") else cell
