"""Cells that reach a person: mail addresses and phone numbers, out of the forms that people paste."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.model.cells import (
    PLACEHOLDERS,
    Fault,
    Reading,
    cell_text,
    different,
    error_fault,
    is_placeholder,
    only_text,
    read_each,
    read_plain_text,
    tidy,
)
from leadbook.model.tables import CellError, CodedCells

if TYPE_CHECKING:
    from collections.abc import Sequence

_ANGLE = re.compile(r"<\s*([^<>\s]+@[^<>\s]+)\s*>")


def read_email(cells: Sequence[object]) -> Reading:
    """Read addresses in lower case, out of ``mailto:`` links and ``Name <address>``."""

    def read(cell: object) -> str | Fault:
        if isinstance(cell, CellError):
            return error_fault(cell)
        text = cell_text(cell)
        if is_placeholder(text):
            return ""
        if "<" in text:
            inner = _ANGLE.search(text)
            text = inner.group(1) if inner else text.strip("<>").strip()
        text = text.casefold() if text.isascii() else text.lower()
        return tidy(text.removeprefix("mailto:").partition("?")[0] if text.startswith("mailto:") else text)

    seen = different(cells)
    if only_text(cells) and not any("<" in text or ":" in text for text in seen if isinstance(text, str)):
        plain = read_plain_text(seen, PLACEHOLDERS)
        plain.values[:] = [text.casefold() if text.isascii() else text.lower() for text in plain.values]
        return plain.spread(cells.codes) if isinstance(cells, CodedCells) else plain
    return read_each(cells, read, "", object)


def read_phone(cells: Sequence[object]) -> Reading:
    """Read phone numbers as text; a number typed into a cell keeps all its digits and gains no ``.0``."""

    def read(cell: object) -> str | Fault:
        if isinstance(cell, CellError):
            return error_fault(cell)
        text = cell_text(cell)
        if is_placeholder(text):
            return ""
        return tidy(text[4:]) if text[:4].casefold() == "tel:" else text

    if only_text(cells) and not any(":" in text for text in different(cells) if isinstance(text, str)):
        return read_plain_text(cells, PLACEHOLDERS)
    return read_each(cells, read, "", object)
