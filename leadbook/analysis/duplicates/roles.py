"""What each column of a table holds, told by its header and by what its values look like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.analysis.duplicates.column import Column
from leadbook.analysis.duplicates.headings import letters, named, squeezed
from leadbook.analysis.duplicates.nicknames import NICKNAMES
from leadbook.analysis.duplicates.plain import plain
from leadbook.analysis.duplicates.words import STREET_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OWN = frozenset({"email", "phone", "given", "surname", "person"})
_PAVED = (STREET_WORDS.keys() | set(STREET_WORDS.values())) - {"n", "s", "e", "w", "north", "south", "east", "west"}
_FEW = 20
# Distinct values looked at.
_SAMPLE = 500

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_PHONE = re.compile(r"\+?[\d\s().\-/\u00a0]{7,24}(\s*(x|ext\.?)\s*\d+)?", re.IGNORECASE)
_GROUPED = re.compile(r"\+.*|.*[()].*|\d+[- /.]\d+[- /.].*")
_DATE = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})([T ].*)?")
_COMPACT_DATE = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_URL = re.compile(r"(https?://\S+|www\.\S+|[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(/\S*)?)", re.IGNORECASE)
_CODE = re.compile(r"\d{5,}")
_AMOUNT = re.compile(r".*[$\u20ac\u00a3%].*|\s*-?\d[\d,]*[.,]\d\d?\s*")
_FIGURE = re.compile(r"[$\u20ac\u00a3]?\s*-?\d[\d,.]*\s*[%$\u20ac\u00a3]?")


def recognise(columns: Mapping[str, Sequence[str]]) -> list[Column]:
    """Return what each column holds; a column that says nothing about a row is left out.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        Header to texts, "" for blank.

    Notes
    -----
    What values plainly are (e-mail addresses, dates, web addresses) goes before the header; then the header, as
    written and without words such as "billing" or "contact" in front; then whether values are numbers, or few.
    A serial number, another one in every row, is left out. Where nothing names the rows, the first text does.
    """
    found: list[Column] = []
    for header, values in columns.items():
        filled = [value for value in values if value]
        distinct = list(dict.fromkeys(filled))
        role = _role(header, filled, distinct) if distinct else ""
        # One value in all rows tells nothing, unless it is a person's: then all rows are that person.
        if role and (len(distinct) > 1 or role in _OWN):
            found.append(Column(role, header))
    return _with_a_name(_with_people(found, columns))


def _with_people(columns: list[Column], texts: Mapping[str, Sequence[str]]) -> list[Column]:
    """Return the columns with first, last and whole names told apart by what stands beside them.

    Where no header names a person, two columns do that mail addresses are made of, or that stand side by side and
    hold one word each, the first of them with first names that many have.
    """
    roles = {column.role: place for place, column in enumerate(columns)}
    named = [place for place, column in enumerate(columns) if column.role == "person"
             or (column.role == "company" and letters(column.header) in _ANY_NAME)]  # fmt: skip
    whole = named[0] if named else -1
    if "given" in roles and "surname" not in roles:
        if whole >= 0 and _one_word(texts[columns[whole].header]):
            return _renamed(columns, {whole: "surname"})
        if whole < 0 and not _one_word(texts[columns[roles["given"]].header], 0.5):
            return _renamed(columns, {roles["given"]: "person"})
    if "surname" in roles or "person" in roles or ("company" in roles and "email" not in roles):
        return columns
    loose = [
        place for place, column in enumerate(columns)
        if column.role in {"text", "given"} and _wordy(texts[column.header])
    ]  # fmt: skip
    if "email" in roles:
        mail = texts[columns[roles["email"]].header]
        written = [place for place in loose if _in_mail(texts[columns[place].header], mail) >= _NAMED_IN_MAIL]
        if len(written) == _TWO:
            return _renamed(columns, _told_apart(written, columns, texts, roles.get("given", -1)))
    if "given" in roles:
        beside = [place for place in loose if abs(place - roles["given"]) == 1]
        beside = [place for place in beside if _one_word(texts[columns[place].header])]
        if beside:
            return _renamed(columns, {beside[-1]: "surname"})
    return columns


_TWO = 2
_NAMED_IN_MAIL = 0.4


def _renamed(columns: list[Column], roles: dict[int, str]) -> list[Column]:
    return [Column(roles.get(place, column.role), column.header) for place, column in enumerate(columns)]


def _told_apart(
    pair: list[int], columns: list[Column], texts: Mapping[str, Sequence[str]], given: int
) -> dict[int, str]:
    """Return which of two columns holds first names: the one with more of the commonest."""
    if given not in pair:
        known = [sum(plain(text) in NICKNAMES for text in texts[columns[place].header][:_LOOKED_AT]) for place in pair]
        given = pair[0] if known[0] >= known[1] else pair[1]
    return {place: "given" if place == given else "surname" for place in pair}


_LOOKED_AT = 2_000


def _wordy(values: Sequence[str]) -> bool:
    """Tell whether values are a word or two without digits."""
    filled = [value for value in values[:_LOOKED_AT] if value]
    plainly = sum(not any(map(str.isdigit, value)) and len(value.split()) <= _TWO for value in filled)
    return plainly >= 0.85 * max(len(filled), 1)


def _one_word(values: Sequence[str], share: float = 0.8) -> bool:
    filled = [value for value in values[:_LOOKED_AT] if value]
    return sum(" " not in value.strip() for value in filled) >= share * max(len(filled), 1)


def _in_mail(values: Sequence[str], mails: Sequence[str]) -> float:
    """Return the share of rows whose mail address is made of the value, of those that hold both."""
    both = [(letters(value), letters(mail.partition("@")[0])) for value, mail in
            zip(values[:_LOOKED_AT], mails[:_LOOKED_AT], strict=True) if value and mail]  # fmt: skip
    return sum(len(value) > _TWO and value in mailbox for value, mailbox in both) / max(len(both), 1)


def _with_a_name(columns: list[Column]) -> list[Column]:
    """Return the columns with the first text taken for the rows' own name, where nothing else names them."""
    if any(column.role in _OWN or column.role == "company" for column in columns if column.role != "phone"):
        return columns
    first = next((place for place, column in enumerate(columns) if column.role == "text"), None)
    if first is None:
        return columns
    return [*columns[:first], Column("company", columns[first].header), *columns[first + 1 :]]


