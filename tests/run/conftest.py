"""Workbooks for the tests of the whole way: the shipped sample and small ones made on the spot."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parent.parent.parent
AS_OF = dt.date(2026, 11, 20)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A copy of the shipped sample."""
    return Path(shutil.copy(ROOT / "workbooks" / "sample.xlsx", tmp_path / "sample.xlsx"))


@pytest.fixture
def make_book(tmp_path: Path) -> Callable[..., Path]:
    """Make a small workbook with one table of leads, as a seller's Excel would."""

    def make(
        headers: Sequence[str],
        rows: Sequence[Sequence[object]],
        *,
        name: str = "book.xlsx",
        table: str = "Leads",
        date_1904: bool = False,
        totals: bool = False,
    ) -> Path:
        path = tmp_path / name
        book = xlsxwriter.Workbook(
            str(path), {"date_1904": date_1904, "strings_to_urls": False, "strings_to_formulas": False}
        )
        sheet = book.add_worksheet("Leads")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        last = max(1, len(rows)) + int(totals)
        columns = [{"header": header} for header in headers]
        if totals:
            columns[0]["total_string"] = "Total"
        sheet.add_table(0, 0, last, len(headers) - 1, {"name": table, "columns": columns, "total_row": totals})
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write(number, column, value)
        book.close()
        return path

    return make


def members(path: Path) -> dict[str, bytes]:
    """Return every part of a package by name."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}
