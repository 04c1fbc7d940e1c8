"""How amounts are written in some countries only: ``2.5 Cr``, ``45 L``, ``120 mil``, ``12,50,000/-``, ``45 000:-``."""

from __future__ import annotations

import re

# "1,200 Cr" is a credit in a ledger and ten million rupees times 1,200 in India, and "45 L" may be litres: these are
# read only in a column that shows elsewhere, or in the same cell, that it counts as India does.
_INDIAN = re.compile(r"(?i)\u20b9|(?<![a-z])(?:rs|inr)(?![a-z])|(?<![a-z])(?:lakh|lac|crore)s?(?![a-z])|\d,\d\d,\d{3}")
_CRORES = re.compile(r"(?i)(?<=\d)\s*crs?\b\.?")
_LAKHS = re.compile(r"(?i)(?<=\d)\s*l\b\.?")

# "mil" is a thousand in Portuguese and Spanish, and a million in Polish and Czech; "mi" a million in Brazil.
_MIL = re.compile(r"(?i)(?<=\d)\s*mil\b\.?")
_MI = re.compile(r"(?i)(?<=\d)\s*mi\b\.?")
_THOUSAND_HERE = frozenset(["R$", "BRL", "MXN", "MX$", "ARS", "CLP", "COP", "PEN", "UYU"])
_MILLION_HERE = frozenset(["K\u010c", "CZK", "Z\u0141", "PLN"])

# What stands behind a whole amount: 12,50,000/-, 45 000:-, "only".
_BEHIND = re.compile(r"(?i)(?<=[\da-z.])\s*(?:/-+|/=|:-+)?(?:\s*only\.?)?$")


def counts_as_india(text: str) -> bool:
    """Whether an amount's text shows that lakhs and crores are counted (``\u20b9 5``, ``12,50,000``, ``3 lakh``)."""
    return _INDIAN.search(text) is not None


def in_words(text: str) -> str:
    """Return an amount's text with the Indian ``Cr`` and ``L`` written out."""
    return _LAKHS.sub(" lakh", _CRORES.sub(" crore", text))


def without_marks_behind(text: str) -> str:
    """Return an amount's text without the marks that say that nothing follows (``/-``, ``:-``, ``only``)."""
    return _BEHIND.sub("", text)


def thousand_or_million(text: str, mark: str) -> str:
    """Return an amount's text with ``mil`` written out as its currency's countries mean it; unchanged elsewhere.

    Parameters
    ----------
    text : str
        Without its currency.
    mark : str
        The sign or code of the currency, in capitals.
    """
    if mark in _THOUSAND_HERE:
        return _MIL.sub(" thousand", _MI.sub(" million", text))
    return _MIL.sub(" million", text) if mark in _MILLION_HERE else text
