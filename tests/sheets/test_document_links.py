"""Links in cells to documents: relative ones to documents alone, and no cell's text gets out of its quotes."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadbook.sheets.document_links import link_to, path_from
from leadbook.sheets.spec import Formula


@pytest.mark.parametrize("path", ["a.docx", "Proposals/A b - v1.docx", "../Offers/\u00c4 & Co - v1.PDF", "x\\y.html"])
def test_a_relative_path_to_a_document_becomes_a_link(path):
    shown = path.replace("\\", "/")
    assert link_to(path, "v1 Sent") == Formula(f'=HYPERLINK("{shown}","v1 Sent")', "v1 Sent")


@pytest.mark.parametrize(
    "path",
    [
        "", "Proposals", "calc.exe", "a.docx.exe", "http://evil.example/a.docx", "//server/share/a.docx",
        "\\\\server\\share\\a.docx", "/etc/a.docx", "C:\\a.docx", "c:a.docx", "file:a.docx", "mailto:a.docx",
        'a")&CMD("x.docx', "a#Sheet.docx", "a%20b.docx", "a\nb.docx", f"{'x' * 260}.docx",
    ],
)  # fmt: skip
def test_nothing_else_becomes_one(path):
    assert link_to(path, "v1") is None


def test_what_is_shown_stays_a_text():
    assert link_to("a.docx", 'v1 "Sent"').text == '=HYPERLINK("a.docx","v1 ""Sent""")'
    assert link_to("a.docx", "x" * 256) is None
    assert link_to("a.docx", "a\nb") is None


def test_the_way_to_a_document_is_told_from_the_workbook():
    assert path_from(Path("/team"), Path("/team/Proposals/a.docx")) == "Proposals/a.docx"
    assert path_from(Path("/team/ana"), Path("/team/Offers/a.docx")) == "../Offers/a.docx"
