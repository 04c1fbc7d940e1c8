"""A sheet as it is written, without what may differ between two ways of saying the same."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from pathlib import Path

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def normalised(path: Path, sheet: str) -> tuple[dict, dict, list]:
    """Return cells (style, text, formula) by address, row attributes by row, and the frame's elements."""
    with zipfile.ZipFile(path) as package:
        strings = []
        if "xl/sharedStrings.xml" in package.namelist():
            tree = etree.fromstring(package.read("xl/sharedStrings.xml"))
            strings = ["".join(t.text or "" for t in entry.iter(f"{_MAIN}t")) for entry in tree.iter(f"{_MAIN}si")]
        book = etree.fromstring(package.read("xl/workbook.xml"))
        links = {
            one.get("Id"): one.get("Target") for one in etree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
        }
        target = next(links[one.get(_LINK)] for one in book.iter(f"{_MAIN}sheet") if one.get("name") == sheet)
        root = etree.fromstring(package.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}"))
    cells, rows = {}, {}
    for row in root.iter(f"{_MAIN}row"):
        rows[row.get("r")] = {key: value for key, value in row.attrib.items() if key not in ("r", "spans")}
        for cell in row:
            value, formula, inline = (cell.find(f"{_MAIN}{name}") for name in ("v", "f", "is"))
            text = None
            if inline is not None:
                text = "".join(t.text or "" for t in inline.iter(f"{_MAIN}t"))
            elif value is not None:
                text = strings[int(value.text)] if cell.get("t") == "s" else value.text
            said = (cell.get("s", "0"), text or None, None if formula is None else formula.text)
            if said != ("0", None, None):  # a blank cell without a look is no cell
                cells[cell.get("r")] = said
    frame = [etree.tostring(one, method="c14n", exclusive=True) for one in root if one.tag != f"{_MAIN}sheetData"]
    return cells, rows, frame
