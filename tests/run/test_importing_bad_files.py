"""Files that cannot be imported as they are: each gets one sentence, and the workbook stays what it was."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from leadbook.books.closed import ClosedBook
from leadbook.model.issues import LeadbookError
from leadbook.run import commands

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty; export it again"),
        (b"Company,Email\n", "headers but no rows"),
        (bytes(range(256)) * 20, "is not a text file"),
        (b"Foo,Bar\n1,2\n3,4\n", "None of the headers in new.csv means a lead's column"),
        (b'Company,Email\n"Ox,a@ox.com\nElk,b@elk.de\n', "Line 2 opens a quotation mark that is never closed"),
        (b"Company;Email,City\nOx;a@ox.com,Ulm\nElk;b@elk.de,Bonn\n", "rename that header"),
    ],
    ids=["empty", "headers only", "binary", "nothing known", "open quote", "mixed delimiters"],
)
def test_a_bad_file_is_told_in_a_sentence_and_changes_nothing(tmp_path: Path, data: bytes, words: str) -> None:
    book = commands.init(tmp_path / "book.xlsx")
    before = book.read_bytes()
    (tmp_path / "new.csv").write_bytes(data)
    with pytest.raises(LeadbookError, match=words):
        commands.import_files([tmp_path / "new.csv"], book, as_of=AS_OF)
    assert book.read_bytes() == before


WIDE = ",".join(["Company", *(f"C{n}" for n in range(299))]) + "\n" + ",".join(["Ox", *["x"] * 299]) + "\n"


@pytest.mark.parametrize(
    "data",
    [
        b"Company,Email\rOx,a@ox.com\rElk,b@elk.de\r",
        "sep=|\r\nCompany|Email\r\nOx|a@ox.com\r\nElk|b@elk.de\r\n".encode("utf-16"),
        b"Report\n\nBy: Ada\n\nCompany,Email,Stage\nOx,a@ox.com,Won\nElk,b@elk.de,Lost\nTotal,,2\n",
        b"Company^Email\nOx^a@ox.com\nElk^b@elk.de\n",
        b"Company,Email\nO\x00x,a@ox.com\nElk,b@elk.de\n" + b"Elk,b@elk.de\n" * 20,
        (WIDE + WIDE.split("\n")[1].replace("Ox", "Elk") + "\n").encode(),
        b'Company,Notes\nOx,"5"" pipe, and\na second line"\nElk,fine\n',
    ],
    ids=["mac", "utf-16 sep", "row 5 and totals", "caret", "nul", "300 columns", "quoted line"],
)
def test_an_odd_file_gives_its_leads(tmp_path: Path, data: bytes) -> None:
    book = commands.init(tmp_path / "book.xlsx")
    (tmp_path / "new.csv").write_bytes(data)
    commands.import_files([tmp_path / "new.csv"], book, as_of=AS_OF)
    leads = ClosedBook.open(book).contents.find("Leads")
    assert leads is not None
    assert leads.cells[1] == ["Ox", "Elk"]
