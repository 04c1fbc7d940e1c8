"""Benchmark of the main job: ``python -m tests.bench [ROWS ...]``.

Makes workbooks of 1,000, 10,000 and 100,000 leads with 25 columns, refreshes each in a process of its own and
does the same with ``openpyxl.load_workbook`` + ``save``, in turn, in the same run. What counts are the ratios;
the seconds are those of the machine it ran on. It is no test and nothing fails by it.
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

AS_OF = dt.date(2026, 11, 20)
HEADERS = (
    "Lead ID", "Company", "Website", "Industry", "Employees", "First Name", "Last Name", "Job Title", "Email", "Phone",
    "City", "Country", "Source", "Owner", "Stage", "Created", "First Contacted", "Last Activity", "Next Step",
    "Next Step Date", "Amount", "Currency", "Close Date", "Forecast Category", "Notes",
)  # fmt: skip
STAGES = ("Prospecting", "Initial contact", "Qualification", "Assessment", "Meeting / demo", "Proposal", "Objections",
          "Closing", "Won", "Lost")  # fmt: skip

REFRESH = """
import datetime, json, resource, sys, time
began = time.perf_counter()
from leadbook import refresh
steps, last = {}, ["import", began]
def progress(step):
    now = time.perf_counter(); steps[last[0]] = steps.get(last[0], 0) + now - last[1]; last[:] = [step, now]
