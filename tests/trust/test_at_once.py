"""Several people save one workbook at the same time: one after the other is done or refused, and nobody's work is lost."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from leadbook.books.backups import list_backups

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = 4
ALL_SECONDS = 120.0
BUSY = ("was changed by someone else while leadbook worked on it", "Another leadbook is saving")


def leadbook(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "leadbook", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def bring_in(folder: Path, who: str) -> int:
    """Import a lead as often as it takes; return how often it was refused."""
    (folder / f"{who}.csv").write_text(f"Lead ID,Company,Owner,Stage\n{who}-1,Firm of {who},{who},Prospecting\n")
    refused, last = 0, time.monotonic() + ALL_SECONDS
    while time.monotonic() < last:
        told = leadbook(folder, "import", f"{who}.csv", "--into", "leads.xlsx", "--as-of", "2026-03-02")
        if told.returncode == 0:
            return refused
        assert told.returncode == 3, told.stderr
        assert any(sentence in told.stderr for sentence in BUSY), told.stderr
        refused += 1
    raise AssertionError(f"{who} never came in")


def test_what_several_import_at_once_is_all_there(tmp_path: Path):
    assert leadbook(tmp_path, "init", "leads.xlsx").returncode == 0
    people = [f"P{number}" for number in range(PEOPLE)]
    with ThreadPoolExecutor(PEOPLE) as pool:
        refused = sum(pool.map(bring_in, [tmp_path] * PEOPLE, people))
    print(f"{PEOPLE} imports at once, refused {refused} times, then done")
    with closing(load_workbook(tmp_path / "leads.xlsx")) as book:
        owners = [row[0].value for row in book["Leads"].iter_rows() if str(row[0].value).startswith("P")]
    assert sorted(owners) == [f"{who}-1" for who in people]
    assert len(list_backups(tmp_path / "leads.xlsx")) == PEOPLE
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".~")]
