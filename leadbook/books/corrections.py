"""Cells that the seller typed, put right at the seller's wish: no formula is lost, and every cell keeps its look."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

from leadbook.books.sellertables import write_column
from leadbook.model.issues import BookRefusedError
from leadbook.model.tables import KeptText
from leadbook.sheets.spec import Area

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from leadbook.books.draft import Draft
    from leadbook.books.ooxml import TableInfo
    from leadbook.sheets.spec import Content

# Formats that say nothing of what a number means: a cell typed as text most often has one of these.
_PLAIN_FORMATS = frozenset({"General", "@", ""})


def locked_rows(draft: Draft, table: str, header: str) -> frozenset[int]:
    """Return the Excel rows in which a column holds a formula, or a part of one that stands elsewhere."""
    info = draft.table(table)
    column = info.first_column + list(info.columns).index(header)
    scan = draft.workbook.scan(info.sheet)
    rows = set(scan.formula_rows(column))
    for _, area in scan.locked_formulas.values():
        if area.first_column <= column <= area.last_column:
            rows.update(range(area.first_row, area.last_row + 1))
    return frozenset(rows)


def hidden_rows(draft: Draft, table: str) -> frozenset[int]:
    """Return the Excel rows of a table that a filter or the seller has hidden."""
    info = draft.table(table)
    hidden = draft.workbook.scan(info.sheet).hidden_rows
    return frozenset(row for row in hidden if info.first_row <= row <= info.last_row)


def correct_cells(draft: Draft, table: str, header: str, values: Mapping[int, Content]) -> None:
    """Stage new values for cells that the seller typed.

    Parameters
    ----------
    draft : Draft
    table, header : str
    values : mapping of Excel row to Content
        Text stays text, whatever it begins with.

    Raises
    ------
    InputError
        When the table or the column is not there, or a text is too long for a cell.
    BookRefusedError
        When the sheet is protected.

    Notes
    -----
    A cell keeps its own format. A date or number that takes the place of text in a cell without a number format
    gets the one that most of the column's dates or numbers have. A ``KeptText`` gets the mark that a typed apostrophe
    leaves (``quotePrefix``).
    """
    info = draft.table(table)
    if draft.workbook.scan(info.sheet).protected:
        raise BookRefusedError(
            f'Sheet "{info.sheet}" is protected, so its cells cannot be fixed. Unprotect it in Excel (Review, '
            "Unprotect Sheet) and run the command again."
        )
    write_column(draft, table, header, values)
    column = info.first_column + list(info.columns).index(header)
    _keep_as_text(draft, info, column, [row for row, value in values.items() if isinstance(value, KeptText)], values)
    staged = draft.changed.get(info.sheet, {}).get(column, {})
    for kinds in (_DATES, _NUMBERS):
        rows = [row for row in values if row in staged and _is_one(staged[row], kinds)]
        if rows:
            _format_alike(draft, table, column, rows, kinds)


def _keep_as_text(
    draft: Draft, info: TableInfo, column: int, rows: Sequence[int], values: Mapping[int, Content]
) -> None:
    """Write texts as they are into cells that are told to keep them texts, whatever their own format is."""
    if not rows:
        return
    styles = draft.workbook.cell_styles(info.sheet, Area(min(rows), column, max(rows), column))
    staged = draft.changed.setdefault(info.sheet, {}).setdefault(column, {})
    restyled = draft.restyled.setdefault(info.sheet, {}).setdefault(column, {})
    for row in rows:
        staged[row] = str(values[row])
        restyled[row] = draft.workbook.style(based_on=styles.get((row, column), 0), kept_text=True)


_DATES: tuple[type, ...] = (dt.date,)
_NUMBERS: tuple[type, ...] = (int, float)


def _is_one(value: object, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)


def _format_alike(draft: Draft, table: str, column: int, rows: Iterable[int], kinds: tuple[type, ...]) -> None:
    """Give cells that have no number format the one of the column's other cells of their kind."""
    info, raw = draft.table(table), draft.raw(table)
    if raw is None:
        return
    book = draft.workbook
    styles = book.cell_styles(info.sheet, Area(info.first_row, column, info.last_row, column))
    cells = raw.cells[column - raw.first_column]
    alike = Counter(
        code
        for row, cell in zip(raw.rows.tolist(), cells, strict=True)
        if _is_one(cell, kinds) and (code := book.number_format(styles.get((row, column), 0))) not in _PLAIN_FORMATS
    )
    if not alike:
        return
    code = alike.most_common(1)[0][0]
    for row in rows:
        own = styles.get((row, column), 0)
        if book.number_format(own) in _PLAIN_FORMATS:
            place = draft.restyled.setdefault(info.sheet, {}).setdefault(column, {})
            place[row] = book.style(based_on=own, number_format=code)
