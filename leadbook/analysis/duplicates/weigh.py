"""What all agreements of two rows add up to: the odds that they are one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadbook.analysis.duplicates.belonging import EITHER, RELATED
from leadbook.analysis.duplicates.levels import LEVELS
from leadbook.analysis.duplicates.people import SWAP_BITS

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.compare import Compared
    from leadbook.analysis.duplicates.rows import Rows

Floats = npt.NDArray[np.float64]

# A value's own frequency is trusted as far as the rows that hold the thing outnumber so many.
_TRUST_VALUE = 300.0
# Where only one of two rows says who it is, they belong together this much less likely than where both do.
_HALF_KNOWN = 0.25
# Things with a smaller share of equal values among related rows aren't wholly shared by them.
_FULLY_SHARED = 0.6
# Places of some outcomes in ``LEVELS``.
_SIMILAR_MAIL, SAME_MAILBOX = 1, 2
_SIMILAR_GIVEN, _OTHER_GIVEN = 3, 5
_SIMILAR_SURNAME = 2
_NONE = np.empty(0, np.int64)


class Model(Struct, frozen=True):
    """What one table taught.

    Parameters
    ----------
    m, u, related : list of array of float
        A thing's shares by level among duplicates, unrelated pairs, and pairs that belong together.
    prior : float
        Share of duplicates among all pairs.
    prior_related : array of float, shape (n kinds,)
        Share of each kind of ``RELATED`` among all pairs.
    house : array of float
        How likely each thing is what a household or firm shares, where its kind doesn't say.
    """

    m: list[Floats]
    u: list[Floats]
    related: list[Floats]
    prior: float
    prior_related: Floats
    house: Floats


class Weighed(Struct, frozen=True):
    """Evidence for each pair in bits.

    Parameters
    ----------
    terms : array of float, shape (n things, n pairs)
        Evidence that the two are one rather than strangers.
    swap : array of float
        What exchanged names take away.
    related : array of float
        What goes off again because colleagues, a family or neighbours would agree in as much.
    kinds : array of float, shape (n kinds, n pairs)
        Probability of each kind of ``RELATED``.
    known : array of bool, likewise
        Both sides say what tells one from a related one.
    odds : array of float
        Log2 odds that the two are one.
    probability : array of float
    start : float
        Log2 odds of any two rows.
    """

    terms: Floats
    swap: Floats
    related: Floats
    kinds: Floats
    known: npt.NDArray[np.bool_]
    odds: Floats
    probability: Floats
    start: float

    def at(self, kept: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> Weighed:
        """Return some of the pairs."""
        return Weighed(
            self.terms[:, kept], self.swap[kept], self.related[kept], self.kinds[:, kept], self.known[:, kept],
            self.odds[kept], self.probability[kept], self.start,
        )  # fmt: skip


class Agreement(Struct, frozen=True):
    """What some pairs say of one thing, whatever the model.

    Parameters
    ----------
    levels : array of int, shape (n pairs,)
    equal : array of int
        Which pairs have an equal value whose own frequency counts.
    held : array of int
        In how many rows each of these values stands.
    holders : int
        How many rows say the thing at all.
    """

    levels: npt.NDArray[np.int8]
    equal: npt.NDArray[np.int64]
    held: npt.NDArray[np.int64]
    holders: int


class Agreed(Struct, frozen=True):
    """What some pairs say of every thing, gathered once for all the rounds of learning.

    Parameters
    ----------
    things : list of Agreement
    known : array of bool, shape (n kinds of ``RELATED``, n pairs)
        Both sides say what tells one from a related one.
    named : array of bool, likewise
        At least one side says it.
    """

    things: list[Agreement]
    known: npt.NDArray[np.bool_]
    named: npt.NDArray[np.bool_]


def agreed(rows: Rows, compared: Compared) -> Agreed:
    """Return what of each pair's evidence does not depend on what is learned."""
    known = np.zeros((len(RELATED), len(compared.first)), dtype=bool)
    named = known.copy()
    swapped = bool(compared.swapped.any())
    things = []
    for place, thing in enumerate(rows.things):
        levels = compared.levels[place]
        if thing.kind == "email":
            levels = _without_namesakes(rows, compared, levels)
        equal, held, holders = _NONE, _NONE, 0
        if thing.fields:
            equal = np.flatnonzero(levels == 0)
            if swapped and thing.kind in {"given", "surname"}:
                equal = equal[~compared.swapped[equal]]
            counts, holders = rows.frequency(thing.fields[0])
            held = counts[rows.fields[thing.fields[0]].codes[compared.first[equal]]]
        things.append(Agreement(levels, equal, held, holders))
        for number, (_, _, telling, _) in enumerate(RELATED):
            if thing.kind in telling:
                known[number] |= levels >= 0
                says = rows.fields[thing.fields[0]].codes >= 0
                named[number] |= says[compared.first] | says[compared.second]
    return Agreed(things, known, named)


