"""Cells whose reading takes care, read by calamine itself: in a small workbook made of nothing but them.

Dates, rich text and escaped characters have many rules. A large sheet holds few different ones, so calamine reads
each of these once, and the rest of the sheet (plain numbers and plain text) is read as arrays.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
_ROOT_LINKS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_LINKS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId3" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
_MOST_ROWS = 500_000
_EDGE = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'


class CannotReadError(Exception):
    """calamine gave up on some cells."""


def read_carefully(
    cells: Sequence[bytes], styles: bytes, *, date_1904: bool, shared: Sequence[bytes] = ()
) -> list[object]:
    """Return what calamine makes of some cells.

    Parameters
    ----------
    cells : sequence of bytes
        Each as it is written after its address, without the end tag: ``s="3"><v>46080</v>``.
    styles : bytes
        The workbook's part of cell formats.
    date_1904 : bool
    shared : sequence of bytes
        Shared strings that the cells point to: what stands between ``<si>`` and ``</si>``.

    Raises
    ------
    CannotReadError
        When calamine fails or panics.
    """
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415 - a book without tables needs none

    found: list[object] = []
    for start in range(0, len(cells), _MOST_ROWS):
        some = cells[start : start + _MOST_ROWS]
        book = _make_book(some, styles, shared, date_1904=date_1904)
        try:
            sheet = load_workbook(io.BytesIO(book)).get_sheet_by_index(0)
            values = [row[0] for row in sheet.iter_rows()]
        except (CalamineError, ArithmeticError, ValueError) as failure:
            raise CannotReadError from failure
        except BaseException as failure:
            # A panic inside the Rust reader is no Exception; it means the values made no sense.
            if type(failure).__name__ != "PanicException":
                raise
            raise CannotReadError from failure
        if len(values) != len(some) + 2:
            raise CannotReadError
        found += values[1:-1]
    return found


def _make_book(cells: Sequence[bytes], styles: bytes, shared: Sequence[bytes], *, date_1904: bool) -> bytes:
    # calamine leaves out blank rows at both ends, so both are filled.
    rows = [b'<row r="%d"><c r="A%d" %s</c></row>' % (row, row, cell) for row, cell in enumerate(cells, 2)]
    edges = _EDGE % (1, 1), _EDGE % (len(cells) + 2, len(cells) + 2)
    main = _MAIN.encode()
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _ROOT_LINKS,
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr date1904='
        f'"{int(date_1904)}"/><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _LINKS,
        "xl/styles.xml": styles,
        "xl/sharedStrings.xml": b'<sst xmlns="%s"><si>%s</si></sst>' % (main, b"</si><si>".join(shared)),
        "xl/worksheets/sheet1.xml": b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>'
        % (main, edges[0] + b"".join(rows) + edges[1]),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()
