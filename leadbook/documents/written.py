"""How an amount, a share, a day or a text from a cell is written in a document for a buyer."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

from leadbook.model.issues import InputError

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

# What XML 1.0 cannot hold at all (2.2 of its recommendation), and the marks that turn the reading direction of all that
# follows, with which a text could show other words than it holds. Tab and line break stay.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_LENGTHS: tuple[Literal["long", "short", "narrow"], ...] = ("long", "short", "narrow")
_LINE_ENDS = re.compile("\r\n|\r|\x0b|\x0c|\x85|\u2028|\u2029")
_ON_LETTER = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "VE", "GT", "CR", "PA", "PR", "DO", "SV", "NI", "HN"})
# Addresses of these countries have the postcode after the town.
_POSTCODE_LAST = frozenset({"US", "CA", "AU", "GB", "IE", "IN", "NZ", "ZA", "SG"})


def printable(text: object) -> str:
    """Return a cell's text as a document can hold it: no control characters, one kind of line break."""
    return _UNPRINTABLE.sub("", _LINE_ENDS.sub("\n", str(text))).strip()


def web_link(text: str) -> str:
    """Return a web address that a document may link to, "" for all else (``javascript:``, ``file:``, a plain word)."""
    address = printable(text)
    if re.fullmatch(r"https?://[^\s\"'<>`{}\\]+", address, re.IGNORECASE):
        return address
    return ""


def paper_of(locale: str) -> str:
    """Return the paper that is usual where a locale is: ``Letter`` in North America and a few more, else ``A4``."""
    return "Letter" if _locale(locale).territory in _ON_LETTER else "A4"


class Writing:
    """Writes figures and days as one locale does, in one currency.

    Parameters
    ----------
    locale : str
        Such as ``de_DE``.
    currency : str
        ISO 4217 code.

    Raises
    ------
    InputError
        There is no such locale.
    """

    def __init__(self, locale: str, currency: str) -> None:
        self.locale = _locale(locale)
        self.currency = currency

    def money(self, amount: Decimal) -> str:
        """Return an amount with its currency; digits beyond the smallest unit (a unit price of 0.0125) are kept."""
        # Babel takes a currency's own number of digits as the fewest and drops none with this switch off.
        return format_currency(amount, self.currency, locale=self.locale, decimal_quantization=False)

    def number(self, number: Decimal | float) -> str:
        """Return a number with all its digits."""
        return format_decimal(number, locale=self.locale, decimal_quantization=False)

    def share(self, share: Decimal) -> str:
        """Return a share (0 to 1) as a percentage."""
        return format_percent(share, locale=self.locale, decimal_quantization=False)

    def day(self, day: dt.date | None) -> str:
        """Return a day in words, "" for none."""
        return format_date(day, "long", locale=self.locale) if day else ""

    def span(self, first: dt.date | None, last: dt.date | None) -> str:
        """Return a span of days, both inclusive, one of which may be unknown."""
        days = [format_date(day, "medium", locale=self.locale) for day in (first, last) if day]
        return " \N{EN DASH} ".join(dict.fromkeys(days))

    def duration(self, number: float | None, unit: str) -> str:
        """Return so many weeks or months in words, "" for none."""
        if number is None:
            return ""
        whole = int(number) if float(number).is_integer() else number
        for length in _LENGTHS:
            written = format_unit(whole, f"duration-{unit}", length=length, locale=self.locale)
            if "duration-" not in written:  # what Babel writes where a locale's data lack this length
                return written
        return format_unit(whole, f"duration-{unit}", locale="en")

    def town(self, city: str, region: str, postcode: str) -> str:
        """Return the line of an address that names the town."""
        if self.locale.territory in _POSTCODE_LAST:
            return ", ".join(part for part in (city, f"{region} {postcode}".strip()) if part)
        return f"{postcode} {city}".strip()


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError) as failure:
        raise InputError(
            f'There is no locale "{name}"; give one such as de_DE, en_GB or fr_FR in Settings, table Options.'
        ) from failure
