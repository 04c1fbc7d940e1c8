"""Which of very many pairs are worth a closer look: the others cannot reach even odds whatever it would show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.duplicates.fields import same_edge
from leadbook.analysis.duplicates.levels import DUPLICATES_A_ROW, LEVELS

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.duplicates.fields import Codes, Field, Mask
    from leadbook.analysis.duplicates.rows import Rows

# Fewer pairs are all compared: it takes no time, and the model learns from every one.
MANY = 60_000
# A list may be so much fuller of duplicates than lists usually are, in bits.
_GRANTED = 4.0
_SLICE = 500_000
# Texts whose kinds of letter differ by more are further apart than two slips, and so are those that neither begin
# nor end with the same letters.
_SLIPS_APART = 4
_EDGE = 2
_SAME_START = 5
_TEXT_LEVELS = 5
_LONG = 20  # letters on average
_LONG_TEXT_BITS = 12.0
# What a model number on both sides, and what first and last name exchanged, may come to, in bits.
_SHARED_MARK = 16.0
_TURNED = 18.0
# An equal value counts for so many bits at most, however rare it is.
_MOST_BITS = 16.0
# Places of some outcomes in ``LEVELS``.
_SHORT_GIVEN, _MOSTLY, _SAME_DOMAIN = 1, 2, 3


def hopeful(rows: Rows, first: Codes, second: Codes) -> Mask:
    """Return which pairs may be one: all of them where there are few.

    Parameters
    ----------
    rows : Rows
    first, second : arrays of int
    """
    if len(first) <= MANY:
        return np.ones(len(first), dtype=bool)
    return np.concatenate(
        [
            _best_bits(rows, first[start : start + _SLICE], second[start : start + _SLICE]) >= 0
            for start in range(0, len(first), _SLICE)
        ]
    )


def _best_bits(rows: Rows, first: Codes, second: Codes) -> npt.NDArray[np.float32]:
    """Return the log2 odds if every comparison comes out as well as the letters allow."""
    bits = np.full(len(first), np.log2(2 * DUPLICATES_A_ROW / rows.count) + _GRANTED, dtype=np.float32)
    for thing in rows.things:
        if not thing.fields or thing.kind in {"given", "surname"}:
            continue
        name = thing.fields[0]
        weights = [level.weight for level in LEVELS[thing.kind]]
        if thing.kind == "email":
            part = _agreement(rows.fields[name], rows.fields[f"{name} mailbox"], first, second, "email")
            work = rows.fields[f"{name} work"].codes
            same = (work[first] >= 0) & (work[first] == work[second])
            part = np.where(same, np.maximum(part, np.float32(weights[_SAME_DOMAIN])), part)
        else:
            letters = rows.fields[f"{name} tail" if thing.kind == "phone" else name]
            part = _agreement(rows.fields[name], letters, first, second, thing.kind)
            if thing.kind == "mark":
                part = np.where(_shares_a_word(rows.fields[name], first, second), np.float32(_SHARED_MARK), part)
        bits += part
    if "given" in rows.fields:
        bits += _person(rows, first, second)
    return bits


def _shares_a_word(field: Field, first: Codes, second: Codes) -> Mask:
    one, other = field.codes[first], field.codes[second]
    found = np.zeros(len(first), dtype=bool)
    there = np.flatnonzero((one >= 0) & (other >= 0))
    found[there] = field.words.shared(one[there], other[there]) > 0
    return found


def _agreement(whole: Field, letters: Field, first: Codes, second: Codes, kind: str) -> npt.NDArray[np.float32]:
    """Return the weight of equal values, of values near in letters, and of others; 0 for blanks."""
    levels = LEVELS[kind]
    one, other = whole.codes[first], whole.codes[second]
    # An equal value counts by how rare it is; the last is for blanks.
    rare = np.log2(levels[0].m * max(whole.filled, 1) / np.maximum(whole.counts - 1, 1))
    best = np.where(_near(letters, first, second), np.float32(levels[1].weight), np.float32(levels[-1].weight))
    if len(levels) == _TEXT_LEVELS and kind not in {"given", "surname"}:
        # A name and the same with more words behind or before it.
        begun = same_edge(letters.edges(_SAME_START), one, other)
        if whole.lengths.mean() > _LONG:
            # In long texts the same words stand anywhere; they share most of their letters by then.
            shared = np.append(letters.letters, np.uint64(0))
            begun |= np.bitwise_count(shared[one] ^ shared[other]) <= _LONG // 2
            best = np.where(begun, np.float32(_LONG_TEXT_BITS), best)
        best = np.where(begun, np.maximum(best, np.float32(levels[_MOSTLY].weight)), best)
    equal = np.append(np.clip(rare, 0.0, _MOST_BITS), 0.0).astype(np.float32)[one]
    return np.where((one < 0) | (other < 0), np.float32(0), np.where(one == other, equal, best))


def _near(field: Field, first: Codes, second: Codes) -> Mask:
    """Return where two values may be a slip or two apart, or hold the same words in another order."""
    one, other = field.codes[first], field.codes[second]
    letters = np.append(field.letters, np.uint64(0))  # the last is for blanks
    apart = np.bitwise_count(letters[one] ^ letters[other])
    edge = same_edge(field.edges(_EDGE), one, other)
    return np.asarray((edge & (apart <= _SLIPS_APART)) | (apart <= _SLIPS_APART // 2), dtype=bool)


def _person(rows: Rows, first: Codes, second: Codes) -> npt.NDArray[np.float32]:
    given, surname = rows.fields["given"], rows.fields["surname"]
    straight = _agreement(given, given, first, second, "given")
    # A nickname shares few letters with the full name.
    short = (straight < 0) & _same_full_name(given, first, second)
    straight = np.where(short, np.float32(LEVELS["given"][_SHORT_GIVEN].weight), straight)
    straight += _agreement(surname, surname, first, second, "surname")
    letters = np.append(given.letters, np.uint64(0))
    g1, g2, l1, l2 = (letters[codes] for codes in (given.codes[first], given.codes[second],
                                                   surname.codes[first], surname.codes[second]))  # fmt: skip
    one = (g1 != 0) & (l2 != 0) & (np.bitwise_count(g1 ^ l2) <= _SLIPS_APART // 2)
    other = (l1 != 0) & (g2 != 0) & (np.bitwise_count(l1 ^ g2) <= _SLIPS_APART // 2)
    turned = np.where(one & other, _TURNED, np.where(one | other, _TURNED / 2, -np.inf))
    return np.maximum(straight, turned).astype(np.float32)


def _same_full_name(given: Field, first: Codes, second: Codes) -> Mask:
    from leadbook.analysis.duplicates.normalise import full_forms  # noqa: PLC0415 - a table only this needs

    full = np.append(np.unique(np.array(full_forms(given.texts) or [""], dtype=object), return_inverse=True)[1], -1)
    initial = np.append(np.unique(np.array([text[:1] for text in given.texts] or [""]), return_inverse=True)[1], -1)
    one, other = given.codes[first], given.codes[second]
    short = np.append(given.lengths == 1, False)
    return np.asarray(
        (full[one] == full[other]) | ((initial[one] == initial[other]) & (short[one] | short[other])), dtype=bool
    )


__all__ = ["MANY", "hopeful"]
