"""Native Excel charts, each with the numbers it shows cached for viewers that do not compute."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from leadbook.books.formats import safe_text
from leadbook.books.ownership import CHART_NAME
from leadbook.sheets.spec import UNSEEN

if TYPE_CHECKING:
    from collections.abc import Container

    from xlsxwriter.chart import Chart as NativeChart
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from leadbook.sheets.spec import Area, Chart, Series

PALETTE = ("#2F6DB5", "#F28E2B", "#59A14F", "#8C6BB1", "#D1495B", "#76B7B2", "#9C755F", "#7F7F7F")
"""Colours of series that name none, told apart by colour-blind readers in this order."""

_KINDS: dict[str, dict[str, str]] = {
    "bar": {"type": "bar"},
    "column": {"type": "column"},
    "stacked_column": {"type": "column", "subtype": "stacked"},
    "stacked_bar": {"type": "bar", "subtype": "stacked"},
    "line": {"type": "line"},
    "scatter": {"type": "scatter"},
}
_LIKE_REFERENCE = re.compile(r"=?[^!]+!\$?[A-Z]+\$?\d+")
_GREY = "#595959"
_FAINT = "#E3E3E3"
_SIZE = 10  # of axes, labels and legends: still read from the back of a room


def add_chart(book: Workbook, page: Worksheet, chart: Chart, sheet: str, known_sheets: Container[str]) -> None:
    """Draw a chart on a sheet.

    Parameters
    ----------
    book, page : XlsxWriter's workbook and worksheet
    chart : Chart
    sheet : str
        The name of the sheet it stands on.
    known_sheets : container of str
        The sheets of this workbook; a series of any other sheet gets no cached numbers.
    """
    lines = [series for series in chart.series if series.kind == "line"]
    combined = bool(lines) and chart.kind in {"column", "stacked_column"}
    native: NativeChart = book.add_chart({**_KINDS[chart.kind], "name": CHART_NAME + safe_text(chart.title, 60)})
    for number, series in enumerate(chart.series):
        if not (combined and series.kind == "line"):
            native.add_series(_series(chart, series, number, sheet, known_sheets))
    if combined:
        over: NativeChart = book.add_chart({"type": "line"})
        for number, series in enumerate(chart.series):
            if series.kind == "line":
                over.add_series(_series(chart, series, number, sheet, known_sheets))
        native.combine(over)
    _dress(native, chart)
    page.insert_chart(
        chart.row - 1,
        chart.column - 1,
        native,
        {
            # The chart moves with its cells but keeps its size when the user widens a column.
            "object_position": 2,
            # A little inside its cells: a border on their edge is printed on the page before.
            "x_offset": 1,
            "y_offset": 2,
            "description": safe_text(chart.description or chart.title, 255),
        },
    )


def _series(chart: Chart, series: Series, number: int, sheet: str, known_sheets: Container[str]) -> dict[str, Any]:
    color = series.color or PALETTE[number % len(PALETTE)]
    place = series.sheet or sheet
    options: dict[str, Any] = {
        "name": _plain(series.name),
        "categories": _reference(place, series.categories),
        "values": _reference(place, series.values),
    }
    if place not in known_sheets:
        options["categories_data"] = options["values_data"] = []
    if chart.kind == "line" or series.kind == "line":
        options["line"] = {"color": color, "width": 2.25}
        options["marker"] = {
            "type": "circle",
            "size": 5,
            "fill": {"color": color},
            "border": {"color": color},
        }
    elif chart.kind == "scatter":
        options["marker"] = {
            "type": "circle",
            "size": 7,
            "fill": {"color": color},
            "border": {"color": color},
        }
    else:
        options["fill"] = {"none": True} if color == UNSEEN else {"color": color}
        options["border"] = {"none": True}
        options["gap"] = chart.gap
    if series.labels:
        options["data_labels"] = _labels(chart, series)
    return options


def _labels(chart: Chart, series: Series) -> dict[str, Any]:
    labels: dict[str, Any] = {"value": True, "font": {"size": _SIZE, "color": _GREY}}
    if series.label_format or chart.value_format:
        labels["num_format"] = series.label_format or chart.value_format
    if chart.kind == "line" or series.kind == "line":
        labels["position"] = "above"
    elif chart.kind.startswith("stacked"):
        labels["position"] = "center"
        labels["font"] = {"size": _SIZE, "color": "#FFFFFF"}
    return labels


def _dress(native: NativeChart, chart: Chart) -> None:
    if chart.title:
        native.set_title({"name": _plain(chart.title), "name_font": {"size": 12, "bold": True, "color": "#262626"}})
    else:
        native.set_title({"none": True})
    native.set_size({"width": chart.width, "height": chart.height})
    native.set_legend(
        {"position": "bottom", "font": {"size": _SIZE, "color": _GREY}}
        if chart.legend and len(chart.series) > 1
        else {"none": True}
    )
    native.set_chartarea({"border": {"color": _FAINT}})
    font = {"size": _SIZE, "color": _GREY}
    value: dict[str, Any] = {
        "num_font": font,
        "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": _FAINT, "width": 0.75}},
        "min": None,
    }
    category: dict[str, Any] = {
        "num_font": font,
        "line": {"color": "#BFBFBF"},
        "major_gridlines": {"visible": False},
    }
    if chart.value_most:
        value["max"] = chart.value_most
    if chart.value_format:
        value["num_format"] = chart.value_format
    for axis, title in ((value, chart.value_title), (category, chart.category_title)):
        if title:
            axis["name"] = _plain(title)
            axis["name_font"] = {"size": _SIZE, "bold": False, "color": _GREY}
    if chart.kind in {"bar", "stacked_bar"}:
        # Excel draws the first category at the bottom; reversed, the value axis would move to the top, so its
        # labels are asked for on the far ("high") side, which is then the bottom.
        category["reverse"] = True
        # A bar without its name tells nothing; left to itself, Excel drops every second one of a dozen.
        category["interval_unit"] = 1
        value["label_position"] = "high"
        native.set_y_axis(category)
        native.set_x_axis(value)
    else:
        if chart.kind not in {"scatter", "line"}:
            category["label_position"] = "low"
        native.set_x_axis(category)
        native.set_y_axis(value)


def _reference(sheet: str, area: Area) -> list[object]:
    return [sheet, area.first_row - 1, area.first_column - 1, area.last_row - 1, area.last_column - 1]


def _plain(text: str) -> str:
    """Return a title that XlsxWriter cannot take for a reference to a cell ("Won!A1")."""
    text = safe_text(text, 250)
    return text.replace("!", "!\u2060") if _LIKE_REFERENCE.match(text) else text
