"""Place rules: country, region and postcode name one place, and a country has one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.countries import country_name, country_of_cell, in_country, is_part
from leadbook.model.issues import Severity
from leadbook.rules.cells import texts, where
from leadbook.rules.dialling import lead_countries
from leadbook.rules.distinct import distinct, fold
from leadbook.rules.finding import Finding, short
from leadbook.rules.places import country_of_region, fits_country, postcode_hint, with_zeros
from leadbook.rules.registry import rule
from leadbook.rules.values import misspelt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.model.records import Records

# Honest answers: whoever looks for the country sees that it is not known.
_NOT_KNOWN = frozenset({"", "unknown", "other", "others", "unbekannt", "inconnu", "sonstige", "various", "global"})


@rule("LB122", "country-unknown", Severity.WARNING, ("country",))
def country_unknown(records: Records) -> Iterator[Finding]:
    """Find a country that there is not.

    Anti-pattern: "Atlantis", "Bavaria" or "EMEA" in the Country column.

    Why it matters: Routing, points for the region and phone numbers all go by the country.

    Best practice: Write the country's name or its ISO code; a region belongs into Region.
    """
    leads = records.leads
    slips = misspelt(records, "country")  # LB113 tells what was meant by those
    bad = where(
        leads,
        "country",
        lambda text: text.casefold() not in _NOT_KNOWN and not country_of_cell(text) and text not in slips,
    )
    filled = int(where(leads, "country", bool).sum())
    yield Finding(
        leads,
        bad,
        "country",
        (
            f'"{short(text)}" is no country; write its name, or move the word to Region.'
            for text in texts(leads, "country")[bad]
        ),
        among=filled,
        as_whole=f"{int(bad.sum()):,} of {filled:,} cells of this column name no country; map another column to "
        "Country in Settings (table Columns), or write countries here.",
    )


@rule("LB123", "country-in-two-ways", Severity.INFO, ("country",), fixable=True)
def country_in_two_ways(records: Records) -> Iterator[Finding]:
    """Find one country under two names.

    Anti-pattern: "USA" in some rows and "United States" in others.

    Why it matters: A filter, a pivot or a routing rule by country finds only a part of them.

    Best practice: Write the name that most rows have; the fix does just that.
    """
    leads = records.leads
    found = distinct(leads, "country")
    counts: dict[str, dict[str, int]] = {}
    spelt: dict[str, tuple[int, str]] = {}
    for text, low, count in zip(found.spellings, fold(found.spellings), found.counts, strict=True):
        code = country_of_cell(text)
        if code and not is_part(text):
            counts.setdefault(code, {})[low] = counts.get(code, {}).get(low, 0) + count
            spelt[low] = max(spelt.get(low, (0, "")), (count, text))
    prevailing: dict[str, str] = {}
    for code, names in counts.items():
        ranked = sorted(names, key=lambda low: (-names[low], low != country_name(code).casefold(), low))
        clear = len(ranked) > 1 and (names[ranked[0]] > names[ranked[1]] or ranked[0] == country_name(code).casefold())
        if clear:
            prevailing.update(dict.fromkeys(ranked[1:], spelt[ranked[0]][1]))
    if not prevailing:
        return
    lowered = dict(zip(found.spellings, fold(found.spellings), strict=True))
    bad = where(leads, "country", lambda text: lowered[text] in prevailing)
    wrong = texts(leads, "country")[bad].tolist()
    yield Finding(
        leads,
        bad,
        "country",
        (
            f'"{short(text)}" and "{short(prevailing[lowered[text]])}" are one country; write the second everywhere.'
            for text in wrong
        ),
        [prevailing[lowered[text]] for text in wrong],
        safe=False,
    )


@rule("LB124", "postcode-against-country", Severity.INFO, ("postcode", "country"), fixable=True)
def postcode_against_country(records: Records) -> Iterator[Finding]:
    """Find a postcode that the lead's country cannot have.

    Anti-pattern: "1067" for Dresden's 01067, whose zero Excel dropped, or "SW1A 1AA" in Germany.

    Why it matters: Letters come back, and territories by postcode miss the lead.

    Best practice: Write the postcode as on the envelope, in a column formatted as text.
    """
    leads = records.leads
    codes, countries = texts(leads, "postcode"), lead_countries(leads)
    known = np.asarray((codes != "") & (countries != ""), dtype=bool)
    places = np.flatnonzero(known)
    pairs = list(zip(codes[places].tolist(), countries[places].tolist(), strict=True))
    verdicts = {pair: fits_country(*pair) for pair in set(pairs)}
    bad = np.zeros(len(codes), dtype=bool)
    bad[places] = [not verdicts[pair] for pair in pairs]
    wrong = [pair for pair in pairs if not verdicts[pair]]
    padded = {pair: _padded(*pair) for pair in set(wrong)}
    yield Finding(
        leads,
        bad,
        "postcode",
        (
            f'"{short(code)}" is no postcode {in_country(country)}; '
            + (
                f"write {padded[code, country]}, with the zero that Excel dropped."
                if padded[code, country]
                else f"they are {postcode_hint(country)}."
            )
            for code, country in wrong
        ),
        [padded[pair] for pair in wrong],
        safe=False,
        # Zeros lost throughout are put back cell by cell; only codes of some other kind are the column's fault.
        among=0 if any(padded.values()) else len(pairs),
        as_whole=f"{len(wrong):,} of {len(pairs):,} postcodes cannot be in their lead's country; check both columns.",
    )


def _padded(code: str, country: str) -> str | None:
    tried = with_zeros(code, country)
    return tried if tried and fits_country(tried, country) else None


@rule("LB125", "region-elsewhere", Severity.INFO, ("region", "country"))
def region_elsewhere(records: Records) -> Iterator[Finding]:
    """Find a region of another country than the lead's.

    Anti-pattern: Region "Bavaria", Country "Austria".

    Why it matters: The lead goes to the wrong territory and gets the wrong language, tax or law.

    Best practice: Check which of the two is right.
    """
    leads = records.leads
    found = distinct(leads, "region")
    homes = found.spread([country_of_region(text) for text in found.spellings])
    countries = lead_countries(leads)
    known = np.asarray((homes != "") & (countries != ""), dtype=bool)
    bad = known & np.asarray(homes != countries, dtype=bool)
    rows = zip(texts(leads, "region")[bad], homes[bad], texts(leads, "country")[bad], strict=True)
    yield Finding(
        leads,
        bad,
        "region",
        (
            f'"{short(region)}" is {in_country(home)}, not in "{short(country)}"; check both.'
            for region, home, country in rows
        ),
        among=int(known.sum()),
        as_whole=f"{int(bad.sum()):,} regions are in another country than their lead; check both columns.",
    )
