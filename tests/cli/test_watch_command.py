"""A watch as a real process: real saves, real locks, real signals."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from leadbook.books.backups import list_backups
from leadbook.books.whole import is_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "workbooks" / "sample.xlsx"
STARTER = ROOT / "workbooks" / "starter.xlsx"
PATIENCE_SECONDS = 40.0


class Watch:
    """A running watch, and the lines it printed so far."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "leadbook", "watch", *words], cwd=folder, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, encoding="utf-8", env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        self.lines: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def wait_for(self, words: str, times: int = 1) -> str:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            found = [line for line in list(self.lines) if words in line]
            if len(found) >= times:
                return found[times - 1]
            time.sleep(0.05)
        pytest.fail(f"no {words!r} among {self.lines}; {self.process.poll()}")

    def end(self, how: signal.Signals = signal.SIGINT) -> str:
        self.process.send_signal(how)
        self.process.wait(PATIENCE_SECONDS)
        return self.process.stderr.read()


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Callable[..., Watch]]:
    running: list[Watch] = []

    def start(*words: str) -> Watch:
        running.append(Watch(tmp_path, *words))
        running[-1].wait_for("Watching")
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait()
        one.process.stdout.close()
        one.process.stderr.close()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return Path(shutil.copy(STARTER, tmp_path / "leads.xlsx"))


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def save_by_rename(target: Path, source: Path = SAMPLE) -> None:
    beside = target.with_name("tmp-save")
    shutil.copyfile(source, beside)
    beside.replace(target)


@pytest.mark.slow
def test_a_save_is_refreshed_once_and_its_own_save_is_not(book: Path, watching: Callable[..., Watch]) -> None:
    watch = watching("leads.xlsx")
    save_by_rename(book)
    assert "leads.xlsx: 400 leads" in watch.wait_for("400 leads")
    time.sleep(3)  # a watch that reacted to its own save would have refreshed again by now
    assert len(list_backups(book)) == 1
    save_by_rename(book)
    watch.wait_for("400 leads", times=2)
    assert watch.end() == ""
    assert watch.lines[-1] == "Stopped watching leads.xlsx."
    assert watch.process.returncode == 0
    assert len(watch.lines) == 4


@pytest.mark.slow
def test_a_save_that_comes_in_pieces_is_waited_for(book: Path, watching: Callable[..., Watch]) -> None:
    watch = watching("leads.xlsx")
    save_by_rename(book)
    watch.wait_for("400 leads")  # from here on it has everything loaded, and is quick
    data = STARTER.read_bytes()
    with book.open("wb") as file:
        for start in range(0, len(data), len(data) // 4 + 1):
            file.write(data[start : start + len(data) // 4 + 1])
            file.flush()
            assert not is_whole(book) or start > len(data) // 2
            time.sleep(0.9)  # longer than a file must be quiet
    watch.wait_for("0 leads, 0 open")
    assert len(watch.lines) == 3, watch.lines


@pytest.mark.slow
@pytest.mark.parametrize("lock", ["~$leads.xlsx", ".~lock.leads.xlsx#"])
def test_an_open_workbook_is_refreshed_when_it_is_closed(lock: str, book: Path, watching: Callable[..., Watch]) -> None:
    watch = watching("leads.xlsx")
    held = book.with_name(lock)
    held.write_bytes(b"\x03Ana")
    save_by_rename(book)
    watch.wait_for("it will be refreshed when it is closed")
    time.sleep(2.5)
    assert list_backups(book) == []
    held.unlink()
    watch.wait_for("400 leads")
    assert len(watch.lines) == 3


@pytest.mark.slow
def test_a_file_that_goes_and_comes_back_is_refreshed_again(book: Path, watching: Callable[..., Watch]) -> None:
    watch = watching("leads.xlsx")
    book.unlink()
    watch.wait_for("leads.xlsx: is gone")
    shutil.copyfile(SAMPLE, book)
    watch.wait_for("400 leads")
    assert watch.end(signal.SIGTERM) == ""
    assert watch.lines[-1] == "Stopped watching leads.xlsx."
    assert watch.process.returncode == 0


@pytest.mark.slow
def test_several_books_in_several_folders(book: Path, tmp_path: Path, watching: Callable[..., Watch]) -> None:
    (tmp_path / "team").mkdir()
    other = Path(shutil.copy(STARTER, tmp_path / "team" / "ana.xlsx"))
    watch = watching("leads.xlsx", "team/ana.xlsx", "leads.xlsx")
    save_by_rename(other)
    watch.wait_for("ana.xlsx: 400 leads")
    other.write_bytes(SAMPLE.read_bytes()[:5_000])
    save_by_rename(book)
    watch.wait_for("leads.xlsx: 400 leads")
    # What is no whole workbook in the end is told, and the watch goes on.
    assert "ana.xlsx: " in watch.wait_for("is damaged")
    save_by_rename(other)
    watch.wait_for("ana.xlsx: 400 leads", times=2)
    watch.end()
    assert watch.lines[0].startswith("Watching leads.xlsx and ana.xlsx: ")
    assert watch.lines[-1] == "Stopped watching leads.xlsx and ana.xlsx."


def test_a_file_that_is_touched_but_not_changed_is_left_alone(book: Path, watching: Callable[..., Watch]) -> None:
    other = Path(shutil.copy(STARTER, book.with_name("later.xlsx")))
    watch = watching("leads.xlsx", "later.xlsx", "--every", "0.5")
    os.utime(book)
    time.sleep(0.2)
    save_by_rename(other)
    watch.wait_for("later.xlsx: 400 leads")  # the one before it has had its turn by then
    assert len(watch.lines) == 2
    assert list_backups(book) == []


def test_what_cannot_be_watched_is_said_at_once(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "leadbook", "watch", "none.xlsx"], cwd=tmp_path, capture_output=True, text=True,
        check=False, timeout=60, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == 'leadbook: There is no file "none.xlsx" to watch. Check its name and folder.\n'


def test_a_folder_that_tells_of_nothing_is_looked_at_all_the_same(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drive whose changes the system cannot tell: the watch library itself gives up, as it does there."""
    import watchfiles

    from leadbook.run.watches.saves import ticks

    def no_watch_left(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(watchfiles, "watch", no_watch_left)
    stop = threading.Event()
    seen = 0
    for _ in ticks([book.parent], stop, 0.05):
        seen += 1
        if seen == 3:
            stop.set()
    assert seen == 3


def test_a_whole_workbook_is_told_from_a_part_of_one(book: Path) -> None:
    assert is_whole(book)
    data = bytearray(book.read_bytes())
    book.write_bytes(data[: len(data) // 2])
    assert not is_whole(book)
    with zipfile.ZipFile(SAMPLE) as package:
        start = package.getinfo("xl/workbook.xml").header_offset + 60
    data = bytearray(SAMPLE.read_bytes())
    data[start : start + 40] = bytes(40)
    book.write_bytes(data)
    assert not is_whole(book)
    book.unlink()
    assert not is_whole(book)


@pytest.mark.slow
def test_a_workbook_that_cannot_be_written_is_said_once_and_tried_again(
    book: Path, watching: Callable[..., Watch]
) -> None:
    watch = watching("leads.xlsx")
    beside = Path(shutil.copy(SAMPLE, book.with_name("beside")))
    beside.chmod(0o444)
    beside.replace(book)
    watch.wait_for("is read-only")
    time.sleep(3)
    assert len(watch.lines) == 2
    book.chmod(0o644)
    watch.wait_for("400 leads")
