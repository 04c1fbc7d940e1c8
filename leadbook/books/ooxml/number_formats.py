"""Number formats: the ones everyone has under the same id, and which of them show dates."""

from __future__ import annotations

import re

DATE = "yyyy\\-mm\\-dd"
DATE_TIME = "yyyy\\-mm\\-dd\\ hh:mm"

# Built-in number formats (ECMA-376 part 1, 18.8.30) that everyone has under the same id.
BUILT_IN = {
    "General": 0,
    "0": 1,
    "0.00": 2,
    "#,##0": 3,
    "#,##0.00": 4,
    "0%": 9,
    "0.00%": 10,
    "0.00E+00": 11,
    "mm-dd-yy": 14,
    "d-mmm-yy": 15,
    "d-mmm": 16,
    "mmm-yy": 17,
    "h:mm AM/PM": 18,
    "h:mm:ss AM/PM": 19,
    "h:mm": 20,
    "h:mm:ss": 21,
    "m/d/yy h:mm": 22,
    "mm:ss": 45,
    "[h]:mm:ss": 46,
    "@": 49,
}
DATE_IDS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)


def code_shows_dates(code: str) -> bool:
    """Tell whether a number reads as a date or a time in a format of this code."""
    return re.search("[ymdhs]", _LITERALS.sub("", code.partition(";")[0]), re.IGNORECASE) is not None
