"""``leadbook sync`` as a manager types it when the reps' copies are back."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from leadbook.books.closed import ClosedBook
from leadbook.cli import CANNOT, DONE, main

if TYPE_CHECKING:
    from pathlib import Path

DAY = ["--as-of", "2026-11-20"]
HEADERS = ("Lead ID", "Company", "Owner", "Amount", "Notes")


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A marked master whose name has a space, and two copies that say different things of one amount."""
    path = tmp_path / "our leads.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Leads")
    sheet.add_table(0, 0, 3, len(HEADERS) - 1, {"name": "Leads", "columns": [{"header": name} for name in HEADERS]})
    for row in (1, 2, 3):
        sheet.write_row(row, 0, (f"L-{row:04d}", f"Firm {row}", "Ana", 100 * row))
    book.close()
    assert main(["sync", str(path), *DAY]) == DONE
    for name, amount, notes in (("ana.xlsx", 11, "hello"), ("bo.xlsx", 12, None)):
        shutil.copy(path, tmp_path / name)
        copy = ClosedBook.open(tmp_path / name)
        copy.correct_cells("Leads", "Amount", {2: amount})
        copy.correct_cells("Leads", "Notes", {3: notes})
        copy.save()
    capsys.readouterr()
    return tmp_path


def typed(folder: Path, *more: str) -> list[str]:
    return ["sync", *(str(folder / name) for name in ("our leads.xlsx", "ana.xlsx", "bo.xlsx")), *DAY, *more]


def test_the_change_the_conflict_and_what_to_do_next_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(typed(folder)) == DONE
    said = capsys.readouterr().out
    assert "Leads!E3: Notes of L-0002: (blank) → hello (ana.xlsx)" in said
    assert "the master holds 100, ana.xlsx says 11 (Leads!D2, owner Ana, after 2026-11-20" in said
    assert "bo.xlsx says 12" in said
    assert "2 copies brought together: 1 cell changed, 0 leads added, 1 conflict." in said
    assert f'leadbook refresh "{folder / "our leads.xlsx"}"' in said


def test_a_dry_run_tells_the_same_and_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "our leads.xlsx").read_bytes()
    assert main(typed(folder, "--dry-run")) == DONE
    said = capsys.readouterr().out
    assert "Would be: 2 copies brought together: 1 cell changed" in said
    assert "Nothing was written." in said
    assert (folder / "our leads.xlsx").read_bytes() == before


def test_json_has_every_value_and_owner_wins_lists_what_gave_way(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(typed(folder, "--json", "--dry-run")) == DONE
    [conflict] = json.loads(capsys.readouterr().out)["conflicts"]
    assert {claim["copy"]: claim["value"] for claim in conflict["claims"]} == {"ana.xlsx": 11, "bo.xlsx": 12}
    assert main(typed(folder, "--json", "--owner-wins")) == DONE
    found = json.loads(capsys.readouterr().out)
    assert not found["conflicts"]
    assert {change["address"]: change["new"] for change in found["changes"]} == {"Leads!D2": 11, "Leads!E3": "hello"}
    [issue] = found["issues"]
    assert "100 of the master and 12 of bo.xlsx gave way" in issue["message"]


def test_each_copy_that_cannot_be_taken_has_a_line_of_its_own(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "notes.txt").write_text("hello")
    given = [str(folder / name) for name in ("our leads.xlsx", "missing.xlsx", "notes.txt", "our leads.xlsx")]
    assert main(["sync", *given, *DAY]) == CANNOT
    said = capsys.readouterr().err.strip().splitlines()
    told = [line for line in said if not line.endswith("…")]
    assert len(told) == 3
    assert all(word in line for word, line in zip(("missing.xlsx", "notes.txt", "master itself"), told, strict=True))
