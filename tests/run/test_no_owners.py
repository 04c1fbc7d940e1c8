"""A seller's leads asked for in a list whose leads have no owner: every command says what to do about it."""

from __future__ import annotations

import openpyxl
import pytest

from leadbook.cli import main


@pytest.mark.parametrize(
    "command",
    ["today", "check", "followups --dry-run", "calendar", "export --to out.csv", "propose --dry-run"],
)  # fmt: skip
def test_that_no_lead_has_an_owner_is_said_with_what_to_do(tmp_path, monkeypatch, capsys, command):
    book = openpyxl.Workbook()
    book.active.append(["Company", "Stage", "Brand Lead", "Created"])
    book.active.append(["Ox Ltd", "Proposal", "Dana", "2026-10-01"])
    book.save(tmp_path / "leads.xlsx")
    monkeypatch.chdir(tmp_path)
    assert main(["adopt", "leads.xlsx"]) == 0
    name, *options = command.split()
    assert main([name, "leads.xlsx", "--owner", "Dana", *options]) == 3
    said = capsys.readouterr().err.splitlines()[-1]
    assert said == (
        "leadbook: No lead has an owner yet; fill the column Owner, or name yours as Owner in Settings, table Columns."
    )
