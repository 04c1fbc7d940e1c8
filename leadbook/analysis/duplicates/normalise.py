"""What is left of a lead when spelling, form and habit are taken away."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from leadbook.analysis.duplicates.words import FREE_MAIL, JUNK_WORDS, LEGAL_FORMS, NICKNAMES, STREET_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadbook.model.records import Records

Codes = npt.NDArray[np.int64]

_TEXT_FIELDS = ("email", "phone", "company", "first_name", "last_name", "street", "postcode", "city", "website")


@dataclass(frozen=True)
class Field:
    """One normalised column, each distinct text held once.

    Parameters
    ----------
    codes : array of int, shape (n leads,)
        Position in ``texts``; -1 where there is nothing to compare.
    texts : list of str
    """

    codes: Codes
    texts: list[str]

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """How many leads hold each value."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.texts))

    @cached_property
    def digits(self) -> npt.NDArray[np.uint32]:
        """Each value's last nine characters as code points, shape (values, 9); shorter ones end in zeros."""
        return np.array(self.texts or [""], dtype="U9").view(np.uint32).reshape(-1, 9)

    @cached_property
    def words(self) -> list[frozenset[str]]:
        """Each value's words."""
        return [frozenset(value.split()) for value in self.texts]

    def derive(self, change: Callable[[str], str]) -> Field:
        """Return the field with each value changed; values that become "" become blank."""
        return _field([change(value) for value in self.texts], self.codes)

    def derive_all(self, change: Callable[[list[str]], list[str]]) -> Field:
        """Return the field with all its values changed at once, which ``change`` returns in the same order."""
        return _field(change(self.texts), self.codes)


@dataclass(frozen=True)
class People:
    """The leads as the comparison sees them; all arrays have one entry a lead.

    Parameters
    ----------
    rows : array of int
        Excel rows.
    lead_ids : array of str
    fields : dict of str to Field
        ``email``, ``mailbox`` (before the at sign), ``domain``, ``work_domain`` ("" for free mail),
        ``phone`` (last nine digits), ``name`` (all its words, sorted), ``first`` (nicknames resolved), ``last``,
        ``initial``, ``only_initial`` (first names that are nothing else), ``mailbox_initial``, ``company``,
        ``company_start`` (first letter), ``company_end`` (last word), ``site``,
        ``street``, ``city``, ``postcode``.
    amount, close_day : arrays of float
        Amount in base currency; close date in days since 1970; NaN where blank.
    ended : array of bool
        Won, lost or disqualified.
    """

    rows: Codes
    lead_ids: npt.NDArray[np.object_]
    fields: dict[str, Field]
    amount: npt.NDArray[np.float64]
    close_day: npt.NDArray[np.float64]
    ended: npt.NDArray[np.bool_]


def normalise(records: Records, kept: npt.NDArray[np.bool_]) -> People:
    """Return the leads of the chosen rows, normalised.

    Parameters
    ----------
    records : Records
    kept : array of bool, shape (n leads,)
        The rows to look at.
    """
    frame = records.leads.frame
    read = {key: _read(frame, key, kept) for key in _TEXT_FIELDS}
    email = read["email"].derive(_email)
    domain = email.derive(lambda address: address.rpartition("@")[2])
    first, last = read["first_name"].derive_all(plain_all), read["last_name"].derive_all(plain_all)
    postcode = read["postcode"].derive(lambda text: plain(text).replace(" ", ""))
    city = read["city"].derive_all(plain_all)
    fields = {
        "email": email,
        "mailbox": email.derive(lambda address: address.rpartition("@")[0]),
        "domain": domain,
        "work_domain": domain.derive(lambda host: "" if host in FREE_MAIL else host),
        "phone": read["phone"].derive(_phone),
        "name": _joined(first, last, _sorted_words),
        "first": first.derive(lambda name: NICKNAMES.get(word := name.partition(" ")[0], word)),
        "last": last,
        "company": read["company"].derive_all(_companies),
        "site": read["website"].derive(_site),
        "street": read["street"].derive(_street),
        "postcode": postcode,
        "city": city,
    }
    fields["company_start"] = fields["company"].derive(lambda name: name[:1])
    fields["company_end"] = fields["company"].derive(lambda name: name.rpartition(" ")[2])
    fields["initial"] = fields["first"].derive(lambda name: name[:1])
    fields["only_initial"] = fields["first"].derive(lambda name: name if len(name) == 1 else "")
    fields["mailbox_initial"] = fields["mailbox"].derive(lambda mailbox: mailbox[:1])
    amounts = _floats(frame, "amount_base" if "amount_base" in frame.columns else "amount", kept)
    closing = frame["close_date"].to_numpy()[kept].astype("datetime64[D]") if "close_date" in frame.columns else None
    close_day = np.full(int(kept.sum()), np.nan)
    if closing is not None:
        close_day = np.where(np.isnat(closing), np.nan, closing.astype(np.int64).astype(np.float64))
    classes = frame["stage_class"].to_numpy(dtype=object)[kept] if "stage_class" in frame.columns else None
    ended = np.zeros(int(kept.sum()), dtype=bool)
    if classes is not None:
        ended = np.asarray((classes == "won") | (classes == "lost") | (classes == "disqualified"), dtype=bool)
    rows = frame.index.to_numpy()[kept].astype(np.int64)
    ids = (
        frame["lead_id"].to_numpy(dtype=object)[kept] if "lead_id" in frame.columns else np.full(len(rows), "", object)
    )
    return People(rows, ids, fields, amounts, close_day, ended)


