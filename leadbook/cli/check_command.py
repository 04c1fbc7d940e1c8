"""``leadbook check``: the faults, their fixes, and what is left."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from leadbook.cli.progress import Progress

if TYPE_CHECKING:
    import argparse

FOUND_ERRORS = 1


def check(given: argparse.Namespace) -> int:
    """``leadbook check BOOK``."""
    from leadbook.cli.check_printing import print_report
    from leadbook.model.issues import InputError, Severity
    from leadbook.run import commands

    fixes = given.fix or given.unsafe_fixes
    if given.dry_run and not fixes:
        raise InputError("--dry-run shows what --fix or --unsafe-fixes would change; give one of them too.")
    # The seller's day is the day where the seller is.
    today = given.as_of or dt.datetime.now().astimezone().date()
    select, ignore = _words(given.select), _words(given.ignore)
    least = Severity[given.min_severity.upper()]
    with Progress() as progress:
        if fixes:
            report = commands.fix(
                given.book, as_of=today, unsafe=given.unsafe_fixes, dry_run=given.dry_run, select=select,
                ignore=ignore, owner=given.owner, least=least, progress=progress,
            )  # fmt: skip
        else:
            report = commands.check(
                given.book, as_of=today, select=select, ignore=ignore, owner=given.owner, least=least,
                progress=progress,
            )  # fmt: skip
    print_report(
        report, path=given.book, output_format=given.output_format, statistics=given.statistics, most=given.max,
        quiet=given.quiet, fixes=fixes, unsafe=given.unsafe_fixes,
    )  # fmt: skip
    return FOUND_ERRORS if report.has_errors else 0


def _words(given: list[str]) -> list[str]:
    return [word.upper() for text in given for word in text.replace(",", " ").split()]
