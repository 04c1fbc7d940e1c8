"""Which cells of a column differ from what was read, found fast: a refresh compares a million of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from leadbook.books.cellvalues import is_same, to_value
from leadbook.books.ooxml import CellFormula

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from leadbook.books.ooxml import Value
    from leadbook.sheets.spec import Content

_SHORT = 10_000  # a text of so many characters fits in a cell however many units each takes


def differing(
    values: Mapping[int, Content],
    old_of: Callable[[Iterable[int]], Sequence[object]],
    formulas: Mapping[int, str],
    address: Callable[[int], str],
    table: str,
) -> dict[int, Value]:
    """Return the cells of one column that have to be written, by Excel row.

    Parameters
    ----------
    values : mapping of row to Content
        What the cells shall hold.
    old_of : callable
        What the cells of some rows held when they were read.
    formulas : mapping of row to str
        The formulas that stand there now, without "=".
    address : callable
        A row's address, for sentences.
    table : str
        The table, for formulas that refer to it.
    """
    rows = list(values)
    old = old_of(rows)
    kinds = set(map(type, values.values()))
    new: list[Value]
    # Whole columns of text or of numbers are settled without looking at each cell's type.
    if kinds <= {str, type(None)} and all(
        len(text) < _SHORT and "\r" not in text for text in values.values() if isinstance(text, str)
    ):
        new = [text or None for text in values.values()]  # type: ignore[misc] # text or None, as the test above tells
    elif kinds <= {float, type(None)}:
        new = [number if isinstance(number, float) and math.isfinite(number) else None for number in values.values()]
    else:
        new = [to_value(content, address(row), table) for row, content in values.items()]
    return {
        row: now
        for row, now, before in zip(rows, new, old, strict=True)
        if (type(now) is not type(before) or now != before) and not _is_there(now, before, formulas, row)
    }


def _is_there(now: Value, before: object, formulas: Mapping[int, str], row: int) -> bool:
    """Look closer at a cell that is not plainly the same: a number by its size, a formula by its text."""
    if isinstance(now, CellFormula):
        return formulas.get(row) == now.text.removeprefix("=") and is_same(before, now.value or None)
    return is_same(before, now)
