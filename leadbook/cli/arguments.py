"""What may be typed after ``leadbook``, and what each word means."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from leadbook import __version__
from leadbook.cli import commands
from leadbook.cli.brief_command import add_brief
from leadbook.cli.buttons_command import add_buttons, add_interpreter
from leadbook.cli.calendar_command import add_calendar
from leadbook.cli.check_arguments import add_check
from leadbook.cli.dedupe_command import add_dedupe
from leadbook.cli.diff_command import add_diff
from leadbook.cli.doctor_command import add_doctor
from leadbook.cli.export_arguments import add_export
from leadbook.cli.followups_command import add_followups
from leadbook.cli.forecast_command import add_forecast
from leadbook.cli.history_command import add_history
from leadbook.cli.import_arguments import add_import
from leadbook.cli.live_command import add_live
from leadbook.cli.merge_command import add_merge
from leadbook.cli.propose_command import add_propose
from leadbook.cli.review_command import add_review
from leadbook.cli.score_command import add_score
from leadbook.cli.sync_command import add_sync
from leadbook.cli.templates_command import add_templates
from leadbook.cli.today_command import add_today
from leadbook.cli.usual_arguments import add_as_of as _as_of
from leadbook.cli.usual_arguments import add_book as _book
from leadbook.cli.usual_arguments import add_dry_run as _dry_run
from leadbook.cli.watch_command import add_watch

if TYPE_CHECKING:
    from argparse import _SubParsersAction

EPILOG = """exit codes:
  0    done
  1    check found errors, or left some after --fix; doctor found what keeps the buttons from working
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

    add_check(words)
    add_today(words)
    add_forecast(words)
    add_diff(words)
    add_score(words.add_parser("score", help="each lead's points and chance with the reasons, or those of any file"))

    add_propose(words)
    _add_reminders(words)
    add_review(words)
    add_live(words)

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

    add_buttons(words)
    add_doctor(words)
    add_watch(words)

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

    add_import(words)
    add_history(words)

    add_dedupe(
        words.add_parser("dedupe", help="list the rows of a workbook or of any file that look like one, and why")
    )
    add_merge(words)
    add_sync(words)
    add_export(words)
    add_templates(words)

    _add_rules(words)

    undo = words.add_parser("undo", help="put back the workbook as it was before leadbook last wrote to it")
    _book(undo)
    undo.set_defaults(command=commands.undo)
    return top


def _add_reminders(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add what goes out of a workbook to be acted on elsewhere: drafts of mails, calendar entries, briefs."""
    add_followups(words)
    add_calendar(words)
    add_brief(words)


def _row(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= 1_048_576:
        raise argparse.ArgumentTypeError(f'"{text}" is no row of a sheet; give a number such as 5')
    return int(text)


def _add_rules(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands that tell about the rules: ``rules`` and ``explain``."""
    rules = words.add_parser("rules", help="list every rule with its code")
    rules.add_argument("--json", action="store_true", help="print them as JSON")
    rules.set_defaults(command=commands.rules)

    explain = words.add_parser("explain", help="tell what a code means and what to do about it")
    explain.add_argument("code", metavar="CODE", help="such as LB101")
    explain.set_defaults(command=commands.explain)
