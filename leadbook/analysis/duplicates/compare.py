"""How well two rows agree on each thing: one level number a pair and thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from leadbook.analysis.duplicates.fields import both_hold
from leadbook.analysis.duplicates.levels import LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadbook.analysis.duplicates.fields import Codes, Field, Mask
    from leadbook.analysis.duplicates.rows import Rows, Thing

Levels = npt.NDArray[np.int8]
Similarities = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Compared:
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
        given, surname, swapped = _person(rows, first, second)
        levels[places["given"]] = given
        levels[places["surname"]] = surname
    for place, thing in enumerate(rows.things):
        if thing.kind not in places:
            levels[place] = _COMPARERS[thing.kind](rows, thing, first, second)
    return Compared(first, second, levels, swapped)


def _pick(n: int, *conditions: tuple[Mask, int]) -> Levels:
    """Return the level of the first condition that holds, -1 where none does."""
    levels = np.full(n, -1, dtype=np.int8)
    for mask, level in reversed(conditions):
        levels[mask] = level
    return levels


def _distinct(one: Field, other: Field, left: Codes, right: Codes) -> tuple[Codes, Codes, Codes]:
    """Return each combination of two values once, and where each pair finds its own."""
    if one.texts is other.texts:
        left, right = np.minimum(left, right), np.maximum(left, right)
    width = max(len(other.texts), 1)
    back, found = pd.factorize(left * width + right)
    return found // width, found % width, back


def _letters_apart(one: Field, other: Field, left: Codes, right: Codes) -> npt.NDArray[np.uint8]:
    return np.asarray(np.bitwise_count(one.letters[left] ^ other.letters[right]), dtype=np.uint8)


def slips(one: Field, other: Field, left: Codes, right: Codes) -> tuple[Mask, Mask]:
    """Return which values are one slip apart, and which are similar.

    Parameters
    ----------
    one, other : Field
    left, right : arrays of int
        Value codes, not blank and not equal.

    Notes
    -----
    A slip is a letter left out, put in, wrong or exchanged with the next (two of them from seven letters on),
    spaces aside. Similar means a common start and most letters in order (Jaro-Winkler at least 0.88), or one
    being the whole beginning or end of the other from four letters on.
    """
    from rapidfuzz.distance import JaroWinkler  # noqa: PLC0415 - loads only when something is compared
    from rapidfuzz.process import cpdist  # noqa: PLC0415 - as above

    if not len(left):
        return np.zeros(0, dtype=bool), np.zeros(0, dtype=bool)
    lows, highs, back = _distinct(one, other, left, right)
    found, close = _slipped(one, other, lows, highs)
    alike = np.zeros(len(lows), dtype=bool)
    rest = close[~found[close]]
    scores = cpdist(
        one.texts_at(lows[rest]),
        other.texts_at(highs[rest]),
        scorer=JaroWinkler.similarity,
        score_cutoff=0.85,  # a little less, so that rounding decides nothing
        dtype=np.float32,
    )
    alike[rest] = np.asarray(scores) >= 0.86
    part = np.flatnonzero(~found & ~alike & _within(one, other, lows, highs))
    alike[part] = [
        _is_part(one.squeezed[low], other.squeezed[high])
        for low, high in zip(lows[part].tolist(), highs[part].tolist(), strict=True)
    ]
    return found[back], alike[back]


def only_slips(field: Field, left: Codes, right: Codes) -> Mask:
    """Return which values are one slip apart, as ``slips`` does, where it doesn't matter what is similar."""
    if not len(left):
        return np.zeros(0, dtype=bool)
    lows, highs, back = _distinct(field, field, left, right)
    return _slipped(field, field, lows, highs)[0][back]


