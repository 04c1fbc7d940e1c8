"""The contact's name where a list keeps it whole, in a column of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.headers import squeezed
from leadbook.model.mapping_cells import split_names
from leadbook.model.mapping_words import FULL_NAME, SPECIAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Typed

# In a list of deals these are as likely the deal's or the company's; they count where Settings says so.
_VAGUE = frozenset({"name", "nom"})
_KNOWN = frozenset(map(squeezed, SPECIAL[FULL_NAME])) - _VAGUE


def whole_name_header(leads: Typed, playbook: Playbook) -> str:
    """Return the seller's header of whole names: the one that Settings/Columns names, else by its words; "" for none.

    A list with our columns for first and last names needs none.
    """
    if leads.places.keys() & {"first_name", "last_name"}:
        return ""
    named = {squeezed(one.their_header) for one in playbook.mappings if one.our_key == FULL_NAME}
    headers = [str(header) for header in leads.extra.columns]
    by_words = (header for header in headers if squeezed(header) in _KNOWN)
    return next((header for header in headers if squeezed(header) in named), next(by_words, ""))


def split_contact(cell: object) -> Mapping[str, str]:
    """Return the first and last name of a whole one, by key."""
    [first], [last] = split_names([cell])
    return {"first_name": str(first or ""), "last_name": str(last or "")}
