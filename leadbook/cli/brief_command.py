"""``leadbook brief``: what may be typed, and what is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.cli.commands import day_of
from leadbook.cli.progress import Progress
from leadbook.cli.usual_arguments import add_as_of, add_book, add_lead

if TYPE_CHECKING:
    import argparse
    from argparse import _SubParsersAction


def add_brief(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    command = words.add_parser("brief", help="write a page about a lead to read before a meeting, as a Word file")
    add_book(command)
    add_lead(command)
    add_as_of(command)
    command.add_argument(
        "--out", default="", metavar="FOLDER", help="where to put it (default: Briefs, beside the workbook)"
    )
    command.set_defaults(command=run_brief)


def run_brief(given: argparse.Namespace) -> int:
    """``leadbook brief BOOK --lead ID``."""
    from leadbook.run.briefs import briefs

    with Progress() as progress:
        made = briefs(given.book, given.lead, as_of=day_of(given), out=given.out, progress=progress)
    print(made.sentence)
    for note in made.notes:
        print(note)
    return 0
