"""Duplicates merged and taken back, on the shipped sample and on a tracker of a team's own."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from leadbook import undo
from leadbook.books.ooxml import Workbook
from leadbook.cli import main
from leadbook.model.issues import InputError
from leadbook.run.commands import merge, refresh, unmerge
from leadbook.run.deduping import dedupe

if TYPE_CHECKING:
    from pathlib import Path

    import openpyxl

AS_OF = dt.date(2026, 11, 20)
SELLERS = ("Leads", "Activities", "Quote Lines", "Offers")

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


@pytest.fixture(scope="module")
def _refreshed(tmp_path_factory, request) -> Path:
    root = request.config.rootpath
    path = tmp_path_factory.mktemp("refreshed") / "sample.xlsx"
    shutil.copy(root / "workbooks" / "sample.xlsx", path)
    refresh(path, as_of=AS_OF)
    return path


@pytest.fixture
def book(_refreshed, tmp_path) -> Path:
    """The sample after a refresh: its Duplicates sheet waits for decisions."""
    return shutil.copy(_refreshed, tmp_path / "book.xlsx")


@lru_cache(maxsize=2)
def _read(data: bytes) -> openpyxl.Workbook:
    return load_workbook(io.BytesIO(data), data_only=True)


def decide(path: Path, **words: str) -> None:
    """Type into the Decision column, as the seller would."""
    sheet = _read(path.read_bytes())["Duplicates"]
    top = next(row for row in range(1, 30) if sheet.cell(row, 1).value == "Group")
    rows = {sheet.cell(row, 2).value: row for row in range(top + 1, sheet.max_row + 1)}
    typed = {rows[lead_id.replace("_", "-")]: word for lead_id, word in words.items()}
    edit(path, "Duplicates", {12: typed})


def edit(path: Path, sheet: str, cells: dict) -> None:
    workbook = Workbook.open(path.read_bytes())
    workbook.set_cells(sheet, cells)
    with path.open("wb") as target:
        workbook.write(target)


def table(path: Path, sheet: str) -> list[dict]:
    """The rows of a sheet's table by its headers."""
    found = _read(path.read_bytes())[sheet]
    headers = [cell.value for cell in found[1]]
    return [dict(zip(headers, row, strict=True)) for row in found.iter_rows(min_row=2, values_only=True)]


def lead(path: Path, lead_id: str) -> dict:
    [found] = [row for row in table(path, "Leads") if row["Lead ID"] == lead_id]
    return found


def ids(path: Path) -> list[str]:
    return [row["Lead ID"] for row in table(path, "Leads")]


@pytest.mark.slow
def test_a_merge_decided_on_the_sheet_is_done_by_the_next_refresh(book) -> None:
    before = ids(book)
    decide(book, L_0393="Merge", L_0399="Merge")
    summary = refresh(book, as_of=AS_OF)
    assert summary.sentence.startswith("2 leads merged into L-0319, L-0330. 398 leads, ")
    assert f"To take it back: leadbook unmerge {book} M-0001 M-0002" in summary.plan.notes
    assert ids(book) == [one for one in before if one not in {"L-0393", "L-0399"}]
    archived = table(book, "Archive")
    assert [(row["Lead ID"], row["Merge ID"]) for row in archived] == [("L-0393", "M-0001"), ("L-0399", "M-0002")]
    assert archived[0]["Reason"].startswith("Merged into L-0319: Email equal")
    assert archived[0]["Company"] == "LUMEN FREIGHT"
    shown = {row[1] for row in _read(book.read_bytes())["Duplicates"].iter_rows(min_row=6, values_only=True)}
    assert not shown & {"L-0319", "L-0393"}


@pytest.mark.slow
def test_a_refresh_after_a_merge_finds_nothing_more_to_do(book) -> None:
    decide(book, L_0393="Merge")
    refresh(book, as_of=AS_OF)
    history = table(book, "History")
    assert [row["Event"] for row in history if row["Lead ID"] == "L-0393"][-1] == "merged"
    again = refresh(book, as_of=AS_OF)
    assert "merged into" not in again.sentence
    assert table(book, "History") == history


