"""Contact rules: this person can be reached."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from leadbook.model.issues import Severity
from leadbook.rules.cells import ENDED, blank, code_points, domains, each_unique, in_class, texts, totals
from leadbook.rules.finding import Finding, Mask, short
from leadbook.rules.registry import rule
from leadbook.rules.vocabulary import COMMON_DOMAINS, FREE_MAIL, ROLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.model.records import Records

# The characters that real mail systems accept (RFC 5321 allows more in quotes, which nobody uses).
_EMAIL = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]"
)
# RFC 5321, 4.5.3.1.3: a path holds 256 octets, two of them brackets.
_LONGEST_EMAIL = 254
_PHONE_EXTENSION = re.compile(r"(?:ext\.?|extension|x|durchwahl|dw)[\s.:]*\d+\s*$", re.IGNORECASE)


@rule("LB101", "email-malformed", Severity.ERROR, ("email",), fixable=True)
def email_malformed(records: Records) -> Iterator[Finding]:
    """Find an email address that no mail server can deliver to.

    Anti-pattern: "anna.schmidt(at)firma.de", "anna@firma,de" or "anna@firma" in the Email column.

    Why it matters: The follow-up bounces, the lead waits, and bounces harm the sender's reputation.

    Best practice: Write one address of the form name@company.tld; put a second one into Notes.
    """
    leads = records.leads
    emails = texts(leads, "email")
    matches = _EMAIL.fullmatch
    bad = np.array(
        [text != "" and (matches(text) is None or len(text) > _LONGEST_EMAIL) for text in emails], dtype=bool
    )
    wrong = emails[bad]
    yield Finding(
        leads,
        bad,
        "email",
        (f'"{short(text)}" is no email address; write it as name@company.tld.' for text in wrong),
        (_repaired_email(text) for text in wrong),
        safe=False,
    )


def _repaired_email(text: str) -> str | None:
    """Return the address that was meant, for the slips with one reading only."""
    tried = re.sub(r"(?i)^mailto:|\s+|[<>\"]", "", text)
    tried = re.sub(r"(?i)[(\[](?:at|ät)[)\]]", "@", tried).replace(",", ".").rstrip(".;:")
    tried = re.sub(r"\.{2,}", ".", tried.replace("@.", "@").replace("@@", "@"))
    return tried if _EMAIL.fullmatch(tried) else None


@rule("LB102", "email-domain-misspelt", Severity.WARNING, ("email",), fixable=True)
def email_domain_misspelt(records: Records) -> Iterator[Finding]:
    """Find an email domain one slip away from a well-known one.

    Anti-pattern: "anna@gmial.com" or "anna@hotmail.con".

    Why it matters: The address looks right, so nobody notices that every mail to it is lost.

    Best practice: Correct the domain, or ask the person when in doubt.
    """
    from rapidfuzz.distance import DamerauLevenshtein  # noqa: PLC0415 - loads only when the rule runs

    leads = records.leads
    emails = texts(leads, "email")
    hosts = domains(emails)
    by_start: dict[str, list[str]] = {}
    for known in COMMON_DOMAINS:
        by_start.setdefault(known[0], []).append(known)
    meant: dict[str, str] = {}
    for domain in set(hosts.tolist()) - FREE_MAIL - {""}:
        for known in by_start.get(domain[0], ()):
            near = abs(len(domain) - len(known)) <= 1
            if near and DamerauLevenshtein.distance(domain, known, score_cutoff=1) == 1:
                meant[domain] = known
                break
    right = np.array(list(map(meant.get, hosts)), dtype=object)
    bad = np.asarray(right != None, dtype=bool)  # noqa: E711 - elementwise on an object array
    bad[bad] = [_EMAIL.fullmatch(text) is not None for text in emails[bad]]  # LB101 tells the others
    pairs = list(zip(emails[bad], right[bad], strict=True))
    yield Finding(
        leads,
        bad,
        "email",
        (f'The domain of "{short(text)}" is most likely {domain}; correct it.' for text, domain in pairs),
        (f"{text.rsplit('@', 1)[0]}@{domain}" for text, domain in pairs),
        safe=False,
    )


@rule("LB103", "email-of-a-role", Severity.INFO, ("email",))
def email_of_a_role(records: Records) -> Iterator[Finding]:
    """Find an address that belongs to an office, not to a person.

    Anti-pattern: "info@", "sales@" or "office@" as the contact of a lead.

    Why it matters: Nobody there owns the decision, and such mail is answered last.

    Best practice: Find the person in charge and their own address.
    """
    leads = records.leads
    emails = texts(leads, "email")
    bad = np.fromiter(
        (text.partition("@")[0].casefold() in ROLE_NAMES and "@" in text for text in emails), bool, len(emails)
    )
    yield Finding(
        leads, bad, "email", (f'"{short(text)}" reaches an office; find the person in charge.' for text in emails[bad])
    )


@rule("LB104", "free-mail-at-a-company", Severity.INFO, ("email", "company"))
def free_mail_at_a_company(records: Records) -> Iterator[Finding]:
    """Find a private mail address although a company is named.

    Anti-pattern: Company "Siemens" with the address "anna.s@gmail.com".

    Why it matters: The link between the person and the company is unproven, and duplicates hide more easily.

    Best practice: Ask for the address at work.
    """
    leads = records.leads
    emails = texts(leads, "email")
    free = each_unique(domains(emails), lambda domain: domain in FREE_MAIL)
    bad = free & ~blank(leads, "company")
    yield Finding(
        leads, bad, "email", (f'"{short(text)}" is a private address; ask for the one at work.' for text in emails[bad])
    )


@rule("LB105", "phone-length", Severity.WARNING, ("phone",))
def phone_length(records: Records) -> Iterator[Finding]:
    """Find a phone number with too few or too many digits to dial.

    Anti-pattern: "12345", or two numbers in one cell.

    Why it matters: The call does not go through, and the lead counts as reachable although it is not.

    Best practice: Write one number with its country code, 7 to 15 digits (ITU-T E.164).
    """
    leads = records.leads
    phones = texts(leads, "phone")
    marks, lengths = code_points(phones)
    digits = totals((marks >= 48) & (marks <= 57), lengths)
    # Extensions are dialled later; only cells with letters can have one, and LB106 tells of any other letters.
    for place in np.flatnonzero(totals(_is_letter(marks), lengths) > 0).tolist():
        number = _PHONE_EXTENSION.sub("", phones[place])
        digits[place] = 0 if any(map(str.isalpha, number)) else sum(map(str.isdigit, number))
    bad = (digits > 0) & ((digits < 7) | (digits > 15))
    yield Finding(
        leads,
        bad,
        "phone",
        (
            f'"{short(text)}" has {count} {"digit" if count == 1 else "digits"}; write one number with 7 to 15.'
            for text, count in zip(phones[bad], digits[bad].tolist(), strict=True)
        ),
    )


def _is_letter(marks: npt.NDArray[np.uint32]) -> Mask:
    """Return which code points are letters; beyond Latin-1 all of them are taken for letters."""
    small = marks | 32
    return ((small >= 97) & (small <= 122)) | (marks >= 192)


@rule("LB106", "phone-letters", Severity.WARNING, ("phone",))
def phone_letters(records: Records) -> Iterator[Finding]:
    """Find a phone number with words in it.

    Anti-pattern: "call after 5", "O171 555 123" with a letter O, or "unknown".

    Why it matters: A dialler cannot use it, and a remark in this column is not found when it is looked for.

    Best practice: Keep digits only (an extension such as "ext. 12" is fine) and move remarks to Notes.
    """
    leads = records.leads
    phones = texts(leads, "phone")
    marks, lengths = code_points(phones)
    bad = totals(_is_letter(marks), lengths) > 0
    hits = np.flatnonzero(bad)
    bad[hits] = [any(c.isalpha() for c in _PHONE_EXTENSION.sub("", phones[place])) for place in hits.tolist()]
    yield Finding(
        leads, bad, "phone", (f'"{short(text)}" holds letters; keep the digits only.' for text in phones[bad])
    )


@rule("LB107", "unreachable", Severity.WARNING, ("email|phone",))
def unreachable(records: Records) -> Iterator[Finding]:
    """Find a lead with neither an email address nor a phone number.

    Anti-pattern: Email and Phone are both blank on a lead that is still worked on.

    Why it matters: Nobody can contact it, yet it counts in the pipeline.

    Best practice: Find one way to reach the person, or disqualify the lead.
    """
    leads = records.leads
    bad = blank(leads, "email") & blank(leads, "phone") & ~in_class(records, *ENDED)
    key = "email" if "email" in leads.places else "phone"
    sentence = "There is no email address and no phone number; add one to reach this lead."
    yield Finding(leads, bad, key, sentence, together=("email", "phone"))
