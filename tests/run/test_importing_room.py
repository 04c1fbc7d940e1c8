"""New leads in a table that has a totals row, or something right below it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter

from leadbook.model.issues import BookRefusedError
from leadbook.run import commands

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AS_OF = dt.date(2026, 11, 20)
NEW = "Company,Amount\nYak,30\nGnu,40\nCow,50\n"


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    def build(*, totals: bool = True, below: dict[str, object] | None = None) -> Path:
        path = tmp_path / "own.xlsx"
        book = xlsxwriter.Workbook(str(path))
        sheet = book.add_worksheet("Deals")
        money = book.add_format({"num_format": "0.00"})
        columns = [
            {"header": "Company", "total_string": "All"},
            {"header": "Stage"},
            {"header": "Amount", "total_function": "sum", "total_value": 30, "format": money},
            {"header": "Twice", "formula": "=Leads[[#This Row],[Amount]]*2"},
        ]
        rows = [["Ox", "Proposal", 10], ["Elk", "Won", 20]]
        sheet.add_table(
            4, 1, 6 + int(totals), 4, {"name": "Leads", "columns": columns, "data": rows, "total_row": totals}
        )
        for address, value in (below or {}).items():
            sheet.write(address, value)
        other = book.add_worksheet("Look")
        other.write_formula("A1", "=Deals!D8", None, 30)
        other.write_formula("A2", "=SUM(Deals!D6:D7)", None, 30)
        book.close()
        return path

    return build


def run(tmp_path: Path, path: Path) -> None:
    (tmp_path / "new.csv").write_text(NEW)
    commands.import_files([tmp_path / "new.csv"], path, as_of=AS_OF)


def test_rows_go_in_above_the_totals_row_whose_formulas_stay(
    tmp_path: Path, make: Callable[..., Path], new_validator_errors: Callable[[Path, Path], list[str]]
) -> None:
    path = make(below={"B10": "my note", "G6": "beside"})
    before = path.read_bytes()
    run(tmp_path, path)
    (tmp_path / "before.xlsx").write_bytes(before)
    assert new_validator_errors(tmp_path / "before.xlsx", path) == []
    book = openpyxl.load_workbook(path)
    sheet = book["Deals"]
    table = sheet.tables["Leads"]
    assert (table.ref.split(":")[1][-2:], table.totalsRowCount) == ("11", 1)
    assert [sheet[f"B{row}"].value for row in range(6, 12)] == ["Ox", "Elk", "Yak", "Gnu", "Cow", "All"]
    assert sheet["D11"].value.replace("Leads", "") == "=SUBTOTAL(109,[Amount])"
    assert [sheet[f"E{row}"].value for row in (7, 8, 10)] == ["=Leads[[#This Row],[Amount]]*2"] * 3
    assert sheet["D9"].number_format == "0.00"
    assert (sheet["B13"].value, sheet["G6"].value) == ("my note", "beside")
    # What pointed at the totals row, or at all records, still does.
    assert [book["Look"][cell].value for cell in ("A1", "A2")] == ["=Deals!D11", "=SUM(Deals!D6:D10)"]
    after = path.read_bytes()
    run(tmp_path, path)
    assert path.read_bytes() == after


def test_the_totals_come_out_right_when_recalculated(
    tmp_path: Path, make: Callable[..., Path], soffice: Callable[[Path], Path]
) -> None:
    path = make()
    run(tmp_path, path)
    recalculated = openpyxl.load_workbook(soffice(path, tmp_path / "out"), data_only=True)
    assert recalculated["Look"]["A2"].value == 150
    assert recalculated["Deals"]["E10"].value == 100


def test_notes_right_below_the_table_move_down(tmp_path: Path, make: Callable[..., Path]) -> None:
    path = make(totals=False, below={"B8": "typed below", "C9": "and more"})
    run(tmp_path, path)
    sheet = openpyxl.load_workbook(path)["Deals"]
    assert sheet.tables["Leads"].ref.startswith("B5:")
    assert [sheet[f"B{row}"].value for row in range(6, 12)] == ["Ox", "Elk", "Yak", "Gnu", "Cow", "typed below"]
    assert sheet["C12"].value == "and more"


def test_what_cannot_move_is_told_and_nothing_is_written(tmp_path: Path, make: Callable[..., Path]) -> None:
    path = make()
    book = openpyxl.load_workbook(path)
    book["Deals"].protection.sheet = True
    book.save(path)
    before = path.read_bytes()
    with pytest.raises(BookRefusedError, match="protected"):
        run(tmp_path, path)
    assert path.read_bytes() == before
