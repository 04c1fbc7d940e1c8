"""``leadbook history import``: what may be typed, and what is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec import structs

from leadbook.cli.commands import day_of
from leadbook.cli.progress import Progress
from leadbook.cli.usual_arguments import add_as_of, add_dry_run

if TYPE_CHECKING:
    import argparse
    from argparse import _SubParsersAction

    from leadbook.books.book import Plan
    from leadbook.run.histories.importing import HistoryImport


def add_history(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    history = words.add_parser("history", help="seed the workbook's History from a CRM's export of stage changes")
    ways = history.add_subparsers(title="what to do", metavar="import", required=True)
    command = ways.add_parser("import", help="add the changes that a CRM's export tells to History")
    command.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help='a .csv or .xlsx file: one row a change (stage or field history), or columns such as "Date entered X"',
    )
    command.add_argument("--into", required=True, metavar="BOOK", help="the workbook that receives them")
    command.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="THEIRS=MEANING",
        help='what a column is, as "Edited=Changed At"; also Lead ID, Stage, Amount, Close Date, Owner, Forecast '
        "Category, Field, Old value, New value, Stage before, ignore",
    )
    command.add_argument("--encoding", default="", help="of text files, such as cp1250 (default: worked out)")
    command.add_argument("--delimiter", default="", help="of text files: one character, or tab (default: worked out)")
    command.add_argument("--json", action="store_true", help="print the summary as JSON")
    add_as_of(command)
    add_dry_run(command)
    command.set_defaults(command=history_import)


def history_import(given: argparse.Namespace) -> int:
    """``leadbook history import FILE --into BOOK``."""
    from leadbook.books.incoming import TextForm
    from leadbook.run.commands import import_history as run

    with Progress() as progress:
        summary, plan = run(
            given.files, given.into, as_of=day_of(given), told=given.map, dry_run=given.dry_run,
            form=TextForm(given.encoding, given.delimiter), progress=progress,
        )  # fmt: skip
    if given.json:
        print_import_as_json(summary, dry_run=given.dry_run)
    else:
        print_history_import(summary, plan, dry_run=given.dry_run)
        if plan.is_empty:
            print(f"Nothing {'would be' if given.dry_run else 'was'} written; {given.into} stays as it is.")
        elif not given.dry_run:
            print(f"Now run: leadbook refresh {given.into}")
    return 0


def print_history_import(summary: HistoryImport, plan: Plan, *, dry_run: bool) -> None:
    """Print how the columns were read, what could not be, and what was added."""
    from leadbook.cli.printing import WORD, print_plan, shown

    source = ""
    for file, header, meant in summary.mapping:
        if file != source:
            print(f"Columns of {file}:")
            source = file
        print(f"  {shown(header)} → {meant or '(not read)'}")
    if dry_run:
        print_plan(plan)
    for issue in summary.issues:
        place = f"{issue.sheet}, line {issue.row}" if issue.row else issue.sheet
        print(f"{place}: {issue.code} {WORD[issue.severity]}: {issue.message}")
    for note in summary.notes:
        print(note)
    print(f"{'Would be: ' if dry_run else ''}{summary.sentence}")


def print_import_as_json(summary: HistoryImport, *, dry_run: bool) -> None:
    """Print the summary as one JSON object."""
    from leadbook.cli.printing import WORD, plain_json

    found = structs.asdict(summary) | {
        "dry_run": dry_run,
        "sentence": summary.sentence,
        "mapping": [{"file": file, "theirs": header, "ours": meant} for file, header, meant in summary.mapping],
        "issues": [
            {
                "file": issue.sheet, "line": issue.row or None, "code": issue.code, "severity": WORD[issue.severity],
                "message": issue.message, "lines": None if issue.rows is None else issue.rows.tolist(),
            }
            for issue in summary.issues
        ],
    }  # fmt: skip
    print(json.dumps(found, default=plain_json, ensure_ascii=False, indent=2))
