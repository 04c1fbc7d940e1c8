"""A tracker with a sheet a seller and a block a month, gathered into one workbook: every lead once, and no sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from leadbook import init
from leadbook.books.closed import ClosedBook
from leadbook.cli import main

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HEADERS = ("R\u00e9f.", "Client", "E-mail", "Honoraires HT", "Avancement")
SHEETS = ("Camille Martin", "Hugo Bernard")


@pytest.fixture
def tracker(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for at, name in enumerate(SHEETS):
        sheet = book.create_sheet(name)
        for row in (
            (f"SUIVI COMMERCIAL {name.upper()}",), HEADERS,
            ("SEPTEMBRE 2026",), *(deal(at, number) for number in (1, 2, 3)), ("Sous-total", None, None, 600),
            ("OCTOBRE 2026",), *(deal(at, number) for number in (4, 5)), ("Total " + name, None, None, 900),
        ):  # fmt: skip
            sheet.append(row)
    path = tmp_path / "tracker.xlsx"
    book.save(path)
    return path


def deal(sheet: int, number: int) -> Sequence[object]:
    amount = number * 100
    return f"{sheet}-{number}", f"Ox {sheet}{number}", f"a@ox{sheet}{number}.example", amount, "Perdu"


def test_headings_and_subtotals_are_no_leads_and_are_named(tracker: Path, tmp_path: Path, capsys) -> None:
    into = tmp_path / "leads.xlsx"
    init(into)
    assert main(["import", str(tracker), "--into", str(into)]) == 0
    told = capsys.readouterr().out
    expected = [deal(sheet, number) for sheet in (0, 1) for number in (1, 2, 3, 4, 5)]
    assert cells(into, "Company") == [row[1] for row in expected]
    assert cells(into, "Amount") == [row[3] for row in expected]
    assert "10 leads added" in told
    assert "\u201cSEPTEMBRE 2026\u201d in line 3, \u201cSous-total\u201d in line 7" in told


def test_the_sheets_names_are_kept_and_become_the_owners_where_told(tracker: Path, tmp_path: Path, capsys) -> None:
    into = tmp_path / "leads.xlsx"
    init(into)
    assert main(["import", str(tracker), "--into", str(into)]) == 0
    assert '--map "Sheet=Owner"' in capsys.readouterr().out
    assert cells(into, "Sheet") == ["Camille Martin"] * 5 + ["Hugo Bernard"] * 5
    assert set(cells(into, "Owner")) == {None}
    assert main(["import", str(tracker), "--into", str(into), "--map", "Sheet=Owner"]) == 0
    assert cells(into, "Owner") == ["Camille Martin"] * 5 + ["Hugo Bernard"] * 5


def test_sheets_whose_rows_name_the_owner_get_no_further_column(tracker: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(tracker)
    for sheet in book:
        sheet["F2"] = "Owner"
        for row in (4, 5, 6, 9, 10):
            sheet.cell(row, 6, "Ada Lee")
    book.save(tracker)
    into = tmp_path / "leads.xlsx"
    init(into)
    assert main(["import", str(tracker), "--into", str(into)]) == 0
    assert "Sheet" not in ClosedBook.open(into).contents.tables["Leads"].headers
    assert set(cells(into, "Owner")) == {"Ada Lee"}


def cells(path: Path, header: str) -> list[object]:
    leads = ClosedBook.open(path).contents.tables["Leads"]
    return list(leads.cells[list(leads.headers).index(header)])
