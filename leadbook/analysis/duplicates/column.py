"""A column of a table with what it holds, whether somebody said so or it was told by its looks."""

from __future__ import annotations

from msgspec import Struct


class Column(Struct, frozen=True):
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
