"""From a mask over a column to issues at its cells."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadbook.model.cells import one_line
from leadbook.model.issues import Fix, Issue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadbook.model.issues import Severity
    from leadbook.model.records import Typed

Mask: TypeAlias = npt.NDArray[np.bool_]


class Finding(Struct, frozen=True):
    """Cells of one column that share a fault.

    Parameters
    ----------
    typed : Typed
        The table.
    rows : array of bool, shape (n rows,), or None
        Which rows are at fault; None for the column, or the table, as a whole.
    key : str
        Column of ours; "" for the whole row.
    messages : str or iterable of str
        One sentence for all, or one for each row at fault, in order.
    fixes : iterable of object or None
        New contents for each row at fault, in order; None among them where there is none.
    safe : bool
        Whether the fixes need no second look.
    header : str
        The seller's own header instead of ``key``, for a column that is none of ours.
    together : tuple of str
        Keys of several columns of which one has to be filled; none where ``key`` is the only one.
    at_row : int
        Excel row of a fault that stands on no row of the table, where ``rows`` is None; 0 for none.
    see : iterable of str or None
        Another cell to look at for each row at fault, in order, such as ``Leads!A5``.
    concerned : array of bool, shape (n rows,), or None
        Where ``rows`` is None: the rows that the fault of the whole column stands for.
    among : int
        How many cells were judged. Where more than a third of them are at fault, the column is, and it is told
        once by ``as_whole``; 0 for cells that stand each for themselves.
    as_whole : str
        That sentence.
    """

    typed: Typed
    rows: Mask | None
    key: str
    messages: str | Iterable[str]
    fixes: Iterable[object] | None = None
    safe: bool = True
    header: str = ""
    together: tuple[str, ...] = ()
    at_row: int = 0
    see: Iterable[str] | None = None
    concerned: Mask | None = None
    among: int = 0
    as_whole: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Keys of the columns whose blank cells would cause this fault."""
        return self.together or ((self.key,) if self.key else ())

    def issues(self, code: str, severity: Severity) -> list[Issue]:
        """Return one issue for each row at fault, or one for the column, table or single row as a whole."""
        typed = self.typed
        sheet = typed.table.sheet if typed.table else ""
        header = self.header or typed.headers.get(self.key, "")
        place = typed.places.get(self.key, 0)
        if self.header and typed.table:
            place = typed.table.column(self.header)
        if self.rows is None:
            whole = [self.messages] if isinstance(self.messages, str) else self.messages
            concerned = None if self.concerned is None else typed.frame.index.to_numpy()[self.concerned]
            return [
                Issue(sheet, self.at_row, place, code, severity, message, header=header, rows=concerned)
                for message in whole
            ]
        positions = np.flatnonzero(self.rows)
        if not len(positions):
            return []
        rows = typed.frame.index.to_numpy()[positions].tolist()
        source = typed.extra if self.header else typed.raw
        column = self.header or self.key
        values = source[column].to_numpy(dtype=object)[positions] if column in source.columns else repeat(None)
        lead_ids = (
            typed.frame["lead_id"].to_numpy(dtype=object)[positions] if "lead_id" in typed.frame.columns else repeat("")
        )
        messages = repeat(self.messages) if isinstance(self.messages, str) else self.messages
        fixes = repeat(None) if self.fixes is None else self.fixes
        other_cells = repeat("") if self.see is None else self.see
        return [
            Issue(
                sheet, row, place, code, severity, message, value,
                None if new is None else Fix(value, new, self.safe), lead_id, header, see=see,
            )
            for row, value, lead_id, message, new, see in zip(
                rows, values, lead_ids, messages, fixes, other_cells, strict=False
            )
        ]  # fmt: skip


def percent(share: float) -> str:
    """Return a share as a sentence shows it: ``15 %``."""
    return f"{share * 100:.4g} %"


def short(text: object, width: int = 60) -> str:
    """Return a cell's text for a sentence: on one line, cut at ``width`` characters."""
    return one_line(str(text), width)
