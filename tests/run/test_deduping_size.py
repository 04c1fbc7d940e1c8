"""The command dedupe on a large list: time and memory that grow with the rows, not with their square."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.memory import PEAK

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "analysis"))

from dirty_lists import contacts

MEASURED = """
import json, resource, sys, time
from leadbook.cli import main
code = main(["dedupe", sys.argv[1], "--id", "nr", "--pairs", sys.argv[2]])
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"code": code, "seconds": used.ru_utime + used.ru_stime, "mib": peak_mib()}))
"""


def measure(folder: Path, count: int) -> tuple[float, float, float]:
    rows, pairs = contacts(3, count, share=0.035)
    source, target = folder / f"{count}.csv", folder / f"{count}.out.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["nr", *rows[0]])
        writer.writeheader()
        writer.writerows({"nr": f"L-{place}", **row} for place, row in enumerate(rows))
    done = subprocess.run(
        [sys.executable, "-c", PEAK + MEASURED, str(source), str(target)], capture_output=True, text=True, check=True
    )
    used = json.loads(done.stdout.splitlines()[-1])
    with target.open(encoding="utf-8", newline="") as file:
        decided = {
            tuple(sorted((int(row["id_a"][2:]), int(row["id_b"][2:]))))
            for row in csv.DictReader(file)
            if row["duplicate"] == "yes"
        }
    score = 2 * len(decided & pairs) / (len(decided) + len(pairs))
    print(  # noqa: T201 - these figures are what one runs it for
        f"\n{len(rows):,} rows: {used['seconds']:.1f} s of processor time, {used['mib']:.0f} MiB, F1 {score:.4f}"
    )
    return used["seconds"], used["mib"], score


@pytest.mark.slow
def test_a_hundred_thousand_leads_take_seconds(tmp_path):
    small, _, _ = measure(tmp_path, 10_000)
    seconds, mib, score = measure(tmp_path, 100_000)
    assert seconds <= 15
    assert mib <= 1_024
    assert seconds <= 15 * small
    assert score >= 0.92