@pytest.mark.slow
def test_merge_and_unmerge_leave_the_sellers_sheets_as_they_were(book, tmp_path) -> None:
    from workbook_cells import normalised

    was = shutil.copy(book, tmp_path / "was.xlsx")
    merge(book, ["L-0050", "L-0060", "L-0020"], as_of=AS_OF)
    merge(book, ["L-0001", "L-0400"], as_of=AS_OF)
    assert len(ids(book)) == 397
    done = unmerge(book, ["M-0001", "m-0002"], as_of=AS_OF)
    assert done.notes == []
    for sheet in SELLERS:
        assert normalised(book, sheet) == normalised(was, sheet), sheet
    assert not [row for row in table(book, "Archive") if row["Lead ID"]]


@pytest.mark.slow
def test_what_belongs_to_a_merged_lead_follows_it_and_comes_back(book) -> None:
    counted = [row["Lead ID"] for row in table(book, "Activities")]
    lost, kept = counted.count("L-0060"), counted.count("L-0050")
    assert lost
    merge(book, ["L-0050", "L-0060"], as_of=AS_OF)
    after = [row["Lead ID"] for row in table(book, "Activities")]
    assert (after.count("L-0060"), after.count("L-0050")) == (0, lost + kept)
    unmerge(book, ["M-0001"], as_of=AS_OF)
    assert [row["Lead ID"] for row in table(book, "Activities")] == counted


def test_undo_brings_back_the_book_before_a_merge(book) -> None:
    was = book.read_bytes()
    merge(book, ["L-0050", "L-0060"], as_of=AS_OF)
    undo(book)
    assert book.read_bytes() == was


