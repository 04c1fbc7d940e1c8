"""Proposals from a workbook: which documents are written, what the workbook says of them, and what never happens."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
import re
import shutil
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
import xlsxwriter
from openpyxl import load_workbook

import leadbook
from leadbook.books.closed import ClosedBook
from leadbook.books.starter import starter_bytes
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.issues import BookBusyError, InputError, LeadbookError

DAY = dt.date(2026, 11, 20)
COMPANIES = ("Alder Works", "Birch Labs", "Cedar Shops")


def leads_of(companies):
    return [
        {"lead_id": f"L-{number:04d}", "company": company, "stage": "Proposal", "owner": "Ana", "need": 3,
         "first_name": "Emma", "last_name": "Berg", "problem": "Slow quotes"}
        for number, company in enumerate(companies, 1)
    ]  # fmt: skip


def quotes_of(companies, price=500.0):
    return [
        {"lead_id": f"L-{at:04d}", "product": "Plan", "quantity": 2, "unit_price": price + at, "tax_percent": 0.2}
        for at in range(1, len(companies) + 1)
    ]


def make(path: Path, companies=COMPANIES, **changes) -> Path:
    """Write a workbook with a quoted lead of each company; ``changes`` stand in for the rows of a sheet."""
    records = {"Leads": leads_of(companies), "Quote Lines": quotes_of(companies)}
    records |= {name.replace("_", " "): rows for name, rows in changes.items()}
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(starter_bytes(DEFAULT_PLAYBOOK, records))
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return make(tmp_path / "leads.xlsx")


def propose(path: Path, *ids: str, **how):
    return leadbook.propose(path, ids, as_of=DAY, **how)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def there(folder: Path) -> dict[str, str]:
    """Every file below a folder with its hash, but for leadbook's own backups."""
    return {
        str(one.relative_to(folder)): digest(one) for one in sorted(folder.rglob("*"))
        if one.is_file() and ".leadbook-backups" not in str(one)
    }  # fmt: skip


def rows(path: Path, sheet: str = "Proposals") -> list[dict[str, object]]:
    """The rows of a sheet's table as they were read, by header."""
    [raw] = [raw for raw in ClosedBook.open(path).contents.tables.values() if raw.sheet == sheet]
    return [dict(zip(raw.headers, row, strict=True)) for row in zip(*(list(cells) for cells in raw.cells), strict=True)]


def formulas(path: Path, sheet: str, header: str) -> list[str]:
    page = load_workbook(path)[sheet]
    [column] = [cell.column for cell in page[1] if cell.value == header]
    return [str(page.cell(row, column).value) for row in range(2, page.max_row + 1) if page.cell(row, column).value]


def links(path: Path, sheet: str) -> list[str]:
    """The files beside the workbook that a sheet's links lead to."""
    cells = [cell for line in load_workbook(path)[sheet].iter_rows() for cell in line if cell.hyperlink]
    return sorted(unquote(cell.hyperlink.target).replace("\\", "/") for cell in cells if cell.hyperlink.target)


def text_of(document: Path) -> str:
    with zipfile.ZipFile(document) as package:
        return re.sub(r"<[^>]+>", "", package.read("word/document.xml").decode())


def test_a_proposal_is_written_logged_and_linked_from_its_lead(book: Path) -> None:
    leadbook.refresh(book, as_of=DAY)
    done = propose(book, "L-0001", "l-0002")
    assert done.sentence.endswith(", total 2,407.20 EUR.")  # 2 x (501 + 502) + 20 % tax
    assert done.sentence.startswith("2 proposals written to ")
    names = ["Proposal - Alder Works - v1.docx", "Proposal - Birch Labs - v1.docx"]
    assert sorted(there(book.parent / "Proposals")) == names
    assert "Alder Works" in text_of(book.parent / "Proposals" / names[0])
    assert rows(book) == [
        {"Date": DAY, "Lead ID": lead, "Version": 1, "File": f"Proposals/{name}", "Total": total, "Currency": "EUR",
         "Valid Until": dt.date(2026, 12, 20), "Status": "Written"}
        for lead, name, total in zip(("L-0001", "L-0002"), names, (1202.4, 1204.8), strict=True)
    ]  # fmt: skip
    link = f'=HYPERLINK("Proposals/{names[0]}","Proposals/{names[0]}")'
    assert formulas(book, "Proposals", "File")[0] == link
    assert formulas(book, "Leads", "Latest Proposal") == [
        f'=HYPERLINK("Proposals/{name}","v1 Written")' for name in names
    ]


