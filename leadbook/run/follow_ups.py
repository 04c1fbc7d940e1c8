"""The command followups: the day's drafts and a mail-merge sheet, written into a folder; nothing is ever sent."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct

from leadbook.analysis.follow_up import WITHHELD
from leadbook.books.merge_sheet import merge_sheet
from leadbook.documents.followup_templates import doubt_stages, read_follow_ups
from leadbook.documents.followups import MORE_WITHHELD, write_follow_ups
from leadbook.documents.outgoing import free_name, write_new
from leadbook.model.counts import counted
from leadbook.model.records import TEXT_STORAGE
from leadbook.run.as_it_stands import read_as_it_is, records_to
from leadbook.run.chances import place_leads
from leadbook.run.progress import silent
from leadbook.run.whose import asked_for

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Callable, Mapping, Sequence

    from leadbook.documents.followups import Draft, Withheld

REASONS: Mapping[str, str] = {**MORE_WITHHELD, **WITHHELD}
MERGE_SHEET = "Mail merge.xlsx"
_CLOSED = ("merged", "archived", "won", "lost", "disqualified")


class FollowUps(Struct, frozen=True):
    """What was drafted, and who was left out.

    Parameters
    ----------
    book : str
        The workbook's file name.
    as_of : date
    folder : str
        Where the drafts are, or would be; "" where there is none.
    drafts : tuple of Draft
        The most pressing first.
    files : tuple of str
        The draft's file names, in the same order.
    left_out : tuple of Withheld
        In the workbook's order.
    dry_run : bool
    notes : tuple of str
    """

    book: str
    as_of: dt.date
    folder: str
    drafts: tuple[Draft, ...]
    files: tuple[str, ...]
    left_out: tuple[Withheld, ...]
    dry_run: bool = False
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The result in one line."""
        many = len(self.drafts)
        drafts = f"{many:,} draft{'' if many == 1 else 's'}" if many else "No draft"
        if many:
            drafts = f"{drafts} would go into {self.folder}" if self.dry_run else f"{drafts} in {self.folder}"
        if not self.left_out:
            return f"{drafts}."
        counts = Counter(lead.why for lead in self.left_out)
        order = [key for key in REASONS if key not in _CLOSED] + list(_CLOSED)
        told = ", ".join(f"{counts[key]:,} {REASONS[key]}" for key in order if counts[key])
        return f"{drafts}; {counted(len(self.left_out), 'lead')} left out: {told}."


def follow_ups(
    path: str | os.PathLike[str],
    *,
    as_of: dt.date,
    out: str | os.PathLike[str] = "",
    owner: str = "",
    leads: Sequence[str] = (),
    dry_run: bool = False,
    progress: Callable[[str], None] = silent,
) -> FollowUps:
    """Draft the follow-ups of a day as .eml files, with a sheet for Word's mail merge; the workbook is only read.

    Parameters
    ----------
    path : path
        The workbook. A folder ``templates`` beside it holds the team's own templates.
    as_of : date
        The day everything is worked out for.
    out : path
        The folder; "" makes a new one beside the workbook.
    owner : str
        Only this seller's leads; "" for all.
    leads : sequence of str
        Only leads with these ids; none for all.
    dry_run : bool
        Find out everything and write nothing.
    progress : callable

    Raises
    ------
    LeadbookError
        The workbook or a template cannot be read, nobody is called so, or the folder cannot be written.
    """
    book = Path(path)
    progress("open")
    contents, notes = read_as_it_is(book)
    with pd.option_context(*TEXT_STORAGE):
        progress("read")
        records = records_to(contents, as_of, "follow up")
        wanted = asked_for(records, owner=owner, ids=leads)
        templates = read_follow_ups(book.resolve().parent)
        notes = (*notes, *doubt_stages(templates, records.playbook))
        progress("score")
        placed = place_leads(records, as_of)
        progress("draft")
        drafts, left = write_follow_ups(
            records, placed.scores, placed.standing, templates, wanted=wanted, today=as_of, progress=progress
        )  # fmt: skip
    folder = Path(out) if str(out) else _new_folder(book.parent, as_of)
    files: list[str] = []
    if drafts and not dry_run:
        progress("write")
        files = [write_new(folder, draft.file, draft.content).name for draft in drafts]
        headers, rows = merge_rows(drafts, files)
        write_new(folder, MERGE_SHEET, merge_sheet(headers, rows, as_of))
    return FollowUps(
        contents.name, as_of, str(folder) if drafts else "", tuple(drafts), tuple(files), tuple(left), dry_run, notes
    )


def merge_rows(drafts: Sequence[Draft], files: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """Return the headers and rows of the mail-merge sheet: what a letter needs, then every field of the templates."""
    plain = [_flat(draft.fields) for draft in drafts]
    names = list(dict.fromkeys(name for fields in plain for name in fields))
    headers = ["Name", "Company", "Email", "Subject", "Body", "Follow-up", "Template", "File"]
    rows = [
        [
            draft.contact, draft.company, draft.email, draft.subject, draft.body, draft.name, draft.template, file,
            *(fields.get(name, "") for name in names),
        ]
        for draft, file, fields in zip(drafts, files, plain, strict=True)
    ]  # fmt: skip
    return [*headers, *(_header(name) for name in names)], rows


def _flat(fields: Mapping[str, object], before: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in fields.items():
        name = f"{before} {key}".strip()
        if isinstance(value, dict):
            flat |= _flat(value, name)
        else:
            flat[name] = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return flat


def _header(name: str) -> str:
    return name.replace("_", " ").title()


def _new_folder(beside: Path, as_of: dt.date) -> Path:
    return beside / free_name(beside, f"Follow-ups {as_of.isoformat()}")
