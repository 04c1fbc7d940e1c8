"""Proposals printed by the real programs and read back: what they say is on the paper, and nothing is cut off."""

from __future__ import annotations

import os
import re
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree
from msgspec import structs
from proposal_template import PLACE, p
from word_files import word_file

from leadbook.documents import pdf
from leadbook.documents.example_proposal import bare_proposal, example_proposal
from leadbook.documents.fields import proposal_fields
from leadbook.documents.pdf import NoPdfProgramError, PdfProgram, Printable, find_pdf_programs, to_pdf, to_pdfs
from leadbook.documents.proposal import fill_page, fill_word
from leadbook.model.issues import LeadbookError

WIDE = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def stories():
    """Return proposals short and long, in one option and in many."""
    full = example_proposal()
    first = full.options[0]
    lines = tuple(
        structs.replace(line, row=number, product=f"Product {number}")
        for number, line in enumerate(first.lines * 30, start=1)
    )
    wide = tuple(structs.replace(line, product=WIDE * 2) for line in first.lines)
    return {
        "full": full,
        "bare": bare_proposal(),
        "german": structs.replace(full, locale="de_DE", currency="EUR"),
        "many": structs.replace(full, options=(structs.replace(first, lines=lines),)),
        "three": structs.replace(full, options=tuple(structs.replace(first, name=name) for name in ("A", WIDE, "C"))),
        "six": structs.replace(full, options=(first,) * 6),
        "wide": structs.replace(
            full,
            buyer=structs.replace(full.buyer, company=(WIDE * 4)[:300], first_name=WIDE, email=f"{WIDE}@a.example"),
            seller=structs.replace(full.seller, firm=WIDE, email=f"{WIDE}@a.example"),
            situation=structs.replace(full.situation, problem=WIDE * 3, need="Faster quotes, every day. " * 300),
            scope=(WIDE * 3,), terms=(WIDE * 3,),
            options=(structs.replace(first, lines=wide),),
        ),
    }  # fmt: skip


def printable(name, proposal, paper="A4"):
    fields = proposal_fields(proposal)
    page = PLACE.with_suffix(".html").read_text(encoding="utf-8")
    return Printable(name, fill_word(PLACE.read_bytes(), fields), lambda: fill_page(page, fields), paper)


