"""How columns that leadbook adds to a seller's list look: as the list beside them does, row by row."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from leadbook.books.cellvalues import NUMBER_FORMATS
from leadbook.sheets.spec import Area

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.ooxml import TableInfo, Workbook
    from leadbook.model.columns import Column

_SAMPLED_ROWS = 60


def styles_beside(
    workbook: Workbook, info: TableInfo, columns: Sequence[Column]
) -> tuple[list[int], list[dict[int, int]]]:
    """Return the cell formats of new columns at a table's right edge.

    Parameters
    ----------
    workbook : ooxml.Workbook
    info : TableInfo
        The table before it gets the columns.
    columns : sequence of Column
        Their kinds say how numbers are shown; font, fill and lines are the list's own.

    Returns
    -------
    list of int
        One format a column, for rows that have none of their own.
    list of mapping of row to int
        One mapping a column, where the list has fills or lines that run on; empty where it has none, and an
        Excel table style or nothing at all colours it.

    Notes
    -----
    A row's look is that of its cell in the column whose format is the commonest of the first rows, so that dates
    and links say nothing. A look that only one row has there is a cell somebody marked, and runs on nowhere.
    """
    first, last = info.first_body_row, info.last_body_row
    sample = Area(first, info.first_column, min(last, first + _SAMPLED_ROWS), info.last_column)
    seen = workbook.cell_styles(info.sheet, sample)
    if not seen:
        return [_derived(workbook, 0, column) for column in columns], []
    commonest = Counter(seen.values()).most_common(1)[0][0]
    # The rightmost of the columns that have it most often: it stands nearest.
    counts = Counter(column for (_, column), style in seen.items() if style == commonest)
    model = max(counts, key=lambda column: (counts[column], column))
    if not any(workbook.frames_or_fills(style) for (_, column), style in seen.items() if column == model):
        return [_derived(workbook, commonest, column) for column in columns], []
    by_row = {
        row: style for (row, _), style in workbook.cell_styles(info.sheet, Area(first, model, last, model)).items()
    }
    rows_of = Counter(by_row.values())
    usual = rows_of.most_common(1)[0][0]
    lone = {style for style, rows in rows_of.items() if rows == 1} if len(by_row) > len(rows_of) + 1 else set()
    looks = dict(by_row)
    for row in [row for row, style in by_row.items() if style in lone]:
        # In bands the row before the last one looks like this one.
        looks[row] = next(
            (by_row[near] for near in (row - 2, row + 2) if near in by_row and by_row[near] not in lone), usual
        )
    plain = next((style for style in (commonest, usual, 0) if not workbook.frames_or_fills(style)), 0)
    dressed: list[dict[int, int]] = []
    for column in columns:
        derived = {style: _derived(workbook, style, column) for style in set(looks.values())}
        dressed.append({row: derived[style] for row, style in looks.items()})
    return [_derived(workbook, plain, column) for column in columns], dressed


def _derived(workbook: Workbook, style: int, column: Column) -> int:
    """Return a format of the list with the column's own way of showing its values."""
    shown = NUMBER_FORMATS.get(column.kind, "General")
    if style == 0:
        return workbook.style(number_format=shown) if column.kind in NUMBER_FORMATS else 0
    return workbook.style(based_on=style, number_format=shown, align="general", underline=False)
