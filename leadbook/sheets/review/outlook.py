"""The Forecast sheet of a review: what the team will close when, by category and against quota, and each rep's part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.frame_rows import rows_of
from leadbook.sheets import look
from leadbook.sheets.contents import plain_day
from leadbook.sheets.forecast import CHART_ROWS, coverage_cell, mark_periods, put_chart
from leadbook.sheets.forecast import FIELDS as FORECAST_FIELDS
from leadbook.sheets.forecast import filled as with_content
from leadbook.sheets.forecast_history import Answer, put_answer, put_backtest
from leadbook.sheets.page import Page
from leadbook.sheets.review.bundle import known
from leadbook.sheets.review.matrix import put_matrix
from leadbook.sheets.spec import Area, Formula, Sheet

if TYPE_CHECKING:
    import pandas as pd

    from leadbook.sheets.review.bundle import Review
    from leadbook.sheets.spec import Content

NAME = "Forecast"
COLUMNS = 13
LEAST_MONTHS, LEAST_QUARTERS = 6, 3
MOST_MONTHS = 10

_MONEY = look.number(look.MONEY)


def outlook_sheet(review: Review) -> Sheet:
    """Lay out the Forecast sheet."""
    page = Page(Sheet(review.naming.sheet(NAME), tab_color=look.BLUE), COLUMNS)
    page.widths(22, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 11, 11)
    as_of = page.title("Team forecast", review, said=f"money in {review.currency}")
    page.section(
        "Months",
        note="Open deals by close date, each in one category; weighted = amount x chance, past due ones left out. "
        "Coverage is red where it is below the required one.",
    )
    months = _put_periods(page, as_of, with_content(review.found.months, LEAST_MONTHS))
    page.keep_together()
    chart_at = page.at
    page.at += CHART_ROWS
    page.section("Quarters")
    quarters = _put_periods(page, as_of, with_content(review.found.quarters, LEAST_QUARTERS))
    found = review.found
    put_answer(page, Answer(found.outlook, found.months, found.quarters, found.keeps, review.today), months, quarters)
    put_backtest(page, found.outlook)
    _put_owners(page, review)
    put_chart(page, chart_at, months)
    page.sentence(
        "What history says is worked out from everybody's deals as if they stood in one book: the ranges (P10 to P90) "
        "of the reps' own books do not add up to one of the team, and reps with too little history of their own count "
        "here too."
    )
    having, total = int(review.found.reps.whole["with_quota"]), review.found.reps.total
    if 0 < having < total:
        page.sentence(
            f"{having:,} of {total:,} reps have a quota; closed and qualified are everybody's, so coverage here "
            "looks better than theirs."
        )
    undated = review.found.team.deals
    undated = undated[undated["open"] & undated["close_date"].isna()]
    if len(undated):
        page.sentence(
            f"{len(undated):,} open {'deal has' if len(undated) == 1 else 'deals have'} no close date "
            f"({undated['amount'].sum():,.0f} {review.currency}) and {'is' if len(undated) == 1 else 'are'} in no "
            "period."
        )
    return page.finish()


def _put_periods(page: Page, as_of: str, periods: pd.DataFrame) -> Area:
    rows: list[tuple[Content, ...]] = []
    for row, period in enumerate(rows_of(periods), page.at + 1):
        closed, weighted, qualified = float(period["closed"]), float(period["weighted"]), float(period["qualified"])
        rows.append((
            str(period["name"]), plain_day(period["start"]), plain_day(period["end"]), closed, float(period["commit"]),
            float(period["best_case"]), float(period["pipeline"]), weighted,
            Formula(f"=D{row}+H{row}", closed + weighted), known(float(period["quota"])), qualified,
            coverage_cell(period, row),
            known(float(period["required_coverage"])),
        ))  # fmt: skip
    body = page.grid(FORECAST_FIELDS, rows)
    mark_periods(page, body, as_of)
    return body


def _put_owners(page: Page, review: Review) -> None:
    """Put each rep's weighted amount by month, with sums."""
    table = review.found.by_owner
    if table.empty:
        return
    months = [str(name) for name in table.columns[1:]]
    used = [place for place, name in enumerate(months) if float(table[name].sum()) != 0]
    months = months[: min(MOST_MONTHS, (used[-1] if used else 0) + 1)]
    page.section("Weighted by rep and month", note="Open deals due in the month, amount x chance.", flows=True)
    lines = [(str(rep["owner"]), [float(rep[name]) for name in months]) for rep in rows_of(table)]
    put_matrix(page, months, lines, _MONEY)
