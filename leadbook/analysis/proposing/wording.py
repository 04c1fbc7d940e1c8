"""Texts of cells as a document can hold them: without marks that none may carry, in items where they list some."""

from __future__ import annotations

import re

# Control characters, halves of surrogate pairs and code points that are none: XML holds none of them. Marks that turn
# the direction of writing round would reorder what stands beside them.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BULLET = re.compile(r"^\s*(?:[-*\u2022\u00b7\u2013\u2014]|\d{1,2}[.)])\s+")


def clean(text: str) -> str:
    """Return a text without marks that no document may hold; its lines stay apart."""
    if text.isprintable():
        return text
    return _UNFIT.sub("", _BREAKS.sub("\n", text)).strip()


def in_one_line(text: str) -> str:
    """Return a text cleaned and on one line, single spaced: a name, a title, an address's part."""
    return " ".join(clean(text).split())


def items(text: str) -> tuple[str, ...]:
    """Return what a cell lists: one item a line, or parted by semicolons; bullets and numbers before them go."""
    parts = re.split(r"[\n;]", clean(text))
    return tuple(found for part in parts if (found := in_one_line(_BULLET.sub("", part))))
