"""A new workbook whose generated sheets bear leadbook's mark, so that the next run knows them again."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from leadbook.books.ooxml import Workbook
from leadbook.books.ownership import put_mark
from leadbook.books.render import render_book

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from leadbook.sheets.spec import Sheet


def marked_bytes(sheets: Sequence[Sheet], ours: Collection[str], properties: Mapping[str, str]) -> bytes:
    """Return a new workbook.

    Parameters
    ----------
    sheets : sequence of Sheet
    ours : collection of str
        Names of those that leadbook writes anew each time.
    properties : mapping of str to str
        What the file's properties say.
    """
    workbook = Workbook.open(render_book(sheets, properties=properties))
    for sheet in sheets:
        if sheet.name in ours:
            put_mark(workbook, sheet.name, sheet.name, sheet)
    target = io.BytesIO()
    workbook.write(target)
    return target.getvalue()
