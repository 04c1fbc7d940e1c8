"""``leadbook propose``: what may be typed, and what it prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from leadbook.cli.commands import day_of
from leadbook.cli.progress import Progress
from leadbook.cli.usual_arguments import add_as_of, add_book

if TYPE_CHECKING:
    import argparse

    from leadbook.run.proposing.report import Proposed

LEFT_OUT = 1
_EACH = 3  # proposals that each have a note of their own


def add_propose(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = words.add_parser("propose", help="write proposals as Word files, and log them in the workbook")
    add_book(command)
    command.add_argument(
        "--lead", action="append", default=[], metavar="LEAD", help="a lead's id, such as L-0042; as often as needed"
    )
    command.add_argument("--stage", default="", help="the leads in this stage, such as Proposal")
    command.add_argument("--owner", default="", metavar="NAME", help="the leads of this owner that have quote lines")
    command.add_argument("--pdf", action="store_true", help="write each as a PDF too")
    command.add_argument("--html", action="store_true", help="write each as a page for the browser too")
    command.add_argument("--out", metavar="FOLDER", help="where the documents go (default: Proposals beside BOOK)")
    command.add_argument(
        "--template", metavar="FILE", help="your own template (default: templates/proposal.docx beside BOOK, if any)"
    )
    command.add_argument(
        "--locale", default="", metavar="LOCALE", help="how amounts and days are written, such as de_DE"
    )
    add_as_of(command)
    command.add_argument("--dry-run", action="store_true", help="tell what would be written, and write nothing")
    command.add_argument("--json", action="store_true", help="print the result as JSON")
    command.set_defaults(command=propose)


def propose(given: argparse.Namespace) -> int:
    """``leadbook propose BOOK``: exit code 1 when a lead was left out."""
    from leadbook.run.commands import propose as run

    with Progress() as progress:
        done = run(
            given.book, given.lead, as_of=day_of(given), stage=given.stage, owner=given.owner, out=given.out,
            template=given.template, page=given.html, pdf=given.pdf, locale=given.locale, dry_run=given.dry_run,
            progress=progress,
        )  # fmt: skip
    if given.json:
        _print_json(done)
    else:
        print_proposed(done)
        if done.written and not done.dry_run:
            print(f"To take the rows out of the workbook again: leadbook undo {given.book} (the documents stay).")
    return LEFT_OUT if done.left_out else 0


def print_proposed(done: Proposed) -> None:
    """Print each lead with its documents, or with why it was left out, and the closing sentence."""
    from leadbook.run.proposing.report import money

    places = _places(done)
    for one in done.written:
        offered = f"{money(one.total, one.currency)}, valid until {one.valid_until}"
        print(f"{_lead(one.lead_id, one.company)}: {_files(one.files)}, {offered}")
        for note in one.notes:
            if len(places[_message(note)]) <= _EACH:
                print(f"  {note}")
    for message, cells in places.items():
        if len(cells) > _EACH:  # said once for all of them
            print(f"{', '.join(cells[:_EACH])} and {len(cells) - _EACH:,} more: {message}")
    alike: dict[tuple[str, ...], list[str]] = {}
    for missed in done.left_out:
        alike.setdefault(missed.reasons, []).append(_lead(missed.lead_id, missed.company))
    for reasons, leads in alike.items():
        more = f" and {len(leads) - _EACH:,} more" if len(leads) > _EACH else ""
        print(f"{', '.join(leads[:_EACH])}{more}: left out")
        for reason in reasons:
            print(f"  {reason}")
    for note in done.notes:
        print(note)
    print(done.sentence)


def _files(names: tuple[str, ...]) -> str:
    """Return the Word file's name, and the endings of those beside it."""
    more = [f".{name.rpartition('.')[2]}" for name in names[1:]]
    return f"{names[0]} (and {' and '.join(more)})" if more else names[0]


def _places(done: Proposed) -> dict[str, list[str]]:
    """Return the cells that each note names, by what it says."""
    places: dict[str, list[str]] = {}
    for one in done.written:
        for note in one.notes:
            places.setdefault(_message(note), []).append(note.partition(": ")[0])
    return places


def _message(note: str) -> str:
    return note.partition(": ")[2]


def _lead(lead_id: str, company: str) -> str:
    return " ".join(filter(None, [lead_id, " ".join(company.split())])) or "A lead without a name"


def _print_json(done: Proposed) -> None:
    from msgspec import structs, to_builtins

    from leadbook.cli.printing import plain_json

    found = structs.asdict(done) | {"sentence": done.sentence, "totals": done.totals}
    found["written"] = [to_builtins(one) for one in done.written]
    found["left_out"] = [to_builtins(one) for one in done.left_out]
    print(json.dumps(found, default=plain_json, ensure_ascii=False, indent=2))
