"""The open workbook's part of the benchmark: ``python -m tests.bench --live``.

Refreshes 10,000 leads that are open in the engine of openpyxl and in a real LibreOffice, after imports, twice: the
first time every sheet is laid out, after that only what stands in the cells is typed. Then the process that a button
starts for 300 leads, from its start to its end. Seconds of the wall and, behind them, of this process's own work.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
import time
import warnings
from pathlib import Path

ENGINES = Path(__file__).resolve().parent / "live"


def _refreshes(app: object, path: Path, how_often: int) -> list[tuple[float, float]]:
    from leadbook.run.live import refresh_open
    from tests.bench import AS_OF

    book = app.books.open(path)
    book.sheets["Leads"].range("A1").value  # noqa: B018 - the engine is awake
    seconds: list[tuple[float, float]] = []
    for _ in range(how_often):
        gc.collect()
        began, worked = time.perf_counter(), time.process_time()
        refresh_open(book, as_of=AS_OF, journal_folder=path.parent / "kept")
        seconds.append((time.perf_counter() - began, time.process_time() - worked))
    book.close()
    return seconds


def measure_live(folder: Path, leads: int = 10_000, button_leads: int = 300) -> None:
    """Print the seconds of each engine and of the button's process."""
    sys.path.insert(0, str(ENGINES))
    warnings.simplefilter("ignore")  # openpyxl says what it would drop
    import openpyxl_engine
    import xlwings
    from buttons_process import run_button
    from office import find_bridge

    from tests.bench import make

    small, large = folder / "small.xlsx", folder / f"{leads}.xlsx"
    make(small, button_leads)
    make(large, leads)
    print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    openpyxl_engine.install()
    app = xlwings.App(add_book=False)
    _refreshes(app, small, 1)  # imports
    _tell(f"{leads:,} leads, openpyxl", _refreshes(app, large, 3))
    app.quit()
    missing = find_bridge()
    if missing:
        print(missing)
    else:
        import libreoffice_engine

        libreoffice_engine.install()
        app = xlwings.App(add_book=False)
        try:
            _refreshes(app, small, 1)
            _tell(f"{leads:,} leads, LibreOffice", _refreshes(app, large, 3))
        finally:
            app.quit()
    walls: list[float] = []
    inside: list[float] = []
    for _ in range(3):
        began = time.perf_counter()
        done = run_button(small, "from leadbook import macros; macros.refresh()", folder, out="")
        walls.append(time.perf_counter() - began)
        done.check_returncode()
        inside.append(float(done.stderr.strip().splitlines()[-1]))
    print(f"RunPython, {button_leads} leads: {min(inside):.2f} s from the command on (best of 3); with Python's start and "
          f"the engine's opening of the workbook, which is Excel's part, {min(walls):.2f} s")  # fmt: skip


def _tell(what: str, seconds: list[tuple[float, float]]) -> None:
    first, *later = seconds
    best = min(later)
    print(
        f"{what}: first {first[0]:.2f} s (own work {first[1]:.2f} s), then {best[0]:.2f} s (own work {best[1]:.2f} s)"
    )


def main(keep: Path | None = None) -> None:
    """Measure in a folder that is kept or thrown away."""
    folder = keep or Path(tempfile.mkdtemp(prefix="leadbook-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        measure_live(folder)
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)
