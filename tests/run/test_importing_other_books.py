"""Workbooks that leadbook does not edit are imported all the same: .xls, .ods, signed and strict ones."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from leadbook.books.closed import ClosedBook
from leadbook.books.incoming import read_incoming
from leadbook.model.issues import BookRefusedError
from leadbook.run import commands

if TYPE_CHECKING:
    from collections.abc import Callable

AS_OF = dt.date(2026, 11, 20)
CORPUS = Path(__file__).resolve().parents[3] / "shared" / "data" / "corpus"


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Company", "Last Name", "Amount", "Close Date"])
    sheet.append(["Ox Ltd", "Lee", 1200.5, dt.date(2026, 12, 1)])
    sheet.append(["Elk", "Ray", 7, dt.date(2026, 12, 24)])
    book.save(path)
    return path


@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_an_old_workbook_and_one_of_libreoffice_bring_their_leads_once(
    tmp_path: Path, soffice: Callable[..., Path], ending: str
) -> None:
    source = soffice(workbook(tmp_path / "list.xlsx"), tmp_path / "made", ending)
    book = commands.init(tmp_path / "book.xlsx")
    assert commands.import_files([source], book, as_of=AS_OF)[0].added == 2
    found = ClosedBook.open(book).contents.find("Leads")
    assert found is not None
    cells = {header: found.cells[at] for at, header in enumerate(found.headers)}
    assert [cells["Company"], cells["Amount"]] == [["Ox Ltd", "Elk"], [1200.5, 7]]
    assert [str(day)[:10] for day in cells["Close Date"]] == ["2026-12-01", "2026-12-24"]
    before = book.read_bytes()
    again = commands.import_files([source], book, as_of=AS_OF)[0]
    assert (again.added, again.updated, book.read_bytes()) == (0, 0, before)


def test_a_strict_workbook_is_read() -> None:
    path = CORPUS / "poi__sample.strict.xlsx"
    if not path.exists():
        pytest.skip("the corpus of workbooks is not here")
    assert [table.n_rows > 0 for table in read_incoming(path)].count(True) >= 1


def signed(path: Path) -> Path:
    """Put the part of a digital signature into a workbook, as Excel does."""
    kind = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    rels = f'<Relationship Id="rIdS" Type="{kind}" Target="_xmlsignatures/origin.sigs"/></Relationships>'
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"</Relationships>", rels.encode())
    types = b'<Default Extension="sigs" ContentType="application/vnd.openxmlformats-package.digital-signature-origin"/>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", types + b"</Types>")
    parts["_xmlsignatures/origin.sigs"] = b""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return path


def test_a_signed_workbook_brings_its_leads_and_stays_as_it_is(tmp_path: Path) -> None:
    source, book = signed(workbook(tmp_path / "signed.xlsx")), commands.init(tmp_path / "book.xlsx")
    before = source.read_bytes()
    assert commands.import_files([source], book, as_of=AS_OF)[0].added == 2
    assert source.read_bytes() == before


def scattered_ods(path: Path) -> Path:
    """Write a sheet with a cell in its first and in its last corner."""
    cell = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row>{cell}<table:table-cell table:number-columns-repeated="16382"/>{cell}</table:table-row>'
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="S">{row}'
        f'<table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>{row}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
    return path


def test_cells_in_far_corners_of_an_ods_are_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BookRefusedError, match=r"far\.ods: its cells lie too far apart to be read"):
        read_incoming(scattered_ods(tmp_path / "far.ods"))


def test_what_is_no_workbook_under_an_old_ending_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "no.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)
    with pytest.raises(BookRefusedError, match=r"no\.xls"):
        read_incoming(tmp_path / "no.xls")
