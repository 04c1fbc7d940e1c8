"""``leadbook merge`` and ``leadbook unmerge``: what may be typed, and what they print."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from leadbook.cli.usual_arguments import add_as_of, add_book, add_dry_run

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from leadbook.books.book import CellChange


def add_merge(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both commands."""
    joining = words.add_parser(
        "merge", help="merge duplicates: those decided on the Duplicates sheet, or the leads you name"
    )
    add_book(joining)
    joining.add_argument(
        "leads", nargs="*", metavar="LEAD", help="the lead to keep, then those that go into it, such as L-0042 L-0077"
    )
    add_as_of(joining)
    add_dry_run(joining)
    joining.set_defaults(command=merge)

    back = words.add_parser("unmerge", help="take merges back: the leads return from the Archive to where they stood")
    add_book(back)
    back.add_argument("merges", nargs="+", metavar="MERGE", help="as the sheet Archive names it, such as M-0001")
    add_as_of(back)
    add_dry_run(back)
    back.set_defaults(command=unmerge)


def merge(given: argparse.Namespace) -> int:
    """``leadbook merge BOOK [LEAD LEAD ...]``."""
    from leadbook.run.commands import merge as run

    merged = run(given.book, given.leads, as_of=_today(given), dry_run=given.dry_run)
    if given.dry_run:
        _print_changes(merged.steps, merged.cells)
    for fault in merged.faults:
        print(fault.message)
    if not merged.steps:
        why = "Nothing was merged" if merged.faults else "No decision on the sheet Duplicates asks for anything"
        print(f"{why}, so {given.book} stays as it is.")
        return 0
    print(merged.sentence or "The pairs are kept apart from now on.")
    for note in merged.notes:
        print(note)
    if given.dry_run:
        print(f"That is what would be; nothing was written, and {given.book} stays as it is.")
    else:
        if merged.merge_ids:
            print(f"To take it back: leadbook unmerge {given.book} {' '.join(merged.merge_ids)}")
        print(f"Now run: leadbook refresh {given.book}")
    return 0


def unmerge(given: argparse.Namespace) -> int:
    """``leadbook unmerge BOOK MERGE ...``."""
    from leadbook.run.commands import unmerge as run

    done = run(given.book, given.merges, as_of=_today(given), dry_run=given.dry_run)
    if given.dry_run:
        _print_changes(done.steps, done.cells)
    print(done.sentence)
    for note in done.notes:
        print(note)
    if not given.dry_run:
        print(f"Now run: leadbook refresh {given.book}, and choose Keep both for leads that are two.")
    return 0


def _print_changes(steps: Sequence[str], cells: Sequence[CellChange]) -> None:
    from leadbook.cli.printing import shown
    from leadbook.model.issues import quoted_sheet

    for step in steps:
        print(f"{step}.")
    for change in cells:
        print(f"{quoted_sheet(change.sheet)}!{change.address}: {shown(change.old)} → {shown(change.new)}")


def _today(given: argparse.Namespace) -> dt.date:
    # As in commands: only the command line reads the clock.
    return given.as_of or dt.datetime.now().astimezone().date()
