"""In which language, and by which country's habits, a document writes amounts and days."""

from __future__ import annotations

import re
from functools import cache


@cache
def locale_code(text: str) -> str | None:
    """Return the code of a locale as people type it (``de-de``, ``en_GB``, ``fr``); None when there is none such.

    Returns
    -------
    str or None
        As CLDR writes it: ``de_DE``, ``en_GB``, ``fr``, ``sr_Latn_RS``.
    """
    from babel.core import Locale, UnknownLocaleError  # noqa: PLC0415 - only where a document is written

    word = text.strip().partition(".")[0].replace("-", "_")
    if not re.fullmatch(r"[A-Za-z]{2,3}(_[A-Za-z0-9]{2,4}){0,2}", word):
        return None
    try:
        return str(Locale.parse(word, sep="_"))
    except (ValueError, UnknownLocaleError, TypeError):
        return None
