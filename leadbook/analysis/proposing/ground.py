"""What all proposals of one run share: the tables grouped by lead, once, and the catalogue by name."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from msgspec import Struct, field
from msgspec.structs import replace

from leadbook.analysis.archived import archived_ids
from leadbook.analysis.kept import folded_ids
from leadbook.analysis.proposing.contacts import split_contact, whole_name_header
from leadbook.model.cells import comparable, is_blank, shown
from leadbook.model.money import currencies_of, split_currency
from leadbook.model.proposal_codes import PROPOSAL_CODES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from leadbook.model.issues import Issue
    from leadbook.model.playbook import Playbook, Product, Rep
    from leadbook.model.records import Records, Typed


class Row(Struct, frozen=True):
    """One row of a table: what its cells mean, by key, and where it stands.

    ``extra`` are the cells of the seller's own columns, by header and as typed.
    """

    table: Typed
    number: int
    cells: Mapping[str, Any]
    extra: Mapping[str, object]

    def text(self, key: str) -> str:
        """Return a text as it was read, "" where blank or where the table has no such column."""
        return str(self.cells.get(key) or "")

    def number_of(self, key: str) -> float | None:
        """Return a number, None where blank or unreadable."""
        value = self.cells.get(key)
        return None if value is None or value != value else float(value)  # noqa: PLR0124 - only not-a-number differs from itself

    def day(self, key: str) -> dt.date | None:
        """Return a day, None where blank or unreadable."""
        value = self.cells.get(key)
        if value is None or value != value:  # noqa: PLR0124 - only not-a-time differs from itself
            return None
        day: dt.date = value.date()
        return day

    def typed(self, key: str) -> object:
        """Return a cell as it was typed."""
        raw = self.table.raw
        return raw.at[self.number, key] if key in raw.columns else None  # noqa: PD008 - .at is the fast scalar access

    def is_unreadable(self, key: str) -> bool:
        """Tell whether something was typed where a number or a day belongs, and it is none."""
        value = self.cells.get(key)
        return value is not None and value != value and not is_blank(self.typed(key))  # noqa: PLR0124 - as above

    def other_currency(self, key: str, currency: str) -> str:
        """Return the sign typed beside an amount where it cannot mean a currency, else ""."""
        cell = self.typed(key)
        mark = split_currency(cell.strip())[1] if isinstance(cell, str) else ""
        meant = currencies_of(mark)
        return mark if meant and currency not in meant else ""


class Findings(Struct):
    """What was found about one lead: what keeps its proposal back, and what it goes without."""

    refusals: list[Issue] = field(default_factory=list)
    notes: list[Issue] = field(default_factory=list)

    def refuse(self, row: Row, key: str, code: str, message: str, *, header: str = "") -> None:
        """Add a reason for writing no proposal; ``header`` names a column of the seller's own instead of ``key``."""
        issue = row.table.issue(row.number, key, code, PROPOSAL_CODES[code].severity, message)
        if header and row.table.table is not None:
            issue = replace(issue, column=row.table.table.column(header), header=header)
        self.refusals.append(issue)

    def note(self, row: Row, key: str, code: str, message: str) -> None:
        """Add a word for the seller."""
        severity = PROPOSAL_CODES[code].severity
        self.notes.append(row.table.issue(row.number, key, code, severity, message))


class Ground(Struct, frozen=True):
    """What all proposals of one run share.

    Parameters
    ----------
    records : Records
    today : date
    leads : mapping of int to Row
        By Excel row; those asked for.
    shared : mapping of str to list of int
        Folded lead ids that several leads have, with their rows.
    quote_lines, offers : mapping of str to list of Row
        By folded lead id.
    merged : mapping of str to str
        Folded lead id to the lead it was merged into.
    products, reps : mapping of str to Product and Rep
        By name, compared without case.
    contact_header : str
        The seller's own column that holds the contact's whole name, "" where there is none.
    """

    records: Records
    today: dt.date
    leads: Mapping[int, Row]
    shared: Mapping[str, list[int]]
    quote_lines: Mapping[str, list[Row]]
    offers: Mapping[str, list[Row]]
    merged: Mapping[str, str]
    products: Mapping[str, Product]
    reps: Mapping[str, Rep]
    contact_header: str = ""

    @property
    def playbook(self) -> Playbook:
        """The team's playbook."""
        return self.records.playbook


def survey(records: Records, rows: Iterable[int], today: dt.date) -> Ground:
    """Group the tables by lead, once for all proposals."""
    playbook = records.playbook
    places = records.leads.frame.index.get_indexer(pd.Index(list(rows), dtype=np.int64))
    chosen = _rows(records.leads, [place for place in dict.fromkeys(places.tolist()) if place >= 0])
    contact = whole_name_header(records.leads, playbook)
    if contact:
        chosen = [replace(row, cells={**row.cells, **split_contact(row.extra[contact])}) for row in chosen]
    ids = folded_ids(records.leads).tolist()
    numbers = records.leads.frame.index.tolist()
    wanted = {lead_id for lead_id in (_id_of(row) for row in chosen) if lead_id}
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for number, lead_id in zip(numbers, ids, strict=True):
        if lead_id in wanted:
            holders[lead_id].append(number)
    return Ground(
        records,
        today,
        {row.number: row for row in chosen},
        {lead_id: found for lead_id, found in holders.items() if len(found) > 1},
        _by_lead(records.quote_lines, wanted),
        _by_lead(records.offers, wanted) if records.offers is not None else {},
        archived_ids(records.archive),
        {comparable(product.name): product for product in reversed(playbook.products)},
        {comparable(rep.owner): rep for rep in reversed(playbook.reps)},
        contact,
    )


def _id_of(row: Row) -> str:
    return " ".join(row.text("lead_id").casefold().split())


def _by_lead(table: Typed, wanted: set[str]) -> dict[str, list[Row]]:
    """Return the rows of some leads, each lead's in the order of the table."""
    ids = folded_ids(table).tolist()
    places = [place for place, lead_id in enumerate(ids) if lead_id in wanted]
    found: dict[str, list[Row]] = {}
    for place, row in zip(places, _rows(table, places), strict=True):
        found.setdefault(ids[place], []).append(row)
    return found


def _rows(table: Typed, places: Sequence[int]) -> list[Row]:
    places = list(places)
    numbers = table.frame.index[places].tolist()
    cells, extras = _dicts(table.frame, places), _dicts(table.extra, places)
    return [Row(table, *parts) for parts in zip(numbers, cells, extras, strict=True)]


def _dicts(frame: pd.DataFrame, places: Sequence[int]) -> list[dict[str, Any]]:
    """Return some rows as plain mappings."""
    keys = [str(key) for key in frame.columns]
    columns = [frame.iloc[:, at].iloc[list(places)].tolist() for at in range(len(keys))]
    return [dict(zip(keys, cells, strict=True)) for cells in zip(*columns, strict=True)] or [{} for _ in places]


def named(row: Row) -> str:
    """Return how a sentence calls a lead: its id, else its company."""
    lead_id = row.text("lead_id")
    return lead_id or (shown(row.text("company")) if row.text("company") else f"row {row.number}")
