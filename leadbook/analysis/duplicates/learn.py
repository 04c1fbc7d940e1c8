"""What a table's own pairs teach: how often duplicates and strangers agree in it, and how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.duplicates.belonging import EITHER, RELATED
from leadbook.analysis.duplicates.compare import compare
from leadbook.analysis.duplicates.levels import DUPLICATES_A_ROW, LEVELS
from leadbook.analysis.duplicates.weigh import SAME_MAILBOX, Model, agreed, weigh

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.compare import Compared
    from leadbook.analysis.duplicates.rows import Rows
    from leadbook.analysis.duplicates.weigh import Floats, Weighed

# Before anything is compared, so many pairs of each kind that belong together are expected of each row.
_RELATED_A_ROW = 0.2
# In a table of fewer rows than this, a duplicate is as likely as in one of so many.
_FEWEST_ROWS = 60
# So many true pairs (or random ones) that a table shows weigh as much as what is taken for granted.
_TRUST_M = 30.0
_TRUST_U = 1_000.0
_TRUST_PRIOR = 5.0
# Learning from more pairs takes longer and says little more.
_LEARN_PAIRS = 25_000
# So many rounds at most, settled or not.
_ROUNDS = 25
# So long, what differs is held to be slips; only then are families and neighbours counted.
_ROUNDS_OF_SLIPS = 8
# So many of the duplicates may have two slips and look like a family.
_MAY_BE_SLIPS = 0.05
# Shares that move less than this from one round to the next have settled.
_SETTLED = 0.001
# This share of duplicates differs in who they are by slips alone: where one thing says it, and where two do.
_SLIPS_EXPLAIN = 0.14
_SLIPS_EXPLAIN_TWO = 0.02
# Fewer pairs of which two things say who they are don't make a share.
_ENOUGH = 10.0
# Two with other first names that agree in so many things belong together: by chance strangers don't.
_TOGETHER = 3
# Duplicates differ, or agree in part only, at most so many times as often as usual.
_MOST_TIMES = 2.0
_MOST_TIMES_PARTLY = 4.0
# Things with so many levels have one for what agrees in part.
_PARTLY_OF = 5
# So many random pairs show how often strangers agree; a short list needs fewer.
_SAMPLE_PAIRS = 20_000
_SAMPLE_AT_LEAST = 4_000
_SAMPLE_A_ROW = 10


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
    said = agreed(rows, compared)
    for turn in range(_ROUNDS):
        weighed = weigh(rows, compared, model, said)
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
                apart = SAME_MAILBOX + 1 if thing.kind == "email" else len(model.m[place]) - 1
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
        if thing.kind in EITHER:
            belong = others & (agreed - equal[number] >= _TOGETHER) & (compared.levels[number] >= 0)
            shares[number] = (equal[number][belong].sum() + 2.0) / (belong.sum() + 4.0)
    return np.asarray(np.clip(shares, 0.05, 0.9))


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
