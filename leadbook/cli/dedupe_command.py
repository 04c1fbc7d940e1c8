"""``leadbook dedupe``: what may be typed, and what is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.cli.progress import Progress

if TYPE_CHECKING:
    import argparse

    from leadbook.run.deduping import DedupeSummary


def add_dedupe(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = words.add_parser("dedupe", help="list the rows of a workbook or of any file that look like one, and why")
    command.add_argument("file", metavar="FILE", help="a workbook of leads, or any CSV or Excel file with --id")
    command.add_argument("--id", default="", metavar="COLUMN", help="the column that names the rows of a plain file")
    command.add_argument(
        "--pairs", default="", metavar="OUT.csv", help="write every pair above 0.01 with its reasons to this file"
    )
    command.set_defaults(command=dedupe)


def dedupe(given: argparse.Namespace) -> int:
    """``leadbook dedupe FILE``."""
    from leadbook.run.deduping import dedupe as run

    with Progress() as progress:
        summary = run(given.file, id_column=given.id, pairs=given.pairs, progress=progress)
    print_dedupe(summary, listed=not given.pairs)
    return 0


def print_dedupe(summary: DedupeSummary, *, listed: bool) -> None:
    """Print what was found, with the likeliest pairs where no file holds them."""
    for header, role in summary.columns:
        print(f"  {header}: {_MEANT.get(role, role) if role else 'left out, it tells no two rows apart'}")
    if listed and summary.likeliest:
        print("The likeliest pairs:")
        for pair in summary.likeliest:
            sure = "" if pair.duplicate else ", not taken for one"
            print(f"  {pair.id_a} and {pair.id_b} ({pair.probability:.0%} likely{sure})")
            print(f"    {pair.reasons}")
    for note in summary.notes:
        print(note)
    print(summary.sentence)


_MEANT = {
    "email": "e-mail", "given": "first name", "surname": "last name", "person": "whole name", "company": "name",
    "number": "house number", "street2": "address, further line", "figure": "number", "choice": "one of a few words",
}  # fmt: skip
