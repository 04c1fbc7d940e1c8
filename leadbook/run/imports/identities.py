"""What tells leads apart, from either side of an import: record ids, addresses, companies, people, deals."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.analysis.duplicates.words import FREE_MAIL
from leadbook.model.cells import cell_text, comparable, distinct, is_blank
from leadbook.model.headers import squeezed
from leadbook.model.mapping_cells import text_column
from leadbook.run.imports.keys import plain_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leadbook.run.imports.standing import Incoming, Standing

#: Where the id that a CRM gave its record is kept, when the lead was known here before under another one.
RECORD_ID = "CRM Record ID"

_OWN_ID = re.compile(r"l-\d+")  # ids that leadbook gave, as history_ids does
_SALESFORCE = re.compile(r"[0-9A-Za-z]{15}(?:[0-5A-Z]{3})?")
_RECORD = re.compile(r"[0-9a]0[0-9A-Za-z]")
_GUID = re.compile(r"\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?", re.IGNORECASE)
_ZOHO = re.compile(r"zcrm_\d+", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s,;<>|\"'()]+@[^\s,;<>|\"'()]+\.[^\s,;<>|\"'()]+")
_BESIDE_ADDRESS = re.compile(r"[ ,;<>|:\"'()]")
_HOST = re.compile(r"^(?:https?://)?(?:www\d?\.)?([^/\s:?#]+\.[^/\s:?#]+)", re.IGNORECASE)
# Whoever reads a shared mailbox: its address says which company it is, but not which person.
_SHARED = frozenset(
    {
        "info", "sales", "office", "contact", "kontakt", "hello", "mail", "admin", "support", "service", "team",
        "marketing", "accounts", "billing", "enquiries", "inquiries", "post", "verkauf", "vertrieb", "einkauf",
        "purchasing", "reception", "buero", "welcome", "help", "hr", "jobs", "no-reply", "noreply",
    }
)  # fmt: skip


def id_key(value: object) -> str:
    """Return a record's id as ids are compared.

    Salesforce writes the same id with 15 characters, which differ by their case alone, or with 18, of which the
    last three only repeat the case; Zoho puts ``zcrm_`` before its number, Dynamics sets braces around.
    """
    text = cell_text(value)
    # Most ids have another length, and the patterns are looked for in none of those.
    if len(text) in {15, 18} and _SALESFORCE.fullmatch(text) and _RECORD.match(text) and not text.isdigit():
        return text[:15]
    if len(text) in {36, 37, 38} and _GUID.fullmatch(text):
        return text.strip("{}").casefold()
    return comparable(text).removeprefix("zcrm_")


def id_system(key: str) -> str:
    """Return which program a compared id comes from, as far as its form tells."""
    if _OWN_ID.fullmatch(key):
        return "leadbook"
    if key.isdigit():
        return "digits"
    if _GUID.fullmatch(key):
        return "guid"
    if len(key) == 15 and _SALESFORCE.fullmatch(key):
        return "salesforce"
    return "other"


class Identities(Struct, frozen=True):
    """What tells n leads apart; each list has one entry a lead, "" (or nothing) where it is blank.

    Parameters
    ----------
    ids, record_ids : list of str
        Lead IDs, and ids kept from a CRM beside them, as ``id_key`` writes them.
    emails : list of tuple of str
        Every address of a lead, its own first.
    domains : list of tuple of str
        Of the website and of the addresses, free mail left out.
    company, first, last, deal : list of str
        Letters and digits only.
    amount, close_date, created, city : list of str
        As text, to tell apart leads that share all else.
    """

    ids: list[str]
    record_ids: list[str]
    emails: list[tuple[str, ...]]
    domains: list[tuple[str, ...]]
    company: list[str]
    first: list[str]
    last: list[str]
    deal: list[str]
    amount: list[str]
    close_date: list[str]
    created: list[str]
    city: list[str]

    def person(self, place: int) -> str:
        """Return a person's whole name, "" unless both parts are there."""
        return f"{self.first[place]} {self.last[place]}" if self.first[place] and self.last[place] else ""


