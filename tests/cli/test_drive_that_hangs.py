"""A drive that does not answer in the middle of a save: nobody is left without a word, and nothing is lost."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes of POSIX")

ROOT = Path(__file__).resolve().parents[2]
REFRESH = ("refresh", "leads.xlsx", "--as-of", "2026-03-02")
ENDING_SECONDS = 20.0

# A pipe that nobody writes to is a file that never answers: the call waits in the system until it does.
HANGS = """
import os, sys
def fsync(handle, real=os.fsync):
    if not os.path.exists("answered"):
        os.close(os.open("drive", os.O_RDONLY))
    real(handle)
os.fsync = fsync
from leadbook.cli import progress, run
progress.QUIET_SECONDS = progress.REDRAW_SECONDS = 0.05
progress.PATIENCE_SECONDS = 0.3
run()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "workbooks" / "starter.xlsx", tmp_path / "leads.xlsx")
    os.mkfifo(tmp_path / "drive")
    return tmp_path


@contextlib.contextmanager
def saving(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Refresh the workbook, up to where the drive should say that it has the new one."""
    with (folder / "said").open("wb") as said:
        running = subprocess.Popen([sys.executable, "-c", HANGS, *REFRESH], cwd=folder, stdout=said, stderr=said)
    try:
        until(lambda: list(folder.glob(".~leadbook-[0-9]*-leads.xlsx")) and "still writing" in told(folder))
        yield running
    finally:
        running.kill()
        running.wait()


def told(folder: Path) -> str:
    return (folder / "said").read_text(encoding="utf-8")


def until(there: Callable[[], object]) -> None:
    last = time.monotonic() + 60
    while not there():
        assert time.monotonic() < last
        time.sleep(0.02)


def refresh(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "leadbook", *REFRESH], cwd=folder, capture_output=True, text=True, check=False,
        timeout=ENDING_SECONDS,
    )  # fmt: skip


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"drive", "said", "answered"}


def test_it_is_said_and_a_second_refresh_is_refused_and_what_waits_is_done_once_the_drive_answers(folder: Path):
    before = (folder / "leads.xlsx").read_bytes()
    with saving(folder) as running:
        assert "is its drive there?" in told(folder)
        other = refresh(folder)
        assert (other.returncode, other.stdout) == (3, "")
        assert 'Another leadbook is saving "leads.xlsx"' in other.stderr
        assert (folder / "leads.xlsx").read_bytes() == before
        (folder / "answered").touch()
        (folder / "drive").write_bytes(b"")
        assert running.wait(ENDING_SECONDS) == 0
    assert (folder / "leads.xlsx").read_bytes() != before
    assert names(folder) == {"leads.xlsx", "leads.xlsx.leadbook-backups"}


def test_ctrl_c_waits_and_says_so_and_pressed_again_stops(folder: Path):
    before = (folder / "leads.xlsx").read_bytes()
    with saving(folder) as running:
        running.send_signal(signal.SIGINT)
        until(lambda: "Ctrl+C again stops at once" in told(folder))
        assert running.poll() is None
        running.send_signal(signal.SIGINT)
        assert running.wait(ENDING_SECONDS) == 130
    assert told(folder).splitlines()[-1].startswith("leadbook: stopped in the middle of a save; the workbook is whole")
    assert "Traceback" not in told(folder)
    assert (folder / "leads.xlsx").read_bytes() == before
    assert names(folder) == {"leads.xlsx"}


def test_whoever_ends_the_process_can_refresh_at_once(folder: Path):
    before = (folder / "leads.xlsx").read_bytes()
    with saving(folder) as running:
        running.kill()
        running.wait()
    assert (folder / "leads.xlsx").read_bytes() == before
    again = refresh(folder)
    assert again.returncode == 0, again.stderr
    assert names(folder) == {"leads.xlsx", "leads.xlsx.leadbook-backups"}
