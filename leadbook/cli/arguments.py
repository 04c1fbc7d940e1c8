"""What may be typed after ``leadbook``, and what each word means."""

from __future__ import annotations

import argparse
import datetime as dt

from leadbook import __version__
from leadbook.cli import commands

EPILOG = """exit codes:
  0    done
  1    check found errors
  2    the command was typed wrongly
  3    it could not be done; one sentence says why, and the workbook is what it was
  130  interrupted; the workbook is what it was
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; each command's function is in ``command``."""
    top = argparse.ArgumentParser(
        prog="leadbook",
        description="Your Excel workbook is the lead database: check, score, measure and forecast it in place.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"leadbook {__version__}")
    words = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    demo = words.add_parser("demo", help="copy the sample workbook here and refresh it")
    demo.add_argument("folder", nargs="?", default=".", help="where to put it (default: here)")
    demo.set_defaults(command=commands.demo)

    refresh = words.add_parser("refresh", help="check, score, measure and forecast a workbook, and write its sheets")
    _book(refresh)
    _as_of(refresh)
    _dry_run(refresh)
    refresh.add_argument("--json", action="store_true", help="print the summary as JSON")
    refresh.set_defaults(command=commands.refresh)

    check = words.add_parser("check", help="list what is wrong in the data, with cell addresses; exit 1 on errors")
    _book(check)
    _as_of(check)
    check.add_argument(
        "--select", action="append", default=[], metavar="CODE", help="only these codes, such as LB2 or LB101"
    )
    check.add_argument("--ignore", action="append", default=[], metavar="CODE", help="all but these codes")
    check.add_argument("--json", action="store_true", help="print the issues as JSON")
    check.set_defaults(command=commands.check)

    init = words.add_parser("init", help="make a new workbook, or add leadbook's sheets to one with --into")
    init.add_argument("book", nargs="?", metavar="BOOK", help="the workbook to make (default: leads.xlsx)")
    init.add_argument(
        "--into", metavar="BOOK", help="add leadbook's tables and sheets to this workbook, losing nothing"
    )
    _dry_run(init)
    init.set_defaults(command=commands.init)

    adopt = words.add_parser("adopt", help="read your own tracker as it is: map its headers, change none of them")
    _book(adopt)
    adopt.add_argument("--sheet", default="", help="the sheet your leads are on, when there are several")
    adopt.add_argument("--table", default="", help="the Excel table your leads are in, when there are several")
    _dry_run(adopt)
    adopt.set_defaults(command=commands.adopt)

    imports = words.add_parser(
        "import", help="add the leads of CSV or Excel files to a workbook; known ones are updated"
    )
    imports.add_argument(
        "files", nargs="+", metavar="FILE", help="a .csv or .xlsx file, several that belong together, or a folder"
    )
    imports.add_argument("--into", required=True, metavar="BOOK", help="the workbook that receives them")
    _as_of(imports)
    _dry_run(imports)
    imports.set_defaults(command=commands.import_files)

    rules = words.add_parser("rules", help="list every rule with its code")
    rules.add_argument("--json", action="store_true", help="print them as JSON")
    rules.set_defaults(command=commands.rules)

    explain = words.add_parser("explain", help="tell what a code means and what to do about it")
    explain.add_argument("code", metavar="CODE", help="such as LB101")
    explain.set_defaults(command=commands.explain)

    undo = words.add_parser("undo", help="put back the workbook as it was before leadbook last wrote to it")
    _book(undo)
    undo.set_defaults(command=commands.undo)
    return top


def _book(command: argparse.ArgumentParser) -> None:
    command.add_argument("book", metavar="BOOK", help="the workbook (.xlsx or .xlsm)")


def _as_of(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--as-of", type=_day, metavar="DATE", help="the day to work everything out for, as 2026-11-20 (default: today)"
    )


def _dry_run(command: argparse.ArgumentParser) -> None:
    command.add_argument("--dry-run", action="store_true", help="show every cell that would change, and write nothing")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is no date; write it as 2026-11-20') from None
