"""A save that is ended anywhere leaves the old workbook or the new one, and the way back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from leadbook.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "fewest"),
    [
        (("--kind", "few"), 195),
        (("--kind", "linked"), 165),
        (("--kind", "many"), 165),
        (("--kind", "few", "--faults", "refresh", "undo", "review"), 180),
        (("--kind", "few", "--faults", "--every", "3", "propose"), 40),
        (("--kind", "few", "--interrupts", "refresh", "init", "propose", "undo"), 60),
        (("--kind", "few", "--impatient", "refresh", "undo"), 30),
        (("--kind", "few", "--slow", "--every", "3", "refresh", "undo"), 10),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_save_that_is_ended_or_fails_anywhere_leaves_the_old_workbook_or_the_new_one(
    arguments: tuple[str, ...], fewest: int, tell_absent: Callable[[str, str], None]
):
    if shutil.which("strace") is None:
        tell_absent("strace", "apt-get install strace")
    told = subprocess.run(
        [sys.executable, "-m", "tests.trust.crashes", *arguments],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=1800,
    )  # fmt: skip
    print(told.stdout)
    assert told.returncode == 0, told.stdout + told.stderr
    points, wrong = told.stdout.strip().splitlines()[-1].split(" points, ")
    assert wrong == "0 wrong"
    assert int(points) >= fewest, "fewer calls than a save makes: the harness does not see them"


def test_what_a_command_says_moves_none_of_its_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tell_absent: Callable[[str, str], None]
):
    """Else the fault would hit another call on a slow machine, on which more of the progress is told."""
    if shutil.which("strace") is None:
        tell_absent("strace", "apt-get install strace")
    from tests.trust.syscalls import run

    told = []
    for quiet_seconds in (60.0, 60.0, 0.0):  # the first run loads what the fork of the others then has
        folder = tmp_path / f"{len(told)}"
        folder.mkdir()
        monkeypatch.setattr("leadbook.cli.progress.QUIET_SECONDS", quiet_seconds)
        monkeypatch.setattr(
            "leadbook.cli.progress.REDRAW_SECONDS", 0.01
        )  # a refresh of no leads may take less than 0.5
        shutil.copy(ROOT / "workbooks" / "starter.xlsx", folder / "leads.xlsx")
        if not told:
            assert main(["refresh", str(folder / "leads.xlsx"), "--as-of", "2026-03-02"]) == 0
            shutil.copy(ROOT / "workbooks" / "starter.xlsx", folder / "leads.xlsx")
        told.append(run(("refresh", "leads.xlsx", "--as-of", "2026-03-02"), folder))
    assert "…" not in told[1].said
    assert "…" in told[2].said
    # The C library now and then opens what describes the process, so that the number of an opening may differ.
    quiet, loud = ([point for point in ended.points if point.call != "openat"] for ended in told[1:])
    assert quiet == loud
    assert len(told[1].points) == len(told[2].points)
    calls = (tmp_path / "2.strace").read_text(encoding="utf-8").splitlines()
    assert not [call for call in calls if "write(" in call and str(folder) not in call]
