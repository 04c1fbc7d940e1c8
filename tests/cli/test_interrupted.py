"""Ctrl-C and kill in the middle of a refresh: the file is the old one or the new one, and whole."""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "tests"))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import bench

    path = tmp_path_factory.mktemp("interrupted") / "leads.xlsx"
    bench.make(path, 3_000)
    return path


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
# Much sooner, on a busy machine, it is Python that is still starting, and that answers with a traceback of its own.
@pytest.mark.parametrize("share", [0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98])
def test_a_refresh_cut_short_leaves_a_whole_file(book: Path, tmp_path: Path, how: signal.Signals, share: float) -> None:
    command = [sys.executable, "-m", "leadbook", "refresh", "leads.xlsx", "--as-of", "2026-11-20"]
    target = Path(shutil.copyfile(book, tmp_path / "leads.xlsx"))
    began = time.monotonic()
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    whole_seconds = time.monotonic() - began
    shutil.copyfile(book, target)
    before = digest(target)
    running = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(whole_seconds * share)
    running.send_signal(how)
    _, told = running.communicate(timeout=60)
    assert "Traceback" not in told
    if digest(target) != before:
        assert {"Today", "Pipeline"} <= set(_sheets(target))
    with zipfile.ZipFile(target) as package:
        assert package.testzip() is None
    # Whatever was left behind, the next refresh goes through.
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)


def _sheets(path: Path) -> list[str]:
    from openpyxl import load_workbook

    with closing(load_workbook(path, read_only=True)) as book:
        return book.sheetnames
