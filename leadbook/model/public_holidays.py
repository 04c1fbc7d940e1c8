"""The public holidays of a country or a part of it, from the library that keeps them."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


@cache
def calendar_code(text: str) -> str | None:
    """Return what a calendar of public holidays is called: ``DE`` or ``DE-BY``; None when there is none such.

    Parameters
    ----------
    text : str
        An ISO 3166 code of a country, alone or with that of a part of it, whatever the case.
    """
    found = re.fullmatch(r"([A-Z]{2})(?:[-/ ]([A-Z0-9]{1,4}))?", text.strip().upper())
    if found is None:
        return None
    country, part = found.groups()
    return "-".join(filter(None, (country, part))) if _listed(country, part, ()) is not None else None


@cache
def public_holidays(code: str, first_year: int, last_year: int) -> frozenset[dt.date]:
    """Return the public holidays of a calendar, those observed on another day with them.

    Parameters
    ----------
    code : str
        As `calendar_code` returns it.
    first_year, last_year : int
        Inclusive.
    """
    country, _, part = code.partition("-")
    return _listed(country, part or None, tuple(range(first_year, last_year + 1))) or frozenset()


def _listed(country: str, part: str | None, years: tuple[int, ...]) -> frozenset[dt.date] | None:
    import holidays  # noqa: PLC0415 - only where a workbook names a country

    try:
        return frozenset(holidays.country_holidays(country, subdiv=part, years=years))
    except NotImplementedError:
        return None
