"""A closed workbook is read once, changed where asked, saved whole, and loses nothing of the seller's."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from openpyxl import load_workbook
from python_calamine import load_workbook as read_values

from leadbook.books.backups import undo
from leadbook.books.closed import ClosedBook
from leadbook.model.columns import OWNED_LEAD_COLUMNS, Column, Kind
from leadbook.model.issues import BookBusyError, BookRefusedError, InputError
from leadbook.model.tables import CellError
from leadbook.sheets.spec import Area, Cell, Chart, Formula, Link, Series, Sheet, Style, Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

HEADERS = ("Lead ID", "Company", "Stage", "Amount", "Close Date")
DAY = dt.date(2026, 11, 20)
ROWS = (
    ("L-1", "Alder", "Proposal", 1200, DAY),
    ("L-2", "Birch", "Closing", 900.5, DAY),
    (None, "Cobalt", "Prospecting", None, None),
)


def make(
    path: Path,
    rows: Sequence[Sequence[object]] = ROWS,
    headers: Sequence[str] = HEADERS,
    *,
    table: str = "Leads",
    first: tuple[int, int] = (1, 1),
    last_row: int | None = None,
    totals: bool = False,
    date_1904: bool = False,
    also: Callable[[xlsxwriter.Workbook, object], None] | None = None,
) -> Path:
    """Write a seller's workbook: one table on the sheet Leads, its header at row and column ``first``."""
    book = xlsxwriter.Workbook(
        str(path), {"default_date_format": "dd/mm/yyyy", "date_1904": date_1904, "strings_to_formulas": False}
    )
    sheet = book.add_worksheet("Leads")
    top, left = first[0] - 1, first[1] - 1
    bottom = (last_row - 1 if last_row else top + max(1, len(rows))) + int(totals)
    columns = [{"header": header} for header in headers]
    if totals:
        columns[0]["total_string"] = "Total"
    sheet.add_table(
        top, left, bottom, left + len(headers) - 1, {"name": table, "columns": columns, "total_row": totals}
    )
    for number, row in enumerate(rows, start=top + 1):
        sheet.write_row(number, left, row)
    if also:
        also(book, sheet)
    book.close()
    return path


@pytest.fixture
def leads(tmp_path: Path) -> Path:
    return make(tmp_path / "leads.xlsx")


