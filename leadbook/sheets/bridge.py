"""The waterfall as a chart: columns that float where the steps before them left off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.sheets import look
from leadbook.sheets.spec import UNSEEN, Area, Chart, Formula, Series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.sheets.page import Page

HELPERS_COLUMN = 13
"""The first of four columns beside the print area that the chart draws from."""
CHART_HEIGHT = 250
_HELPERS = ("Below", "Start and end", "Up", "Down")


def put_bridge(page: Page, body: Area, amounts: Sequence[float], title: str) -> None:
    """Draw the waterfall of a grid beside it, at its fifth column.

    Parameters
    ----------
    page : Page
    body : Area
        The grid's body: step, value and deals; its first row is the start and its last the end.
    amounts : sequence of float
        The values, in order.
    title : str

    Notes
    -----
    Each step stands between the sums before and after it: an unseen column as high as the lower of them, and the
    step on top. These heights are formulas over the grid, in four columns beside the print area.
    """
    first, last = body.first_row, body.last_row
    page.put(first - 2, HELPERS_COLUMN, "What the waterfall chart draws from (formulas over its table)", look.NOTE)
    for at, header in enumerate(_HELPERS, HELPERS_COLUMN):
        page.put(first - 1, at, header, look.HEADER_RIGHT)
        page.sheet.widths.setdefault(at, 14)
    faint, sum_so_far = look.number(look.MONEY).but(color=look.GREY), 0.0
    for row, amount in enumerate(amounts, first):
        ends = row in {first, last}
        before, sum_so_far = sum_so_far, amount if ends else sum_so_far + amount
        above = f"SUM($B${first}:$B{row - 1})"
        below = 0.0 if ends else min(before, sum_so_far)
        heights = (
            Formula(f"=MIN({above},{above}+$B{row})", below) if not ends else 0,
            Formula(f"=$B{row}", amount) if ends else 0,
            0 if ends else Formula(f"=MAX(0,$B{row})", max(0.0, amount)),
            0 if ends else Formula(f"=MAX(0,-$B{row})", max(0.0, -amount)),
        )
        for at, height in enumerate(heights, HELPERS_COLUMN):
            page.put(row, at, height, faint)
    names = Area(first, 1, last, 1)
    colors = (UNSEEN, look.ACCENT, look.GREEN, look.RED)
    series = tuple(
        Series(header, names, Area(first, at, last, at), color)
        for at, (header, color) in enumerate(zip(_HELPERS, colors, strict=True), HELPERS_COLUMN)
    )
    page.chart(Chart(
        "stacked_column", title, series, first - 1, 5, width=page.span(5, page.columns), height=CHART_HEIGHT,
        value_format=look.SHORT, legend=False, gap=25,
        description="Waterfall from the open value at the start over each change to the value at the end.",
    ))  # fmt: skip
