"""What may be typed after ``leadbook export``, and what it prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.cli.usual_arguments import add_as_of, add_book

if TYPE_CHECKING:
    import argparse
    from argparse import _SubParsersAction


def add_export(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``export``."""
    export = words.add_parser("export", help="write leads to a CSV file for mail merge or for a CRM's import")
    add_book(export)
    export.add_argument("--to", required=True, metavar="OUT.csv", help="the file to write")
    export.add_argument(
        "--for", dest="target", default="plain", metavar="TARGET",
        help="mailmerge, hubspot, salesforce, pipedrive, zoho, dynamics or plain (default: plain, every column)",
    )  # fmt: skip
    which = export.add_argument_group("which leads (each option may be given several times)")
    which.add_argument("--stage", action="append", default=[], metavar="NAME", help="only in this stage")
    which.add_argument("--owner", action="append", default=[], metavar="NAME", help="only of this seller")
    which.add_argument("--flag", action="append", default=[], metavar="FLAG", help="only with this flag, as stale")
    which.add_argument(
        "--where", action="append", default=[], metavar="CONDITION",
        help='as "Country=Germany", "Amount>5000", "Close Date<2026-12-31", "Notes~call" or "Source!=Web"',
    )  # fmt: skip
    which.add_argument(
        "--everyone", action="store_true", help="in a mail merge, those who opted out or whose mail bounced as well"
    )
    export.add_argument("--delimiter", default=",", help="one character, or tab (default: a comma)")
    export.add_argument("--force", action="store_true", help="replace OUT.csv if it is there already")
    add_as_of(export)
    export.set_defaults(command=run_export)


def run_export(given: argparse.Namespace) -> int:
    """``leadbook export BOOK --to OUT.csv``."""
    from leadbook.cli.commands import day_of
    from leadbook.run.exports.command import export
    from leadbook.run.exports.filters import Filters

    filters = Filters(tuple(given.stage), tuple(given.owner), tuple(given.flag), tuple(given.where))
    made = export(
        given.book, given.to, as_of=day_of(given), target=given.target, filters=filters, delimiter=given.delimiter,
        everyone=given.everyone, force=given.force,
    )  # fmt: skip
    for note in made.notes:
        print(note)
    leads = "1 lead" if made.leads == 1 else f"{made.leads:,} leads"
    print(f"{leads} written to {given.to}, {len(made.headers)} columns.")
    return 0
