"""What may be typed after ``leadbook check``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from leadbook.cli import check_command
from leadbook.cli.usual_arguments import add_as_of, add_book, add_dry_run

if TYPE_CHECKING:
    from argparse import _SubParsersAction

EPILOG = """exit codes:
  0  no error is left (warnings and notes do not count)
  1  at least one error is left; with --dry-run: stands in the workbook now
  2  the command was typed wrongly
  3  it could not be done; one sentence says why, and the workbook is what it was

A Waive cell on a lead mutes codes on its row: LB203, or LB2 for all that begin so, or
"LB203 until 2026-12-31". The option Ignored Rules in Settings switches codes off for the team.
"""


def add_check(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``check``."""
    check = words.add_parser(
        "check",
        help="list what is wrong in the data, with cell addresses, and fix it; exit 1 on errors",
        description="List what is wrong in the data, with cell addresses; with --fix, put right what can be.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_book(check)
    add_as_of(check)
    fixing = check.add_argument_group("fixing")
    fixing.add_argument("--fix", action="store_true", help="apply the fixes that need no second look")
    fixing.add_argument("--unsafe-fixes", action="store_true", help="apply every fix, guesses too (see --dry-run)")
    add_dry_run(fixing)  # type: ignore[arg-type] # a group takes arguments as its parser does
    which = check.add_argument_group("which issues")
    which.add_argument(
        "--select", action="append", default=[], metavar="CODE", help="only these codes, such as LB2 or LB101"
    )
    which.add_argument("--ignore", action="append", default=[], metavar="CODE", help="all but these codes")
    which.add_argument(
        "--min-severity", choices=("error", "warning", "info"), default="info", help="only so grave ones (default: all)"
    )
    which.add_argument("--owner", default="", metavar="NAME", help="only those of one seller's leads")
    printing = check.add_argument_group("printing")
    printing.add_argument("--statistics", action="store_true", help="print how often each code was found instead")
    printing.add_argument(
        "--output-format", choices=("plain", "github", "json"), default="plain",
        help="plain for people, github for annotations in its workflows, json for programs",
    )  # fmt: skip
    printing.add_argument("--json", action="store_const", const="json", dest="output_format", help="the same as json")
    printing.add_argument("--max", type=_count, metavar="N", help="print the first N issues only")
    printing.add_argument("-q", "--quiet", action="store_true", help="print no issues, only the counts")
    check.set_defaults(command=check_command.check)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f'"{text}" is no count; write it as 20')
    return int(text)
