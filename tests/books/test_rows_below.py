"""Rows typed directly below a table, where Excel did not make it grow, are noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from leadbook.books.closed import ClosedBook

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("typed", "totals", "below"),
    [((), False, 0), ((4,), False, 1), ((4, 5, 7), False, 2), ((5,), False, 0), ((6,), True, 0)],
    ids=["none", "one", "up to the first gap", "after a gap", "below totals"],
)
def test_rows_below(tmp_path: Path, typed: tuple[int, ...], totals: bool, below: int) -> None:
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Leads")
    columns = [{"header": "Company", "total_string": "Total"}, {"header": "Stage"}]
    sheet.add_table(1, 1, 3 + int(totals), 2, {"name": "Leads", "columns": columns, "total_row": totals})
    for row in (2, 3):
        sheet.write_row(row, 1, ("Alder", "Proposal"))
    for row in typed:
        sheet.write(row, 1, "Birch")
    sheet.write(4, 0, "a note beside")
    book.close()
    table = ClosedBook.open(path).contents.find("Leads")
    assert table is not None
    assert table.rows_below == below
    assert len(table.rows) == 2
