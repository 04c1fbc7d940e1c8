"""``check --fix`` on real workbooks: only the fixed cells change, formulas stay, undo puts every byte back."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from leadbook.books.closed import ClosedBook
from leadbook.model.issues import BookBusyError, BookRefusedError, Fix, Issue, LeadbookError, Severity
from leadbook.run.commands import adopt, check, fix, undo
from leadbook.run.fixes.fixing import fix_contents, plan_fixes

if TYPE_CHECKING:
    from collections.abc import Callable

AS_OF = dt.date(2026, 11, 20)
HEADERS = ("Lead ID", "Company", "Country", "Email", "Phone", "Stage", "Owner", "Close Date", "Amount")


def members(path: Path) -> dict[str, bytes]:
    """Every part of a package by name."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def cells(path: Path) -> dict[tuple[str, str], tuple[object, str, bool]]:
    """Every cell's value, number format and fill, by sheet and address."""
    book = openpyxl.load_workbook(path, keep_vba=False)
    return {
        (sheet.title, cell.coordinate): (cell.value, cell.number_format, cell.fill.fgColor.rgb)
        for sheet in book
        if hasattr(sheet, "iter_rows")
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None or cell.has_style
    }


def xml_cells(part: bytes) -> dict[str, bytes]:
    return {found[1].decode(): found[0] for found in re.finditer(rb'<c r="([A-Z]+\d+)".*?(?:/>|</c>)', part, re.DOTALL)}


@pytest.mark.slow
def test_only_the_fixed_cells_change_and_undo_restores_every_byte(sample: Path) -> None:
    before, old_parts, old_cells = digest(sample), members(sample), cells(sample)
    report = fix(sample, as_of=AS_OF, unsafe=True)
    assert len(report.fixed) >= 8
    new_parts = members(sample)
    changed = {name for name in new_parts if new_parts[name] != old_parts.get(name)}
    sheets = {name for name in changed if name.startswith("xl/worksheets/sheet")}
    assert len(sheets) == 1, "the fixes are all on Leads"
    # The rest that may change: styles for a new date format, and the order to recalculate.
    assert changed - sheets <= {"xl/styles.xml", "xl/workbook.xml", "xl/calcChain.xml", "[Content_Types].xml"}
    leads = next(iter(sheets))
    ours, theirs = xml_cells(new_parts[leads]), xml_cells(old_parts[leads])
    wanted = {cell.address.partition("!")[2] for cell in report.fixed}
    assert {place for place in ours if ours[place] != theirs.get(place)} == wanted
    new_cells = cells(sample)
    for cell in report.fixed:
        place = ("Leads", cell.address.partition("!")[2])
        value, number_format, fill = new_cells[place]
        held = value.date() if isinstance(value, dt.datetime) else value
        assert held == (cell.new.date() if isinstance(cell.new, dt.datetime) else cell.new)
        assert fill == old_cells[place][2]
        assert number_format == old_cells[place][1]
    assert undo(sample)
    assert digest(sample) == before


@pytest.mark.slow
def test_after_fixing_nothing_more_is_fixable(sample: Path) -> None:
    fix(sample, as_of=AS_OF)
    again = fix(sample, as_of=AS_OF)
    assert again.fixed == ()
    assert not again.saved
    assert all(not issue.fix.safe for issue in again.issues if issue.fix)
    last = fix(sample, as_of=AS_OF, unsafe=True)
    assert last.fixed
    assert all(issue.fix is None for issue in last.issues)
    # What fixing says is left is what a check of the saved file finds.
    found = check(sample, as_of=AS_OF).issues
    assert [(issue.address, issue.code) for issue in found] == [(issue.address, issue.code) for issue in last.issues]


def test_a_dry_run_tells_the_same_cells_and_writes_nothing(sample: Path) -> None:
    before = digest(sample)
    planned = fix(sample, as_of=AS_OF, unsafe=True, dry_run=True)
    assert digest(sample) == before
    assert list(sample.parent.iterdir()) == [sample]
    done = fix(sample, as_of=AS_OF, unsafe=True)
    assert done.fixed == planned.fixed
    assert [issue.address for issue in done.issues] == [issue.address for issue in planned.issues]


