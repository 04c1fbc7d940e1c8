"""Benchmark of the review: ``python -m tests.bench --review BOOKS``.

Reviews so many books of 2,000 leads, first without and then with its cache, beside refreshing them one by one. The
seconds of the clock are fair only on a machine that does nothing else. So CPU seconds stand beside them, those of the
parent and those of the processes that study the books apart, and what they come to on four cores of one's own: the
parent's and a quarter of the others'.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.memory import PEAK

if TYPE_CHECKING:
    from pathlib import Path

LEADS, CORES = 2_000, 4
SHOWN = 10

ONE_BY_ONE = """
import datetime, json, sys, time
began = time.perf_counter()
from leadbook import refresh
for path in sys.argv[1:]:
    refresh(path, as_of=datetime.date(2026, 11, 20))
print(json.dumps({"seconds": time.perf_counter() - began, "cpu": time.process_time()}))
"""
REVIEW = """
import datetime, json, multiprocessing.forkserver, resource, sys, time
def spent(who):
    seen = resource.getrusage(who)
    return seen.ru_utime + seen.ru_stime
def main():
    began = time.perf_counter()
    from leadbook import review
    summary = review(sys.argv[2:], sys.argv[1] + "/review.xlsx", as_of=datetime.date(2026, 11, 20))
    seconds = time.perf_counter() - began
    multiprocessing.forkserver._forkserver._stop()  # waits for it, so that what its processes spent is counted
    print(json.dumps({"seconds": seconds, "books": summary.books, "cached": summary.from_cache,
                      "mib": peak_mib(),
                      "parent": spent(resource.RUSAGE_SELF), "others": spent(resource.RUSAGE_CHILDREN)}))
if __name__ == "__main__":
    main()
"""


def measure_review(folder: Path, books: int) -> None:
    """Print how a review of many books compares with refreshing them one by one, first and from the cache.

    The first ten books are refreshed one after the other in one process, and stand for all of them.
    """
    from tests.bench import environment, make, run

    team = folder / "team"
    team.mkdir(exist_ok=True)
    paths = [team / f"rep-{number:03d}.xlsx" for number in range(books)]
    for number, path in enumerate(paths):
        if not path.exists():
            make(path, LEADS, seed=1_000 + number, owner=f"Rep {number:03d}")
    shown = paths[:SHOWN]
    copies = [str(shutil.copy(path, folder / f"copy-{path.name}")) for path in shown]
    alone = run(ONE_BY_ONE, *copies)
    clock, cpu = (float(str(alone[key])) / len(shown) * books for key in ("seconds", "cpu"))
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    shutil.rmtree(folder / "cache", ignore_errors=True)
    script = folder / "review.py"
    script.write_text(PEAK + REVIEW)
    print(f"{books} books x {LEADS:,} leads, refreshed one by one: {clock:.1f} s, {cpu:.1f} s CPU (from {len(shown)} of them)",
          flush=True)  # fmt: skip
    for name in ("first", "from the cache"):
        done = subprocess.run([sys.executable, str(script), str(folder), *map(str, paths)], check=True, capture_output=True,
                              text=True, env=environment())  # fmt: skip
        told = json.loads(done.stdout.strip().splitlines()[-1])
        derived = told["parent"] + told["others"] / CORES
        print(f"review, {name}: {told['seconds']:.1f} s = {told['seconds'] / clock:.3f} of that; CPU {told['parent']:.1f} s of the "
              f"parent + {told['others']:.1f} s of the others, on {CORES} cores {derived:.1f} s = {derived / cpu:.3f} of that; "
              f"{told['cached']} of {told['books']} books from the cache, parent {told['mib']:.0f} MiB", flush=True)  # fmt: skip
