"""Syncs of whatever was typed: non-overlapping edits are the union, and no value of a conflict is lost."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

import leadbook
from leadbook.books.closed import ClosedBook
from leadbook.run.syncs.followers import as_content

AS_OF = dt.date(2026, 11, 20)
HEADERS = ("Lead ID", "Company", "Owner", "Stage", "Amount", "Close Date", "Notes", "Mood")
LEADS = 6
EDITED = HEADERS[1:]
WORDS = st.sampled_from(["Ana", "Bo", "Proposal", "Lost", "=1+1", "", "a@b.example", "12 k", "-"])
VALUES = st.one_of(
    st.none(), WORDS, st.integers(-5, 5), st.integers(0, 10**6).map(lambda quarters: quarters / 4),
    st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.booleans(),
)  # fmt: skip
PLACES = st.tuples(st.integers(2, LEADS + 1), st.sampled_from(EDITED))
EDITS = st.dictionaries(PLACES, VALUES, max_size=6)
MANY = settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # an example takes half a second, and shrinking hundreds
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


def make(folder: Path) -> Path:
    path = folder / "master.xlsx"
    book = xlsxwriter.Workbook(str(path), {"strings_to_urls": False, "strings_to_formulas": False})
    sheet = book.add_worksheet("Leads")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.add_table(0, 0, LEADS, len(HEADERS) - 1, {"name": "Leads", "columns": [{"header": name} for name in HEADERS]})
    for row in range(1, LEADS + 1):
        sheet.write_row(row, 0, (f"L-{row:04d}", f"Firm {row}", "Ana", "Qualification", 100 * row))
        sheet.write_datetime(row, 5, dt.date(2026, 12, row), day)
        sheet.write(row, 7, "good")
    book.add_worksheet("Mine").write_formula(0, 0, "=Leads!E2*10", None, 1000)
    book.close()
    return path


def type_in(path: Path, edits: dict[tuple[int, str], object]) -> None:
    book = ClosedBook.open(path)
    for (row, header), value in edits.items():
        book.correct_cells("Leads", header, {row: value})
    book.save()


def cells(path: Path) -> dict[tuple[int, str], object]:
    raw = ClosedBook.open(path).contents.tables["Leads"]
    return {
        (int(row), header): cell
        for header, column in zip(raw.headers, raw.cells, strict=True)
        for row, cell in zip(raw.rows, column, strict=True)
    }


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def handed_out(folder: Path, *names: str) -> tuple[Path, list[Path]]:
    master = make(folder)
    leadbook.sync(master, [], as_of=AS_OF)
    return master, [Path(shutil.copy(master, folder / name)) for name in names]


@pytest.mark.slow
@given(edits=st.dictionaries(PLACES, st.tuples(st.sampled_from(["ana", "bo", "master"]), VALUES), max_size=12))
@MANY
def test_edits_that_do_not_overlap_are_all_there_whatever_the_order_of_copies(edits) -> None:
    results = []
    for order in (1, -1):
        with tempfile.TemporaryDirectory() as folder:
            master, copies = handed_out(Path(folder), "ana.xlsx", "bo.xlsx")
            expected = cells(master)
            for path in (master, *copies):
                own = {place: value for place, (who, value) in edits.items() if who == path.stem}
                type_in(path, own)
                now = cells(path)
                expected |= {place: now[place] for place in own}
            report = leadbook.sync(master, copies[::order], as_of=AS_OF)
            assert not report.conflicts
            results.append(cells(master))
            assert results[-1] == expected
            before = master.read_bytes()
            assert not leadbook.sync(master, copies[::order], as_of=AS_OF).written
            assert master.read_bytes() == before
    assert results[0] == results[1]


@pytest.mark.slow
@given(mine=EDITS, anas=EDITS, bos=EDITS)
@example(mine={(6, "Company"): dt.date(2025, 12, 27)}, anas={(6, "Company"): 5}, bos={})
@example(mine={(3, "Notes"): dt.date(2029, 11, 30)}, anas={(3, "Notes"): -2}, bos={})
@MANY
def test_a_conflict_loses_neither_value_and_settles_when_the_master_agrees(mine, anas, bos) -> None:
    with tempfile.TemporaryDirectory() as folder:
        master, (ana, bo) = handed_out(Path(folder), "ana.xlsx", "bo.xlsx")
        base = cells(master)
        for path, edits in ((master, mine), (ana, anas), (bo, bos)):
            type_in(path, edits)
        sides = {"": cells(master), "ana.xlsx": cells(ana), "bo.xlsx": cells(bo)}
        kept = {path: path.read_bytes() for path in (ana, bo)}
        parts = members(master)
        report = leadbook.sync(master, [ana, bo], as_of=AS_OF)
        assert {path: path.read_bytes() for path in (ana, bo)} == kept
        now = cells(master)
        told = {(conflict.row, conflict.header): conflict for conflict in report.conflicts}
        for place, was in base.items():
            said = {name: side[place] for name, side in sides.items()}
            if place in told:
                assert now[place] == said[""] == told[place].held
                for claim in told[place].claims:
                    assert claim.value == said[claim.copy]
                continue
            # Every value that somebody put in is the master's now; one that means the same may be spelled otherwise.
            changed = {str(value).strip() for value in said.values() if value != was}
            assert len({word.casefold() for word in changed} - {"", "none", "-"}) <= 1 or place in told
            if now[place] != was:
                assert now[place] in list(said.values())
        after = members(master)
        mine_alone = {name for name in parts if "sheet2" in name or "theme" in name or "docProps" in name}
        assert all(parts[name] == after[name] for name in mine_alone)
        before = master.read_bytes()
        assert len(leadbook.sync(master, [ana, bo], as_of=AS_OF).conflicts) == len(told)
        assert master.read_bytes() == before
        # A part of a day in a cell for days is read as a time; what is typed is the number.
        type_in(master, {place: as_content(conflict.claims[0].value) for place, conflict in told.items()})
        typed = cells(master)
        left = leadbook.sync(master, [ana, bo], as_of=AS_OF).conflicts
        for conflict in left:
            place = conflict.row, conflict.header
            # Excel shows no number below zero in a cell for days, and it is read as a time: nobody can agree that way.
            below_zero = isinstance(typed[place], dt.time) and str(told[place].claims[0].value).startswith("-")
            assert len(told[place].claims) > 1 or below_zero


@pytest.mark.slow
@given(first=EDITS, second=EDITS, hand_out_again=st.booleans())
@MANY
def test_a_copy_that_goes_on_after_a_sync_is_brought_in_again(first, second, hand_out_again: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        master, [ana] = handed_out(Path(folder), "ana.xlsx")
        type_in(ana, first)
        leadbook.sync(master, [ana], as_of=AS_OF)
        if hand_out_again:
            shutil.copy(master, ana)
        type_in(ana, second)
        assert not leadbook.sync(master, [ana], as_of=AS_OF).conflicts
        assert cells(master) == cells(ana)
