"""Believable trackers, each adopted, refreshed twice and undone: what was theirs is theirs to the byte."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import openpyxl
import pytest

from leadbook import adopt, refresh, undo
from leadbook.books.starter import GENERATED
from leadbook.model.columns import OWNED_LEAD_COLUMNS, WHEN_NEEDED
from leadbook.model.issues import LeadbookError
from tests.run import tracker_zoo as zoo
from tests.run.conftest import AS_OF, members
from tests.run.pivot_tracker import a_pivot_over_the_list

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Parts that list what a workbook holds, and its styles: new sheets and looks cannot come in without them.
INDEXES = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
           "docProps/app.xml", "xl/calcChain.xml"}  # fmt: skip
CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*?(?:/>|>.*?</c>)', re.DOTALL)
ROW = re.compile(rb'<row r="(\d+)"([^>]*)>')
KEPT_WHOLE = (b"dataValidations", b"mergeCells", b"hyperlinks", b"sheetViews", b"drawing", b"legacyDrawing")

TRACKERS = (*zoo.ADOPTED, (a_pivot_over_the_list, "A1:G6"))

everyone = pytest.mark.parametrize(("build", "place"), TRACKERS, ids=[build.__name__ for build, _ in TRACKERS])


@pytest.fixture
def make(tmp_path: Path) -> Callable[[zoo.Build], Path]:
    def built(build: zoo.Build) -> Path:
        path = tmp_path / ("tracker.xlsm" if build is zoo.macros else "tracker.xlsx")
        build(path)
        return path

    return built


@pytest.fixture
def tools(
    soffice: Callable[..., Path], new_validator_errors: Callable[[Path, Path], list[str]]
) -> tuple[Callable[..., Path], Callable[[Path, Path], list[str]]]:
    return soffice, new_validator_errors


def part_of(path: Path, sheet: str) -> str:
    titles = openpyxl.load_workbook(path).sheetnames
    return f"xl/worksheets/sheet{1 + titles.index(sheet)}.xml"


@pytest.mark.slow
@everyone
def test_nothing_of_theirs_changes(build: zoo.Build, place: str, make: Callable[[zoo.Build], Path]) -> None:
    path = make(build)
    before, names = members(path), dict(openpyxl.load_workbook(path).defined_names)
    adoption = adopt(path)
    assert adoption.reference == place
    refresh(path, as_of=AS_OF)
    once = members(path)
    refresh(path, as_of=AS_OF)
    after = members(path)
    part = part_of(path, adoption.sheet)
    # The second finds the History that the first began, so the generated sheets may say more; theirs never changes.
    assert once.keys() == after.keys()
    generated = {part_of(path, name) for name in GENERATED}
    generated |= {name for name in once if name.startswith("xl/charts/") and name not in before}
    assert {name for name in once if once[name] != after[name]} <= {*generated, "xl/workbook.xml"}
    gains = {part, part.replace("sheets/", "sheets/_rels/") + ".rels"} | {
        name for name in before if name.startswith("xl/tables/")
    }
    assert [name for name in sorted(before.keys() - INDEXES - gains) if after.get(name) != before[name]] == []
    assert names.keys() <= dict(openpyxl.load_workbook(path).defined_names).keys()
    # Within their sheet every cell, every row's height and what stands around the rows is as it was.
    old, new = before[part], after[part]
    cells = {found[1] + found[2]: found[0] for found in CELL.finditer(new)}
    changed = [found[0] for found in CELL.finditer(old) if cells[found[1] + found[2]] != found[0]]
    # A header that was missing is typed in, in the look its cell had.
    assert [cell for cell in changed if b"<v" in cell] == []
    assert len(changed) == len(adoption.plan.cells)
    rows = {found[1]: without_spans(found[2]) for found in ROW.finditer(new)}
    assert [found[0] for found in ROW.finditer(old) if rows[found[1]] != without_spans(found[2])] == []
    for tag in KEPT_WHOLE:
        assert whole(new, tag) == whole(old, tag), tag
    for rule in re.findall(rb"<conditionalFormatting.*?</conditionalFormatting>", old, re.DOTALL):
        assert rule in new
    first = rb'<col (?=[^>]*min="1")[^>]*>'
    assert re.search(first, new) is not None or re.search(first, old) is None


def whole(xml: bytes, tag: bytes) -> list[bytes]:
    return re.findall(rb"<%s[ >/](?:[^>]*/>|.*?</%s>)" % (tag, tag), xml, re.DOTALL)


def without_spans(attributes: bytes) -> bytes:
    return re.sub(rb'\s*spans="[^"]*"', b"", attributes)


@everyone
def test_owned_columns_stand_right_of_the_list_in_its_own_look(
    build: zoo.Build, place: str, make: Callable[[zoo.Build], Path]
) -> None:
    path = make(build)
    adoption = adopt(path)
    refresh(path, as_of=AS_OF)
    sheet = openpyxl.load_workbook(path)[adoption.sheet]
    cells = sheet[place]
    last = cells[0][-1]
    owned = [column.header for column in OWNED_LEAD_COLUMNS if column.key not in WHEN_NEEDED]
    added = [sheet.cell(last.row, last.column + 1 + at) for at in range(1 + len(owned))]
    assert [cell.value for cell in added] == ["Lead ID", *owned]
    assert {(cell.fill.fgColor.rgb, cell.font.b) for cell in added} == {(last.fill.fgColor.rgb, last.font.b)}
    chances = [sheet.cell(row, added[3].column) for row in range(last.row + 1, last.row + len(cells))]
    assert {cell.number_format for cell in chances if cell.value is not None} <= {"0%"}
    assert sheet.tables[adoption.table].ref.startswith(place.partition(":")[0])


@everyone
def test_undo_brings_the_bytes_back(build: zoo.Build, place: str, make: Callable[[zoo.Build], Path]) -> None:
    path = make(build)
    original = path.read_bytes()
    adopt(path, dry_run=True)
    assert path.read_bytes() == original, place
    adopt(path)
    undo(path)
    assert path.read_bytes() == original


@pytest.mark.slow
@everyone
def test_libreoffice_reads_the_same_values_and_the_validator_finds_nothing_new(
    build: zoo.Build,
    place: str,
    make: Callable[[zoo.Build], Path],
    tools: tuple[Callable[..., Path], Callable[[Path, Path], list[str]]],
) -> None:
    soffice, new_validator_errors = tools
    path = make(build)
    original = path.with_stem("original")
    original.write_bytes(path.read_bytes())
    sheet = adopt(path).sheet
    refresh(path, as_of=AS_OF)
    assert new_validator_errors(original, path) == []
    reads = [
        openpyxl.load_workbook(soffice(book, path.parent / book.stem), data_only=True) for book in (original, path)
    ]
    for name in reads[0].sheetnames:
        for row in reads[0][name].iter_rows():
            for cell in row:
                if cell.value is not None:
                    assert reads[1][name][cell.coordinate].value == cell.value, (sheet, place, cell.coordinate)
    # What leadbook worked out is what its formulas come to, months between the leads and text amounts included.
    formulas, cached = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    for name in GENERATED:
        for row in formulas[name].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    known, found = cached[name][cell.coordinate].value, reads[1][name][cell.coordinate].value
                    assert found == (pytest.approx(known) if isinstance(known, float) else known), cell.coordinate


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (zoo.a_sheet_for_each_rep, r"A1:G4 on sheet Sam; A1:G3 on sheet Kim.*--sheet Sam.*leadbook import tracker"),
        (zoo.a_sheet_for_each_month, r"3 places.*leadbook init leads.xlsx, then leadbook import tracker.xlsx --into"),
        (zoo.a_protected_sheet, r'Sheet "Deals" is protected. Unprotect it in Excel \(Review, Unprotect Sheet\)'),
        (zoo.a_second_list_beside_it, r"J1 on the sheet 'Deals'.*H to R\); insert 10 columns before column J in Excel"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_cannot_be_adopted_as_it_is_gets_a_sentence_that_says_what_to_do(
    build: zoo.Build, words: str, make: Callable[[zoo.Build], Path]
) -> None:
    path = make(build)
    before = path.read_bytes()
    with pytest.raises(LeadbookError, match=words):
        adopt(path)
    assert path.read_bytes() == before


def test_doing_what_the_sentence_says_about_a_second_list_makes_room(make: Callable[[zoo.Build], Path]) -> None:
    path = make(zoo.a_second_list_beside_it)
    book = openpyxl.load_workbook(path)
    book["Deals"].insert_cols(10, 10)
    book.save(path)
    adopt(path)
    sheet = openpyxl.load_workbook(path)["Deals"]
    assert (sheet["R1"].value, sheet["S1"].value, sheet["T1"].value) == ("Score Reasons", None, "Product")


def test_months_between_the_leads_are_no_leads(make: Callable[[zoo.Build], Path]) -> None:
    path = make(zoo.blocks_by_month)
    assert adopt(path).leads == 5
    summary = refresh(path, as_of=AS_OF)
    assert (summary.leads, summary.open_leads) == (5, 3)
    sheet = openpyxl.load_workbook(path)["Deals"]
    assert [sheet.cell(row, 8).value for row in (2, 5)] == [None, None]
    assert sheet["H3"].value == "L-0001"


def test_the_dropdowns_words_become_the_stages_in_its_order(make: Callable[[zoo.Build], Path]) -> None:
    path = make(zoo.hidden_columns_validations_and_conditional_formats)
    adoption = adopt(path)
    stages = openpyxl.load_workbook(path)["Settings"]
    names = [cell.value for cell in stages["A"] if isinstance(cell.value, str)]
    assert names[names.index("Stage") + 1 :][:5] == ["Prospecting", "Pilot", "Proposal", "Won", "Lost"]
    assert any("open stages of your own" in note and '"Pilot"' in note for note in adoption.notes)
    assert refresh(path, as_of=AS_OF).weighted_amount == 4000 * 0.5 + 7000 * 0.5 + 900 * 0.05


def test_a_filter_of_theirs_goes_on_filtering_as_the_tables(make: Callable[[zoo.Build], Path]) -> None:
    path = make(zoo.a_filter_that_hides_rows)
    adopt(path)
    table = next(data for name, data in members(path).items() if name.startswith("xl/tables/") and b'"Leads"' in data)
    assert b'<filterColumn colId="6"' in table
    assert b'val="Sam"' in table


def test_a_chart_over_the_new_columns_is_told(make: Callable[[zoo.Build], Path]) -> None:
    notes = adopt(make(zoo.a_chart_to_the_right)).notes
    assert any("A picture or chart at I2 on sheet Deals lies over the columns" in note for note in notes)
    notes = adopt(make(zoo.a_logo_a_chart_and_formulas)).notes
    assert not any("lies over" in note for note in notes)


def test_a_header_that_is_missing_is_typed_and_told(make: Callable[[zoo.Build], Path]) -> None:
    path = make(zoo.a_column_without_a_header)
    adoption = adopt(path)
    assert [(change.address, change.old, change.new) for change in adoption.plan.cells] == [("E1", None, "Column E")]
    assert any(
        'E1 had no header, which a table cannot do without, so "Column E" was typed' in n for n in adoption.notes
    )
