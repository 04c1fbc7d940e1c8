"""Which country a text means: by name in the languages of trade, by ISO code, or by an everyday name."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# Languages that a country's name is looked up in when English does not know it.
_LANGUAGES = ("de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "fi", "cs", "tr", "ja", "zh", "ar")
# CLDR's codes that stand for no country.
_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})
# Names in everyday use that CLDR lists under another one.
_EVERYDAY = {
    "usa": "US", "u s a": "US", "u s": "US", "united states of america": "US", "america": "US", "uk": "GB",
    "u k": "GB", "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northern ireland": "GB", "holland": "NL", "czech republic": "CZ", "korea": "KR", "republic of korea": "KR",
    "korea republic of": "KR", "russian federation": "RU", "uae": "AE", "u a e": "AE", "viet nam": "VN",
    "ivory coast": "CI", "burma": "MM", "macedonia": "MK", "swaziland": "SZ", "republic of ireland": "IE",
    "eire": "IE", "turkey": "TR", "hong kong": "HK", "macau": "MO", "macao": "MO", "palestine": "PS",
    "vatican": "VA", "east timor": "TL", "bosnia": "BA", "congo": "CG", "democratic republic of the congo": "CD",
    "dr congo": "CD", "cape verde": "CV", "brunei darussalam": "BN", "lao pdr": "LA", "iran islamic republic of": "IR",
    "islamic republic of iran": "IR", "syrian arab republic": "SY", "united republic of tanzania": "TZ",
    "republic of moldova": "MD", "peoples republic of china": "CN", "pr china": "CN", "prc": "CN",
    "taiwan province of china": "TW", "deutschland brd": "DE", "brd": "DE",
}  # fmt: skip

# Signs of one letter that cars carry abroad (United Nations, Convention on Road Traffic, 1968).
_SIGNS = {"A": "AT", "B": "BE", "D": "DE", "E": "ES", "F": "FR", "H": "HU", "I": "IT", "J": "JP", "L": "LU", "M": "MT",
          "N": "NO", "P": "PT", "S": "SE"}  # fmt: skip

# Countries within a country: England is the United Kingdom, yet another name for it than Scotland.
_WITHIN = frozenset({"england", "scotland", "wales", "northern ireland"})


@cache
def country_code(text: str) -> str:
    """Return the ISO 3166 alpha-2 code of the country a text means, "" when it means none.

    ``Germany``, ``Deutschland``, ``DE``, ``DEU`` and ``de`` are DE.
    """
    name = _plain(text)
    if not name:
        return ""
    return _names("en").get(name) or _EVERYDAY.get(name) or _by_code(name.upper()) or _abroad(name)


def country_of_cell(text: str) -> str:
    """Return what `country_code` does, and of a letter in a column of countries the one whose cars carry it.

    ``D`` is DE and ``A`` is AT, as addresses across a border have them; anywhere else a letter may mean anything.
    """
    return country_code(text) or _SIGNS.get(text.strip().rstrip(".-").upper(), "")


def _by_code(code: str) -> str:
    if len(code) == 2 and code.isascii():
        return code if code in _territories("en") and code not in _NO_COUNTRY else ""
    if len(code) == 3 and code.isascii():
        from babel.core import get_global  # noqa: PLC0415 - loads for books with a column of countries only

        found = get_global("territory_aliases").get(code, [])
        return found[0] if len(found) == 1 and found[0] not in _NO_COUNTRY else ""
    return ""


def _abroad(name: str) -> str:
    return next((code for language in _LANGUAGES if (code := _names(language).get(name))), "")


def is_part(text: str) -> bool:
    """Tell whether a text names a part of a country that is called a country too."""
    return _plain(text) in _WITHIN


def country_name(code: str) -> str:
    """Return a country's English name."""
    return _territories("en").get(code, code)


def in_country(code: str) -> str:
    """Return "in" with a country's English name, as a sentence has it: in Germany, in the United States."""
    name = country_name(code)
    return (
        f"in the {name}"
        if name.startswith("United ") or name.endswith(("lands", "ppines", "Republic"))
        else f"in {name}"
    )


@cache
def country_names() -> tuple[str, ...]:
    """Return how countries are written in English, everyday names included."""
    everyday = (name.title() for name in _EVERYDAY if len(name) > 3 and " " not in name[:2])
    return tuple(dict.fromkeys([*(name for code, name in _territories("en").items() if _is_country(code)), *everyday]))


@cache
def _territories(language: str) -> dict[str, str]:
    from babel.core import Locale  # noqa: PLC0415 - as above

    return dict(Locale(language).territories)


def _is_country(code: str) -> bool:
    return len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY


@cache
def _names(language: str) -> dict[str, str]:
    return {_plain(name): code for code, name in _territories(language).items() if _is_country(code)}


def _plain(text: str) -> str:
    """Return a name as it is looked up: no accents, brackets, points, case or leading article."""
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", text[:80]) if not unicodedata.combining(mark))
    bare = re.sub(r"\(.*?\)", " ", bare).replace("&", " and ").replace("'", "").replace("\u2019", "")
    words = re.sub(r"[\W_]+", " ", bare.casefold()).split()
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)
