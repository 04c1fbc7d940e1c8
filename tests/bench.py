"""Benchmark of the main job: ``python -m tests.bench [ROWS ...]``.

Makes workbooks of 1,000, 10,000 and 100,000 leads with 25 columns, refreshes each in a process of its own and
does the same with ``openpyxl.load_workbook`` + ``save``, in turn, in the same run. What counts are the ratios;
the seconds are those of the machine it ran on. It is no test and nothing fails by it. ``--review``, ``--history``,
``--live`` and ``--proposals`` run the benchmarks of ``bench_review.py``, ``bench_history.py``, ``bench_live.py`` and
``bench_proposals.py`` instead.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from pathlib import Path

from tests.memory import PEAK

AS_OF = dt.date(2026, 11, 20)
HEADERS = (
    "Lead ID", "Company", "Website", "Industry", "Employees", "First Name", "Last Name", "Job Title", "Email", "Phone",
    "City", "Country", "Source", "Owner", "Stage", "Created", "First Contacted", "Last Activity", "Next Step",
    "Next Step Date", "Amount", "Currency", "Close Date", "Forecast Category", "Notes",
)  # fmt: skip
STAGES = ("Prospecting", "Initial contact", "Qualification", "Assessment", "Meeting / demo", "Proposal", "Objections",
          "Closing", "Won", "Lost")  # fmt: skip

REFRESH = """
import datetime, json, sys, time
began = time.perf_counter()
from leadbook import refresh
steps, last = {}, ["import", began]
def progress(step):
    now = time.perf_counter(); steps[last[0]] = steps.get(last[0], 0) + now - last[1]; last[:] = [step, now]
summary = refresh(sys.argv[1], as_of=datetime.date.fromisoformat(sys.argv[2]), progress=progress)
progress("end")
print(json.dumps({"seconds": time.perf_counter() - began, "steps": steps, "cpu": time.process_time(),
                  "mib": peak_mib()}))
"""
CHECK = """
import datetime, json, sys, time
began = time.perf_counter()
from leadbook import check
check(sys.argv[1], as_of=datetime.date.fromisoformat(sys.argv[2]))
print(json.dumps({"seconds": time.perf_counter() - began, "cpu": time.process_time()}))
"""
OPENPYXL = """
import json, sys, time
began = time.perf_counter()
import openpyxl
book = openpyxl.load_workbook(sys.argv[1]); book.save(sys.argv[1])
print(json.dumps({"seconds": time.perf_counter() - began, "cpu": time.process_time(),
                  "mib": peak_mib()}))
