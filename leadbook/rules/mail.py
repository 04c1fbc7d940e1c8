"""Mail rules: the address reaches this person, at this company."""

from __future__ import annotations

import re
import string
from functools import cache
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.rules.cells import blank, texts, where
from leadbook.rules.distinct import Distinct, distinct, objects, remembered
from leadbook.rules.finding import Finding, short
from leadbook.rules.registry import rule
from leadbook.rules.vocabulary import COMMON_DOMAINS, FILLER_DOMAINS, FREE_MAIL, ROLE_NAMES
from leadbook.rules.websites import host_of, registered_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.model.records import Records, Typed
    from leadbook.rules.finding import Mask

# Addresses that are plainly well formed; email-validator, which knows the standards, judges all others.
_PLAIN = re.compile(
    r"(?=.{1,64}\Z)[a-z0-9_'+-]++(?:\.[a-z0-9_'+-]++)*+@(?:[a-z0-9]++(?:-[a-z0-9]++)*+\.)+[a-z]{2,24}"
    r"(?<!\.test)(?<!\.local)(?<!\.localhost)(?<!\.invalid)(?<!\.onion)(?<!\.arpa)"
)


def _why_malformed(text: str) -> str:
    """Return what keeps a text from being an address, "" when nothing does."""
    if _PLAIN.fullmatch(text):
        return ""
    if text.count("@") != 1:
        return "it has no @" if "@" not in text else "it has more than one @"
    if any(map(str.isspace, text)):
        return "there is a space in it"
    if len(text) > 320:  # the library's messages grow with the text
        return "it is too long"
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - loads for odd addresses only

    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError as error:
        reason = str(error).rstrip(".")
        return reason[0].lower() + reason[1:]
    return ""


def malformed(leads: Typed) -> dict[str, str]:
    """Return each malformed address of the Email column with what is wrong with it."""

    def work() -> dict[str, str]:
        plain = _PLAIN.fullmatch
        odd = [text for text in distinct(leads, "email").spellings if text and not plain(text)]
        return {text: reason for text in odd if (reason := _why_malformed(text))}

    return remembered(leads, "malformed", work)


def _parts(leads: Typed) -> list[tuple[str, str, str]]:
    """Return what stands before and after the last @ of each different address, nothing after where there is none."""

    def work() -> list[tuple[str, str, str]]:
        return [text.rpartition("@") if "@" in text else ("", "", "") for text in distinct(leads, "email").spellings]

    return remembered(leads, "mail parts", work)


def mail_domains(leads: Typed) -> Distinct:
    """Return the domains of the Email column, "" where a cell holds no address; some stand there twice."""
    return remembered(
        leads,
        "mail domains",
        lambda: Distinct(distinct(leads, "email").codes, [after for _, _, after in _parts(leads)]),
    )


def named_as(leads: Typed, names: frozenset[str]) -> Mask:
    """Return which addresses have one of some words before the @."""
    before = [name for name, _, _ in _parts(leads)]
    if names.isdisjoint(before):
        return np.zeros(len(leads.frame), dtype=bool)
    return distinct(leads, "email").where(map(names.__contains__, before))


@rule("LB101", "email-malformed", Severity.ERROR, ("email",), fixable=True)
def email_malformed(records: Records) -> Iterator[Finding]:
    """Find an email address that no mail server can deliver to.

    Anti-pattern: "anna.schmidt(at)firma.de", "anna@firma,de" or "anna@firma" in the Email column.

    Why it matters: The follow-up bounces, the lead waits, and bounces harm the sender's reputation.

    Best practice: Write one address of the form name@company.tld; put a second one into Notes.
    """
    leads = records.leads
    faults = malformed(leads)
    if not faults:
        return
    bad = where(leads, "email", faults.__contains__)
    wrong = texts(leads, "email")[bad]
    repaired = {text: _repaired(text) for text in faults}
    yield Finding(
        leads,
        bad,
        "email",
        (
            f'"{short(text)}" is no email address: {short(faults[text], 110)}; write it as name@company.tld.'
            for text in wrong
        ),
        (repaired[text] for text in wrong),
        safe=False,
    )


