"""Identity rules: it is clear who the person and the company are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.rules.cells import blank, numbers, texts, where
from leadbook.rules.distinct import distinct
from leadbook.rules.finding import Finding, short
from leadbook.rules.registry import rule
from leadbook.rules.stages import requiring
from leadbook.rules.vocabulary import is_filler
from leadbook.rules.websites import no_websites, repaired_website

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.model.records import Records


@rule("LB108", "name-case", Severity.INFO, ("first_name|last_name",), fixable=True)
def name_case(records: Records) -> Iterator[Finding]:
    """Find a name in capitals or in small letters throughout.

    Anti-pattern: "SCHMIDT" or "schmidt" in a name column.

    Why it matters: It shows in every letter: "Dear SCHMIDT".

    Best practice: Write names as their owners do.
    """
    leads = records.leads
    for key in ("first_name", "last_name"):
        if key in leads.places:
            names = texts(leads, key)
            bad = where(leads, key, _oddly_cased)
            yield Finding(
                leads,
                bad,
                key,
                (
                    f'Write "{short(name)}" as its owner does, such as "{short(_as_named(name))}".'
                    for name in names[bad]
                ),
                (_as_named(name) for name in names[bad]),
                safe=False,
            )


_PARTICLES = frozenset({"von", "van", "der", "den", "de", "da", "di", "du", "la", "le", "zu", "ter", "dos"})


def _as_named(name: str) -> str:
    """Return a name as most people of that name write it: Ludwig van Beethoven, O'Neil, McDonald, Schmidt-Rau."""
    words = [word if word in _PARTICLES else word.title() for word in name.casefold().split()]
    words[:1] = [words[0][:1].upper() + words[0][1:]]
    return " ".join(re.sub(r"\bMc([a-z])", lambda found: "Mc" + found[1].upper(), word) for word in words)


def _oddly_cased(name: str) -> bool:
    # Two letters may be initials, scripts without case are neither upper nor lower, and LB109 tells what is no name.
    if len(name) <= 2 or not (name.isupper() or name.islower()):
        return False
    bare = name.replace(" ", "").replace("-", "").replace("'", "").replace("\u2019", "")
    return bare.isalpha() and not _improbable(name) and _as_named(name) != name


@rule("LB109", "name-improbable", Severity.WARNING, ("first_name|last_name",))
def name_improbable(records: Records) -> Iterator[Finding]:
    """Find a name that is none: digits, an address, or a test entry.

    Anti-pattern: "Test", "asdf", "12345" or "anna@firma.de" in a name column.

    Why it matters: Such rows are mostly tests or spam, and they inflate every conversion rate's denominator.

    Best practice: Write the name, or remove the test entry.
    """
    leads = records.leads
    for key in ("first_name", "last_name"):
        if key in leads.places:
            names = texts(leads, key)
            bad = where(leads, key, _improbable)
            yield Finding(
                leads,
                bad,
                key,
                (f'"{short(name)}" does not look like a name; write the person\'s name.' for name in names[bad]),
            )


def _improbable(name: str) -> bool:
    if name.isalpha():
        return is_filler(name)
    return "@" in name or any(letter.isdigit() for letter in name)


@rule("LB110", "first-name-holds-both", Severity.INFO, ("first_name", "last_name"))
def first_name_holds_both(records: Records) -> Iterator[Finding]:
    """Find a first name that holds the whole name.

    Anti-pattern: First Name "Anna Schmidt", Last Name blank.

    Why it matters: Letters begin "Dear Anna Schmidt", and duplicates with the name split rightly are missed.

    Best practice: Move the family name to Last Name.
    """
    leads = records.leads
    names = texts(leads, "first_name")
    bad = blank(leads, "last_name") & where(leads, "first_name", lambda name: " " in name)
    yield Finding(
        leads, bad, "first_name", (f'Move the family name in "{short(name)}" to the last name.' for name in names[bad])
    )


@rule("LB111", "website-malformed", Severity.WARNING, ("website",), fixable=True)
def website_malformed(records: Records) -> Iterator[Finding]:
    """Find a website that no browser opens.

    Anti-pattern: "www.firma,de", "htp://firma.de" or "has none" in the Website column.

    Why it matters: The company cannot be looked up, nor matched with its other leads.

    Best practice: Write the address as the browser shows it, such as firma.de or https://firma.de.
    """
    leads = records.leads
    sites = texts(leads, "website")
    wrong = set(no_websites(distinct(leads, "website").spellings))
    bad = where(leads, "website", wrong.__contains__) if wrong else np.zeros(len(sites), dtype=bool)
    yield Finding(
        leads,
        bad,
        "website",
        (
            f'"{short(site)}" is an email address; move it to the column of addresses.'
            if "@" in site
            else f'"{short(site)}" is no web address; write it as company.com.'
            for site in sites[bad]
        ),
        (repaired_website(site) for site in sites[bad]),
        safe=False,
    )


@rule("LB116", "nobody-named", Severity.WARNING, ("company|last_name|first_name|email",))
def nobody_named(records: Records) -> Iterator[Finding]:
    """Find a lead without a company, a name or an email address.

    Anti-pattern: A row that says nothing about who it is.

    Why it matters: Nobody can work on it, and it still counts in every rate.

    Best practice: Write who it is, or delete the row.
    """
    leads = records.leads
    keys = [key for key in ("company", "last_name", "first_name", "email", "phone", "website") if key in leads.places]
    # A team that keeps no contact details in this workbook identifies its leads by their number.
    if not {"company", "last_name"} & set(keys):
        return
    # Where the stage requires the company anyway, LB401 asks for it.
    bad = np.logical_and.reduce([blank(leads, key) for key in keys]) & ~requiring(records, "company")
    sentence = "This row does not say who the lead is; write the company or the name."
    yield Finding(leads, bad, "", sentence, together=tuple(keys))


@rule("LB117", "employees-not-a-headcount", Severity.WARNING, ("employees",))
def employees_not_a_headcount(records: Records) -> Iterator[Finding]:
    """Find a company size that is no number of people.

    Anti-pattern: 0, -5 or 12.5 in Employees.

    Why it matters: The fit score takes company size for 12 of its 50 points.

    Best practice: Write the number of employees, or leave the cell blank when it is unknown.
    """
    leads = records.leads
    sizes = numbers(leads, "employees")
    with np.errstate(invalid="ignore"):
        bad = ~np.isnan(sizes) & ((sizes < 1) | (sizes != np.floor(sizes)))
    yield Finding(
        leads,
        bad,
        "employees",
        (f"{size:g} is no number of employees; write a whole number from 1." for size in sizes[bad]),
    )
