"""The counted proofs of tests/trust, each in the size that a build has time for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "counted"),
    [
        (("hard_use", "refreshes", "--count", "120"), "120 refreshes, 0 wrong"),
        (
            ("hard_use", "operations", "--count", "10", "--every", "3"),
            r"\d+ workbooks, \d+ operations, \d+ workbooks lossless, 0 wrong",
        ),
        (("mutants", "600", "--share", "1/2"), r"300 mutants, \d+ refused, \d+ done, 0 wrong"),
        (("mutants", "600", "--share", "2/2"), r"300 mutants, \d+ refused, \d+ done, 0 wrong"),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_nothing_is_harmed_however_hard_it_is_used(arguments: tuple[str, ...], counted: str):
    told = subprocess.run(
        [sys.executable, "-m", f"tests.trust.{arguments[0]}", *arguments[1:]],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=1800,
    )  # fmt: skip
    print(told.stdout)
    assert told.returncode == 0, told.stdout + told.stderr
    assert re.fullmatch(counted, told.stdout.strip().splitlines()[-1])


def test_a_seed_makes_other_mutants_which_can_be_seen_again():
    from tests.trust.mutants import Base, chosen

    base = Base("fresh", b"", ("refresh", "{}"))
    assert [seed for _, seed in chosen([base], ["3"], 700)] == [700, 701, 702]
    assert list(chosen([base], ["fresh:701"])) == [(base, 701)]
