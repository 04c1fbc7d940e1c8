"""The one rule that asks the internet, where the options say so, whether a mail domain accepts mail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from leadbook.model.issues import Severity
from leadbook.rules.cells import texts, where
from leadbook.rules.finding import Finding, short
from leadbook.rules.mail import mail_domains, malformed
from leadbook.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dns.resolver import Resolver

    from leadbook.model.records import Records

_AT_ONCE = 16
_SECONDS = 5


@rule("LB129", "email-undeliverable", Severity.WARNING, ("email",))
def email_undeliverable(records: Records) -> Iterator[Finding]:
    """Find an email address at a domain that accepts no mail.

    Anti-pattern: "anna@firma-alt.example" after the company gave its domain up.

    Why it matters: Every mail bounces, and bounces harm the sender's reputation.

    Best practice: Ask for the new address. This rule asks the internet for each domain, so it runs only while the
    option Check Mail Servers says Yes.
    """
    if not records.playbook.options.check_mail_servers:
        return
    leads = records.leads
    hosts, faults = mail_domains(leads), malformed(leads)
    refusing = _refusing(sorted(set(hosts.spellings) - {""}))
    if not refusing:
        return
    bad = hosts.where(map(refusing.__contains__, hosts.spellings)) & ~where(leads, "email", faults.__contains__)
    emails = texts(leads, "email")[bad]
    yield Finding(
        leads,
        bad,
        "email",
        (
            f'"{short(text)}" cannot be reached: {refusing[text.rpartition("@")[2]]}; ask for the address in use.'
            for text in emails
        ),
    )


def _refusing(domains: list[str]) -> dict[str, str]:
    """Return the domains that accept no mail, each with why; one that cannot be asked now is not among them."""
    from email_validator import EmailNotValidError, EmailUndeliverableError, validate_email  # noqa: PLC0415 - on request

    resolver = _resolver()

    def ask(domain: str) -> str:
        try:
            validate_email(f"postmaster@{domain}", check_deliverability=True, dns_resolver=resolver)
        except EmailUndeliverableError as error:
            reason = str(error).rstrip(".")
            return reason[0].lower() + reason[1:]
        except EmailNotValidError:
            return ""  # no address at all, which LB101 tells
        return ""

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(ask, domains))
    return {domain: short(answer, 110) for domain, answer in zip(domains, answers, strict=True) if answer}


def _resolver() -> Resolver:
    from email_validator import caching_resolver  # noqa: PLC0415 - on request only

    return caching_resolver(timeout=_SECONDS)
