"""One function a command: call the package, print what it says, return the exit code."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from leadbook.cli.progress import Progress

if TYPE_CHECKING:
    import argparse


def day_of(given: argparse.Namespace) -> dt.date:
    """Return the day to work everything out for."""
    # The one place that reads the clock; the seller's day is the day where the seller is.
    return given.as_of or dt.datetime.now().astimezone().date()


def refresh(given: argparse.Namespace) -> int:
    """``leadbook refresh BOOK``."""
    from leadbook.cli.printing import print_json, print_plan
    from leadbook.run.commands import refresh as run

    with Progress() as progress:
        summary = run(given.book, as_of=day_of(given), dry_run=given.dry_run, progress=progress)
    if given.json:
        print_json(summary)
        return 0
    if given.dry_run:
        print_plan(summary.plan)
    print(summary.sentence)
    for note in summary.plan.notes:
        print(note)
    if not given.dry_run:
        print(f"Open {summary.book} and start with the sheet {summary.first_sheet}.")
    return 0


def demo(given: argparse.Namespace) -> int:
    """``leadbook demo``."""
    from leadbook.run.commands import demo as run

    with Progress() as progress:
        path, summary = run(given.folder, progress=progress)
    print(f"{path.name}, as of {summary.as_of:%d %b %Y}: {summary.sentence}")
    print(f"Open {path} and look at the sheets Today, Pipeline and Forecast; then change a probability in Settings.")
    return 0


def init(given: argparse.Namespace) -> int:
    """``leadbook init [BOOK]`` and ``leadbook init --into BOOK``."""
    from leadbook.cli.printing import print_plan
    from leadbook.model.issues import InputError
    from leadbook.run import commands as run

    if given.into:
        if given.book:
            raise InputError("Give either a new BOOK or --into an existing one, not both.")
        plan = run.init_into(given.into, dry_run=given.dry_run)
        print_plan(plan)
        for note in plan.notes:
            print(note)
        if not plan.sheets_added:
            print(f"{given.into} has all of leadbook's tables and sheets already; nothing was added.")
        elif not given.dry_run:
            first = "Type your leads into the sheet Leads, then run" if "Leads" in plan.sheets_added else "Now run"
            print(f"{first}: leadbook refresh {given.into}")
        return 0
    if given.dry_run:
        print(f"Would make {given.book or 'leads.xlsx'}.")
        return 0
    path = run.init(given.book or "leads.xlsx", python=given.interpreter)
    if path.suffix.casefold() == ".xlsm":
        from leadbook.cli.buttons_command import print_first_click

        print(f"Made {path}. Open it in Excel, type your leads into the sheet Leads, then click Refresh.")
        print_first_click(path, given.interpreter)
        return 0
    print(f"Made {path}. Type your leads into the sheet Leads, then run: leadbook refresh {path}")
    return 0


def adopt(given: argparse.Namespace) -> int:
    """``leadbook adopt BOOK``."""
    from leadbook.cli.adopt_printing import print_adoption
    from leadbook.cli.printing import print_plan
    from leadbook.run.commands import adopt as run

    adoption = run(
        given.book, sheet=given.sheet, table=given.table, header_row=given.header_row, told=given.map,
        dry_run=given.dry_run,
    )  # fmt: skip
    print_adoption(adoption)
    if given.dry_run:
        print_plan(adoption.plan)
        print(
            "Nothing was written. Without --dry-run, this is kept in Settings, table Columns, and can be changed there."
        )
    else:
        print(f"Now run: leadbook refresh {given.book}")
    return 0


def import_files(given: argparse.Namespace) -> int:
    """``leadbook import FILE --into BOOK``."""
    from leadbook.books.incoming import TextForm
    from leadbook.cli.import_printing import print_import, print_import_json
    from leadbook.run.commands import import_files as run
    from leadbook.run.imports.importing import Wishes

    wishes = Wishes(given.policy, given.preset, tuple(given.map), TextForm(given.encoding, given.delimiter))
    with Progress() as progress:
        summary, plan = run(
            given.files, given.into, as_of=day_of(given), dry_run=given.dry_run, wishes=wishes, progress=progress
        )
    if given.json:
        print_import_json(summary, plan, dry_run=given.dry_run)
        return 0
    print_import(summary, plan, dry_run=given.dry_run)
    if plan.is_empty:
        print(f"Nothing {'would be' if given.dry_run else 'was'} written; {given.into} stays as it is.")
    elif not given.dry_run:
        print(f"Now run: leadbook refresh {given.into}")
    return 0


def rules(given: argparse.Namespace) -> int:
    """``leadbook rules``."""
    from leadbook.cli.printing import print_rules
    from leadbook.rules.checking import all_rules

    print_rules(all_rules(), as_json=given.json)
    return 0


def explain(given: argparse.Namespace) -> int:
    """``leadbook explain CODE``."""
    from leadbook.rules.checking import explain as run

    print(run(given.code.strip().upper()))
    return 0


def undo(given: argparse.Namespace) -> int:
    """``leadbook undo BOOK``."""
    from leadbook.run.commands import undo as run

    kept = run(given.book)
    print(f"{given.book} is back as it was before leadbook last wrote to it.")
    print(f"The version it replaced is kept as {kept.name} in the folder of backups.")
    return 0
