"""Small binary workbooks (.xlsb), record by record as [MS-XLSB] says: no library that we use can write one."""

from __future__ import annotations

import datetime as dt
import struct
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_EXCEL = "application/vnd.ms-excel"


def write_binary_workbook(path: Path, cells: Mapping[tuple[int, int], object], sheet: str = "Deals") -> Path:
    """Write a workbook of one sheet; the cells by (row, column), counted from 0: texts, numbers, dates, yes or no."""
    book = _record(131) + _record(143) + _record(156, struct.pack("<II", 0, 1) + _text("rId1") + _text(sheet))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="bin" ContentType="{_EXCEL}.sheet.binary.macroEnabled.main"/>'
        f'<Override PartName="/xl/worksheets/sheet1.bin" ContentType="{_EXCEL}.worksheet"/>'
        f'<Override PartName="/xl/styles.bin" ContentType="{_EXCEL}.styles"/></Types>',
        "_rels/.rels": _relationships(officeDocument="xl/workbook.bin"),
        "xl/_rels/workbook.bin.rels": _relationships(worksheet="worksheets/sheet1.bin", styles="styles.bin"),
        "xl/workbook.bin": book + _record(144) + _record(132),
        "xl/worksheets/sheet1.bin": _sheet(cells),
        "xl/styles.bin": _record(278) + _record(617, struct.pack("<I", 2)) + _format(0) + _format(14) + _record(618),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def _relationships(**targets: str) -> str:
    entries = (
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(entries)}</Relationships>'


def _sheet(cells: Mapping[tuple[int, int], object]) -> bytes:
    records = [_record(129), _record(148, struct.pack("<IIII", 0, 0, 0, 0)), _record(145)]
    last = -1
    for (row, column), value in sorted(cells.items()):
        if row != last:
            records.append(_record(0, struct.pack("<IIHHBI", row, 0, 300, 0, 0, 0)))
            last = row
        records.append(_cell(column, value))
    return b"".join([*records, _record(146), _record(130)])


def _cell(column: int, value: object) -> bytes:
    place = struct.pack("<II", column, isinstance(value, dt.date))
    match value:
        case bool():
            return _record(4, place + bytes([value]))
        case dt.date():
            return _record(5, place + struct.pack("<d", (value - dt.date(1899, 12, 30)).days))
        case int() | float():
            return _record(5, place + struct.pack("<d", value))
        case _:
            return _record(6, place + _text(str(value)))


def _format(number: int) -> bytes:
    return _record(47, struct.pack("<HHHHHBBHH", 0, number, 0, 0, 0, 0, 0, 0, 0))


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _record(number: int, data: bytes = b"") -> bytes:
    name = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    low, high = len(data) & 0x7F, len(data) >> 7
    return name + (bytes([low | 0x80, high]) if high else bytes([low])) + data
