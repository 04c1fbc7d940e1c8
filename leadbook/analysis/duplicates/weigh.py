"""How much each agreement says in this very table, and what it adds up to for a pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from leadbook.analysis.duplicates.compare import SWAP_BITS, compare
from leadbook.analysis.duplicates.levels import DUPLICATES_A_ROW, LEVELS

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.compare import Compared
    from leadbook.analysis.duplicates.rows import Rows

Floats = npt.NDArray[np.float64]

# So many true pairs (or random ones) that a table shows weigh as much as what is taken for granted.
_TRUST_M = 30.0
_TRUST_U = 1_000.0
_TRUST_VALUE = 300.0
_TRUST_PRIOR = 5.0
_RELATED_A_ROW = 0.2
_FEWEST_ROWS = 60
_SAMPLE_PAIRS = 20_000
_SAMPLE_AT_LEAST = 4_000
_SAMPLE_A_ROW = 10
_LEARN_PAIRS = 25_000
_ROUNDS = 25
_ROUNDS_OF_SLIPS = 8
_MAY_BE_SLIPS = 0.05
_SETTLED = 0.001
_SLIPS_EXPLAIN = 0.14
_SLIPS_EXPLAIN_TWO = 0.02
_MOST_TIMES = 2.0
_HALF_KNOWN = 0.25

_PLACE = frozenset({"phone", "number", "street", "street2", "city", "postcode", "region"})
# What rows share that belong together without being one; of what both must say something to be told apart; and
# what is more alike than between strangers: shops in one house often carry its name.
RELATED: tuple[tuple[str, frozenset[str], frozenset[str], dict[str, tuple[float, ...]]], ...] = (
    ("colleagues", _PLACE | {"company", "website", "email"}, frozenset({"given", "surname", "email"}), {}),
    ("families", _PLACE | {"surname"}, frozenset({"given", "email", "date"}), {}),
    ("neighbours", _PLACE, frozenset({"company", "given", "surname"}), {"company": (0.002, 0.003, 0.025, 0.15, 0.82)}),
    ("articles of one kind", frozenset({"company", "website"}), frozenset({"mark"}), {}),
)


_UNKNOWN = frozenset({"text", "figure", "choice", "code"})


@dataclass(frozen=True)
class Model:
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


@dataclass(frozen=True)
class Weighed:
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


def starting(rows: Rows) -> Model:
    """Return the model before anything was learned."""
    tables = [LEVELS[thing.kind] for thing in rows.things]
    m = [np.array([level.m for level in levels]) for levels in tables]
    u = [np.array([level.u for level in levels]) for levels in tables]
    related = [np.array([level.u if level.related is None else level.related for level in levels]) for levels in tables]
    size = max(rows.count, _FEWEST_ROWS)
    return Model(
        m,
        u,
        related,
        2 * DUPLICATES_A_ROW / size,
        np.full(len(RELATED), 2 * _RELATED_A_ROW / size),
        np.full(len(rows.things), 0.5),
    )


def learn(rows: Rows, compared: Compared, *, everyone: float | None = None) -> Model:
    """Return the model that a table's own pairs make likely.

    Parameters
    ----------
    rows : Rows
    compared : Compared
        The pairs that share a blocking key.
    everyone : float, optional
        How many pairs there are; by default all of the table's.
    """
    model = starting(rows)
    everyone = rows.count * (rows.count - 1) / 2 if everyone is None else everyone
    if not len(compared.first) or not everyone:
        return model
    draw = np.random.default_rng(0)  # a sample, the same each time
    part = 1.0
    if len(compared.first) > _LEARN_PAIRS:
        part = _LEARN_PAIRS / len(compared.first)
        compared = compared.at(np.sort(draw.choice(len(compared.first), _LEARN_PAIRS, replace=False)))
    levels = compared.levels
    random = _random_shares(rows, draw)
    is_holder = np.zeros(rows.count, dtype=bool)
    is_holder[rows.holders] = True
    counted = is_holder[compared.first] & is_holder[compared.second]
    base = starting(rows)
    # To begin with there are hardly any families and neighbours: what the slips of duplicates explain as well is
    # left to them, and only what is too much for slips is theirs. Colleagues differ in more than one thing.
    few = _TRUST_PRIOR / (everyone + _TRUST_PRIOR / base.prior_related)
    few[0] = base.prior_related[0]
    house = _of_the_house(rows, compared)
    model = Model(base.m, base.u, base.related, base.prior, few, house)
    too_many = np.zeros(len(RELATED))
    for turn in range(_ROUNDS):
        weighed = weigh(rows, compared, model)
        p = weighed.probability
        matches = p.sum() / part
        prior = (matches + _TRUST_PRIOR) / (everyone + _TRUST_PRIOR / base.prior)
        # Pairs of which one side doesn't say who it is tell nothing of how many families there are.
        clear = weighed.known.mean(axis=1)
        others = (weighed.kinds * weighed.known).sum(axis=1) / part / np.maximum(clear, 0.2)
        prior_related = np.append((others[:1] + _TRUST_PRIOR) / (everyone + _TRUST_PRIOR / few[:1]), few[1:])
        if turn >= _ROUNDS_OF_SLIPS:
            if turn == _ROUNDS_OF_SLIPS:
                others = np.maximum(too_many := _beyond_slips(rows, compared, weighed, model) * matches, others)
            # A few may as well be duplicates with two slips.
            others = np.where(too_many > 0, others, np.maximum(others - _MAY_BE_SLIPS * matches, 0.0))
            prior_related = (others + _TRUST_PRIOR) / (everyone + _TRUST_PRIOR / base.prior_related)
        ms, us = [], []
        for place in range(len(rows.things)):
            count = len(base.m[place])
            there = levels[place] >= 0
            seen = np.bincount(levels[place][there], weights=p[there], minlength=count) / part
            m = _limited((seen + _TRUST_M * base.m[place]) / (seen.sum() + _TRUST_M), base.m[place])
            # What random pairs show, less the duplicates among them.
            shares, pairs = random[place]
            known = np.bincount(levels[place][there & counted], weights=p[there & counted], minlength=count) / part
            u = np.maximum(shares * pairs - known, 0.0)
            scale = min(pairs, _SAMPLE_PAIRS) / max(pairs, 1)
            u = (u * scale + _TRUST_U * base.u[place]) / (u.sum() * scale + _TRUST_U)
            kind = rows.things[place].kind
            # A deal is close to a veto, which is no matter of how often; and two articles of one brand must not
            # teach that numbers may differ.
            ms.append(base.m[place] if kind in {"deal", "mark"} else m)
            us.append(base.u[place] if kind == "deal" else u)
        settled = turn > _ROUNDS_OF_SLIPS and bool(
            np.allclose(np.concatenate(ms), np.concatenate(model.m), atol=_SETTLED)
            and np.allclose(prior_related, model.prior_related, rtol=0.02)
        )
        model = Model(ms, us, base.related, prior, prior_related, house)
        if settled:
            break
    return model


def _beyond_slips(rows: Rows, compared: Compared, weighed: Weighed, model: Model) -> Floats:
    """Return which share of the supposed duplicates differs in who they are, beyond what slips explain; by kind.

    Another first name may be a slip; another first name and another e-mail address on one pair hardly ever are.
    """
    found = np.zeros(len(RELATED))
    for number, (_, _, telling, _) in enumerate(RELATED):
        known = weighed.known[number]
        differs = known.copy()
        told = np.zeros(len(known), dtype=np.int8)
        for place, thing in enumerate(rows.things):
            if thing.kind in telling:
                there = compared.levels[place] >= 0
                apart = _SAME_MAILBOX + 1 if thing.kind == "email" else len(model.m[place]) - 1
                differs &= ~there | (compared.levels[place] >= apart)
                told += there
        clear = known & (told > 1)
        asked, explained = (
            (clear, _SLIPS_EXPLAIN_TWO) if weighed.probability[clear].sum() >= _ENOUGH else (known, _SLIPS_EXPLAIN)
        )
        share = weighed.probability[asked & differs].sum() / max(weighed.probability[asked].sum(), 1.0)
        found[number] = max(share - explained, 0.0)
    return found


def _of_the_house(rows: Rows, compared: Compared) -> Floats:
    """Return for each thing how likely it is a household's or firm's and not the person's: half, if nothing tells.

    Pairs with other first names that agree in two further things belong together; what they mostly share is theirs.
    """
    shares = np.full(len(rows.things), 0.5)
    place = next((place for place, thing in enumerate(rows.things) if thing.kind == "given"), -1)
    if place < 0:
        return shares
    others = compared.levels[place] == len(LEVELS["given"]) - 1
    equal = (compared.levels == 0) & others
    agreed = equal.sum(axis=0)
    for number, thing in enumerate(rows.things):
        if thing.kind in _UNKNOWN:
            belong = others & (agreed - equal[number] >= _TOGETHER) & (compared.levels[number] >= 0)
            shares[number] = (equal[number][belong].sum() + 2.0) / (belong.sum() + 4.0)
    return np.asarray(np.clip(shares, 0.05, 0.9))


_TOGETHER = 3
_ENOUGH = 10.0


def _limited(m: Floats, usual: Floats) -> Floats:
    """Return shares in which true duplicates differ, or agree in part only, at most so many times as often as usual.

    Otherwise a list full of families would teach that duplicates have other first names, and one of a few brands'
    articles that all of a brand's are one.
    """
    m = _no_more_than(m, len(m) - 1, min(_MOST_TIMES * usual[-1], 0.6))
    return _no_more_than(m, len(m) - 2, _MOST_TIMES_PARTLY * usual[-2]) if len(m) == _PARTLY_OF else m


def _no_more_than(m: Floats, level: int, most: float) -> Floats:
    """Return shares with one at most so high, the rest going to better levels."""
    if m[level] <= most:
        return m
    better = m[:level] * (1.0 + (m[level] - most) / max(m[:level].sum(), 1e-9))
    return np.concatenate([better, [most], m[level + 1 :]])


_PARTLY_OF = 5
_MOST_TIMES_PARTLY = 4.0


def _random_shares(rows: Rows, draw: np.random.Generator) -> list[tuple[Floats, float]]:
    """Return for each thing the shares of levels among all pairs, and how many pairs hold a value on both sides."""
    holders = rows.holders
    wanted = min(_SAMPLE_PAIRS, max(_SAMPLE_AT_LEAST, _SAMPLE_A_ROW * len(holders)))
    if len(holders) * (len(holders) - 1) <= 2 * wanted:
        one, other = (holders[each] for each in np.triu_indices(len(holders), 1))
    else:
        one, other = (draw.choice(holders, wanted) for _ in range(2))
        one, other = one[one != other], other[one != other]
    compared = compare(rows, one, other)
    found = []
    for place, thing in enumerate(rows.things):
        count = len(LEVELS[thing.kind])
        levels = compared.levels[place]
        seen = np.bincount(levels[levels >= 0], minlength=count).astype(float)
        shares = seen / max(seen.sum(), 1.0)
        filled = 0.0
        if thing.fields:
            counts, holding = rows.frequency(thing.fields[0])
            filled = holding * (holding - 1) / 2
            equal = float((counts * (counts - 1) / 2).sum()) / max(filled, 1.0)
            shares[1:] *= (1 - equal) / max(shares[1:].sum(), 1e-9)
            shares[0] = equal
        found.append((shares, filled))
    return found


def _shared_shares(model: Model, place: int) -> Floats:
    """Return how alike related rows are in what they share: with this table's slips, as often different as usual."""
    usual, m = model.related[place], model.m[place]
    different = max(usual[-1], m[-1])
    if usual[0] < _FULLY_SHARED:
        return usual
    return np.append(m[:-1] * ((1.0 - different) / m[:-1].sum()), different)