summary = refresh(sys.argv[1], as_of=datetime.date.fromisoformat(sys.argv[2]), progress=progress)
progress("end")
print(json.dumps({"seconds": time.perf_counter() - began, "steps": steps, "cpu": time.process_time(),
                  "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""
ONE_BY_ONE = """
import datetime, json, sys, time
began = time.perf_counter()
from leadbook import refresh
for path in sys.argv[1:]:
    refresh(path, as_of=datetime.date(2026, 11, 20))
print(json.dumps({"seconds": time.perf_counter() - began}))
"""
REVIEW = """
import datetime, json, resource, sys, time
def main():
    began = time.perf_counter()
    from leadbook import review
    summary = review(sys.argv[2:], sys.argv[1] + "/review.xlsx", as_of=datetime.date(2026, 11, 20))
    print(json.dumps({"seconds": time.perf_counter() - began, "books": summary.books, "cached": summary.from_cache,
                      "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                      "cpu": sum(resource.getrusage(who).ru_utime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))}))
if __name__ == "__main__":
    main()
"""
OPENPYXL = """
import json, resource, sys, time
began = time.perf_counter()
import openpyxl
book = openpyxl.load_workbook(sys.argv[1]); book.save(sys.argv[1])
print(json.dumps({"seconds": time.perf_counter() - began, "cpu": time.process_time(),
                  "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def rows_of(count: int, seed: int = 7) -> list[tuple[object, ...]]:
    """Return believable leads, one in ten with a defect and one in twenty entered twice."""
    rng = random.Random(seed)
    syllables = ("al", "ber", "cor", "dan", "el", "fin", "gor", "hal", "in", "jor", "kel", "lum", "mer", "nor", "or", "pel",
                 "quin", "ros", "sol", "tar", "ul", "ven", "wil", "yor", "zen")  # fmt: skip
    word = lambda parts: "".join(rng.choice(syllables) for _ in range(parts)).capitalize()  # noqa: E731
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


def run(script: str, *arguments: str) -> dict[str, object]:
    """Run one contender in a process of its own and return what it measured."""
    done = subprocess.run([sys.executable, "-c", script, *arguments], check=True, capture_output=True, text=True,
                          env=environment())  # fmt: skip
    return json.loads(done.stdout.strip().splitlines()[-1])


def import_pandas_seconds() -> float:
    """Time ``python -c "import pandas"``, the yardstick for small books: the median of five."""
    times = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import pandas"], check=True)
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


def review_books(folder: Path, books: int, leads: int) -> None:
    """Print how a review of many books compares with refreshing them one by one, first and from the cache.

    The first ten books are refreshed one after the other in one process, and stand for all of them.
    """
    team = folder / "team"
    team.mkdir(exist_ok=True)
    paths = [team / f"rep-{number:03d}.xlsx" for number in range(books)]
    for number, path in enumerate(paths):
        if not path.exists():
            make(path, leads, seed=1_000 + number, owner=f"Rep {number:03d}")
    shown = paths[:10]
    copies = [str(shutil.copy(path, folder / f"copy-{path.name}")) for path in shown]
    one_by_one = float(str(run(ONE_BY_ONE, *copies)["seconds"])) / len(shown) * books
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    shutil.rmtree(folder / "cache", ignore_errors=True)
    script = folder / "review.py"
    script.write_text(REVIEW)
    print(f"{books} books x {leads:,} leads, refreshed one by one: {one_by_one:.1f} s (from {len(shown)} of them)")
    for name in ("first", "from the cache"):
        done = subprocess.run([sys.executable, str(script), str(folder), *map(str, paths)], check=True, capture_output=True,
                              text=True, env=environment())  # fmt: skip
        told = json.loads(done.stdout.strip().splitlines()[-1])
        print(f"review, {name}: {told['seconds']:.1f} s = {told['seconds'] / one_by_one:.3f} of that, {told['cpu']:.1f} s "
              f"of CPU, {told['cached']} of {told['books']} books from the cache, parent {told['mib']:.0f} MiB")  # fmt: skip


def measure_history(folder: Path, leads: int = 100_000, rows: int = 300_000, replayed: int = 1_000_000) -> None:
    """Print what replaying takes, and what a refresh does beside openpyxl where History is three rows a lead."""
    from tests.bench_history import REPLAY

    folder.mkdir(parents=True, exist_ok=True)
    found = run(REPLAY, str(replayed), str(AS_OF))
    print(f"{replayed:,} rows replayed to the state of {found['leads']:,} leads: {found['replay']:.2f} s "
          f"({found['replay_cpu']:.2f} s CPU), their cells read before in {found['read']:.2f} s "
          f"({found['read_cpu']:.2f} s CPU); {found['mib']:.0f} MiB")  # fmt: skip
    for count in (rows, 0):
        book = folder / f"leads-{leads}-history-{count}.xlsx"
        if not book.exists():
            make(book, leads, history=count)
            # The first refresh sees every lead change; the one that is measured is like any other day's.
            run(REFRESH, str(book), str(AS_OF))
        ours, theirs = folder / "ours.xlsx", folder / "theirs.xlsx"
        shutil.copy(book, ours)
        shutil.copy(book, theirs)
        mine, other = run(REFRESH, str(ours), str(AS_OF)), run(OPENPYXL, str(theirs))
        print(f"{leads:,} leads, {count:,} rows of History before the first refresh: refresh {mine['seconds']:.2f} s "
              f"({mine['cpu']:.2f} s CPU, {mine['mib']:.0f} MiB), openpyxl {other['seconds']:.2f} s "
              f"({other['cpu']:.2f} s CPU, {other['mib']:.0f} MiB): {mine['seconds'] / other['seconds']:.3f} of the time, "
              f"{mine['cpu'] / other['cpu']:.3f} of the CPU time, {mine['mib'] / other['mib']:.2f} of the memory")  # fmt: skip


def main() -> None:
    """Print the table of ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", type=int, default=[1_000, 10_000, 100_000])
    parser.add_argument("--keep", type=Path, help="a folder for the workbooks it makes")
    parser.add_argument("--review", type=int, metavar="BOOKS", help="review so many books of 2,000 leads instead")
    parser.add_argument(
        "--history", action="store_true", help="replay a million rows, and refresh with 300,000, instead"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        if arguments.history:
            measure_history(folder)
            return
        if arguments.review:
            review_books(folder, arguments.review, 2_000)
            return
        small = folder / "leads-500.xlsx"
        make(small, 500)
        yardstick, command = import_pandas_seconds(), command_seconds(small)
        print(
            f"500 leads, whole command: {command:.2f} s = {command / yardstick:.2f} x import pandas ({yardstick:.2f} s)"
        )
        print("| leads | refresh s | openpyxl s | ratio | refresh MiB | openpyxl MiB | ratio | floor s |")
        print("|---|---|---|---|---|---|---|---|")
        refreshed: dict[int, dict[str, object]] = {}
        for count in arguments.rows:
            source = folder / f"leads-{count}.xlsx"
            if not source.exists():
                make(source, count)
            ours, theirs = folder / f"ours-{count}.xlsx", folder / f"theirs-{count}.xlsx"
            shutil.copy(source, ours)
            shutil.copy(source, theirs)
            mine = refreshed[count] = run(REFRESH, str(ours), str(AS_OF))
            other = run(OPENPYXL, str(theirs))
            print(f"| {count:,} | {mine['seconds']:.2f} | {other['seconds']:.2f} "
                  f"| {mine['seconds'] / other['seconds']:.3f} | {mine['mib']:.0f} | {other['mib']:.0f} "
                  f"| {mine['mib'] / other['mib']:.2f} | {floor_seconds(source):.2f} |")  # fmt: skip
        for count, mine in refreshed.items():
            steps = ", ".join(f"{step} {seconds:.2f}" for step, seconds in mine["steps"].items())
            print(f"\n{count:,} leads, seconds by step: {steps}")
        if {10_000, 100_000} <= refreshed.keys():
            growth = refreshed[100_000]["seconds"] / refreshed[10_000]["seconds"]
            print(f"\n10,000 to 100,000 leads: {growth:.1f} times the time")


if __name__ == "__main__":
    main()
