"""Entry rules: what was typed into a cell is of the kind that its column is for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.rules.cells import compared, texts, where
from leadbook.rules.distinct import distinct, folds, objects
from leadbook.rules.finding import Finding, short
from leadbook.rules.mail import mail_domains, named_as
from leadbook.rules.registry import rule
from leadbook.rules.vocabulary import FILLER_DOMAINS, FILLERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from leadbook.model.records import Records, Typed
    from leadbook.rules.finding import Mask

# Columns of words, where an address or a number is out of place, and what a seller calls their contents.
_WORDED = {"company": "a company", "job_title": "a job title", "city": "a city", "country": "a country"}
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_SUSPECT = re.compile(r"@|://|www\.|^[+(0-9]", re.MULTILINE)
_NUMBER = re.compile(r"\+?[\d\s()./-]{7,}")


@rule("LB126", "test-entry", Severity.WARNING, ("company|email",))
def test_entry(records: Records) -> Iterator[Finding]:
    """Find a row that somebody typed to try a form out.

    Anti-pattern: Company "asdf", or the address "test@test.com".

    Why it matters: Such rows are no leads, and they lower every conversion rate.

    Best practice: Delete the row, or write who the lead is.
    """
    leads = records.leads
    sentence = "looks like a test entry; delete the row, or write who the lead is."
    if "company" in leads.places:
        bad = _one_of(leads, "company", FILLERS)
        yield Finding(leads, bad, "company", (f'"{short(text)}" {sentence}' for text in texts(leads, "company")[bad]))
    if "email" in leads.places:
        hosts = mail_domains(leads)
        bad = named_as(leads, FILLERS)
        if not FILLER_DOMAINS.isdisjoint(hosts.spellings):
            bad = bad | hosts.where(map(FILLER_DOMAINS.__contains__, hosts.spellings))
        filled = int((texts(leads, "email") != "").sum())
        yield Finding(
            leads,
            bad,
            "email",
            (
                f'"{short(text)}" is an address that nobody reads; ask for a real one.'
                if text.rpartition("@")[2] in FILLER_DOMAINS
                else f'"{short(text)}" {sentence}'
                for text in texts(leads, "email")[bad]
            ),
            among=filled,
            as_whole=f"{int(bad.sum()):,} of {filled:,} addresses are such as people type to try a form out; "
            "write real ones before anyone is written to.",
        )


def _one_of(leads: Typed, key: str, words: frozenset[str]) -> Mask:
    """Return which cells hold one of some words, whatever the case."""
    low = folds(leads, key)
    if words.isdisjoint(low):
        return np.zeros(len(leads.frame), dtype=bool)
    return distinct(leads, key).where(map(words.__contains__, low))


def _lengths(leads: Typed, key: str) -> npt.NDArray[np.int64]:
    """Return the number of letters of each cell as it is compared."""
    column = folds(leads, key)
    return np.fromiter(map(len, column), np.int64, len(column))[distinct(leads, key).codes]


@rule("LB127", "company-is-the-person", Severity.INFO, ("company", "last_name"))
def company_is_the_person(records: Records) -> Iterator[Finding]:
    """Find a person's name in the company column.

    Anti-pattern: Company "Anna Schmidt" for the lead Anna Schmidt.

    Why it matters: Leads of one company are not found together, and the letter is addressed to a firm of that name.

    Best practice: Write the employer, or leave the cell blank for a private buyer.
    """
    leads = records.leads
    companies = texts(leads, "company")
    named = np.asarray((companies != "") & (texts(leads, "last_name") != ""), dtype=bool)
    companies_low, first, last = (compared(leads, key) for key in ("company", "first_name", "last_name"))
    bad = np.zeros(len(companies), dtype=bool)
    if "first_name" in leads.places:
        beyond = _lengths(leads, "company") - _lengths(leads, "first_name") - _lengths(leads, "last_name")
        # A name with a space between, or a comma and a space, has a length that few companies have by chance.
        likely = np.flatnonzero(named & ((beyond == 1) | (beyond == 2)))
        bad[likely] = [
            given != "" and company in {f"{given} {family}", f"{family} {given}", f"{family}, {given}"}
            for company, given, family in zip(companies_low[likely], first[likely], last[likely], strict=True)
        ]
    yield Finding(
        leads,
        bad,
        "company",
        (f'"{short(text)}" is a person; write the employer here.' for text in companies[bad]),
        among=int(named.sum()),
        as_whole=f"{int(bad.sum()):,} companies are the leads' own names; leave Company blank for private buyers.",
    )


@rule("LB128", "value-in-wrong-column", Severity.WARNING, ("|".join(_WORDED),))
def value_in_wrong_column(records: Records) -> Iterator[Finding]:
    """Find an address or a number in a column of words.

    Anti-pattern: "anna@firma.de" in Company, or a phone number in City.

    Why it matters: It is not found where it is looked for, and the cell it belongs into stays empty.

    Best practice: Move it to its own column.
    """
    leads = records.leads
    for key, what in _WORDED.items():
        if key not in leads.places or not _SUSPECT.search("\n".join(distinct(leads, key).spellings)):
            continue
        bad = where(leads, key, lambda text: bool(_kind(text)))
        kinds = objects([_kind(text) for text in texts(leads, key)[bad]])
        yield Finding(
            leads,
            bad,
            key,
            (
                f'"{short(text)}" is {kind}, not {what}; move it to its own column.'
                for text, kind in zip(texts(leads, key)[bad], kinds, strict=True)
            ),
        )


def _kind(text: str) -> str:
    """Return what a text is that stands in a column of words, "" when it is words."""
    if "@" in text and _EMAIL.fullmatch(text):
        return "an email address"
    if text.startswith(("http://", "https://", "www.")):
        return "a web address"
    digits = sum(map(str.isdigit, text)) if text[:1] in "+(0123456789" else 0
    return "a phone number" if 7 <= digits <= 15 and _NUMBER.fullmatch(text) else ""
