"""What each column of a table holds, told by its header and by what its values look like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadbook.analysis.duplicates.words import NICKNAMES, STREET_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OWN = frozenset({"email", "phone", "given", "surname", "person"})
_PAVED = (STREET_WORDS.keys() | set(STREET_WORDS.values())) - {"n", "s", "e", "w", "north", "south", "east", "west"}
_FEW = 20
# Distinct values looked at.
_SAMPLE = 500

_HEADERS: dict[str, str] = {
    "email": "email|e mail|mail|emailaddress|courriel|correo",
    "phone": "phone|telephone|tel|mobile|cell|handy|telefon|fon|phone number|contact number|telefono|fax",
    "given": "first|first name|firstname|fname|given|given name|givenname|forename|vorname|prenom|nombre"
    "|christian name",
    "surname": "last|last name|lastname|lname|surname|family name|familyname|sname|nachname|familienname|apellido"
    "|apellidos|nom de famille|second name",
    "person": "full name|fullname|person|person name|contact|contact name|contact person|client name|customer name"
    "|ansprechpartner|lead name|nom complet",
    "company": "company|company name|organisation|organization|organisation name|organization name|account"
    "|account name|firma|unternehmen|business|business name|employer|entreprise|empresa|societe|legal name",
    "number": "street number|streetnumber|house number|house no|house nr|houseno|hausnr|hausnummer|street no"
    "|building number|no",
    "street": "street|street address|streetaddress|address|addr|address 1|address1|address line 1|addressline1|street 1"
    "|strasse|rue|road|street name|mailing street|billing street|add1|addr1|anschrift|adresse|direccion",
    "street2": "address 2|address2|address line 2|addressline2|street 2|addr2|add2|unit|locality|address line two",
    "city": "city|town|suburb|place|municipality|stadt|ort|ville|ciudad|city name|billing city|mailing city",
    "postcode": "postcode|post code|postal code|postalcode|zip|zip code|zipcode|plz|postleitzahl|code postal|pcode",
    "region": "state|region|province|county|territory|bundesland|state province|st",
    "country": "country|land|pays|nation|pais|country code",
    "website": "website|web|url|homepage|domain|web site|webseite|internet|site",
    "date": "date of birth|dob|birth date|birthdate|birthday|born|geburtsdatum|date",
}  # fmt: skip
_ROLES = {alias: role for role, aliases in _HEADERS.items() for alias in aliases.split("|")}
_LEADING = re.compile(
    r"^(mobile|cell|direct|day|evening|private|contact|person|client|customer|lead|home|work|business|billing|mailing|shipping|primary|main|company|account|"
    r"organi[sz]ation|office|personal|your|the|applicant|patient|member|res|residential|employee|buyer|owner)\s+"
)

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_PHONE = re.compile(r"\+?[\d\s().\-/\u00a0]{7,24}(\s*(x|ext\.?)\s*\d+)?", re.IGNORECASE)
_GROUPED = re.compile(r"\+.*|.*[()].*|\d+[- /.]\d+[- /.].*")
_DATE = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})([T ].*)?")
_COMPACT_DATE = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_URL = re.compile(r"(https?://\S+|www\.\S+|[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(/\S*)?)", re.IGNORECASE)
_CODE = re.compile(r"\d{5,}")
_FIGURE = re.compile(r"[$\u20ac\u00a3]?\s*-?\d[\d,.]*\s*[%$\u20ac\u00a3]?")


@dataclass(frozen=True)
class Column:
    """A column with what it holds.

    Parameters
    ----------
    role : str
        "email", "phone", "given", "surname", "person" (a whole name), "company" (any name of a thing), "number"
        (of a house), "street", "street2", "city", "postcode", "region", "country", "website", "date", "code" (of
        a register), "figure", "choice" (one of a few words) or "text".
    header : str
    """

    role: str
    header: str


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
    return _with_a_name(found)


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
    named = _named(header)
    figures = _share(_FIGURE, sample)
    if named == "phone":
        return named if _share(_PHONE, sample) >= 0.4 else ""
    if named == "date":
        return named if figures < 0.7 or _share(_COMPACT_DATE, sample) >= 0.7 else ""
    # A name that is all digits is a key of another table.
    return named if named in {"email", "website", "number", "postcode"} or figures < 0.7 else ""


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
        if len(filled) > _FEW and len(distinct) >= 0.98 * len(filled):
            return ""
        coded = _share(_CODE, sample) >= 0.9 and len(distinct) >= 0.3 * len(filled)
        return "code" if coded else "figure"
    return found or _words_role(header, filled, distinct)


def _words_role(header: str, filled: Sequence[str], distinct: Sequence[str]) -> str:
    sample = distinct[:_SAMPLE]
    if _streets(sample):
        return "street"
    if _short_names(sample):
        return "given"
    if squeezed(header).endswith("name"):
        return "person" if _people(sample) else "company"
    return "choice" if len(distinct) <= min(60, 0.2 * len(filled)) else "text"


def squeezed(header: str) -> str:
    """Return a header's words in small letters."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    return " ".join(re.sub(r"[\W_]+", " ", spaced.casefold()).split())


def _named(header: str) -> str:
    words = squeezed(header)
    bare = re.sub(r"\s*\d+$", "", words)
    short = _LEADING.sub("", words)
    for spelled in (words, short, bare, _LEADING.sub("", short)):
        if spelled in _ROLES:
            return _ROLES[spelled]
    return ""


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
