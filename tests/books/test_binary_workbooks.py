"""Binary workbooks (.xlsb): read where leads are brought in, and refused with what to do where they would be edited."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING

import pytest
from binary_workbooks import write_binary_workbook

from leadbook.books.closed import ClosedBook
from leadbook.books.incoming import read_incoming
from leadbook.model.issues import BookRefusedError

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [
    ["Our pipeline"],
    [],
    ["Id", "Company", "Amount", "Close Date", "Opt Out"],
    ["7", "Ox", 1200.5, dt.date(2026, 12, 1), True],
    ["8", "Elk \u00d6l", 5, dt.date(2027, 1, 2), False],
]
CELLS = {(row, column): value for row, values in enumerate(ROWS) for column, value in enumerate(values)}


def test_a_binary_workbook_is_read_with_its_dates_numbers_and_lines(tmp_path: Path) -> None:
    (table,) = read_incoming(write_binary_workbook(tmp_path / "deals.xlsb", CELLS))
    assert table.source == "deals.xlsb, sheet Deals"
    assert list(table.headers) == ROWS[2]
    assert list(table.lines) == [4, 5]
    assert [list(row) for row in zip(*table.columns, strict=True)] == ROWS[3:]


def test_stray_cells_far_away_in_a_binary_workbook_are_refused(tmp_path: Path) -> None:
    path = write_binary_workbook(tmp_path / "far.xlsb", CELLS | {(1_048_575, 16_383): "x"})
    with pytest.raises(BookRefusedError, match=r"far\.xlsb: its cells lie too far apart"):
        read_incoming(path)


@pytest.mark.parametrize("left", [0, 1, 3, 40, 90, 200])
def test_a_sheet_that_breaks_off_is_refused(tmp_path: Path, left: int) -> None:
    whole, cut = write_binary_workbook(tmp_path / "whole.xlsb", CELLS), tmp_path / "cut.xlsb"
    with zipfile.ZipFile(whole) as package, zipfile.ZipFile(cut, "w") as broken:
        for name in package.namelist():
            content = package.read(name)
            broken.writestr(name, content[:left] if "sheet1" in name else content)
    with pytest.raises(BookRefusedError, match=r"cut\.xlsb is damaged; open it in Excel, save it as \.xlsx"):
        read_incoming(cut)


def test_a_binary_workbook_is_not_edited_and_the_sentence_says_what_to_do(tmp_path: Path) -> None:
    path = write_binary_workbook(tmp_path / "deals.xlsb", CELLS)
    with pytest.raises(BookRefusedError, match=r"in Excel save it as an Excel Workbook \(\.xlsx\)"):
        ClosedBook.open(path)
