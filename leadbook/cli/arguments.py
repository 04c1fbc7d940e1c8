"""What may be typed after ``leadbook``, and what each word means."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING

from leadbook import __version__
from leadbook.cli import commands
from leadbook.cli.buttons_command import add_interpreter
from leadbook.cli.usual_arguments import add_as_of as _as_of
from leadbook.cli.usual_arguments import add_book as _book
from leadbook.cli.usual_arguments import add_dry_run as _dry_run

if TYPE_CHECKING:
    from argparse import _SubParsersAction

EPILOG = """exit codes:
  0    done
  1    check found errors, or left some after --fix; doctor found what keeps the buttons from working
  2    the command was typed wrongly
  3    it could not be done; one sentence says why, and the workbook is what it was
  130  interrupted; the workbook is what it was
"""


_HERE = "arguments"
_HOMES = {
    "demo": (_HERE, "add_demo"),
    "refresh": (_HERE, "add_refresh"),
    "check": ("check_arguments", "add_check"),
    "today": ("today_command", "add_today"),
    "forecast": ("forecast_command", "add_forecast"),
    "backtest": ("forecast_command", "add_forecast"),
    "diff": ("diff_command", "add_diff"),
    "score": ("score_command", "add_score"),
    "propose": ("propose_command", "add_propose"),
    "followups": ("followups_command", "add_followups"),
    "calendar": ("calendar_command", "add_calendar"),
    "brief": ("brief_command", "add_brief"),
    "review": ("review_command", "add_review"),
    "live": ("live_command", "add_live"),
    "init": (_HERE, "add_init"),
    "buttons": ("buttons_command", "add_buttons"),
    "doctor": ("doctor_command", "add_doctor"),
    "watch": ("watch_command", "add_watch"),
    "adopt": (_HERE, "add_adopt"),
    "import": ("import_arguments", "add_import"),
    "history": ("history_command", "add_history"),
    "dedupe": ("dedupe_command", "add_dedupe"),
    "merge": ("merge_command", "add_merge"),
    "unmerge": ("merge_command", "add_merge"),
    "sync": ("sync_command", "add_sync"),
    "export": ("export_arguments", "add_export"),
    "templates": ("templates_command", "add_templates"),
    "rules": (_HERE, "add_rules"),
    "explain": (_HERE, "add_rules"),
    "undo": (_HERE, "add_undo"),
}
"""Where each command says what may be typed after it, in the order of the help."""


def parser(word: str = "") -> argparse.ArgumentParser:
    """Return the parser of the command line; each command's function is in ``command``.

    Parameters
    ----------
    word : str
        The command that was typed: the others are then not loaded, which takes longer than parsing does. Anything
        else gives the parser of them all.
    """
    top = argparse.ArgumentParser(
        prog="leadbook",
        description="Your Excel workbook is the lead database: check, score, measure and forecast it in place.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"leadbook {__version__}")
    words = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module, adder in dict.fromkeys([_HOMES[word]] if word in _HOMES else _HOMES.values()):
        getattr(import_module(f"leadbook.cli.{module}"), adder)(words)
    return top


def add_demo(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``demo``."""
    demo = words.add_parser("demo", help="copy the sample workbook here and refresh it")
    demo.add_argument("folder", nargs="?", default=".", help="where to put it (default: here)")
    demo.set_defaults(command=commands.demo)


def add_refresh(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``refresh``."""
    refresh = words.add_parser("refresh", help="check, score, measure and forecast a workbook, and write its sheets")
    _book(refresh)
    _as_of(refresh)
    _dry_run(refresh)
    refresh.add_argument("--json", action="store_true", help="print the summary as JSON")
    refresh.set_defaults(command=commands.refresh)


def add_init(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``init``."""
    init = words.add_parser("init", help="make a new workbook, or add leadbook's sheets to one with --into")
    init.add_argument(
        "book", nargs="?", metavar="BOOK", help="the workbook to make (default: leads.xlsx); .xlsm: with buttons"
    )
    init.add_argument(
        "--into", metavar="BOOK", help="add leadbook's tables and sheets to this workbook, losing nothing"
    )
    add_interpreter(init)
    _dry_run(init)
    init.set_defaults(command=commands.init)


def add_adopt(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``adopt``."""
    adopt = words.add_parser("adopt", help="read your own tracker as it is: map its headers, change none of them")
    _book(adopt)
    adopt.add_argument("--sheet", default="", help="the sheet your leads are on, when there are several")
    adopt.add_argument("--table", default="", help="the Excel table your leads are in, when there are several")
    adopt.add_argument(
        "--header-row", type=_row, default=0, metavar="ROW", help="the row of your headers, when it is not found"
    )
    adopt.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="YOURS=OURS",
        help='what a header means, such as "Client=Company" or "Type=ignore"; as often as needed',
    )
    _dry_run(adopt)
    adopt.set_defaults(command=commands.adopt)


def add_undo(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``undo``."""
    undo = words.add_parser("undo", help="put back the workbook as it was before leadbook last wrote to it")
    _book(undo)
    undo.set_defaults(command=commands.undo)


def add_rules(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands that tell about the rules: ``rules`` and ``explain``."""
    rules = words.add_parser("rules", help="list every rule with its code")
    rules.add_argument("--json", action="store_true", help="print them as JSON")
    rules.set_defaults(command=commands.rules)

    explain = words.add_parser("explain", help="tell what a code means and what to do about it")
    explain.add_argument("code", metavar="CODE", help="such as LB101")
    explain.set_defaults(command=commands.explain)


def _row(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= 1_048_576:
        raise argparse.ArgumentTypeError(f'"{text}" is no row of a sheet; give a number such as 5')
    return int(text)
