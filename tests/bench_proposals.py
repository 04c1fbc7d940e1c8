"""The proposals' part of the benchmark: ``python -m tests.bench --proposals``.

Has ``leadbook propose`` write 200 proposals of a workbook with 2,000 leads, each with two options of three lines,
the buyer's situation, worth, terms and timeline; once as Word files alone, once with pages, once with PDF files where a
program for those is there. A process of its own each time, from its start to its end.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

from leadbook.books.starter import starter_bytes
from leadbook.model.defaults import DEFAULT_PLAYBOOK

ROOT = Path(__file__).resolve().parent.parent
AS_OF = dt.date(2026, 11, 20)
PROPOSALS, LEADS = 200, 2_000
LINES_EACH = 6


def make(path: Path, proposals: int = PROPOSALS, leads: int = LEADS) -> None:
    """Write a workbook in which so many leads are ready for a proposal."""
    rng = random.Random(11)
    records: dict[str, list[dict[str, object]]] = {"Leads": [], "Quote Lines": [], "Offers": []}
    for number in range(1, leads + 1):
        lead_id = f"L-{number:04d}"
        records["Leads"].append({
            "lead_id": lead_id, "company": f"Company {number} GmbH", "first_name": "Emma", "last_name": f"Berg {number}",
            "email": f"emma@company{number}.example", "stage": "Proposal" if number <= proposals else "Qualification",
            "owner": "Ana Costa", "industry": rng.choice(("Software", "Logistics", "Retail")),
            "employees": rng.choice((12, 140, 2_500)), "city": "Berlin", "country": "Germany",
            "problem": "Quotes take three days", "impact": "Every fifth deal is lost to a faster offer",
            "trigger": "A new head of sales", "objections": "Too expensive; no time this quarter", "need": 3,
        })  # fmt: skip
        if number > proposals:
            continue
        for line in range(LINES_EACH):
            records["Quote Lines"].append({
                "lead_id": lead_id, "option": ("Standard", "Full")[line // 3], "product": f"Module {line % 3 + 1}",
                "quantity": rng.randint(1, 40), "unit_price": rng.randint(1_000, 90_000) / 100,
                "discount_percent": rng.choice((0, 0.05)), "tax_percent": rng.choice((0.07, 0.19)),
            })  # fmt: skip
        records["Offers"].append({
            "lead_id": lead_id, "wanted_outcome": "Quotes within an hour", "solution": "One place for all prices",
            "if_nothing_changes": "Another year of lost deals", "scope": "Set-up; Training; Support for a year",
            "exclusions": "Translation of old quotes", "yearly_benefit": 48_000, "benefit_basis": "Twelve deals a year",
            "peace_of_mind": "No more nights before a deadline", "start_date": dt.date(2027, 1, 11),
        })  # fmt: skip
    path.write_bytes(starter_bytes(DEFAULT_PLAYBOOK, records))


def measure_proposals(folder: Path) -> None:
    """Print what 200 proposals take."""
    from leadbook.documents.pdf import NoPdfProgramError, find_pdf_programs

    source = folder / f"proposals-{LEADS}.xlsx"
    if not source.exists():
        make(source)
    ways: list[tuple[str, list[str]]] = [("Word files", []), ("Word files and pages", ["--html"])]
    try:
        ways.append((f"Word files and PDF ({find_pdf_programs()[0].name})", ["--pdf"]))
    except NoPdfProgramError:
        print("No program that makes PDF files is installed here.")
    for name, words in ways:
        room = folder / name.split(" (", maxsplit=1)[0].replace(" ", "-").casefold()
        shutil.rmtree(room, ignore_errors=True)
        room.mkdir()
        shutil.copy(source, room / "leads.xlsx")
        before, began = _cpu(), time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "leadbook", "propose", "leads.xlsx", "--stage", "Proposal", "--as-of", str(AS_OF),
             *words],
            cwd=room, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, encoding="utf-8",
            check=False,
        )  # fmt: skip
        seconds, cpu = time.perf_counter() - began, _cpu() - before
        files = len(list((room / "Proposals").iterdir()))
        said = next((line for line in done.stdout.splitlines() if " written to " in line), done.stderr)
        print(
            f"{PROPOSALS} proposals of {LEADS:,} leads, {name}: {seconds:.1f} s ({cpu:.1f} s CPU), {files} files: {said}"
        )


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
