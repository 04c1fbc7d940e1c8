"""From raw cells to typed frames: every table of the workbook, each row tied to its row in Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import structs

from leadbook.model.cells import (
    NAME_PLACEHOLDERS,
    PLACEHOLDERS,
    Reading,
    different,
    distinct,
    is_blank,
    positions,
    read_flag,
    read_text,
    shown,
)
from leadbook.model.columns import TABLES, Column, Kind
from leadbook.model.contact_cells import read_email, read_phone
from leadbook.model.dates import read_dates
from leadbook.model.faults import column_issues
from leadbook.model.headers import HeaderMap, match_headers
from leadbook.model.heading_rows import heading_rows
from leadbook.model.issues import Issue, Severity
from leadbook.model.locate import find_leads, find_table
from leadbook.model.money import read_money
from leadbook.model.numerals import read_number, read_percent, read_points
from leadbook.model.records import Records, Typed
from leadbook.model.tables import CodedCells
from leadbook.model.worth import add_base_amounts, read_currencies, reworded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    import numpy.typing as npt

    from leadbook.model.playbook import Playbook
    from leadbook.model.tables import BookContents, RawTable

NO_OWNERS = "No lead has an owner yet; fill the column Owner, or name yours as Owner in Settings, table Columns."
"""What is said where a seller's leads are asked for and no lead has one."""

EXAMPLE_ID = "EXAMPLE"  # the Lead ID of the row that shows a new workbook's user what goes where

_PERSON = frozenset({"first_name", "last_name"})


def type_table(
    raw: RawTable | None,
    table: str,
    playbook: Playbook,
    *,
    date_system: int = 1900,
) -> tuple[Typed, list[Issue]]:
    """Read a table's cells as what its columns mean.

    Parameters
    ----------
    raw : RawTable or None
        None gives an empty table with all columns.
    table : str
        Name in ``columns.TABLES``: "Leads", "Activities", "QuoteLines", "Offers", "Proposals", "History", "Archive".
    playbook : Playbook
        For its column mappings and how dates are typed.
    date_system : int
        1900 or 1904, for dates typed as plain numbers.

    Returns
    -------
    Typed
        Wholly blank rows and the starter's example row are left out.
    list of Issue
        Cells that could not be read (they are blank in the frame), and faults of the headers.
    """
    columns = TABLES[table]
    if raw is None:
        return _nothing(columns), []
    headers = match_headers(raw, table, playbook.mappings)
    headings = _headings(raw, headers, columns) if table == "Leads" else {}
    kept = _kept_rows(raw, headers, columns, headings)
    rows = raw.rows[kept] if kept is not None else raw.rows
    cells = {position: _take(raw.cells[position], kept) for position in range(len(raw.cells))}
    index = pd.Index(np.asarray(rows, dtype=np.int64), name="row")
    issues = [*headers.issues, *(_left_out(raw, position, text) for position, text in headings.items())]
    values: dict[str, pd.Series] = {}
    blanks: dict[Kind, pd.Series] = {}
    readings: dict[str, Reading] = {}
    for column in columns:
        position = headers.places.get(column.key)
        if position is None:
            if column.kind not in blanks:
                blanks[column.kind] = _blank_series(column.kind, index)
            values[column.key] = blanks[column.kind]
            continue
        reading = _read(column, cells[position], playbook, date_system)
        readings[column.key] = reading
        values[column.key] = _series(reading, column.kind, index)
    # Each column stays as it was read, and all blank ones of a kind are one.
    frame = pd.DataFrame(values, index=index, copy=False)
    typed = Typed(
        frame,
        _as_typed({key: cells[position] for key, position in headers.places.items()}, index),
        _as_typed({header: cells[position] for header, position in headers.extras.items()}, index),
        raw,
        {key: raw.first_column + position for key, position in headers.places.items()},
        {key: raw.headers[position] for key, position in headers.places.items()},
        {
            key: (frame[key], *reading.coded)
            for key, reading in readings.items()
            if reading.coded is not None and frame[key].dtype == "str"
        },
    )
    for column in columns:
        # What leadbook writes itself into Leads it writes again on every run, so it is not worth an issue.
        if column.key in readings and not (table == "Leads" and column.owned):
            issues += column_issues(typed, column, readings[column.key])
    if "currency" in frame.columns:
        issues += read_currencies(typed, readings, playbook)
    return typed, issues


