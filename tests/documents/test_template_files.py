"""A team's own templates win over those that come with leadbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leadbook.documents.template_files import find_template, find_templates
from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    return folder


def test_without_a_folder_of_ones_own_the_shipped_ones_are_found(tmp_path: Path):
    assert find_template(tmp_path, "explain.txt") == find_template(None, "explain.txt")
    assert not find_template(None, "EXPLAIN.txt").own


def test_a_file_of_the_same_name_stands_in_for_the_shipped_one(tmp_path: Path, own: Path):
    (own / "Explain.TXT").write_text("ours", encoding="utf-8")
    (own / "followup-fair.txt").write_text("new", encoding="utf-8")
    (own / "~$followup-fair.txt").write_text("a lock", encoding="utf-8")
    (own / ".followup-x.txt").write_text("hidden", encoding="utf-8")
    found = find_templates(tmp_path, "*.txt")
    assert [name for name, file in found.items() if file.own] == ["Explain.TXT", "followup-fair.txt"]
    assert "explain.txt" not in found
    assert find_template(tmp_path, "explain.txt").read_text() == "ours"


def test_a_missing_one_is_told_with_those_that_are_there(tmp_path: Path):
    with pytest.raises(InputError, match=r'no template "proposal-x\.txt"; there are .*explain\.txt'):
        find_template(tmp_path, "proposal-x.txt")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Grüße\r\nan".encode("utf-8-sig"), "Grüße\nan"),
        ("Grüße\ran".encode("utf-16"), "Grüße\nan"),
        (b"", ""),
    ],
)
def test_a_template_is_read_whatever_editor_saved_it(tmp_path: Path, own: Path, raw: bytes, text: str):
    (own / "x.txt").write_bytes(raw)
    assert find_template(tmp_path, "x.txt").read_text() == text


@pytest.mark.parametrize("raw", ["Grüße".encode("latin-1"), b"PK\x03\x04\0\0", b"x" * 1_000_001])
def test_what_is_no_text_is_refused(tmp_path: Path, own: Path, raw: bytes):
    (own / "x.txt").write_bytes(raw)
    with pytest.raises(InputError, match=r"The template x\.txt (is no UTF-8 text|has more than)"):
        find_template(tmp_path, "x.txt").read_text()
