"""Proposals for the leads whose rows are selected in an open workbook."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from msgspec.structs import replace

from leadbook.analysis.archived import folded_id
from leadbook.model.headers import match_headers
from leadbook.model.issues import InputError
from leadbook.model.locate import find_leads
from leadbook.model.records import TEXT_STORAGE
from leadbook.model.settings import read_playbook
from leadbook.run.proposing.closed import FOLDER
from leadbook.run.proposing.proposing import Room, Wanted, propose_in

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from leadbook.books.live.book import LiveBook
    from leadbook.model.tables import RawTable
    from leadbook.run.proposing.report import Proposed

MOST = 50
"""Leads that one click writes proposals for: Excel waits until it is done."""

_LISTED = ("Lead ID", "Lead")
"""The headers under which other sheets, such as Today, name leads by their ids."""


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
    places = match_headers(table, "Leads", playbook.mappings).places
    rows = _selected(live, table, places.get("lead_id"))
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
    if "lead_id" in places:
        live.remember_order(table.name, table.headers[places["lead_id"]])
    done = propose_in(live, Room(home, Path(os.path.realpath(folder)), str(folder)), Wanted(rows=rows), today, progress)
    return replace(done, notes=(*done.notes, *notes)) if done.written else done


def _selected(live: LiveBook, leads: RawTable, id_place: int | None) -> tuple[int, ...]:
    """Return the rows of the leads that are selected, on their own sheet or by their ids on one that lists leads."""
    sheet, selected = live.selected_rows()
    if sheet == leads.sheet:
        return tuple(_seen(live, leads, selected))
    if id_place is None:
        return ()
    ids = zip(leads.rows.tolist(), leads.cells[id_place], strict=True)
    known = {folded_id(text): row for row, text in ids if text is not None}
    found: dict[int, None] = {}
    for table in live.contents.tables.values():
        header = next((header for header in table.headers if header in _LISTED), None)
        if table.sheet == sheet and header is not None:
            listed = dict(zip(table.rows.tolist(), table.cells[table.headers.index(header)], strict=True))
            rows = (known.get(folded_id(listed[row])) for row in _seen(live, table, selected))
            found |= dict.fromkeys(row for row in rows if row is not None)
    return tuple(found)


def _seen(live: LiveBook, table: RawTable, selected: range) -> Iterator[int]:
    """Yield the selected rows of a table that no filter hides."""
    held = set(table.rows.tolist()).intersection(selected)
    hidden = live.hidden_rows(table.name) if held and len(selected) > 1 else frozenset()
    yield from sorted(held - hidden)


def _documents() -> Path:
    """Return the folder in which the seller keeps documents."""
    from platformdirs import user_documents_path  # noqa: PLC0415 - few workbooks are nowhere

    return user_documents_path()
