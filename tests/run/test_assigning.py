"""Routing switched on: blank Owner cells are filled, told, kept in History, and can be taken back."""

from __future__ import annotations

import datetime as dt

import pytest
from msgspec.structs import replace
from openpyxl import load_workbook

from leadbook import refresh, undo
from leadbook.books.closed import ClosedBook
from leadbook.books.starter import starter_bytes
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.playbook import Rep
from leadbook.model.team_options import Options

DAY = dt.date(2026, 11, 20)


REPS = (Rep("Anna", territory="DACH"), Rep("Ben", territory="International"))
LEADS = [
    ("Ada Ltd", "Germany", None),
    ("Bit Ltd", "Chile", "Cleo"),
    ("Cog Ltd", "Chile", None),
    ("Dot", "Austria", None),
]


def set_up(path, mode):
    playbook = replace(DEFAULT_PLAYBOOK, reps=REPS, options=Options(routing=mode))
    rows = [{"company": company, "country": country, "owner": owner, "stage": "Prospecting"}
            for company, country, owner in LEADS]  # fmt: skip
    path.write_bytes(starter_bytes(playbook, {"Leads": rows}))
    return path


def owners(path):
    sheet = load_workbook(path)["Leads"]
    headers = {cell.value: cell.column for cell in sheet[1]}
    rows = range(2, 6)
    return ([sheet.cell(row, headers["Owner"]).value for row in rows],
            [sheet.cell(row, headers["Next Action"]).value for row in rows])  # fmt: skip


@pytest.mark.slow
def test_assign_fills_blank_owners_alone_says_so_and_can_be_undone(tmp_path):
    path = set_up(tmp_path / "leads.xlsx", "assign")
    before = path.read_bytes()
    summary = refresh(path, as_of=DAY)
    assert owners(path)[0] == ["Anna", "Cleo", "Ben", "Anna"]
    assert "L-0001 goes to Anna: Country Germany; DACH, most room for it." in summary.plan.notes
    assert [change.new for change in summary.plan.cells if change.new in {"Anna", "Ben"}] == ["Anna", "Ben", "Anna"]
    history = ClosedBook.open(path).contents.tables["History"]
    cells = dict(zip(history.headers, history.cells, strict=True))
    told = dict(zip(cells["Lead ID"], zip(cells["Owner"], cells["Source of Change"], strict=True), strict=True))
    assert told["L-0001"] == ("Anna", "routing")
    assert told["L-0002"] == ("Cleo", "refresh")
    undo(path)
    assert path.read_bytes() == before
    refresh(path, as_of=DAY)
    assert refresh(path, as_of=DAY).plan.notes == []


@pytest.mark.slow
def test_suggest_writes_next_action_alone_and_off_nothing(tmp_path):
    path = set_up(tmp_path / "leads.xlsx", "suggest")
    refresh(path, as_of=DAY)
    filled, actions = owners(path)
    assert filled[:3] == [None, "Cleo", None]
    assert actions[0] == "Assign to Anna: Country Germany; DACH, most room for it"
    assert actions[2] == "Assign to Ben: Country filled; International, most room for it"
    off = set_up(tmp_path / "off.xlsx", "off")
    refresh(off, as_of=DAY)
    assert not [text for text in owners(off)[1] if "ssign" in text]
