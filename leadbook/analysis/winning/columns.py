"""The columns of a workbook's leads that may teach, and what Settings say about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from leadbook.analysis.winning.suspects import SURE, chi_square
from leadbook.analysis.winning.told import Told, read_cells, read_days, read_numbers, read_words
from leadbook.model.cells import comparable
from leadbook.model.columns import LEADS, Kind

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.model.records import Records, Typed

NEVER = frozenset({"lead_id", "stage", "waive"})
"""The lead's name, the outcome itself, and a note to leadbook."""
ON_THE_WAY = frozenset({"first_contacted", "mql_date", "sql_date", "opportunity_date"})
"""Filled as a lead moves on; so is what a later stage requires, and what open leads have filled stage by stage."""
LIVING = frozenset({"last_activity", "next_step", "next_step_date", "revisit_date"})
"""These change as long as a lead is open and stand still afterwards, so a decided lead's are not like an open one's."""
KEEP = "keep"


def lead_columns(records: Records, places: npt.NDArray[np.int64]) -> tuple[list[Told], dict[str, str], dict[str, str]]:
    """Return the columns of some leads as the win model reads them, the seller's own further ones included.

    Parameters
    ----------
    records : Records
    places : array of int
        Rows of the leads' frame.

    Returns
    -------
    (list of Told, dict, dict)
        And the headers that Settings, table Leaks, keep and leave out, with the evidence given there.
    """
    leads, playbook = records.leads, records.playbook
    # What a later stage requires is blank on young leads; the stage tells that already.
    on_the_way = ON_THE_WAY | {
        key for stage in playbook.open_stages[1:] for wanted in stage.required for key in wanted.split("|")
    }
    told: list[Told] = []
    keys: dict[str, str] = {}
    for column in LEADS:
        if column.owned or column.key in NEVER | LIVING or column.key not in leads.places:
            continue
        header = leads.headers[column.key]
        key = "amount_base" if column.key == "amount" else column.key
        read = _read(header, leads, key, column.kind, places)
        told.append(replace(read, blank_tells=False) if column.key in on_the_way else read)
        keys[column.key] = header
    for name in leads.extra.columns:
        told.append(read_cells(str(name), leads.extra[name].iloc[places].tolist()))
        keys[comparable(str(name))] = str(name)
    told = _without_stage_by_stage(told, leads.frame["stage_name"].to_numpy(dtype=object)[places], records)
    kept: dict[str, str] = {}
    left_out: dict[str, str] = {}
    for leak in playbook.leaks:
        found = keys.get(leak.column, keys.get(comparable(leak.column), ""))
        if found:
            (kept if leak.decision == KEEP else left_out).setdefault(found, leak.evidence)
    return told, kept, left_out


def _without_stage_by_stage(told: list[Told], stages: npt.NDArray[np.object_], records: Records) -> list[Told]:
    """Return the columns, the blanks of those telling nothing that open leads have filled by their stage."""
    names = {stage.name: at for at, stage in enumerate(records.playbook.open_stages)}
    stage = np.array([names.get(str(name), -1) for name in stages.tolist()], dtype=np.int64)
    still_open = stage >= 0
    n = np.bincount(stage[still_open], minlength=len(names)).astype(np.float64)
    made: list[Told] = []
    for column in told:
        hits = np.bincount(stage[still_open & column.filled], minlength=len(names)).astype(np.float64)
        made.append(replace(column, blank_tells=False) if chi_square(hits, n) >= SURE else column)
    return made


def _read(header: str, leads: Typed, key: str, kind: Kind, places: npt.NDArray[np.int64]) -> Told:
    if kind is Kind.DATE:
        return read_days(header, leads.frame[key].to_numpy()[places])
    if kind is Kind.FLAG:
        return read_words(header, leads.frame[key].to_numpy()[places].astype(np.int64), ("No", "Yes"))
    if kind in {Kind.NUMBER, Kind.MONEY, Kind.PERCENT, Kind.POINTS}:
        return read_numbers(header, leads.frame[key].to_numpy(dtype=np.float64)[places])
    codes, texts = leads.coded(key)
    return read_words(header, codes[places], texts, _domain if kind is Kind.EMAIL else None)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
