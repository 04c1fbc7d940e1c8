"""What the user can tell adopt, what it says when it cannot tell, and what it makes of odd workbooks."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from leadbook import adopt, check, init, refresh
from leadbook.model.issues import LeadbookError
from tests.run import tracker_zoo as zoo
from tests.run.conftest import AS_OF

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

ODD = ("Wer", "Was", "Wann?", "Zustand", "Geld", "Bis", "Wen")


@pytest.fixture
def listed(tmp_path: Path) -> Callable[..., Path]:
    """Make a workbook with one list, or several, each at its own place."""

    def make(*places: str, headers: Sequence[object] = zoo.HEADERS, rows: object = zoo.ROWS, merge: str = "") -> Path:
        def fill(book: openpyxl.Workbook) -> None:
            sheet = book.active
            sheet.title = "My Data"
            for at in places:
                zoo.put(sheet, at, headers, rows)
            if merge:
                sheet.merge_cells(merge)

        path = tmp_path / "tracker.xlsx"
        zoo.with_openpyxl(fill)(path)
        return path

    return make


def test_headers_nobody_can_guess_are_asked_for_and_told_with_map(listed: Callable[..., Path]) -> None:
    path = listed("A4", headers=ODD)
    with pytest.raises(LeadbookError, match=r'--sheet "My Data" --header-row 4 --map "Client=Company"') as refused:
        adopt(path)
    assert f"Row 4 of sheet My Data looks most like headers ({', '.join(ODD)})" in str(refused.value)
    told = ["Wer=Company", "Zustand=Stage", "Geld=Amount", "Was=ignore"]
    adoption = adopt(path, sheet="My Data", header_row=4, told=told)
    assert {match.header: match.key for match in adoption.mapping.matches if match.header in ("Wer", "Was")} == {
        "Wer": "company",
        "Was": None,
    }
    assert "Leads" not in adoption.plan.sheets_added
    assert refresh(path, as_of=AS_OF).open_amount == 4000 + 900 + 7000


@pytest.mark.parametrize("row", [1, 7])
def test_the_row_that_looks_most_like_headers_is_the_one_named(row: int, listed: Callable[..., Path]) -> None:
    path = listed(f"B{row}", headers=ODD)
    with pytest.raises(
        LeadbookError, match=rf'Row {row} of sheet My Data .* --header-row {row} --map "Client=Company"'
    ):
        adopt(path)


def test_no_row_is_made_up_where_none_looks_like_headers(listed: Callable[..., Path]) -> None:
    path = listed("A1", headers=("Shopping",), rows=[("Milk",), ("Bread",), ("Eggs",)])
    with pytest.raises(LeadbookError, match=r"--header-row with the row of its headers") as refused:
        adopt(path)
    assert not any(map(str.isdigit, str(refused.value)))


def test_what_was_told_is_corrected_in_settings_by_telling_again(listed: Callable[..., Path]) -> None:
    path = listed("A1")
    adopt(path, told=["Rep=ignore"])
    adopt(path, told=["Rep=Owner"])
    settings = openpyxl.load_workbook(path)["Settings"]
    rows = [row for row in settings.iter_rows() if any(cell.value == "Rep" for cell in row)]
    at = next(place for place, cell in enumerate(rows[0]) if cell.value == "Rep")
    assert len(rows) == 1
    assert [cell.value for cell in rows[0][at : at + 3]] == ["Rep", "Owner", "as you said"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("Rep", r'"Rep" should be your header, "=" and ours'),
        ("Rep=Ownr", r'"Ownr" is no column of leads; such are Owner'),
        ("Rap=Owner", r'no column "Rap"; their headers are: Account, Contact'),
        ("Rep=Score", r'"Score" is no column of leads'),
    ],
)
def test_a_wrong_map_is_told_with_the_right_words(told: str, words: str, listed: Callable[..., Path]) -> None:
    path = listed("A1")
    before = path.read_bytes()
    with pytest.raises(LeadbookError, match=words):
        adopt(path, told=[told])
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("make", "words"),
    [
        ({"merge": "A1:A2", "places": ["A2"]}, r"Cells A1:A2 .*merged.*type the header into A2 and run the command"),
        ({"headers": (*zoo.HEADERS[:6], "Email"), "places": ["A1"]}, r'"Email" stands twice on sheet My Data \(C1 and'),
        ({"headers": (*zoo.HEADERS[:6], 2026), "places": ["A1"]}, r"G1 on the sheet 'My Data' holds no plain text"),
        ({"places": ["A1", "I1"]}, r"2 lists on one sheet.*A1:G6.*I1:O6.*press Ctrl\+T"),
    ],
    ids=["header across two rows", "repeated header", "number as header", "side by side"],
)
def test_a_list_that_cannot_be_a_table_is_told_what_to_do(
    make: dict[str, object], words: str, listed: Callable[..., Path]
) -> None:
    path = listed(*make.pop("places"), **make)
    before = path.read_bytes()
    with pytest.raises(LeadbookError, match=words):
        adopt(path)
    assert path.read_bytes() == before


def test_a_list_without_a_single_lead_is_adopted_and_takes_its_first(listed: Callable[..., Path]) -> None:
    path = listed("A3", rows=())
    adoption = adopt(path)
    assert (adoption.leads, adoption.reference) == (0, "A3:G4")
    book = openpyxl.load_workbook(path)
    for cell, value in zip(book["My Data"][4], zoo.ROWS[0], strict=False):
        cell.value = value
    book.save(path)
    assert refresh(path, as_of=AS_OF).open_amount == 4000


def test_the_headers_once_more_further_down_are_neither_a_lead_nor_a_stage(listed: Callable[..., Path]) -> None:
    path = listed("A1", "A10")
    adoption = adopt(path)
    assert adoption.leads == 2 * len(zoo.ROWS)
    assert "Status" not in [word.word for word in adoption.stages]


def test_a_company_column_without_a_header_is_part_of_the_list(listed: Callable[..., Path]) -> None:
    path = listed("A1", headers=(None, *zoo.HEADERS[1:]))
    adoption = adopt(path, told=["Column A=Company"])
    assert adoption.reference == "A1:G6"
    assert adoption.mapping.keys["company"] == "Column A"


def test_a_starter_is_adopted_already(tmp_path: Path) -> None:
    path = init(tmp_path / "leads.xlsx")
    before = path.read_bytes()
    assert adopt(path).table == "Leads"
    assert path.read_bytes() == before


def test_a_lost_table_part_is_told_as_damage(tmp_path: Path) -> None:
    whole, path = tmp_path / "whole.xlsx", tmp_path / "tracker.xlsx"
    zoo.a_table_named_otherwise(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            if not name.startswith("xl/tables/"):
                new.writestr(name, old.read(name))
    before = path.read_bytes()
    with pytest.raises(LeadbookError, match=r"A table on the sheet 'Deals' is missing from the file, which is damaged"):
        adopt(path)
    assert path.read_bytes() == before


def test_a_lead_typed_below_the_list_is_told_at_its_row_and_a_sum_is_not(tmp_path: Path) -> None:
    path = tmp_path / "tracker.xlsx"
    zoo.two_rows_of_headers(path)
    adopt(path)
    for text, codes in (("Total", []), ("Roe Ltd", ["LB094"])):
        book = openpyxl.load_workbook(path)
        book["Leads"]["A8"], book["Leads"]["E8"] = text, 100
        book.save(path)
        issues = check(path, as_of=AS_OF).issues
        assert [issue.code for issue in issues if issue.row == 8] == codes
