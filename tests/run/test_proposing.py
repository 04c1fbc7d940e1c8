"""Proposals from a workbook: which documents are written, and what the workbook says of them."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import sys
import zipfile
from pathlib import Path

import pytest
from proposal_books import (
    COMPANIES,
    DAY,
    digest,
    formulas,
    leads_of,
    links,
    make,
    propose,
    rows,
    text_of,
    there,
)

import leadbook
from leadbook.books.closed import ClosedBook
from leadbook.model.issues import InputError


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return make(tmp_path / "leads.xlsx")


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


@pytest.mark.slow
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


def test_a_locale_says_how_amounts_are_written_and_one_that_is_none_is_refused(book: Path) -> None:
    before = there(book.parent)
    with pytest.raises(InputError, match="klingon"):
        propose(book, "L-0001", locale="klingon")
    assert there(book.parent) == before
    [one] = propose(book, "L-0001", locale="de-de").written
    said = text_of(book.parent / "Proposals" / one.files[0])
    assert "1.202,40" in said
    assert "20. Dezember 2026" in said


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


def test_a_pdf_comes_from_the_browser_where_libreoffice_lacks_its_writer(book, tmp_path, monkeypatch):
    programs = tmp_path / "programs"
    programs.mkdir()
    into = "for word; do case $word in --print-to-pdf=*) into=${word#*=};; esac; page=${word#file://}; done\n"
    for name, does in (("soffice", "exit 1\n"), ("chromium", f'{into}{{ printf "%%PDF-"; cat "$page"; }} > "$into"\n')):
        program = programs / name
        program.write_text(f"#!/bin/sh\n{does}")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setattr(sys, "platform", "linux")
    done = propose(book, "L-0001", pdf=True)
    assert done.left_out == ()
    names = ["Proposal - Alder Works - v1.docx", "Proposal - Alder Works - v1.pdf"]
    assert sorted(there(book.parent / "Proposals")) == names
    assert b"Alder Works" in (book.parent / "Proposals" / names[1]).read_bytes()
