"""``leadbook score``: what may be typed, and what is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.cli.commands import day_of
from leadbook.cli.progress import Progress
from leadbook.cli.usual_arguments import add_as_of

if TYPE_CHECKING:
    import argparse


def add_score(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = words.add_parser("score", help="each lead's points and chance with the reasons, or those of any file")
    command.add_argument("file", metavar="FILE", help="a workbook of leads, or any CSV or Excel file with --outcome")
    add_as_of(command)
    command.add_argument("--json", action="store_true", help="print every lead, the model and the leaks as JSON")
    plain = command.add_argument_group("a plain file: learn from the rows whose outcome is known, foretell the others")
    plain.add_argument("--id", default="", metavar="COLUMN", help="the column that names the rows")
    plain.add_argument(
        "--outcome", default="", metavar="COLUMN", help="1/0, yes/no or won/lost, blank on the rows to foretell"
    )
    plain.add_argument("--out", default="", metavar="OUT.csv", help="write id, win_probability and reasons here")
    for flag, meaning in (
        ("--keep", "learn from a column that would be left out as a leak"),
        ("--leave-out", "do not learn from a column"),
    ):
        plain.add_argument(flag, action="append", default=[], metavar="COLUMN", help=f"{meaning}; as often as needed")
    plain.add_argument("--encoding", default="", help="of a text file, when it is not found")
    plain.add_argument("--delimiter", default="", help="likewise: one character, or tab")
    command.set_defaults(command=score)


def score(given: argparse.Namespace) -> int:
    """``leadbook score BOOK`` and ``leadbook score FILE --id COLUMN --outcome COLUMN --out OUT.csv``."""
    return _score_file(given) if given.outcome else _score_book(given)


def _score_book(given: argparse.Namespace) -> int:
    from leadbook.cli.score_printing import book_json, print_as_json, print_book
    from leadbook.model.issues import InputError
    from leadbook.run.commands import score as run

    typed = [flag for flag in ("id", "out", "keep", "leave_out", "encoding", "delimiter") if getattr(given, flag)]
    if typed:
        flags = ", ".join(f"--{flag.replace('_', '-')}" for flag in typed)
        raise InputError(f"{flags} is for a plain file; name the column of outcomes too, such as --outcome Won.")
    with Progress() as progress:
        found = run(given.file, as_of=day_of(given), progress=progress)
    if given.json:
        print_as_json(book_json(found))
    else:
        print_book(found)
    return 0


def _score_file(given: argparse.Namespace) -> int:
    from leadbook.books.incoming import TextForm
    from leadbook.cli.score_printing import file_json, print_as_json, print_file
    from leadbook.model.issues import InputError
    from leadbook.run.commands import score_file as run

    if not given.id:
        raise InputError("Say which column names the rows, such as --id ID.")
    if not given.out and not given.json:
        raise InputError("Say where the chances go, such as --out chances.csv, or ask for --json.")
    with Progress() as progress:
        found = run(
            given.file, id_column=given.id, outcome_column=given.outcome, out=given.out, keep=given.keep,
            leave_out=given.leave_out, form=TextForm(given.encoding, given.delimiter), progress=progress,
        )  # fmt: skip
    if given.json:
        print_as_json(file_json(found))
    else:
        print_file(found)
    return 0
