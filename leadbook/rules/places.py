"""Facts of places: how postcodes look, and which country a region belongs to. Short lists, kept here as facts.

No library under a licence that fits keeps them alone; codes and regions that are not listed are never judged.
"""

from __future__ import annotations

import re
from functools import cache

_FOUR, _FIVE, _SIX = r"\d{4}", r"\d{5}", r"\d{6}"
_THREE_TWO = r"\d{3} ?\d{2}"
_SHAPES: dict[str, str] = {
    **dict.fromkeys(("AT", "AU", "BE", "BG", "CH", "DK", "HU", "NO", "NZ", "PH", "SI", "ZA"), _FOUR),
    **dict.fromkeys(("DE", "EE", "ES", "FI", "FR", "HR", "ID", "IT", "KR", "MX", "MY", "RS", "TH", "TR", "UA"), _FIVE),
    **dict.fromkeys(("CN", "RO", "RU", "SG"), _SIX),
    **dict.fromkeys(("CZ", "GR", "SE", "SK"), _THREE_TWO),
    "LI": r"94\d{2}", "LU": _FOUR, "LV": _FOUR, "LT": _FIVE, "NL": r"\d{4} ?[A-Z]{2}", "PL": r"\d{2}-?\d{3}",
    "PT": r"\d{4}(?:[- ]?\d{3})?", "GB": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", "IE": r"[A-Z]\d[\dW] ?[A-Z\d]{4}",
    "US": r"\d{5}(?:-?\d{4})?", "CA": r"[A-Z]\d[A-Z][ -]?\d[A-Z]\d", "JP": r"\d{3}-?\d{4}", "IN": r"\d{3} ?\d{3}",
    "BR": r"\d{5}-?\d{3}", "AR": r"[A-Z]?\d{4}(?:[A-Z]{3})?", "IL": r"\d{5}(?:\d{2})?",
}  # fmt: skip
# How a seller hears what is wrong.
_EXAMPLES = {
    _FOUR: "four digits", _FIVE: "five digits", _SIX: "six digits", _THREE_TWO: "five digits such as 110 00",
    _SHAPES["NL"]: "such as 1012 AB", _SHAPES["PL"]: "such as 00-950", _SHAPES["PT"]: "such as 1000-205",
    _SHAPES["GB"]: "such as SW1A 1AA", _SHAPES["IE"]: "such as D02 AF30", _SHAPES["US"]: "such as 94105",
    _SHAPES["CA"]: "such as K1A 0B1", _SHAPES["JP"]: "such as 100-0001", _SHAPES["IN"]: "six digits",
    _SHAPES["BR"]: "such as 01310-100", _SHAPES["AR"]: "such as C1002AAB", _SHAPES["IL"]: "seven digits",
    _SHAPES["LI"]: "such as 9490",
}  # fmt: skip
# Codes there begin with 0 in some places, and Excel drops it from a number.
_LEADING_ZERO = {"DE": 5, "FR": 5, "IT": 5, "ES": 5, "FI": 5, "US": 5, "MX": 5, "KR": 5, "TR": 5, "UA": 5, "EE": 5,
                 "NO": 4, "AU": 4, "NZ": 4, "ZA": 4, "PH": 4, "CN": 6, "RO": 6, "SG": 6}  # fmt: skip


@cache
def fits_country(postcode: str, country: str) -> bool:
    """Tell whether a postcode looks as those of a country (ISO code) do; True for countries not listed."""
    shape = _SHAPES.get(country)
    bare = re.sub(r"^[A-Z]{1,2}[- ]+(?=\d)", "", postcode.upper().strip())  # D-10115, as one writes across a border
    return shape is None or re.fullmatch(shape, bare) is not None


def postcode_hint(country: str) -> str:
    """Return how a country's postcodes look, as a sentence says it."""
    return _EXAMPLES.get(_SHAPES.get(country, ""), "different")


def with_zeros(postcode: str, country: str) -> str | None:
    """Return a postcode with the zeros that Excel took from its front, None where that is not what happened."""
    wanted = _LEADING_ZERO.get(country, 0)
    missing = wanted - len(postcode)
    return postcode.zfill(wanted) if postcode.isascii() and postcode.isdigit() and 1 <= missing <= 2 else None


def _listed(country: str, names: str) -> dict[str, str]:
    return {" ".join(name.split()).casefold(): country for name in names.split(",")}


# Names that two countries share, such as Georgia or Limburg, say nothing and are left out.
_REGIONS = {
    **_listed("US", """Alabama, Alaska, Arizona, Arkansas, California, Colorado, Connecticut, Delaware, Florida, Hawaii,
        Idaho, Illinois, Indiana, Iowa, Kansas, Kentucky, Louisiana, Maine, Maryland, Massachusetts, Michigan,
        Minnesota, Mississippi, Missouri, Montana, Nebraska, Nevada, New Hampshire, New Jersey, New Mexico, New York,
        North Carolina, North Dakota, Ohio, Oklahoma, Oregon, Pennsylvania, Rhode Island, South Carolina,
        South Dakota, Tennessee, Texas, Utah, Vermont, Virginia, West Virginia, Wisconsin, Wyoming"""),
    **_listed("CA", """Alberta, British Columbia, Manitoba, New Brunswick, Newfoundland and Labrador, Nova Scotia,
        Ontario, Prince Edward Island, Quebec, Québec, Saskatchewan, Nunavut, Yukon"""),
    **_listed("DE", """Baden-Württemberg, Bavaria, Bayern, Berlin, Brandenburg, Bremen, Hamburg, Hesse, Hessen,
        Mecklenburg-Vorpommern, Lower Saxony, Niedersachsen, North Rhine-Westphalia, Nordrhein-Westfalen,
        Rhineland-Palatinate, Rheinland-Pfalz, Saarland, Saxony, Sachsen, Saxony-Anhalt, Sachsen-Anhalt,
        Schleswig-Holstein, Thuringia, Thüringen"""),
    **_listed("AT", """Burgenland, Carinthia, Kärnten, Lower Austria, Niederösterreich, Upper Austria, Oberösterreich,
        Salzburg, Styria, Steiermark, Tyrol, Tirol, Vorarlberg, Vienna, Wien"""),
    **_listed("AU", "New South Wales, Queensland, South Australia, Tasmania, Western Australia, Northern Territory"),
    **_listed("IN", """Andhra Pradesh, Assam, Bihar, Gujarat, Haryana, Karnataka, Kerala, Madhya Pradesh, Maharashtra,
        Odisha, Rajasthan, Tamil Nadu, Telangana, Uttar Pradesh, West Bengal"""),
}  # fmt: skip


def country_of_region(region: str) -> str:
    """Return the ISO code of the country that has a region of that name, "" where none or several may."""
    return _REGIONS.get(" ".join(region.split()).casefold(), "")