def _slipped(one: Field, other: Field, lows: Codes, highs: Codes) -> tuple[Mask, Codes]:
    """Return which values are one slip apart, and the places of those that are not far apart in letters."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - loads only when something is compared
    from rapidfuzz.process import cpdist  # noqa: PLC0415 - as above

    # Two slips change at most four kinds of letter; most pairs of different words differ in more.
    apart = _letters_apart(one, other, lows, highs)
    close = np.flatnonzero(apart <= 6)
    low_texts, high_texts = one.squeezed_at(lows[close]), other.squeezed_at(highs[close])
    edits = np.asarray(cpdist(low_texts, high_texts, scorer=OSA.distance, score_cutoff=2, dtype=np.int32))
    shorter = np.minimum(one.lengths[lows[close]], other.lengths[highs[close]])
    found = np.zeros(len(lows), dtype=bool)
    found[close] = (edits <= 1) & (shorter >= 3) | (edits <= 2) & (shorter >= 7) | (edits == 0)
    return found, close


def _within(one: Field, other: Field, left: Codes, right: Codes, least: int = 4) -> Mask:
    """Return where the letters of one value are all among the other's."""
    a, b = one.letters[left], other.letters[right]
    common = a & b
    enough = np.minimum(one.lengths[left], other.lengths[right]) >= least
    return np.asarray(((common == a) | (common == b)) & enough)