@pytest.mark.slow
def test_select_and_owner_bound_what_is_fixed(sample: Path) -> None:
    only = fix(sample, as_of=AS_OF, unsafe=True, select=["LB114"], dry_run=True)
    assert {code for cell in only.fixed for code in cell.codes} == {"LB114"}
    everyone = fix(sample, as_of=AS_OF, unsafe=True, dry_run=True)
    owned = openpyxl.load_workbook(sample)["Leads"]
    column = next(cell.column for cell in owned[1] if cell.value == "Owner")
    owners = {cell.row: owned.cell(cell.row, column).value for cell in everyone.fixed}
    name = owners[everyone.fixed[0].row]
    theirs = fix(sample, as_of=AS_OF, unsafe=True, owner=name.upper(), dry_run=True)
    assert {cell.row for cell in theirs.fixed} == {row for row, owner in owners.items() if owner == name}


def test_a_sellers_own_misspelt_name_is_fixed_and_their_issues_stay_theirs(sample: Path) -> None:
    report = fix(sample, as_of=AS_OF, unsafe=True, owner="Ana Cosat")
    assert [(cell.old, cell.new) for cell in report.fixed] == [("Ana Cosat", "Ana Costa")]
    row = report.fixed[0].row
    assert {issue.row for issue in report.issues if issue.sheet == "Leads"} <= {row}


@pytest.fixture
def tracker(tmp_path: Path) -> Path:
    """A seller's own table: a colour, a formula, a filter that hides a row, a date typed as text."""
    path = tmp_path / "tracker.xlsx"
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    sheet = book.add_worksheet("Leads")
    day, yellow = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"bg_color": "#FFFF00"})
    rows = [[f"L-{number:04}", f"Acme {number}", "Germany", f"a{number}@firma.example", "+49 30 1234567",
             "Prospecting", "Anna", dt.date(2027, 1, number % 28 + 1), 1000 + number]
            for number in range(1, 61)]  # fmt: skip
    sheet.add_table(0, 0, len(rows), len(HEADERS) - 1, {
        "name": "Leads", "columns": [{"header": header} for header in HEADERS],
    })  # fmt: skip
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, dt.date):
                sheet.write_datetime(number, column, dt.datetime.combine(value, dt.time()), day)
            else:
                sheet.write(number, column, value)
    sheet.write(3, 2, "germany", yellow)
    sheet.write(4, 2, "germany")
    sheet.write_formula(5, 2, '=LOWER("GERMANY")', None, "germany")
    sheet.set_row(4, None, None, {"hidden": True})
    book.close()
    return path


def test_a_formula_is_never_overwritten_and_hidden_rows_are_fixed(tracker: Path) -> None:
    report = fix(tracker, as_of=AS_OF)
    assert {cell.address for cell in report.fixed} == {"Leads!C4", "Leads!C5"}
    after = openpyxl.load_workbook(tracker)["Leads"]
    assert after["C6"].value == '=LOWER("GERMANY")'
    assert after["C4"].value == after["C5"].value == "Germany"
    assert after["C4"].fill.fgColor.rgb == "FFFFFF00"
    assert any("formula" in note and "Leads!C6" in note for note in report.notes)
    assert any("hides" in note for note in report.notes)


def planned(book: ClosedBook, fixes: dict[str, object], *, safe: bool = True) -> list[Issue]:
    """Issues that would put values into cells of the Leads table, by address such as H3."""
    raw = book.contents.tables["Leads"]
    found = []
    for address, new in fixes.items():
        column, row = ord(address[0]) - 64, int(address[1:])
        held = raw.cells[column - 1][row - 2]
        found.append(Issue("Leads", row, column, "LB999", Severity.ERROR, "Wrong.", held, Fix(held, new, safe)))
    return found


def write(path: Path, fixes: dict[str, object]) -> None:
    book = ClosedBook.open(path)
    first = planned(book, fixes)
    done = fix_contents(book, lambda _: [], unsafe=False, found=first)
    plan_fixes(book, done.cells)
    book.save()


