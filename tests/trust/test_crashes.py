"""A save that is ended anywhere leaves the old workbook or the new one, and the way back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "fewest"),
    [
        (("--kind", "few"), 165),
        (("--kind", "linked"), 165),
        (("--kind", "many"), 165),
        (("--kind", "few", "--faults", "refresh", "undo", "review"), 180),
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
