"""``leadbook sync``: what may be typed, and what it prints."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from leadbook.cli.progress import Progress
from leadbook.cli.usual_arguments import add_as_of, add_dry_run

if TYPE_CHECKING:
    import argparse

    from leadbook.run.syncs.report import SyncReport

# So many lines of one kind are printed when the sync is carried out; a dry run and --json tell all.
_MOST_LINES = 20


def add_sync(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = words.add_parser(
        "sync", help="bring what reps changed in their copies of a workbook into the master, cell by cell"
    )
    command.add_argument("book", metavar="MASTER", help="the workbook that receives the changes (.xlsx or .xlsm)")
    command.add_argument(
        "copies", nargs="*", metavar="COPY", help="a copy of it; none only marks the state you are about to hand out"
    )
    command.add_argument(
        "--add-columns", action="store_true", help="add columns that only copies have to the master's leads"
    )
    command.add_argument(
        "--owner-wins", action="store_true",
        help="settle conflicts by the copy of the lead's owner (named after its rep); what gives way is listed",
    )  # fmt: skip
    command.add_argument("--json", action="store_true", help="print the result as JSON")
    add_as_of(command)
    add_dry_run(command)
    command.set_defaults(command=sync)


def sync(given: argparse.Namespace) -> int:
    """``leadbook sync MASTER COPY...``."""
    from leadbook.run.receiving import sync as run

    # As in commands: only the command line reads the clock.
    today = given.as_of or dt.datetime.now().astimezone().date()
    with Progress() as progress:
        report = run(
            given.book, given.copies, as_of=today, dry_run=given.dry_run, add_columns=given.add_columns,
            owner_wins=given.owner_wins, progress=progress,
        )  # fmt: skip
    if given.json:
        _print_json(report, dry_run=given.dry_run)
    else:
        _print(report, given.book, dry_run=given.dry_run)
    return 0


def _print(report: SyncReport, book: str, *, dry_run: bool) -> None:
    from leadbook.cli.printing import WORD, shown

    most = None if dry_run else _MOST_LINES
    for copy in report.copies:
        if not copy.left_out:
            print(copy.sentence)
    for change in report.changes[:most]:
        told = f"{shown(change.old)} → {shown(change.new)}"
        print(f"{change.address}: {change.header} of {change.lead_id}: {told} ({change.copy})")
    _print_rest(len(report.changes), most, "cells")
    for lead in report.newcomers[:most]:
        print(f"{lead.address}: {lead.lead_id} ({shown(lead.who)}) is new, from {lead.copy}")
    _print_rest(len(report.newcomers), most, "new leads")
    for issue in report.issues:
        print(f"{issue.address}: {issue.code} {WORD[issue.severity]}: {issue.message}")
    for note in report.notes:
        print(note)
    for sentence in _endings(report, book, dry_run=dry_run):
        print(sentence)


def _endings(report: SyncReport, book: str, *, dry_run: bool) -> list[str]:
    """Return the result and what to do next."""
    from leadbook.run.syncs.telling import typed

    if not report.copies:
        if not report.written:
            return [f"{book} is marked as the common state already. Hand out copies of it."]
        return [f"{book} {'would be' if dry_run else 'is'} marked as the common state. Hand out copies of it now."]
    said = [f"{'Would be: ' if dry_run else ''}{report.sentence}"]
    if (report.conflicts or report.settings) and not dry_run:
        said.append(f"The sheet Sync of {book} lists what differs: type the right value into each of those cells.")
    if not report.written:
        said.append(f"{book} stays as it is: it has everything else that the copies have.")
    elif dry_run:
        said.append("Nothing was written.")
    else:
        said.append(
            f"Now run: leadbook refresh {typed(book)}, then give the reps copies of it. Old copies can still be synced."
        )
    return said


def _print_rest(count: int, most: int | None, what: str) -> None:
    if most is not None and count > most:
        print(f"... and {count - most:,} {what} more; --dry-run and --json list them all.")


def _print_json(report: SyncReport, *, dry_run: bool) -> None:
    from msgspec import structs

    from leadbook.cli.printing import WORD, plain_json

    found: dict[str, object] = {
        "master": report.master,
        "as_of": report.as_of,
        "dry_run": dry_run,
        "written": report.written and not dry_run,
        "sentence": report.sentence,
        "copies": [structs.asdict(copy) for copy in report.copies],
        "changes": [structs.asdict(change) for change in report.changes],
        "new_leads": [structs.asdict(lead) for lead in report.newcomers],
        "conflicts": [
            {**structs.asdict(conflict), "claims": [structs.asdict(claim) for claim in conflict.claims]}
            for conflict in report.conflicts
        ],
        "settings": [
            {**structs.asdict(setting), "claims": [structs.asdict(claim) for claim in setting.claims]}
            for setting in report.settings
        ],
        "issues": [
            {"address": issue.address, "code": issue.code, "severity": WORD[issue.severity], "message": issue.message,
             "lead_id": issue.lead_id}
            for issue in report.issues
        ],
        "rows_added": report.rows_added,
        "columns_added": report.plan.columns_added,
        "notes": list(report.notes),
    }  # fmt: skip
    print(json.dumps(found, default=plain_json, ensure_ascii=False, indent=2))
