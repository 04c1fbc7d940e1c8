"""``leadbook calendar``: what may be typed, and what is printed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from leadbook.cli.commands import day_of
from leadbook.cli.progress import Progress
from leadbook.cli.usual_arguments import add_as_of, add_book, add_owner

if TYPE_CHECKING:
    import argparse
    from argparse import _SubParsersAction


def add_calendar(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    command = words.add_parser("calendar", help="write next steps, deadlines and revisit dates as one .ics file")
    add_book(command)
    add_as_of(command)
    add_owner(command)
    command.add_argument(
        "--out",
        default="",
        metavar="FILE",
        help='the .ics file to write (default: "NAME calendar.ics" beside the workbook)',
    )
    command.set_defaults(command=run_calendar)


def run_calendar(given: argparse.Namespace) -> int:
    """``leadbook calendar BOOK``."""
    from leadbook.run.lead_calendar import lead_calendar

    # A day that was asked for stands for its own beginning, so that asking again gives the same file.
    now = dt.datetime.combine(given.as_of, dt.time(), dt.UTC) if given.as_of else dt.datetime.now(dt.UTC)
    with Progress() as progress:
        made = lead_calendar(
            given.book, as_of=day_of(given), now=now, out=given.out, owner=given.owner, progress=progress
        )  # fmt: skip
    print(made.sentence)
    for note in made.notes:
        print(note)
    if made.file:
        print("Import it into your calendar; importing a later one again brings the same entries up to date.")
    return 0
