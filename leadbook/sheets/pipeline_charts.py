"""The two charts of the Pipeline sheet: open leads by stage, and what each owner has in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.sheets import look
from leadbook.sheets.spec import Area, Chart, Series

if TYPE_CHECKING:
    from leadbook.sheets.page import Page
    from leadbook.sheets.results import Results

MOST_OWNERS = 8
LEAST_HEIGHT, FRAME = 210, 74  # pixels; the frame holds title and axis
NAME_PIXELS = 17
# Two bars, a legend, and amounts that may stand aslant along the axis.
OWNERS_FRAME, OWNER_PIXELS = 104, 20


def chart_height(results: Results, stages: Area) -> int:
    """Return how tall both charts must be, in pixels, for every stage and owner to be named beside its bar."""
    owners = min(MOST_OWNERS, len(results.measures.owners))
    names = stages.last_row - stages.first_row + 1
    return max(LEAST_HEIGHT, bars_height(names), OWNERS_FRAME + OWNER_PIXELS * owners)


def bars_height(names: int) -> int:
    """Return how tall a chart of bars must be, in pixels, for so many names to stand beside them."""
    return FRAME + NAME_PIXELS * names


def put_charts(page: Page, results: Results, row: int, stages: Area, owners: Area | None) -> None:
    """Draw both charts side by side at a row, over the tables of stages and owners.

    Notes
    -----
    A team that keeps no amounts sees its owners' open leads instead of a chart without a bar.
    """
    height = chart_height(results, stages)
    if stages.last_row >= stages.first_row:
        names, counts = _part(stages, 1), _part(stages, 2)
        page.chart(Chart(
            "bar", "Open leads by stage",
            (Series("Open leads", names, counts, look.BLUE, labels=True, label_format=look.COUNT_LABEL),),
            row, 1, width=page.span(1, 5) - 20, height=height, value_format=look.COUNT, legend=False, gap=35,
            description="Bar chart of the number of open leads in each stage, first stage on top.",
        ))  # fmt: skip
    if owners is None:
        return
    owners = Area(owners.first_row, 1, min(owners.last_row, owners.first_row + MOST_OWNERS - 1), page.columns)
    names = _part(owners, 1)
    if results.measures.owners["open_amount"].sum() > 0:
        title, code, said = "Open value by owner", look.SHORT, "open and weighted value"
        series: tuple[Series, ...] = (
            Series("Open value", names, _part(owners, 3), look.SKY, labels=True, label_format=look.SHORT_LABEL),
            Series("Weighted", names, _part(owners, 4), look.ACCENT),
        )
    else:
        title, code, said = "Open leads by owner", look.COUNT, "the number of open leads"
        counts = _part(owners, 2)
        series = (Series("Open leads", names, counts, look.BLUE, labels=True, label_format=look.COUNT_LABEL),)
    page.chart(Chart(
        "bar", title, series, row, 6, width=page.span(6, page.columns), height=height, value_format=code, gap=50,
        description=f"Bar chart of {said} by owner, the largest on top.",
    ))  # fmt: skip


def _part(body: Area, column: int) -> Area:
    return Area(body.first_row, column, body.last_row, column)