def weigh(rows: Rows, compared: Compared, model: Model, said: Agreed | None = None) -> Weighed:
    """Return the evidence for each pair, thing by thing, and the probability that the two are one.

    Parameters
    ----------
    rows : Rows
    compared : Compared
    model : Model
    said : Agreed or None
        What `agreed` returns for the same pairs, where they are weighed again and again.

    Notes
    -----
    Three things can be the case: the two rows are one, they belong together (colleagues, a family), or they
    have nothing to do with each other. Each gives every level a share; an equal value counts by its own
    frequency instead of that of equal values in general.
    """
    said = agreed(rows, compared) if said is None else said
    n = len(compared.first)
    terms = np.zeros((len(rows.things), n))
    related = np.zeros((len(RELATED), n))
    for place, (thing, one) in enumerate(zip(rows.things, said.things, strict=True)):
        levels = one.levels
        terms[place] = np.append(np.log2(model.m[place] / model.u[place]), 0.0)[levels]
        rarity = np.zeros(n)
        if len(one.equal):
            u_equal = model.u[place][0]
            value = (np.maximum(one.held - 2, 0) + _TRUST_VALUE * u_equal) / (one.holders + _TRUST_VALUE)
            rarity[one.equal] = np.log2(u_equal / value)
        terms[place] += rarity
        for number, (_, shared, _, alike) in enumerate(RELATED):
            if thing.kind in shared:
                belongs = np.append(np.log2(_shared_shares(model, place) / model.u[place]), 0.0)
                related[number] += belongs[levels] + rarity
            elif thing.kind in EITHER:
                # It may be the person's or the household's.
                house = model.house[place]
                related[number] += np.log2(house * np.exp2(terms[place]) + 1.0 - house)
            elif thing.kind in alike:
                related[number] += np.append(np.log2(np.array(alike[thing.kind]) / model.u[place]), 0.0)[levels]
    swap = np.where(compared.swapped, -SWAP_BITS, 0.0)
    start = float(np.log2(model.prior / (1.0 - model.prior)))
    total = start + terms.sum(axis=0) + swap
    bits = np.log2(model.prior_related)[:, None] + related
    # Where only one of the two says who it is, it may be anybody of the family or the firm.
    bits = np.where(said.known, bits, np.where(said.named, bits + np.log2(_HALF_KNOWN), -np.inf))
    taken = np.logaddexp2(0.0, np.logaddexp2.reduce(bits, axis=0))
    odds = np.clip(total - taken, -60.0, 60.0)
    probability = 1.0 / (1.0 + np.exp2(-odds))
    kinds = (1.0 - probability) * np.exp2(bits - taken)
    return Weighed(terms, swap, -taken, kinds, said.known, odds, probability, start)


def _shared_shares(model: Model, place: int) -> Floats:
    """Return how alike related rows are in what they share: with this table's slips, as often different as usual."""
    usual, m = model.related[place], model.m[place]
    different = max(usual[-1], m[-1])
    if usual[0] < _FULLY_SHARED:
        return usual
    return np.append(m[:-1] * ((1.0 - different) / m[:-1].sum()), different)


def _without_namesakes(rows: Rows, compared: Compared, levels: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """Return the levels of e-mail with one mailbox at two domains left out where the names agree anyhow.

    Anna Schmidt is anna.schmidt wherever she works, and so is every other Anna Schmidt. Nor are jerry.bowers and
    jeremy.bowers one's slip where the one is Jerry and the other Jeremy.
    """
    places = {thing.kind: place for place, thing in enumerate(rows.things)}
    if "given" not in places:
        return levels
    given, surname = compared.levels[places["given"]], compared.levels[places["surname"]]
    alike = (given >= 0) & (given <= 2) & (surname >= 0) & (surname <= 1)
    found = np.where(alike & (levels == SAME_MAILBOX), -1, levels)
    # Where the names differ, a mailbox made of them differs as little: that is no second sign.
    other = (given == _OTHER_GIVEN) & (surname >= 0) & (surname <= _SIMILAR_SURNAME)
    nearly = ((given == _SIMILAR_GIVEN) & (surname == 0)) | ((given == 0) & (surname == _SIMILAR_SURNAME))
    found = np.where(nearly & (levels == _SIMILAR_MAIL), -1, found)
    return np.where(other & (levels == _SIMILAR_MAIL), len(LEVELS["email"]) - 1, found).astype(np.int8)
