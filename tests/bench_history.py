"""Benchmark of History: ``python -m tests.bench --history``.

Replays a million rows, and refreshes 100,000 leads whose History holds 300,000 rows beside ``openpyxl``'s load and
save of the same file, each in a process of its own. openpyxl takes minutes for it and three gigabytes; after
``--limit`` seconds it is given up, and the ratios are then at most what is printed. CPU seconds stand beside the
seconds of the clock, for a machine that others use too.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import xlsxwriter

LEADS, HISTORY, REPLAYED = 100_000, 300_000, 1_000_000

HISTORY_HEADERS = (
    "Changed At", "Lead ID", "Event", "Stage", "Amount", "Close Date", "Owner", "Forecast Category", "Lifecycle",
    "Source of Change",
)  # fmt: skip
STEPS = ("Prospecting", "Initial contact", "Qualification", "Assessment", "Meeting / demo", "Proposal", "Closing")

REPLAY = """
import datetime, json, sys, time
import pandas as pd
from tests.bench_history import history_cells
from leadbook.analysis.history import replay
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.leads import type_table
from leadbook.model.records import TEXT_STORAGE
from leadbook.model.tables import RawTable
raw = history_cells(int(sys.argv[1]))
day = datetime.date.fromisoformat(sys.argv[2])
with pd.option_context(*TEXT_STORAGE):
    began, cpu = time.perf_counter(), time.process_time()
    typed, _ = type_table(raw, "History", DEFAULT_PLAYBOOK)
    read, read_cpu = time.perf_counter(), time.process_time()
    state = replay(typed, day)
    done, done_cpu = time.perf_counter(), time.process_time()
print(json.dumps({"leads": len(state), "read": read - began, "read_cpu": read_cpu - cpu, "replay": done - read,
                  "replay_cpu": done_cpu - read_cpu, "mib": peak_mib()}))
"""


def history_rows(count: int, leads: int, as_of: dt.date, seed: int = 11) -> list[tuple[object, ...]]:
    """Return rows as refreshes would have appended them: each lead first seen once, then changed now and then."""
    rng = random.Random(seed)
    started = as_of - dt.timedelta(days=720)
    place = [rng.randrange(len(STEPS)) for _ in range(leads)]
    amount = [float(rng.randrange(10, 900) * 100) for _ in range(leads)]
    close = [started + dt.timedelta(days=rng.randrange(30, 700)) for _ in range(leads)]
    rows: list[tuple[object, ...]] = []
    for number in range(count):
        lead = number if number < leads else rng.randrange(leads)
        event = "first seen"
        if number >= leads:
            match rng.randrange(3):
                case 0:
                    place[lead], event = (place[lead] + 1) % len(STEPS), "stage"
                case 1:
                    amount[lead], event = amount[lead] + 500.0, "amount"
                case _:
                    close[lead], event = close[lead] + dt.timedelta(days=20), "close date"
        rows.append((
            started + dt.timedelta(days=720 * number // count), f"L-{lead + 1:06d}", event, STEPS[place[lead]],
            amount[lead], close[lead], f"Rep {lead % 12}", "Pipeline", "lead", "refresh",
        ))  # fmt: skip
    return rows


def history_cells(count: int) -> object:
    """Return a History table of ``count`` rows as it is read from a workbook."""
    import numpy as np

    from leadbook.model.tables import RawTable

    rows = history_rows(count, count // 5, dt.date(2026, 11, 20))
    cells = tuple(
        [dt.datetime.combine(cell, dt.time()) if isinstance(cell, dt.date) else cell for cell in column]
        for column in zip(*rows, strict=True)
    )
    return RawTable("History", "History", HISTORY_HEADERS, 1, 1, np.arange(2, count + 2), cells, count + 1)


def add_history(book: xlsxwriter.Workbook, count: int, leads: int, as_of: dt.date) -> None:
    """Add a History sheet of ``count`` rows to a workbook that is being made."""
    sheet = book.add_worksheet("History")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.add_table(0, 0, count, len(HISTORY_HEADERS) - 1,
                    {"name": "History", "columns": [{"header": name} for name in HISTORY_HEADERS]})  # fmt: skip
    for number, row in enumerate(history_rows(count, leads, as_of), start=1):
        for column, value in enumerate(row):
            sheet.write(number, column, value, day if column in {0, 5} else None)


def measure_history(folder: Path, limit: float) -> None:
    """Print what replaying takes, and what a refresh does beside openpyxl where History is three rows a lead.

    Parameters
    ----------
    folder : Path
        For the workbook; one that is there from an earlier run is used again.
    limit : float
        Seconds of the clock after which openpyxl is given up.
    """
    from tests.bench import AS_OF, OPENPYXL, REFRESH, make, run

    found = run(REPLAY, str(REPLAYED), str(AS_OF))
    tell(f"{REPLAYED:,} rows replayed to the state of {found['leads']:,} leads: {found['replay']:.2f} s "
         f"({found['replay_cpu']:.2f} s CPU), their cells read before in {found['read']:.2f} s "
         f"({found['read_cpu']:.2f} s CPU); {found['mib']:.0f} MiB")  # fmt: skip
    book = folder / f"leads-{LEADS}-history-{HISTORY}.xlsx"
    if not book.exists():
        tell(
            f"Writing {book.name}, and refreshing it once, so that the refresh that is measured is like any other day's"
        )
        beside = folder / "history.part.xlsx"
        make(beside, LEADS, history=HISTORY)
        run(REFRESH, str(beside), str(AS_OF))
        beside.rename(book)
    ours, theirs = folder / "ours.xlsx", folder / "theirs.xlsx"
    shutil.copy(book, ours)
    mine = run(REFRESH, str(ours), str(AS_OF))
    tell(f"{LEADS:,} leads, {HISTORY:,} rows of History before the first refresh, {book.stat().st_size / 2**20:.0f} MiB: "
         f"refresh {mine['seconds']:.2f} s ({mine['cpu']:.2f} s CPU, {mine['mib']:.0f} MiB)")  # fmt: skip
    shutil.copy(book, theirs)
    try:
        other = run(OPENPYXL, str(theirs), limit=limit)
    except subprocess.TimeoutExpired:
        tell(f"openpyxl's load and save given up after {limit:.0f} s: below {mine['seconds'] / limit:.3f} of the time")
        return
    tell(f"openpyxl {other['seconds']:.2f} s ({other['cpu']:.2f} s CPU, {other['mib']:.0f} MiB): a refresh takes "
         f"{mine['seconds'] / other['seconds']:.3f} of the time, {mine['cpu'] / other['cpu']:.3f} of the CPU time, "
         f"{mine['mib'] / other['mib']:.2f} of the memory")  # fmt: skip


def tell(line: str) -> None:
    """Print a line at once: what follows it takes minutes."""
    print(line, flush=True)
