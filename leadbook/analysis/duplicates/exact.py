"""Rows that say exactly the same: one of each group stands for all when pairs are looked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.duplicates.blocking import NEIGHBOURS
from leadbook.analysis.duplicates.compare import compare
from leadbook.analysis.duplicates.levels import THRESHOLD
from leadbook.analysis.duplicates.normalise import Field

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.compare import Compared
    from leadbook.analysis.duplicates.normalise import Codes, People

# Everything that pairs are compared on, the most telling first, so that few rows are left to look at further.
_FIELDS = ("email", "name", "phone", "company", "first", "last", "street", "postcode", "city", "site")


@dataclass(frozen=True)
class ExactGroups:
    """Groups of more than 8 leads that no comparison can tell apart.

    Parameters
    ----------
    standing_in : array of int
        Positions of the leads that pairs are looked for among: all but the groups' members after the first.
    members : dict of int to list of int
        Each group's first position to the others.
    compared : Compared
        Each group's first lead with each of the others.
    """

    standing_in: Codes
    members: dict[int, list[int]]
    compared: Compared


def exact_groups(people: People) -> ExactGroups:
    """Return the groups of leads that are equal in all that is compared, and are one lead by it.

    Notes
    -----
    Blocks are cut to a size, so that a large group would come out in parts. All pairs of a group have the same
    probability; a group that does not reach 0.5 (one company's rows without a person) is none. Smaller groups
    are compared pair by pair like all others.
    """
    first, other = _equal_rows(people)
    if len(first):
        starts = np.flatnonzero(np.diff(first, prepend=-1) != 0)
        likely = compare(people, first[starts], other[starts]).probability >= THRESHOLD
        kept = np.isin(first, first[starts][likely])
        first, other = first[kept], other[kept]
    standing_in = np.delete(np.arange(len(people.rows), dtype=np.int64), other)
    members: dict[int, list[int]] = {}
    for one, two in zip(first.tolist(), other.tolist(), strict=True):
        members.setdefault(one, []).append(two)
    return ExactGroups(standing_in, members, compare(people, first, other))


def _equal_rows(people: People) -> tuple[Codes, Codes]:
    """Return the first lead of each large group with each of its others, group by group."""
    places = np.arange(len(people.rows), dtype=np.int64)
    group = np.zeros(len(places), dtype=np.int64)
    parts = [
        *(people.fields[name].codes for name in _FIELDS),
        people.ended.astype(np.int64),
        *(pd.factorize(values)[0].astype(np.int64) for values in (people.amount, people.close_day)),
    ]
    for part in parts:
        codes = part[places] + 1  # blank, which is -1, is equal to blank
        group = pd.factorize(group * (int(codes.max(initial=0)) + 1) + codes)[0].astype(np.int64)
        large = (np.bincount(group) > NEIGHBOURS)[group] if len(group) else np.zeros(0, dtype=bool)
        places, group = places[large], group[large]
        if not len(places):
            return places, places
    order = np.lexsort([places, group])
    places, group = places[order], group[order]
    is_first = np.diff(group, prepend=-1) != 0
    first = places[is_first][np.cumsum(is_first) - 1]
    return first[~is_first], places[~is_first]


def only(people: People, places: Codes) -> People:
    """Return the leads at some positions."""
    return replace(
        people,
        rows=people.rows[places],
        lead_ids=people.lead_ids[places],
        fields={name: Field(field.codes[places], field.texts) for name, field in people.fields.items()},
        amount=people.amount[places],
        close_day=people.close_day[places],
        ended=people.ended[places],
    )
