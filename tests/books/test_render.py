"""A sheet spec becomes a workbook that Excel takes without a repair and that shows its numbers anywhere."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from python_calamine import load_workbook as read_values

from leadbook.books.cellwriting import MAX_LINKS
from leadbook.books.formats import MAX_CELL_UNITS, formula_text, safe_text, shorten
from leadbook.books.render import render_book
from leadbook.sheets.spec import (
    Area,
    Cell,
    Chart,
    ConditionalFormat,
    Formula,
    Link,
    Merge,
    Print,
    Series,
    Sheet,
    Style,
    Table,
    TableColumn,
    Validation,
)

# openpyxl, which only looks here, says that it knows no data bars of Excel 2010.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AMOUNTS = (100_000.0, 80_000.5, 60_000.0)
STAGES = ("Prospecting", "Qualification", "Closing")


def render(sheet, **options):
    return render_book([sheet], **options)


def moment(*parts: int) -> dt.datetime:
    return dt.datetime(*parts)  # noqa: DTZ001 - Excel's cells have no time zone


def opened(data: bytes):
    return load_workbook(io.BytesIO(data))


def shown(data: bytes, sheet: str = "Pipeline") -> list[list[object]]:
    return read_values(io.BytesIO(data)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode()


def cells(*contents: object) -> Sheet:
    return Sheet("Pipeline", [Cell(1, column, content) for column, content in enumerate(contents, 1)])


def stage_table() -> Table:
    weighted = [amount * 0.5 for amount in AMOUNTS]
    return Table(
        "PipelineStages",
        3,
        2,
        (
            TableColumn("Stage", total="Total"),
            TableColumn("Amount", Style(number="#,##0"), total=Formula("=SUBTOTAL(109,[Amount])", sum(AMOUNTS))),
            TableColumn("Win %", Style(number="0%")),
            TableColumn(
                "Weighted",
                Style(number="#,##0"),
                formula="=[@Amount]*[@[Win %]]",
                total=Formula("=SUM([Weighted])/SUM([Amount])", 0.5),
            ),
        ),
        [(stage, amount, 0.5, value) for stage, amount, value in zip(STAGES, AMOUNTS, weighted, strict=True)],
        totals=True,
    )


def whole_sheet() -> Sheet:
    names, amounts, weighted = Area(4, 2, 6, 2), Area(4, 3, 6, 3), Area(4, 5, 6, 5)
    return Sheet(
        "Pipeline",
        cells=[
            Cell(2, 2, Formula("=SUM(PipelineStages[Amount])", sum(AMOUNTS)), Style(number="#,##0", border="all")),
            Cell(2, 3, Link("Leads", "Leads!C5", "Go to the lead")),
            Cell(2, 4, dt.date(2026, 11, 20)),
            Cell(2, 5, "wrapped text", Style(wrap=True, valign="top", indent=2, fill="#FFF2CC", italic=True)),
        ],
        merges=[Merge(1, 1, 1, 5, "=Pipeline", Style(bold=True, size=16, color="#FFFFFF", fill="#1F4E79"))],
        tables=[stage_table()],
        charts=[
            Chart(
                "bar",
                "Funnel",
                (Series("Amount", names, amounts, labels=True),),
                12,
                2,
                description="Open value by stage",
            ),
            Chart(
                "column",
                "Both",
                (Series("Amount", names, amounts), Series("Weighted", names, weighted, kind="line")),
                12,
                9,
            ),
            Chart(
                "stacked_column",
                "Won!A1",
                (Series("=Amount!A1", names, amounts, color="#112233"),),
                30,
                2,
                value_format="0 k",
            ),
            Chart("line", "Line", (Series("Amount", names, amounts, sheet="Leads"),), 30, 9, value_title="EUR"),
            Chart("stacked_bar", "", (Series("Amount", names, amounts),), 50, 2),
            Chart("scatter", "Dots", (Series("Amount", amounts, weighted),), 50, 9),
        ],
        conditional_formats=[
            ConditionalFormat(Area(4, 3, 6, 3), "data_bar", color="#123456"),
            ConditionalFormat(
                Area(4, 2, 6, 2), "formula", "=$C4<70000", Style(fill="#FCE4D6", color="#C00000", bold=True)
            ),
            ConditionalFormat(Area(4, 4, 6, 4), "icons"),
            ConditionalFormat(Area(4, 5, 6, 5), "color_scale"),
        ],
        validations=[
            Validation(Area(4, 2, 6, 2), "list", STAGES, title="Stage", message="Where the lead stands", strict=True),
            Validation(Area(7, 2, 9, 2), "list", '=INDIRECT("PipelineStages[Stage]")'),
            Validation(Area(4, 3, 6, 3), "decimal", minimum=0),
            Validation(Area(4, 4, 6, 4), "decimal", minimum=0, maximum=1),
            Validation(Area(10, 2, 11, 2), "date"),
            Validation(Area(12, 2, 12, 2), "whole", maximum=3),
            Validation(Area(13, 2, 13, 2), "any", message="x" * 400),
        ],
        widths={2: 24, 9: 11},
        heights={1: 30},
        freeze=(3, 2),
        hidden_columns=(9,),
        names={"leadbook_stages": names},
        printing=Print(repeat_first_row=1, repeat_last_row=3, area=Area(1, 1, 60, 16)),
        tab_color="#1F4E79",
        zoom=90,
    )


def two_sheets() -> bytes:
    return render_book([whole_sheet(), Sheet("Leads", [Cell(row, 3, "x") for row in range(1, 8)], gridlines=True)])


def test_everything_passes_the_validator(
    tmp_path: Path, ooxml_validator: Callable[[Path], list[dict[str, str]]]
) -> None:
    path = tmp_path / "all.xlsx"
    path.write_bytes(two_sheets())
    assert ooxml_validator(path) == []


def test_every_cached_value_is_what_libreoffice_computes(tmp_path: Path, soffice: Callable[..., Path]) -> None:
    path = tmp_path / "all.xlsx"
    path.write_bytes(two_sheets())
    recalculated = soffice(path, tmp_path / "out")
    sheet = load_workbook(path)["Pipeline"]
    ours = load_workbook(path, data_only=True)["Pipeline"]
    theirs = load_workbook(recalculated, data_only=True)["Pipeline"]
    formulas = [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(formulas) == 6
    for address in formulas:
        assert theirs[address].value == pytest.approx(ours[address].value), address


@pytest.mark.parametrize(
    "evil",
    [
        "=1+1",
        '=HYPERLINK("https://evil.example")',
        "+1",
        "@SUM(A1)",
        "https://example.com",
        "{=1}",
        "<r><t>Ltd</t></r>",
        "<r>",
    ],
)
def test_text_stays_text(evil: str) -> None:
    data = render(
        Sheet(
            "Pipeline",
            [Cell(1, 1, evil)],
            merges=[Merge(2, 1, 2, 3, evil)],
            tables=[Table("T", 5, 1, (TableColumn(evil),), [(evil,)])],
        )
    )
    sheet = opened(data)["Pipeline"]
    for address in ("A1", "A2", "A5", "A6"):
        assert sheet[address].value == evil
        assert sheet[address].data_type == "s"
        assert sheet[address].hyperlink is None


def test_each_type_is_itself() -> None:
    import numpy as np
    import pandas as pd

    row = shown(
        render(
            cells(
                "text",
                1.5,
                3,
                True,
                dt.date(2026, 1, 2),
                moment(2026, 1, 2, 6),
                np.int64(7),
                np.bool_(True),
                pd.Timestamp(2026, 3, 4),
            )
        )
    )[0]
    assert row == ["text", 1.5, 3, True, dt.date(2026, 1, 2), moment(2026, 1, 2, 6), 7, True, dt.date(2026, 3, 4)]


def test_missing_values_are_blank_cells() -> None:
    import pandas as pd

    data = render(cells("a", None, float("nan"), float("inf"), pd.NA, pd.NaT, "", "z"))
    assert shown(data)[0] == ["a", "", "", "", "", "", "", "z"]


def test_a_day_before_excels_calendar_stays_readable() -> None:
    assert shown(render(cells(dt.date(1850, 5, 6), "z")))[0][0] == "1850-05-06"


@pytest.mark.parametrize("date_1904", [False, True])
def test_dates_are_the_same_days_in_both_date_systems(date_1904: bool) -> None:
    days = [dt.date(1904, 1, 2), dt.date(2000, 2, 29), dt.date(2026, 11, 20), moment(2026, 11, 20, 18, 30)]
    assert shown(render(cells(*days), date_1904=date_1904))[0] == days


def test_a_text_over_the_limit_is_cut_with_an_ellipsis() -> None:
    text = shown(render(cells("x" * 40_000, "😀" * 20_000)))[0]
    assert len(text[0]) == MAX_CELL_UNITS
    assert text[0].endswith("x…")
    assert len(text[1].encode("utf-16-le")) // 2 <= MAX_CELL_UNITS
    assert text[1].endswith("😀…")


@pytest.mark.parametrize(
    ("text", "units", "kept"),
    [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("😀😀", 4, "😀😀"), ("😀😀", 3, "😀…"), ("a😀b", 3, "a…"), ("", 3, "")],
)
def test_shortening_counts_as_excel_does(text: str, units: int, kept: str) -> None:
    assert shorten(text, units) == kept


def test_control_characters_go_and_line_breaks_stay() -> None:
    assert safe_text("a\x00b\x0bc\ud800d\ufffee\tf\r\ng\rh") == "abcde\tf\ng\nh"
    assert shown(render(cells("Zeile 1\nZeile 2\x07 شركة 🚀")))[0] == ["Zeile 1\nZeile 2 شركة 🚀"]


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("=[@Amount]*2", "=T[[#This Row],[Amount]]*2"),
        ("=[@[Win %]]", "=T[[#This Row],[Win %]]"),
        ("=SUBTOTAL(109,[Amount])", "=SUBTOTAL(109,T[Amount])"),
        ("=SUMIFS(Leads[Amount],Leads[Stage],[@Stage])", "=SUMIFS(Leads[Amount],Leads[Stage],T[[#This Row],[Stage]])"),
        ("=Leads[[#Totals],[Amount]]", "=Leads[[#Totals],[Amount]]"),
        ('=IF([@A]="[B]@","[@C]","")', '=IF(T[[#This Row],[A]]="[B]@","[@C]","")'),
        ("=IFNA(MAXIFS(a,b,1),0)", "=_xlfn.IFNA(_xlfn.MAXIFS(a,b,1),0)"),
        ("=COUNTIFS(a,1)", "=COUNTIFS(a,1)"),
    ],
)
def test_formulas_are_spelled_as_the_file_format_has_them(text: str, stored: str) -> None:
    assert formula_text(text, "T") == stored


@pytest.mark.parametrize("text", ["SUM(A1)", "=SORT(A1:A3)", "=SUM(FILTER(A1:A3,B1:B3))", "=XLOOKUP(1,A:A,B:B)"])
def test_what_is_no_plain_formula_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"formula|array"):
        render(cells(Formula(text, 1)))


def test_a_table_has_its_headers_calculated_column_and_totals() -> None:
    data = render_book([whole_sheet()])
    table = opened(data)["Pipeline"].tables["PipelineStages"]
    assert table.ref == "B3:E7"
    assert table.totalsRowCount == 1
    assert [column.name for column in table.tableColumns] == ["Stage", "Amount", "Win %", "Weighted"]
    assert table.tableColumns[1].totalsRowFunction == "sum"
    assert table.tableColumns[3].totalsRowFunction == "custom"
    assert table.tableColumns[3].calculatedColumnFormula.attr_text == (
        "PipelineStages[[#This Row],[Amount]]*PipelineStages[[#This Row],[Win %]]"
    )
    assert [row[4] for row in shown(data)[3:7]] == [50_000, 40_000.25, 30_000, 0.5]
    assert shown(data)[6][1:3] == ["Total", 240_000.5]


def test_rows_that_repeat_others_are_all_there() -> None:
    day = dt.date(2026, 3, 2)
    rows = [
        ("call", day, None),
        ("email", day, "Ana"),
        *[("call", day, None)] * 5,
        ("email", None, "Ana"),
        (None, None, None),
    ]
    data = render(
        Sheet("Pipeline", tables=[Table("T", 2, 3, tuple(map(TableColumn, ("Type", "Date", "Owner"))), rows)])
    )
    made = [row[2:5] for row in opened(data)["Pipeline"].iter_rows(min_row=3, values_only=True)]
    assert made == [(kind, moment(2026, 3, 2) if on else None, owner) for kind, on, owner in rows[:-1]]


def test_an_empty_table_has_one_blank_row_that_knows_its_formula() -> None:
    table = Table("T", 1, 1, (TableColumn("Amount"), TableColumn("Double", formula="=[@Amount]*2")), [])
    sheet = opened(render(Sheet("Pipeline", tables=[table])))["Pipeline"]
    assert sheet.tables["T"].ref == "A1:B2"
    assert sheet["B2"].value == "=T[[#This Row],[Amount]]*2"


@pytest.mark.parametrize("headers", [("Amount", "AMOUNT"), ("Amount", "")])
def test_headers_that_excel_would_repair_are_refused(headers: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="headers of table T"):
        render(Sheet("Pipeline", tables=[Table("T", 1, 1, tuple(map(TableColumn, headers)), [])]))


def test_a_table_without_style_or_buttons() -> None:
    table = Table("T", 1, 1, (TableColumn("Amount"),), [(1,)], style_name="", filter_buttons=False)
    made = opened(render(Sheet("Pipeline", tables=[table])))["Pipeline"].tables["T"]
    assert made.tableStyleInfo.name is None
    assert made.autoFilter is None


@pytest.mark.parametrize(
    ("target", "leads"),
    [
        ("Leads!C5", "#Leads!C5"),
        ("'My # leads'!C5", "#'My # leads'!C5"),
        ("https://example.com/a b?x=[1]&y=ü#top", "https://example.com/a%20b?x=%5B1%5D&y=%C3%BC#top"),
        ("HTTPS://example.com", "https://example.com"),
        ("mailto:kim@example.com", "mailto:kim@example.com"),
    ],
)
def test_links_lead_where_they_should(target: str, leads: str) -> None:
    cell = opened(render(cells(Link("go", target, "tip" * 200))))["Pipeline"]["A1"]
    link = cell.hyperlink
    found = (link.target or "") + (f"#{link.location}" if link.location else "")
    assert found == leads
    assert cell.value == "go"
    assert len(link.tooltip) == 255


@pytest.mark.parametrize(
    "target", ["", "javascript:alert(1)", "https://", "https:// bad", "https://a b/c", "file:///etc/passwd", "\\\\x\\y"]
)
def test_a_target_that_is_no_place_gives_plain_text(target: str) -> None:
    cell = opened(render(cells(Link("go", target))))["Pipeline"]["A1"]
    assert cell.value == "go"
    assert cell.hyperlink is None


def test_a_link_keeps_a_number_a_number() -> None:
    data = render(cells(Link(12.5, "Leads!C5"), Link(None, "Leads!C6"), "z"))
    assert shown(data)[0] == [12.5, "", "z"]
    assert opened(data)["Pipeline"]["A1"].hyperlink.location == "Leads!C5"


@pytest.mark.slow
def test_links_beyond_excels_limit_become_text() -> None:
    rows = [(Link(f"L{row}", f"Leads!A{row}"),) for row in range(MAX_LINKS + 10)]
    data = render(Sheet("Pipeline", tables=[Table("T", 1, 1, (TableColumn("Lead"),), rows)]))
    assert part(data, "xl/worksheets/sheet1.xml").count("<hyperlink ") == MAX_LINKS
    assert shown(data)[-1] == [f"L{MAX_LINKS + 9}"]


def test_charts_are_native_with_their_numbers_cached() -> None:
    data = two_sheets()
    bar, both, stacked, line = (part(data, f"xl/charts/chart{number}.xml") for number in range(1, 5))
    assert '<c:barDir val="bar"/>' in bar
    assert '<c:orientation val="maxMin"/>' in bar
    cached = re.findall(r"<c:v>([^<]*)</c:v>", bar)
    assert [text for text in cached if text in STAGES] == list(STAGES)
    assert [float(text) for text in cached if text not in (*STAGES, "Amount", "Funnel")] == list(AMOUNTS)
    assert "<c:showVal" in bar
    assert "<c:barChart>" in both
    assert "<c:lineChart>" in both
    assert '<c:grouping val="stacked"/>' in stacked
    assert 'formatCode="0 k"' in stacked
    assert "112233" in stacked
    assert "Leads!$C$4:$C$6" in line
    assert "EUR" in line
    assert 'descr="Open value by stage"' in part(data, "xl/drawings/drawing1.xml")


def test_a_chart_title_from_the_data_is_never_a_reference() -> None:
    stacked = part(two_sheets(), "xl/charts/chart3.xml")
    assert "<c:f>Won!A1</c:f>" not in stacked
    assert "<c:f>=Amount!A1</c:f>" not in stacked
    assert "Won!" in stacked


def test_a_chart_of_a_sheet_in_the_sellers_workbook_needs_no_numbers() -> None:
    lone = Sheet(
        "Pipeline", charts=[Chart("line", "L", (Series("A", Area(1, 1, 3, 1), Area(1, 2, 3, 2), sheet="Leads"),), 1, 1)]
    )
    assert "Leads!$B$1:$B$3" in part(render_book([lone]), "xl/charts/chart1.xml")


def test_conditional_formats_and_validations_arrive() -> None:
    sheet = opened(render_book([whole_sheet()]))["Pipeline"]
    rules = {rule.type: rule for found in sheet.conditional_formatting for rule in found.rules}
    assert set(rules) == {"dataBar", "expression", "iconSet", "colorScale"}
    assert rules["expression"].formula == ["$C4<70000"]
    assert rules["expression"].dxf.font.b
    assert rules["expression"].dxf.fill.bgColor.rgb == "FFFCE4D6"
    by_area = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert by_area["B4:B6"].formula1 == '"Prospecting,Qualification,Closing"'
    assert by_area["B4:B6"].errorStyle in {None, "stop"}
    assert by_area["B4:B6"].prompt == "Where the lead stands"
    assert by_area["B7:B9"].formula1 == 'INDIRECT("PipelineStages[Stage]")'
    assert by_area["B7:B9"].errorStyle == "warning"
    assert (by_area["D4:D6"].formula1, by_area["D4:D6"].formula2) == ("0", "1")
    assert by_area["B12"].formula2 == "3"
    assert len(by_area["B13"].prompt) == 255


def test_a_dropdown_of_words_with_commas_is_refused() -> None:
    with pytest.raises(ValueError, match="cells of their own"):
        render(Sheet("Pipeline", validations=[Validation(Area(1, 1, 1, 1), "list", ("a,b", "c"))]))


def test_the_sheet_is_set_up_for_reading_and_printing() -> None:
    data = render_book([whole_sheet()])
    book = opened(data)
    sheet = book["Pipeline"]
    assert sheet.freeze_panes == "C4"
    assert sheet.sheet_view.showGridLines is False
    assert sheet.sheet_view.zoomScale == 90
    assert sheet.sheet_properties.tabColor.rgb == "FF1F4E79"
    assert sheet.column_dimensions["I"].hidden
    assert sheet.column_dimensions["B"].width == pytest.approx(24.7, abs=0.1)
    assert sheet.row_dimensions[1].height == 30
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.print_area == "'Pipeline'!$A$1:$P$60"
    assert sheet.oddFooter.right.text == "Page &P of &N"
    assert book.defined_names["leadbook_stages"].attr_text == "Pipeline!$B$4:$B$6"
    assert [str(merge) for merge in sheet.merged_cells.ranges] == ["A1:E1"]
    assert sheet["A1"].value == "=Pipeline"


def test_styles_arrive_and_equal_styles_share_a_format() -> None:
    data = render_book([whole_sheet()])
    cell = opened(data)["Pipeline"]["E2"]
    assert cell.alignment.wrap_text
    assert cell.alignment.indent == 2
    assert cell.fill.fgColor.rgb == "FFFFF2CC"
    assert cell.font.i
    style = Style(number="0.0", bold=True)
    many = render(Sheet("Pipeline", [Cell(row, 1, row, style.but()) for row in range(1, 100)]))
    assert part(many, "xl/styles.xml").count("<xf ") == 3  # the cell style's, the default, ours


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert render_book([whole_sheet()]) == render_book([whole_sheet()])


def test_page_breaks_and_repeated_columns_reach_the_file() -> None:
    printing = Print(fit_width=0, scale=60, repeat_first_row=1, repeat_columns=2, row_breaks=(5,), column_breaks=(3,))
    data = render(Sheet("Pipeline", [Cell(row, 1, row) for row in range(1, 9)], printing=printing))
    sheet = part(data, "xl/worksheets/sheet1.xml")
    assert '<rowBreaks count="1" manualBreakCount="1"><brk id="4" max="16383" man="1"/></rowBreaks>' in sheet
    assert '<colBreaks count="1" manualBreakCount="1"><brk id="2" max="1048575" man="1"/></colBreaks>' in sheet
    assert 'scale="60"' in sheet
    assert "Pipeline!$A:$B,Pipeline!$1:$1" in part(data, "xl/workbook.xml")


def test_a_link_in_a_table_looks_like_one_and_its_neighbours_do_not() -> None:
    table = Table("Leads", 1, 1, (TableColumn("Lead", Style(size=11)),), [(Link("L-1", "Pipeline!A1"),), ("L-2",)])
    page = opened(render(Sheet("Pipeline", tables=[table])))["Pipeline"]
    assert page["A2"].font.underline == "single"
    assert page["A3"].font.underline is None