def _is_part(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and (long.startswith(short) or long.endswith(short))


def _person(rows: Rows, first: Codes, second: Codes) -> tuple[Levels, Levels, Mask]:
    """Return the levels of first and last name, the way round in which they agree better."""
    given, surname = rows.fields["given"], rows.fields["surname"]
    straight = (_given_levels(given, given, first, second), _surname_levels(surname, surname, first, second))
    bits_straight = _BITS["given"][straight[0]] + _BITS["surname"][straight[1]]
    g1, g2, l1, l2 = given.codes[first], given.codes[second], surname.codes[first], surname.codes[second]
    # Only where a first name could be the other's last name are they compared crosswise.
    letters = np.append(given.letters, np.uint64(0))
    near = ((g1 >= 0) & (l2 >= 0) & (np.bitwise_count(letters[g1] ^ letters[l2]) <= 3)) | (
        (l1 >= 0) & (g2 >= 0) & (np.bitwise_count(letters[l1] ^ letters[g2]) <= 3)
    )
    asked = np.flatnonzero(near & (bits_straight < _CLEARLY_STRAIGHT))
    swapped = np.zeros(len(first), dtype=bool)
    if len(asked):
        one, other = first[asked], second[asked]
        crossed_given = _surname_levels(given, surname, one, other)
        crossed_surname = _surname_levels(surname, given, one, other)
        bits = _BITS["surname"][crossed_given] + _BITS["surname"][crossed_surname] - SWAP_BITS
        better = bits > np.maximum(bits_straight[asked], 0)
        chosen = asked[better]
        swapped[chosen] = True
        table = np.array([0, 2, 3, 5, -1], dtype=np.int8)  # from the levels of last names to those of first names
        straight[0][chosen] = table[crossed_given[better]]
        straight[1][chosen] = crossed_surname[better]
    return straight[0], straight[1], swapped


# Exchanged names are rare among true pairs: so many bits less than in their places.
SWAP_BITS = 3.0
_CLEARLY_STRAIGHT = 12.0
_BITS = {kind: np.array([*(level.weight for level in LEVELS[kind]), 0.0]) for kind in ("given", "surname")}


def _given_levels(one: Field, other: Field, first: Codes, second: Codes) -> Levels:
    from leadbook.analysis.duplicates.nicknames import NICKNAMES  # noqa: PLC0415 - a table only this needs

    left, right = one.codes[first], other.codes[second]
    both = (left >= 0) & (right >= 0)
    equal = both & (left == right)
    rest = np.flatnonzero(both & ~equal)
    short = np.zeros(len(first), dtype=bool)
    slip, similar, partly = short.copy(), short.copy(), short.copy()
    if len(rest):
        words = [text.partition(" ")[0] for text in one.texts]
        full = pd.factorize(np.array([NICKNAMES.get(word, word) for word in words], dtype=object))[0]
        initial = pd.factorize(np.array([word[:1] for word in words], dtype=object))[0]
        single = np.fromiter((len(word) == 1 for word in words), bool, len(words))
        a, b = left[rest], right[rest]
        short[rest] = (full[a] == full[b]) | ((initial[a] == initial[b]) & (single[a] | single[b]))
        slip[rest], similar[rest] = slips(one, other, a, b)
        # Pat may be Patrick as well as Patricia.
        begun = np.flatnonzero(_within(one, other, a, b, 3) & ~short[rest] & ~slip[rest])
        short[rest[begun]] = [
            one.texts[low].startswith(other.texts[high]) or other.texts[high].startswith(one.texts[low])
            for low, high in zip(a[begun].tolist(), b[begun].tolist(), strict=True)
        ]
        partly[rest] = _partly_alike(one, other, a, b)
    return _pick(len(first), (equal, 0), (short, 1), (slip, 2), (similar, 3), (partly, 4), (both, 5))


def _partly_alike(one: Field, other: Field, left: Codes, right: Codes) -> Mask:
    """Return which names may be one badly garbled or cut off: most letters in order, or two letters of a longer one."""
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - loads only when something is compared
    from rapidfuzz.process import cpdist  # noqa: PLC0415 - as above

    lows, highs, back = _distinct(one, other, left, right)
    found = np.zeros(len(lows), dtype=bool)
    close = np.flatnonzero(_letters_apart(one, other, lows, highs) <= _GARBLED_APART)
    low_texts = [one.squeezed[code] for code in lows[close].tolist()]
    high_texts = [other.squeezed[code] for code in highs[close].tolist()]
    alike = np.asarray(cpdist(low_texts, high_texts, scorer=Indel.normalized_similarity, dtype=np.float32))
    found[close] = (alike >= _GARBLED) | np.fromiter(
        (len(low) != len(high) and min(len(low), len(high)) == _CUT_OFF and low[:_CUT_OFF] == high[:_CUT_OFF]
         for low, high in zip(low_texts, high_texts, strict=True)),
        bool, len(close),
    )  # fmt: skip
    return found[back]


_GARBLED_APART = 6
_GARBLED = 0.6
_CUT_OFF = 2


def _surname_levels(one: Field, other: Field, first: Codes, second: Codes) -> Levels:
    left, right = one.codes[first], other.codes[second]
    both = (left >= 0) & (right >= 0)
    equal = both & (left == right)
    rest = np.flatnonzero(both & ~equal)
    slip = np.zeros(len(first), dtype=bool)
    similar = slip.copy()
    slip[rest], similar[rest] = slips(one, other, left[rest], right[rest])
    return _pick(len(first), (equal, 0), (slip, 1), (similar, 2), (both, 3))


def _slip_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    """Return equal, one slip apart, different."""
    field = rows.fields[thing.fields[0]]
    both, equal = both_hold(field, first, second)
    rest = np.flatnonzero(both & ~equal)
    slip = np.zeros(len(first), dtype=bool)
    slip[rest] = only_slips(field, field.codes[first[rest]], field.codes[second[rest]])
    return _pick(len(first), (equal, 0), (slip, 1), (both, 2))


def _city_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    field = rows.fields[thing.fields[0]]
    return _surname_levels(field, field, first, second)


def _text_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    """Return equal, nearly, mostly, partly equal, different: by spelling, and by the words both hold.

    Words count by how much they tell: "Hotel" in a list of hotels is next to nothing.
    """
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - loads only when something is compared
    from rapidfuzz.process import cpdist  # noqa: PLC0415 - as above

    field = rows.fields[thing.fields[0]]
    both, equal = both_hold(field, first, second)
    rest = np.flatnonzero(both & ~equal)
    levels = _pick(len(first), (equal, 0), (both, 4))
    if not len(rest):
        return levels
    lows, highs, back = _distinct(field, field, field.codes[first[rest]], field.codes[second[rest]])
    words = field.words
    shared = words.shared(lows, highs)
    total = words.total
    union = total[lows] + total[highs] - shared
    overlap = shared / np.maximum(union, 1e-9)
    part = shared / np.maximum(np.minimum(total[lows], total[highs]), 1e-9)
    apart = _letters_apart(field, field, lows, highs)
    lengths = np.maximum(field.lengths[lows], field.lengths[highs])
    close = np.flatnonzero((apart <= 4 + lengths // 6) | (overlap >= 0.2))
    spelled = np.zeros(len(lows), dtype=np.float32)
    spelled[close] = cpdist(
        field.squeezed_at(lows[close]),
        field.squeezed_at(highs[close]),
        scorer=Indel.normalized_similarity,
        dtype=np.float32,
    )
    begun = np.zeros(len(lows), dtype=bool)
    maybe = close[(spelled[close] >= 0.5) & (np.minimum(field.lengths[lows[close]], field.lengths[highs[close]]) >= 6)]
    begun[maybe] = [
        field.squeezed[low].startswith(field.squeezed[high]) or field.squeezed[high].startswith(field.squeezed[low])
        for low, high in zip(lows[maybe].tolist(), highs[maybe].tolist(), strict=True)
    ]
    found = _pick(
        len(lows),
        ((spelled >= 0.9) | (overlap >= 0.85), 1),
        ((spelled >= 0.8) | (overlap >= 0.55) | (part >= 0.95) | begun, 2),
        ((spelled >= 0.68) | (overlap >= 0.25) | (part >= 0.6), 3),
        (np.ones(len(lows), dtype=bool), 4),
    )
    levels[rest] = found[back]
    return levels


def _email_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    name = thing.fields[0]
    fields = rows.fields
    both, equal = both_hold(fields[name], first, second)
    mailbox, domain, work = (fields[f"{name} {part}"] for part in ("mailbox", "domain", "work"))
    rest = np.flatnonzero(both & ~equal)
    one, other = first[rest], second[rest]
    mailbox_equal = mailbox.codes[one] == mailbox.codes[other]
    domain_equal = domain.codes[one] == domain.codes[other]
    near_box, near_host = mailbox_equal.copy(), domain_equal.copy()
    unsure = np.flatnonzero(~mailbox_equal)
    near_box[unsure] = only_slips(mailbox, mailbox.codes[one[unsure]], mailbox.codes[other[unsure]])
    # anna41 and anna57 are two accounts.
    unsure = unsure[near_box[unsure]]
    near_box[unsure] = [
        _digits(mailbox.texts[low]) == _digits(mailbox.texts[high])
        or _one_edit(mailbox.texts[low], mailbox.texts[high])
        for low, high in zip(mailbox.codes[one[unsure]].tolist(), mailbox.codes[other[unsure]].tolist(), strict=True)
    ]
    unsure = np.flatnonzero(~domain_equal & near_box)
    near_host[unsure] = only_slips(domain, domain.codes[one[unsure]], domain.codes[other[unsure]])
    similar, same_box, same_work, private = (np.zeros(len(first), dtype=bool) for _ in range(4))
    similar[rest] = near_box & near_host
    same_box[rest] = near_box & mailbox_equal
    same_work[rest] = domain_equal & (work.codes[one] >= 0)
    private[rest] = (work.codes[one] < 0) != (work.codes[other] < 0)
    return _pick(len(first), (equal, 0), (similar, 1), (same_box, 2), (same_work, 3), (private, 4), (both, 5))


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _phone_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    field = rows.fields[thing.fields[0]]
    both, equal = both_hold(field, first, second)
    rest = np.flatnonzero(both & ~equal)
    near = np.zeros(len(first), dtype=bool)
    near[rest] = only_slips(field, field.codes[first[rest]], field.codes[second[rest]])
    return _pick(len(first), (equal, 0), (near, 1), (both, 2))


def _number_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    field = rows.fields[thing.fields[0]]
    both, equal = both_hold(field, first, second)
    rest = np.flatnonzero(both & ~equal)
    lows, highs, back = _distinct(field, field, field.codes[first[rest]], field.codes[second[rest]])
    part = np.zeros(len(lows), dtype=bool)
    shared = field.words.shared(lows, highs) > 0
    within = field.letters[lows] & field.letters[highs]
    maybe = np.flatnonzero((within == field.letters[lows]) | (within == field.letters[highs]))
    part[maybe] = [
        _one_edit(field.squeezed[low], field.squeezed[high])
        for low, high in zip(lows[maybe].tolist(), highs[maybe].tolist(), strict=True)
    ]
    partly = np.zeros(len(first), dtype=bool)
    partly[rest] = (part | shared)[back]
    return _pick(len(first), (equal, 0), (partly, 1), (both, 2))


def _one_edit(one: str, other: str) -> bool:
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - loads only when something is compared

    return OSA.distance(one, other, score_cutoff=1) <= 1


def _date_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - loads only when something is compared
    from rapidfuzz.process import cpdist  # noqa: PLC0415 - as above

    field = rows.fields[thing.fields[0]]
    both, equal = both_hold(field, first, second)
    rest = np.flatnonzero(both & ~equal)
    lows, highs, back = _distinct(field, field, field.codes[first[rest]], field.codes[second[rest]])
    low_texts = [field.texts[code] for code in lows.tolist()]
    high_texts = [field.texts[code] for code in highs.tolist()]
    edits = np.asarray(cpdist(low_texts, high_texts, scorer=OSA.distance, dtype=np.int32))
    parts = [(text[:4], text[4:6], text[6:8]) for text in field.texts]
    same = np.array(
        [
            sum(a == b for a, b in zip(parts[low], parts[high], strict=True))
            for low, high in zip(lows, highs, strict=True)
        ],
        dtype=np.int64,
    )
    turned = np.array(
        [low[:4] == high[:4] and low[4:6] == high[6:8] and low[6:8] == high[4:6]
         for low, high in zip(low_texts, high_texts, strict=True)],
        dtype=bool,
    )  # fmt: skip
    one, two = np.zeros(len(first), dtype=bool), np.zeros(len(first), dtype=bool)
    one[rest] = ((edits <= 1) | turned)[back] if len(rest) else False
    two[rest] = ((edits <= 2) | (same >= 2))[back] if len(rest) else False
    return _pick(len(first), (equal, 0), (one, 1), (two, 2), (both, 3))


def _mark_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    """Return whether any model number is on both sides; one character off is mostly another model."""
    field = rows.fields[thing.fields[0]]
    both, equal = both_hold(field, first, second)
    rest = np.flatnonzero(both & ~equal)
    lows, highs, back = _distinct(field, field, field.codes[first[rest]], field.codes[second[rest]])
    near = np.zeros(len(first), dtype=bool)
    equal[rest] = (field.words.shared(lows, highs) > 0)[back]
    near[rest] = np.array(
        [
            _one_edit(field.texts[low], field.texts[high])
            for low, high in zip(lows.tolist(), highs.tolist(), strict=True)
        ],
        dtype=bool,
    )[back]
    return _pick(len(first), (equal, 0), (near, 1), (both, 2))


def _figure_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    field = rows.fields[thing.fields[0]]
    both, equal = both_hold(field, first, second)
    values = np.append(pd.to_numeric(pd.Series(field.texts, dtype=object), errors="coerce").to_numpy(float), np.nan)
    one, other = values[field.codes[first]], values[field.codes[second]]
    near = both & (np.abs(one - other) <= 0.05 * np.maximum(np.abs(one), np.abs(other)))
    return _pick(len(first), (equal, 0), (near, 1), (both, 2))


def _deal_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    """Return whether two rows of one account or person look like two deals.

    Where no name and no email connects two rows, one differing fact is enough.
    """
    del thing
    deals = rows.deals
    if deals is None:
        return np.full(len(first), -1, dtype=np.int8)
    one, other = deals.amount[first], deals.amount[second]
    both = ~np.isnan(one) & ~np.isnan(other)
    same = both & (np.abs(one - other) <= 0.01 * np.maximum(np.abs(one), np.abs(other)))
    apart = np.abs(deals.close_day[first] - deals.close_day[second])
    dated = ~np.isnan(apart)
    moved = dated & (apart > 31)
    reopened = deals.ended[first] != deals.ended[second]
    nobody = ~(_both_say(rows, ("given", "surname"), first, second) | _both_say(rows, ("email",), first, second))
    two_deals = (both & ~same & (moved | reopened)) | (nobody & ((both & ~same) | (dated & (apart > 0))))
    return _pick(len(first), (two_deals, 3), (same & dated & (apart == 0), 0), (same, 1), (both, 2))


def _both_say(rows: Rows, names: tuple[str, ...], first: Codes, second: Codes) -> Mask:
    """Return where both rows hold something in one of some fields."""
    says = np.zeros(rows.count, dtype=bool)
    for name in names:
        if name in rows.fields:
            says |= rows.fields[name].codes >= 0
    return np.asarray(says[first] & says[second])


_COMPARERS: dict[str, Callable[[Rows, Thing, Codes, Codes], Levels]] = {
    "email": _email_levels, "phone": _phone_levels, "company": _text_levels, "street": _text_levels,
    "street2": _text_levels,
    "text": _text_levels, "website": _slip_levels, "number": _number_levels, "city": _city_levels,
    "postcode": _slip_levels, "region": _slip_levels, "date": _date_levels, "figure": _figure_levels,
    "choice": _slip_levels,
    "code": _slip_levels, "mark": _mark_levels, "deal": _deal_levels,
}  # fmt: skip
