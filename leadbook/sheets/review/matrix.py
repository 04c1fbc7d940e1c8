"""A grid with a line a rep: live sums at its right and below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.issues import column_letters
from leadbook.sheets import look
from leadbook.sheets.page import Field
from leadbook.sheets.spec import Area, Formula

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.sheets.page import Page
    from leadbook.sheets.spec import Content, Style


def put_matrix(
    page: Page, names: Sequence[str], lines: Sequence[tuple[str, Sequence[float]]], style: Style
) -> tuple[Area, Area]:
    """Put a line a rep and a column a name, with sums.

    Parameters
    ----------
    page : Page
    names : sequence of str
        Headers of the numbers' columns.
    lines : sequence of (str, sequence of float)
        Each rep with a number for each name.
    style : Style
        Of the numbers.

    Returns
    -------
    (Area, Area)
        The numbers alone, and all below the headers, the team's sums included.
    """
    fields = [Field("Rep", look.WRAPPED), *(Field(name, style) for name in names), Field("All", style.but(bold=True))]
    last = column_letters(len(names) + 1)
    rows: list[tuple[Content, ...]] = [
        (rep, *values, Formula(f"=SUM(B{row}:{last}{row})", sum(values)))
        for row, (rep, values) in enumerate(lines, page.at + 1)
    ]
    body = page.grid(fields, rows)
    total = page.at
    page.put(total, 1, "Team", look.TOTAL)
    each = list(zip(*(values for _, values in lines), strict=True))
    for column, value in enumerate([*map(sum, each), sum(map(sum, each))], 2):
        letter = column_letters(column)
        text = f"=SUM({letter}{body.first_row}:{letter}{body.last_row})"
        page.put(total, column, Formula(text, value), look.number(style.number, look.TOTAL))
    page.at = total + 2
    numbers = Area(body.first_row, 2, body.last_row, len(names) + 1)
    return numbers, Area(body.first_row, 1, total, len(names) + 1)
