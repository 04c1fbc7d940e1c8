"""The Sources sheet: what each source brings, why deals are won and lost, and whether the leads fit the ICP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.frame_rows import rows_of
from leadbook.model.issues import column_letters
from leadbook.sheets import look
from leadbook.sheets.page import Field, Page
from leadbook.sheets.pipeline_measures import draw_lost_value
from leadbook.sheets.review.bundle import FEW, known
from leadbook.sheets.spec import Area, Chart, Formula, Series, Sheet, Style

if TYPE_CHECKING:
    import pandas as pd

    from leadbook.sheets.review.bundle import Review
    from leadbook.sheets.spec import Content

NAME = "Sources"
COLUMNS = 11
MOST_SOURCES, MOST_REASONS, MOST_COMPETITORS = 30, 12, 12
CHART_HEIGHT = 240

_COUNT = look.number(look.WHOLE)
_MONEY = look.number(look.MONEY)
_SHARE = look.number(look.PERCENT)
_FEW = Style(color=look.FAINT, italic=True)


def origins_sheet(review: Review) -> Sheet:
    """Lay out the Sources sheet."""
    page = Page(Sheet(review.naming.sheet(NAME), tab_color=look.GOLD), COLUMNS)
    page.widths(26, *[13.5] * (COLUMNS - 1))
    page.title("Sources, reasons and ICP", review, said=f"money in {review.currency}; grey: fewer than 20 cases")
    _put_sources(page, review)
    _put_reasons(page, review)
    _put_competitors(page, review.found.competitors)
    _put_ideal(page, review)
    return page.finish()


def _put_sources(page: Page, review: Review) -> None:
    sources = review.found.sources
    page.section("Sources", note=f"Won value and win rates: deals {review.found.reps.closed_which}.")
    fields = (
        Field("Source", look.WRAPPED), Field("Open leads", _COUNT), Field("Open value", _MONEY),
        Field("Weighted", _MONEY), Field("Won", _COUNT), Field("Lost", _COUNT), Field("n closed", _COUNT),
        Field("Win rate", _SHARE), Field("Win rate by value", _SHARE), Field("Won value", _MONEY),
        Field("Value a closed deal", _MONEY),
    )  # fmt: skip
    rows: list[tuple[Content, ...]] = []
    for row, source in enumerate(rows_of(sources.head(MOST_SOURCES)), page.at + 1):
        won, lost, value = int(source["won"]), int(source["lost"]), float(source["won_amount"])
        closed = won + lost
        rows.append((
            str(source["name"]), int(source["open_leads"]), float(source["open_amount"]), float(source["weighted"]),
            won, lost, Formula(f"=E{row}+F{row}", closed),
            Formula(f'=IF(G{row}>0,E{row}/G{row},"")', won / closed if closed else ""),
            known(float(source["win_rate_value"])), value,
            Formula(f'=IF(G{row}>0,J{row}/G{row},"")', value / closed if closed else ""),
        ))  # fmt: skip
    body = page.grid(fields, rows)
    page.bars(body, 3)
    page.bars(body, 10)
    page.mark(Area(body.first_row, 8, body.last_row, 9), f"=$G{body.first_row}<{FEW}", _FEW)
    page.gap()


def _put_reasons(page: Page, review: Review) -> None:
    reasons = review.found.reasons_lost
    if reasons.empty:
        return
    page.section("Why deals were lost", note=f"Deals {review.found.reps.closed_which}.")
    fields = (
        Field("Reason", look.WRAPPED), Field("Deals", _COUNT), Field("Share", _SHARE), Field("Value", _MONEY),
        Field("Commonest reason of", look.WRAPPED.but(indent=1, align="left"), span=7),
    )  # fmt: skip
    total, first = int(reasons["deals"].sum()), page.at + 1
    shown = reasons.head(MOST_REASONS)
    mine = review.found.reasons_by_rep
    rows: list[tuple[Content, ...]] = []
    for row, reason in enumerate(rows_of(shown), first):
        of = mine[mine["reason"] == reason["reason"]]
        said = ", ".join(
            f"{owner} ({deals} of {lost})"
            for owner, deals, lost in zip(of["owner"], of["deals"], of["lost"], strict=True)
        )
        rows.append((
            str(reason["reason"]), int(reason["deals"]), Formula(f"=B{row}/{total}", int(reason["deals"]) / total),
            float(reason["amount"]), said,
        ))  # fmt: skip
    body = page.grid(fields, rows)
    page.bars(body, 2)
    page.gap()
    page.keep_together()
    page.at += page.rows_for(draw_lost_value(page, body, 4, (page.at, 1))) + 1


def _put_competitors(page: Page, competitors: pd.DataFrame) -> None:
    if competitors.empty:
        return
    page.section("Against competitors", note="Won and lost deals that name a competitor.")
    fields = (
        Field("Competitor", look.WRAPPED), Field("Won", _COUNT), Field("Lost", _COUNT), Field("n", _COUNT),
        Field("Win rate", _SHARE), Field("Won value", _MONEY),
    )  # fmt: skip
    rows: list[tuple[Content, ...]] = []
    for row, one in enumerate(rows_of(competitors.head(MOST_COMPETITORS)), page.at + 1):
        won, lost = int(one["won"]), int(one["lost"])
        rows.append((
            str(one["name"]), won, lost, Formula(f"=B{row}+C{row}", won + lost),
            Formula(f'=IF(D{row}>0,B{row}/D{row},"")', won / (won + lost) if won + lost else ""),
            float(one["won_amount"]),
        ))  # fmt: skip
    body = page.grid(fields, rows)
    page.mark(Area(body.first_row, 5, body.last_row, 5), f"=$D{body.first_row}<{FEW}", _FEW)
    page.gap()


def _put_ideal(page: Page, review: Review) -> None:
    """Put, quarter by quarter, how many leads fit the ideal customer, and whether those are won more often."""
    ideal = review.found.ideal
    page.section(
        "ICP check by quarter",
        note="Fits: fit points of at least the option Mql Fit, by each book's own Scoring. Entered: by day of "
        "creation; won and win rates: by close date. Leads that say nothing about fit are not judged.",
    )
    if ideal.empty:
        page.sentence("No lead has a day of creation or a close date in the last eight quarters.", look.TEXT)
        return
    fields = (
        Field("Quarter"), Field("Leads entered", _COUNT), Field("of them fit", _COUNT),
        Field("Share that fits", _SHARE), Field("Not judged", _COUNT), Field("Won", _COUNT),
        Field("of them fit", _COUNT), Field("Share that fits", _SHARE),
        Field("Win rate, fit", _SHARE), Field("Win rate, others", _SHARE), Field("n closed", _COUNT),
    )  # fmt: skip
    rows: list[tuple[Content, ...]] = []
    for row, quarter in enumerate(rows_of(ideal), page.at + 1):
        rows.append((
            str(quarter["name"]), int(quarter["entered"]), int(quarter["entered_fit"]),
            _share(row, 2, 3, quarter["entered"], quarter["entered_fit"]), int(quarter["unknown"]), int(quarter["won"]),
            int(quarter["won_fit"]), _share(row, 6, 7, quarter["won"], quarter["won_fit"]),
            known(float(quarter["rate_fit"])), known(float(quarter["rate_other"])),
            int(quarter["closed_fit"] + quarter["closed_other"]),
        ))  # fmt: skip
    body = page.grid(fields, rows)
    first = body.first_row
    page.mark(Area(first, 4, body.last_row, 4), f"=$B{first}<{FEW}", _FEW)
    page.mark(Area(first, 8, body.last_row, 8), f"=$F{first}<{FEW}", _FEW)
    page.mark(Area(first, 9, body.last_row, 10), f"=$K{first}<{FEW}", _FEW)
    page.gap()
    names = Area(first, 1, body.last_row, 1)
    page.keep_together()
    page.chart(Chart(
        "column", "Leads entered and those that fit the ICP",
        (Series("Entered", names, Area(first, 2, body.last_row, 2), look.MIST),
         Series("Fit the ICP", names, Area(first, 3, body.last_row, 3), look.BLUE),
         Series("Won", names, Area(first, 6, body.last_row, 6), look.ACCENT)),
        page.at, 1, width=page.span(1, 7), height=CHART_HEIGHT, value_format=look.COUNT, gap=60,
        description="Columns of the leads that entered, those that fit the ideal customer, and deals won, by quarter.",
    ))  # fmt: skip
    page.at += page.rows_for(CHART_HEIGHT) + 1


def _share(row: int, whole: int, part: int, whole_n: object, part_n: object) -> Formula:
    a, b = column_letters(whole), column_letters(part)
    value = int(part_n) / int(whole_n) if int(whole_n) else ""  # type: ignore[call-overload] # counts of the frame
    return Formula(f'=IF({a}{row}>0,{b}{row}/{a}{row},"")', value)
