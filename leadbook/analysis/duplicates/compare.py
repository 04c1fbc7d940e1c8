"""How well two leads agree on each thing: one level number a pair and comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from leadbook.analysis.duplicates.levels import (
    ADDRESS,
    COMPANY,
    COMPARISONS,
    DAMPING,
    DEAL,
    EMAIL,
    LEAST_SHARE,
    NAME,
    PHONE,
    PRIOR,
)

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.levels import Comparison
    from leadbook.analysis.duplicates.normalise import Codes, Field, People

Similarities = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Compared:
    """Pairs with what was found about each.

    Parameters
    ----------
    first, second : arrays of int, shape (n pairs,)
        Positions of the leads.
    levels : dict of str to array of int
        By comparison name: the level, -1 where either side is blank.
    weights : dict of str to array of float
        By comparison name: the evidence in bits, damped where the value is common.
    probability : array of float
        1 / (1 + 2 ** -(prior + sum of weights)).
    """

    first: Codes
    second: Codes
    levels: dict[str, npt.NDArray[np.int8]]
    weights: dict[str, npt.NDArray[np.float64]]
    probability: npt.NDArray[np.float64]


def compare(people: People, first: Codes, second: Codes, *, hopeful: bool = False) -> Compared:
    """Return how likely each pair is one lead, and why.

    Parameters
    ----------
    people : People
    first, second : arrays of int
        Positions; the result does not depend on which is which.
    hopeful : bool
        Leave out pairs that cannot reach even odds whatever names and addresses still show; saves most of the
        work on pairs that share a key by chance.

    Notes
    -----
    The levels' weights add up because the comparisons are taken as independent given the truth; odds double
    with every bit. An equal value that ``c`` leads hold counts ``0.5 * log2(c / 2)`` bits less.
    """
    early = {
        PHONE.name: _phone_levels(people, first, second),
        COMPANY.name: _company_levels(people, first, second),
        ADDRESS.name: _address_levels(people, first, second),
    }
    if hopeful:
        alive = _can_match(people, first, second, early)
        first, second = first[alive], second[alive]
        early = {name: levels[alive] for name, levels in early.items()}
    name, company = _name_levels(people, first, second), early[COMPANY.name]
    levels = {**early, NAME.name: name, EMAIL.name: _email_levels(people, first, second)}
    nobody = (name < 0) & (levels[EMAIL.name] < 0)
    levels[DEAL.name] = _deal_levels(people, first, second, nobody)
    weights = {
        comparison.name: _weights(comparison, levels[comparison.name], people, first) for comparison in COMPARISONS
    }
    # Colleagues share their company's switchboard and address; where the company agrees and the person does
    # not, these say half as much.
    colleagues = (company >= 0) & (company <= 1) & (name >= _ANOTHER_PERSON)
    for comparison in (PHONE, ADDRESS):
        weight = weights[comparison.name]
        weights[comparison.name] = np.where(colleagues & (weight > 0), weight / 2, weight)
    total = PRIOR + sum(weights.values())
    return Compared(first, second, levels, weights, 1.0 / (1.0 + np.exp2(-total)))


# From this level of the name on, the pair is two people.
_ANOTHER_PERSON = 4


def _can_match(people: People, first: Codes, second: Codes, early: dict[str, npt.NDArray[np.int8]]) -> Mask:
    """Return which pairs still reach even odds if all that was not compared yet comes out at its best."""
    best = np.full(len(first), PRIOR + max(0.0, DEAL.levels[0].weight))
    for comparison in (PHONE, COMPANY, ADDRESS):
        table = np.array([*(level.weight for level in comparison.levels), 0.0])
        best += table[early[comparison.name]]
    both, equal = _both(people.fields["name"], first, second)
    best += np.where(equal, NAME.levels[0].weight, np.where(both, NAME.levels[2].weight, 0.0))
    both, equal = _both(people.fields["email"], first, second)
    same_start = _both(people.fields["mailbox_initial"], first, second)[1]
    rest = np.where(same_start, EMAIL.levels[1].weight, EMAIL.levels[3].weight)
    best += np.where(equal, EMAIL.levels[0].weight, np.where(both, rest, 0.0))
    return best >= 0


def _weights(
    comparison: Comparison, levels: npt.NDArray[np.int8], people: People, first: Codes
) -> npt.NDArray[np.float64]:
    table = np.array([*(level.weight for level in comparison.levels), 0.0])  # the last is for level -1
    weights = table[levels]
    if comparison.damped:
        field = people.fields[comparison.damped]
        equal = np.flatnonzero((levels == 0) & (field.codes[first] >= 0))
        counts = field.counts[field.codes[first[equal]]]
        full = table[0]
        lost = DAMPING * np.log2(np.maximum(counts, 2) / 2)
        weights[equal] = np.maximum(full - lost, LEAST_SHARE * full)
    return weights


def _pick(n: int, *conditions: tuple[Mask, int]) -> npt.NDArray[np.int8]:
    """Return the level of the first condition that holds, -1 where none does."""
    levels = np.full(n, -1, dtype=np.int8)
    for mask, level in reversed(conditions):
        levels[mask] = level
    return levels


def _both(field: Field, first: Codes, second: Codes) -> tuple[Mask, Mask]:
    """Return where both sides hold a value, and where these are equal."""
    one, other = field.codes[first], field.codes[second]
    both = (one >= 0) & (other >= 0)
    return both, both & (one == other)


def similarity(field: Field, first: Codes, second: Codes, wanted: Mask) -> Similarities:
    """Return the Jaro-Winkler similarity (0 to 1) of the wanted pairs, 0 for the others.

    Each combination of two values is compared once.
    """
    from rapidfuzz.distance import JaroWinkler  # noqa: PLC0415 - loads only when something is compared
    from rapidfuzz.process import cpdist  # noqa: PLC0415 - as above

    result = np.zeros(len(first), dtype=np.float32)
    if not wanted.any():
        return result
    one, other = field.codes[first[wanted]], field.codes[second[wanted]]
    low, high = np.minimum(one, other), np.maximum(one, other)
    back, found = pd.factorize(low * len(field.texts) + high)
    lows = [field.texts[code] for code in (found // len(field.texts)).tolist()]
    highs = [field.texts[code] for code in (found % len(field.texts)).tolist()]
    scores = cpdist(lows, highs, scorer=JaroWinkler.similarity, dtype=np.float32)
    # A common start lifts the score of texts in one order only by rounding; equal inputs give equal outputs.
    result[wanted] = np.asarray(scores, dtype=np.float32)[back]
    return result


def _email_levels(people: People, first: Codes, second: Codes) -> npt.NDArray[np.int8]:
    fields = people.fields
    both, equal = _both(fields["email"], first, second)
    mailbox_both, mailbox_equal = _both(fields["mailbox"], first, second)
    domain_equal = _both(fields["domain"], first, second)[1]
    work = fields["work_domain"].codes
    one_private = both & ((work[first] < 0) != (work[second] < 0))
    rest = both & ~equal
    same_start = _both(fields["mailbox_initial"], first, second)[1]
    mailbox = similarity(fields["mailbox"], first, second, rest & ~mailbox_equal & same_start)
    mailbox[mailbox_equal] = 1.0
    domain = similarity(fields["domain"], first, second, rest & ~domain_equal & (mailbox >= 0.92))
    domain[domain_equal] = 1.0
    similar = rest & same_start & (mailbox >= 0.92) & (domain >= 0.9)
    same_work = domain_equal & (work[first] >= 0)
    return _pick(
        len(first),
        (equal, 0),
        (similar, 1),
        (mailbox_both & mailbox_equal, 2),
        (same_work, 3),
        (one_private, 4),
        (both, 5),
    )


def _phone_levels(people: People, first: Codes, second: Codes) -> npt.NDArray[np.int8]:
    field = people.fields["phone"]
    both, equal = _both(field, first, second)
    rest = both & ~equal
    near = np.zeros(len(first), dtype=bool)
    if rest.any():
        digits = field.digits  # as a matrix, so that one differing place is found without a loop
        one, other = field.codes[first[rest]], field.codes[second[rest]]
        near[rest] = (digits[one] != digits[other]).sum(axis=1) == 1
    return _pick(len(first), (equal, 0), (near, 1), (both, 2))


def _name_levels(people: People, first: Codes, second: Codes) -> npt.NDArray[np.int8]:
    fields = people.fields
    both, equal = _both(fields["name"], first, second)
    last_both, last_equal = _both(fields["last"], first, second)
    first_both, first_equal = _both(fields["first"], first, second)
    short = fields["only_initial"].codes
    an_initial = _both(fields["initial"], first, second)[1] & ((short[first] >= 0) | (short[second] >= 0))
    no_first = last_both & ~first_both
    rest = both & ~equal
    last = similarity(fields["last"], first, second, rest & last_both & ~last_equal)
    last[last_equal] = 1.0
    given = similarity(fields["first"], first, second, rest & first_both & ~first_equal & (last >= 0.85))
    given[first_equal] = 1.0
    whole = similarity(fields["name"], first, second, rest & ~last_equal & ~first_equal)
    short_form = rest & last_equal & (first_equal | an_initial | no_first)
    similar = rest & (
        (last_both & first_both & (last >= 0.85) & (given >= 0.85) & (last + given >= 1.75))
        | (no_first & (last >= 0.9))
        | (whole >= 0.94)
    )
    given_only = both & first_equal & ~last_both
    return _pick(
        len(first),
        (given_only, 3),
        (equal, 0),
        (short_form, 1),
        (similar, 2),
        (first_equal, 4),
        (last_equal, 5),
        (both, 6),
    )


def _company_levels(people: People, first: Codes, second: Codes) -> npt.NDArray[np.int8]:
    fields = people.fields
    field = fields["company"]
    both, equal = _both(field, first, second)
    # Texts this much alike begin alike, so the others need no closer look.
    opening = _both(fields["company_start"], first, second)[1]
    rest = both & ~equal
    similar = rest & opening & (similarity(field, first, second, rest & opening) >= 0.93)
    share_word = opening | _both(fields["company_end"], first, second)[1]
    part = np.zeros(len(first), dtype=bool)
    unsure = np.flatnonzero(rest & ~similar & share_word)
    if len(unsure):
        words = field.words
        part[unsure] = [
            words[one] <= words[other] or words[other] <= words[one]
            for one, other in zip(
                field.codes[first[unsure]].tolist(), field.codes[second[unsure]].tolist(), strict=True
            )
        ]
    at_work = _both(fields["work_domain"], first, second)[1] | _both(fields["site"], first, second)[1]
    return _pick(len(first), (equal, 0), (similar, 1), (part, 2), (at_work, 3), (both, 4))


def _address_levels(people: People, first: Codes, second: Codes) -> npt.NDArray[np.int8]:
    fields = people.fields
    street_both, street_equal = _both(fields["street"], first, second)
    code_both, code_equal = _both(fields["postcode"], first, second)
    city_both, city_equal = _both(fields["city"], first, second)
    elsewhere = (code_both | city_both) & ~code_equal & ~city_equal
    score = similarity(fields["street"], first, second, street_both & ~street_equal & ~elsewhere)
    score[street_equal] = 1.0
    return _pick(
        len(first),
        (street_equal & ~elsewhere, 0),
        (street_both & (score >= 0.88) & ~elsewhere, 1),
        (code_equal, 2),
        (city_equal | street_equal, 3),
        (street_both | code_both | city_both, 4),
    )


def _deal_levels(people: People, first: Codes, second: Codes, nobody: Mask) -> npt.NDArray[np.int8]:
    """Return whether two rows of one account or person look like two deals.

    ``nobody`` marks pairs that no name and no email connects: there one differing fact is enough.
    """
    one, other = people.amount[first], people.amount[second]
    both = ~np.isnan(one) & ~np.isnan(other)
    same = both & (np.abs(one - other) <= 0.01 * np.maximum(np.abs(one), np.abs(other)))
    apart = np.abs(people.close_day[first] - people.close_day[second])
    dated = ~np.isnan(apart)
    moved = dated & (apart > 31)
    reopened = people.ended[first] != people.ended[second]
    two_deals = (both & ~same & (moved | reopened)) | (nobody & ((both & ~same) | (dated & (apart > 0))))
    return _pick(
        len(first),
        (two_deals, 3),
        (same & dated & (apart == 0), 0),
        (same, 1),
        (both, 2),
    )
