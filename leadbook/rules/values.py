"""Value rules: one thing is spelt one way, whatever column it stands in."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.cells import different, together
from leadbook.model.columns import TABLES, Kind
from leadbook.model.countries import country_names
from leadbook.model.issues import Severity
from leadbook.rules.cells import blank, texts, where
from leadbook.rules.distinct import distinct, remembered
from leadbook.rules.finding import Finding, short
from leadbook.rules.registry import rule
from leadbook.rules.spelling import case_variants, slips
from leadbook.rules.vocabulary import INDUSTRIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from leadbook.model.records import Records, Typed
    from leadbook.rules.distinct import Texts

# Columns whose values repeat from row to row, so that a rare spelling stands out.
_REPEATING = ("company", "industry", "country", "region", "city", "source", "campaign", "competitor", "terms",
              "lost_reason")  # fmt: skip
# A column of the seller's own repeats when it has few spellings, each in many cells.
_FEW = 200
_EACH = 4
_TEXT_KEYS = {column.key for column in TABLES["Leads"] if column.kind is Kind.TEXT and not column.owned}


@rule("LB113", "value-misspelt", Severity.WARNING, fixable=True)
def value_misspelt(records: Records) -> Iterator[Finding]:
    """Find a value that is most likely a slip of another one.

    Anti-pattern: "technolgy" among many "technology", "Philipines", or "GTXPro" for the product "GTX Pro".

    Why it matters: A filter, a pivot or a report by industry counts the two as different things.

    Best practice: Write the value as the other rows, or Settings, do; a dropdown keeps it so.
    """
    leads = records.leads
    for key in _REPEATING:
        if key in leads.places:
            found = misspelt(records, key)
            yield from _replace(leads, texts(leads, key), found, "most likely means", key=key, safe=False)
    for header, values in _own_columns(leads):
        found = slips(_counted(values), _listed(records, header))
        yield from _replace(leads, values, found, "most likely means", header=header, safe=False)


@rule("LB114", "value-case", Severity.WARNING, fixable=True)
def value_case(records: Records) -> Iterator[Finding]:
    """Find the same value in another case.

    Anti-pattern: "google" in a column where all other rows say "Google".

    Why it matters: Python, Power Query and many exports take them for two sources, and each looks smaller.

    Best practice: Write it as most rows do.
    """
    leads = records.leads
    for key in _REPEATING:
        if key in leads.places:
            found = case_variants(_counts(leads, key))
            yield from _replace(leads, texts(leads, key), found, "is written", key=key)
    for header, values in _own_columns(leads):
        found = case_variants(_counted(values), _listed(records, header))
        yield from _replace(leads, values, found, "is written", header=header)


@rule("LB115", "stray-spaces", Severity.INFO, fixable=True)
def stray_spaces(records: Records) -> Iterator[Finding]:
    """Find spaces before, after or doubled inside a text, or marks in it that nobody sees.

    Anti-pattern: "Acme ", "Acme  Works", or a zero-width space pasted from a web page.

    Why it matters: Excel's own lookups and filters treat "Acme " and "Acme" as different.

    Best practice: Take the spaces out; the fix does just that.
    """
    leads = records.leads
    for key, _ in sorted(leads.places.items(), key=lambda item: item[1]):
        if key not in _TEXT_KEYS or key not in leads.raw.columns:
            continue
        if not _may_be_untidy(together(_different_cells(leads, key))):
            continue
        written = leads.raw[key].tolist()
        blanks = blank(leads, key)
        untidy = [
            (position, clean)
            for position, cell in enumerate(written)
            if isinstance(cell, str) and (clean := _tidied(cell)) != cell and clean and not blanks[position]
        ]
        mask = np.zeros(len(written), dtype=bool)
        mask[[position for position, _ in untidy]] = True
        yield Finding(
            leads,
            mask,
            key,
            (f'Take the stray spaces out of "{short(clean)}".' for _, clean in untidy),
            (clean for _, clean in untidy),
        )


def _different_cells(leads: Typed, key: str) -> Sequence[object]:
    """Return the cells of a column as typed, each different one at least once."""
    if leads.table is not None:
        return different(leads.table.cells[leads.places[key] - leads.table.first_column])
    found: list[object] = leads.raw[key].tolist()
    return found


# Characters that nobody sees and that part two texts which look the same. Joiners and direction marks stay: some
# scripts and emoji need them.
_UNSEEN = dict.fromkeys((0x200B, 0xFEFF, 0x2060, 0x00AD))
_OTHER_SPACES = tuple(mark for mark in map(chr, range(0x3001)) if mark.isspace() and mark not in " \n")


def _may_be_untidy(lines: str) -> bool:
    """Tell whether any of some texts, one a line, may have spaces to take out: a quick look at them all at once."""
    marks = _OTHER_SPACES if not lines.isascii() else tuple(mark for mark in _OTHER_SPACES if mark.isascii())
    return (
        lines[:1] in {" ", "\n"}
        or lines[-1:] in {" ", "\n"}
        or any(spaces in lines for spaces in ("  ", " \n", "\n ", "\n\n", *marks, *map(chr, _UNSEEN)))
    )


def _tidied(text: str) -> str:
    seen = text.translate(_UNSEEN) if not text.isascii() else text
    if "\n" in seen or "\r" in seen:  # lines that a person broke stay broken
        return seen.strip()
    return re.sub(r"\s+", " ", seen).strip()


def misspelt(records: Records, key: str) -> Mapping[str, str]:
    """Return the texts of a column of ours that are most likely slips, each with what was meant."""
    leads, scored = records.leads, _scored(records, key)
    return remembered(
        leads,
        ("misspelt", key, scored),
        lambda: slips(_counts(leads, key), dictionary=(*scored, *_dictionary(key))),
    )


def _counts(leads: Typed, key: str) -> dict[str, int]:
    """Return each text of a column that is not blank and how many cells hold it."""

    def work() -> dict[str, int]:
        found = distinct(leads, key)
        counts = dict(zip(found.spellings, found.counts, strict=True))
        counts.pop("", None)
        return counts

    return remembered(leads, ("counts", key), work)


def _counted(values: Texts) -> Counter[str]:
    counts = Counter(values.tolist())
    del counts[""]
    return counts


def _listed(records: Records, header: str) -> tuple[str, ...]:
    """Return the spellings that Settings lists for a column of the seller's own: its products."""
    if header.strip().casefold() in {"product", "products", "product name", "item"}:
        return tuple(product.name for product in records.playbook.products)
    return ()