def plain(text: str) -> str:
    """Return text in small letters without accents and punctuation, single spaced."""
    if text.isascii():
        if text.isalpha():
            return text.lower()
    else:
        # German writes ae for an umlaut where the accent is missing; both come to the plain vowel.
        text = text.replace("\u00df", "ss").replace("\u00f8", "o").replace("\u00d8", "o").replace("\u0142", "l")
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
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
_NOT_WORD = re.compile(r"[\W_]+")


def _email(text: str) -> str:
    mailbox, at, host = text.strip().casefold().rpartition("@")
    if not (mailbox and at and "." in host):
        return ""
    mailbox = mailbox.partition("+")[0]
    if host in {"gmail.com", "googlemail.com"}:  # Gmail ignores dots, and both names are one service
        mailbox, host = mailbox.replace(".", ""), "gmail.com"
    return f"{mailbox}@{host}" if mailbox else ""


def _phone(text: str) -> str:
    """Return the last nine digits: enough to tell subscribers apart, and free of country and trunk codes."""
    digits = text.translate(_PHONE_MARKS)
    if not (digits.isascii() and digits.isdigit()):
        digits = "".join(c for c in _EXTENSION.split(text, maxsplit=1)[0] if c in "0123456789")
    # 0000000 and 1111111 stand for "none".
    return digits[-9:] if len(digits) >= 6 and len(set(digits[-7:])) > 2 else ""


_PHONE_MARKS = str.maketrans("", "", " +-()/.")
_EXTENSION = re.compile(r"(?i)ext|x|durchwahl")


def _companies(texts: list[str]) -> list[str]:
    return list(map(_company, plain_all([_spelt_out(text) for text in texts])))


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


def _site(text: str) -> str:
    host = text.casefold()
    if host.startswith(("https://", "http://")):
        host = host.partition("://")[2]
    elif "://" in host:
        host = _SCHEME.sub("", host.strip())
    if "/" in host or "?" in host or "#" in host or ":" in host:
        host = _HOST_END.split(host, maxsplit=1)[0]
    return host.removeprefix("www.")


_SCHEME = re.compile("^[a-z]+://")
_HOST_END = re.compile("[/?#:]")


def _street(text: str) -> str:
    return " ".join(STREET_WORDS.get(word, word) for word in plain(text.replace("\u00df", "ss")).split())


def _sorted_words(first: str, last: str) -> str:
    return " ".join(sorted(f"{first} {last}".split()))


def _read(frame: pd.DataFrame, key: str, kept: npt.NDArray[np.bool_]) -> Field:
    if key not in frame.columns:
        return Field(np.full(int(kept.sum()), -1, dtype=np.int64), [])
    codes, values = pd.factorize(frame[key].to_numpy(dtype=object)[kept])
    return _field([str(value) for value in values], codes)


def _field(values: list[str], codes: Codes) -> Field:
    """Return a field whose equal values share one code and whose "" is -1."""
    found, distinct = pd.factorize(np.array(["", *values], dtype=object))  # so that "" gets number 0
    lookup = np.append(found[1:] - 1, -1)
    return Field(lookup[codes], distinct[1:].tolist())


def _joined(one: Field, other: Field, join: Callable[[str, str], str]) -> Field:
    """Return a field made of two, computed once for each combination that occurs."""
    width = len(other.texts) + 1
    combined = (one.codes + 1) * width + (other.codes + 1)
    found, codes = np.unique(combined, return_inverse=True)
    ones, others = ["", *one.texts], ["", *other.texts]
    return _field([join(ones[code // width], others[code % width]) for code in found.tolist()], codes)


def _floats(frame: pd.DataFrame, key: str, kept: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    if key not in frame.columns:
        return np.full(int(kept.sum()), np.nan)
    return frame[key].to_numpy(dtype=np.float64)[kept]
