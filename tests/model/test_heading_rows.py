"""Rows that head or sum a block of a list are told from records by what else their row holds."""

from __future__ import annotations

import numpy as np
import pytest

from leadbook.model.heading_rows import heading_rows
from leadbook.model.tables import CodedCells, RawTable

HEADERS = ("Company", "Stage", "Amount", "Notes")


def table(rows, *, coded):
    columns = [list(cells) for cells in zip(*rows, strict=True)]
    if coded:
        columns = [coded_column(cells) for cells in columns]
    return RawTable("T", "S", HEADERS, 1, 1, np.arange(2, 2 + len(rows)), columns, 1 + len(rows))


def coded_column(cells):
    values = list(dict.fromkeys(cells))
    return CodedCells(values, np.array([values.index(cell) for cell in cells]))


@pytest.mark.parametrize("coded", [False, True])
def test_headings_repeated_headers_and_sums_are_found_and_records_are_not(coded):
    rows = [
        ("March 2026", None, None, None),
        ("Ada Ltd", "Open", 5.0, "called"),
        ("March GmbH", "Open", 5.0, "a firm named like a month"),
        ("company ", "STAGE", None, None),
        ("Total", None, 10.0, None),
        ("Total", "Open", 10.0, "a firm called Total"),
        ("2026", "n/a", None, None),
        ("May", None, 3.0, None),
        ("Solo", None, None, None),
    ]
    assert heading_rows(table(rows, coded=coded), ()) == {0: "March 2026", 3: "company", 4: "Total", 6: "2026"}
