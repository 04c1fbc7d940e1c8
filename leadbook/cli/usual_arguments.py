"""Arguments that several commands take."""

from __future__ import annotations

import argparse
import datetime as dt


def add_book(command: argparse.ArgumentParser) -> None:
    """Add ``BOOK``."""
    command.add_argument("book", metavar="BOOK", help="the workbook (.xlsx or .xlsm)")


def add_as_of(command: argparse.ArgumentParser) -> None:
    """Add ``--as-of``."""
    command.add_argument(
        "--as-of", type=day, metavar="DATE", help="the day to work everything out for, as 2026-11-20 (default: today)"
    )


def add_dry_run(command: argparse.ArgumentParser) -> None:
    """Add ``--dry-run``."""
    command.add_argument("--dry-run", action="store_true", help="show every cell that would change, and write nothing")


def add_owner(command: argparse.ArgumentParser) -> None:
    """Add ``--owner``."""
    command.add_argument(
        "--owner", default="", metavar="NAME", help="only one seller's leads (Unknown: leads without an owner)"
    )


def add_lead(command: argparse.ArgumentParser) -> None:
    """Add ``--lead``."""
    command.add_argument(
        "--lead", nargs="+", action="extend", default=[], metavar="ID", help="only leads with these ids, such as L-0042"
    )


def day(text: str) -> dt.date:
    """Return the day that was typed."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is no date; write it as 2026-11-20') from None