"""


def rows_of(count: int, seed: int = 7) -> list[tuple[object, ...]]:
    """Return believable leads, one in ten with a defect and one in twenty entered twice."""
    rng = random.Random(seed)
    syllables = ("al", "ber", "cor", "dan", "el", "fin", "gor", "hal", "in", "jor", "kel", "lum", "mer", "nor", "or", "pel",
                 "quin", "ros", "sol", "tar", "ul", "ven", "wil", "yor", "zen")  # fmt: skip
    word = lambda parts: "".join(rng.choice(syllables) for _ in range(parts)).capitalize()  # noqa: E731 - short
    firsts, lasts = [word(2) for _ in range(400)], [word(3) for _ in range(4000)]
    industries = ("Software", "Manufacturing", "Logistics", "Healthcare", "Retail", "Education")
    owners = [f"{word(2)} {word(3)}" for _ in range(12)]
    rows: list[tuple[object, ...]] = []
    for number in range(1, count + 1):
        if rows and rng.random() < 0.05:
            twin = list(rows[rng.randrange(max(0, len(rows) - 5000), len(rows))])
            twin[0], twin[8] = f"L-{number:06d}", str(twin[8]).upper()
            rows.append(tuple(twin))
            continue
        company, first, last = f"{word(3)} {word(2)}", rng.choice(firsts), rng.choice(lasts)
        domain = company.casefold().replace(" ", "-") + ".example"
        created = AS_OF - dt.timedelta(days=rng.randrange(5, 700))
        stage = rng.choices(STAGES, (8, 8, 7, 6, 6, 5, 4, 3, 20, 33))[0]
        close = created + dt.timedelta(days=rng.randrange(20, 160))
        if stage not in {"Won", "Lost"}:
            close = AS_OF + dt.timedelta(days=rng.randrange(-10, 150))
        amount: object = float(rng.randrange(10, 900) * 100)
        email, industry = f"{first}.{last}@{domain}".casefold(), rng.choice(industries)
        match rng.randrange(60):
            case 0:
                amount = f"{rng.randrange(2, 90)} k"
            case 1:
                email = email.replace("@", " at ")
            case 2:
                industry = industry[:-2] + industry[-1]
            case 3:
                stage = stage.upper()
            case _:
                pass
        rows.append((
            f"L-{number:06d}", company, f"https://{domain}", industry, rng.randrange(5, 4000), first, last,
            rng.choice(("CFO", "Operations Manager", "Managing Director", "IT Director")), email,
            f"+49 30 {rng.randrange(10**7, 10**8)}", word(3), rng.choice(("Germany", "France", "Poland", "Austria")),
            rng.choice(("Website", "Referral", "Trade fair", "Partner")), rng.choice(owners), stage, created,
            created + dt.timedelta(days=rng.randrange(6)), min(AS_OF, created + dt.timedelta(days=rng.randrange(90))),
            "Call back" if rng.random() < 0.7 else None, AS_OF + dt.timedelta(days=rng.randrange(-20, 20)), amount,
            "EUR", close, None, f"Spoke about {word(4)} and {word(3)}",
        ))  # fmt: skip
    return rows


def make(path: Path, count: int, *, seed: int = 7, owner: str = "", history: int = 0) -> None:
    """Write a workbook of ``count`` leads as Excel would: one table, shared strings, real dates; of one owner if named."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_urls": False})
    sheet = book.add_worksheet("Leads")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    dates = {column for column, header in enumerate(HEADERS) if header in {
        "Created", "First Contacted", "Last Activity", "Next Step Date", "Close Date"}}  # fmt: skip
    rows = rows_of(count, seed)
    if owner:
        place = HEADERS.index("Owner")
        rows = [(*row[:place], owner, *row[place + 1 :]) for row in rows]
    sheet.add_table(0, 0, count, len(HEADERS) - 1, {"name": "Leads", "columns": [{"header": name} for name in HEADERS]})
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(number, column, value, day if column in dates else None)
    if history:
        from tests.bench_history import add_history

        add_history(book, history, count, AS_OF)
    book.close()


def floor_seconds(path: Path) -> float:
    """Time what no editor can avoid: inflating every member and deflating it again."""
    began = time.perf_counter()
    with zipfile.ZipFile(path) as package:
        for member in package.infolist():
            zlib.compress(package.read(member), 6)
    return time.perf_counter() - began