def read_records(contents: BookContents, playbook: Playbook) -> tuple[Records, list[Issue]]:
    """Read every table that the rules and the analysis look at.

    Returns
    -------
    Records
        ``leads.frame`` has ``stage_name``, ``stage_class`` and ``amount_base`` besides its own columns. Tables
        that the workbook does not have are empty.
    list of Issue

    Raises
    ------
    InputError
        When there is no table of leads, or two that may be it.
    """
    found, issues = find_leads(contents, playbook)
    named = {
        "Leads": found,
        "Activities": find_table(contents, playbook.options.activities_table, "Activities"),
        "QuoteLines": find_table(contents, playbook.options.quote_lines_table, "QuoteLines"),
        "History": find_table(contents, "History"),
        "Archive": find_table(contents, "Archive"),
        "Proposals": find_table(contents, "Proposals"),
    }
    typed: dict[str, Typed] = {}
    for table, raw in named.items():
        typed[table], more = type_table(raw, table, playbook, date_system=contents.date_system)
        issues += more
    leads = _with_stages(typed["Leads"], playbook)
    leads, more = add_base_amounts(leads, playbook)
    issues += more
    return (
        Records(
            leads, typed["Activities"], typed["QuoteLines"], typed["History"], typed["Archive"], playbook,
            typed["Proposals"],
        ),
        issues,
    )  # fmt: skip


def with_offers(records: Records, contents: BookContents, *, only_filled: bool = False) -> tuple[Records, list[Issue]]:
    """Return the records with the table Offers, which no figure rests on; empty where there is none.

    Parameters
    ----------
    records : Records
    contents : BookContents
    only_filled : bool
        Leave ``offers`` None where no row of the table says anything, which takes no time.

    Returns
    -------
    (Records, list of Issue)
        The second as `type_table` returns it.
    """
    found = find_table(contents, "Offers")
    leads = records.leads.table
    if found is not None and leads is not None and found.name == leads.name:
        found = None  # the team's own word for its deals
    if only_filled and (found is None or all(is_blank(cell) for cells in found.cells for cell in cells)):
        return records, []
    offers, issues = type_table(found, "Offers", records.playbook, date_system=contents.date_system)
    return structs.replace(records, offers=offers), issues


def _read(column: Column, cells: Sequence[object], playbook: Playbook, date_system: int) -> Reading:
    """Read one column by its kind."""
    options = playbook.options
    match column.kind:
        case Kind.DATE:
            return read_dates(cells, day_first=options.day_first, date_system=date_system, time_zone=options.time_zone)
        case Kind.NUMBER:
            return read_number(cells, ranges=column.key == "employees")
        case Kind.MONEY:
            return read_money(cells, estimates=True)
        case Kind.TEXT:
            words = NAME_PLACEHOLDERS if column.key in _PERSON else PLACEHOLDERS
            return read_text(cells, placeholders=words)
        case kind:
            return _READERS[kind](cells)


_READERS: dict[Kind, Callable[[Sequence[object]], Reading]] = {
    Kind.EMAIL: read_email,
    Kind.PHONE: read_phone,
    Kind.URL: read_text,
    Kind.PERCENT: read_percent,
    Kind.FLAG: read_flag,
    Kind.POINTS: read_points,
}


def _headings(raw: RawTable, headers: HeaderMap, columns: tuple[Column, ...]) -> dict[int, str]:
    """Return the rows that head or sum a block of leads, those with a lead's id never."""
    ours = {headers.places[column.key] for column in columns if column.owned and column.key in headers.places}
    found = heading_rows(raw, ours)
    ids = raw.cells[headers.places["lead_id"]] if found and "lead_id" in headers.places else None
    return found if ids is None else {place: text for place, text in found.items() if is_blank(ids[place])}


def _left_out(raw: RawTable, position: int, text: str) -> Issue:
    message = f"{shown(text)} heads or sums a block and is no lead; the row is left out."
    return Issue(raw.sheet, int(raw.rows[position]), 0, "LB019", Severity.INFO, message)