def test_a_refresh_leaves_the_rows_and_links_as_they_are(book: Path) -> None:
    propose(book, "L-0001")
    leadbook.refresh(book, as_of=DAY)
    leadbook.refresh(book, as_of=DAY)
    before = digest(book)
    logged = rows(book)
    leadbook.refresh(book, as_of=DAY)
    assert digest(book) == before
    assert rows(book) == logged
    assert formulas(book, "Leads", "Latest Proposal") == [
        '=HYPERLINK("Proposals/Proposal - Alder Works - v1.docx","v1 Written")'
    ]


def test_a_status_that_the_seller_types_stays_and_counts(book: Path) -> None:
    propose(book, "L-0001", "L-0002")
    late = dt.date(2026, 12, 18)
    leadbook.refresh(book, as_of=late)
    said = {row["Lead ID"]: row["Next Action"] for row in rows(book, "Leads")}
    assert said["L-0001"] == "Ask for the decision: the proposal ends 20 Dec"
    assert links(book, "Today") == [
        "Proposals/Proposal - Alder Works - v1.docx", "Proposals/Proposal - Birch Labs - v1.docx",
    ]  # fmt: skip
    opened = ClosedBook.open(book)
    opened.correct_cells("Proposals", "Status", {2: "Accepted"})
    opened.save()
    leadbook.refresh(book, as_of=late)
    said = {row["Lead ID"]: (row["Next Action"], row["Latest Proposal"]) for row in rows(book, "Leads")}
    assert "proposal ends" not in said["L-0001"][0]
    assert said["L-0001"][1] == "v1 Accepted"
    assert "proposal ends" in said["L-0002"][0]
    assert [row["Status"] for row in rows(book)] == ["Accepted", "Written"]
    assert links(book, "Today") == ["Proposals/Proposal - Birch Labs - v1.docx"]


def test_the_next_version_is_one_that_neither_the_table_nor_the_folder_has(book: Path) -> None:
    folder = book.parent / "Proposals"
    propose(book, "L-0001")
    first = digest(folder / "Proposal - Alder Works - v1.docx")
    assert propose(book, "L-0001").written[0].version == 2
    (folder / "Proposal - Alder Works - v2.docx").unlink()
    assert propose(book, "L-0001").written[0].version == 3  # the table remembers v2
    (folder / "proposal - ALDER works - v7.PDF").write_bytes(b"sent by hand")
    assert propose(book, "L-0001").written[0].version == 8
    leadbook.undo(book)
    assert [row["Version"] for row in rows(book)] == [1, 2, 3]
    assert propose(book, "L-0001").written[0].version == 9  # what an undo left is not written over
    assert digest(folder / "Proposal - Alder Works - v1.docx") == first
    assert formulas(book, "Proposals", "File")[-1].startswith('=HYPERLINK("Proposals/Proposal - Alder Works - v9.docx"')


def test_two_companies_of_one_name_are_told_apart(tmp_path: Path) -> None:
    path = make(tmp_path / "leads.xlsx", ("Alder", "ALDER ", "Birch"))
    done = propose(path, "L-0001", "L-0002", "L-0003")
    assert [one.files[0] for one in done.written] == [
        "Proposal - Alder (L-0001) - v1.docx", "Proposal - ALDER (L-0002) - v1.docx", "Proposal - Birch - v1.docx",
    ]  # fmt: skip


