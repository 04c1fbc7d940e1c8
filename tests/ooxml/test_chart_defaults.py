"""A grafted chart says what XlsxWriter leaves to the program that made the workbook."""

from __future__ import annotations

import io
import re

import pytest
import xlsxwriter

from leadbook.books.ooxml import Workbook


def scratch_book():
    """Return a sheet with a bar chart and a combined column and line chart, all of whose values are labelled."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Charts")
    sheet.write_column("A1", ["won", "lost"])
    sheet.write_column("B1", [3, -2])
    series = {"categories": "=Charts!$A$1:$A$2", "values": "=Charts!$B$1:$B$2", "data_labels": {"value": True}}
    bar = book.add_chart({"type": "bar"})
    bar.add_series(series)
    bar.set_title({"name": "Bars"})
    columns = book.add_chart({"type": "column"})
    columns.add_series(series)
    columns.set_legend({"position": "bottom"})
    line = book.add_chart({"type": "line"})
    line.add_series({**series, "marker": {"type": "circle"}})
    columns.combine(line)
    sheet.insert_chart("D1", bar)
    sheet.insert_chart("D20", columns)
    book.close()
    return out.getvalue()


@pytest.fixture
def grafted(leads, edited, parts):
    after = edited(leads(), lambda book: book.graft_sheet(scratch_book(), "Charts"))
    return after, [data.decode() for name, data in parts(after).items() if re.search(r"charts/chart\d+\.xml", name)]


def test_labels_show_values_and_nothing_else(grafted):
    charts = grafted[1]
    assert len(charts) == 2
    for chart in charts:
        for labels in re.findall(r"<c:dLbls>(.*?)</c:dLbls>", chart, re.DOTALL):
            told = dict(re.findall(r'<c:(show\w+) val="(\d)"/>', labels))
            assert told == {
                "showLegendKey": "0", "showVal": "1", "showCatName": "0", "showSerName": "0", "showPercent": "0",
                "showBubbleSize": "0",
            }  # fmt: skip


def test_bars_keep_one_colour_and_lines_stay_straight(grafted):
    for chart in grafted[1]:
        kinds = re.findall(r"<c:(barChart|lineChart)>(.*?)</c:\1>", chart, re.DOTALL)
        assert kinds
        for kind, inside in kinds:
            assert '<c:varyColors val="0"/>' in inside
            assert ('<c:invertIfNegative val="0"/>' if kind == "barChart" else '<c:smooth val="0"/>') in inside
        assert '<c:roundedCorners val="0"/>' in chart
        assert not re.search(r'<c:overlay val="1"/>', chart)


def test_what_the_chart_says_itself_is_not_said_twice(grafted):
    for chart in grafted[1]:
        for inside in re.findall(r"<c:(?:catAx|valAx)>(.*?)</c:(?:catAx|valAx)>", chart, re.DOTALL):
            for name in ("delete", "majorTickMark", "minorTickMark"):
                assert len(re.findall(rf"<c:{name} ", inside)) == 1


def test_excels_own_schema_holds(grafted, tmp_path, ooxml_validator):
    path = tmp_path / "book.xlsx"
    path.write_bytes(grafted[0])
    Workbook.open(grafted[0])
    assert ooxml_validator(path) == []
