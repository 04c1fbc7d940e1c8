"""The whole way on the shipped sample: harmless, live, believable, repeatable."""

from __future__ import annotations

import datetime as dt
import math
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from leadbook import check, refresh
from leadbook.books.ooxml import Workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AS_OF = dt.date(2026, 11, 20)
GENERATED = ("Today", "Pipeline", "Forecast", "Issues", "Duplicates", "Scorecard")


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def formulas(path: Path) -> dict[tuple[str, str], str]:
    book = load_workbook(path)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def differences(cached: Path, recalculated: Path) -> list[str]:
    """Compare the value of every formula cell, Python's against LibreOffice's."""
    live = formulas(cached)
    mine, theirs = load_workbook(cached, data_only=True), load_workbook(recalculated, data_only=True)
    found = []
    for (sheet, address), formula in live.items():
        a, b = mine[sheet][address].value, theirs[sheet][address].value
        if isinstance(a, (int, float)) and isinstance(b, (int, float)):
            same = math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-6)
        else:
            same = (a or "") == (b or "")
        if not same:
            found.append(f"{sheet}!{address} {formula}: cached {a!r}, recalculated {b!r}")
    assert live, "no formula was written at all"
    return found


@pytest.mark.slow
def test_every_formula_recalculated_by_libreoffice_equals_its_cached_value(
    sample: Path, tmp_path: Path, soffice: Callable[..., Path]
) -> None:
    refresh(sample, as_of=AS_OF)
    assert differences(sample, soffice(sample, tmp_path / "recalculated")) == []