def _role(header: str, filled: Sequence[str], distinct: Sequence[str]) -> str:
    sample = distinct[:_SAMPLE]
    for role, pattern in (("email", _EMAIL), ("date", _DATE)):
        if _share(pattern, sample) >= 0.7:
            return role
    return _by_header(header, sample) or _by_values(header, filled, distinct)


def _by_header(header: str, sample: Sequence[str]) -> str:
    """Return the role that a header names, unless the values say otherwise."""
    role = named(header)
    figures = _share(_FIGURE, sample)
    if role == "phone":
        return role if _share(_PHONE, sample) >= 0.4 else ""
    if role in {"person", "company"} and letters(header) in _ANY_NAME:
        return ""  # a person's, a shop's or a product's: the values tell
    if role == "date":
        return role if figures < 0.7 or _share(_COMPACT_DATE, sample) >= 0.7 else ""
    # A name that is all digits is a key of another table.
    return role if role in {"email", "website", "number", "postcode"} or figures < 0.7 else ""


_ANY_NAME = frozenset({"name", "nom", "client", "customer", "cliente", "kunde", "contact", "kontakt"})


def _by_values(header: str, filled: Sequence[str], distinct: Sequence[str]) -> str:
    """Return the role that values have whatever their header says; "" for a serial number."""
    sample = distinct[:_SAMPLE]
    tests = (
        ("date", _share(_COMPACT_DATE, sample) >= 0.9),
        ("website", _share(_URL, sample) >= 0.9),
        ("phone", _share(_PHONE, sample) >= 0.8 and _share(_GROUPED, sample) >= 0.5),
    )
    found = next((role for role, holds in tests if holds), "")
    if not found and _share(_FIGURE, sample) >= 0.9:
        if len(filled) > _FEW and len(distinct) >= 0.98 * len(filled) and not _measured(sample):
            return ""
        coded = _share(_CODE, sample) >= 0.9 and len(distinct) >= 0.3 * len(filled)
        return "code" if coded else "figure"
    return found or _words_role(header, filled, distinct)


def _measured(values: Sequence[str]) -> bool:
    """Tell whether numbers are amounts: most bear a currency or a decimal mark, as no serial number does."""
    return _share(_AMOUNT, values) >= 0.5


def _words_role(header: str, filled: Sequence[str], distinct: Sequence[str]) -> str:
    sample = distinct[:_SAMPLE]
    if _streets(sample):
        return "street"
    if _short_names(sample):
        return "given"
    if squeezed(header).endswith("name") or letters(header) in _ANY_NAME:
        return "person" if _people(sample) else "company"
    return "choice" if len(distinct) <= min(60, 0.2 * len(filled)) else "text"


def _share(pattern: re.Pattern[str], values: Sequence[str]) -> float:
    return sum(bool(pattern.fullmatch(value.strip())) for value in values) / len(values)


def _streets(values: Sequence[str]) -> bool:
    """Tell whether texts are streets: most hold a number, and many a word such as Road."""
    words = [set(re.sub(r"[^\w\s]", " ", value.casefold()).split()) for value in values]
    numbered = sum(any(word[0].isdigit() for word in each) for each in words)
    paved = sum(not each.isdisjoint(_PAVED) for each in words)
    return numbered >= 0.6 * len(values) and paved >= 0.3 * len(values)


def _short_names(values: Sequence[str]) -> bool:
    """Tell whether texts are first names: one word each, many of them among the commonest."""
    known = sum(value.strip().casefold() in NICKNAMES for value in values)
    return known >= 0.25 * len(values) and sum(" " not in value.strip() for value in values) >= 0.8 * len(values)


def _people(values: Sequence[str]) -> bool:
    """Tell whether names are people's: many hold one of the commonest first names, and they are two or three words."""
    words = [re.sub(r"[^\w\s]", " ", value.casefold()).split() for value in values]
    known = sum(any(word in NICKNAMES for word in each) for each in words)
    return known >= 0.15 * len(values) and sum(2 <= len(each) <= 3 for each in words) >= 0.7 * len(values)
