"""The block of the Pipeline sheet on trends: early warnings in plain words, and the months behind them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.model.frame_rows import rows_of
from leadbook.sheets import look
from leadbook.sheets.page import Field
from leadbook.sheets.spec import Area, Chart, Series, Style

if TYPE_CHECKING:
    from leadbook.analysis.trends import Trends
    from leadbook.sheets.page import Page
    from leadbook.sheets.spec import Content

FEW = 20
CHART_HEIGHT = 250

_MONEY = look.number(look.MONEY)
_SHARE = look.number(look.PERCENT)
_COUNT = look.number(look.WHOLE)
_WORDS = {"worse": "early warning", "better": "better", "steady": "steady", "none": "n/a"}
_MONTH_FIELDS = {
    "new": Field("New", _MONEY), "won": Field("Won", _MONEY), "lost": Field("Lost", _MONEY),
    "open_end": Field("Open at its end", _MONEY), "win_rate": Field("Win rate", _SHARE),
    "closed": Field("n closed", _COUNT), "slipped": Field("Slipped", _SHARE), "moved_on": Field("Moved on", _SHARE),
    "moves": Field("n moves", _COUNT),
}  # fmt: skip
"""The numbers of a month in order; a team's months lack those that only visits of stages tell."""


def put_trends(page: Page, trends: Trends | None, *, ends_told: bool = True) -> None:
    """Put each number against its own past, worse ones marked, and the months with two charts.

    Without ``ends_told``, nobody can ever tell what was open at past months' ends, and their chart is left out.

    Notes
    -----
    Nothing is put while no finished month brought anything.
    """
    if trends is None or not trends.months[["new", "won", "lost", "open_end"]].notna().to_numpy()[:-1].any():
        return
    warned = sum(line.state == "worse" for line in trends.lines)
    page.section(
        "Trends and early warnings",
        note=f"{warned or 'No'} early warning{'' if warned == 1 else 's'}. The mean month of the last 3 finished ones "
        "against those before; told only beyond 15 % and beyond what chance does in one case of twenty.",
    )
    money, share = look.number(look.MONEY), look.number(look.PERCENT)
    fields = (
        Field("Number", look.WRAPPED), Field("Last 3 months", money), Field("Before", money), Field("Change", share),
        Field("State", look.CENTER), Field("In plain words", look.WRAPPED.but(indent=1), span=6),
    )  # fmt: skip
    rows: list[tuple[Content, ...]] = [
        (line.name, line.recent, line.before, line.change, _WORDS[line.state], line.sentence) for line in trends.lines
    ]
    body = page.grid(fields, rows)
    of_shares = [row for row, line in enumerate(trends.lines, body.first_row) if line.unit == "%"]
    shares = {(row, column) for row in of_shares for column in (2, 3)}
    page.sheet.cells[:] = [
        replace(cell, style=share) if (cell.row, cell.column) in shares else cell for cell in page.sheet.cells
    ]
    state = Area(body.first_row, 5, body.last_row, 5)
    page.mark(state, f'=$E{body.first_row}="early warning"', Style(bold=True, color=look.RED, fill=look.RED_SOFT))
    page.mark(state, f'=$E{body.first_row}="better"', Style(color=look.GREEN, fill=look.GREEN_SOFT))
    page.gap()
    _put_months(page, trends, ends_told=ends_told)


def _put_months(page: Page, trends: Trends, *, ends_told: bool) -> None:
    lines = rows_of(trends.months)
    numbers = {name: field for name, field in _MONTH_FIELDS.items() if name in trends.months.columns}
    rows: list[tuple[Content, ...]] = [
        (
            f"{month['name']}{' (so far)' if place == len(lines) - 1 else ''}",
            *(int(month[name]) if field.style == _COUNT else _known(month[name]) for name, field in numbers.items()),
        )
        for place, month in enumerate(lines)
    ]
    page.keep_together()
    body = page.grid((Field("Month"), *numbers.values()), rows)
    first, last = body.first_row, body.last_row
    few = Style(color=look.FAINT, italic=True)
    page.mark(Area(first, 6, last, 7), f"=$G{first}<{FEW}", few)
    if "moves" in numbers:
        page.mark(Area(first, 9, last, 10), f"=$J{first}<{FEW}", few)
    page.gap()
    page.keep_together()
    names = Area(first, 1, last, 1)

    def values(column: int) -> Area:
        return Area(first, column, last, column)

    page.chart(Chart(
        "column", "New and won value by month",
        (Series("New", names, values(2), look.SKY), Series("Won", names, values(3), look.ACCENT)),
        page.at, 1, width=page.span(1, 5) - 20, height=CHART_HEIGHT, value_format=look.SHORT, gap=60,
        description="Columns of the value of new opportunities and of won deals in each month.",
    ))  # fmt: skip
    if ends_told:
        page.chart(Chart(
            "line", "Open pipeline at each month's end", (Series("Open", names, values(5), look.ACCENT),),
            page.at, 6, width=page.span(6, page.columns), height=CHART_HEIGHT, value_format=look.SHORT, legend=False,
            description="Line of the open pipeline's value at the end of each month.",
        ))  # fmt: skip
    page.at += page.rows_for(CHART_HEIGHT) + 1


def _known(number: float) -> float | None:
    return None if math.isnan(number) else float(number)