def test_a_fix_keeps_the_formats_and_text_stays_text(tracker: Path, new_validator_errors: Callable[..., list]) -> None:
    original = Path(shutil.copy(tracker, tracker.with_name("original.xlsx")))
    write(tracker, {
        "H3": dt.date(2027, 2, 3), "B2": "=1+1", "E2": "+493012345678", "I2": 4821.5, "G2": "-Anna", "D2": "@x",
        "C4": dt.date(2027, 2, 3),
    })  # fmt: skip
    sheet = openpyxl.load_workbook(tracker)["Leads"]
    assert sheet["H3"].value == dt.datetime(2027, 2, 3)  # noqa: DTZ001 - no zone
    assert sheet["H3"].number_format == "dd/mm/yyyy"
    assert sheet["I2"].value == 4821.5
    for place, text in (("B2", "=1+1"), ("E2", "+493012345678"), ("G2", "-Anna"), ("D2", "@x")):
        assert sheet[place].value == text
        assert sheet[place].data_type in {"s", "inlineStr"}
    assert not new_validator_errors(original, tracker)


def test_a_date_in_the_place_of_text_takes_the_columns_format(make_book: Callable[..., Path]) -> None:
    rows = [["L-1", dt.date(2027, 1, 5)], ["L-2", dt.date(2027, 1, 6)], ["L-3", "7.1.2027"]]
    path = make_book(["Lead ID", "Close Date"], rows)
    write(path, {"B4": dt.date(2027, 1, 7)})
    sheet = openpyxl.load_workbook(path)["Leads"]
    assert sheet["B4"].value == dt.datetime(2027, 1, 7)  # noqa: DTZ001 - no zone
    assert sheet["B4"].number_format == "dd/mm/yyyy"


def test_of_two_fixes_for_one_cell_the_safe_one_wins_and_is_named(tracker: Path) -> None:
    book = ClosedBook.open(tracker)
    one = [structs.replace(issue, code="LB998") for issue in planned(book, {"B2": "ACME"}, safe=False)]
    two = planned(book, {"B2": "Acme Ltd"})
    done = fix_contents(book, lambda _: [], unsafe=True, found=[*one, *two])
    assert [(cell.new, cell.codes) for cell in done.cells] == [("Acme Ltd", ("LB999",))]
    assert "Leads!B2: LB999 was fixed before LB998." in done.notes


def test_fixes_that_go_round_are_named_and_leave_the_cell_as_it_was(tracker: Path) -> None:
    book = ClosedBook.open(tracker)

    def find(contents):  # upper case and title case, for ever
        held = contents.tables["Leads"].cells[1][0]
        new, code = (held.upper(), "LB998") if held != held.upper() else (held.title(), "LB999")
        return [Issue("Leads", 2, 2, code, Severity.INFO, "Case.", held, Fix(held, new))]

    done = fix_contents(book, find, unsafe=False)
    assert done.cells == ()
    assert done.issues_fixed == 0
    assert any("LB998 and LB999" in note and "Leads!B2" in note for note in done.notes)
    assert done.contents.tables["Leads"].cells[1][0] == "Acme 1"


def test_a_fix_that_never_ends_stops_and_says_so(tracker: Path) -> None:
    book = ClosedBook.open(tracker)

    def find(contents):
        held = contents.tables["Leads"].cells[1][0]
        return [Issue("Leads", 2, 2, "LB999", Severity.INFO, "Longer.", held, Fix(held, held + "!"))]

    done = fix_contents(book, find, unsafe=False)
    assert len(done.cells) == 1
    assert any("rounds" in note for note in done.notes)


