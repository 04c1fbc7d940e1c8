"""Whole rows as they are written: attributes, cells and formulas, so that they can stand elsewhere and come back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.books.ooxml.escape import unescape_xml
from leadbook.books.ooxml.formula_shifts import translated
from leadbook.books.ooxml.sheet_stream import SheetStream, attributes_of
from leadbook.books.ooxml.values import RawCell
from leadbook.books.ooxml.xmlparts import whole_number

if TYPE_CHECKING:
    from collections.abc import Collection

    from leadbook.books.ooxml.package import Package

_TAG = re.compile(rb"<(/?)[A-Za-z_][\w.-]*:(?=(?:v|f|is|t|r|rPr|rPh|phoneticPr)[\s/>])")
_FORMULA = re.compile(r"<f(?=[\s>/])([^>]*?)(?:/>|>([^<]*)</f\s*>)")
_CELL_META = ("cm", "vm")


class RowContent(Struct, frozen=True):
    """One row as it is written.

    Parameters
    ----------
    attributes : str
        Of its ``row`` element, but for its number and its hint on columns.
    cells : mapping of int to RawCell
        Column to the cell without its formula; blank cells that have a look are there too.
    formulas : mapping of int to str
        Column to the formula element that was taken out of the cell.
    """

    attributes: str
    cells: dict[int, RawCell] = field(default_factory=dict)
    formulas: dict[int, str] = field(default_factory=dict)


def read_rows(package: Package, part: str, sheet: str, rows: Collection[int]) -> dict[int, RowContent]:
    """Return some rows of a sheet; a shared formula becomes the cell's own."""
    wanted = set(rows)
    last_wanted = max(wanted, default=0)
    stream = SheetStream(package.stream(part), sheet)
    shared: dict[str, tuple[str, int, int]] = {}
    found: dict[int, RowContent] = {}
    last = 0
    for block in stream.blocks():
        if last >= last_wanted:
            break
        for row, start, body, end, empty in stream.rows(block, last):
            last = row
            cells = b"" if empty else block[body:end]
            if row in wanted:
                found[row] = _read_row(stream, block[start:body], cells, row, shared)
            elif b'"shared"' in cells:
                for column, cell in stream.cells(cells):
                    _note_shared(_plain(cell[2]), row, column, shared)
    return found


def _read_row(
    stream: SheetStream, tag: bytes, cells: bytes, row: int, shared: dict[str, tuple[str, int, int]]
) -> RowContent:
    named = {key: value for key, value in attributes_of(tag).items() if key not in (b"r", b"spans")}
    attributes = " ".join(f'{key.decode()}="{value.decode("utf-8")}"' for key, value in named.items())
    content = RowContent(attributes)
    for column, cell in stream.cells(cells):
        text = _plain(cell[2])
        own = attributes_of(cell[1].removesuffix(b"/"))
        style = whole_number(own.pop(b"s", b"0").decode("latin-1"))
        own.pop(b"r", None)
        formula = _note_shared(text, row, column, shared)
        if formula is not None:
            text = _FORMULA.sub("", text, count=1)
            meta = "".join(f' {key}="{own.pop(key.encode()).decode()}"' for key in _CELL_META if key.encode() in own)
            content.formulas[column] = formula + (f"<!--{meta}-->" if meta else "")
        rest = "".join(f' {key.decode()}="{value.decode("utf-8")}"' for key, value in own.items())
        content.cells[column] = RawCell(style, rest, text)
    return content


def _plain(content: bytes | None) -> str:
    return _TAG.sub(rb"<\1", content or b"").decode("utf-8")


def _note_shared(text: str, row: int, column: int, shared: dict[str, tuple[str, int, int]]) -> str | None:
    """Return a cell's formula element, its own even when it was shared; None without one."""
    found = _FORMULA.search(text) if "<f" in text else None
    if found is None:
        return None
    named = attributes_of(found[1].encode())
    if named.get(b"t") != b"shared":
        return found[0]
    key = named.get(b"si", b"").decode("latin-1")
    if found[2]:
        shared[key] = (unescape_xml(found[2].encode()), row, column)
        return f"<f>{found[2]}</f>"
    if key not in shared:
        return None
    origin, first_row, first_column = shared[key]
    own = translated(origin, row - first_row, column - first_column)
    return f"<f>{own.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</f>"


def written_cell(cell: RawCell, formula: str = "", rows: int = 0) -> str:
    """Return what follows the address of a cell that is put back, with its formula ``rows`` further down."""
    meta = ""
    if "<!--" in formula:
        formula, _, rest = formula.partition("<!--")
        meta = rest.removesuffix("-->")
    if formula and rows:
        formula = _FORMULA.sub(lambda found: _copied(found, rows), formula, count=1)
    style = f' s="{cell.style}"' if cell.style else ""
    content = formula + cell.content
    attributes = f"{style}{cell.attributes}{meta}"
    return f"{attributes}>{content}</c>" if content else f"{attributes}/>"


def _copied(found: re.Match[str], rows: int) -> str:
    text = translated(unescape_xml((found[2] or "").encode()), rows, 0)
    attributes = re.sub(r'(\sref=")([^"]*)(")', lambda ref: ref[1] + translated(ref[2], rows, 0) + ref[3], found[1])
    return f"<f{attributes}>{text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</f>"