def environment() -> dict[str, str]:
    """Return the environment of a contender: this source tree, its bytecode cached as an installed package's is."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}


def run(script: str, *arguments: str, limit: float | None = None) -> dict[str, object]:
    """Run one contender in a process of its own and return what it measured; TimeoutExpired after ``limit`` seconds."""
    done = subprocess.run([sys.executable, "-c", PEAK + script, *arguments], check=True, capture_output=True, text=True,
                          env=environment(), timeout=limit)  # fmt: skip
    return json.loads(done.stdout.strip().splitlines()[-1])


def import_pandas_seconds() -> float:
    """Time ``python -c "import pandas"``, the yardstick for small books: the median of five."""
    times = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import pandas"], check=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def version_seconds() -> float:
    """Time ``leadbook --version`` as a whole process: the median of nine."""
    times = []
    for _ in range(9):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "leadbook", "--version"], check=True, capture_output=True, env=environment()
        )
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def command_seconds(path: Path) -> float:
    """Time ``leadbook refresh`` as a whole process: the median of five on fresh copies, after one to warm up."""
    times = []
    for number in range(6):
        copy = path.with_name(f"copy-{number}.xlsx")
        shutil.copy(path, copy)
        command = [sys.executable, "-m", "leadbook", "refresh", str(copy), "--as-of", str(AS_OF)]
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env=environment())
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def main() -> None:
    """Print the table of ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", type=int, default=[1_000, 10_000, 100_000])
    parser.add_argument("--keep", type=Path, help="a folder for the workbooks it makes")
    parser.add_argument("--review", type=int, metavar="BOOKS", help="review so many books of 2,000 leads instead")
    parser.add_argument(
        "--history", action="store_true", help="replay a million rows, and refresh with 300,000, instead"
    )
    parser.add_argument(
        "--live", action="store_true", help="refresh workbooks that are open, as a button does, instead"
    )
    parser.add_argument("--proposals", action="store_true", help="write 200 proposals instead")
    parser.add_argument(
        "--limit", type=float, default=1800.0, help="seconds after which openpyxl is given up (--history)"
    )
    arguments = parser.parse_args()
    if arguments.live:
        from tests.bench_live import main as measure_live

        measure_live(arguments.keep)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        if arguments.history:
            from tests.bench_history import measure_history

            measure_history(folder, arguments.limit)
            return
        if arguments.proposals:
            from tests.bench_proposals import measure_proposals

            measure_proposals(folder)
            return
        if arguments.review:
            from tests.bench_review import measure_review

            measure_review(folder, arguments.review)
            return
        small = folder / "leads-500.xlsx"
        make(small, 500)
        yardstick, command = import_pandas_seconds(), command_seconds(small)
        print(
            f"500 leads, whole command: {command:.2f} s = {command / yardstick:.2f} x import pandas ({yardstick:.2f} s)"
        )
        print(f"leadbook --version: {version_seconds():.3f} s")
        print("| leads | refresh s | check s | openpyxl s | refresh ratio | check ratio | floor s | floor ratio "
              "| refresh MiB | openpyxl MiB | ratio |")  # fmt: skip
        print("|---|---|---|---|---|---|---|---|---|---|---|")
        refreshed: dict[int, dict[str, object]] = {}
        for count in arguments.rows:
            source = folder / f"leads-{count}.xlsx"
            if not source.exists():
                make(source, count)
            ours, theirs = folder / f"ours-{count}.xlsx", folder / f"theirs-{count}.xlsx"
            shutil.copy(source, ours)
            shutil.copy(source, theirs)
            mine = refreshed[count] = run(REFRESH, str(ours), str(AS_OF))
            looked = run(CHECK, str(source), str(AS_OF))
            other, floor = run(OPENPYXL, str(theirs)), floor_seconds(source)
            whole = other["seconds"]
            print(f"| {count:,} | {mine['seconds']:.2f} | {looked['seconds']:.2f} | {whole:.2f} "
                  f"| {mine['seconds'] / whole:.3f} | {looked['seconds'] / whole:.3f} | {floor:.2f} | {floor / whole:.3f} "
                  f"| {mine['mib']:.0f} | {other['mib']:.0f} | {mine['mib'] / other['mib']:.2f} |")  # fmt: skip
        for count, mine in refreshed.items():
            steps = ", ".join(f"{step} {seconds:.2f}" for step, seconds in mine["steps"].items())
            print(f"\n{count:,} leads, seconds by step: {steps}")
        if {10_000, 100_000} <= refreshed.keys():
            growth = refreshed[100_000]["seconds"] / refreshed[10_000]["seconds"]
            print(f"\n10,000 to 100,000 leads: {growth:.1f} times the time")


if __name__ == "__main__":
    main()
