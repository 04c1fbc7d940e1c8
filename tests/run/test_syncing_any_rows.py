"""Syncs of whatever was typed over in activities: the union of it, no word lost, and no change the second time."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

import leadbook
from leadbook.books.closed import ClosedBook

AS_OF = dt.date(2026, 11, 20)
CALLS = ("Date", "Lead ID", "Type", "Outcome", "Owner", "Notes")
EDITED = ("Date", "Type", "Outcome", "Owner", "Notes")
ROWS = 6
MANY = settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # an example takes half a second, and shrinking hundreds
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
WHO = st.sampled_from(["ana", "bo", "master"])


def handed_out(folder: Path) -> dict[str, Path]:
    """Make a master of two leads with six activities, and two copies of it."""
    path = folder / "master.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Leads")
    sheet.add_table(0, 0, 2, 1, {"name": "Leads", "columns": [{"header": "Lead ID"}, {"header": "Company"}]})
    for row in (1, 2):
        sheet.write_row(row, 0, (f"L-{row:04d}", f"Firm {row}"))
    sheet = book.add_worksheet("Activities")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    columns = [{"header": header} for header in CALLS]
    sheet.add_table(0, 0, ROWS, len(CALLS) - 1, {"name": "Activities", "columns": columns})
    for row in range(1, ROWS + 1):
        sheet.write_datetime(row, 0, dt.date(2026, 11, row), day)
        sheet.write_row(row, 1, (f"L-000{1 + row % 2}", f"type {row}", f"outcome {row}", f"owner {row}", f"note {row}"))
    book.close()
    leadbook.sync(path, [], as_of=AS_OF)
    return {"master": path} | {who: Path(shutil.copy(path, folder / f"{who}.xlsx")) for who in ("ana", "bo")}


def type_in(path: Path, edits: dict[tuple[int, str], object]) -> None:
    book = ClosedBook.open(path)
    for (row, header), value in edits.items():
        book.correct_cells("Activities", header, {row + 1: value})
    book.save()


def rows(path: Path) -> list[tuple[object, ...]]:
    return list(zip(*ClosedBook.open(path).contents.tables["Activities"].cells, strict=True))


def word(who: str, row: int, header: str) -> object:
    number = ("ana", "bo", "master").index(who) * ROWS + row
    return dt.date(2027, 1, 1) + dt.timedelta(days=number) if header == "Date" else f"{who} {row} {header}"


@pytest.mark.slow
@given(edits=st.dictionaries(st.integers(1, ROWS), st.dictionaries(WHO, st.sampled_from(EDITED), max_size=3)))
@MANY
def test_one_cell_a_row_that_each_side_typed_over_is_the_union(edits) -> None:
    # The master's own edit of a row leaves nothing to find it by, so that a row is edited there or in copies.
    edits = {
        row: {who: header for who, header in said.items() if ("master" in said) == (who == "master")}
        for row, said in edits.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        paths = handed_out(Path(folder))
        expected = [dict(zip(CALLS, cells, strict=True)) for cells in rows(paths["master"])]
        for who, path in paths.items():
            own = {(row, said[who]): word(who, row, said[who]) for row, said in edits.items() if who in said}
            type_in(path, own)
        report = leadbook.sync(paths["master"], [paths["ana"], paths["bo"]], as_of=AS_OF)
        disputed: set[tuple[int, str]] = set()
        for row, said in edits.items():
            for who, header in said.items():
                if list(said.values()).count(header) > 1:
                    disputed.add((row, header))
                else:
                    expected[row - 1][header] = word(who, row, header)
        assert {(conflict.row - 1, conflict.header.partition(" (")[0]) for conflict in report.conflicts} == disputed
        assert rows(paths["master"]) == [tuple(cells.values()) for cells in expected]


@pytest.mark.slow
@given(edits=st.dictionaries(st.tuples(WHO, st.integers(1, ROWS), st.sampled_from(EDITED)), st.just(None), max_size=25))
@example(edits={("ana", 3, "Date"): None, ("bo", 3, "Date"): None})
@MANY
def test_no_word_typed_over_in_activities_is_lost_and_again_changes_nothing(edits) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = handed_out(Path(folder))
        for who, path in paths.items():
            type_in(path, {(row, header): word(*key) for key in edits if key[0] == who for _, row, header in [key]})
        report = leadbook.sync(paths["master"], [paths["ana"], paths["bo"]], as_of=AS_OF)
        now = rows(paths["master"])
        held = {(header, cell) for cells in now for header, cell in zip(CALLS, cells, strict=True)}
        told = [(one.header.partition(" (")[0], claim.value) for one in report.conflicts for claim in one.claims]
        assert {(header, word(who, row, header)) for who, row, header in edits} <= held | set(told)
        before = paths["master"].read_bytes()
        for order in (["bo", "ana"], ["ana", "bo"]):
            again = leadbook.sync(paths["master"], [paths[who] for who in order], as_of=AS_OF)
            assert len(again.conflicts) == len(report.conflicts)
            assert rows(paths["master"]) == now
            assert paths["master"].read_bytes() == before
