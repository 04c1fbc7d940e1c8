"""The lower blocks of the Pipeline sheet: why deals were lost, and every measure with its meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.frame_rows import rows_of
from leadbook.sheets import look
from leadbook.sheets.bridge import put_bridge
from leadbook.sheets.page import Field
from leadbook.sheets.pipeline_charts import bars_height
from leadbook.sheets.spec import Area, Chart, Formula, Merge, Series, Style

if TYPE_CHECKING:
    import pandas as pd

    from leadbook.analysis.results import Measure
    from leadbook.sheets.page import Page
    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

FEW = 20
MOST_REASONS = 15
CHART_HEIGHT, CHART_ROWS = 250, 12
_SHOWN_ABOVE = frozenset({"open_leads", "open_amount", "weighted_amount"})
_FORMATS = {
    "%": look.PERCENT_TENTH, "days": '#,##0.0" days"_)', "hours": '#,##0.0" h"_)', "count": look.WHOLE,
    "currency": look.MONEY, "currency/day": '#,##0" a day"_)', "x": look.TIMES,
}  # fmt: skip


def put_lost_reasons(page: Page, results: Results) -> None:
    """Put why deals were lost, the most frequent reason first; nothing when none was."""
    reasons = results.measures.reasons_lost
    if reasons.empty:
        return
    which = results.measures.closed_which
    page.section("Why deals were lost", note=f"Deals {which}." if which else "")
    rows: list[tuple[Content, ...]] = [
        (str(reason["reason"]), int(reason["deals"]), float(reason["amount"]))
        for reason in rows_of(reasons.head(MOST_REASONS))
    ]
    fields = (
        Field("Reason", look.WRAPPED),
        Field("Deals", look.number(look.WHOLE)),
        Field("Value", look.number(look.MONEY)),
    )
    body = page.grid(fields, rows)
    page.bars(body, 2)
    height = draw_lost_value(page, body, 3, (body.first_row - 1, 5))
    page.at = max(page.at, body.first_row + page.rows_for(height))
    if len(reasons) > MOST_REASONS:
        page.put(page.at, 1, f"{len(reasons) - MOST_REASONS:,} rarer reasons are not shown.", look.NOTE)
        page.at += 1
    page.gap()


def draw_lost_value(page: Page, body: Area, column: int, at: tuple[int, int]) -> int:
    """Draw the value lost by reason and return the chart's height in pixels.

    Parameters
    ----------
    page : Page
    body : Area
        The list of reasons, their names in its first column.
    column : int
        Where the values stand.
    at : tuple of int
        Row and column of the chart's corner; it is as wide as the page from there.
    """
    names, values = (Area(body.first_row, place, body.last_row, place) for place in (1, column))
    height = max(CHART_HEIGHT, bars_height(body.last_row - body.first_row + 1))
    page.chart(Chart(
        "bar", "Value lost by reason",
        (Series("Value lost", names, values, look.GREY, labels=True, label_format=look.SHORT),),
        *at, width=page.span(at[1], page.columns), height=height, value_format=look.SHORT,
        legend=False, gap=40, description="Bar chart of the value of lost deals by reason, the most frequent on top.",
    ))  # fmt: skip
    return height


def put_waterfall(page: Page, steps: pd.DataFrame | None, period: str) -> None:
    """Put how the pipeline got from the start of the quarter to today; nothing without the history for it.

    Parameters
    ----------
    page : Page
    steps : DataFrame or None
        As ``waterfall`` returns it.
    period : str
        The quarter's name.
    """
    if steps is None or steps.empty:
        return
    page.section(
        f"From the start of {period} to today",
        note="Open value due in the quarter: every change since its start; the steps add up to the end.",
    )
    rows: list[tuple[Content, ...]] = [
        (str(step["step"]), float(step["amount"]), int(step["deals"])) for step in rows_of(steps)
    ]
    amounts = steps["amount"].tolist()
    first = page.at + 1
    rows[-1] = (rows[-1][0], Formula(f"=SUM(B{first}:B{first + len(rows) - 2})", amounts[-1]), rows[-1][2])
    fields = (Field("Step"), Field("Value", look.number(look.MONEY)), Field("Deals", look.number(look.WHOLE)))
    body = page.grid(fields, rows)
    ends = f'=OR($A{body.first_row}="Start",$A{body.first_row}="End")'
    page.mark(body, ends, Style(bold=True, fill=look.SOFT))
    put_bridge(page, body, amounts, f"What changed the pipeline of {period}")
    page.at = max(page.at, body.first_row + CHART_ROWS)
    page.gap()


def put_measures(page: Page, results: Results) -> None:
    """Put every measure: its value, its n, and what it means or why there is none."""
    measures = [measure for measure in results.measures.headline if measure.key not in _SHOWN_ABOVE]
    if not measures:
        return
    page.section("All measures", note="Grey: fewer than 20 cases. Rates are shown with their n, the denominator.")
    top = page.at
    for column, (header, style) in enumerate(
        (("Measure", look.HEADER), ("", look.HEADER), ("Value", look.HEADER_RIGHT), ("n", look.HEADER_RIGHT),
         ("What it means, or why there is none", look.HEADER)), 1
    ):  # fmt: skip
        page.put(top, column, header or None, style.but(wrap=False, indent=1 if column == 5 else style.indent))
    for column in range(6, page.columns + 1):
        page.put(top, column, None, look.HEADER)
    room = sum(page.sheet.widths[column] for column in range(5, page.columns + 1))
    for row, measure in enumerate(measures, top + 1):
        said = _said(measure)
        page.put(row, 1, measure.name, look.TEXT)
        if measure.value is None:
            page.put(row, 3, "n/a", look.number("").but(color=look.FAINT))
        else:
            page.put(row, 3, measure.value, look.number(_FORMATS.get(measure.unit, look.TENTH)))
        page.put(row, 4, measure.n, look.number(look.WHOLE))
        page.sheet.merges.append(Merge(row, 5, row, page.columns, said, look.NOTE_WRAPPED.but(indent=1, align="left")))
        page.sheet.heights[row] = 4 + 13.5 * look.lines_needed(said, room * 11 / look.NOTE.size - 2)
    last = top + len(measures)
    few = Style(color=look.FAINT, italic=True)
    page.mark(Area(top + 1, 3, last, 4), f"=AND(ISNUMBER($D{top + 1}),$D{top + 1}<{FEW})", few)
    page.at = last + 2


def _said(measure: Measure) -> str:
    """Return what stands beside a measure: its meaning, why it is missing, and what was left out."""
    parts = [_sentence(measure.why_not)] if measure.value is None and measure.why_not else []
    parts += [_sentence(text) for text in (measure.meaning, measure.note) if text]
    if measure.left_out:
        parts.append(f"{measure.left_out:,} left out.")
    return " ".join(parts)


def _sentence(text: str) -> str:
    shown = text[:1].upper() + text[1:]
    return shown if shown.endswith((".", "!", "?")) else f"{shown}."