def _kept_rows(
    raw: RawTable, headers: HeaderMap, columns: tuple[Column, ...], headings: Collection[int]
) -> npt.NDArray[np.int64] | None:
    """Return the positions of the rows that say something; None when all do.

    A row in which only leadbook's own columns still hold something is one the seller has emptied.
    """
    ours = {headers.places[c.key] for c in columns if c.owned and c.key in headers.places}
    lead_id = headers.places.get("lead_id")
    count = len(raw.rows)
    everything_owned = all(column.owned for column in columns)
    filled = np.zeros(count, dtype=bool)
    telling = [cells for at, cells in enumerate(raw.cells) if at not in ours or everything_owned]
    # Where few values fill every row, no more need be looked at.
    for cells in sorted(telling, key=lambda cells: len(different(cells))):
        if filled.all():
            break
        if len(cells):
            values, codes = distinct(cells)
            filled |= ~np.array([is_blank(value) for value in values], dtype=bool)[codes]
    if lead_id is not None:
        ids, codes = distinct(raw.cells[lead_id])
        examples = [
            at
            for at, cell in enumerate(ids)
            if isinstance(cell, str) and EXAMPLE_ID in cell and cell.strip() == EXAMPLE_ID
        ]
        filled[positions(codes, examples)] = False
    filled[list(headings)] = False
    return None if filled.all() else np.flatnonzero(filled)


def _take(cells: Sequence[object], kept: npt.NDArray[np.int64] | None) -> Sequence[object]:
    if kept is None:
        return cells
    return cells.take(kept) if isinstance(cells, CodedCells) else [cells[place] for place in kept.tolist()]


def _series(reading: Reading, kind: Kind, index: pd.Index) -> pd.Series:
    if kind not in _TEXTUAL:
        return pd.Series(reading.values, index=index)
    if reading.coded is None:
        return pd.Series(reading.values, index=index, dtype="str")
    different, codes = reading.coded
    return pd.Series(pd.array(different, dtype="str").take(codes), index=index)


_TEXTUAL = frozenset({Kind.TEXT, Kind.EMAIL, Kind.PHONE, Kind.URL})


def _blank_series(kind: Kind, index: pd.Index) -> pd.Series:
    """Return a column of blanks of the right type."""
    if kind in _TEXTUAL:
        blank = np.empty(len(index), dtype=object)
        blank[:] = ""
        return pd.Series(blank, index=index, dtype="str")
    if kind is Kind.DATE:
        return pd.Series(np.full(len(index), np.datetime64("NaT", "D"), dtype="datetime64[us]"), index=index)
    if kind is Kind.FLAG:
        return pd.Series(np.zeros(len(index), dtype=bool), index=index)
    return pd.Series(np.full(len(index), np.nan), index=index)


def _as_typed(cells: Mapping[str, Sequence[object]], index: pd.Index) -> pd.DataFrame:
    """Return cells as typed, an empty text as None like an empty cell."""
    columns: dict[str, pd.Series] = {}
    for name, values in cells.items():
        if isinstance(values, CodedCells):
            column = values.array()  # read as blanks already
        else:
            column = np.empty(len(values), dtype=object)
            column[:] = [None if cell == "" else cell for cell in values] if "" in values else values
        columns[name] = pd.Series(column, index=index, dtype=object)
    return pd.DataFrame(columns, index=index, dtype=object)


def _nothing(columns: tuple[Column, ...]) -> Typed:
    """Return an empty table with every column of the right type."""
    index = pd.Index(np.empty(0, dtype=np.int64), name="row")
    frame = pd.DataFrame({column.key: _blank_series(column.kind, index) for column in columns}, index=index)
    return Typed(frame, _as_typed({}, index), _as_typed({}, index), None)


def _with_stages(leads: Typed, playbook: Playbook) -> Typed:
    """Return the leads with ``stage_name`` and ``stage_class``, "" where the playbook knows no such stage."""
    stages = leads.frame["stage"]
    known = {text: playbook.stage(text) for text in stages.unique() if text}
    names = {text: stage.name for text, stage in known.items() if stage}
    classes = {text: stage.stage_class.value for text, stage in known.items() if stage}
    frame = leads.frame.assign(stage_name=reworded(stages, names), stage_class=reworded(stages, classes))
    return structs.replace(leads, frame=frame)
