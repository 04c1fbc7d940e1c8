"""What is left of a row when spelling, form and habit are taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from leadbook.analysis.duplicates.fields import Codes, Field, field_of
from leadbook.analysis.duplicates.nicknames import NICKNAMES
from leadbook.analysis.duplicates.phones import Dialled, phone_fields
from leadbook.analysis.duplicates.plain import (
    company_names,
    day_digits,
    figure,
    house_of,
    mail_addresses,
    mailboxes_and_hosts,
    plain,
    plain_all,
    road_of,
    sites_of,
)
from leadbook.analysis.duplicates.rows import Rows, Thing
from leadbook.analysis.duplicates.words import FREE_MAIL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from leadbook.analysis.duplicates.column import Column

# Further columns of these roles are compared crosswise with the first: a mobile with the office's phone.
_TITLES = {
    "email": "Email", "phone": "Phone", "company": "Company", "website": "Website", "street": "Street",
    "number": "House number", "street2": "Address line 2", "city": "City", "postcode": "Postcode",
    "region": "Region", "country": "Country",
}  # fmt: skip
_ALL_AT_ONCE = {"website": sites_of, "company": company_names}
_KINDS = {"city": "city", "postcode": "postcode", "region": "region", "country": "region"}


def normalise(columns: Sequence[Column], texts: Mapping[str, Field], dialled: Dialled | None = None) -> Rows:
    """Return the rows of a table, normalised.

    Parameters
    ----------
    columns : sequence of Column
        What each column holds.
    texts : mapping of str to Field
        By header: the column as typed.
    dialled : Dialled, optional
        Where phone numbers without a country code are; by default the first column of countries tells.
    """
    if dialled is None:
        dialled = Dialled(next((texts[column.header] for column in columns if column.role == "country"), None))
    fields: dict[str, Field] = {}
    things: list[Thing] = []
    seen: dict[str, int] = {}
    count = len(next(iter(texts.values())).codes) if texts else 0
    for column in columns:
        source = texts[column.header]
        number = seen[column.role] = seen.get(column.role, 0) + 1
        role = column.role
        if role in {"given", "surname", "person", "number", "street", "company"} and number > 1:
            role = "text"  # a second one is not the row's own: the spouse, the branch
        name = role if number == 1 else f"{role} {number}"
        title = _TITLES.get(role, column.header) if number == 1 else column.header
        if role == "company" and column.header != "company":
            title = column.header  # the name of a shop, or of a product
        _add(Thing(role, title, (name,)), source, fields, things, dialled)
    if "surname" in fields or "given" in fields:
        blank = Field(np.full(count, -1, dtype=np.int64), [])
        fields.setdefault("given", blank)
        fields.setdefault("surname", blank)
        _add_names(fields)
        things = [Thing("given", "First name", ("given",)), Thing("surname", "Last name", ("surname",)), *things]
    return Rows(count, fields, tuple(things))


def _add(thing: Thing, source: Field, fields: dict[str, Field], things: list[Thing], dialled: Dialled) -> None:
    """Add the fields of one column, and what is compared on them; ``thing`` has the column's role as its kind."""
    role, title, (name,) = thing.kind, thing.title, thing.fields
    if role == "email":
        email = source.derive_all(mail_addresses)
        fields[name] = email
        mailboxes, hosts = mailboxes_and_hosts(email.texts)
        fields[f"{name} mailbox"] = field_of([mailbox.replace(".", "") for mailbox in mailboxes], email.codes)
        domain = fields[f"{name} domain"] = field_of(hosts, email.codes)
        fields[f"{name} work"] = domain.derive(lambda host: "" if host in FREE_MAIL else host)
    elif role == "phone":
        fields[name], fields[f"{name} tail"] = phone_fields(source, dialled)
    elif role in {"given", "surname"}:
        fields[role] = source.derive_all(plain_all)
        return
    elif role == "person":
        if "given" not in fields and "surname" not in fields:
            given, surname = (
                zip(*(split_name(text) for text in source.texts), strict=True) if source.texts else ((), ())
            )
            fields["given"] = field_of(given, source.codes)
            fields["surname"] = field_of(surname, source.codes)
        return
    elif role == "street":
        if "number" not in fields:
            house = source.derive(house_of)
            if house.filled:
                fields["number"] = house
                things.append(Thing("number", _TITLES["number"], ("number",)))
        fields[name] = source.derive(road_of)
    else:
        change = {
            "date": day_digits, "figure": figure, "postcode": lambda text: plain(text).replace(" ", ""),
            "number": house_of,
        }.get(role)  # fmt: skip
        at_once = _ALL_AT_ONCE.get(role, plain_all)
        made = source.derive(change) if change is not None else source.derive_all(at_once)
        if role == "number" and "number" in fields:
            things[:] = [thing for thing in things if thing.kind != "number"]
        fields[name] = made
    things.append(Thing(_KINDS.get(role, role), title, (name,)))


def _add_names(fields: dict[str, Field]) -> None:
    """Give first and last names one numbering, so that swapped ones are found."""
    given, surname = fields["given"], fields["surname"]
    width = len(given.texts)
    together = field_of([*given.texts, *surname.texts], np.arange(width + len(surname.texts), dtype=np.int64))
    table = np.append(together.codes, -1)
    fields["given"] = Field(table[np.where(given.codes < 0, len(table) - 1, given.codes)], together.texts)
    fields["surname"] = Field(table[np.where(surname.codes < 0, len(table) - 1, surname.codes + width)], together.texts)


def full_forms(texts: Sequence[str]) -> list[str]:
    """Return each first name's full form: its first word, a nickname resolved."""
    return [NICKNAMES.get(word := text.partition(" ")[0], word) for text in texts]


def split_name(text: str) -> tuple[str, str]:
    """Return first and last name of a whole name: "Schmidt, Anna" and "Dr. Anna M. Schmidt" alike."""
    last, comma, first = text.partition(",")
    if comma and first.strip() and " " not in last.strip():
        return plain(first), plain(last)
    words = [word for word in plain(text).split() if word not in _HONORIFICS] or plain(text).split()
    if len(words) < 2:
        return "", " ".join(words)
    return words[0], " ".join(word for word in words[1:] if len(word) > 1) or words[-1]


_HONORIFICS = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "sir", "mme", "m", "jr", "sr", "ing"})


def read_field(values: npt.NDArray[np.object_]) -> Field:
    """Return a column as typed; blanks are ""."""
    codes, found = pd.factorize(values)
    return coded_field(codes, found.tolist())


def coded_field(codes: Codes, found: list[Any]) -> Field:
    """Return a column of these different values, of which each row holds the one at its code."""
    if set(map(type, found)) <= {str}:
        return field_of(list(map(str.strip, found)), codes)
    return field_of(["" if value is None else str(value).strip() for value in found], codes)
