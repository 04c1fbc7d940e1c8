"""Small workbooks with leads that are ready for a proposal, and what can be read of them afterwards."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import zipfile
from typing import TYPE_CHECKING

from openpyxl import load_workbook

import leadbook
from leadbook.books.closed import ClosedBook
from leadbook.books.starter import starter_bytes
from leadbook.model.defaults import DEFAULT_PLAYBOOK

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.date(2026, 11, 20)
COMPANIES = ("Alder Works", "Birch Labs", "Cedar Shops")


def leads_of(companies):
    return [
        {"lead_id": f"L-{number:04d}", "company": company, "stage": "Proposal", "owner": "Ana", "need": 3,
         "first_name": "Emma", "last_name": "Berg", "problem": "Slow quotes"}
        for number, company in enumerate(companies, 1)
    ]  # fmt: skip


def quotes_of(companies, price=500.0):
    return [
        {"lead_id": f"L-{at:04d}", "product": "Plan", "quantity": 2, "unit_price": price + at, "tax_percent": 0.2}
        for at in range(1, len(companies) + 1)
    ]


def make(path: Path, companies=COMPANIES, **changes) -> Path:
    """Write a workbook with a quoted lead of each company; ``changes`` stand in for the rows of a sheet."""
    records = {"Leads": leads_of(companies), "Quote Lines": quotes_of(companies)}
    records |= {name.replace("_", " "): rows for name, rows in changes.items()}
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(starter_bytes(DEFAULT_PLAYBOOK, records))
    return path


def propose(path: Path, *ids: str, **how):
    return leadbook.propose(path, ids, as_of=DAY, **how)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def there(folder: Path) -> dict[str, str]:
    """Every file below a folder with its hash, but for leadbook's own backups."""
    return {
        str(one.relative_to(folder)): digest(one) for one in sorted(folder.rglob("*"))
        if one.is_file() and ".leadbook-backups" not in str(one)
    }  # fmt: skip


def rows(path: Path, sheet: str = "Proposals") -> list[dict[str, object]]:
    """The rows of a sheet's table as they were read, by header."""
    [raw] = [raw for raw in ClosedBook.open(path).contents.tables.values() if raw.sheet == sheet]
    return [dict(zip(raw.headers, row, strict=True)) for row in zip(*(list(cells) for cells in raw.cells), strict=True)]


def formulas(path: Path, sheet: str, header: str) -> list[str]:
    page = load_workbook(path)[sheet]
    [column] = [cell.column for cell in page[1] if cell.value == header]
    return [str(page.cell(row, column).value) for row in range(2, page.max_row + 1) if page.cell(row, column).value]


def links(path: Path, sheet: str) -> list[str]:
    """The files beside the workbook that a sheet's links lead to."""
    cells = [str(cell.value) for line in load_workbook(path)[sheet].iter_rows() for cell in line]
    return sorted(found[1] for found in (re.match(r'=HYPERLINK\("([^#"]+)"', cell) for cell in cells) if found)


def text_of(document: Path) -> str:
    with zipfile.ZipFile(document) as package:
        return re.sub(r"<[^>]+>", "", package.read("word/document.xml").decode())