def identify(
    column: Callable[[str, str], Sequence[object]], own_headers: Sequence[str], deal: str | None, n: int
) -> Identities:
    """Return what tells leads apart.

    Parameters
    ----------
    column : callable of (our key or "", header or "")
        The values of a column; all None where there is none.
    own_headers : sequence of str
        Further columns, of which those of e-mail addresses count as well.
    deal : str or None
        The header of the deal's name.
    n : int
        How many leads there are.
    """
    more = [header for header in own_headers if "email" in squeezed(header) or squeezed(header).endswith("mail")]
    addresses = [_each(column(key, header), _addresses) for key, header in (("email", ""), *(("", h) for h in more))]
    emails = addresses[0]
    if len(addresses) > 1:
        emails = [tuple(dict.fromkeys(chain.from_iterable(row))) for row in zip(*addresses, strict=True)]
    sites = _each(column("website", ""), _site)
    domains = [_domains(site, found) for site, found in zip(sites, emails, strict=True)]
    return Identities(
        _texts(column("lead_id", ""), id_key), _texts(column("", RECORD_ID), id_key), emails, domains,
        plain_words(column("company", "")), plain_words(column("first_name", "")), plain_words(column("last_name", "")),
        plain_words(column("", deal)) if deal is not None else [""] * n,
        _texts(column("amount", ""), _number), _texts(column("close_date", ""), _day),
        _texts(column("created", ""), _day), plain_words(column("city", "")),
    )  # fmt: skip


def of_incoming(incoming: Incoming) -> Identities:
    """Return what tells the incoming rows apart."""
    blank: list[object] = [None] * incoming.n_rows

    def column(key: str, header: str) -> Sequence[object]:
        return incoming.keyed.get(key, blank) if key else incoming.extra.get(header, blank)

    return identify(column, list(incoming.extra), incoming.deal, incoming.n_rows)


def of_standing(standing: Standing, deal: str | None) -> Identities:
    """Return what tells the workbook's leads apart; ``deal`` is the header of the deal's name, where it has one."""

    def column(key: str, header: str) -> Sequence[object]:
        if key in {"amount", "close_date", "created"} and standing.has(key=key):
            return standing.meanings(key)
        return standing.column(key=key, header=header)

    known = deal if deal is not None and standing.has(header=deal) else None
    return identify(column, standing.own_headers, known, len(standing))


def is_shared(address: str) -> bool:
    """Tell whether an address is a mailbox that several people read."""
    return address.partition("@")[0] in _SHARED


def _domains(site: tuple[str, ...], emails: tuple[str, ...]) -> tuple[str, ...]:
    hosts = [host for address in emails if (host := address.rpartition("@")[2]) not in FREE_MAIL and host not in site]
    return (*site, *dict.fromkeys(hosts)) if hosts else site


def _each(values: Sequence[object], read: Callable[[str], tuple[str, ...]]) -> list[tuple[str, ...]]:
    different, codes = distinct(values)
    found = [() if text is None else read(text) for text in text_column(different)]
    return [found[code] for code in codes.tolist()]


def _texts(values: Sequence[object], read: Callable[[object], str]) -> list[str]:
    different, codes = distinct(values)
    found = ["" if is_blank(value) else read(value) for value in different]
    return [found[code] for code in codes.tolist()]


def _addresses(text: str) -> tuple[str, ...]:
    folded = text.casefold()
    # One plain address is the usual case.
    if folded.count("@") == 1 and _BESIDE_ADDRESS.search(folded) is None:
        return (folded.rstrip("."),)
    found = (address.removeprefix("mailto:").rstrip(".") for address in _ADDRESS.findall(folded))
    return tuple(dict.fromkeys(found))


def _site(text: str) -> tuple[str, ...]:
    found = _HOST.match(text.casefold())
    return (found[1],) if found else ()


def _number(value: object) -> str:
    return format(float(value), ".9g") if isinstance(value, (int, float)) else comparable(cell_text(value))


def _day(value: object) -> str:
    return cell_text(value)[:10]