def test_a_fix_for_a_value_that_is_gone_does_nothing(tracker: Path) -> None:
    book = ClosedBook.open(tracker)
    issue = Issue("Leads", 2, 2, "LB999", Severity.INFO, "Old.", "Someone", Fix("Someone", "Else"))
    assert fix_contents(book, lambda _: [], unsafe=True, found=[issue]).cells == ()


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_set_of_fixes_ends_with_each_cell_fixed_once_or_left(tmp_path_factory, data) -> None:
    path = tmp_path_factory.getbasetemp() / "any.xlsx"
    if not path.exists():
        book = xlsxwriter.Workbook(str(path))
        sheet = book.add_worksheet("Leads")
        sheet.add_table(0, 0, 4, 1, {"name": "Leads", "columns": [{"header": "Lead ID"}, {"header": "Company"}]})
        for row in range(1, 5):
            sheet.write_row(row, 0, [f"L-{row}", "a"])
        book.close()
    rules = data.draw(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdef"), max_size=6))
    opened = ClosedBook.open(path)

    def find(contents):
        found = []
        for row, held in enumerate(contents.tables["Leads"].cells[1], 2):
            if held in rules:
                found.append(Issue("Leads", row, 2, f"LB9{ord(held)}"[:5], Severity.INFO, "x", held,
                                   Fix(held, rules[held])))  # fmt: skip
        return found

    done = fix_contents(opened, find, unsafe=False)
    for row, held in enumerate(done.contents.tables["Leads"].cells[1], 2):
        followed = held not in rules or rules[held] == held
        round_trip = held == "a" and any(f"Leads!B{row} to and fro" in note for note in done.notes)
        assert followed or round_trip


def test_a_protected_sheet_is_refused_with_a_sentence_even_where_own_columns_may_be_written(tmp_path: Path) -> None:
    path = tmp_path / "locked.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Leads")
    sheet.add_table(0, 0, 40, 1, {"name": "Leads", "columns": [{"header": "Company"}, {"header": "Country"}]})
    for row in range(1, 41):
        sheet.write_row(row, 0, [f"Acme {row}", "germany" if row == 7 else "Germany"])
    sheet.protect()
    book.close()
    before = digest(path)
    assert any(issue.fix for issue in check(path, as_of=AS_OF).issues)
    with pytest.raises(BookRefusedError, match="protected, so its cells cannot be fixed"):
        fix(path, as_of=AS_OF)
    assert digest(path) == before


def test_a_book_open_in_excel_is_checked_but_not_fixed(sample: Path) -> None:
    sample.with_name("~$sample.xlsx").write_bytes(b"\x05Anna")
    assert check(sample, as_of=AS_OF).issues
    before = digest(sample)
    with pytest.raises(BookBusyError, match="Close it"):
        fix(sample, as_of=AS_OF)
    assert digest(sample) == before


def test_a_read_only_book_is_checked_but_not_fixed(sample: Path) -> None:
    sample.chmod(0o444)
    assert check(sample, as_of=AS_OF).issues
    before = digest(sample)
    with pytest.raises(BookBusyError, match="read-only"):
        fix(sample, as_of=AS_OF)
    assert digest(sample) == before


def test_an_adopted_tracker_is_fixed_where_it_stands(tracker: Path) -> None:
    adopt(tracker)
    old = members(tracker)
    report = fix(tracker, as_of=AS_OF)
    assert {"Leads!C4", "Leads!C5"} <= {cell.address for cell in report.fixed}
    new = members(tracker)
    assert old.keys() - {"xl/calcChain.xml"} == new.keys() - {"xl/calcChain.xml"}
    assert all(new[name] == old[name] for name in old if name.startswith(("xl/tables/", "xl/theme/", "docProps/")))


def test_real_workbooks_lose_nothing_when_their_tables_are_fixed(shared_data: Path, tmp_path: Path) -> None:
    """Every table of the corpus is treated as leads would be: one text cell of it is put right."""
    fixed = 0
    for source in sorted((shared_data / "corpus").glob("*.xls[xm]")):
        path = tmp_path / source.name
        path.write_bytes(source.read_bytes())
        try:
            book = ClosedBook.open(path)
        except BookRefusedError:
            continue
        for raw in book.contents.tables.values():
            place = next(
                ((at, row) for at in range(len(raw.headers)) for row, cell in enumerate(raw.cells[at])
                 if isinstance(cell, str) and raw.first_column + at not in raw.formula_columns),
                None,
            )  # fmt: skip
            if place is None:
                continue
            column, row = raw.first_column + place[0], int(raw.rows[place[1]])
            held = raw.cells[place[0]][place[1]]
            issue = Issue(raw.sheet, row, column, "LB999", Severity.INFO, "x", held, Fix(held, "=fixed"))
            done = fix_contents(book, lambda _: [], unsafe=False, found=[issue])
            plan_fixes(book, done.cells)
        if not book.plan.cells:
            continue
        before = members(path)
        book.save()
        after = members(path)
        changed = {name for name in before if after.get(name) != before[name]}
        sheets = {name for name in changed if "/worksheets/" in name}
        assert changed - sheets <= {"xl/workbook.xml", "xl/styles.xml", "xl/calcChain.xml",
                                    "[Content_Types].xml", "xl/_rels/workbook.xml.rels"}, source.name  # fmt: skip
        assert 1 <= len(sheets) <= len(book.contents.tables), source.name
        fixed += 1
    assert fixed >= 5