def _repaired(text: str) -> str | None:
    """Return the address that was meant, for the slips with one reading only."""
    tried = re.sub(r"(?i)^mailto:|\s+|[<>\"]", "", re.sub(r"(?i)\s+(?:at|\(at\)|\[at\])\s+", "@", text))
    tried = re.sub(r"(?i)[(\[](?:at|ät)[)\]]", "@", tried).replace(",", ".").rstrip(".;:")
    tried = re.sub(r"(?i)[(\[](?:dot|punkt)[)\]]", ".", tried)
    tried = re.sub(r"\.{2,}", ".", tried.replace("@.", "@").replace("@@", "@"))
    return tried if tried != text and not _why_malformed(tried) else None


@rule("LB102", "email-domain-misspelt", Severity.WARNING, ("email",), fixable=True)
def email_domain_misspelt(records: Records) -> Iterator[Finding]:
    """Find an email domain one slip away from a well-known one.

    Anti-pattern: "anna@gmial.com" or "anna@hotmail.con".

    Why it matters: The address looks right, so nobody notices that every mail to it is lost.

    Best practice: Correct the domain, or ask the person when in doubt.
    """
    leads = records.leads
    hosts = mail_domains(leads)
    slips = _slips_of_common_domains()
    meant = {host: slips[host] for host in slips.keys() & set(hosts.spellings)}
    if not meant:
        return
    faults = malformed(leads)  # LB101 tells those
    bad = hosts.where(map(meant.__contains__, hosts.spellings)) & ~where(leads, "email", faults.__contains__)
    pairs = [(text, meant[text.rpartition("@")[2]]) for text in texts(leads, "email")[bad]]
    yield Finding(
        leads,
        bad,
        "email",
        (f'The domain of "{short(text)}" is most likely {domain}; correct it.' for text, domain in pairs),
        (f"{text.rpartition('@')[0]}@{domain}" for text, domain in pairs),
        safe=False,
    )


