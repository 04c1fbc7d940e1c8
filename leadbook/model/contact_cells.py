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
    together,
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

    if only_text(cells) and not ("<" in (seen := together(cells)) or ":" in seen):
        plain = read_plain_text(different(cells), PLACEHOLDERS)
        texts: list[str] = plain.values.tolist()
        low = "\n".join(texts).casefold().split("\n") if seen.isascii() else []
        if len(low) != len(texts):  # letters beyond ASCII, or a line break within a text
            low = [text.casefold() if text.isascii() else text.lower() for text in texts]
        plain.values[:] = [text if text == small else small for text, small in zip(texts, low, strict=True)]
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

    if only_text(cells) and ":" not in together(cells):
        return read_plain_text(cells, PLACEHOLDERS)
    return read_each(cells, read, "", object)
