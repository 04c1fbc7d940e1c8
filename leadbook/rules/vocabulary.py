"""Words that leadbook knows how to spell: industries and well-known mail domains."""

from __future__ import annotations

INDUSTRIES = (
    "Accounting", "Advertising", "Aerospace", "Agriculture", "Automotive", "Banking", "Biotechnology",
    "Chemicals", "Construction", "Consulting", "Defense", "Education", "Electronics", "Energy", "Employment",
    "Engineering", "Entertainment", "Finance", "Financial Services", "Food and Beverage", "Government", "Health",
    "Healthcare", "Hospitality", "Human Resources", "Insurance", "Legal", "Logistics", "Machinery",
    "Manufacturing", "Marketing", "Media", "Medical", "Mining", "Nonprofit", "Pharmaceuticals", "Professional Services",
    "Public Sector", "Publishing", "Real Estate", "Recruitment", "Recreation", "Restaurants", "Retail", "Security",
    "Semiconductors", "Services", "Shipping", "Software", "Technology", "Telecom", "Telecommunications",
    "Telecommunication", "Textiles", "Tourism", "Transport", "Transportation", "Travel", "Utilities", "Wholesale",
)  # fmt: skip

# Anyone can have an address there, so such a domain tells nothing about the company.
FREE_MAIL = frozenset({
    "gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "yahoo.in", "ymail.com",
    "hotmail.com", "hotmail.co.uk", "hotmail.de", "hotmail.fr", "outlook.com", "outlook.de", "live.com", "msn.com",
    "aol.com", "icloud.com", "me.com", "mac.com", "gmx.de", "gmx.net", "gmx.com", "gmx.at", "web.de", "t-online.de",
    "freenet.de", "mail.com", "mail.ru", "yandex.ru", "yandex.com", "protonmail.com", "proton.me", "zoho.com",
    "qq.com", "163.com", "126.com", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "libero.it", "bluewin.ch",
    "comcast.net", "verizon.net", "att.net", "sbcglobal.net", "rediffmail.com", "btinternet.com", "hushmail.com",
})  # fmt: skip

# The domains whose misspellings bounce most often.
COMMON_DOMAINS = (
    "gmail.com", "hotmail.com", "yahoo.com", "outlook.com", "icloud.com", "googlemail.com", "gmx.de", "gmx.net",
)  # fmt: skip

ROLE_NAMES = frozenset({
    "info", "sales", "support", "contact", "office", "admin", "hello", "mail", "marketing", "service", "help",
    "team", "billing", "accounts", "enquiries", "inquiries", "kontakt", "vertrieb", "buero", "noreply", "no-reply",
    "donotreply", "postmaster", "webmaster", "hr", "jobs", "press", "post", "reception", "purchasing",
})  # fmt: skip

# What people type to get past a form.
_FILLERS = frozenset({
    "test", "tester", "testing", "tests", "test test", "testfirma", "test company", "test gmbh", "test account",
    "test lead", "dummy", "demo demo", "sample company", "example company", "foo", "foobar", "foo bar", "bar", "abc",
    "abcd", "abcde", "asd", "asdf", "asdasd", "asdfasdf", "qwe", "qwerty", "qwertz", "xxx", "xx", "zzz", "yyy", "123",
    "1234", "12345", "no name", "noname", "nobody", "no company", "unknown", "unbekannt", "noemail", "nomail",
    "no email", "keine",
})  # fmt: skip
_KEYBOARD = ("qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "azertyuiop", "1234567890")
# Domains that the standards keep for examples, or that nobody reads.
FILLER_DOMAINS = frozenset({"example.com", "example.org", "example.net", "test.com", "test.de", "asdf.com",
                            "nomail.com", "noemail.com", "none.com", "xxx.com"})  # fmt: skip


def _runs() -> set[str]:
    """Return what a hand leaves on the keyboard: asdf, qwertz, xxxx."""
    slides = {
        row[start:end] for row in _KEYBOARD for start in range(len(row)) for end in range(start + 4, len(row) + 1)
    }
    return slides | {mark * times for mark in "abcdefghijklmnopqrstuvwxyz0123456789" for times in range(4, 13)}


FILLERS = frozenset(_FILLERS | _runs())


def is_filler(text: str) -> bool:
    """Tell whether a text only fills a form: test, asdf, xxxx."""
    return text.strip(" .!?-_").casefold() in FILLERS
