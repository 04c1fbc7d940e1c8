"""The waterfall chart: each step stands where the one before it left off."""

from __future__ import annotations

import pytest

from leadbook.sheets import look
from leadbook.sheets.bridge import HELPERS_COLUMN, put_bridge
from leadbook.sheets.contents import value_of as value
from leadbook.sheets.page import Field, Page
from leadbook.sheets.spec import UNSEEN, Sheet


@pytest.mark.parametrize(
    ("amounts", "below"),
    [
        ([100, 30, -20, -60, 50], [0, 100, 110, 50, 0]),
        ([0, 40, -40, 0], [0, 0, 0, 0]),
        ([80, 80], [0, 0]),
    ],
)
def test_each_step_stands_between_the_sums_before_and_after_it(amounts, below):
    page = Page(Sheet("Pipeline"), 11)
    page.widths(*[14] * 11)
    page.at = 5
    body = page.grid(
        (Field("Step"), Field("Value", look.number(look.MONEY)), Field("Deals")),
        [("x", amount, 1) for amount in amounts],
    )
    put_bridge(page, body, amounts, "What changed")
    cells = {(cell.row, cell.column): value(cell.content) for cell in page.sheet.cells}
    rows = range(body.first_row, body.last_row + 1)
    assert [cells[row, HELPERS_COLUMN] for row in rows] == below
    heights = [sum(float(str(cells[row, HELPERS_COLUMN + at])) for at in (1, 2, 3)) for row in rows]
    assert heights == [abs(amount) for amount in amounts]
    chart = page.sheet.charts[0]
    assert (chart.kind, chart.series[0].color) == ("stacked_column", UNSEEN)
