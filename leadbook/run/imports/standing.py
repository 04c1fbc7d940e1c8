"""The two sides of an import: the rows that come in, and the workbook's leads as they stand."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.model.cells import cell_text, comparable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.model.mapping_cells import Value
    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Typed


class Incoming(Struct, frozen=True):
    """Incoming rows as the workbook will hold them.

    Parameters
    ----------
    keyed : mapping of str to list
        Our key to n values.
    extra : mapping of str to list
        The header in the workbook to n values.
    deal : str or None
        The header in ``extra`` that holds the deal's own name.
    n_rows : int
    modified : list of (datetime or None), or None
        When the other side last changed each row; None where the file does not tell.
    """

    keyed: Mapping[str, Sequence[Value]]
    extra: Mapping[str, Sequence[Value]]
    deal: str | None
    n_rows: int
    modified: Sequence[Value] | None = None

    def columns(self) -> list[tuple[str, str, Sequence[Value]]]:
        """Return every column as (our key or "", header or "", values)."""
        keyed = [(key, "", values) for key, values in self.keyed.items()]
        return keyed + [("", header, values) for header, values in self.extra.items()]


class Standing:
    """The workbook's leads as they stand, column by column, by their place in the table.

    Parameters
    ----------
    leads : Typed
    playbook : Playbook
        For its stage words.
    """

    def __init__(self, leads: Typed, playbook: Playbook) -> None:
        self.rows: list[int] = [int(row) for row in leads.frame.index]
        self.headers = leads.headers
        self.own_headers: list[str] = list(leads.extra.columns)
        self._leads = leads
        self._playbook = playbook
        self._columns: dict[tuple[str, str], list[object]] = {}
        self._meant: dict[str, list[object]] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def has(self, *, key: str = "", header: str = "") -> bool:
        """Tell whether the workbook has the column."""
        return key in self._leads.raw.columns if key else header in self._leads.extra.columns

    def is_computed(self, *, key: str = "", header: str = "") -> bool:
        """Tell whether a column holds formulas, so that what a file says never stands there."""
        table = self._leads.table
        own = self._leads.headers.get(key, "") if key else header
        return table is not None and own in table.headers and table.column(own) in table.formula_columns

    def column(self, *, key: str = "", header: str = "") -> list[object]:
        """Return a column as typed; all blank where the workbook has no such column."""
        name = (key, header)
        if name not in self._columns:
            side, label = (self._leads.raw, key) if key else (self._leads.extra, header)
            self._columns[name] = side[label].tolist() if label in side.columns else [None] * len(self.rows)
        return self._columns[name]

    def meanings(self, key: str) -> list[object]:
        """Return a column of ours as it was read (numbers, dates), all blank where the workbook has none."""
        if key not in self._meant:
            frame = self._leads.frame
            known = key in frame.columns and key in self._leads.raw.columns
            # pandas' own marks for "no date" and "no number" are nothing here.
            meant = frame[key].astype(object).where(frame[key].notna(), None) if known else None
            self._meant[key] = [None] * len(self.rows) if meant is None else meant.tolist()
        return self._meant[key]

    def same(self, place: int, value: Value, *, key: str = "", header: str = "") -> bool:
        """Tell whether a cell means the same as an incoming value, however it is typed."""
        held = self.column(key=key, header=header)[place]
        if key == "stage":
            known = self._playbook.stage(cell_text(held))
            if known is not None:
                held = known.name
        elif key and not isinstance(value, str):
            meant = self.meanings(key)[place]
            if meant is not None:
                held = meant
        return alike(held, value)


def alike(held: object, value: object) -> bool:
    """Tell whether two values mean the same: numbers as numbers, days as days, text without case and edges."""
    if type(held) is type(value) and held == value:
        return True
    if isinstance(held, dt.date) and isinstance(value, dt.date):
        if isinstance(held, dt.datetime) and isinstance(value, dt.datetime):
            # Excel keeps a moment as a fraction of a day, which rounds by less than a second.
            return abs((held - value).total_seconds()) < 2
        return (held.year, held.month, held.day) == (value.year, value.month, value.day)
    if _is_number(held) and _is_number(value):
        one, other = float(str(held)), float(str(value))
        return abs(one - other) <= 1e-9 * max(1.0, abs(one), abs(other))
    return comparable(cell_text(held)) == comparable(cell_text(value))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
