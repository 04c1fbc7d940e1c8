"""``leadbook followups``: what may be typed, and what is printed."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from leadbook.cli.commands import day_of
from leadbook.cli.progress import Progress
from leadbook.cli.usual_arguments import add_as_of, add_book, add_lead, add_owner

if TYPE_CHECKING:
    import argparse
    from argparse import _SubParsersAction

    from leadbook.run.follow_ups import FollowUps


def add_followups(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    command = words.add_parser("followups", help="draft the day's follow-up mails as .eml files; nothing is ever sent")
    add_book(command)
    add_as_of(command)
    add_owner(command)
    add_lead(command)
    command.add_argument(
        "--out", default="", metavar="FOLDER", help="where to put them (default: a new folder beside the workbook)"
    )
    command.add_argument("--dry-run", action="store_true", help="tell who would be written to, and write nothing")
    command.add_argument("--json", action="store_true", help="print it as JSON")
    command.set_defaults(command=run_followups)


def run_followups(given: argparse.Namespace) -> int:
    """``leadbook followups BOOK``."""
    from leadbook.run.follow_ups import follow_ups

    with Progress() as progress:
        made = follow_ups(
            given.book, as_of=day_of(given), out=given.out, owner=given.owner, leads=given.lead,
            dry_run=given.dry_run, progress=progress,
        )  # fmt: skip
    if given.json:
        print(json.dumps(_plain(made), ensure_ascii=False, indent=2))
    else:
        print_follow_ups(made, asked=bool(given.lead))
    return 0


def print_follow_ups(made: FollowUps, *, asked: bool) -> None:
    """Print one line a draft, and one a lead left out where it was asked for by its id."""
    from leadbook.run.follow_ups import REASONS

    for draft in made.drafts:
        silent = "" if math.isnan(draft.silent_days) else f", silent {draft.silent_days:.0f} days"
        late = f", {draft.overdue_days:.0f} past the cadence" if draft.overdue_days else ""
        who = _line(draft.company or draft.contact)
        print(f"  {_line(draft.lead_id):10} {who[:32]:32} {draft.name}{silent}{late}")
    for lead in made.left_out if asked else ():
        print(f"  {_line(lead.lead_id):10} {_line(lead.company)[:32]:32} left out: {REASONS[lead.why]}")
    print(made.sentence)
    for note in made.notes:
        print(note)
    if made.drafts and not made.dry_run:
        print("Open a draft with a double click, read it, change it, and send it yourself; leadbook sends nothing.")


def _plain(made: FollowUps) -> dict[str, object]:
    files = made.files or (None,) * len(made.drafts)
    return {
        "book": made.book,
        "as_of": made.as_of.isoformat(),
        "folder": made.folder or None,
        "drafts": [
            {
                "lead_id": draft.lead_id, "company": draft.company, "email": draft.email, "owner": draft.owner,
                "follow_up": draft.name, "template": draft.template, "subject": draft.subject, "body": draft.body,
                "silent_days": None if math.isnan(draft.silent_days) else int(draft.silent_days), "file": file,
            }
            for draft, file in zip(made.drafts, files, strict=True)
        ],
        "left_out": [
            {"lead_id": lead.lead_id, "company": lead.company, "why": lead.why, "row": lead.row}
            for lead in made.left_out
        ],
        "sentence": made.sentence,
        "notes": list(made.notes),
    }  # fmt: skip


def _line(text: str) -> str:
    """Return a text on one line: what stands in a cell must not move the terminal's cursor."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
