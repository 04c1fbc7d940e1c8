"""Duplicates in a table of anything, whatever its columns are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.duplicates.levels import THRESHOLD
from leadbook.analysis.duplicates.marks import with_marks
from leadbook.analysis.duplicates.normalise import normalise, read_field
from leadbook.analysis.duplicates.roles import recognise
from leadbook.analysis.duplicates.search import search

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from leadbook.analysis.duplicates.column import Column
    from leadbook.analysis.duplicates.search import Found


def search_table(
    columns: Mapping[str, Sequence[str]], *, least: float = THRESHOLD
) -> tuple[Found, npt.NDArray[np.int64], list[Column]]:
    """Return what was found in a table, the position of each compared row, and what each column was taken for.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        Header to texts, "" for blank, all of one length; the column of ids left out. What no header and no value
        tells is compared as text.
    least : float
        Pairs below this probability are left out.
    """
    known = recognise(columns)
    fields = {column.header: read_field(np.array(columns[column.header], dtype=object)) for column in known}
    rows, order = with_marks(normalise(known, fields)).ordered()
    return search(rows, least=least), order, known
