"""Tables built from rows, as the reader would hand them over."""

from __future__ import annotations

import numpy as np
import pytest

from leadbook.model.tables import BookContents, RawTable


def build_table(name, headers, *rows, sheet=None, first_column=1, header_row=1, excel_rows=None):
    """Return a RawTable whose data rows stand directly below its headers unless ``excel_rows`` says where."""
    cells = [[row[at] if at < len(row) else None for row in rows] for at in range(len(headers))]
    numbers = excel_rows or list(range(header_row + 1, header_row + 1 + len(rows)))
    return RawTable(
        name, sheet or name, list(headers), first_column, header_row, np.array(numbers, dtype=np.int64), cells,
        max([header_row + 1, *numbers]),
    )  # fmt: skip


@pytest.fixture
def table():
    return build_table


@pytest.fixture
def book():
    def build(*tables, date_system=1900):
        return BookContents("book.xlsx", {t.name: t for t in tables}, [t.sheet for t in tables], date_system)

    return build
