"""What a Waive cell says: the codes it mutes on its row, each whole (LB204) or by its beginning (LB2)."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s,;]+")
_BEGINNING = re.compile(r"LB\d{0,3}")


def codes_in(cell: str) -> list[str]:
    """Return the words of a Waive cell in capitals, whether or not they are codes."""
    return [word.upper() for word in _SEPARATORS.split(cell) if word]


def is_beginning(word: str) -> bool:
    """Tell whether a word is a code or the beginning of one."""
    return _BEGINNING.fullmatch(word) is not None


def mutes(word: str, code: str) -> bool:
    """Tell whether a word of a Waive cell mutes a code."""
    return is_beginning(word) and code.startswith(word)
