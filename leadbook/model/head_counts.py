"""Head counts as lists give them: ``51-200``, ``1000+``, ``> 500``, ``ca. 250``, ``80 employees``."""

from __future__ import annotations

import re

from msgspec import Struct

from leadbook.model.digits import Numeral, parse_numeral, plain
from leadbook.model.roughly import ABOUT

_NUMBER = r"(\d[\d.,' ]*(?<! )\s*k?(?![a-z]))"
# In English, German, French, Spanish, Italian and Dutch.
_PEOPLE = (
    r"(?:employees?|people|persons?|ppl|staff|ftes?|heads|mitarbeiter(?:innen)?|ma|mitarb|pers|personen|leute|"
    r"besch\u00e4ftigte|salari\u00e9s?|collaborateurs?|personnes?|empleados?|personas?|trabajadores|dipendenti|addetti|"
    r"medewerkers|werknemers)\.?"
)
_ABOVE = (
    r"(?:>=?|\u2265|over|above|more than|at least|min\.?|mind\.?|mindestens|mehr als|\u00fcber|ab|plus de|au moins|"
    r"m\u00e1s de|mas de|al menos|pi\u00f9 di|oltre|meer dan)"
)
_BELOW = (
    r"(?:<=?|\u2264|under|below|less than|fewer than|up to|max\.?|bis zu|bis|unter|weniger als|moins de|jusqu'\u00e0|"
    r"menos de|hasta|meno di|fino a|minder dan)"
)
# Patterns, which are compiled where the first text needs them: most lists hold digits alone.
_END = rf"\s*(?:{_PEOPLE})?"
_RANGE = rf"(?:{ABOUT})?\s*{_NUMBER}\s*(?:-|to|bis|\.\.|\u00e0|a|tot)\s*{_NUMBER}{_END}"
_OPEN = rf"{_ABOVE}\s*{_NUMBER}\s*\+?{_END}|{_NUMBER}\s*\+{_END}"
_UNDER = rf"{_BELOW}\s*{_NUMBER}{_END}"
_ROUGH = rf"{ABOUT}\s*{_NUMBER}{_END}|{_NUMBER}\s*{ABOUT}{_END}"
_COUNTED = rf"{_NUMBER}\s*{_PEOPLE}"


class HeadCount(Struct, frozen=True):
    """A head count that is more than digits: the number it is read as, and whether it was given as a range."""

    number: float
    ranged: bool = False


def head_count(text: str) -> HeadCount | None:
    """Return what a text says of how many people there are; None where it says nothing, or is a bare number.

    Notes
    -----
    ``51-200`` is its middle in whole people, and ``< 50`` that of 1 to 50; ``1000+`` and ``over 1000`` the lower end;
    ``ca. 250`` and ``80 employees`` the number itself. People are whole, so the dot in ``1.200+`` parts thousands.
    """
    text = " ".join(plain(text).casefold().split())
    if found := re.fullmatch(_RANGE, text):
        low, high = (_whole(part) for part in found.groups())
        if low is None or high is None or low > high:
            return None
        return HeadCount((low + high) // 2, ranged=True)
    if found := re.fullmatch(_UNDER, text):
        most = _whole(found[1])
        return HeadCount((1 + most) // 2, ranged=True) if most is not None and most >= 1 else None
    for shape in (_OPEN, _ROUGH, _COUNTED):
        if found := re.fullmatch(shape, text):
            number = _whole(next(part for part in found.groups() if part))
            return None if number is None else HeadCount(number, ranged=shape == _OPEN)
    return None


def is_head_count(value: object) -> bool:
    """Whether a cell says how many people there are, in digits alone or in words as well."""
    if isinstance(value, str):
        return head_count(value) is not None or parse_numeral(plain(value)) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(digits: str) -> float | None:
    numeral: Numeral | None = parse_numeral(digits)
    return None if numeral is None else numeral.value