def test_a_name_that_another_leads_document_had_is_not_counted_on(tmp_path: Path) -> None:
    path = make(tmp_path / "leads.xlsx", ("Alder", "Birch"), Proposals=[
        {"lead_id": "L-0099", "version": 4, "file": "Proposals/Proposal - Birch - v4.docx", "status": "Sent"},
    ])  # fmt: skip
    [one] = propose(path, "L-0002").written
    assert (one.files[0], one.version) == ("Proposal - Birch (L-0002) - v1.docx", 1)


TRICKS = (
    "../../x", "/etc/passwd", "CON", "x" * 300, "\U0001f600 Smile \U0001f680", "two\nlines", "C# & 100% <b>", "=1+1",
    '"quoted" O\u2019Neil', "..", " ", "nul.docx", "a\\b", "\u202egnp.exe", "Zo\u0308e", "-rf",
)  # fmt: skip


def test_no_company_name_leads_out_of_the_folder_or_into_a_formula(tmp_path: Path, ooxml_validator) -> None:
    path = make(tmp_path / "in" / "leads.xlsx", TRICKS)
    leadbook.refresh(path, as_of=DAY)
    done = propose(path, stage="Proposal")
    folder = path.parent / "Proposals"
    names = sorted(name for one in done.written for name in one.files)
    assert len(names) >= len(TRICKS) - 1  # a lead without a company may be refused
    assert sorted(there(folder)) == names
    assert {one.name for one in tmp_path.iterdir()} == {"in"}
    assert all(name.isprintable() and not set(name) & set('<>:"/\\|?*#%') for name in names)
    assert max(len(name.encode()) for name in names) <= 150
    for formula in formulas(path, "Proposals", "File"):
        told = re.fullmatch(r'=HYPERLINK\("([^"]+)","\1"\)', formula)
        assert told, formula
        assert (path.parent / told[1]).is_file()
    assert ooxml_validator(path) == []
    assert ooxml_validator(folder / names[0]) == []


def test_every_other_part_of_the_workbook_stays_byte_for_byte(
    sample: Path, new_validator_errors, tmp_path: Path
) -> None:
    original = Path(shutil.copy(sample, tmp_path / "original.xlsx"))
    done = propose(sample, stage="Proposal")
    assert done.written
    with zipfile.ZipFile(original) as before, zipfile.ZipFile(sample) as after:
        now = {name: after.read(name) for name in after.namelist()}
        changed = [name for name in before.namelist() if before.read(name) != now.get(name)]
        added = set(now) - set(before.namelist())
    may = re.compile(
        r"xl/(worksheets/sheet\d+\.xml|tables/table\d+\.xml|workbook\.xml|styles\.xml|calcChain\.xml)"
        r"|\[Content_Types\]\.xml|xl/_rels/workbook\.xml\.rels"
    )
    assert [name for name in changed if not may.fullmatch(name)] == []
    assert len([name for name in changed if "worksheets" in name]) == 2
    assert added == set()
    assert new_validator_errors(original, sample) == []


def test_a_dry_run_tells_the_same_and_writes_nothing(book: Path) -> None:
    before = there(book.parent)
    plan = propose(book, stage="Proposal", dry_run=True, page=True)
    assert there(book.parent) == before
    assert not (book.parent / "Proposals").exists()
    assert plan.sentence.startswith("3 proposals would be written to ")
    done = propose(book, stage="Proposal", page=True)
    assert plan.written == done.written
    assert plan.totals == done.totals


