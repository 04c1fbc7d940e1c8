"""Merging on small lists made on the spot: whatever is merged, taking it back gives the original values."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from workbook_cells import normalised

from leadbook.books.ooxml import Workbook
from leadbook.model.issues import InputError
from leadbook.run.commands import init_into, merge, unmerge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

AS_OF = dt.date(2026, 11, 20)
HEADERS = ("Lead ID", "Company", "Email", "Phone", "Stage", "Created", "Last Activity", "Amount", "Twice", "Our own")

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


def make(
    path: Path,
    *,
    ids: Sequence[object] = (),
    date_1904: bool = False,
    beside: bool = False,
    count: int = 8,
    also: Callable[..., object] = id,
) -> None:
    """Write leads whose odd columns are blank here and there, with a formula, and their activities."""
    book = xlsxwriter.Workbook(str(path), {"date_1904": date_1904})
    sheet, calls = book.add_worksheet("Leads"), book.add_worksheet("Activities")
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    tall = book.add_format({"bg_color": "#FFEEAA"})
    names = list(ids) or [f"L-{number:04d}" for number in range(1, count + 1)]
    sheet.add_table(0, 0, count, len(HEADERS) - 1, {"name": "Leads", "columns": [{"header": one} for one in HEADERS]})
    for row, name in enumerate(names, 1):
        sheet.write(row, 0, name)
        sheet.write(row, 1, "Alder Works" if row % 2 else f"Firm {row}", tall if row % 3 else None)
        sheet.write_url(row, 2, f"mailto:a{row}@firm.example", None, f"a{row}@firm.example")
        if row % 3:
            sheet.write(row, 3, f"+49 30 {row:05d}")
        sheet.write(row, 4, "Proposal")
        if row % 4:
            sheet.write_datetime(row, 5, dt.date(2026, 1 + row % 11, row), day)
        sheet.write_datetime(row, 6, dt.date(2026, 9, 1 + (row * 7) % 29), day)
        if row % 2:
            sheet.write(row, 7, row * 1000)
        sheet.write_formula(row, 8, f"=H{row + 1}*2", None, row * 2000 if row % 2 else 0)
        if row % 5 == 0:
            sheet.write(row, 9, row / 4)
    sheet.set_row(3, 31)
    also(sheet)
    if beside:
        sheet.write(2, 40, "a note")
    titles = [{"header": header} for header in ("Date", "Lead ID", "Type", "Notes")]
    calls.add_table(0, 0, 2 * count, 3, {"name": "Activities", "columns": titles})
    for at in range(2 * count):
        calls.write_datetime(at + 1, 0, dt.date(2026, 10, 1 + at % 20), day)
        calls.write(at + 1, 1, names[at * 5 % count])
        calls.write(at + 1, 2, "call")
        calls.write(at + 1, 3, f"n{at % 3}")
    book.close()


def values(path: Path) -> dict:
    """Every value of the seller's sheets."""
    book = load_workbook(path, data_only=True)
    return {
        (name, cell.coordinate): cell.value
        for name in ("Leads", "Activities")
        for line in book[name].iter_rows()
        for cell in line
        if cell.value is not None
    }


def edit(path: Path, sheet: str, cells: dict) -> None:
    workbook = Workbook.open(path.read_bytes())
    workbook.set_cells(sheet, cells)
    with path.open("wb") as target:
        workbook.write(target)


@pytest.fixture
def small(tmp_path) -> Callable[..., Path]:
    def build(**how) -> Path:
        path = tmp_path / "small.xlsx"
        make(path, **how)
        return path

    return build


_WAYS = given(
    st.permutations(range(1, 9)),
    st.lists(st.integers(2, 3), min_size=1, max_size=3),
    st.fixed_dictionaries({"beside": st.booleans(), "date_1904": st.booleans()}),
    st.permutations(range(3)),
)


def _merge_and_take_back(path, order, sizes, kind, back):
    make(path, **kind)
    before, looks = values(path), normalised(path, "Leads")
    left = [f"L-{number:04d}" for number in order]
    merge_ids: list[str] = []
    for size in sizes:
        group = left[:size]
        if len(group) < 2:
            break
        merge_ids += merge(path, group, as_of=AS_OF).merge_ids
        left = [*left[size:], group[0]]  # the kept lead may be merged away later: a chain
    for at in back:
        if at < len(merge_ids):
            unmerge(path, [merge_ids[at]], as_of=AS_OF)
    assert values(path) == before
    cells, rows, _ = normalised(path, "Leads")
    assert (cells, rows) == looks[:2]


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@_WAYS
@example([1, 2, 4, 3, 5, 6, 7, 8], [2, 2], {"beside": False, "date_1904": False}, [0, 1, 2])
def test_random_merges_taken_back_in_any_order_give_the_original_values(tmp_path, order, sizes, kind, back):
    _merge_and_take_back(tmp_path / "small.xlsx", order, sizes, kind, back)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@_WAYS
def test_many_random_merges_taken_back_in_any_order_give_the_original_values(tmp_path, order, sizes, kind, back):
    _merge_and_take_back(tmp_path / "small.xlsx", order, sizes, kind, back)


def test_ids_that_are_numbers_stay_numbers(small):
    path = small(ids=list(range(11, 19)))
    before = values(path)
    merge(path, ["11", "13"], as_of=AS_OF)
    assert 13 not in [value for (sheet, _), value in values(path).items() if sheet == "Activities"]
    unmerge(path, ["M-0001"], as_of=AS_OF)
    assert values(path) == before


