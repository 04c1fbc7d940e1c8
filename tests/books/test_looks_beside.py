"""Columns and rows that leadbook adds to a list look like the list they join."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.table import Table

from leadbook.books.closed import ClosedBook
from leadbook.model.columns import OWNED_LEAD_COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

BAND = "FFDDEBF7"
ROWS = 6


@pytest.fixture
def banded(tmp_path: Path) -> Path:
    """A table whose every second row somebody filled blue, with lines, a date, and one cell marked yellow."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Company", "Close Date", "Stage"])
    for row in range(2, 2 + ROWS):
        sheet.append([f"Company {row}", dt.date(2026, 5, row), "Proposal"])
        for cell in sheet[row]:
            cell.border = Border(bottom=Side("thin"))
            cell.font = Font(name="Arial", size=9)
            if row % 2:
                cell.fill = PatternFill("solid", fgColor=BAND)
    sheet["C4"].fill = PatternFill("solid", fgColor="FFFFFF00")
    sheet.add_table(Table(displayName="Leads", ref=f"A1:C{1 + ROWS}"))
    path = tmp_path / "banded.xlsx"
    book.save(path)
    return path


def fill_of(cell: openpyxl.cell.Cell) -> str:
    return cell.fill.fgColor.rgb if cell.fill.patternType else ""


def test_bands_lines_and_fonts_run_on_into_new_columns_and_a_marked_cell_does_not(banded: Path) -> None:
    book = ClosedBook.open(banded)
    book.add_columns("Leads", OWNED_LEAD_COLUMNS)
    book.save()
    sheet = openpyxl.load_workbook(banded).active
    first, last = 4, 3 + len(OWNED_LEAD_COLUMNS)
    for column in (first, last):
        cells = [sheet.cell(row, column) for row in range(2, 2 + ROWS)]
        assert [fill_of(cell) for cell in cells] == ["", BAND] * (ROWS // 2)
        assert {cell.border.bottom.style for cell in cells} == {"thin"}
        assert {(cell.font.name, cell.font.sz) for cell in cells} == {("Arial", 9)}
    assert fill_of(sheet["C4"]) == "FFFFFF00"


def test_a_column_added_in_one_run_shows_its_numbers_the_same_way_when_they_are_written_in_the_next(
    banded: Path, tmp_path: Path
) -> None:
    plain = tmp_path / "plain.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["Company", "Stage"])
    book.active.append(["Ox", "Proposal"])
    book.active.add_table(Table(displayName="Leads", ref="A1:B2"))
    book.save(plain)
    for path in (banded, plain):
        adding = ClosedBook.open(path)
        adding.add_columns("Leads", OWNED_LEAD_COLUMNS)
        adding.save()
        writing = ClosedBook.open(path)
        writing.write_column("Leads", "Win %", {2: 0.35})
        writing.save()
        sheet = openpyxl.load_workbook(path).active
        cell = next(one for one in sheet[2] if one.value == 0.35)
        assert cell.number_format == "0%"


def test_appended_rows_keep_step_with_the_bands_above(banded: Path) -> None:
    book = ClosedBook.open(banded)
    book.append_rows("Leads", [["Gnu", None, "Won"], ["Emu", None, "Won"], ["Auk", None, "Won"]])
    book.save()
    sheet = openpyxl.load_workbook(banded).active
    assert [fill_of(sheet.cell(row, 1)) for row in range(6, 11)] == ["", BAND, "", BAND, ""]
