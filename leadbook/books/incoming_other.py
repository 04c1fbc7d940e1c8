"""Workbooks that leadbook does not edit but can read: .xls, .xlsb, .ods, and strict .xlsx."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from leadbook.books.incoming_tables import IncomingTable, tables_of
from leadbook.books.reading import MAX_DENSE_CELLS
from leadbook.model.issues import BookRefusedError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_REFERENCE = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,3})(\d{1,7})"')
_ODS_TAG = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)((?:\s[^>]*)?)>")
_ODS_REPEATED = re.compile(rb'number-(?:columns|rows)-repeated="(\d{1,9})"')
_ROW, _FILLED_CELLS = 0, range(2, 12)  # records of an .xlsb; 1 is a cell that has a format only
_LARGEST_PART = 512 * 1024 * 1024


def read_other_workbook(path: Path, data: bytes | None = None) -> list[IncomingTable]:
    """Read each sheet's block of rows of a workbook of any kind that calamine reads.

    Parameters
    ----------
    path : Path
    data : bytes, optional
        What the file holds, where it was read already.

    Raises
    ------
    InputError
        The file is missing, or holds no table.
    BookRefusedError
        It cannot be read: encrypted, damaged, or no workbook.
    """
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - slow to load, rarely needed

    try:
        content = path.read_bytes() if data is None else data
    except FileNotFoundError:
        raise InputError(f"There is no file {path.name}; check the path.") from None
    except PermissionError:
        raise InputError(f"{path.name} cannot be read; close it in Excel and try again.") from None
    _refuse_scattered(content, path.name)
    found: list[IncomingTable] = []
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=True)
            top, left = sheet.start or (0, 0)
            found += _tables(rows, (top + 1, left + 1), name, path.name)
    except CalamineError as fault:
        words = "is encrypted; save it without a password" if "assword" in str(fault) else f"cannot be read ({fault})"
        raise BookRefusedError(f"{path.name} {words}, or save it as .xlsx and try again.") from None
    except BaseException as fault:
        # A panic inside the Rust reader is no Exception; it means that the file made no sense to it, and so does an
        # OSError of its own, as the bytes were read before.
        if type(fault).__name__ != "PanicException" and not isinstance(fault, OSError):
            raise
        raise BookRefusedError(f"{path.name} is damaged; open it in Excel, save it as .xlsx and try again.") from None
    if not found:
        raise InputError(f"{path.name} holds no table; it needs a row of headers and rows below it.")
    return found


def _tables(rows: Sequence[Sequence[object]], start: tuple[int, int], name: str, file_name: str) -> list[IncomingTable]:
    """Return the tables of a sheet whose first filled cell stands in a row and a column."""
    grid = [[None if cell == "" else cell for cell in row] for row in rows]
    lines = list(range(start[0], start[0] + len(grid)))
    return tables_of(grid, lines, name, f"{file_name}, sheet {name}", start[1])


def _refuse_scattered(data: bytes, name: str) -> None:
    """Refuse a zipped workbook whose cells span more than memory holds: calamine builds the whole rectangle."""
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = [part for part in package.infolist() if part.filename.lower().endswith((".xml", ".bin"))]
            if any(part.file_size > _LARGEST_PART for part in parts):
                raise BookRefusedError(f"{name} is too large to be read; save the table as CSV and try again.")
            spans = [
                _span(package.read(part))
                for part in parts
                if "worksheets/" in part.filename and part.filename.endswith(".xml")
            ]
            spans += [_ods_span(package.read(part)) for part in parts if part.filename == "content.xml"]
            spans += [
                _binary_span(package.read(part))
                for part in parts
                if "worksheets/" in part.filename and part.filename.endswith(".bin")
            ]
            if max(spans, default=0) > MAX_DENSE_CELLS:
                raise BookRefusedError(
                    f"{name}: its cells lie too far apart to be read; delete the stray cells far below or right "
                    "of the table and try again."
                )
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):
        raise BookRefusedError(
            f"{name} is damaged or encrypted; open it in Excel, save it as .xlsx without a password and try again."
        ) from None


def _span(sheet: bytes) -> int:
    """Return how many cells lie between a sheet's first corner and its last filled cell."""
    cells = _REFERENCE.findall(sheet)
    if not cells:
        return 0
    widest: int = max(sum(26**at * (letter - 64) for at, letter in enumerate(reversed(c))) for c, _ in cells)
    return widest * max(int(row) for _, row in cells)


def _binary_span(sheet: bytes) -> int:
    """Return the same for a sheet of an .xlsb, a run of records: a number, a size and so many bytes ([MS-XLSB] 2.1.4).

    A row begins with its number, a filled cell with its column's; both count from 0.
    """
    data = sheet + bytes(8)
    at = row = lowest = widest = 0
    while at < len(sheet):
        number = data[at]
        at += 1
        if number > 0x7F:
            number = number & 0x7F | data[at] << 7
            at += 1
        size = shift = 0
        while shift < 28:
            byte = data[at]
            size |= (byte & 0x7F) << shift
            at += 1
            shift += 7
            if byte < 0x80:
                break
        if number == _ROW:
            row = int.from_bytes(data[at : at + 4], "little") + 1
        elif number in _FILLED_CELLS:
            lowest = row
            widest = max(widest, int.from_bytes(data[at : at + 4], "little") + 1)
        at += size
    return widest * lowest


def _ods_span(content: bytes) -> int:
    """Return the same for the widest sheet of an OpenDocument file, where blank cells and rows say how often they come.

    Blank ones after the last filled cell, which LibreOffice writes to the end of the sheet, do not count.
    """
    largest = row = column = lowest = widest = repeated = 0
    for kind, attributes in _ODS_TAG.findall(content):
        found = _ODS_REPEATED.search(attributes)
        times = int(found[1]) if found else 1
        if kind == b"table":
            largest, row, lowest, widest, repeated = max(largest, lowest * widest), 0, 0, 0, 0
        elif kind == b"table-row":
            row, column, repeated = row + repeated, 0, times
        else:
            column += times
            if b"value-type=" in attributes or b"formula=" in attributes:
                lowest, widest = row + repeated, max(widest, column)
    return max(largest, lowest * widest)
