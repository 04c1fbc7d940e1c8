"""A save replaces the whole workbook or leaves it exactly as it was, whatever goes wrong on the way."""

from __future__ import annotations

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from leadbook.books.backups import list_backups
from leadbook.books.saving import digest, replace_file, write_new
from leadbook.model.issues import BookBusyError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

OLD = b"old workbook " * 3_000
NEW = b"new workbook " * 3_000
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "leads.xlsx"
    path.write_bytes(OLD)
    return path


def save(path: Path, data: bytes = NEW, read: bytes = OLD) -> Path:
    return replace_file(path, lambda file: file.write(data) and None, read_digest=digest(read))


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def refusal(path: Path, read: bytes = OLD) -> str:
    before = names(path.parent)
    content = path.read_bytes()
    with pytest.raises(BookBusyError) as failure:
        save(path, read=read)
    assert path.read_bytes() == content
    assert names(path.parent) == before
    return str(failure.value)


def test_a_save_replaces_the_file_and_keeps_the_one_before(book: Path) -> None:
    kept = save(book)
    assert book.read_bytes() == NEW
    assert kept.read_bytes() == OLD
    assert names(book.parent) == {"leads.xlsx", "leads.xlsx.leadbook-backups"}


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_permissions_stay_on_the_file_and_on_its_backup(book: Path, mode: int) -> None:
    book.chmod(mode)
    kept = save(book)
    assert stat.S_IMODE(book.stat().st_mode) == mode
    assert stat.S_IMODE(kept.stat().st_mode) == mode


