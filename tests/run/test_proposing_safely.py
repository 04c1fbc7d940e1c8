"""What never happens when proposals are written: one lost, written over, half logged, or out of its folder."""

from __future__ import annotations

import errno
import os
import re
from typing import TYPE_CHECKING

import pytest
from proposal_books import (
    DAY,
    digest,
    formulas,
    make,
    propose,
    rows,
    there,
)

import leadbook
from leadbook.books.closed import ClosedBook
from leadbook.model.issues import BookBusyError, LeadbookError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return make(tmp_path / "leads.xlsx")


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
