"""The open workbook's part of the benchmark: ``python -m tests.bench --live``.

Refreshes 10,000 leads that are open in the engine of openpyxl and in a real LibreOffice, after imports: the first time
every sheet is laid out; the second time History has rows, which Pipeline and Forecast tell; then three leads are edited;
then nothing is. Beside it stand what openpyxl's load and save of the same file take, a refresh of it closed, and the
floor: the time in which the engine hands the list over. Then the process that a button starts for 300 leads, from its
start to its end, and as its floor one that imports xlwings. Seconds of the wall, and behind them the work of this
process, and of LibreOffice.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import NamedTuple

ENGINES = Path(__file__).resolve().parent / "live"
EDITS = {3: "Won", 40: "Lost", 1_000: "Proposal"}


class Took(NamedTuple):
    """Seconds of the wall, of this process's work, and of LibreOffice's."""

    wall: float
    own: float
    office: float

    def __str__(self) -> str:
        office = f", LibreOffice {self.office:.1f} s" if self.office else ""
        return f"{self.wall:.2f} s (own work {self.own:.2f} s{office})"


def _timed(work, office: int = 0) -> Took:
    gc.collect()
    before, began, worked = _work_of(office), time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - began, time.process_time() - worked, _work_of(office) - before)


def _work_of(process: int) -> float:
    """Return the seconds that a process and those it started have worked; 0 where the system does not tell."""
    parents: dict[int, tuple[int, float]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat") if process else ():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        worked = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        parents[int(stat.parent.name)] = int(fields[1]), worked
    family = {process}
    while more := {one for one, (parent, _) in parents.items() if parent in family} - family:
        family |= more
    return sum(worked for one, (_, worked) in parents.items() if one in family)


def _refreshes(app: object, path: Path, office: int = 0) -> dict[str, Took]:
    from leadbook.run.live import refresh_open
    from tests.bench import AS_OF, HEADERS

    book = app.books.open(path)
    leads = book.sheets["Leads"]
    leads.range("A1").value  # noqa: B018 - the engine is awake

    def refresh() -> None:
        refresh_open(book, as_of=AS_OF, journal_folder=path.parent / "kept")

    def edit() -> None:
        for row, stage in EDITS.items():
            leads.range((min(row, leads.used_range.shape[0]), HEADERS.index("Stage") + 1)).value = stage

    took = {
        "the list handed over (floor)": _timed(lambda: leads.tables["Leads"].range.value, office),
        "first refresh": _timed(refresh, office),
        "second": _timed(refresh, office),
    }
    edit()
    took |= {"after three edits": _timed(refresh, office), "with nothing changed": _timed(refresh, office)}
    book.close()
    return took


def measure_live(folder: Path, leads: int = 10_000, button_leads: int = 300) -> None:
    """Print the seconds of each engine and of the button's process."""
    sys.path.insert(0, str(ENGINES))
    warnings.simplefilter("ignore")  # openpyxl says what it would drop
    import openpyxl_engine
    import xlwings
    from office import find_bridge

    from tests.bench import AS_OF, OPENPYXL, REFRESH, make, run

    small, large = folder / "small.xlsx", folder / f"{leads}.xlsx"
    make(small, button_leads)
    make(large, leads)
    print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for what, script, given in (
        ("openpyxl's load and save", OPENPYXL, ()),
        ("leadbook refresh", REFRESH, (str(AS_OF),)),
    ):
        copy = Path(shutil.copy(large, folder / "closed.xlsx"))
        found = run(script, str(copy), *given)
        print(f"{leads:,} leads closed, {what}: {found['seconds']:.2f} s (own work {found['cpu']:.2f} s)", flush=True)
    openpyxl_engine.install()
    app = xlwings.App(add_book=False)
    _refreshes(app, small)  # imports
    _tell(f"{leads:,} leads open, openpyxl", _refreshes(app, large))
    app.quit()
    missing = find_bridge()
    if missing:
        print(missing)
    else:
        import libreoffice_engine

        libreoffice_engine.install()
        app = xlwings.App(add_book=False)
        try:
            office = app.pid
            _refreshes(app, small, office)
            _tell(f"{leads:,} leads open, LibreOffice", _refreshes(app, large, office))
        finally:
            app.quit()
    _measure_button(small, folder, button_leads)


def _measure_button(book: Path, folder: Path, leads: int) -> None:
    from buttons_process import run_button

    walls: list[float] = []
    openings: list[float] = []
    inside: list[float] = []
    floors: list[float] = []
    for _ in range(5):
        began = time.perf_counter()
        done = run_button(book, "from leadbook import macros; macros.refresh()", folder, out="")
        walls.append(time.perf_counter() - began)
        done.check_returncode()
        opening, work = map(float, done.stderr.strip().splitlines()[-1].split())
        openings.append(opening)
        inside.append(work)
        began = time.perf_counter()
        subprocess.run([sys.executable, "-B", "-c", "import xlwings"], check=True)
        floors.append(time.perf_counter() - began)
    own = min(wall - opening for wall, opening in zip(walls, openings, strict=True))
    print(f"RunPython, {leads} leads, best of 5: {min(walls):.2f} s in all; {own:.2f} s without the engine's loading and its "
          f"opening of the workbook, which are Excel's part ({min(openings):.2f} s); {min(inside):.2f} s from the command "
          f"on; a process that imports xlwings (floor): {min(floors):.2f} s")  # fmt: skip


def _tell(what: str, took: dict[str, Took]) -> None:
    for phase, seconds in took.items():
        print(f"{what}, {phase}: {seconds}", flush=True)


def main(keep: Path | None = None) -> None:
    """Measure in a folder that is kept or thrown away."""
    folder = keep or Path(tempfile.mkdtemp(prefix="leadbook-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        measure_live(folder)
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)
