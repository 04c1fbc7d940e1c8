"""History's answer on the Forecast sheet: what is coming, the range, how good such forecasts were, and rose tint."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.analysis.periods import show_day
from leadbook.model.counts import counted
from leadbook.model.frame_rows import rows_of
from leadbook.sheets import look
from leadbook.sheets.page import Field
from leadbook.sheets.spec import Area, Chart, Formula, Series, Style

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from leadbook.analysis.outlook.outlook import Outlook
    from leadbook.analysis.outlook.rose_tint import RoseTint
    from leadbook.sheets.page import Page
    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

SHOWN_MONTHS, SHOWN_QUARTERS = 7, 4
MOST_REPS = 15
CHART_ROWS, CHART_HEIGHT = 14, 270

_MONEY = look.number(look.MONEY)
_SHARE = look.number(look.PERCENT)
_FIELDS = (
    Field("Period"), Field("Closed so far", _MONEY), Field("Open deals", _MONEY), Field("New business", _MONEY),
    Field("Expected", _MONEY), Field("P10", _MONEY), Field("P50", _MONEY), Field("P90", _MONEY), Field("Quota", _MONEY),
    Field("Reps' call: closed + commit", _MONEY), Field("Closed + weighted", _MONEY), Field("After haircut", _MONEY),
)  # fmt: skip
_TINT_FIELDS = (
    Field(""), Field("Deals", look.number(look.WHOLE)), Field("Called", _MONEY), Field("Came of it", _MONEY),
    Field("Bias", _SHARE), Field("Weighted", _MONEY), Field("Came of it", _MONEY), Field("Bias", _SHARE),
    Field("To believe", _SHARE),
)  # fmt: skip
_USED = Style(bold=True, color=look.GREEN, fill=look.GREEN_SOFT)


class Answer(Struct, frozen=True):
    """What history says, and what it stands beside.

    Parameters
    ----------
    outlook : Outlook
    months, quarters : DataFrame
        As ``forecast_periods`` returns them.
    keeps : float
        The share of the weighted amount to believe, NaN when unknown.
    today : date
    """

    outlook: Outlook
    months: pd.DataFrame
    quarters: pd.DataFrame
    keeps: float
    today: dt.date


def put_answer(page: Page, answer: Answer, months: Area, quarters: Area) -> None:
    """Put closed + open + new with its range, beside the reps' call and the weighted number, and the fan.

    Parameters
    ----------
    page : Page
    answer : Answer
    months, quarters : Area
        The live grids above: their rows are what the formulas here point at.
    """
    outlook = answer.outlook
    day = show_day(answer.today)
    if outlook.why_not:
        page.section("What history says")
        page.sentence(
            f"No answer from history yet: {outlook.why_not}. Until then the weighted number above stands alone.",
            look.WRAPPED,
        )
        page.gap()
        return
    page.section(
        "What history says",
        note=f"Open, new and P10 to P90 are values worked out on {day} ({outlook.method}) that do not move in "
        "Excel; the other columns are live. In eight of ten periods what comes lies between P10 and P90.",
    )
    top = page.at + 1
    rows = _rows(answer.months, outlook.months, months, SHOWN_MONTHS, top, answer.keeps)
    fan = Area(top, 1, top + len(rows) - 1, len(_FIELDS))
    rows += _rows(answer.quarters, outlook.quarters, quarters, SHOWN_QUARTERS, top + len(rows), answer.keeps)
    page.grid(_FIELDS, rows)
    short = f"=AND(ISNUMBER($I{top}),$H{top}<$I{top})"
    whole = Area(top, 8, top + len(rows) - 1, 8)
    page.mark(whole, short, Style(color=look.RED, fill=look.RED_SOFT))
    page.mark(Area(top, 6, top + len(rows) - 1, 6), f"=AND(ISNUMBER($I{top}),$F{top}>=$I{top})", _USED)
    page.put(
        page.at, 1, "P90 is red where even that lies below quota; P10 is green where even that reaches it.", look.NOTE
    )
    page.at += 2
    page.keep_together()
    _put_fan(page, fan, quota=bool(answer.months["quota"].head(fan.last_row - fan.first_row + 1).notna().any()))
    page.at += CHART_ROWS


def _rows(  # noqa: PLR0917 - one grid of two frames
    frame: pd.DataFrame, ahead: pd.DataFrame, live: Area, most: int, top: int, keeps: float
) -> list[tuple[Content, ...]]:
    rows: list[tuple[Content, ...]] = []
    height = min(most, live.last_row - live.first_row + 1)
    pairs = zip(rows_of(frame.head(height)), rows_of(ahead.head(height)), strict=True)
    for place, (period, found) in enumerate(pairs):
        at, above = top + place, live.first_row + place
        closed, weighted = float(period["closed"]), float(period["weighted"])
        quota = float(period["quota"])
        cut: Content = None
        if not math.isnan(keeps):
            cut = Formula(f"=D{above}+H{above}*{keeps!r}", closed + weighted * keeps)
        rows.append((
            str(period["name"]),
            Formula(f"=D{above}", closed),
            float(found["open"]),
            float(found["new"]),
            Formula(f"=B{at}+C{at}+D{at}", closed + float(found["open"]) + float(found["new"])),
            float(found["p10"]), float(found["p50"]), float(found["p90"]),
            None if math.isnan(quota) else quota,
            Formula(f"=D{above}+E{above}", closed + float(period["commit"])),
            Formula(f"=I{above}", closed + weighted),
            cut,
        ))  # fmt: skip
    return rows


def keeps(tint: RoseTint) -> float:
    """Return the share of the weighted amount to believe, over all reps."""
    if tint.why_not or not tint.weighted:
        return math.nan
    return round(1 - tint.haircut / tint.weighted, 4)


def _put_fan(page: Page, body: Area, *, quota: bool) -> None:
    names = Area(body.first_row, 1, body.last_row, 1)

    def values(column: int) -> Area:
        return Area(body.first_row, column, body.last_row, column)

    series = [
        Series("Closed so far", names, values(2), look.ACCENT, kind="column"),
        Series("Open deals", names, values(3), look.BLUE, kind="column"),
        Series("New business", names, values(4), look.MIST, kind="column"),
        Series("P10", names, values(6), look.AMBER, kind="line"),
        Series("P90", names, values(8), look.GREEN, kind="line"),
    ]
    if quota:
        series.append(Series("Quota", names, values(9), look.RED, kind="line"))
    page.chart(Chart(
        "stacked_column", "What history expects by month, and the range", tuple(series), page.at, 1,
        width=page.span(1, page.columns), height=CHART_HEIGHT, value_format=look.SHORT, gap=60,
        description="Columns of closed, open and new business by month; lines for P10, P90 and quota.",
    ))  # fmt: skip


def put_backtest(page: Page, outlook: Outlook) -> None:
    """Put how far each method was off on the workbook's own past, for whoever doubts the number."""
    judged = outlook.judged
    if not len(judged) or not int(judged["months"].max()):
        return
    months, quarters = int(judged["months"].max()), int(judged["quarters"].max())
    page.section(
        "How good such forecasts were",
        note=f"Tried on {counted(months, 'past month')} and {counted(quarters, 'quarter')}. "
        "Off by = sum of distances ÷ sum won (WAPE); bias "
        "above 0 promised too much. The blend is used unless one method beat it plainly (by one standard error).",
    )
    fields = (
        Field("Method"), Field("Month off by", _SHARE), Field("Month bias", _SHARE), Field("Quarter off by", _SHARE),
        Field("Quarter bias", _SHARE), Field("Used", look.CENTER),
    )  # fmt: skip
    rows: list[tuple[Content, ...]] = [
        (
            str(row["method"]).capitalize(), _known(row["month_wape"]), _known(row["month_bias"]),
            _known(row["quarter_wape"]), _known(row["quarter_bias"]), "yes" if row["chosen"] else None,
        )
        for row in rows_of(judged)
    ]  # fmt: skip
    top = page.at
    body = page.grid(fields, rows)
    page.mark(Area(body.first_row, 1, body.last_row, 6), f'=$F{body.first_row}="yes"', _USED)
    names = Area(body.first_row, 1, body.last_row, 1)
    page.chart(Chart(
        "bar", "Off by, month and quarter ahead",
        (
            Series("Month", names, Area(body.first_row, 2, body.last_row, 2), look.BLUE),
            Series("Quarter", names, Area(body.first_row, 4, body.last_row, 4), look.GOLD),
        ),
        top, 8, width=page.span(8, page.columns), height=220, value_format="0%",
        description="How far each method was off, as a share of what was won.",
    ))  # fmt: skip
    page.at = max(page.at, top + 11) + 1


