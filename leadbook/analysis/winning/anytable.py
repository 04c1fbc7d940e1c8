"""A plain table of anything: which column orders it, and what is asked of the win model about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.winning.question import Question
from leadbook.analysis.winning.told import read_cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from leadbook.analysis.winning.told import Told

MOSTLY = 0.95
"""A date dates the leads when it is filled on so large a share of them."""


def question_about(
    columns: Mapping[str, Sequence[object]],
    ids: Sequence[str],
    won: npt.NDArray[np.float64],
    *,
    kept: Sequence[str] = (),
    left_out: Sequence[str] = (),
) -> Question:
    """Return what is asked of the win model about a table.

    Parameters
    ----------
    columns : mapping of str to sequence of object
        Header to cells as typed, all of one length; the ids and the outcome left out.
    ids : sequence of str
        A different one for each row.
    won : array of float, shape (n rows,)
        1, 0, or NaN where it is to be foretold.
    kept, left_out : sequence of str
        Headers that the guard is overruled about.

    Notes
    -----
    The rows came in by the earliest of the dates that nearly all of them have, else by the column that numbers them,
    else as they stand.
    """
    told = [read_cells(header, cells) for header, cells in columns.items()]
    name = np.argsort(np.argsort(np.array(ids, dtype=object).astype(str), kind="stable"), kind="stable")
    came, order_told, dated = _order(told, ids)
    return Question(
        told, won, np.full(len(won), np.nan), came, name.astype(np.int64), order_told, dated,
        kept=dict.fromkeys(kept, ""), left_out=dict.fromkeys(left_out, ""),
    )  # fmt: skip


def _order(told: Sequence[Told], ids: Sequence[str]) -> tuple[npt.NDArray[np.float64], str, bool]:
    """Return when each row came in, how that is known, and whether it is in days."""
    dates = [column for column in told if column.kind == "date" and column.filled.mean() >= MOSTLY]
    if dates:
        first = min(dates, key=lambda column: float(np.nanmean(column.numbers)))
        return first.numbers, f"by {first.header}", True
    numbered = next((column for column in told if column.numbering), None)
    if numbered is None and all(text.isdigit() for text in ids):
        numbered = read_cells("the ids", ids)
    if numbered is not None and numbered.numbering:
        return numbered.numbers, f"by the running number in {numbered.header}", False
    return np.arange(len(ids), dtype=np.float64), "by the order of the rows", False
