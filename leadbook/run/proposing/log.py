"""The Proposals table: which versions there are, one row for each document that was written, and the links to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from leadbook.analysis.archived import folded_id
from leadbook.analysis.kept import folded_ids
from leadbook.books.starter import add_to
from leadbook.model.columns import PROPOSALS, column
from leadbook.model.standing_offers import WRITTEN
from leadbook.run.owned_columns import add_missing_columns
from leadbook.sheets.document_links import link_to

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from leadbook.books.book import Book
    from leadbook.model.records import Records, Typed
    from leadbook.sheets.spec import Content

TABLE = "Proposals"
_MOST_SHOWN = 40
_KEY = "latest_proposal"
_OURS = re.compile(r"v\d|Proposal\b")


class Logged(Struct, frozen=True):
    """One row for the Proposals table; ``file`` is the way from the workbook's folder to the document."""

    date: dt.date
    lead_id: str
    version: int
    file: str
    total: float
    currency: str
    valid_until: dt.date


def last_versions(proposals: Typed | None) -> dict[str, int]:
    """Return the highest version of each lead that the table knows, by the id as it is compared.

    Notes
    -----
    A row without a version stands for one too: three of them mean that three proposals went out.
    """
    found: dict[str, int] = {}
    if proposals is None:
        return found
    unnumbered: dict[str, int] = {}
    for key, version in zip(folded_ids(proposals).tolist(), proposals.frame["version"].tolist(), strict=True):
        if np.isfinite(version):
            found[key] = max(found.get(key, 0), int(version))
        else:
            unnumbered[key] = unnumbered.get(key, 0) + 1
    return {key: max(found.get(key, 0), unnumbered.get(key, 0)) for key in {**found, **unnumbered} if key}


def log(book: Book, records: Records, rows: Sequence[Logged]) -> None:
    """Plan a row of the Proposals table for each document; a workbook without the table gets it.

    Raises
    ------
    BookRefusedError
        The sheet has no room below the table, or is protected.
    """
    if not rows:
        return
    cells = [_cells(row) for row in rows]
    table = records.proposals
    if table is None or table.table is None or "lead_id" not in table.places:
        add_to(book, records.playbook, only=("Proposals",))
        name = book.table_name(TABLE)
        labels: list[str] = [ours.key for ours in PROPOSALS]
    else:
        name = table.table.name
        missing = [ours for ours in PROPOSALS if ours.key not in table.places]
        book.add_columns(name, missing)
        by_header = {header: key for key, header in table.headers.items()}
        labels = [by_header.get(header, "") for header in table.table.headers]
        labels += [ours.key for ours in missing]
    book.append_rows(name, [tuple(row.get(label) for label in labels) for row in cells])


def _cells(row: Logged) -> Mapping[str, Content]:
    file = link_to(row.file, row.file) or row.file
    return {
        "date": row.date, "lead_id": row.lead_id, "version": row.version, "file": file, "total": row.total,
        "currency": row.currency, "valid_until": row.valid_until, "status": WRITTEN,
    }  # fmt: skip


def latest_proposals(records: Records, linked: Collection[int], more: Sequence[Logged] = ()) -> dict[int, Content]:
    """Return what the column Latest Proposal of the leads holds: the last version, how it stands, and its document.

    Parameters
    ----------
    records : Records
    linked : collection of int
        Excel rows of the Proposals table whose File is a link; a name that somebody typed leads nowhere.
    more : sequence of Logged
        Rows that are about to be added.

    Returns
    -------
    dict of Excel row to content
        For the leads that have a proposal, and None for those whose cell is to be emptied.
    """
    last: dict[str, tuple[float, str, str]] = {}
    table = records.proposals
    if table is not None:
        frame = table.frame
        columns = (frame[key].tolist() for key in ("version", "status", "file"))
        for row, key, version, status, file in zip(
            frame.index.tolist(), folded_ids(table).tolist(), *columns, strict=True
        ):
            number = version if np.isfinite(version) else 0.0
            if key not in last or number >= last[key][0]:
                last[key] = number, status, file if row in linked else ""
    for new in more:
        last[folded_id(new.lead_id)] = float(new.version), WRITTEN, new.file
    last.pop("", None)
    leads = records.leads
    keys = folded_ids(leads).tolist()
    rows = leads.frame.index.tolist()
    cells: list[object] = leads.raw[_KEY].tolist() if _KEY in leads.raw.columns else [None] * len(rows)
    return {
        row: _shown(last[key]) if key in last else None
        for row, key, cell in zip(rows, keys, cells, strict=True)
        if key in last or cell is not None
    }


def _write_latest(book: Book, leads: Typed, values: Mapping[int, Content]) -> None:
    """Plan the column Latest Proposal, which a workbook gets with its first proposal."""
    raw = leads.table
    nothing = all(value is None for value in values.values())
    if raw is None or (nothing and _KEY not in leads.places):
        return
    if _KEY in leads.places and _is_theirs(leads):
        leads = replace(leads, places={key: place for key, place in leads.places.items() if key != _KEY})
    leads = add_missing_columns(book, leads, (column("Leads", _KEY),))
    book.write_column(raw.name, leads.headers[_KEY], values)


def refresh_latest(book: Book, records: Records, more: Sequence[Logged] = ()) -> None:
    """Plan the links from the leads to their last proposals, as the Proposals table has them and ``more`` will."""
    table = records.proposals
    linked: Collection[int] = ()
    if table is not None and table.table is not None and table.places.get("file") in table.table.formula_columns:
        linked = book.locked_rows(table.table.name, table.headers["file"])
    _write_latest(book, records.leads, latest_proposals(records, linked, more))


def _is_theirs(leads: Typed) -> bool:
    """Tell whether the seller has a column of that name and keeps something else in it."""
    held = [str(cell).lstrip() for cell in leads.raw[_KEY].tolist() if cell is not None]
    return not all(_OURS.match(text) for text in held)


def _shown(found: tuple[float, str, str]) -> Content:
    version, status, file = found
    said = " ".join("".join(letter if letter.isprintable() else " " for letter in status).split())[:_MOST_SHOWN]
    text = f"{f'v{version:g}' if version else 'Proposal'} {said}".rstrip()
    return link_to(file, text) or text
