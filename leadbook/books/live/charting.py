"""Charts of a generated sheet: made anew through xlwings, with the few words it lacks through the seam."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadbook.books.charts import PALETTE
from leadbook.books.formats import safe_text
from leadbook.books.live.journal import cells_of
from leadbook.books.ownership import CHART_NAME
from leadbook.sheets.spec import UNSEEN

if TYPE_CHECKING:
    import xlwings as xw

    from leadbook.books.live.calls import Calls
    from leadbook.books.live.seam import Seam
    from leadbook.sheets.spec import Chart, Sheet

_KINDS = {
    "bar": "bar_clustered",
    "column": "column_clustered",
    "stacked_column": "column_stacked",
    "stacked_bar": "bar_stacked",
    "line": "line_markers",
    "scatter": "xy_scatter",
}
_POINTS_PER_PIXEL = 0.75


def draw_charts(sheet: xw.Sheet, spec: Sheet, calls: Calls, seam: Seam, *, drawn: bool) -> None:
    """Replace leadbook's charts on a sheet by those of its spec; the seller's own stay.

    Where they were ``drawn`` as they are wanted and none was deleted, they stay too: they follow their cells.
    """
    standing = [(calls(_name, chart), chart) for chart in calls(lambda: list(sheet.charts))]
    ours = [(name, chart) for name, chart in standing if name.startswith(CHART_NAME)]
    wanted: dict[str, Chart] = {}
    for chart_spec in spec.charts:
        name = CHART_NAME + safe_text(chart_spec.title, 60)
        while name in wanted:
            name += "+"
        wanted[name] = chart_spec
    if drawn and sorted(name for name, _ in ours) == sorted(wanted):
        return
    for _, chart in ours:
        calls(chart.delete)
    for name, chart_spec in wanted.items():
        _draw(sheet, chart_spec, name, calls, seam)


def _draw(sheet: xw.Sheet, spec: Chart, name: str, calls: Calls, seam: Seam) -> None:
    chart = calls(lambda: sheet.charts.add(
        width=spec.width * _POINTS_PER_PIXEL, height=spec.height * _POINTS_PER_PIXEL, chart_type=_KINDS[spec.kind],
        name=name, anchor=sheet.range((spec.row, spec.column)), style=None,
    ))  # fmt: skip
    for number, series in enumerate(spec.series):
        place = sheet.book.sheets[series.sheet] if series.sheet else sheet
        categories, values = cells_of(place, series.categories), cells_of(place, series.values)
        calls(seam.add_series, chart, series, categories, values)
        color = series.color or PALETTE[number % len(PALETTE)]
        if color != UNSEEN:
            calls(_color, chart, spec, number, color, lines=series.kind == "line")
    calls(_dress, chart, spec)
    calls(seam.dress_chart, chart, spec)


def _name(chart: xw.Chart) -> str:
    return chart.name


def _color(chart: xw.Chart, spec: Chart, number: int, color: str, *, lines: bool) -> None:
    series = chart.series[number]
    if lines and spec.kind != "line":
        series.set(chart_type="line_markers")
    if lines or spec.kind == "line":
        series.set(line_color=color)
    if lines or spec.kind in {"line", "scatter"}:
        series.set(marker_style="circle", marker_background_color=color, marker_foreground_color=color)
    else:
        series.set(fill_color=color)


def _dress(chart: xw.Chart, spec: Chart) -> None:
    chart.title = safe_text(spec.title, 250) or None
    shown = spec.legend and len(spec.series) > 1
    chart.legend.visible = shown
    if shown:
        chart.legend.position = "bottom"
    value: dict[str, Any] = {}
    if spec.value_format:
        value["number_format"] = spec.value_format
    if spec.value_most:
        value["maximum_scale"] = spec.value_most
    if spec.value_title:
        value["title"] = safe_text(spec.value_title, 250)
    category: dict[str, Any] = {"reverse_order": True} if spec.kind in {"bar", "stacked_bar"} else {}
    if spec.category_title:
        category["title"] = safe_text(spec.category_title, 250)
    for axis, said in ((chart.value_axis, value), (chart.category_axis, category)):
        if said:
            axis.set(**said)
