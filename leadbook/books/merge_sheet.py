"""A sheet for Word's mail merge: one row a letter, every cell a text."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SHEET = "Mail merge"
_LONGEST_CELL = 32_767
_WIDTHS = {"Body": 70, "Subject": 44, "Email": 40, "Company": 28, "Name": 24}
_WIDTH = 16


def merge_sheet(headers: Sequence[str], rows: Sequence[Sequence[str]], made_on: dt.date) -> bytes:
    """Return a workbook with one sheet, as the bytes of an .xlsx file; the same texts give the same bytes.

    Parameters
    ----------
    headers : sequence of str
        Word offers them as merge fields.
    rows : sequence of sequences of str
        Text stays text: nothing becomes a formula, a number or a link.
    made_on : date
        Stands in the file's properties.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 - only follow-ups need it

    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True})
    # xlsxwriter would otherwise put the clock into it.
    book.set_properties({"created": dt.datetime.combine(made_on, dt.time())})
    head = book.add_format({"bold": True, "bottom": 1})
    # Bodies would make rows as high as letters; Word takes their lines as they are.
    text = book.add_format({"num_format": "@", "valign": "top"})
    page = book.add_worksheet(SHEET)
    page.freeze_panes(1, 1)
    for column, header in enumerate(headers):
        page.set_column(column, column, _WIDTHS.get(header, _WIDTH))
        page.write_string(0, column, header, head)
        for row, cells in enumerate(rows, start=1):
            page.write_string(row, column, cells[column][:_LONGEST_CELL], text)
    if headers:
        page.autofilter(0, 0, len(rows), len(headers) - 1)
    book.close()
    return file.getvalue()