def test_a_link_stays_a_link_and_its_file_is_replaced(book: Path, tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    link = tmp_path / "desk" / "today.xlsx"
    link.symlink_to(book)
    save(link)
    assert link.is_symlink()
    assert book.read_bytes() == NEW
    assert names(tmp_path / "desk") == {"today.xlsx"}


@pytest.mark.parametrize(("lock", "program"), [("~$leads.xlsx", "Excel"), (".~lock.leads.xlsx#", "LibreOffice")])
def test_a_workbook_that_is_open_is_refused(book: Path, lock: str, program: str) -> None:
    (book.parent / lock).write_bytes(b"\x05Kim")
    sentence = refusal(book)
    assert sentence.startswith(f'"leads.xlsx" is open in {program}. Close it and run the command again.')


def test_a_workbook_that_was_opened_while_the_new_one_was_written_is_refused(book: Path) -> None:
    def write(file: object) -> None:
        file.write(NEW)
        (book.parent / "~$leads.xlsx").write_bytes(b"\x05Kim")

    with pytest.raises(BookBusyError, match="open in Excel"):
        replace_file(book, write, read_digest=digest(OLD))
    assert book.read_bytes() == OLD


def test_a_workbook_that_changed_since_it_was_read_is_refused(book: Path) -> None:
    assert "was changed by someone else" in refusal(book, read=b"what was read a minute ago")


def test_a_read_only_file_is_refused(book: Path) -> None:
    book.chmod(0o444)
    assert '"leads.xlsx" is read-only' in refusal(book)


def test_a_failure_while_writing_leaves_nothing_behind(book: Path) -> None:
    def write(file: object) -> None:
        file.write(NEW[:100])
        raise InputError("the check of the finished workbook failed")

    with pytest.raises(InputError, match="check of the finished"):
        replace_file(book, write, read_digest=digest(OLD))
    assert book.read_bytes() == OLD
    assert names(book.parent) == {"leads.xlsx"}


def test_a_workbook_that_was_deleted_meanwhile(book: Path) -> None:
    book.unlink()
    with pytest.raises(BookBusyError, match="not there any more"):
        save(book)
    assert not names(book.parent)


@pytest.fixture
def nobody() -> Iterator[Path]:
    """A folder that this process may read and not write; an administrator steps down for it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        book = folder / "leads.xlsx"
        book.write_bytes(OLD)
        book.chmod(0o644)
        stepped = os.geteuid() == 0
        if stepped:
            os.seteuid(65_534)
        else:
            folder.chmod(0o555)
        try:
            yield book
        finally:
            if stepped:
                os.seteuid(0)
            folder.chmod(0o755)


def test_a_folder_that_may_not_be_written_is_a_sentence(nobody: Path) -> None:
    assert "does not allow changes" in refusal(nobody)


def test_a_full_disk_is_a_sentence_and_leaves_nothing_behind(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("only an administrator can mount a disk that is small enough to fill")
    try:
        book = disk / "leads.xlsx"
        book.write_bytes(OLD)
        assert "the disk is full" in refusal(book)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_file_larger_than_allowed_is_a_sentence_and_leaves_nothing_behind(book: Path) -> None:
    """The same way out as a full disk, and one that needs no administrator."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    old_handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        sentence = refusal(book)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, old_handler)
    assert "the disk is full" in sentence
    assert errno.EFBIG


CHILD = textwrap.dedent(
    """
    import os, signal, sys
    from pathlib import Path

    from leadbook.books.saving import digest, replace_file

    book, step = Path(sys.argv[1]), int(sys.argv[2])
    seen = 0

    def watch(event, arguments):
        global seen
        if event not in {"open", "os.rename", "os.remove", "os.chmod", "os.utime", "os.mkdir", "os.listdir"}:
            return
        if not any(isinstance(a, (str, os.PathLike)) and str(book.parent) in str(a) for a in arguments):
            return
        if seen == step:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    new = book.read_bytes()[:0] + b"new workbook " * 3000
    old = digest(book.read_bytes())
    sys.addaudithook(watch)
    replace_file(book, lambda file: file.write(new) and None, read_digest=old)
    """
)


@pytest.mark.slow
def test_a_process_killed_at_any_step_leaves_the_old_or_the_new_workbook(tmp_path: Path) -> None:
    outcomes: list[str] = []
    for step in range(100):
        folder = tmp_path / str(step)
        folder.mkdir()
        book = folder / "leads.xlsx"
        book.write_bytes(OLD)
        ended = subprocess.run(
            [sys.executable, "-c", CHILD, str(book), str(step)], check=False, capture_output=True, cwd=ROOT, text=True
        )
        content = book.read_bytes()
        assert content in {OLD, NEW}, f"killed at step {step}"
        outcomes.append("old" if content == OLD else "new")
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        # The next save is not held up by what the dead process left, and clears it away.
        save(book, data=b"later workbook", read=content)
        assert book.read_bytes() == b"later workbook"
        assert names(folder) == {"leads.xlsx", "leads.xlsx.leadbook-backups"}
        assert all(backup.path.read_bytes() in {OLD, NEW} for backup in list_backups(book))
    else:
        pytest.fail("the save never came to its end")
    assert outcomes.count("old") > 5
    assert outcomes == sorted(outcomes, reverse=True), "once it is replaced it stays replaced"


def test_two_saves_at_once_one_waits_its_turn(book: Path) -> None:
    lock = book.parent / ".~leadbook-leads.xlsx.lock"

    def write(file: object) -> None:
        file.write(NEW)
        assert lock.exists()
        with pytest.raises(BookBusyError, match="Another leadbook is saving"):
            save(book)

    replace_file(book, write, read_digest=digest(OLD))
    assert book.read_bytes() == NEW
    assert not lock.exists()


def test_the_lock_of_a_process_that_is_gone_is_cleared(book: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], check=True, capture_output=True)
    lock = book.parent / ".~leadbook-leads.xlsx.lock"
    lock.write_text(f"{os.uname().nodename} {int(ended.stdout)}", encoding="utf-8")
    save(book)
    assert book.read_bytes() == NEW


def test_the_lock_of_another_computer_holds_for_an_hour(book: Path) -> None:
    lock = book.parent / ".~leadbook-leads.xlsx.lock"
    lock.write_text("another-computer 12", encoding="utf-8")
    said = refusal(book)
    assert "Another leadbook is saving" in said
    assert f"delete the file {lock.name} beside it" in said
    hours_ago = lock.stat().st_mtime - 2 * 3_600
    os.utime(lock, (hours_ago, hours_ago))
    save(book)
    assert book.read_bytes() == NEW


def test_a_new_workbook_never_replaces_a_file(book: Path) -> None:
    with pytest.raises(InputError, match="exists already"):
        write_new(book, NEW)
    assert book.read_bytes() == OLD
    write_new(book.with_name("new.xlsx"), NEW)
    assert book.with_name("new.xlsx").read_bytes() == NEW
    assert names(book.parent) == {"leads.xlsx", "new.xlsx"}


def test_a_new_workbook_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BookBusyError, match="no such folder"):
        write_new(tmp_path / "nowhere" / "leads.xlsx", NEW)
