"""The command brief: one page about each lead, to read before a meeting; the workbook is only read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.documents.brief import Known, brief_fields
from leadbook.documents.naming import safe_file, safe_name
from leadbook.documents.outgoing import write_new
from leadbook.documents.template_files import find_template
from leadbook.documents.word_template import ready
from leadbook.model.issues import InputError
from leadbook.model.records import TEXT_STORAGE
from leadbook.run.as_it_stands import read_as_it_is, records_to
from leadbook.run.chances import place_leads
from leadbook.run.progress import silent
from leadbook.run.whose import asked_for

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Callable, Sequence

TEMPLATE = "brief.docx"
FOLDER = "Briefs"


class Briefs(Struct, frozen=True):
    """What was written: the folder, and each file's name in it."""

    book: str
    as_of: dt.date
    folder: str
    files: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The result in one line."""
        many = len(self.files)
        return f"{many:,} brief{'' if many == 1 else 's'} in {self.folder}: {', '.join(self.files[:3])}" + (
            f" and {many - 3:,} more." if many > 3 else "."
        )


def briefs(
    path: str | os.PathLike[str],
    leads: Sequence[str],
    *,
    as_of: dt.date,
    out: str | os.PathLike[str] = "",
    progress: Callable[[str], None] = silent,
) -> Briefs:
    """Write a one-page brief about each of some leads as a Word file.

    Parameters
    ----------
    path : path
        The workbook. ``templates/brief.docx`` beside it stands in for the shipped template.
    leads : sequence of str
        Their ids, at least one.
    as_of : date
        The day everything is worked out for.
    out : path
        The folder; "" is ``Briefs`` beside the workbook.
    progress : callable

    Raises
    ------
    LeadbookError
        The workbook or the template cannot be read, there is no such lead, or the folder cannot be written.
    """
    if not leads:
        raise InputError("Say which leads you meet, such as --lead L-0042.")
    book = Path(path)
    progress("open")
    contents, notes = read_as_it_is(book)
    file = find_template(book.resolve().parent, TEMPLATE)
    with pd.option_context(*TEXT_STORAGE):
        progress("read")
        records = records_to(contents, as_of, "brief you on")
        wanted = asked_for(records, ids=leads)
        template = ready(file.read_bytes(), file.name)
        progress("score")
        placed = place_leads(records, as_of)
        known = Known(records, placed.scores, placed.standing, placed.visits)
        progress("draft")
        made: list[tuple[str, bytes]] = []
        for place in np.flatnonzero(wanted).tolist():
            fields = brief_fields(known, place, as_of)
            made.append((_name(fields), template.fill(fields)))
    progress("write")
    folder = Path(out) if str(out) else book.parent / FOLDER
    files = tuple(write_new(folder, name, content).name for name, content in made)
    return Briefs(contents.name, as_of, str(folder), files, notes)


def _name(fields: dict[str, object]) -> str:
    lead = fields["lead"]
    assert isinstance(lead, dict)  # noqa: S101 - what brief_fields returns
    return safe_file(f"Brief - {safe_name(lead['company'])} - {safe_name(lead['id'], 40)}", ".docx")