def test_leads_with_faults_are_left_out_with_their_cells_and_the_rest_goes_on(tmp_path: Path) -> None:
    leads = leads_of(COMPANIES)
    leads[0]["stage"] = "Lost"
    leads[1]["currency"] = "XXX"
    path = make(tmp_path / "leads.xlsx", Leads=leads)
    done = propose(path, "L-0001", "L-0002", "L-0003", "L-0042")
    assert [one.lead_id for one in done.written] == ["L-0003"]
    assert {one.lead_id for one in done.left_out} == {"L-0001", "L-0002", "L-0042"}
    assert all(re.match(r"Leads!", reason) for one in done.left_out for reason in one.reasons)
    assert done.sentence.endswith("; 3 leads left out.")
    assert [row["Lead ID"] for row in rows(path)] == ["L-0003"]


def test_when_every_lead_is_refused_nothing_is_made(tmp_path: Path) -> None:
    leads = leads_of(COMPANIES)
    for lead in leads:
        lead["stage"] = "Lost"
    path = make(tmp_path / "leads.xlsx", Leads=leads)
    before = there(tmp_path)
    assert propose(path, "L-0001", "L-0002").sentence == "No proposal was written; 2 leads left out."
    assert there(tmp_path) == before
    assert not (tmp_path / "Proposals").exists()


HEAD = "<!doctype html><html><head><title>x</title></head><body>"
PAGE = HEAD + '{% if lead.company == "Birch Labs" %}{{ lead.compny }}{% endif %}</body></html>'