@pytest.mark.slow
def test_fixes_make_no_new_validator_errors(sample: Path, new_validator_errors: Callable[..., list]) -> None:
    original = Path(shutil.copy(sample, sample.with_name("original.xlsx")))
    assert fix(sample, as_of=AS_OF, unsafe=True).saved
    assert not new_validator_errors(original, sample)


@pytest.mark.parametrize(
    "name", ["poi__ms-office-2010-signed.xlsx", "poi__sample.strict.xlsx", "poi__protected_passtika.xlsx"]
)
def test_what_leadbook_may_not_edit_is_refused_with_one_sentence(shared_data: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes((shared_data / "corpus" / name).read_bytes())
    before = digest(path)
    with pytest.raises(LeadbookError) as refusal:
        fix(path, as_of=AS_OF)
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)
    assert digest(path) == before


def test_a_fixed_date_is_right_in_a_workbook_of_the_1904_system(make_book: Callable[..., Path]) -> None:
    rows = [["L-1", dt.date(2027, 1, 5)], ["L-2", "6.1.2027"]]
    path = make_book(["Lead ID", "Close Date"], rows, date_1904=True)
    write(path, {"B3": dt.date(2027, 1, 6)})
    assert openpyxl.load_workbook(path)["Leads"]["B3"].value == dt.datetime(2027, 1, 6)  # noqa: DTZ001 - no zone
    read = ClosedBook.open(path).contents.tables["Leads"].cells[1][1]
    assert (read.year, read.month, read.day) == (2027, 1, 6)


def test_a_cell_that_an_array_formula_reaches_over_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "array.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Leads")
    sheet.add_table(0, 0, 30, 1, {"name": "Leads", "columns": [{"header": "Lead ID"}, {"header": "Company"}]})
    for row in range(1, 31):
        sheet.write_row(row, 0, [f"L-{row}", "Acme"])
    sheet.write_array_formula(2, 1, 4, 1, '{=LOWER("ACME")}', None, "acme")
    sheet.write(3, 1, "acme")
    book.close()
    opened = ClosedBook.open(path)
    done = fix_contents(opened, lambda _: [], unsafe=True, found=planned(opened, {"B3": "X", "B4": "X", "B9": "X"}))
    assert [cell.address for cell in done.cells] == ["Leads!B9"]
    plan_fixes(opened, done.cells)
    opened.save()
    assert any("Leads!B3, Leads!B4" in note for note in done.notes)


def test_a_text_like_a_formula_is_marked_as_text_and_keeps_its_look(tmp_path: Path, new_validator_errors) -> None:
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Leads")
    yellow, kept = book.add_format({"bg_color": "#FFFF00"}), book.add_format({"quote_prefix": True})
    sheet.add_table(0, 0, 4, 2, {"name": "Leads", "columns": [{"header": h} for h in ("Lead ID", "Company", "Remark")]})
    for row in range(1, 5):
        sheet.write_string(row, 0, f"L-{row:04}")
        sheet.write_string(row, 1, f"Acme {row}")
    sheet.write_string(1, 2, "=1+1", yellow)  # an import's doing
    sheet.write_string(2, 2, "=1+1", kept)  # typed with an apostrophe in front
    sheet.write_formula(3, 2, '="="&"1+1"', None, "=1+1")  # a formula that shows such a text
    sheet.write_string(4, 2, "2=1+1", yellow)
    book.close()
    before = shutil.copy(path, tmp_path / "before.xlsx")
    report = fix(path, as_of=AS_OF)
    assert [cell.address for cell in report.fixed if cell.codes == ("LB095",)] == ["Leads!C2"]
    fixed = openpyxl.load_workbook(path)["Leads"]
    assert (fixed["C2"].value, fixed["C2"].data_type) == ("=1+1", "s")
    assert fixed["C2"].quotePrefix
    assert fixed["C2"].fill.fgColor.rgb == "FFFFFF00"
    assert not fixed["C5"].quotePrefix
    assert new_validator_errors(before, path) == []
    assert "LB095" not in {issue.code for issue in check(path, as_of=AS_OF).issues}