def _dictionary(key: str) -> tuple[str, ...]:
    """Return the words of the language that a column takes its values from."""
    if key == "country":
        return country_names()
    return INDUSTRIES if key == "industry" else ()


def _scored(records: Records, key: str) -> tuple[str, ...]:
    """Return the values that Scoring gives points for; it compares without case, so it settles no case."""
    return tuple(
        term.value
        for term in records.playbook.scoring
        if term.attribute == key and term.value and not re.search(r"\.\.|[*?]", term.value)
    )


def _replace(
    leads: Typed,
    values: Texts,
    found: Mapping[str, str],
    verb: str,
    *,
    key: str = "",
    header: str = "",
    safe: bool = True,
) -> Iterator[Finding]:
    if not found:
        return
    bad = (
        where(leads, key, found.__contains__)
        if key
        else np.fromiter(map(found.__contains__, values), bool, len(values))
    )
    right = [found[text] for text in values[bad]]
    yield Finding(
        leads,
        bad,
        key,
        (
            f'"{short(text)}" {verb} "{short(meant)}"; write it so.'
            for text, meant in zip(values[bad], right, strict=True)
        ),
        right,
        safe=safe,
        header=header,
    )


def _own_columns(leads: Typed) -> Iterator[tuple[str, Texts]]:
    """Yield the seller's own columns that hold few texts, each of them often."""
    headers = [str(header) for header in leads.extra.columns]
    for position, header in enumerate(headers):
        if headers.count(header) > 1:  # a repeated header names no one place
            continue
        cells = leads.extra.iloc[:, position].to_numpy(dtype=object)
        sample = cells[:: max(1, len(cells) // 500)]
        if not any(isinstance(cell, str) for cell in sample):
            continue
        values = np.array([cell.strip() if isinstance(cell, str) else "" for cell in cells], dtype=object)
        distinct = len(set(values.tolist()))
        if distinct <= _FEW and distinct * _EACH <= len(values):
            yield header, values
