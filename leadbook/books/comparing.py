"""Which cells of a column differ from what was read, found fast: a refresh compares a million of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.cellvalues import is_same, to_values
from leadbook.books.ooxml import CellFormula

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from leadbook.books.ooxml import Value
    from leadbook.sheets.spec import Content


def differing(
    values: Mapping[int, Content],
    old_of: Callable[[list[int]], Sequence[object]] | None,
    formulas: Mapping[int, str],
    address: Callable[[int], str],
    table: str,
) -> dict[int, Value]:
    """Return the cells of one column that have to be written, by Excel row.

    Parameters
    ----------
    values : mapping of row to Content
        What the cells shall hold.
    old_of : callable or None
        What the cells of some rows held when they were read; None when the column was not there.
    formulas : mapping of row to str
        The formulas that stand there now, without "=".
    address : callable
        A row's address, for sentences.
    table : str
        The table, for formulas that refer to it.
    """
    rows = list(values)
    new = to_values(list(values.values()), lambda at: address(rows[at]), table)
    if old_of is None:
        return {row: now for row, now in zip(rows, new, strict=True) if now is not None}
    old = old_of(rows)
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
