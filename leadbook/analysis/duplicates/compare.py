"""How well two rows agree on each thing: one level number a pair and thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.duplicates.contacts import city_levels, email_levels, number_levels, phone_levels, slip_levels
from leadbook.analysis.duplicates.figures import date_levels, deal_levels, figure_levels
from leadbook.analysis.duplicates.people import person_levels
from leadbook.analysis.duplicates.titles import mark_levels, text_levels

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadbook.analysis.duplicates.fields import Codes, Mask
    from leadbook.analysis.duplicates.rows import Rows, Thing
    from leadbook.analysis.duplicates.spelling import Levels

# First and last name are compared together, because they may be exchanged; so they stand apart.
_COMPARERS: dict[str, Callable[[Rows, Thing, Codes, Codes], Levels]] = {
    "email": email_levels, "phone": phone_levels, "company": text_levels, "street": text_levels,
    "street2": text_levels, "text": text_levels, "website": slip_levels, "number": number_levels, "city": city_levels,
    "postcode": slip_levels, "region": slip_levels, "date": date_levels, "figure": figure_levels,
    "choice": slip_levels, "code": slip_levels, "mark": mark_levels, "deal": deal_levels,
}  # fmt: skip


class Compared(Struct, frozen=True):
    """Pairs with what was found about each.

    Parameters
    ----------
    first, second : arrays of int, shape (n pairs,)
    levels : array of int, shape (n things, n pairs)
        -1 where either side is blank.
    swapped : array of bool, shape (n pairs,)
        First and last name had to be exchanged.
    """

    first: Codes
    second: Codes
    levels: Levels
    swapped: Mask

    def at(self, kept: Mask | Codes) -> Compared:
        """Return some of the pairs."""
        return Compared(self.first[kept], self.second[kept], self.levels[:, kept], self.swapped[kept])


def compare(rows: Rows, first: Codes, second: Codes) -> Compared:
    """Return at which level each pair of rows agrees on each thing."""
    levels = np.full((len(rows.things), len(first)), -1, dtype=np.int8)
    swapped = np.zeros(len(first), dtype=bool)
    places = {thing.kind: place for place, thing in enumerate(rows.things) if thing.kind in {"given", "surname"}}
    if places:
        given, surname, swapped = person_levels(rows, first, second)
        levels[places["given"]] = given
        levels[places["surname"]] = surname
    for place, thing in enumerate(rows.things):
        if thing.kind not in places:
            levels[place] = _COMPARERS[thing.kind](rows, thing, first, second)
    return Compared(first, second, levels, swapped)
