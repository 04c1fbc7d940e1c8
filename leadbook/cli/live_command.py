"""``leadbook live``: the commands on the workbook that is open in Excel, for companies that block macros."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.cli.commands import day_of
from leadbook.cli.progress import Progress
from leadbook.cli.usual_arguments import add_as_of

if TYPE_CHECKING:
    import argparse
    from argparse import _SubParsersAction


def add_live(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the commands' arguments."""
    live = words.add_parser(
        "live", help="refresh, check, propose in the workbook that is open in Excel, without macros"
    )
    actions = live.add_subparsers(title="what to do", metavar="WHAT", required=True)
    for name, run, told in (
        (
            "refresh",
            run_refresh,
            "write leadbook's columns and sheets into it; it stays open and unsaved",
        ),
        ("check", run_check, "count its faults, unsaved edits included; writes nothing"),
        ("today", run_today, "list what each seller should do today; writes nothing"),
        ("propose", run_propose, "write a proposal for the leads whose rows are selected, and log it"),
        ("undo", run_undo, "take back what leadbook last wrote into it"),
    ):
        action = actions.add_parser(name, help=told)
        action.add_argument("book", nargs="?", default="", metavar="BOOK", help="its name (default: the one in front)")
        if name != "undo":
            add_as_of(action)
        action.set_defaults(command=run)


def run_refresh(given: argparse.Namespace) -> int:
    """``leadbook live refresh [BOOK]``."""
    from leadbook.run.clicking import kept_folder, one_at_a_time
    from leadbook.run.live import open_book, refresh_open

    folder = kept_folder()
    with one_at_a_time(folder), Progress() as progress:
        book = open_book(given.book)
        summary = refresh_open(book, as_of=day_of(given), journal_folder=folder, progress=progress)
    print(summary.sentence)
    for note in summary.plan.notes:
        print(note)
    print(f"{summary.book} is written but not saved; look at the sheet {summary.first_sheet}, and save it in Excel.")
    return 0


def run_check(given: argparse.Namespace) -> int:
    """``leadbook live check [BOOK]``: exit code 1 when there are errors, as for a closed workbook."""
    from leadbook.run.live import check_open, check_sentence, open_book

    with Progress() as progress:
        report = check_open(open_book(given.book), as_of=day_of(given), progress=progress)
    print(check_sentence(report))
    return 1 if report.has_errors else 0


def run_today(given: argparse.Namespace) -> int:
    """``leadbook live today [BOOK]``."""
    from leadbook.cli.today_command import print_morning
    from leadbook.run.live import open_book, today_open

    with Progress() as progress:
        morning = today_open(open_book(given.book), as_of=day_of(given), progress=progress)
    print_morning(morning)
    return 0


def run_propose(given: argparse.Namespace) -> int:
    """``leadbook live propose [BOOK]``: exit code 1 when a lead was left out, as for a closed workbook."""
    from leadbook.cli.propose_command import print_proposed
    from leadbook.run.clicking import kept_folder, one_at_a_time
    from leadbook.run.live import open_book, propose_open

    folder = kept_folder()
    with one_at_a_time(folder), Progress() as progress:
        book = open_book(given.book)
        done = propose_open(book, as_of=day_of(given), journal_folder=folder, progress=progress)
    print_proposed(done)
    if done.written:
        print(f"{done.book} is written but not saved; save it in Excel to keep the rows.")
    return 1 if done.left_out else 0


def run_undo(given: argparse.Namespace) -> int:
    """``leadbook live undo [BOOK]``."""
    from leadbook.run.clicking import kept_folder, one_at_a_time
    from leadbook.run.live import open_book, undo_open

    folder = kept_folder()
    with one_at_a_time(folder):
        print(undo_open(open_book(given.book), journal_folder=folder))
    return 0