@pytest.mark.slow
def test_a_dry_run_shows_the_merge_and_writes_nothing(book, capsys) -> None:
    decide(book, L_0393="Merge")
    was = book.read_bytes()
    assert main(["refresh", str(book), "--as-of", "2026-11-20", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "L-0393 (row 394 of Leads) moves to the Archive, merged into L-0319 as M-0001." in said
    assert main(["merge", str(book), "L-0050", "L-0060", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "L-0060 (row 61 of Leads) moves" in said
    assert "nothing was written" in said
    assert book.read_bytes() == was


@pytest.mark.slow
def test_pairs_kept_apart_are_remembered_without_the_sheet(book) -> None:
    decide(book, L_0393="Keep both")
    refresh(book, as_of=AS_OF)
    remembered = Workbook.open(book.read_bytes())
    assert "KeptApart" in {table.name for table in remembered.tables}
    for _ in range(2):
        refresh(book, as_of=AS_OF)
        shown = {row[1] for row in _read(book.read_bytes())["Duplicates"].iter_rows(min_row=6, values_only=True)}
        assert not shown & {"L-0319", "L-0393"}
    assert lead(book, "L-0393")["Duplicate Of"] is None
    assert any("1 pair in Settings, table KeptApart" in note for note in dedupe(book).notes)


@pytest.mark.slow
def test_a_pair_taken_back_in_settings_is_shown_again(book) -> None:
    decide(book, L_0393="Keep both", L_0399="Keep both")
    refresh(book, as_of=AS_OF)
    [info] = [one for one in Workbook.open(book.read_bytes()).tables if one.name == "KeptApart"]
    edit(
        book,
        "Settings",
        {column: {info.first_body_row: None} for column in range(info.first_column, info.last_column + 1)},
    )
    refresh(book, as_of=AS_OF)
    shown = {row[1] for row in _read(book.read_bytes())["Duplicates"].iter_rows(min_row=6, values_only=True)}
    assert {"L-0319", "L-0393"} <= shown
    assert "L-0399" not in shown


@pytest.mark.slow
def test_a_misspelt_decision_becomes_an_issue_at_its_cell_and_stays_to_be_corrected(book) -> None:
    decide(book, L_0393="Megre")
    refresh(book, as_of=AS_OF)
    sheet = _read(book.read_bytes())["Duplicates"]
    [row] = [cells[1].row for cells in sheet.iter_rows(min_row=6) if cells[1].value == "L-0393"]
    assert sheet.cell(row, 12).value == "Megre"
    found = [
        cells
        for cells in _read(book.read_bytes())["Issues"].iter_rows(values_only=True)
        if "L-0393" in cells and "LB520" in cells
    ]
    assert len(found) == 1
    assert f"Duplicates!L{row}" in found[0]


def test_a_refresh_says_which_decisions_it_left_undone(book, capsys) -> None:
    decide(book, L_0393="Megre")
    assert main(["refresh", str(book), "--as-of", AS_OF.isoformat()]) == 0
    [said] = [line for line in capsys.readouterr().out.splitlines() if "Megre" in line]
    assert "L-0393" in said
    assert "did you mean Merge?" in said


def test_a_lead_that_was_merged_before_names_the_one_it_is_now(book) -> None:
    merge(book, ["L-0050", "L-0060"], as_of=AS_OF)
    with pytest.raises(InputError, match="L-0060 was merged into L-0050 before; name that one"):
        merge(book, ["L-0060", "L-0070"], as_of=AS_OF)


@pytest.mark.slow
def test_chained_merges_come_back_in_either_order(book, tmp_path) -> None:
    from workbook_cells import normalised

    was = shutil.copy(book, tmp_path / "was.xlsx")
    for order in (["M-0002", "M-0001"], ["M-0001", "M-0002"]):
        shutil.copy(was, book)
        merge(book, ["L-0050", "L-0060"], as_of=AS_OF)
        merge(book, ["L-0070", "L-0050"], as_of=AS_OF)
        for merge_id in order:
            unmerge(book, [merge_id], as_of=AS_OF)
        for sheet in SELLERS:
            assert normalised(book, sheet)[0] == normalised(was, sheet)[0], (order, sheet)


@pytest.mark.slow
def test_a_field_a_person_changed_since_stays_and_is_said(book) -> None:
    headers = [cell.value for cell in _read(book.read_bytes())["Leads"][1]]
    phone = headers.index("Phone") + 1
    row = ids(book).index("L-0050") + 2
    edit(book, "Leads", {phone: {row: None}})
    merge(book, ["L-0050", "L-0060"], as_of=AS_OF)
    assert lead(book, "L-0050")["Phone"] == table(book, "Archive")[0]["Phone"]
    edit(book, "Leads", {phone: {row: "+49 30 1"}})
    done = unmerge(book, ["M-0001"], as_of=AS_OF)
    assert lead(book, "L-0050")["Phone"] == "+49 30 1"
    assert done.notes == ["Phone of L-0050 was changed since, so it stays \u201c+49 30 1\u201d."]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["L-0042"], "and which other?"),
        (["L-0042", "L-9999"], "L-9999 is not in the table of leads"),
        (["L-0042", "l-0042"], "cannot be merged into itself"),
        (["L-0042", "L-0050", "l-0050"], "L-0050 is named twice"),
    ],
)
def test_leads_that_cannot_be_merged_are_refused_in_a_sentence(book, given, said) -> None:
    was = book.read_bytes()
    with pytest.raises(InputError, match=said.replace("?", r"\?")):
        merge(book, given, as_of=AS_OF)
    assert book.read_bytes() == was


def test_a_merge_that_is_not_there_is_refused_with_those_that_are(book) -> None:
    merge(book, ["L-0050", "L-0060"], as_of=AS_OF)
    with pytest.raises(InputError, match="no merge M-0009; there are M-0001"):
        unmerge(book, ["M-0009"], as_of=AS_OF)


@pytest.mark.slow
def test_after_a_merge_every_formula_shows_what_libreoffice_calculates(
    book, tmp_path, soffice, new_validator_errors
) -> None:
    from test_refresh import differences

    was = shutil.copy(book, tmp_path / "was.xlsx")
    decide(book, L_0393="Merge", L_0398="Merge", L_0399="Keep both")
    refresh(book, as_of=AS_OF)
    assert differences(book, soffice(book, tmp_path / "recalculated")) == []
    assert new_validator_errors(was, book) == []