_FULLY_SHARED = 0.6


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
    found = np.where(alike & (levels == _SAME_MAILBOX), -1, levels)
    # Where the names differ, a mailbox made of them differs as little: that is no second sign.
    other = (given == _OTHER_GIVEN) & (surname >= 0) & (surname <= _SIMILAR_SURNAME)
    nearly = ((given == _SIMILAR_GIVEN) & (surname == 0)) | ((given == 0) & (surname == _SIMILAR_SURNAME))
    found = np.where(nearly & (levels == _SIMILAR_MAIL), -1, found)
    return np.where(other & (levels == _SIMILAR_MAIL), len(LEVELS["email"]) - 1, found).astype(np.int8)


_SIMILAR_MAIL, _SAME_MAILBOX = 1, 2
_SIMILAR_GIVEN, _OTHER_GIVEN = 3, 5
_SIMILAR_SURNAME = 2


def weigh(rows: Rows, compared: Compared, model: Model) -> Weighed:
    """Return the evidence for each pair, thing by thing, and the probability that the two are one.

    Notes
    -----
    Three things can be the case: the two rows are one, they belong together (colleagues, a family), or they
    have nothing to do with each other. Each gives every level a share; an equal value counts by its own
    frequency instead of that of equal values in general.
    """
    n = len(compared.first)
    terms = np.zeros((len(rows.things), n))
    related = np.zeros((len(RELATED), n))
    known = np.zeros((len(RELATED), n), dtype=bool)
    named = known.copy()
    for place, thing in enumerate(rows.things):
        levels = compared.levels[place]
        if thing.kind == "email":
            levels = _without_namesakes(rows, compared, levels)
        with_blank = np.append(np.log2(model.m[place] / model.u[place]), 0.0)
        terms[place] = with_blank[levels]
        rarity = np.zeros(n)
        if thing.fields:
            field = rows.fields[thing.fields[0]]
            equal = np.flatnonzero(levels == 0)
            if compared.swapped.any() and thing.kind in {"given", "surname"}:
                equal = equal[~compared.swapped[equal]]
            counts, holders = rows.frequency(thing.fields[0])
            held = counts[field.codes[compared.first[equal]]]
            u_equal = model.u[place][0]
            value = (np.maximum(held - 2, 0) + _TRUST_VALUE * u_equal) / (holders + _TRUST_VALUE)
            rarity[equal] = np.log2(u_equal / value)
        terms[place] += rarity
        belongs = np.append(np.log2(_shared_shares(model, place) / model.u[place]), 0.0)[levels] + rarity
        for number, (_, shared, telling, alike) in enumerate(RELATED):
            if thing.kind in shared:
                related[number] += belongs
            elif thing.kind in _UNKNOWN:
                # It may be the person's or the household's.
                house = model.house[place]
                related[number] += np.log2(house * np.exp2(terms[place]) + 1.0 - house)
            elif thing.kind in alike:
                related[number] += np.append(np.log2(np.array(alike[thing.kind]) / model.u[place]), 0.0)[levels]
            if thing.kind in telling:
                known[number] |= levels >= 0
                says = rows.fields[thing.fields[0]].codes >= 0
                named[number] |= says[compared.first] | says[compared.second]
    swap = np.where(compared.swapped, -SWAP_BITS, 0.0)
    start = float(np.log2(model.prior / (1.0 - model.prior)))
    total = start + terms.sum(axis=0) + swap
    bits = np.log2(model.prior_related)[:, None] + related
    # Where only one of the two says who it is, it may be anybody of the family or the firm.
    bits = np.where(known, bits, np.where(named, bits + np.log2(_HALF_KNOWN), -np.inf))
    taken = np.logaddexp2(0.0, np.logaddexp2.reduce(bits, axis=0))
    odds = np.clip(total - taken, -60.0, 60.0)
    probability = 1.0 / (1.0 + np.exp2(-odds))
    return Weighed(terms, swap, -taken, (1.0 - probability) * np.exp2(bits - taken), known, odds, probability, start)
