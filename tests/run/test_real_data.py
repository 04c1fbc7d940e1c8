"""The whole way on data nobody here wrote: real leads, a real CRM's deals, mock exports, real workbooks."""

from __future__ import annotations

import datetime as dt
import math
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from leadbook import LeadbookError, check, import_files, init, init_into, refresh

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent.parent
CORPUS = ROOT.parent / "shared" / "data" / "corpus"
REFUSED = {"poi__protected_passtika.xlsx", "poi__ms-office-2010-signed.xlsx", "poi__sample.strict.xlsx"}


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def cells_that_differ(cached: Path, recalculated: Path) -> list[str]:
    live = load_workbook(cached)
    mine, theirs = load_workbook(cached, data_only=True), load_workbook(recalculated, data_only=True)
    found, count = [], 0
    for sheet in live:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                count += 1
                a, b = mine[sheet.title][cell.coordinate].value, theirs[sheet.title][cell.coordinate].value
                numbers = isinstance(a, (int, float)) and isinstance(b, (int, float))
                if not (math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-6) if numbers else (a or "") == (b or "")):
                    found.append(f"{sheet.title}!{cell.coordinate} {cell.value}: {a!r} is {b!r}")
    assert count > 0
    return found


@pytest.mark.slow
def test_x_education_is_imported_and_refreshed(
    shared_data: Path, tmp_path: Path, soffice: Callable[..., Path], ooxml_validator: Callable[[Path], list[object]]
) -> None:
    book = init(tmp_path / "x.xlsx")
    source = shared_data / "x_education" / "leads.csv"
    day = dt.date(2026, 11, 20)
    added, _ = import_files([source], book, as_of=day)
    assert (added.added, added.updated) == (7_392, 0)
    again, plan = import_files([source], book, as_of=day)
    assert (again.added, again.updated, again.conflicts) == (0, 0, ())
    assert len(plan.cells) == 0
    summary = refresh(book, as_of=day)
    assert summary.leads == 7_392
    sources = {
        cell.value
        for cell in next(column for column in load_workbook(book)["Leads"].iter_cols() if column[0].value == "Source")
    }
    assert {"Google", "google"} <= sources
    assert "Select" not in sources
    assert any(issue.code == "LB114" and issue.value == "google" and issue.fix.new == "Google"
               for issue in check(book, as_of=day).issues)  # fmt: skip
    assert ooxml_validator(book) == []
    assert cells_that_differ(book, soffice(book, tmp_path / "recalculated")) == []


@pytest.mark.slow
def test_maven_crm_is_joined_imported_and_refreshed(
    shared_data: Path, tmp_path: Path, soffice: Callable[..., Path], ooxml_validator: Callable[[Path], list[object]]
) -> None:
    book = init(tmp_path / "maven.xlsx")
    day = dt.date(2017, 7, 31)
    added, _ = import_files([shared_data / "maven_crm"], book, as_of=day)
    assert added.added == 6_063
    again, plan = import_files([shared_data / "maven_crm"], book, as_of=day)
    assert (again.added, again.updated) == (0, 0)
    assert len(plan.cells) == 0
    summary = refresh(book, as_of=day)
    assert (summary.leads, summary.open_leads) == (6_063, 2_757)
    fixes = {(issue.value, issue.fix.new) for issue in check(book, as_of=day).issues if issue.fix}
    assert {("GTXPro", "GTX Pro"), ("technolgy", "technology"), ("Philipines", "Philippines")} <= fixes
    assert ooxml_validator(book) == []
    assert cells_that_differ(book, soffice(book, tmp_path / "recalculated")) == []


@pytest.mark.parametrize(("folder", "leads"), [("funneler_mock", 40), ("mock_salesforce", 10)])
def test_exports_are_imported_without_hand_edits(shared_data: Path, tmp_path: Path, folder: str, leads: int) -> None:
    book = init(tmp_path / "book.xlsx")
    day = dt.date(2026, 11, 20)
    added, _ = import_files([shared_data / "exports" / folder], book, as_of=day)
    assert added.added == leads
    summary = refresh(book, as_of=day)
    assert summary.leads == leads
    assert summary.open_amount > 1_000_000


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(path.name for path in CORPUS.glob("*.xls?")) or ["absent"])
def test_real_workbooks_get_leadbooks_sheets_and_lose_nothing(
    shared_data: Path, tmp_path: Path, name: str, new_validator_errors: Callable[[Path, Path], list[str]],
    soffice: Callable[..., Path],
) -> None:  # fmt: skip
    original = shared_data / "corpus" / name
    book = Path(shutil.copy(original, tmp_path / name))
    book.chmod(0o644)
    if name in REFUSED:
        with pytest.raises(LeadbookError):
            init_into(book)
        assert book.read_bytes() == original.read_bytes()
        return
    before = members(original)
    init_into(book)
    summary = refresh(book, as_of=dt.date(2026, 11, 20))
    assert summary.leads == 0
    after = members(book)
    may_change = re.compile(
        r"\[Content_Types\]\.xml|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|xl/styles\.xml|xl/calcChain\.xml",
        re.IGNORECASE,
    )
    lost = [part for part in before if part not in after and not may_change.fullmatch(part)]
    changed = [
        part for part in before if part in after and before[part] != after[part] and not may_change.fullmatch(part)
    ]
    assert (lost, changed) == ([], [])
    assert new_validator_errors(original, book) == []
    try:
        soffice(book, tmp_path / "opened")
    except subprocess.CalledProcessError:
        # LibreOffice 7.4 crashes on one of them as it came; what it opened before, it must open now.
        with pytest.raises(subprocess.CalledProcessError):
            soffice(original, tmp_path / "original")