def test_a_document_that_fails_does_not_stop_the_rest(book: Path, tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text(PAGE)
    done = propose(book, stage="Proposal", page=True, template=template)
    assert [one.lead_id for one in done.written] == ["L-0001", "L-0003"]
    [missed] = done.left_out
    assert missed.lead_id == "L-0002"
    assert "page.html" in missed.reasons[0]
    assert "lead.company" in missed.reasons[0]
    assert len(there(tmp_path / "Proposals")) == 4
    assert [row["Lead ID"] for row in rows(book)] == ["L-0001", "L-0003"]


@pytest.mark.parametrize("name", ["none.docx", "leads.txt", "page.html"])
def test_a_template_that_cannot_be_meant_is_refused(book: Path, name: str) -> None:
    (book.parent / "page.html").write_text("x")
    (book.parent / "leads.txt").write_text("x")
    before = there(book.parent)
    with pytest.raises(InputError, match=re.escape(name)):
        propose(book, "L-0001", template=book.parent / name)
    assert there(book.parent) == before


def test_the_teams_own_template_beside_the_workbook_counts(book: Path) -> None:
    (book.parent / "templates").mkdir()
    own = HEAD + "Our own words for {{ lead.company }}</body></html>"
    (book.parent / "templates" / "proposal.html").write_text(own)
    propose(book, "L-0001", page=True)
    page = book.parent / "Proposals" / "Proposal - Alder Works - v1.html"
    assert "Our own words for Alder Works" in page.read_text()


def test_a_folder_that_is_none_is_refused_and_one_behind_a_link_is_used(book: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    before = there(tmp_path)
    with pytest.raises(LeadbookError, match="no folder"):
        propose(book, "L-0001", out=tmp_path / "file")
    with pytest.raises(LeadbookError, match="file"):
        propose(book, "L-0001", out=tmp_path / "file" / "deeper")
    assert there(tmp_path) == before
    real = tmp_path / "elsewhere"
    real.mkdir()
    (tmp_path / "link").symlink_to(real, target_is_directory=True)
    propose(book, "L-0001", out=tmp_path / "link")
    assert list(there(real)) == ["Proposal - Alder Works - v1.docx"]
    assert (tmp_path / "link").is_symlink()


def test_a_document_of_that_name_behind_a_link_is_not_followed(book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "Proposals"
    folder.mkdir()
    precious = tmp_path / "precious.docx"
    precious.write_bytes(b"precious")
    (folder / "Proposal - Alder Works - v1.docx").symlink_to(precious)
    (folder / "Proposal - Birch Labs - v1.docx").symlink_to(tmp_path / "nothing")
    done = propose(book, "L-0001", "L-0002")
    assert [one.version for one in done.written] == [2, 2]
    assert precious.read_bytes() == b"precious"
    assert not (tmp_path / "nothing").exists()


def test_a_full_disk_leaves_that_lead_out_and_nothing_half_written(book: Path, monkeypatch) -> None:
    from leadbook.documents import outgoing

    write = outgoing._write  # noqa: SLF001 - where the disk fills

    def fills(path: Path, content: bytes) -> None:
        write(path, content)
        if len(list(path.parent.glob("*.docx"))) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(outgoing, "_write", fills)
    done = propose(book, "L-0001", "L-0002")
    assert [one.lead_id for one in done.written] == ["L-0001"]
    assert "No space left" in done.left_out[0].reasons[0]
    assert list(there(book.parent / "Proposals")) == ["Proposal - Alder Works - v1.docx"]
    assert [row["Lead ID"] for row in rows(book)] == ["L-0001"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="an administrator may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shut"
    folder.mkdir()
    folder.chmod(0o555)
    before = digest(book)
    done = propose(book, "L-0001", out=folder)
    assert "cannot be" in done.left_out[0].reasons[0] or "could not be" in done.left_out[0].reasons[0]
    assert digest(book) == before


def test_an_open_workbook_is_refused_before_anything_is_written(book: Path) -> None:
    (book.parent / f"~${book.name}").write_bytes(b"x")
    before = there(book.parent)
    with pytest.raises(BookBusyError, match="is open in Excel"):
        propose(book, "L-0001")
    assert there(book.parent) == before
    assert not (book.parent / "Proposals").exists()


def at_step(step: str, do):
    """Return a progress that does something when a step begins."""

    def progress(name: str) -> None:
        if name == step:
            do()

    return progress


def test_a_workbook_that_changes_meanwhile_keeps_its_change_and_gets_no_documents(book: Path) -> None:
    def somebody() -> None:
        opened = ClosedBook.open(book)
        opened.correct_cells("Leads", "City", {2: "Berlin"})
        opened.save()

    with pytest.raises(BookBusyError, match="No proposal was kept"):
        propose(book, "L-0001", progress=at_step("write", somebody))
    assert rows(book, "Leads")[0]["City"] == "Berlin"
    assert not (book.parent / "Proposals").exists()


def test_of_two_runs_at_once_one_is_whole_and_the_other_leaves_nothing(book: Path) -> None:
    def other() -> None:
        assert len(propose(book, "L-0001", "L-0002").written) == 2

    with pytest.raises(BookBusyError, match="No proposal was kept"):
        propose(book, "L-0001", "L-0003", progress=at_step("check", other))
    assert sorted(there(book.parent / "Proposals")) == [
        "Proposal - Alder Works - v1.docx", "Proposal - Birch Labs - v1.docx",
    ]  # fmt: skip
    assert [(row["Lead ID"], row["Version"]) for row in rows(book)] == [("L-0001", 1), ("L-0002", 1)]
    assert propose(book, "L-0001").written[0].version == 2


def test_a_version_that_another_run_wrote_meanwhile_is_not_taken(book: Path) -> None:
    """The other run's workbook is another copy, so that only the folder tells of it."""
    folder = book.parent / "Proposals"

    def other() -> None:
        folder.mkdir()
        (folder / "Proposal - Alder Works - v1.docx").write_bytes(b"theirs")

    done = propose(book, "L-0001", "L-0002", progress=at_step("writing the proposals, 1 of 2", other))
    assert [one.lead_id for one in done.written] == ["L-0002"]
    assert "Run the command again" in done.left_out[0].reasons[0]
    assert (folder / "Proposal - Alder Works - v1.docx").read_bytes() == b"theirs"
    assert len(there(folder)) == 2


@pytest.mark.parametrize("step", ["read", "check", "writing the proposals, 2 of 3", "write"])
def test_ctrl_c_leaves_everything_as_it_was(book: Path, step: str) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    before = there(book.parent)
    with pytest.raises(KeyboardInterrupt):
        propose(book, stage="Proposal", progress=at_step(step, interrupt))
    assert there(book.parent) == before
    assert not (book.parent / "Proposals").exists()


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), OSError(errno.EIO, "Input/output error")])
def test_what_fails_after_the_workbook_was_replaced_leaves_the_documents_it_names(
    book: Path, monkeypatch, failure: BaseException
) -> None:
    from leadbook.books import saving

    def fail(_: Path) -> None:
        raise failure

    monkeypatch.setattr(saving, "drop_oldest", fail)
    with pytest.raises((KeyboardInterrupt, LeadbookError)) as raised:
        propose(book, "L-0001")
    assert "No proposal was kept" not in str(raised.value)
    assert [(book.parent / str(row["File"])).is_file() for row in rows(book)] == [True]


def test_an_undo_takes_the_rows_back_and_leaves_the_documents(book: Path) -> None:
    before = digest(book)
    propose(book, "L-0001")
    leadbook.undo(book)
    assert digest(book) == before
    assert list(there(book.parent / "Proposals")) == ["Proposal - Alder Works - v1.docx"]


def adopted(path: Path, *, own_table: bool) -> Path:
    """A team's own list, adopted, with a table of its own that is called Proposals where that is wished."""
    made = xlsxwriter.Workbook(str(path))
    sheet = made.add_worksheet("Deals")
    headers = ("Client", "Status", "Value", "Latest Proposal", "First Name", "Last Name", "Lead ID", "Problem", "Owner")
    sheet.add_table(0, 0, 2, 8, {"name": "Deals", "columns": [{"header": header} for header in headers]})
    sheet.write_row(1, 0, ("Alder Works", "Proposal", 1200, "ask Tom", "Emma", "Berg", "L-0001", "Slow", "Ana"))
    sheet.write_row(2, 0, ("Birch Labs", "Proposal", 800, None, "Jonas", "Hughes", "L-0002", "Slow", "Ana"))
    lines = made.add_worksheet("Lines")
    heads = ("Lead ID", "Product", "Quantity", "Unit Price", "Tax %")
    lines.add_table(0, 0, 2, 4, {"name": "QuoteLines", "columns": [{"header": header} for header in heads]})
    lines.write_row(1, 0, ("L-0001", "Plan", 1, 1000, 0.2))
    lines.write_row(2, 0, ("L-0002", "Plan", 1, 100, 0.2))
    if own_table:
        mine = made.add_worksheet("Mine")
        mine.add_table(0, 0, 1, 1, {"name": "Proposals", "columns": [{"header": "Idea"}, {"header": "Votes"}]})
        mine.write_row(1, 0, ("A picnic", 3))
    made.close()
    leadbook.adopt(path)
    return path


@pytest.mark.parametrize("own_table", [False, True])
def test_an_adopted_workbook_gets_the_table_and_keeps_its_own(tmp_path: Path, own_table: bool, ooxml_validator) -> None:
    path = adopted(tmp_path / "deals.xlsx", own_table=own_table)
    [first] = propose(path, "L-0001").written
    assert first.version == 1
    tables = ClosedBook.open(path).contents.tables
    assert ("Leadbook_Proposals" in tables) is own_table
    [second] = propose(path, "L-0001").written
    assert second.version == 2
    leadbook.refresh(path, as_of=DAY)
    deals = rows(path, "Deals")
    assert [row["Latest Proposal"] for row in deals] == ["ask Tom", None]  # the seller's own column
    assert [row["Latest Proposal (leadbook)"] for row in deals] == ["v2 Written", None]
    before = digest(path)
    leadbook.refresh(path, as_of=DAY)
    leadbook.refresh(path, as_of=DAY)
    assert [row["Latest Proposal (leadbook)"] for row in rows(path, "Deals")] == ["v2 Written", None]
    assert before
    if own_table:
        assert rows(path, "Mine") == [{"Idea": "A picnic", "Votes": 3}]
    assert ooxml_validator(path) == []


def test_a_column_of_the_sellers_own_is_never_written_over(book: Path) -> None:
    opened = ClosedBook.open(book)
    from leadbook.model.columns import Column

    opened.add_columns("Leads", [Column("Latest Proposal")])
    opened.write_column("Leads", "Latest Proposal", {2: "in the blue folder"})
    opened.save()
    leadbook.refresh(book, as_of=DAY)
    propose(book, "L-0001")
    leadbook.refresh(book, as_of=DAY)
    first = rows(book, "Leads")[0]
    assert first["Latest Proposal"] == "in the blue folder"
    assert first["Latest Proposal (leadbook)"] == "v1 Written"


def test_a_merge_takes_the_proposals_along_and_counts_on(book: Path) -> None:
    propose(book, "L-0001", "L-0002")
    leadbook.merge(book, ["L-0001", "L-0002"], as_of=DAY)
    assert [row["Lead ID"] for row in rows(book)] == ["L-0001", "L-0001"]
    assert propose(book, "L-0001").written[0].version == 2


def test_a_copy_that_comes_back_brings_its_proposals_file_names(book: Path, tmp_path: Path) -> None:
    leadbook.sync(book, [], as_of=DAY)
    propose(book, "L-0001")
    leadbook.sync(book, [], as_of=DAY)
    copy = Path(shutil.copy(book, tmp_path / "ana.xlsx"))
    propose(copy, "L-0002", out=tmp_path / "Anas")
    leadbook.sync(book, [copy], as_of=DAY)
    assert [row["File"] for row in rows(book)] == [
        "Proposals/Proposal - Alder Works - v1.docx", "Anas/Proposal - Birch Labs - v1.docx",
    ]  # fmt: skip


@pytest.mark.parametrize(("totals", "below"), [(False, True), (True, False), (True, True)])
def test_a_table_of_another_order_is_filled_by_its_headers_and_finds_room(
    book: Path, totals: bool, below: bool, ooxml_validator
) -> None:
    """The team's own Proposals: no Currency, a column of its own, a row of totals, a note below it."""
    theirs = book.with_name("theirs.xlsx")
    made = xlsxwriter.Workbook(str(theirs))
    leads = leads_of(COMPANIES)
    for sheet, name, table in (("Leads", "Leads", leads), ("Quotes", "QuoteLines", quotes_of(COMPANIES))):
        page = made.add_worksheet(sheet)
        keys = list(table[0])
        headers = [{"header": key.replace("_percent", " %").replace("_", " ").title()} for key in keys]
        page.add_table(0, 0, len(table), len(keys) - 1, {"name": name, "columns": headers})
        for at, row in enumerate(table, 1):
            page.write_row(at, 0, [row[key] for key in keys])
    page = made.add_worksheet("Sent")
    headers = ["Status", "Lead ID", "Version", "File", "Mine", "Total", "Date", "Valid Until"]
    columns = [{"header": header} | ({"total_function": "sum"} if header == "Total" else {}) for header in headers]
    page.add_table(0, 0, 1 + totals, 7, {"name": "Proposals", "columns": columns, "total_row": totals})
    page.write_row(1, 0, ("Sent", "L-0001", 4, "by hand.docx", "x", 5))
    if below:
        page.write(4, 0, "a note")
    made.close()
    propose(theirs, "L-0001", "L-0002")
    asked = ("Lead ID", "Version", "Status", "Mine", "Currency")
    assert [tuple(row[header] for header in asked) for row in rows(theirs, "Sent")] == [
        ("L-0001", 4, "Sent", "x", None), ("L-0001", 5, "Written", None, "EUR"), ("L-0002", 1, "Written", None, "EUR"),
    ]  # fmt: skip
    assert ooxml_validator(theirs) == []
