"""What is compared: the rows of a table, their fields, and what tells their deals apart."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec import Struct, field
from msgspec.structs import replace

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.fields import Codes, Field, Mask

# Rows that say the same in these, and something in at least so many of them, are held to be one's.
_HOLDER = ("given", "surname", "email", "company", "city")
_SAYS_WHO = 2


class Thing(Struct, frozen=True):
    """One thing that rows are compared on.

    Parameters
    ----------
    kind : str
        Key of ``levels.LEVELS``.
    title : str
        How sentences call it.
    fields : tuple of str
        Fields of ``Rows`` it looks at.
    """

    kind: str
    title: str
    fields: tuple[str, ...] = field(default=())


class Deals(Struct, frozen=True):
    """What tells deals apart; one entry a row.

    Parameters
    ----------
    amount, close_day : arrays of float
        Amount in one currency; close date in days since 1970; NaN where blank.
    ended : array of bool
        Won, lost or disqualified.
    """

    amount: npt.NDArray[np.float64]
    close_day: npt.NDArray[np.float64]
    ended: Mask

    def at(self, places: Codes) -> Deals:
        """Return some of the rows."""
        return Deals(self.amount[places], self.close_day[places], self.ended[places])


class Rows(Struct, frozen=True, dict=True):
    """The rows as the comparison sees them; all arrays have one entry a row.

    Parameters
    ----------
    fields : dict of str to Field
    things : tuple of Thing
        What is compared.
    deals : Deals or None
        None where rows are no deals.
    count : int
        How many rows there are.
    """

    count: int
    fields: dict[str, Field]
    things: tuple[Thing, ...]
    deals: Deals | None = None

    def ordered(self) -> tuple[Rows, Codes]:
        """Return the rows in an order that what they say gives them, so that where they stand plays no part."""
        total = np.zeros(self.count, dtype=np.uint64)
        for name in dict.fromkeys(name for thing in self.things for name in thing.fields):
            each = self.fields[name]
            hashes = np.append(pd.util.hash_array(np.array([*each.texts], dtype=object), categorize=False), 0)
            total = total * np.uint64(31) + hashes.astype(np.uint64)[each.codes]
        order = np.argsort(total, kind="stable")
        return self.at(order), order

    def frequency(self, name: str) -> tuple[npt.NDArray[np.int64], int]:
        """Return how many different holders each value of a field has, and how many there are together.

        Rows that say the same of person, company, e-mail and city are one holder: that a lead was typed in fifty
        times doesn't make its address a common one.
        """
        if name not in self._frequencies:
            field = self.fields[name]
            held = field.codes[self.holders]
            counts = np.bincount(held[held >= 0], minlength=len(field.texts)).astype(np.int64)
            self._frequencies[name] = (counts, int((held >= 0).sum()))
        return self._frequencies[name]

    def content(self, place: int) -> list[str]:
        """Return what a row says, to put rows in an order that doesn't depend on where they stand."""
        return [each.texts[code] if (code := each.codes[place]) >= 0 else "" for each in self.fields.values()]

    @cached_property
    def _frequencies(self) -> dict[str, tuple[npt.NDArray[np.int64], int]]:
        return {}

    @cached_property
    def holders(self) -> Codes:
        """The first row of each holder; a row that says one thing only doesn't tell who it is, and counts by itself."""
        names = [name for name in _HOLDER if name in self.fields]
        names = names or [thing.fields[0] for thing in self.things if thing.fields]
        codes = np.zeros(self.count, dtype=np.int64)
        said = np.zeros(self.count, dtype=np.int8)
        for name in names:
            part = self.fields[name].codes + 1
            codes = pd.factorize(codes * (int(part.max(initial=0)) + 1) + part)[0]
            said += part > 0
        codes[said < _SAYS_WHO] = self.count + np.flatnonzero(said < _SAYS_WHO)
        return np.unique(codes, return_index=True)[1]

    def at(self, places: Codes) -> Rows:
        """Return some of the rows."""
        return replace(
            self,
            count=len(places),
            fields={name: each.at(places) for name, each in self.fields.items()},
            deals=self.deals and self.deals.at(places),
        )
