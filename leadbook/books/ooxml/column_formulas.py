"""The formulas of one column, read without looking at the sheet's other cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.books.ooxml.addresses import letters
from leadbook.books.ooxml.escape import unescape_xml
from leadbook.books.ooxml.sheet_stream import SheetStream

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def read_column_formulas(
    chunks: Iterable[bytes], sheet: str, column: int, rows: Collection[int]
) -> dict[int, str] | None:
    """Return the formula (without "=") in each of some rows of a column.

    Parameters
    ----------
    chunks : iterable of bytes
        The sheet's part, in pieces.
    sheet : str
        Its name, for sentences.
    column : int
    rows : collection of int
        Every row in which the column holds a formula.

    Returns
    -------
    dict of int to str, or None
        None when one of them is not written as Excel writes a formula of its own: then each cell has to be
        looked at.
    """
    stream = SheetStream(chunks, sheet)
    if not stream.head.utf8:
        return None
    own = rb'<%(p)sc r="%(column)s(\d+)"[^>]*><%(p)sf>([^<]*)</%(p)sf>'
    names = {b"p": re.escape(stream.head.prefix), b"column": letters(column).encode()}
    formula = re.compile(own % names)
    found: dict[int, str] = {}
    for block in stream.blocks():
        for row, text in formula.findall(block):
            if b"&#" in text:
                return None
            found[int(row)] = unescape_xml(text)
    return found if found.keys() == set(rows) else None
