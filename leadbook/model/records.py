"""The typed frames that every room reads, each row tied to its row in Excel."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from msgspec import Struct, field

from leadbook.model.issues import Fix, Issue, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from leadbook.model.playbook import Playbook
    from leadbook.model.tables import RawTable

TEXT_STORAGE = ("mode.string_storage", "python")
"""How pandas holds texts while leads are worked out (for ``pandas.option_context``).

The analysis goes through texts as Python objects all the time; out of pyarrow, where that is installed, every such step
would make each text anew.
"""


class Typed(Struct, frozen=True, dict=True):
    """A table after reading: what was typed, what it means, and where it stands.

    Parameters
    ----------
    frame : DataFrame, shape (n rows, columns)
        Index: the Excel row number (int64, named ``row``). One column for each key of ours that the table has
        or could have (missing ones are all blank), in the order of ``model.columns``. Text is stripped and ""
        when blank, dates are ``datetime64`` without time zone (NaT when blank or unreadable), numbers,
        money, percentages (0 to 1) and points are float64 (NaN when blank or unreadable), flags are bool.
    raw : DataFrame, same index
        The cells as typed, by the same keys, only for columns the table has. Blank is None.
    extra : DataFrame, same index
        The seller's own further columns by their own headers, as typed.
    table : RawTable or None
        Where it was read from; None when the workbook has no such table.
    places : mapping of str to int
        Key to Excel column, only for columns that the table has.
    headers : mapping of str to str
        Key to the seller's own header, likewise.
    read_as : mapping of str to (Series, array, array of int)
        Key of a text column to the column as it was read, the values that it is made of, and the place of each cell's
        among them. It holds as long as the frame has that very column.
    """

    frame: pd.DataFrame
    raw: pd.DataFrame
    extra: pd.DataFrame
    table: RawTable | None
    places: Mapping[str, int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    read_as: Mapping[str, tuple[pd.Series, npt.NDArray[np.generic], npt.NDArray[np.int64]]] = field(
        default_factory=dict
    )

    @cached_property
    def memo(self) -> dict[object, object]:
        """What was worked out of this table for several rooms; emptied when the check ends, never copied."""
        return {}

    def coded(self, key: str) -> tuple[npt.NDArray[np.int64], list[Any]]:
        """Return for each row the place of its value among a column's different ones, and those, in order."""
        known = self.memo.get(("coded", key))
        if known is None:
            read = self.read_as.get(key)
            if read is not None and _is_same(read[0], self.frame[key]):
                known = _in_order(read[1], read[2])
            else:
                codes, values = pd.factorize(self.frame[key])
                known = codes.astype(np.int64, copy=False), values.to_numpy(dtype=object).tolist()
            self.memo["coded", key] = known
        return cast("tuple[npt.NDArray[np.int64], list[Any]]", known)

    def issue(
        self,
        row: int,
        key: str,
        code: str,
        severity: Severity,
        message: str,
        *,
        fix: Fix | None = None,
    ) -> Issue:
        """Return an issue about one cell; ``row`` 0 means the whole column, ``key`` "" the whole row."""
        value = self.raw.at[row, key] if row and key in self.raw.columns else None  # noqa: PD008 - .at is the fast scalar access
        lead_id = str(self.frame.at[row, "lead_id"]) if row and "lead_id" in self.frame.columns else ""  # noqa: PD008 - as above
        sheet = self.table.sheet if self.table else ""
        return Issue(
            sheet, row, self.places.get(key, 0), code, severity, message, value, fix, lead_id, self.headers.get(key, "")
        )  # fmt: skip

    def holds(self, issue: Issue) -> bool:
        """Tell whether an issue stands in this table, in one of its cells, rows or columns."""
        table = self.table
        if table is None or issue.sheet != table.sheet:
            return False
        inside = not issue.column or 0 <= issue.column - table.first_column < len(table.headers)
        return inside and (not issue.row or table.header_row <= issue.row <= table.last_row)


def _is_same(one: pd.Series, other: pd.Series) -> bool:
    """Tell whether two columns are one and the same in memory; pandas copies a column before it changes one of them."""
    mine, theirs = one.to_numpy(dtype=object), other.to_numpy(dtype=object)
    return len(mine) == len(theirs) and mine.__array_interface__["data"] == theirs.__array_interface__["data"]


def _in_order(values: npt.NDArray[np.generic], codes: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], list[Any]]:
    """Return what ``pd.factorize`` would, comparing numbers and not the texts of all cells."""
    numbers, held = pd.factorize(codes)
    texts: list[Any] = values[held].tolist()
    different = dict.fromkeys(texts)
    if len(different) < len(texts):  # reading made some of them the same
        places = dict(zip(different, range(len(different)), strict=True))
        numbers = np.fromiter(map(places.__getitem__, texts), np.int64, len(texts))[numbers]
        texts = list(different)
    return numbers.astype(np.int64, copy=False), texts


class Records(Struct, frozen=True):
    """Everything the rules and the analysis look at.

    Parameters
    ----------
    leads : Typed
        Two more columns in its frame: ``stage_name`` (the playbook's name of the stage, "" when unknown) and
        ``stage_class`` (a ``StageClass`` value, "" when unknown), ``amount_base`` (amount in base currency,
        NaN when blank, unreadable or without a rate).
    activities, quote_lines, history, archive : Typed
    playbook : Playbook
    proposals : Typed or None
        What was sent, where the workbook says so; None where the caller did not read it.
    offers : Typed or None
        What proposals say besides their prices; None where the caller did not read it, which costs time.
    """

    leads: Typed
    activities: Typed
    quote_lines: Typed
    history: Typed
    archive: Typed
    playbook: Playbook
    proposals: Typed | None = None
    offers: Typed | None = None