@cache
def _slips_of_common_domains() -> dict[str, str]:
    """Return every text one slip away from a well-known domain (a letter more, less, other or swapped)."""
    marks = string.ascii_lowercase + string.digits + "-."
    found: dict[str, str] = {}
    for known in reversed(COMMON_DOMAINS):  # the commonest one is written last and stays
        cuts = [(known[:cut], known[cut:]) for cut in range(1, len(known) + 1)]
        near = {head + tail[1:] for head, tail in cuts if tail}
        near |= {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
        near |= {head + mark + tail[1:] for head, tail in cuts if tail for mark in marks}
        near |= {head + mark + tail for head, tail in cuts for mark in marks}
        found |= dict.fromkeys(near, known)
    return {text: known for text, known in found.items() if text not in FREE_MAIL and text not in COMMON_DOMAINS}


@rule("LB103", "email-of-a-role", Severity.INFO, ("email",))
def email_of_a_role(records: Records) -> Iterator[Finding]:
    """Find an address that belongs to an office, not to a person.

    Anti-pattern: "info@", "sales@" or "office@" as the contact of a lead.

    Why it matters: Nobody there owns the decision, and such mail is answered last.

    Best practice: Find the person in charge and their own address.
    """
    leads = records.leads
    bad = named_as(leads, ROLE_NAMES)
    emails = texts(leads, "email")[bad]
    yield Finding(
        leads, bad, "email", (f'"{short(text)}" reaches an office; find the person in charge.' for text in emails)
    )


@rule("LB104", "free-mail-at-a-company", Severity.INFO, ("email", "company"))
def free_mail_at_a_company(records: Records) -> Iterator[Finding]:
    """Find a private mail address although a company is named.

    Anti-pattern: Company "Siemens" with the address "anna.s@gmail.com".

    Why it matters: The link between the person and the company is unproven, and duplicates hide more easily.

    Best practice: Ask for the address at work.
    """
    leads = records.leads
    hosts = mail_domains(leads)
    if FREE_MAIL.isdisjoint(hosts.spellings):
        return
    companies = ~blank(leads, "company")
    bad = hosts.where(map(FREE_MAIL.__contains__, hosts.spellings)) & companies
    judged = int((companies & ~blank(leads, "email")).sum())
    emails = texts(leads, "email")[bad]
    yield Finding(
        leads,
        bad,
        "email",
        (f'"{short(text)}" is a private address; ask for the one at work.' for text in emails),
        among=judged,
        as_whole=f"{int(bad.sum()):,} of {judged:,} leads of companies have a private address; ask for those at work, "
        "or leave Company blank for private buyers.",
    )


@rule("LB118", "email-disposable", Severity.WARNING, ("email",))
def email_disposable(records: Records) -> Iterator[Finding]:
    """Find an address at a service that throws mail away after minutes.

    Anti-pattern: "anna@mailinator.com", typed to get at a download.

    Why it matters: Nobody reads it, so every follow-up is lost, and the lead counts as reachable.

    Best practice: Ask for a real address, or disqualify the lead.
    """
    leads = records.leads
    hosts = mail_domains(leads)
    if not any(hosts.spellings):
        return
    from disposable_email_domains import blocklist  # noqa: PLC0415 - a long list, for books with addresses only

    # That list has slips such as gmial.com too, which someone registered; what was meant is LB102's to tell.
    thrown_away = blocklist.intersection(hosts.spellings) - _slips_of_common_domains().keys()
    if not thrown_away:
        return
    bad = hosts.where(map(thrown_away.__contains__, hosts.spellings))
    emails = texts(leads, "email")[bad]
    yield Finding(
        leads, bad, "email", (f'"{short(text)}" is a throw-away address; ask for a real one.' for text in emails)
    )


@rule("LB112", "email-not-at-website", Severity.INFO, ("email", "website"))
def email_not_at_website(records: Records) -> Iterator[Finding]:
    """Find an email address at another domain than the website's.

    Anti-pattern: Website "acme.com" with the address "anna@globex.com".

    Why it matters: The person may have changed jobs, or the row mixes two companies.

    Best practice: Check where the person works now.
    """
    leads = records.leads
    found = mail_domains(leads)
    hosts, sites = found.spread(found.spellings), texts(leads, "website")
    doubtful = np.asarray((hosts != "") & (sites != "") & (hosts != _bare_sites(leads)), dtype=bool)
    places = np.flatnonzero(doubtful)
    judged = int(((hosts != "") & (sites != "")).sum())
    pairs = zip(hosts[places], sites[places], strict=True)
    bad = np.zeros(len(hosts), dtype=bool)
    bad[list(compress(places.tolist(), (_elsewhere(host, site) for host, site in pairs)))] = True
    yield Finding(
        leads,
        bad,
        "email",
        (
            f'"{short(text)}" is not at {short(site)}; check where the person works now.'
            for text, site in zip(texts(leads, "email")[bad], sites[bad], strict=True)
        ),
        among=judged,
        as_whole=f"{int(bad.sum()):,} of {judged:,} addresses are not at their lead's website; check that Email and "
        "Website are about the same company.",
    )


def _bare_sites(leads: Typed) -> np.ndarray[tuple[int, ...], np.dtype[np.object_]]:
    """Return the websites without what stands before most of them: good enough to see most pairs agree."""
    found = distinct(leads, "website")
    together = "\n".join(found.spellings)
    for start in ("https://", "http://", "www."):
        together = together.replace(start, "")
    bare = together.casefold().split("\n")
    return objects(bare)[found.codes] if len(bare) == len(found.spellings) else texts(leads, "website")


def _elsewhere(domain: str, site: str) -> bool:
    """Tell whether a mail domain and a website belong to two companies."""
    if domain in FREE_MAIL or domain in FILLER_DOMAINS:
        return False
    mailing, presenting = registered_name(domain), registered_name(host_of(site))
    return bool(mailing) and bool(presenting) and mailing != presenting
