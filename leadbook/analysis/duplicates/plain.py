"""Texts in the form in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.duplicates.words import JUNK_WORDS, LEGAL_FORMS, STREET_WORDS, UNIT_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable


def plain(text: str) -> str:
    """Return text in small letters without accents and punctuation, single spaced."""
    if text.isascii():
        if text.isalpha():
            return text.lower()
    else:
        # German writes ae for an umlaut where the accent is missing; both come to the plain vowel.
        text = text.replace("\u00df", "ss").replace("\u00f8", "o").replace("\u00d8", "o").replace("\u0142", "l")
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        if _OTHER_DIGIT.search(text):  # Arabic, Persian and Indian digits
            text = "".join(str(unicodedata.decimal(c, c)) for c in text)
    return " ".join(_NOT_WORD.sub(" ", text.casefold().replace("'", "").replace("\u2019", "")).split())


def plain_all(texts: list[str]) -> list[str]:
    """Return texts as ``plain`` does; the ASCII ones, which are most, in one go."""
    together = "\n".join(texts)
    if not together.isascii() or together.count("\n") != len(texts) - 1:
        return [plain(text) for text in texts]
    lines = together.lower().translate(_ASCII_MARKS).split("\n")
    return [" ".join(line.split()) if line[:1] == " " or line[-1:] == " " or "  " in line else line for line in lines]


# What plain() makes of ASCII: the apostrophe goes, every other mark but the line break becomes a space.
_ASCII_MARKS = {code: " " for code in range(128) if not chr(code).isalnum()} | {ord("'"): "", ord("\n"): "\n"}
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_NOT_WORD = re.compile(r"[\W_]+")


def mail_address(text: str) -> str:
    """Return an address without case, plus-tag and, at Gmail, dots; "" for what is none."""
    mailbox, at, host = text.strip().casefold().rpartition("@")
    if not (mailbox and at and "." in host):
        return ""
    mailbox = mailbox.partition("+")[0]
    if host in _GMAIL:  # Gmail ignores dots, and both names are one service
        mailbox, host = mailbox.replace(".", ""), "gmail.com"
    return f"{mailbox}@{host}" if mailbox else ""


def mail_addresses(texts: list[str]) -> list[str]:
    """Return texts as ``mail_address`` does; in one go but for the few that need a closer look."""
    found = []
    for text in _at_once(texts, str.casefold):
        mailbox, _, host = text.rpartition("@")
        is_ordinary = mailbox and "." in host and "+" not in mailbox and host not in _GMAIL
        found.append(text if is_ordinary else mail_address(text))
    return found


_GMAIL = frozenset({"gmail.com", "googlemail.com"})


def mailboxes_and_hosts(addresses: list[str]) -> tuple[list[str], list[str]]:
    """Return what stands before and behind the last @ of each address."""
    parts = "\n".join(addresses).replace("@", "\n").split("\n")
    if len(parts) == 2 * len(addresses):
        return parts[0::2], parts[1::2]
    split = [address.rpartition("@") for address in addresses]
    return [mailbox for mailbox, _, _ in split], [host for _, _, host in split]


def _at_once(texts: list[str], change: Callable[[str], str]) -> list[str]:
    """Return texts changed letter by letter, all in one go."""
    together = "\n".join(texts)
    if (all_changed := change(together)) == together:
        return texts
    changed = all_changed.split("\n")
    return changed if len(changed) == len(texts) else [change(text) for text in texts]


def company_names(texts: list[str]) -> list[str]:
    """Return plain company names without legal forms and articles; "" for words such as "private"."""
    names = plain_all([_spelt_out(text) if "." in text or "&" in text else text for text in texts])
    words = " ".join(names).split(" ")
    counts = np.array([name.count(" ") + 1 for name in names], dtype=np.int64)
    if not len(counts):
        return []
    # Only the names with such a word are looked at one by one.
    marked = np.fromiter(map(_LEFT_OUT.__contains__, words), bool, len(words))
    asked = np.logical_or.reduceat(marked, np.cumsum(counts) - counts)
    asked |= np.fromiter(map(JUNK_WORDS.__contains__, names), bool, len(names))
    for place in np.flatnonzero(asked).tolist():
        names[place] = _company(names[place])
    return names


_LEFT_OUT = LEGAL_FORMS | {"the"}


def _spelt_out(text: str) -> str:
    if "&" in text:
        text = text.replace("&", " and ")
    return text.replace(".", "") if "." in text and _ABBREVIATED.search(text) else text


def _company(text: str) -> str:
    """Return a plain company name without its legal form and article."""
    if text.startswith("the ") or not LEGAL_FORMS.isdisjoint(text.split()):
        words = text.split()
        kept = [word for word in words if word not in LEGAL_FORMS] or words
        if kept[0] == "the" and len(kept) > 1:
            kept = kept[1:]
        text = " ".join(kept)
    return "" if text in JUNK_WORDS else text


_ABBREVIATED = re.compile(r"\b[A-Za-z]\.[A-Za-z]\.")  # G.m.b.H., S.A.


def site_of(text: str) -> str:
    """Return the host of a web address, without www."""
    host = text.casefold()
    if host.startswith(("https://", "http://")):
        host = host.partition("://")[2]
    elif "://" in host:
        host = _SCHEME.sub("", host.strip())
    if "/" in host or "?" in host or "#" in host or ":" in host:
        host = _HOST_END.split(host, maxsplit=1)[0]
    return host.removeprefix("www.")


def sites_of(texts: list[str]) -> list[str]:
    """Return texts as ``site_of`` does, all in one go."""
    together = "\n" + "\n".join(texts).casefold()
    for start in ("\nhttps://", "\nhttp://"):
        together = together.replace(start, "\n")
    if "://" in together or together.count("\n") != len(texts):
        return [site_of(text) for text in texts]
    together = _HOST_AND_REST.sub("", together).replace("\nwww.", "\n")
    return together[1:].split("\n")


_HOST_AND_REST = re.compile(r"[/?#:][^\n]*")
_SCHEME = re.compile("^[a-z]+://")
_HOST_END = re.compile("[/?#:]")


def road_of(text: str) -> str:
    """Return a street without house and unit numbers, its common words abbreviated: "Main St." and "Main Street"."""
    words = _street_words(text)
    return " ".join(word for word in words if not _is_house(word) and word not in UNIT_WORDS) or " ".join(words)


def house_of(text: str) -> str:
    """Return the numbers in a street: the house's, then the unit's; "5th" is a road's."""
    return " ".join(word for word in plain(text).split() if _is_house(word))


def _street_words(text: str) -> list[str]:
    return [STREET_WORDS.get(word, word) for word in plain(text.replace("\u00df", "ss")).split()]


def _is_house(word: str) -> bool:
    return any(letter in "0123456789" for letter in word) and not _ORDINAL.fullmatch(word)


_ORDINAL = re.compile(r"\d+(st|nd|rd|th)")


def day_digits(text: str) -> str:
    """Return a date as eight digits, the year first; other digits as they are."""
    parts = re.findall(r"\d+", text.partition("T")[0])
    if len(parts) >= 3:
        parts = parts[:3]
        if len(parts[2]) == 4:
            parts.reverse()
        return "".join([parts[0].zfill(4), *(part.zfill(2) for part in parts[1:])])[:8]
    return "".join(parts)[:8]


def figure(text: str) -> str:
    """Return a number in one spelling: without currency marks, thousands commas and needless zeros."""
    bare = re.sub(r"[^\d.,-]", "", text).replace(",", "")
    try:
        return f"{float(bare):g}"
    except ValueError:
        return plain(text)
