"""Whatever a cell holds, the name made of it means one file in the folder it is written to."""

from __future__ import annotations

import ntpath
import sys
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbook.documents.naming import LONGEST_BYTES, safe_file, safe_name

AWKWARD = st.text() | st.text(alphabet="./\\: \u202e\u0301aeCON123~-\n\ud800") | st.sampled_from(["con", "LPT1.x", "é"])


def is_reserved(name: str) -> bool:
    """Whether Windows keeps a name for a device, as the newest Python that is there knows it."""
    return ntpath.isreserved(name) if sys.version_info >= (3, 13) else PureWindowsPath(name).is_reserved()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Alder Works GmbH", "Alder Works GmbH"),
        ("../../x", "x"),
        ("..\\..\\x", "x"),
        ("/etc/passwd", "etc-passwd"),
        ("C:\\Windows\\win.ini", "C-Windows-win.ini"),
        ("CON", "CON_"),
        ("con.txt", "con_.txt"),
        ("Nul .docx", "Nul_ .docx"),
        ("COM\u00b9", "COM\u00b9_"),
        ("LPT10", "LPT10"),
        ("Console", "Console"),
        ("Birch & Co.", "Birch & Co"),
        ("What? *Now*", "What-Now"),
        ("A\nB\r\nC\tD", "A B C D"),
        ("invoice\u202excod.exe", "invoicexcod.exe"),
        ("e\u0301lan", "\u00e9lan"),
        ("M\u00fcller \u2013 S\u00f6hne", "M\u00fcller \u2013 S\u00f6hne"),
        ("Rocket \U0001f680 Ltd", "Rocket \U0001f680 Ltd"),
        (".hidden", "hidden"),
        ("~$Proposal", "$Proposal"),
        ("--help", "help"),
        ("", "unnamed"),
        (" . . ", "unnamed"),
        ("\u200b\u202e", "unnamed"),
        ("\ud800lone", "lone"),
    ],
)
def test_a_name_is_told_as_it_is_read(text: str, name: str):
    assert safe_name(text) == name


@given(AWKWARD)
def test_a_name_is_one_visible_file_on_every_system(text: str):
    name = safe_name(text)
    assert PurePosixPath(name).name == PureWindowsPath(name).name == name
    assert not is_reserved(name)
    assert not name.startswith((".", "-", "~", " "))
    assert not name.endswith((".", " "))
    assert name.isprintable()
    assert not set(name) & set('<>:"/\\|?*')
    assert 0 < len(name.encode()) <= LONGEST_BYTES
    assert unicodedata.is_normalized("NFC", name)
    assert safe_name(name) == name


@given(AWKWARD, st.integers(16, 60))
def test_a_long_name_is_cut_between_letters(text: str, most: int):
    name = safe_name(text * 40, most)
    assert len(name.encode()) <= most
    assert safe_name(name, most) == name


def test_a_cut_leaves_no_space_or_dot_at_the_end():
    assert safe_name("x" * 14 + " y" * 9, 16) == "x" * 14 + " y"
    assert safe_name("x" * 14 + ". y", 16) == "x" * 14


def test_an_accent_is_not_torn_from_its_letter():
    assert safe_name("x" * 14 + "q\u0323\u0307", 16) == "x" * 14


def test_a_file_keeps_its_suffix_however_long_its_stem():
    name = safe_file("Alder " * 100, ".docx")
    assert name.endswith("Al.docx")
    assert len(name.encode()) < 210
