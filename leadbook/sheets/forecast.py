"""The Forecast sheet: what will close when, by category, against quota, and what was left out of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from leadbook.model.frame_rows import rows_of
from leadbook.model.playbook import Category
from leadbook.sheets import look
from leadbook.sheets.contents import plain_day
from leadbook.sheets.forecast_blocks import (
    put_categories,
    put_doubtful,
    put_lights,
    put_notes,
    put_overdue,
    put_owners,
)
from leadbook.sheets.forecast_history import (
    Answer,
    keeps,
    put_answer,
    put_backtest,
    put_commission,
    put_rose_tint,
)
from leadbook.sheets.live import Tally
from leadbook.sheets.live_where import Day, Where
from leadbook.sheets.page import Field, Page
from leadbook.sheets.registry import sheet
from leadbook.sheets.spec import Area, Chart, Formula, Series, Sheet, Style
from leadbook.sheets.stage_words import put_words

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

NAME = "Forecast"
COLUMNS = 13
WORDS_COLUMN = 15
CHART_ROWS, CHART_HEIGHT = 13, 250
MOST_PERIODS = 12
LEAST_MONTHS, LEAST_QUARTERS = 6, 3
SOON_DAYS = 62  # so far ahead, a period without any pipeline is alarming already

_MONEY = look.number(look.MONEY)
_DAY = look.dated(look.NOTE)
FIELDS = (
    Field("Period"), Field("From", _DAY), Field("Before", _DAY), Field("Closed", _MONEY), Field("Commit", _MONEY),
    Field("Best case", _MONEY), Field("Pipeline", _MONEY), Field("Weighted", _MONEY), Field("Expected", _MONEY),
    Field("Quota", _MONEY), Field("Qualified", _MONEY),
    Field("Coverage", look.number(look.TIMES)), Field("Required", look.number(look.TIMES)),
)  # fmt: skip
_CATEGORIES = ((Category.COMMIT, "commit"), (Category.BEST_CASE, "best_case"), (Category.PIPELINE, "pipeline"))


@sheet(NAME, order=40)
def forecast_sheet(results: Results) -> Sheet:
    """Lay out the Forecast sheet.

    Parameters
    ----------
    results : Results

    Returns
    -------
    Sheet
        Amounts by period are formulas over the Leads table; the weighted ones follow Settings/Stages.
    """
    page = Page(Sheet(results.naming.sheet(NAME), tab_color=look.BLUE), COLUMNS)
    page.widths(20, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 11, 11)
    as_of = page.title("Forecast", results, said=f"money in {results.currency}")
    if results.records.leads.frame.empty:
        page.sentence("There is nothing to forecast yet: the Leads table has no leads.", look.TEXT)
        return page.finish()
    put_lights(page, results)
    forecast = results.forecast
    page.section(
        "Months",
        note="Open deals by close date, each in one category; weighted = amount x chance, past due ones left out. "
        "Coverage is red where it is below the required one; later months only once they hold pipeline.",
    )
    words = put_words(page, results, row=page.at, column=WORDS_COLUMN)
    tally = Tally(results, words)
    shown = filled(forecast.months, LEAST_MONTHS)
    months = _put_periods(page, results, tally, as_of, shown)
    page.keep_together()
    chart_at = page.at
    page.at += CHART_ROWS
    page.section("Quarters")
    by_quarter = filled(forecast.quarters, LEAST_QUARTERS)
    quarters = _put_periods(page, results, tally, as_of, by_quarter, parts=Parts(rows_of(shown), months.first_row))
    share = keeps(forecast.rose_tint)
    put_answer(
        page, Answer(forecast.outlook, forecast.months, forecast.quarters, share, results.today), months, quarters
    )
    put_backtest(page, forecast.outlook)
    put_rose_tint(page, results)
    put_categories(page, quarters, forecast.quarters)
    put_owners(page, results, tally, as_of)
    put_commission(page, results)
    put_overdue(page, results)
    put_doubtful(page, results)
    put_notes(page, results, tally)
    put_chart(page, chart_at, months)
    return page.finish()


def filled(periods: pd.DataFrame, least: int) -> pd.DataFrame:
    """Return the periods up to the last one that holds a deal, a win or a quota."""
    shown = periods.head(MOST_PERIODS)
    sums = shown[["closed", "commit", "best_case", "pipeline", "omitted"]].abs().sum(axis=1)
    known = ((sums > 0) | (shown["deals"] > 0) | shown["quota"].notna()).to_numpy().nonzero()[0]
    return shown.head(max(least, int(known[-1]) + 1 if len(known) else 0))


class Parts(Struct, frozen=True):
    """The months above the quarters, whose cells a quarter adds up: the leads are looked through once, not twice.

    Parameters
    ----------
    months : list of dict
        The months in the order they are shown.
    first_row : int
        Row of the first of them.
    """

    months: list[dict[str, Any]]
    first_row: int

    def added_up(self, period: dict[str, Any], since: dt.date, letter: str, key: str) -> Formula | None:
        """Return the sum of a column over the months of a quarter, None where they are not all shown.

        Parameters
        ----------
        period : dict
            The quarter.
        since : date
            The first day that counts in it: open deals count from today on, so the months before are not needed.
        letter, key : str
            The column, and the figure that stands in it.
        """
        end = plain_day(period["end"])
        held = [
            place for place, month in enumerate(self.months)
            if plain_day(month["end"]) > since and plain_day(month["start"]) < end
        ]  # fmt: skip
        if not held:
            return None
        first, last = self.months[held[0]], self.months[held[-1]]
        begin = plain_day(first["start"])
        if begin > since or begin < plain_day(period["start"]) or plain_day(last["end"]) != end:
            return None
        if not math.isclose(sum(float(self.months[place][key]) for place in held), float(period[key]), abs_tol=1e-6):
            return None
        top, bottom = self.first_row + held[0], self.first_row + held[-1]
        text = f"={letter}{top}" if top == bottom else f"=SUM({letter}{top}:{letter}{bottom})"
        return Formula(text, float(period[key]))


def _put_periods(
    page: Page, results: Results, tally: Tally, as_of: str, periods: pd.DataFrame, *, parts: Parts | None = None
) -> Area:
    rows: list[tuple[Content, ...]] = []
    for row, period in enumerate(rows_of(periods), page.at + 1):
        start, end = plain_day(period["start"]), plain_day(period["end"])
        since, before = Day(f"$B{row}", start), Day(f"$C{row}", end)
        # Deals that are past due stand in no open category: they are pulled out and listed below.
        due = Day(f"MAX($B{row},{as_of})", max(start, results.today))

        def added_up(letter: str, key: str, day: Day, period: dict[str, Any] = period) -> Formula | None:
            return parts.added_up(period, day.day, letter, key) if parts else None

        amounts: list[Content] = [
            added_up(letter, key, due) or tally.value(Where(category=category, since=due, before=before), period[key])
            for letter, (category, key) in zip("EFG", _CATEGORIES, strict=True)
        ]
        closed = float(period["closed"])
        weighted = float(period["weighted"])
        rows.append((
            str(period["name"]), start, end,
            added_up("D", "closed", since) or tally.value(Where(won=True, since=since, before=before), closed),
            *amounts,
            added_up("H", "weighted", due) or tally.weighted(Where(since=due, before=before), weighted),
            Formula(f"=D{row}+H{row}", closed + weighted),
            _known(period["quota"]),
            float(period["qualified"]),
            coverage_cell(period, row),
            _known(period["required_coverage"]),
        ))  # fmt: skip
    body = page.grid(FIELDS, rows)
    if periods.empty:
        return body
    mark_periods(page, body, as_of)
    return body


def mark_periods(page: Page, body: Area, as_of: str) -> None:
    """Draw bars for what is expected, and colour the coverage where it is short or reached."""
    page.gap()
    page.bars(body, 9)
    first = body.first_row
    coverage = Area(first, 12, body.last_row, 12)
    soon = f"OR($K{first}>0,$B{first}<={as_of}+{SOON_DAYS})"
    short = f"=AND(ISNUMBER($L{first}),ISNUMBER($M{first}),$L{first}<$M{first},{soon})"
    page.mark(coverage, short, Style(color=look.RED, fill=look.RED_SOFT))
    met = f'=OR($L{first}="met",AND(ISNUMBER($L{first}),ISNUMBER($M{first}),$L{first}>=$M{first}))'
    page.mark(coverage, met, Style(color=look.GREEN, fill=look.GREEN_SOFT))


def coverage_cell(period: dict[str, Any], row: int) -> Content:
    """Return the coverage live: open qualified value ÷ what is left of the quota."""
    text = f'=IF(NOT(ISNUMBER(J{row})),"n/a",IF(J{row}-D{row}<=0,"met",K{row}/(J{row}-D{row})))'
    coverage = float(period["coverage"])
    return Formula(text, str(period["coverage_text"]) if math.isnan(coverage) else coverage)


def put_chart(page: Page, row: int, months: Area) -> None:
    """Draw the months: what is closed and open by category, what is expected, and the quota."""
    names = Area(months.first_row, 1, months.last_row, 1)

    def values(column: int) -> Area:
        return Area(months.first_row, column, months.last_row, column)

    stacked = [
        Series(name, names, values(column), look.CATEGORY_COLORS[name], kind="column")
        for column, name in ((4, "Closed"), (5, "Commit"), (6, "Best case"), (7, "Pipeline"))
    ]
    expected = Series(
        "Expected (closed + weighted)", names, values(9), look.GOLD, kind="line",
        labels=True, label_format=look.SHORT_LABEL,
    )  # fmt: skip
    lines = [expected]
    quotas = {cell.column for cell in page.sheet.cells if cell.row in range(months.first_row, months.last_row + 1)
              and cell.column == 10 and cell.content is not None}  # fmt: skip
    if quotas:
        lines.append(Series("Quota", names, values(10), look.RED, kind="line"))
    page.chart(Chart(
        "stacked_column", "Forecast by month", (*stacked, *lines), row, 1,
        width=page.span(1, COLUMNS), height=CHART_HEIGHT,
        value_format=look.SHORT, gap=60,
        description="Stacked columns of closed, commit, best case and pipeline by month; lines for expected and quota.",
    ))  # fmt: skip


def _known(number: float) -> float | None:
    return None if math.isnan(number) else float(number)
