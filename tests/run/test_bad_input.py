"""Whatever the file is like: a clear sentence or a clean result, and the file on disk whole."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from leadbook import LeadbookError, adopt, check, demo, init, refresh

if TYPE_CHECKING:
    from collections.abc import Callable

AS_OF = dt.date(2026, 11, 20)
HEADERS = ("Lead ID", "Company", "Email", "Stage", "Owner", "Amount", "Close Date", "Created")
ROW = (
    "L-0001",
    "Alder Works",
    "a@alder.example",
    "Proposal",
    "Ana",
    1200.0,
    dt.date(2026, 12, 1),
    dt.date(2026, 10, 1),
)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def refused(path: Path) -> str:
    """Refresh, expect one sentence, and that the folder holds what it held."""
    before, beside = digest(path), sorted(path.parent.iterdir())
    with pytest.raises(LeadbookError) as failure:
        refresh(path, as_of=AS_OF)
    assert digest(path) == before
    assert sorted(path.parent.iterdir()) == beside
    sentence = str(failure.value)
    assert "\n" not in sentence
    assert sentence.endswith((".", ".)"))
    return sentence


def values(path: Path, sheet: str) -> list[list[object]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


# ---- tables of leads that are not as they should be


def test_no_table_of_leads(tmp_path: Path) -> None:
    path = tmp_path / "rain.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Rain").write_row(0, 0, ("Month", "mm"))
    book.close()
    assert "adopt" in refused(path)


def test_two_tables_that_could_be_the_leads(tmp_path: Path) -> None:
    path = tmp_path / "two.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for sheet, table in (("North", "LeadsNorth"), ("South", "LeadsSouth")):
        made = book.add_worksheet(sheet)
        made.add_table(
            0, 0, 1, len(HEADERS) - 1, {"name": table, "columns": [{"header": header} for header in HEADERS]}
        )
        made.write_row(1, 0, [str(value) for value in ROW])
    book.close()
    sentence = refused(path)
    assert "LeadsNorth" in sentence
    assert "LeadsSouth" in sentence


@pytest.mark.parametrize("rows", [[], [(None,) * len(HEADERS)] * 3], ids=["header only", "blank rows"])
def test_a_table_without_a_lead_gives_clean_sheets(
    rows: list[tuple[object, ...]], make_book: Callable[..., Path]
) -> None:
    path = make_book(HEADERS, rows)
    assert refresh(path, as_of=AS_OF).leads == 0
    names = load_workbook(path).sheetnames
    assert {"Today", "Pipeline", "Forecast", "Issues", "Duplicates", "Scorecard"} <= set(names)


def test_an_empty_workbook(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    xlsxwriter.Workbook(str(path)).close()
    refused(path)


def test_two_headers_of_one_meaning_are_an_issue_and_the_first_counts(make_book: Callable[..., Path]) -> None:
    path = make_book(
        ("Company", "Email Address", "Work Email", "Stage"), [("Alder", "a@a.example", "b@b.example", "Proposal")]
    )
    codes = {issue.code for issue in check(path, as_of=AS_OF).issues}
    assert "LB011" in codes
    assert refresh(path, as_of=AS_OF).leads == 1


def test_a_table_that_ends_in_totals_keeps_them(make_book: Callable[..., Path]) -> None:
    path = make_book(HEADERS, [ROW, ("L-0002", *ROW[1:])], totals=True)
    assert refresh(path, as_of=AS_OF).leads == 2
    sheet = values(path, "Leads")
    assert sheet[3][0] == "Total"
    assert [row[0] for row in sheet[1:3]] == ["L-0001", "L-0002"]


def test_hidden_and_filtered_rows_are_leads_too(tmp_path: Path) -> None:
    path = tmp_path / "filtered.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Leads")
    sheet.add_table(
        0, 0, 3, 2, {"name": "Leads", "columns": [{"header": "Lead ID"}, {"header": "Company"}, {"header": "Stage"}]}
    )
    for row, company in enumerate(("Alder", "Birch", "Cobalt"), start=1):
        sheet.write_row(row, 0, (f"L-{row}", company, "Proposal"))
    sheet.set_row(2, None, None, {"hidden": True})
    book.close()
    assert refresh(path, as_of=AS_OF).leads == 3
    assert load_workbook(path)["Leads"].row_dimensions[3].hidden


def test_three_hundred_columns(make_book: Callable[..., Path]) -> None:
    headers = ("Company", "Stage", *(f"Extra {number}" for number in range(298)))
    path = make_book(headers, [("Alder", "Proposal", *(f"x{number}" for number in range(298)))])
    assert refresh(path, as_of=AS_OF).leads == 1
    assert values(path, "Leads")[1][299] == "x297"


def test_a_full_sheet_of_rows_is_read_and_written(make_book: Callable[..., Path]) -> None:
    """A stray value in the very last cell must not make the reader fill the sheet between."""
    path = make_book(HEADERS, [ROW])
    book = xlsxwriter.Workbook(str(path.with_name("tall.xlsx")))
    sheet = book.add_worksheet("Leads")
    sheet.add_table(0, 0, 1, 1, {"name": "Leads", "columns": [{"header": "Company"}, {"header": "Stage"}]})
    sheet.write_row(1, 0, ("Alder", "Proposal"))
    sheet.write(1_048_575, 16_383, "stray")
    book.close()
    tall = path.with_name("tall.xlsx")
    try:
        assert refresh(tall, as_of=AS_OF).leads == 1
    except LeadbookError as failure:
        assert "XFD1048576" in str(failure)  # noqa: PT017 - either outcome is right, a crash is not


@pytest.mark.slow
def test_a_table_without_lead_ids_gets_them_and_history_knows_them_again(make_book: Callable[..., Path]) -> None:
    path = make_book(("Company", "Stage"), [("Alder", "Proposal"), ("Birch", "Closing")])
    for day in range(3):
        summary = refresh(path, as_of=AS_OF + dt.timedelta(days=day))
        assert summary.plan.rows_appended == ({"History": 2} if day == 0 else {})
    header, *rows = values(path, "Leads")
    assert [row[header.index("Lead ID")] for row in rows[:2]] == ["L-0001", "L-0002"]


def test_leads_in_a_table_of_another_name_are_found_again(make_book: Callable[..., Path]) -> None:
    path = make_book(HEADERS, [ROW], table="Kunden_2026")
    for _ in range(2):
        assert refresh(path, as_of=AS_OF).leads == 1


def test_a_workbook_without_tables_is_told_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "cells.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Leads").write_row(0, 0, HEADERS)
    book.close()
    sentence = refused(path)
    assert "has no table" in sentence
    assert "adopt" in sentence


def test_units_in_brackets_do_not_hide_a_column(make_book: Callable[..., Path]) -> None:
    path = make_book(("Company", "Stage", "Amount (EUR)"), [("Alder", "Proposal", 1000.0)])
    assert refresh(path, as_of=AS_OF).open_amount == 1000.0


# ---- cells that are not as they should be


def test_text_that_looks_like_a_formula_stays_text_everywhere(make_book: Callable[..., Path]) -> None:
    evil = '=HYPERLINK("https://evil.example","click")'
    path = make_book(HEADERS, [(ROW[0], evil, "@SUM(A1)", "Proposal", "+1+1", *ROW[5:]), ("L-2", "-2+3", *ROW[2:])])
    refresh(path, as_of=AS_OF)
    book = load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert "evil" not in str(cell.value), f"{sheet.title}!{cell.coordinate}"
    assert book["Leads"]["B2"].value == evil
    assert book["Leads"]["B2"].data_type == "s"


def test_formulas_in_the_sellers_columns_stay(tmp_path: Path) -> None:
    path = tmp_path / "formulas.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Leads")
    columns = [{"header": header} for header in ("Company", "Stage", "Amount")]
    columns.append({"header": "Double", "formula": "=[@Amount]*2"})
    sheet.add_table(0, 0, 2, 3, {"name": "Leads", "columns": columns})
    for row, company in enumerate(("Alder", "Birch"), start=1):
        sheet.write_row(row, 0, (company, "Proposal"))
        sheet.write_formula(row, 2, "=500+500", None, 1000)
        sheet.write_formula(row, 3, "=Leads[[#This Row],[Amount]]*2", None, 2000)
    book.close()
    refresh(path, as_of=AS_OF)
    leads = load_workbook(path)["Leads"]
    assert leads["C2"].value == "=500+500"
    assert "Amount" in leads["D3"].value


def test_error_cells_are_issues_and_stay(tmp_path: Path) -> None:
    path = tmp_path / "errors.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Leads")
    sheet.add_table(
        0, 0, 1, 2, {"name": "Leads", "columns": [{"header": "Company"}, {"header": "Stage"}, {"header": "Amount"}]}
    )
    sheet.write_row(1, 0, ("Alder", "Proposal"))
    sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    book.close()
    [issue] = [issue for issue in check(path, as_of=AS_OF).issues if issue.code == "LB010"]
    assert issue.address == "Leads!C2"
    refresh(path, as_of=AS_OF)
    assert load_workbook(path)["Leads"]["C2"].value == "=1/0"


def test_the_longest_cell_emoji_and_right_to_left_text(make_book: Callable[..., Path]) -> None:
    long, emoji, arabic = "x" * 32_767, "🚀 Rocket 🧑‍🚀", "شركة الاختبار"
    path = make_book(("Company", "Stage", "Notes"), [(emoji, "Proposal", long), (arabic, "Proposal", "n/a")])
    refresh(path, as_of=AS_OF)
    leads = values(path, "Leads")
    assert [row[0] for row in leads[1:3]] == [emoji, arabic]
    assert leads[1][2] == long


@pytest.mark.slow
def test_1900_and_1904_workbooks_read_the_same_days(make_book: Callable[..., Path]) -> None:
    rows = [(*ROW[:6], dt.date(2026, 10, 1), ROW[7])]
    told = []
    for name, mac in (("windows.xlsx", False), ("mac.xlsx", True)):
        path = make_book(HEADERS, rows, name=name, date_1904=mac)
        issues = check(path, as_of=AS_OF).issues
        told.append([(issue.code, issue.address, str(issue.value)) for issue in issues])
        refresh(path, as_of=AS_OF)
        history = values(path, "History")
        told.append([str(cell)[:10] for cell in history[-1]])
    assert told[0] == told[2]
    assert told[1] == told[3]
    assert "2026-10-01" in told[1]


def test_text_dates_that_could_be_either_order_are_left_unread(make_book: Callable[..., Path]) -> None:
    path = make_book(HEADERS, [(*ROW[:6], "03/04/2026", ROW[7]), ("L-2", *ROW[1:6], "05/06/2026", ROW[7])])
    issues = check(path, as_of=AS_OF).issues
    assert any(issue.code == "LB302" and issue.header == "Close Date" for issue in issues)


# ---- files that are not workbooks


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(LeadbookError, match=r"nowhere\.xlsx"):
        refresh(tmp_path / "nowhere.xlsx", as_of=AS_OF)


@pytest.mark.parametrize(
    ("name", "content", "needle"),
    [
        ("empty.xlsx", b"", "empty"),
        ("words.xlsx", b"Company;Stage\nAlder;Proposal\n", "import"),
        ("old.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), ".xlsx"),
        ("truncated.xlsx", b"PK\x03\x04" + bytes(200), "damaged"),
    ],
)
def test_files_that_are_no_workbook(tmp_path: Path, name: str, content: bytes, needle: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert needle in refused(path)


@pytest.mark.parametrize(
    ("name", "needle"),
    [
        ("poi__protected_passtika.xlsx", "password"),
        ("poi__ms-office-2010-signed.xlsx", "sign"),
        ("poi__sample.strict.xlsx", "Strict"),
    ],
)
def test_real_files_that_cannot_be_edited_safely(shared_data: Path, tmp_path: Path, name: str, needle: str) -> None:
    path = Path(shutil.copy(shared_data / "corpus" / name, tmp_path / name))
    path.chmod(0o644)
    assert needle in refused(path)


def test_a_download_cut_short(make_book: Callable[..., Path]) -> None:
    path = make_book(HEADERS, [ROW])
    path.write_bytes(path.read_bytes()[:-300])
    assert "damaged" in refused(path)


def test_a_zip_bomb(make_book: Callable[..., Path]) -> None:
    path = make_book(HEADERS, [ROW])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/big.bin", bytes(500_000_000))
    refused(path)


def test_an_xml_with_entities(make_book: Callable[..., Path]) -> None:
    path = make_book(HEADERS, [ROW])
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<workbook", declared + b"<workbook", 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    refused(path)


def test_a_workbook_that_excel_has_open(make_book: Callable[..., Path]) -> None:
    path = make_book(HEADERS, [ROW])
    path.with_name("~$" + path.name).write_bytes(b"\x04user")
    assert "Close it" in refused(path)


def test_a_text_file_given_as_a_workbook_is_told_how_to_bring_its_leads_in(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Company,Stage\nOx,Won\n", encoding="utf-8")
    with pytest.raises(LeadbookError, match=r"is a text file, no workbook.*leadbook import list.csv --into leads.xlsx"):
        adopt(path)


@pytest.mark.parametrize("make", [init, demo], ids=["init", "demo"])
def test_a_folder_that_allows_no_new_files_is_told(
    make: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    # Tests may run as root, whom no folder refuses, so the disk's answer is given in its place.
    monkeypatch.setattr("os.fsync", refuse)
    target = tmp_path / "new.xlsx" if make is init else tmp_path
    with pytest.raises(LeadbookError, match=r"could not be made: the folder does not allow new files"):
        make(target)
