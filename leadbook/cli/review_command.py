"""``leadbook review``: what may be typed, and what is printed."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from leadbook.cli.commands import day_of
from leadbook.cli.progress import Progress
from leadbook.cli.usual_arguments import add_as_of

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from leadbook.run.team.reviewing import ReviewSummary


def add_review(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    command = words.add_parser(
        "review", help="make one workbook for the sales meeting from many reps' books, which are only read"
    )
    command.add_argument(
        "books", nargs="+", metavar="BOOK",
        help="workbooks, folders or patterns such as 'team/**/*.xlsx', or addresses such as s3://team/anna.xlsx",
    )  # fmt: skip
    command.add_argument(
        "-o", "--output", default="review.xlsx", metavar="REVIEW",
        help="the review workbook; what you put beside leadbook's sheets in it stays (default: review.xlsx)",
    )  # fmt: skip
    add_as_of(command)
    command.add_argument(
        "--currency", default="", metavar="CODE", help="the money of the review (default: that of most books)"
    )
    command.add_argument("--jobs", type=_count, default=0, metavar="N", help="processes at once (default: one a core)")
    command.add_argument("--scheduler", default="", metavar="ADDRESS", help="study the books on a running Dask cluster")
    command.add_argument("--no-cache", action="store_true", help="study every book anew, and keep nothing")
    command.add_argument("--dry-run", action="store_true", help="tell what the review would say, and write nothing")
    command.add_argument("--json", action="store_true", help="print the summary as JSON")
    command.set_defaults(command=review)


def _count(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= 1_024:
        raise argparse.ArgumentTypeError(f'"{text}" is no number of processes; give one such as 4')
    return int(text)


def review(given: argparse.Namespace) -> int:
    """``leadbook review BOOK...``."""
    from leadbook.run.commands import review as run

    with Progress() as progress:
        summary = run(
            given.books, given.output, as_of=day_of(given), currency=given.currency, jobs=given.jobs,
            scheduler=given.scheduler, cache=not given.no_cache, dry_run=given.dry_run, progress=progress,
        )  # fmt: skip
    if given.json:
        print(json.dumps(review_json(summary), ensure_ascii=False, indent=2))
    else:
        print_review(summary)
    return 0


def review_json(summary: ReviewSummary) -> dict[str, object]:
    """Return the summary as plain values."""
    from msgspec import structs

    found = {name: value for name, value in structs.asdict(summary).items() if name not in {"plan", "reps"}}
    found["as_of"] = summary.as_of.isoformat()
    found["reps"] = [structs.asdict(rep) for rep in summary.reps]
    found["sentence"] = summary.sentence
    found["changes"] = {
        "sheets_added": summary.plan.sheets_added, "sheets_replaced": summary.plan.sheets_replaced,
        "notes": summary.plan.notes,
    }  # fmt: skip
    return found


def print_review(summary: ReviewSummary) -> None:
    """Print what a review found: each book that could not be read, then the sentence."""
    from leadbook.cli.printing import print_plan

    if summary.dry_run:
        print_plan(summary.plan)
    for fault in summary.faults:
        if fault["severity"] != "info":
            print(f"{fault['book']}: {fault['code']} {fault['severity']}: {fault['message']}")
    print(summary.sentence)
    for note in (*summary.notes, *summary.plan.notes):
        print(note)
    if not summary.dry_run:
        print(f"Open {summary.review} and start with the sheet Agenda.")