@pytest.mark.slow
def test_every_sheet_of_results_carries_live_formulas_and_charts(sample: Path) -> None:
    refresh(sample, as_of=AS_OF)
    live = {sheet for sheet, _ in formulas(sample)}
    assert {"Pipeline", "Forecast", "Scorecard"} <= live
    charts = [name for name in members(sample) if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
    assert len(charts) >= 3


@pytest.mark.slow
def test_a_probability_changed_in_settings_moves_the_weighted_numbers_without_python(
    sample: Path, tmp_path: Path, soffice: Callable[..., Path]
) -> None:
    summary = refresh(sample, as_of=AS_OF)
    book = load_workbook(sample)["Settings"]
    [place] = [(row, column) for row in range(1, 60) for column in range(1, 120)
               if book.cell(row, column).value == "Proposal" and book.cell(row, column + 1).value == 6]  # fmt: skip
    header = next(column for column in range(place[1], place[1] + 15)
                  if any(book.cell(row, column).value == "Probability" for row in range(1, place[0])))  # fmt: skip
    editor = Workbook.open(sample.read_bytes())
    editor.set_cells("Settings", {header: {place[0]: 0.9}})
    changed = tmp_path / "changed.xlsx"
    with changed.open("wb") as target:
        editor.write(target)
    again = load_workbook(soffice(changed, tmp_path / "recalculated"), data_only=True)["Pipeline"]
    before = load_workbook(sample, data_only=True)["Pipeline"]
    moved = [
        cell.coordinate
        for row in before.iter_rows()
        for cell in row
        if isinstance(cell.value, float) and abs(cell.value - (again[cell.coordinate].value or 0)) > 1
    ]
    assert moved, "no number moved"
    assert summary.weighted_amount > 0


def test_only_owned_cells_of_the_leads_sheet_change(sample: Path) -> None:
    before = {cell.coordinate: cell.value for row in load_workbook(sample)["Leads"].iter_rows() for cell in row}
    refresh(sample, as_of=AS_OF)
    sheet = load_workbook(sample)["Leads"]
    headers = {cell.column: cell.value for cell in sheet[1]}
    owned = {"Score", "Grade", "Win %", "Win 30d %", "Next Action", "Flags", "Days in Stage", "Issues", "Duplicate Of",
             "Score Reasons", "Latest Proposal"}  # fmt: skip
    for row in sheet.iter_rows():
        for cell in row:
            if headers[cell.column] not in owned:
                assert cell.value == before[cell.coordinate], cell.coordinate


def test_parts_leadbook_does_not_own_are_byte_identical(sample: Path) -> None:
    before = members(sample)
    refresh(sample, as_of=AS_OF)
    after = members(sample)
    assert before.keys() <= after.keys() | {"xl/calcChain.xml"}
    mine = re.compile(
        r"xl/(worksheets/|tables/|drawings/|charts/|workbook\.xml|styles\.xml|_rels/|calcChain)|\[Content_Types\]"
    )
    untouched = [name for name in before if not mine.match(name)]
    assert untouched
    assert [name for name in untouched if before[name] != after[name]] == []


def test_a_second_refresh_on_the_same_day_adds_nothing(sample: Path) -> None:
    refresh(sample, as_of=AS_OF)
    first = members(sample)
    summary = refresh(sample, as_of=AS_OF)
    second = members(sample)
    assert summary.plan.rows_appended == {}
    assert [change for change in summary.plan.cells if change.old != change.new] == []
    assert first.keys() == second.keys()
    assert len(second["xl/styles.xml"]) == len(first["xl/styles.xml"])
    assert second["xl/workbook.xml"] == first["xl/workbook.xml"]


def test_history_grows_by_what_changed(sample: Path) -> None:
    refresh(sample, as_of=AS_OF)
    rows = load_workbook(sample)["History"].max_row
    leads = load_workbook(sample)["Leads"]
    header = {cell.value: cell.column for cell in leads[1]}
    row = next(number for number in range(2, 400) if leads.cell(number, header["Stage"]).value == "Assessment")
    editor = Workbook.open(sample.read_bytes())
    editor.set_cells("Leads", {header["Stage"]: {row: "Proposal"}})
    with sample.open("wb") as target:
        editor.write(target)
    summary = refresh(sample, as_of=AS_OF + dt.timedelta(days=1))
    assert load_workbook(sample)["History"].max_row == rows + sum(summary.plan.rows_appended.values())
    last = [cell.value for cell in load_workbook(sample)["History"][rows + 1]]
    changed = [[cell.value for cell in line] for line in load_workbook(sample)["History"].iter_rows(min_row=rows + 1)]
    mine = [line for line in changed if line[1] == leads.cell(row, header["Lead ID"]).value]
    assert len(mine) == 1
    assert "stage" in mine[0][2]
    assert mine[0][3] == "Proposal"
    assert last[0].date() == AS_OF + dt.timedelta(days=1)


@pytest.mark.slow
def test_the_refreshed_sample_is_valid(sample: Path, ooxml_validator: Callable[[Path], list[dict[str, str]]]) -> None:
    refresh(sample, as_of=AS_OF)
    assert ooxml_validator(sample) == []


def test_each_listed_issue_links_to_its_cell_and_back(sample: Path) -> None:
    refresh(sample, as_of=AS_OF)
    book = load_workbook(sample)
    links = {cell.hyperlink.location for row in book["Issues"].iter_rows() for cell in row if cell.hyperlink}
    assert any(str(link).startswith("Leads!") for link in links)
    header = {cell.value: cell.column for cell in book["Leads"][1]}
    back = [book["Leads"].cell(row, header["Issues"]).value for row in range(2, 402)]
    assert any(str(cell).startswith('=HYPERLINK("#') and "Issues" in str(cell) for cell in back)


@pytest.mark.slow
def test_a_sellers_formula_onto_a_generated_sheet_survives(
    sample: Path, tmp_path: Path, soffice: Callable[..., Path]
) -> None:
    refresh(sample, as_of=AS_OF)
    editor = Workbook.open(sample.read_bytes())
    from leadbook.books.ooxml import CellFormula

    editor.set_cells("Quote Lines", {30: {2: CellFormula("=SUM(Pipeline!A1:Z60)*10", 0)}})
    with sample.open("wb") as target:
        editor.write(target)
    refresh(sample, as_of=AS_OF + dt.timedelta(days=1))
    assert load_workbook(sample)["Quote Lines"]["AD2"].value == "=SUM(Pipeline!A1:Z60)*10"
    value = load_workbook(soffice(sample, tmp_path / "recalculated"), data_only=True)["Quote Lines"]["AD2"].value
    assert isinstance(value, (int, float))


def test_a_sellers_own_sheet_called_pipeline_is_left_alone(make_book: Callable[..., Path]) -> None:
    path = make_book(("Company", "Stage"), [("Alder", "Proposal")])
    book = load_workbook(path)
    book.create_sheet("Pipeline")["A1"] = "mine"
    book.save(path)
    refresh(path, as_of=AS_OF)
    again = load_workbook(path)
    assert again["Pipeline"]["A1"].value == "mine"
    assert "Pipeline (leadbook)" in again.sheetnames


def test_a_book_without_settings_gets_them_and_is_live_from_the_first_refresh(
    make_book: Callable[..., Path], tmp_path: Path, soffice: Callable[..., Path]
) -> None:
    path = make_book(("Company", "Stage", "Amount"), [("Alder", "Proposal", 1000.0), ("Birch", "Closing", 500.0)])
    refresh(path, as_of=AS_OF)
    assert any("Stages[" in formula for formula in formulas(path).values())
    assert differences(path, soffice(path, tmp_path / "recalculated")) == []


def test_a_sellers_own_score_column_is_never_written_to(make_book: Callable[..., Path]) -> None:
    path = make_book(
        ("Company", "Stage", "Score", "Grade"), [("Alder", "Proposal", 7, "gold"), ("Birch", "Closing", 9, "tin")]
    )
    for day in (0, 1):
        refresh(path, as_of=AS_OF + dt.timedelta(days=day))
        rows = [[cell.value for cell in row] for row in load_workbook(path)["Leads"].iter_rows()]
        assert [row[2:4] for row in rows] == [["Score", "Grade"], [7, "gold"], [9, "tin"]]
        assert rows[0].count("Score (leadbook)") == 1
        assert isinstance(rows[1][rows[0].index("Score (leadbook)")], (int, float))


@pytest.mark.slow
def test_text_typed_where_leadbook_writes_is_not_lost_without_a_word(sample: Path) -> None:
    assert refresh(sample, as_of=AS_OF).plan.notes == []
    assert refresh(sample, as_of=AS_OF).plan.notes == []
    area = load_workbook(sample)["Today"]
    blank = next(cell for row in area.iter_rows(min_row=4) for cell in row if cell.value is None)
    editor = Workbook.open(sample.read_bytes())
    editor.set_cells("Today", {blank.column: {blank.row: "MY NOTE"}})
    with sample.open("wb") as target:
        editor.write(target)
    [note] = refresh(sample, as_of=AS_OF).plan.notes
    assert "Today" in note
    assert "undo" in note


@pytest.mark.slow
def test_notes_typed_beside_a_generated_sheet_survive_the_next_refresh(sample: Path) -> None:
    refresh(sample, as_of=AS_OF)
    editor = Workbook.open(sample.read_bytes())
    editor.set_cells("Pipeline", {60: {5: "ask Ana about this"}})
    with sample.open("wb") as target:
        editor.write(target)
    refresh(sample, as_of=AS_OF)
    assert load_workbook(sample)["Pipeline"].cell(5, 60).value == "ask Ana about this"


@pytest.mark.parametrize("code", ["LB101", "LB201", "LB501"])
def test_the_defects_planted_in_the_sample_are_found(sample: Path, code: str) -> None:
    assert code in {issue.code for issue in check(sample, as_of=AS_OF).issues}
