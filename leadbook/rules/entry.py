"""Entry rules: what was typed into a cell is of the kind that its column is for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.rules.cells import compared, texts, where
from leadbook.rules.distinct import objects
from leadbook.rules.finding import Finding, short
from leadbook.rules.mail import mail_domains
from leadbook.rules.registry import rule
from leadbook.rules.vocabulary import FILLER_DOMAINS, is_filler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.model.records import Records

# Columns of words, where an address or a number is out of place, and what a seller calls their contents.
_WORDED = {"company": "a company", "job_title": "a job title", "city": "a city", "country": "a country"}
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
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
        bad = where(leads, "company", is_filler)
        yield Finding(leads, bad, "company", (f'"{short(text)}" {sentence}' for text in texts(leads, "company")[bad]))
    if "email" in leads.places:
        hosts = mail_domains(leads)
        bad = where(leads, "email", lambda text: "@" in text and is_filler(text.partition("@")[0]))
        if not FILLER_DOMAINS.isdisjoint(hosts.spellings):
            bad = bad | hosts.where(map(FILLER_DOMAINS.__contains__, hosts.spellings))
        filled = int(where(leads, "email", bool).sum())
        yield Finding(
            leads,
            bad,
            "email",
            (f'"{short(text)}" {sentence}' for text in texts(leads, "email")[bad]),
            among=filled,
            as_whole=f"{int(bad.sum()):,} of {filled:,} addresses are such as people type to try a form out; "
            "write real ones before anyone is written to.",
        )


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
    places = np.flatnonzero(named)
    people = zip(
        compared(leads, "company")[places].tolist(),
        compared(leads, "first_name")[places].tolist(),
        compared(leads, "last_name")[places].tolist(),
        strict=True,
    )
    bad = np.zeros(len(companies), dtype=bool)
    bad[places] = [
        last in company and first != "" and company in {f"{first} {last}", f"{last} {first}", f"{last}, {first}"}
        for company, first, last in people
    ]
    yield Finding(
        leads,
        bad,
        "company",
        (f'"{short(text)}" is a person; write the employer here.' for text in companies[bad]),
        among=len(places),
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
        if key not in leads.places:
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