def joined(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module")
def office(tell_absent) -> PdfProgram:
    try:
        return find_pdf_programs(only="libreoffice")[0]
    except NoPdfProgramError:
        tell_absent("LibreOffice", "apt-get install libreoffice-writer")
        raise


@pytest.fixture
def paper(browser) -> PdfProgram:
    assert browser.is_file()
    return find_pdf_programs(only="browser")[0]


@pytest.mark.slow
def test_a_word_file_printed_by_libreoffice_says_what_the_proposal_does(tmp_path, office, text_of_pdf):
    told = stories()
    made = to_pdfs([printable(name, one) for name, one in told.items()], [office])
    for (name, proposal), content in zip(told.items(), made, strict=True):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(content)
        text = joined(text_of_pdf(path))
        fields = proposal_fields(proposal)
        for expected in (
            fields["lead"]["company"], fields["proposal"]["valid_until"], fields["seller"]["name"],
            *(option["total"] for option in fields["options"]),
            *(line["net"] for option in fields["options"] for line in option["lines"]),
            *(line["product"] for option in fields["options"] for line in option["lines"]),
            *(tax["amount"] for option in fields["options"] for tax in option["taxes"]),
            *(scenario["net"] for scenario in fields["worth"]["scenarios"]),
            *fields["terms"], *fields["worth"]["assumptions"],
        ):  # fmt: skip
            assert joined(expected) in text, f"{expected} is missing in {name}"
        assert "{" not in text


@pytest.mark.slow
def test_the_sums_read_back_from_the_paper_add_up(tmp_path, office, text_of_pdf):
    path = tmp_path / "full.pdf"
    path.write_bytes(to_pdf(printable("full", example_proposal()), [office]))
    text = text_of_pdf(path)

    def amounts(label):
        return [Decimal(one.replace(",", "")) for one in re.findall(rf"^ *{label}.*£([\d,.]+) *$", text, re.MULTILINE)]

    for subtotal, tax, total in zip(amounts("Subtotal")[:2], amounts("Tax, 20%"), amounts("Total")[:2], strict=True):
        assert subtotal + tax == total


@pytest.mark.slow
@pytest.mark.parametrize(("size", "width", "height"), [("A4", 595, 842), ("Letter", 612, 792)])
def test_a_page_printed_by_a_browser_is_cut_nowhere(
    tmp_path, paper, text_of_pdf, size, *, width, height
):  # fmt: skip
    for name, proposal in stories().items():
        document = printable(name, proposal, size)
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(to_pdf(document, [paper]))
        text = joined(text_of_pdf(path))
        fields = proposal_fields(proposal)
        for expected in (
            fields["lead"]["company"], fields["seller"]["email"],
            *(option["total"] for option in fields["options"]), *fields["terms"], *fields["scope"],
            *(line["net"] for option in fields["options"] for line in option["lines"]),
        ):  # fmt: skip
            assert joined(expected) in text, f"{expected} is missing in {name}"
        boxes = etree.fromstring(text_of_pdf(path, boxes=True).encode())
        pages = list(boxes.iter("{http://www.w3.org/1999/xhtml}page"))
        sizes = {(round(float(page.get("width"))), round(float(page.get("height")))) for page in pages}
        assert sizes == {(width, height)}
        for page in pages:
            for word in page:
                # The margins are 17 mm, which is 48 points; figures of a table may not reach into them.
                assert float(word.get("xMin")) >= 45, f"{word.text} is cut in {name}"
                assert float(word.get("xMax")) <= width - 45, f"{word.text} is cut in {name}"
                assert float(word.get("yMax")) <= height - 15, f"{word.text} is cut in {name}"


@pytest.mark.slow
def test_a_heading_of_a_price_table_is_printed_on_each_of_its_pages(tmp_path, office, paper, text_of_pdf):
    document = printable("many", stories()["many"])
    for program in (office, paper):
        path = tmp_path / f"{program.name}.pdf"
        path.write_bytes(to_pdf(document, [program]))
        pages = [page for page in text_of_pdf(path).split("\f") if re.search(r"Product \d+ ", page)]
        assert len(pages) > 1
        assert all(re.search(r"Product +Quantity +Unit price", page) for page in pages)


@pytest.mark.slow
def test_libreoffice_runs_no_more_for_many_than_it_must_and_one_bad_file_stops_no_other(office):
    calls = []

    def make(files, out):
        calls.append(len(files))
        office.make(files, out)

    good = Printable("good", word_file(p("Hello")))
    made = to_pdfs(
        [good, Printable("bad", b"no document at all \x00"), good], [PdfProgram("LibreOffice", "docx", make)]
    )
    assert [isinstance(one, bytes) for one in made] == [True, False, True]
    assert "LibreOffice could not make a PDF of bad" in str(made[1])
    assert calls == [3, 1]


def test_without_any_program_a_sentence_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(NoPdfProgramError, match=r"needs Word, LibreOffice .* Chrome, Chromium or Edge; install one"):
        find_pdf_programs()


def test_libreoffice_comes_before_a_browser_and_a_browser_stands_in_for_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    for name, expected in (("chromium", "html"), ("soffice", "docx")):
        program = tmp_path / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        assert find_pdf_programs()[0].ending == expected


def installed(folder: Path, text: str) -> PdfProgram:
    """Return what stands in for LibreOffice in the first folder of the path."""
    program = folder / "soffice"
    program.write_text(text)
    program.chmod(0o755)
    return find_pdf_programs(only="libreoffice")[0]


@pytest.mark.slow
def test_a_program_that_hangs_is_ended_with_all_it_started(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(pdf, "SECONDS_TO_START", 8)
    monkeypatch.setattr(pdf, "SECONDS_EACH", 0)
    child = tmp_path / "child"
    program = installed(tmp_path, f"#!/bin/sh\nsleep 60 &\necho $! > {child}\nwait\n")
    with pytest.raises(LeadbookError, match="LibreOffice made no PDF within 8 seconds"):
        to_pdf(Printable("x", b"x"), [program])
    state = Path(f"/proc/{child.read_text().strip()}/stat")
    assert not state.exists() or ") Z " in state.read_text()


def test_a_program_that_cannot_be_started_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    program = installed(tmp_path, "no program")
    with pytest.raises(LeadbookError, match="LibreOffice could not be started"):
        to_pdf(Printable("x", b"x"), [program])


def test_many_documents_are_printed_in_few_batches_and_counted(monkeypatch):
    monkeypatch.setattr(pdf, "AT_ONCE", 40)
    batches, told = [], []

    def make(files, out):
        batches.append(len(files))
        for file in files:
            (out / f"{file.stem}.pdf").write_bytes(b"%PDF-" + file.read_bytes())

    documents = [Printable(str(number), str(number).encode()) for number in range(100)]
    made = to_pdfs(documents, [PdfProgram("a program", "docx", make)], tell=told.append)
    assert made == [f"%PDF-{number}".encode() for number in range(100)]
    assert batches == [40, 40, 20]
    assert told == [40, 80, 100]


def program_of(name, ending, calls, *, prints):
    """Return a stand-in that notes how many files it is given and prints those it can."""

    def make(files, out):
        calls.append((name, len(files)))
        for file in files:
            if prints(file.read_bytes()):
                (out / f"{file.stem}.pdf").write_bytes(b"%PDF-" + name.encode() + file.read_bytes())

    return PdfProgram(name, ending, make)


def documents_of(count):
    return [Printable(f"Firm {n}", str(n).encode(), lambda n=n: f"<html><head></head>{n}") for n in range(count)]


def test_what_the_first_program_cannot_print_goes_to_the_next(monkeypatch):
    monkeypatch.setattr(pdf, "AT_ONCE", 4)
    calls = []
    office = program_of("office", "docx", calls, prints=lambda content: content != b"2")
    browser = program_of("browser", "html", calls, prints=lambda _: True)
    made = to_pdfs(documents_of(6), [office, browser])
    assert [one[5:11] for one in made] == [b"office", b"office", b"browse", b"office", b"office", b"office"]
    assert b"size: A4" in made[2]
    assert calls == [("office", 4), ("office", 1), ("browser", 1), ("office", 2)]


def test_a_program_that_prints_nothing_is_given_up_for_the_next_one(monkeypatch):
    monkeypatch.setattr(pdf, "AT_ONCE", 4)
    calls = []
    office = program_of("office", "docx", calls, prints=lambda _: False)
    browser = program_of("browser", "html", calls, prints=lambda _: True)
    made = to_pdfs(documents_of(8), [office, browser])
    assert all(one.startswith(b"%PDF-browser") for one in made)
    assert calls == [("office", 4), ("office", 1), ("office", 1), ("browser", 4), ("browser", 4)]


def test_only_when_no_program_prints_it_a_message_tells_what_each_did():
    def fill():
        raise LeadbookError("The template has no field lead.compny.")

    office = program_of("LibreOffice", "docx", [], prints=lambda _: False)
    browser = program_of("chromium", "html", [], prints=lambda content: b"0" in content)
    documents = [*documents_of(2), Printable("No page", b"x"), Printable("Bad page", b"x", fill)]
    first, *failed = to_pdfs(documents, [office, browser])
    assert first.startswith(b"%PDF-chromium")
    told = "LibreOffice could not make a PDF of {0}; try to open it there. {1}"
    assert [str(one) for one in failed] == [
        told.format("Firm 1", "chromium could not make a PDF of Firm 1; try to open it there."),
        told.format(
            "No page", "A browser cannot print No page, which has no page; install Word or LibreOffice for it."
        ),
        told.format("Bad page", "The template has no field lead.compny."),
    ]
