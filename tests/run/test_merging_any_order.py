"""Merges taken back in whichever order: the workbook ends as it was, with nothing said that isn't so."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st
from lxml import etree
from workbook_cells import normalised

from leadbook.books.ooxml import Workbook
from leadbook.model.issues import InputError
from leadbook.run.commands import merge, unmerge

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = dt.date(2026, 11, 20)
HEADERS = ("Lead ID", "Company", "Email", "Phone", "Created", "Stage", "Amount", "Running", "Share", "Sum", "Next")
LAST = 13  # Excel row of the last of twelve leads
SHEETS = ("Leads", "Activities", "Numbers")
CREATED = (9, 7, 8, 3, 5, 2, 6, 1, 4, 12, 11, 10)  # day of May on which each lead was created

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


def make(path: Path, *, beside: bool = False) -> Path:
    """Twelve leads, what they did, and every kind of area that begins or ends at each row or stands on it alone."""
    book = xlsxwriter.Workbook(str(path))
    sheet, log, other = (book.add_worksheet(name) for name in SHEETS)
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.add_table(
        0, 0, LAST - 1, len(HEADERS) - 1, {"name": "Leads", "columns": [{"header": name} for name in HEADERS]}
    )
    for row in range(2, LAST + 1):
        phone = f"+49 30 1234{row:03d}" if row % 3 else None
        sheet.write_row(row - 1, 0, (f"L-{row:04d}", f"Firm {row}", f"a@firm{row}.example", phone))
        sheet.write_datetime(row - 1, 4, dt.date(2026, 5, CREATED[row - 2]), day)
        sheet.write_row(row - 1, 5, ("Proposal", row * 100))
        sheet.write_formula(row - 1, 7, f"=SUM(G$2:G{row})", None, 1)
        sheet.write_formula(row - 1, 8, f"=G{row}/SUM($G$2:$G${LAST})+AVERAGE($G$6:$G$9)", None, 1)
        sheet.write_formula(row - 1, 9, f"=J{row - 1}+G{row}" if 6 <= row <= 8 else "=1", None, 1)
        sheet.write_formula(row - 1, 10, f"=G{row + 1}-G{row}" if 6 <= row <= 8 else "=0", None, 1)
        _areas(book, sheet, other, row, bold)
    _activities(log, day)
    for row in (3, 6, 7, LAST):
        sheet.write_comment(row - 1, 1, f"about {row}")
        sheet.write_url(row - 1, 2, f"https://firm{row}.example/", string=f"a@firm{row}.example")
    sheet.print_area(0, 0, 7, 6)
    sheet.set_h_pagebreaks([5, 8, LAST])
    sheet.set_row(6, 30)
    if beside:
        sheet.write_column(1, 12, range(1, LAST))
    book.close()
    return path


def _areas(book, sheet, other, row: int, bold) -> None:
    rule = {"type": "cell", "criteria": ">", "value": row, "format": bold}
    for first, last in ((row, row), (max(2, row - 3), row), (row, min(LAST, row + 2)), (2, row), (row, LAST)):
        sheet.conditional_format(first - 1, 6, last - 1, 6, rule)
        if last > first:
            number = first * 20 + last
            other.write_formula(number, 0, f"=SUM(Leads!G{first}:G{last})", None, 1)
            other.write_formula(number, 1, f"=MIN(Leads!$G${first}:$G${last})", None, 1)
            book.define_name(f"Part_{first}_{last}", f"=Leads!$G${first}:$G${last}")
    sheet.data_validation(row - 1, 5, row - 1, 5, {"validate": "list", "source": ["Proposal", str(row)]})
    sheet.data_validation(row - 1, 3, row - 1, 3, {"validate": "length", "criteria": "<", "value": 40 + row})
    if row % 4 == 0:
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": f"=Leads!$G${row - 2}:$G${row}", "categories": f"=Leads!$A$2:$A${row + 1}"})
        other.insert_chart(row * 10, 8, chart)


def _activities(log, day) -> None:
    headers = ("Date", "Lead ID", "Type", "Notes")
    rows = [(number, row) for number, row in enumerate([*range(2, LAST + 1), *range(LAST, 1, -1)], 1)]
    log.add_table(0, 0, len(rows), 3, {"name": "Activities", "columns": [{"header": name} for name in headers]})
    for number, row in rows:
        log.write_datetime(number, 0, dt.date(2026, 6, 1 + number), day)
        log.write_row(number, 1, (f"L-{row:04d}", "call", "said the same" if row % 2 else f"call {number}"))


def reads(path: Path) -> dict[str, object]:
    """What the workbook says, sheet by sheet and part by part."""
    found: dict[str, object] = {}
    for sheet in SHEETS:
        cells, rows, frame = normalised(path, sheet)
        found[sheet] = cells, {row: looks for row, looks in rows.items() if looks}, frame
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            data = package.read(name)
            if re.search(r"chart|drawing|comments|table[12]\.xml|ctrlProp", name, re.IGNORECASE) and not name.endswith(
                "rels"
            ):
                found[name] = data if name.endswith("vml") else etree.tostring(etree.fromstring(data), method="c14n")
    names = Workbook.open(path.read_bytes()).defined_names
    found["names"] = {key: name.text for key, name in names.items() if key.startswith(("Part_", "Leads!"))}
    return found


def merged(path: Path, pairs) -> list[str]:
    return [merge(path, [f"L-{one:04d}" for one in pair], as_of=AS_OF).merge_ids[0] for pair in pairs]


def taken_back_reads_as_before(path: Path, before: dict[str, object], merge_ids) -> None:
    for merge_id in merge_ids:
        done = unmerge(path, [merge_id], as_of=AS_OF)
        assert done.notes == [], (merge_ids, merge_id)
    after = reads(path)
    for name, said in before.items():
        assert after[name] == said, (merge_ids, name)


NEIGHBOURS = ((2, 7), (2, 8), (2, 9))
CASES = {
    "neighbours into one": NEIGHBOURS,
    "upwards": ((2, 9), (2, 8), (2, 7)),
    "a chain of masters": ((7, 8), (6, 7), (5, 6)),
    "a chain at the end": ((11, LAST), (10, 11), (3, 10)),
    "the first rows": ((9, 2), (9, 3), (9, 4)),
    "the last rows": ((2, LAST), (2, LAST - 1), (2, LAST - 2)),
    "groups": ((2, 6, 8), (3, 7), (4, 5, 9)),
    "the kept one goes too": ((2, 3), (4, 5), (4, 2)),
}


@pytest.mark.parametrize(
    "pairs",
    [
        # One of them runs each time; six orders of one case take ten seconds.
        pytest.param(pairs, id=name, marks=[] if name == "a chain of masters" else [pytest.mark.slow])
        for name, pairs in CASES.items()
    ],
)
def test_three_merges_taken_back_in_every_order_leave_the_workbook_as_it_was(tmp_path, pairs):
    path = make(tmp_path / "book.xlsx")
    before = reads(path)
    merge_ids = merged(path, pairs)
    shutil.copy(path, tmp_path / "merged.xlsx")
    for order in itertools.permutations(merge_ids):
        shutil.copy(tmp_path / "merged.xlsx", path)
        taken_back_reads_as_before(path, before, order)


@pytest.mark.slow
@settings(
    max_examples=12, phases=[Phase.generate], deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_merges_taken_back_in_any_order_leave_the_workbook_as_it_was(tmp_path, data):
    path = make(tmp_path / "book.xlsx", beside=data.draw(st.booleans()))
    before = reads(path)
    left, pairs = list(range(2, LAST + 1)), []
    for _ in range(data.draw(st.integers(2, 5))):
        group = data.draw(st.permutations(left))[: data.draw(st.integers(2, 3))]
        pairs.append(group)
        left = [one for one in left if one not in group[1:]]
    try:
        merge_ids = merged(path, pairs)
    except InputError:  # a running formula with no record left that it could go on from
        reject()
    taken_back_reads_as_before(path, before, data.draw(st.permutations(merge_ids)))