def put_rose_tint(page: Page, results: Results) -> None:
    """Put what reps and stages promised against what came, and the haircut it makes."""
    tint = results.forecast.rose_tint
    page.section(
        "Rose tint",
        note="Deals due in a finished month as they stood at its start: called (Commit) and weighted, against what was "
        "won of them in that month. Bias above 0 promised too much.",
    )
    if tint.why_not:
        page.sentence(f"{tint.why_not[0].upper()}{tint.why_not[1:]}.", look.WRAPPED)
        page.gap()
        return
    for name, frame in (("Rep", tint.owners), ("Stage at that time", tint.stages)):
        rows: list[tuple[Content, ...]] = [
            (
                str(row["name"]), int(row["deals"]), float(row["called"]), float(row["called_came"]),
                _known(row["called_bias"]), float(row["weighted"]), float(row["came"]), _known(row["bias"]),
                float(row["keeps"]),
            )
            for row in rows_of(frame.head(MOST_REPS))
        ]  # fmt: skip
        body = page.grid((Field(name), *_TINT_FIELDS[1:]), rows)
        thin = Area(body.first_row, 1, body.last_row, len(_TINT_FIELDS))
        page.mark(thin, f"=$B{body.first_row}<20", look.THIN_N)
        page.gap()
    left = tint.weighted - tint.haircut
    row = page.at
    lines: tuple[tuple[str, Content], ...] = (
        ("Weighted, due this quarter", tint.weighted),
        ("Haircut by each rep's past", -tint.haircut),
        ("After the haircut", Formula(f"=F{row}+F{row + 1}", left)),
    )
    for offset, (label, content) in enumerate(lines):
        last = offset == 2
        page.put(row + offset, 1, label, look.TOTAL if last else look.TEXT)
        for column in range(2, 6):
            page.put(row + offset, column, None, look.TOTAL if last else look.TEXT)
        page.put(row + offset, 6, content, look.number(look.MONEY, look.TOTAL if last else look.TEXT))
    page.at = row + 4


def put_commission(page: Page, results: Results) -> None:
    """Put the commission by the month it is paid in; nothing while Settings names no rate."""
    plan = results.forecast.commission
    if plan.empty:
        return
    options = results.records.playbook.options
    page.section(
        "Commission by payout date",
        note=f"{options.commission_rate:.1%} of what is won, paid at the end of the month that lies "
        f"{counted(options.payout_days, 'day')} after the close date (Settings, Options).",
    )
    fields = (
        Field("Month"), Field("Paid on", look.dated()), Field("Earned", _MONEY), Field("Expected", _MONEY),
        Field("Commission", _MONEY),
    )  # fmt: skip
    top = page.at + 1
    rows: list[tuple[Content, ...]] = [
        (
            str(row["name"]), row["paid_on"], float(row["earned"]), float(row["expected"]),
            Formula(f"=C{top + place}+D{top + place}", float(row["commission"])),
        )
        for place, row in enumerate(rows_of(plan))
    ]  # fmt: skip
    page.grid(fields, rows)
    page.gap()


def _known(number: float) -> float | None:
    return None if math.isnan(number) else float(number)
