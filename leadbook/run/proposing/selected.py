"""Proposals for the leads whose rows are selected in an open workbook."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from msgspec.structs import replace

from leadbook.model.headers import match_headers
from leadbook.model.issues import InputError
from leadbook.model.locate import find_leads
from leadbook.model.records import TEXT_STORAGE
from leadbook.model.settings import read_playbook
from leadbook.run.proposing.closed import FOLDER
from leadbook.run.proposing.proposing import Room, Wanted, propose_in

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from leadbook.books.live.book import LiveBook
    from leadbook.run.proposing.report import Proposed

MOST = 50
"""Leads that one click writes proposals for: Excel waits until it is done."""


@pd.option_context(*TEXT_STORAGE)
def propose_selected(live: LiveBook, today: dt.date, progress: Callable[[str], None]) -> Proposed:
    """Write a proposal for each lead whose row is selected.

    Parameters
    ----------
    live : LiveBook
    today : date
    progress : callable

    Returns
    -------
    Proposed
        With a note where the documents are not beside the workbook.

    Raises
    ------
    LeadbookError
        No row of a lead is selected, or nothing could be written.
    """
    playbook, _ = read_playbook(live.contents)
    table, _ = find_leads(live.contents, playbook)
    sheet, selected = live.selected_rows()
    hidden = live.hidden_rows(table.name) if sheet == table.sheet and len(selected) > 1 else frozenset()
    held = set(table.rows.tolist())
    rows = tuple(row for row in selected if row in held and row not in hidden) if sheet == table.sheet else ()
    if not rows:
        raise InputError(f"Select a cell in the row of a lead on the sheet {table.sheet}, and click again.")
    if len(rows) > MOST:
        raise InputError(f"{len(rows):,} leads are selected. Select at most {MOST}, and click again.")
    home = live.folder()
    notes = []
    if home is None:
        folder = _documents() / FOLDER
        notes.append(
            f"The workbook is not in a folder of this computer (it may be in OneDrive, or not saved yet), so the "
            f"documents are in {folder}, and no link leads to them."
        )
    else:
        folder = home / FOLDER
    places = match_headers(table, "Leads", playbook.mappings).places
    if "lead_id" in places:
        live.remember_order(table.name, table.headers[places["lead_id"]])
    done = propose_in(live, Room(home, Path(os.path.realpath(folder)), str(folder)), Wanted(rows=rows), today, progress)
    return replace(done, notes=(*done.notes, *notes)) if done.written else done


def _documents() -> Path:
    """Return the folder in which the seller keeps documents."""
    from platformdirs import user_documents_path  # noqa: PLC0415 - few workbooks are nowhere

    return user_documents_path()