def test_an_activity_that_changed_since_is_told(small):
    path = small()
    merge(path, ["L-0001", "L-0003"], as_of=AS_OF)
    row = next(at for at in range(2, 18) if values(path)["Activities", f"B{at}"] == "L-0001" and at not in {2, 10})
    edit(path, "Activities", {4: {row: "written later"}})
    done = unmerge(path, ["M-0001"], as_of=AS_OF)
    assert done.notes == ["1 row of Activities changed or went since, so L-0003 does not get them back."]


def test_a_list_sorted_since_gets_the_lead_below_its_master(small):
    path = small()
    merge(path, ["L-0001", "L-0004"], as_of=AS_OF)
    turned = [f"L-{number:04d}" for number in (8, 7, 6, 5, 3, 2, 1)]
    edit(path, "Leads", {1: dict(enumerate(turned, 2))})
    done = unmerge(path, ["M-0001"], as_of=AS_OF)
    assert done.notes[0] == "The list was sorted since, so L-0004 stands below L-0001."
    assert [values(path)["Leads", f"A{row}"] for row in (8, 9)] == ["L-0001", "L-0004"]


def test_an_archive_sorted_or_partly_deleted_by_hand_gives_what_it_still_holds(small):
    path = small()
    merge(path, ["L-0001", "L-0003", "L-0005"], as_of=AS_OF)
    [archive] = [table for table in Workbook.open(path.read_bytes()).tables if table.name == "Archive"]
    edit(path, "Archive", {column: {2: None} for column in range(1, archive.last_column + 1)})
    done = unmerge(path, ["M-0001"], as_of=AS_OF)
    assert done.leads in (["L-0003"], ["L-0005"])
    assert "its row is gone from the Archive" in done.notes[0]


@pytest.mark.parametrize(
    ("sheet", "cells", "said"),
    [
        ("Archive", {5: {2: "tidied up"}}, "was changed, so it no longer says how"),
        ("Leads", {1: {3: "L-0003"}}, "L-0003 stands in Leads already"),
    ],
)
def test_what_cannot_come_back_is_refused_in_a_sentence(small, sheet, cells, said):
    path = small()
    merge(path, ["L-0001", "L-0003"], as_of=AS_OF)
    edit(path, sheet, cells)
    was = path.read_bytes()
    with pytest.raises(InputError, match=said):
        unmerge(path, ["M-0001"], as_of=AS_OF)
    assert path.read_bytes() == was


@pytest.mark.slow
def test_a_workbook_saved_by_another_program_in_between_still_gives_everything_back(small, tmp_path, soffice):
    path = small()
    before = values(path)
    merge(path, ["L-0001", "L-0003", "L-0006"], as_of=AS_OF)
    resaved = soffice(path, tmp_path / "resaved")
    done = unmerge(resaved, ["M-0001"], as_of=AS_OF)
    assert done.notes == []
    assert values(resaved) == before


@pytest.mark.slow
def test_a_result_has_no_new_faults(small, tmp_path, new_validator_errors):
    path = small(beside=True)
    was = tmp_path / "was.xlsx"
    was.write_bytes(path.read_bytes())
    merge(path, ["L-0001", "L-0003", "L-0006"], as_of=AS_OF)
    assert new_validator_errors(was, path) == []
    unmerge(path, ["M-0001"], as_of=AS_OF)
    assert new_validator_errors(was, path) == []


def test_a_merge_that_the_archive_has_no_room_for_is_refused_and_nothing_is_done(small):
    path = small()
    init_into(path)
    edit(path, "Archive", {6: {2: "my remark beside the Archive"}})
    was = path.read_bytes()
    with pytest.raises(InputError, match=r"Nothing was merged into L-0001.*F2.*Archive.*insert"):
        merge(path, ["L-0001", "L-0003"], as_of=AS_OF)
    assert path.read_bytes() == was


def test_hidden_rows_and_comments_below_move_along_and_come_back(tmp_path):
    def put(sheet) -> None:
        sheet.set_row(5, None, None, {"hidden": True})  # as a filter leaves it
        sheet.write_comment("B8", "ask again")

    path = tmp_path / "small.xlsx"
    make(path, also=put)
    before, looks, anchors = values(path), normalised(path, "Leads"), _vml(path)
    merge(path, ["L-0001", "L-0003"], as_of=AS_OF)
    sheet = load_workbook(path)["Leads"]
    assert [row for row in range(1, 10) if sheet.row_dimensions[row].hidden] == [5]
    assert sheet["A5"].value == "L-0005"
    assert sheet["B7"].comment.text == "ask again"
    assert [kind for kind, _ in anchors] == ["Note"]
    assert [bottom - top for _, (top, bottom) in _vml(path)] == [bottom - top for _, (top, bottom) in anchors]
    assert [top for _, (top, _) in _vml(path)] == [top - 1 for _, (top, _) in anchors]
    unmerge(path, ["M-0001"], as_of=AS_OF)
    assert values(path) == before
    assert normalised(path, "Leads")[:2] == looks[:2]
    assert _vml(path) == anchors


def _vml(path: Path) -> list[tuple[str, tuple[int, int]]]:
    """What floats over the leads the old way: its kind, and its first and last row (from 0)."""
    with zipfile.ZipFile(path) as package:
        text = b"".join(package.read(name) for name in package.namelist() if "vmlDrawing" in name).decode()
    found = re.findall(r'ObjectType="(\w+)".*?<x:Anchor>\s*([\d,\s]+)</x:Anchor>', text, re.DOTALL)
    return [(kind, (int(at.split(",")[2]), int(at.split(",")[6]))) for kind, at in found]
