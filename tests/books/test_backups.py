"""The last ten versions are kept, and undo goes back through them without losing any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leadbook.books.backups import KEPT, backup_folder, list_backups, undo
from leadbook.books.saving import digest, replace_file
from leadbook.model.issues import BookBusyError, InputError

if TYPE_CHECKING:
    from pathlib import Path


def version(number: int) -> bytes:
    return f"version {number}".encode()


def save(path: Path, number: int) -> Path:
    return replace_file(path, lambda file: file.write(version(number)) and None, read_digest=digest(path.read_bytes()))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "Leads 2026.final.xlsx"
    path.write_bytes(version(0))
    return path


def kept(path: Path, *, undone: bool = False) -> list[bytes]:
    return [backup.path.read_bytes() for backup in list_backups(path) if backup.undone is undone]


def test_the_eleventh_backup_drops_the_first(book: Path) -> None:
    for number in range(1, 11):
        save(book, number)
    assert kept(book) == [version(number) for number in range(10)]
    save(book, 11)
    assert kept(book) == [version(number) for number in range(1, 11)]
    assert len(list_backups(book)) == KEPT


def test_backups_sort_by_name_and_open_in_excel(book: Path) -> None:
    for number in range(1, 4):
        save(book, number)
    names = [backup.path.name for backup in list_backups(book)]
    assert names == sorted(names)
    assert all(name.endswith(".xlsx") and name.startswith("Leads 2026.final.000") for name in names)


def test_the_same_minute_and_a_clock_that_went_back_keep_the_order(book: Path) -> None:
    import os

    save(book, 1)
    os.utime(book, (1_000_000, 1_000_000))
    save(book, 2)
    assert kept(book) == [version(0), version(1)]


def test_a_file_of_the_users_own_in_the_folder_stays(book: Path) -> None:
    save(book, 1)
    own = backup_folder(book) / "my notes.txt"
    own.write_text("keep", encoding="utf-8")
    for number in range(2, 15):
        save(book, number)
    assert own.exists()


def test_undo_goes_back_one_version_at_a_time_and_loses_none(book: Path) -> None:
    save(book, 1)
    save(book, 2)
    taken = undo(book)
    assert book.read_bytes() == version(1)
    assert taken.read_bytes() == version(2)
    undo(book)
    assert book.read_bytes() == version(0)
    assert kept(book, undone=True) == [version(2), version(1)]
    with pytest.raises(InputError, match=r'There is no backup of "Leads 2026\.final\.xlsx"'):
        undo(book)
    assert book.read_bytes() == version(0)


def test_a_save_after_an_undo_can_be_undone_too(book: Path) -> None:
    save(book, 1)
    undo(book)
    save(book, 3)
    undo(book)
    assert book.read_bytes() == version(0)


def test_undo_without_any_backup_is_a_sentence(book: Path) -> None:
    with pytest.raises(InputError, match="no backup"):
        undo(book)


def test_undo_brings_back_a_workbook_that_was_deleted(book: Path) -> None:
    save(book, 1)
    book.unlink()
    undo(book)
    assert book.read_bytes() == version(0)


def test_undo_refuses_while_excel_has_the_file_open(book: Path) -> None:
    save(book, 1)
    book.with_name("~$" + book.name).touch()
    with pytest.raises(BookBusyError, match="open in Excel"):
        undo(book)
    assert book.read_bytes() == version(1)
    assert kept(book) == [version(0)]