def cells(path: Path, sheet: str = "Leads") -> list[list[object]]:
    return read_values(str(path)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def moment(*parts: int) -> dt.datetime:
    return dt.datetime(*parts)  # noqa: DTZ001 - Excel's cells have no time zone


def opened(path: Path):
    with path.open("rb") as file:
        return load_workbook(file)


def pipeline(name: str = "Pipeline", rows: int = 3, charts: int = 1) -> Sheet:
    table = Table(
        "PipelineStages", 3, 1, (TableColumn("Stage"), TableColumn("Amount")), [(f"S{n}", n) for n in range(rows)]
    )
    chart = Chart("bar", "Funnel", (Series("A", Area(4, 1, 6, 1), Area(4, 2, 6, 2)),), 3, 5)
    return Sheet(
        name,
        [Cell(1, 1, "Pipeline", Style(bold=True))],
        tables=[table],
        charts=[chart] * charts,
        names={"leadbook_stages": Area(4, 1, 6, 1)},
    )


# ---- reading


def test_a_table_is_read_as_it_stands(leads: Path) -> None:
    contents = ClosedBook.open(leads).contents
    table = contents.tables["Leads"]
    assert (contents.name, contents.date_system, tuple(contents.sheet_names)) == ("leads.xlsx", 1900, ("Leads",))
    assert tuple(table.headers) == HEADERS
    assert (table.sheet, table.first_column, table.header_row, table.last_row) == ("Leads", 1, 1, 4)
    assert table.rows.tolist() == [2, 3, 4]
    assert list(zip(*table.cells, strict=True)) == list(ROWS)


def test_a_table_in_the_middle_of_a_sheet_keeps_its_addresses(tmp_path: Path) -> None:
    path = make(tmp_path / "middle.xlsx", first=(7, 4), also=lambda _, sheet: sheet.write("K2", "a note"))
    table = ClosedBook.open(path).contents.tables["Leads"]
    assert table.rows.tolist() == [8, 9, 10]
    assert table.address(8, table.column("Amount")) == "Leads!G8"
    assert table.cells[3] == [1200, 900.5, None]


def test_empty_rows_and_totals_rows_are_left_out(tmp_path: Path) -> None:
    rows = [ROWS[0], (None,) * 5, ROWS[1]]
    table = ClosedBook.open(make(tmp_path / "gaps.xlsx", rows, last_row=6, totals=True)).contents.tables["Leads"]
    assert table.rows.tolist() == [2, 4]
    assert (table.last_row, table.has_totals) == (6, True)
    assert table.cells[0] == ["L-1", "L-2"]


def test_a_table_with_a_header_only_has_no_rows(tmp_path: Path) -> None:
    table = ClosedBook.open(make(tmp_path / "header.xlsx", [])).contents.tables["Leads"]
    assert len(table.rows) == 0
    assert all(column == [] for column in table.cells)


def test_a_workbook_without_tables_reads_as_none(tmp_path: Path) -> None:
    path = tmp_path / "none.xlsx"
    xlsxwriter.Workbook(str(path)).close()
    assert not ClosedBook.open(path).contents.tables


def test_two_tables_on_a_sheet_and_one_elsewhere(tmp_path: Path) -> None:
    def also(book: xlsxwriter.Workbook, sheet: object) -> None:
        sheet.add_table(
            "J3:K5",
            {"name": "Rates", "data": [["EUR", 1], ["USD", 0.9]], "columns": [{"header": "Cur"}, {"header": "Rate"}]},
        )
        book.add_worksheet("Other").add_table(
            "B2:B3", {"name": "Reps", "columns": [{"header": "Owner"}], "data": [["Kim"]]}
        )

    contents = ClosedBook.open(make(tmp_path / "two.xlsx", also=also)).contents
    assert set(contents.tables) == {"Leads", "Rates", "Reps"}
    assert contents.tables["Rates"].cells == [["EUR", "USD"], [1, 0.9]]
    assert contents.tables["Rates"].rows.tolist() == [4, 5]
    assert contents.tables["Reps"].cells == [["Kim"]]
    assert len(contents.tables["Leads"].rows) == 3


def test_errors_formulas_and_text_that_looks_like_an_error(tmp_path: Path) -> None:
    def also(_: xlsxwriter.Workbook, sheet: object) -> None:
        sheet.write_formula("D2", "=1/0", None, "#DIV/0!")
        sheet.write_string("D3", "#N/A")
        sheet.write_formula("C4", '="Clo"&"sing"', None, "Closing")

    table = ClosedBook.open(make(tmp_path / "errors.xlsx", also=also)).contents.tables["Leads"]
    assert table.cells[3] == [CellError("#DIV/0!"), "#N/A", None]
    assert table.cells[2][2] == "Closing"
    assert table.formula_columns == {3, 4}


def test_types_stay_apart(tmp_path: Path) -> None:
    def also(book: xlsxwriter.Workbook, sheet: object) -> None:
        sheet.write_boolean("D2", True)
        sheet.write_datetime("D3", moment(2026, 1, 2, 3, 4), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        sheet.write_datetime("D4", dt.time(6, 30), book.add_format({"num_format": "hh:mm"}))
        sheet.write_string("B2", "  spaced ")
        sheet.write_string("B3", "")

    table = ClosedBook.open(make(tmp_path / "types.xlsx", also=also)).contents.tables["Leads"]
    assert table.cells[3] == [True, moment(2026, 1, 2, 3, 4), dt.time(6, 30)]
    assert table.cells[1][0] == "  spaced "


def test_headers_with_line_breaks_are_as_typed(tmp_path: Path) -> None:
    headers = ("Lead\nID", "Company & Co", "Größe", "Amount <€>", "5")
    path = make(tmp_path / "headers.xlsx", headers=headers)
    assert tuple(ClosedBook.open(path).contents.tables["Leads"].headers) == headers


def test_a_filter_is_told_and_its_hidden_rows_are_read(tmp_path: Path) -> None:
    def also(_: xlsxwriter.Workbook, sheet: object) -> None:
        sheet.set_row(2, None, None, {"hidden": True})

    path = make(tmp_path / "filtered.xlsx", also=also)
    parts = members(path)
    table = parts["xl/tables/table1.xml"].replace(
        b'<autoFilter ref="A1:E4"/>',
        b'<autoFilter ref="A1:E4"><filterColumn colId="1"><filters><filter val="Alder"/></filters></filterColumn>'
        b"</autoFilter>",
    )
    with zipfile.ZipFile(path, "w") as package:
        for name, content in {**parts, "xl/tables/table1.xml": table}.items():
            package.writestr(name, content)
    read = ClosedBook.open(path).contents.tables["Leads"]
    assert read.filtered
    assert len(read.rows) == 3


def test_the_same_dates_in_both_date_systems(tmp_path: Path) -> None:
    days = [("a", dt.date(1999, 12, 31)), ("b", dt.date(2026, 2, 28)), ("c", moment(2026, 2, 28, 12, 30))]
    read = []
    for mac in (False, True):
        contents = ClosedBook.open(make(tmp_path / f"{mac}.xlsx", days, ("Id", "Day"), date_1904=mac)).contents
        assert contents.date_system == (1904 if mac else 1900)
        read.append(contents.tables["Leads"].cells[1])
    assert read[0] == read[1] == [day for _, day in days]


@pytest.mark.parametrize(
    ("row", "column", "corner"),
    [(1_048_575, 16_383, "XFD1048576"), (1_048_575, 2, "E1048576"), (900_000, 30, "AE900001")],
)
def test_a_stray_value_far_out_is_refused_before_it_takes_all_memory(
    tmp_path: Path, row: int, column: int, corner: str
) -> None:
    path = make(tmp_path / "stray.xlsx", also=lambda _, sheet: sheet.write(row, column, "stray"))
    with pytest.raises(BookRefusedError, match=rf'Sheet "Leads" has a stray value .*{corner}.*Ctrl\+End'):
        ClosedBook.open(path)


def test_a_stray_value_on_a_sheet_without_tables_does_not_matter(tmp_path: Path) -> None:
    def also(book: xlsxwriter.Workbook, _: object) -> None:
        book.add_worksheet("Scratch").write(1_048_575, 16_383, "stray")

    assert len(ClosedBook.open(make(tmp_path / "elsewhere.xlsx", also=also)).contents.tables["Leads"].rows) == 3


def test_a_small_wide_sheet_is_not_taken_for_sparse(tmp_path: Path) -> None:
    path = make(tmp_path / "notes.xlsx", also=lambda _, sheet: sheet.write("ZZ900", "a note"))
    assert len(ClosedBook.open(path).contents.tables["Leads"].rows) == 3


# ---- cells


def test_only_cells_that_differ_are_touched(leads: Path) -> None:
    book = ClosedBook.open(leads)
    book.write_column("Leads", "Stage", {2: "Proposal", 3: "Won", 4: "Prospecting"})
    book.write_column("Leads", "Amount", {2: 1200, 3: 900.5 + 1e-13, 4: float("nan")})
    book.write_column("Leads", "Close Date", {2: moment(2026, 11, 20), 3: pd.Timestamp(DAY), 4: pd.NaT})
    book.write_column("Leads", "Lead ID", {4: "L-3"})
    planned = [(change.sheet, change.address, change.old, change.new) for change in book.plan.cells]
    assert sorted(planned, key=lambda change: change[1]) == [
        ("Leads", "A4", None, "L-3"),
        ("Leads", "C3", "Closing", "Won"),
    ]
    book.save()
    rows = cells(leads)
    assert [row[0] for row in rows[1:]] == ["L-1", "L-2", "L-3"]
    assert [row[2] for row in rows[1:]] == ["Proposal", "Won", "Prospecting"]
    assert rows[2][3:] == [900.5, DAY]


def test_a_value_written_back_as_it_was_is_no_change(leads: Path) -> None:
    book = ClosedBook.open(leads)
    book.write_column("Leads", "Stage", {3: "Won"})
    book.write_column("Leads", "Stage", {3: "Closing"})
    assert len(book.plan.cells) == 0
    before = leads.read_bytes()
    book.save()
    assert leads.read_bytes() == before
    assert book.backup is None
    assert sorted(entry.name for entry in leads.parent.iterdir()) == ["leads.xlsx"]


@pytest.mark.parametrize(
    "new",
    [
        True,
        "1200 ",
        "1200",
        1201,
        dt.date(2026, 1, 1),
        None,
        np.int64(7),
        np.float64(0.1),
        "=1+1",
        "+1",
        "🚀",
        "x" * 32_767,
    ],
)
def test_what_is_written_is_read_back(leads: Path, new: object) -> None:
    book = ClosedBook.open(leads)
    book.write_column("Leads", "Amount", {2: new})
    book.save()
    again = ClosedBook.open(leads)
    assert again.contents.tables["Leads"].cells[3][0] == new
    again.write_column("Leads", "Amount", {2: new})
    assert len(again.plan.cells) == 0
    assert opened(leads)["Leads"]["D2"].data_type != "f"


def test_a_text_over_the_limit_is_refused_with_its_address(leads: Path) -> None:
    with pytest.raises(InputError, match=r"Leads!B3 cannot take this text: it has 32,768 characters"):
        ClosedBook.open(leads).write_column("Leads", "Company", {3: "x" * 32_768})


def test_a_formula_is_written_with_its_value_once(leads: Path) -> None:
    formula = Formula("=[@Amount]*2", 2400.0)
    book = ClosedBook.open(leads)
    book.write_column("Leads", "Amount", {3: Formula("=500+1", 501)})
    book.add_columns("Leads", [Column("Double", Kind.MONEY, owned=True)])
    book.write_column("Leads", "Double", {2: formula})
    book.save()
    assert opened(leads)["Leads"]["F2"].value == "=Leads[[#This Row],[Amount]]*2"
    assert cells(leads)[1][5] == 2400
    again = ClosedBook.open(leads)
    again.write_column("Leads", "Double", {2: formula})
    again.write_column("Leads", "Amount", {3: Formula("=500+1", 501)})
    assert len(again.plan.cells) == 0
    again.write_column("Leads", "Double", {2: Formula("=[@Amount]*3", 3600.0)})
    assert [change.address for change in again.plan.cells] == ["F2"]


@pytest.mark.parametrize(("table", "header"), [("Deals", "Stage"), ("Leads", "stage")])
def test_a_table_or_column_that_is_not_there(leads: Path, table: str, header: str) -> None:
    with pytest.raises(InputError, match=r"has no (table|column) called"):
        ClosedBook.open(leads).write_column(table, header, {2: "x"})


# ---- columns


def test_owned_columns_are_added_once_with_their_formats(
    leads: Path, new_validator_errors: Callable[[Path, Path], list[str]]
) -> None:
    original = Path(shutil.copy(leads, leads.with_name("original.xlsx")))
    book = ClosedBook.open(leads)
    book.add_columns("Leads", [Column("Stage"), *OWNED_LEAD_COLUMNS])
    book.write_column("Leads", "Score", {2: 71.5, 3: 12.0})
    book.write_column("Leads", "Win %", {2: 0.35})
    book.write_column("Leads", "Grade", {2: "A1"})
    assert book.plan.columns_added == {"Leads": [column.header for column in OWNED_LEAD_COLUMNS]}
    book.save()
    sheet = opened(leads)["Leads"]
    assert sheet.tables["Leads"].ref == "A1:P4"
    assert [sheet["F1"].value, sheet["F2"].value, sheet["F3"].value, sheet["F4"].value] == ["Score", 71.5, 12, None]
    assert sheet["F2"].number_format == "General"
    assert sheet["H2"].number_format == "0%"
    again = ClosedBook.open(leads)
    again.add_columns("Leads", OWNED_LEAD_COLUMNS)
    assert again.plan.columns_added == {}
    assert new_validator_errors(original, leads) == []


def test_no_room_beside_the_table_is_refused_and_the_file_untouched(tmp_path: Path) -> None:
    path = make(tmp_path / "full.xlsx", also=lambda _, sheet: sheet.write("G3", "my note"))
    before = path.read_bytes()
    book = ClosedBook.open(path)
    with pytest.raises(BookRefusedError, match=r'^"full.xlsx": .*G3'):
        book.add_columns("Leads", OWNED_LEAD_COLUMNS)
    assert path.read_bytes() == before


def test_a_protected_sheet_is_refused_unless_allowed(tmp_path: Path) -> None:
    path = make(tmp_path / "protected.xlsx", also=lambda _, sheet: sheet.protect())
    book = ClosedBook.open(path)
    book.write_column("Leads", "Stage", {2: "Proposal"})
    for change in (
        lambda: book.write_column("Leads", "Stage", {2: "Won"}),
        lambda: book.add_columns("Leads", OWNED_LEAD_COLUMNS),
        lambda: book.append_rows("Leads", [("L-9",)]),
    ):
        with pytest.raises(BookRefusedError, match='Sheet "Leads" is protected'):
            change()
    book.allow_protected(True)
    book.write_column("Leads", "Stage", {2: "Won"})
    book.save()
    assert cells(path)[1][2] == "Won"
    assert opened(path)["Leads"].protection.sheet


# ---- rows


def test_rows_are_appended_and_the_table_grows(leads: Path) -> None:
    book = ClosedBook.open(leads)
    book.append_rows("Leads", [("L-4", "Dune", "Proposal", 5, dt.date(2026, 12, 1)), ("L-5", "Elm")])
    book.append_rows("leads", [("L-6", "=cmd()")])
    assert book.plan.rows_appended == {"Leads": 3}
    book.save()
    assert [row[0] for row in cells(leads)[1:]] == ["L-1", "L-2", "", "L-4", "L-5", "L-6"]
    assert cells(leads)[4][4] == dt.date(2026, 12, 1)
    assert opened(leads)["Leads"]["B7"].value == "=cmd()"
    assert ClosedBook.open(leads).contents.tables["Leads"].last_row == 7


def test_empty_rows_at_the_tables_end_are_filled_first(tmp_path: Path) -> None:
    path = make(tmp_path / "roomy.xlsx", last_row=6)
    book = ClosedBook.open(path)
    book.append_rows("Leads", [("L-4",), ("L-5",), ("L-6",)])
    book.save()
    table = ClosedBook.open(path).contents.tables["Leads"]
    assert table.rows.tolist() == [2, 3, 4, 5, 6, 7]
    assert table.cells[0] == ["L-1", "L-2", None, "L-4", "L-5", "L-6"]


def test_the_first_rows_of_an_empty_table(tmp_path: Path) -> None:
    path = make(tmp_path / "empty.xlsx", [])
    book = ClosedBook.open(path)
    book.append_rows("Leads", [("L-1",), ("L-2",)])
    book.save()
    assert ClosedBook.open(path).contents.tables["Leads"].rows.tolist() == [2, 3]


def test_a_table_that_reaches_the_last_row_is_full(tmp_path: Path) -> None:
    path = make(tmp_path / "tall.xlsx", [("L-1",)], ("Lead ID",), first=(1_048_575, 1))
    with pytest.raises(BookRefusedError, match=r"Table Leads .* is full: a sheet ends at row 1,048,576"):
        ClosedBook.open(path).append_rows("Leads", [("L-2",)])


def test_a_row_with_too_many_values_is_refused(leads: Path) -> None:
    with pytest.raises(InputError, match="has 5 columns, and a row of 6"):
        ClosedBook.open(leads).append_rows("Leads", [("x",) * 6])


# ---- generated sheets


@pytest.mark.slow
def test_a_generated_sheet_is_added_and_then_replaced_in_place(
    leads: Path, new_validator_errors: Callable[[Path, Path], list[str]]
) -> None:
    original = Path(shutil.copy(leads, leads.with_name("original.xlsx")))
    book = ClosedBook.open(leads)
    book.put_sheets([pipeline()])
    assert book.plan.sheets_added == ["Pipeline"]
    book.save()
    first = opened(leads)
    assert first.sheetnames == ["Leads", "Pipeline"]
    assert first.defined_names["leadbook_stages"].attr_text == "Pipeline!$A$4:$A$6"
    again = ClosedBook.open(leads)
    assert again.has_sheet("Pipeline")
    again.put_sheets([pipeline(rows=7, charts=2)])
    assert again.plan.sheets_replaced == ["Pipeline"]
    again.save()
    assert opened(leads).sheetnames == ["Leads", "Pipeline"]
    assert len(cells(leads, "Pipeline")) == 10
    assert len(opened(leads)["Pipeline"]._charts) == 2  # noqa: SLF001 - openpyxl has no other way
    assert new_validator_errors(original, leads) == []


def test_the_same_sheet_put_again_makes_nothing_grow(leads: Path) -> None:
    parts = []
    for _ in range(3):
        book = ClosedBook.open(leads)
        book.put_sheets([pipeline()])
        book.save()
        parts.append(members(leads))
    assert len(parts[0]) == len(parts[2])
    for name in (
        "xl/styles.xml",
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/tables/table2.xml",
    ):
        assert parts[1][name] == parts[2][name], name


def test_a_sheet_the_user_renamed_is_found_again(leads: Path) -> None:
    book = ClosedBook.open(leads)
    book.put_sheets([pipeline()])
    book.save()
    parts = members(leads)
    # What Excel does on a rename: the tab, and every reference to it.
    renamed = (
        parts["xl/workbook.xml"].replace(b'"Pipeline"', b'"Our pipe\'s"').replace(b">Pipeline!", b">'Our pipe''s'!")
    )
    with zipfile.ZipFile(leads, "w") as package:
        for name, content in {**parts, "xl/workbook.xml": renamed}.items():
            package.writestr(name, content)
    again = ClosedBook.open(leads)
    assert again.sheet_name("Pipeline") == "Our pipe's"
    again.put_sheets([pipeline(again.sheet_name("Pipeline"), rows=5)])
    again.put_sheets([pipeline("Pipeline", rows=6)])
    assert again.plan.sheets_replaced == ["Our pipe's", "Our pipe's"]
    again.save()
    assert opened(leads).sheetnames == ["Leads", "Our pipe's"]
    assert opened(leads).defined_names["leadbook_stages"].attr_text == "'Our pipe''s'!$A$4:$A$6"


def test_a_sheet_the_user_deleted_is_added_anew(leads: Path) -> None:
    plain = Path(shutil.copy(leads, leads.with_name("plain.xlsx")))
    book = ClosedBook.open(leads)
    book.put_sheets([pipeline()])
    book.save()
    marks = members(leads)["xl/workbook.xml"]
    names = marks[marks.index(b"<definedNames>") : marks.index(b"</definedNames>")] + b"</definedNames>"
    parts = members(plain)
    # What Excel leaves of a name whose sheet was deleted.
    left = names.replace(b">Pipeline!", b">#REF!")
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</sheets>", b"</sheets>" + left)
    with zipfile.ZipFile(plain, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    again = ClosedBook.open(plain)
    assert not again.has_sheet("Pipeline")
    again.put_sheets([pipeline()])
    assert again.plan.sheets_added == ["Pipeline"]
    again.save()
    assert ClosedBook.open(plain).has_sheet("Pipeline")


def test_a_sellers_own_sheet_of_that_name_is_left_alone(tmp_path: Path) -> None:
    def also(book: xlsxwriter.Workbook, _: object) -> None:
        book.add_worksheet("Pipeline").write("A1", "mine")
        book.define_name("PipelineStages", "=Leads!$A$1")

    path = make(tmp_path / "own.xlsx", also=also)
    book = ClosedBook.open(path)
    assert book.sheet_name("Pipeline") == "Pipeline (leadbook)"
    assert book.table_name("PipelineStages") == "Leadbook_PipelineStages"
    sheet = pipeline(book.sheet_name("Pipeline"))
    sheet.tables[0] = Table("Leadbook_PipelineStages", 3, 1, sheet.tables[0].columns, sheet.tables[0].rows)
    book.put_sheets([sheet])
    book.save()
    assert opened(path).sheetnames == ["Leads", "Pipeline", "Pipeline (leadbook)"]
    assert cells(path, "Pipeline") == [["mine"]]
    again = ClosedBook.open(path)
    assert again.sheet_name("Pipeline") == "Pipeline (leadbook)"
    assert again.table_name("PipelineStages") == "Leadbook_PipelineStages"


def edit_with_openpyxl(path: Path, change: Callable[[object], None]) -> None:
    """Change a generated sheet as a user would; what openpyxl loses of it on the way does not matter here."""
    book = opened(path)
    change(book["Pipeline"])
    book.save(path)


def test_the_users_own_cells_beside_a_generated_sheet_survive(leads: Path) -> None:
    book = ClosedBook.open(leads)
    book.put_sheets([pipeline(charts=0)])
    book.save()

    def note(sheet: object) -> None:
        sheet["H2"] = "my note"
        sheet["H3"] = "=SUM(B4:B6)"

    edit_with_openpyxl(leads, note)
    again = ClosedBook.open(leads)
    again.put_sheets([pipeline(rows=5, charts=0)])
    again.save()
    sheet = opened(leads)["Pipeline"]
    assert sheet["H2"].value == "my note"
    assert sheet["H3"].value == "=SUM(B4:B6)"
    assert sheet["A8"].value == "S4"


def test_a_generated_sheet_that_grows_over_the_users_cells_is_refused(leads: Path) -> None:
    book = ClosedBook.open(leads)
    book.put_sheets([pipeline(charts=0)])
    book.save()
    edit_with_openpyxl(leads, lambda sheet: sheet.__setitem__("B9", "my note"))
    before = leads.read_bytes()
    again = ClosedBook.open(leads)
    with pytest.raises(BookRefusedError, match=r"Pipeline.*B9"):
        again.put_sheets([pipeline(rows=20, charts=0)])
    assert leads.read_bytes() == before


def test_a_chart_or_comment_of_the_users_on_a_generated_sheet_is_refused(leads: Path) -> None:
    from openpyxl.chart import BarChart
    from openpyxl.comments import Comment

    for change in (
        lambda sheet: sheet.add_chart(BarChart(), "J2"),
        lambda sheet: setattr(sheet["A1"], "comment", Comment("hm", "Kim")),
    ):
        path = Path(shutil.copy(leads, leads.with_name("foreign.xlsx")))
        book = ClosedBook.open(path)
        book.put_sheets([pipeline(charts=0)])
        book.save()
        edit_with_openpyxl(path, change)
        with pytest.raises(BookRefusedError, match='Sheet "Pipeline" holds a comment, chart or picture'):
            ClosedBook.open(path).put_sheets([pipeline()])


def test_everything_else_in_the_package_stays_byte_for_byte(tmp_path: Path) -> None:
    def also(book: xlsxwriter.Workbook, _: object) -> None:
        other = book.add_worksheet("Notes")
        other.write_comment("A1", "hello")
        other.insert_textbox("C3", "a text box")
        chart = book.add_chart({"type": "pie"})
        chart.add_series({"values": "=Leads!$D$2:$D$4"})
        other.insert_chart("E5", chart)

    path = make(tmp_path / "rich.xlsx", also=also)
    before = members(path)
    book = ClosedBook.open(path)
    book.add_columns("Leads", OWNED_LEAD_COLUMNS)
    book.write_column("Leads", "Score", {2: 5.0})
    book.put_sheets([pipeline()])
    book.tint_issues("Leads")
    book.save()
    after = members(path)
    allowed = {
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "[Content_Types].xml",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "xl/tables/table1.xml",
        "xl/calcChain.xml",
    }
    changed = {name for name in before if before[name] != after.get(name)}
    assert changed <= allowed
    assert "xl/drawings/drawing1.xml" in after


def test_the_tint_covers_the_table_and_is_added_once(leads: Path) -> None:
    for _ in range(2):
        book = ClosedBook.open(leads)
        book.tint_issues("Leads")
        book.save()
    [area] = list(opened(leads)["Leads"].conditional_formatting)
    assert str(area.sqref) == "A2:E4"
    [rule] = area.rules
    assert rule.formula == ["COUNTIFS(leadbook_issue_ids,$A2,leadbook_issue_columns,A$1)>0"]


def test_the_tint_uses_the_teams_own_lead_number(tmp_path: Path) -> None:
    path = make(tmp_path / "own.xlsx", headers=("Company", "Deal No", "Stage", "Amount", "Close Date"), first=(3, 2))
    book = ClosedBook.open(path)
    book.tint_issues("Leads")
    assert not book._draft.workbook.changed_parts()  # noqa: SLF001 - nothing to tell the rows apart, nothing planned
    book.tint_issues("Leads", "Deal No")
    book.save()
    [area] = list(opened(path)["Leads"].conditional_formatting)
    assert area.rules[0].formula == ["COUNTIFS(leadbook_issue_ids,$C4,leadbook_issue_columns,B$3)>0"]


def test_a_link_in_a_sellers_cell_is_its_text(leads: Path) -> None:
    book = ClosedBook.open(leads)
    book.write_column("Leads", "Company", {2: Link("Alder & Co", "https://example.com")})
    book.save()
    assert cells(leads)[1][1] == "Alder & Co"


# ---- saving


def test_a_save_can_be_undone(leads: Path) -> None:
    before = leads.read_bytes()
    book = ClosedBook.open(leads)
    book.write_column("Leads", "Stage", {2: "Won"})
    book.save()
    assert book.backup is not None
    assert book.backup.read_bytes() == before
    undo(leads)
    assert leads.read_bytes() == before


def test_a_change_since_reading_is_never_overwritten(leads: Path) -> None:
    book = ClosedBook.open(leads)
    book.write_column("Leads", "Stage", {2: "Won"})
    make(leads, [("L-1", "Alder", "Lost", 1, DAY)])
    changed = leads.read_bytes()
    with pytest.raises(BookBusyError, match="changed by someone else"):
        book.save()
    assert leads.read_bytes() == changed


def test_a_plan_alone_writes_nothing(leads: Path) -> None:
    before = leads.read_bytes()
    book = ClosedBook.open(leads)
    book.add_columns("Leads", OWNED_LEAD_COLUMNS)
    book.write_column("Leads", "Score", {2: 1.0})
    book.put_sheets([pipeline()])
    assert len(book.plan.cells) == 1
    assert book.plan.cells[0].address == "F2"
    assert leads.read_bytes() == before
    assert [entry.name for entry in leads.parent.iterdir()] == ["leads.xlsx"]


# ---- files that are no workbook


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"Company;Stage\nAlder;Proposal\n", "leadbook import"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), r"\.xlsx"),
        (b"PK\x03\x04" + bytes(200), "damaged"),
        (b"PK\x05\x06" + bytes(18), r"workbook"),
    ],
)
def test_what_is_no_workbook_is_refused_in_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    with pytest.raises(BookRefusedError, match=f'^"book.xlsx".*{sentence}'):
        ClosedBook.open(path)


def test_no_file_a_folder_and_a_name_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r'There is no file ".*nowhere\.xlsx"'):
        ClosedBook.open(tmp_path / "nowhere.xlsx")
    with pytest.raises(InputError, match="is a folder"):
        ClosedBook.open(tmp_path)
    with pytest.raises(InputError, match="Check its name"):
        ClosedBook.open(tmp_path / "a\0b.xlsx")


def test_three_hundred_columns(tmp_path: Path) -> None:
    headers = [f"Column {number}" for number in range(300)]
    path = make(
        tmp_path / "wide.xlsx", [[number * 10 + column for column in range(300)] for number in range(3)], headers
    )
    book = ClosedBook.open(path)
    assert book.contents.tables["Leads"].cells[299] == [299, 309, 319]
    book.add_columns("Leads", OWNED_LEAD_COLUMNS)
    book.write_column("Leads", "Score", {2: 1.0})
    book.save()
    assert cells(path)[1][300] == 1.0
