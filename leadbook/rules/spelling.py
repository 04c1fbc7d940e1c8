"""Which rare spelling of a column is a slip of a frequent, or a known, one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from leadbook.rules.distinct import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

# Below this many cells a spelling is too rare to judge another one by.
FREQUENT = 5
# A frequent spelling must outnumber the slip so many times.
OUTNUMBERS = 10
# At most so many comparisons a column; beyond, suspects meet only the most frequent spellings.
MOST_COMPARISONS = 600_000


def key(text: str) -> str:
    """Return a text without case and with single spaces."""
    return " ".join(text.split()).casefold()


def nearest(text: str, vocabulary: Iterable[str], *, cutoff: float = 0.75) -> str | None:
    """Return the word of a short vocabulary that a text most likely means, None when none is near.

    Case and spaces do not count; ``cutoff`` is a Jaro-Winkler similarity, 0 to 1, and at most a third of the word may
    differ. Ties go to the earlier word.
    """
    from rapidfuzz.distance import OSA, JaroWinkler  # noqa: PLC0415 - loads only when something is misspelt

    wanted = key(text)
    best, best_score = None, cutoff
    for word in vocabulary:
        meant = key(word)
        score = JaroWinkler.similarity(wanted, meant)
        # A shared beginning alone makes no slip: Closeout is not Closing.
        if score > best_score and OSA.distance(wanted, meant) <= max(1, len(meant) // 3):
            best, best_score = word, score
    return best


def case_variants(counts: Mapping[str, int], settled: Iterable[str] = ()) -> dict[str, str]:
    """Return spellings that differ from a prevailing one in case or spaces only, with that one.

    Parameters
    ----------
    counts : mapping of str to int
        Each spelling and how many cells hold it.
    settled : iterable of str
        Spellings that Settings prescribe; they prevail whatever their count.

    Notes
    -----
    A spelling prevails over another when more cells hold it; at equal counts neither does.
    """
    prescribed = {key(word): word for word in settled}
    folded_texts = fold(list(counts))
    if not prescribed and len(set(folded_texts)) == len(folded_texts):
        return {}
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for folded, text in zip(folded_texts, counts, strict=True):
        groups[folded].append(text)
    found: dict[str, str] = {}
    for folded, spellings in groups.items():
        right = prescribed.get(folded)
        if right is None:
            ranked = sorted(spellings, key=lambda text: (-counts[text], text))
            if len(ranked) < 2 or counts[ranked[0]] == counts[ranked[1]]:
                continue
            right = ranked[0]
        found.update({text: right for text in spellings if text != right})
    return found


def slips(counts: Mapping[str, int], settled: Collection[str] = (), dictionary: Collection[str] = ()) -> dict[str, str]:
    """Return spellings that are most likely slips, each with what was meant.

    Parameters
    ----------
    counts : mapping of str to int
        Each spelling and how many cells hold it.
    settled : iterable of str
        Spellings that Settings prescribe; whatever is near one of them is a slip of it, however frequent.
    dictionary : iterable of str
        Words of the language, likewise; they are never slips themselves.

    Returns
    -------
    dict of str to str
        Case variants are left to ``case_variants``. A suggestion from the dictionary follows the case of the
        slip.

    Notes
    -----
    Near means an optimal string alignment distance of at most 1 from 5 letters on and at most 2 from 9 on, or the
    same letters apart from spaces and punctuation. Spellings that differ in their digits name different things
    (GTK 500, GTK 600). In a column of very many spellings only the most frequent ones are compared with; there,
    the duplicate search finds what is left.
    """
    if not settled and not dictionary and 3 * max(counts.values(), default=0) < OUTNUMBERS and len(counts) > 500:
        return {}  # no spelling, cases together, can outnumber another one
    folded_texts = fold(list(counts))
    merged = _merged(folded_texts, counts)
    prescribed = {key(word): word for word in settled}
    words = {key(word): word for word in dictionary}
    trusted = prescribed.keys() | words.keys()
    frequent = [text for text, count in merged.items() if count >= FREQUENT]
    targets = list(dict.fromkeys([*prescribed, *words, *sorted(frequent, key=lambda text: (-merged[text], text))]))
    if not targets:
        return _run_together(counts, ())
    most = max(merged.values(), default=0)
    suspects = [
        text
        for text, count in merged.items()
        if text not in trusted and len(text) >= 4 and (trusted or count * OUTNUMBERS <= most)
    ]
    if not suspects:
        return _run_together(counts, ())
    concerned = {*suspects, *targets}
    spellings: defaultdict[str, list[str]] = defaultdict(list)
    for folded, text in zip(folded_texts, counts, strict=True):
        if folded in concerned:
            spellings[folded].append(text)
    found: dict[str, str] = {}
    for suspect, target in _meant(suspects, targets, merged, trusted).items():
        meant = prescribed.get(target) or _commonest(spellings.get(target, ()), counts)
        found.update({text: meant or _cased_as(text, words[target]) for text in spellings[suspect]})
    return found | _run_together(counts, found.keys())


def _merged(folded_texts: list[str], counts: Mapping[str, int]) -> Counter[str]:
    """Return how many cells hold each folded text."""
    plain = dict(zip(folded_texts, counts.values(), strict=True))
    if len(plain) == len(folded_texts):
        return Counter(plain)
    merged: Counter[str] = Counter()
    for folded, count in zip(folded_texts, counts.values(), strict=True):
        merged[folded] += count
    return merged


def _meant(suspects: list[str], targets: list[str], merged: Counter[str], trusted: Collection[str]) -> dict[str, str]:
    """Return which target each suspect most likely means; suspects without one are left out."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - loads only when there is text to compare

    squeezed: defaultdict[str, list[str]] = defaultdict(list)
    for target in targets:
        squeezed[_letters(target)].append(target)
    near = _candidates(suspects, targets)
    meant: dict[str, str] = {}
    for suspect in suspects:
        options: list[tuple[int, int, str]] = []
        for target in {*near.get(suspect, ()), *squeezed.get(_letters(suspect), ())}:
            if target == suspect or not (target in trusted or merged[target] >= OUTNUMBERS * merged[suspect]):
                continue
            if _digits(target) != _digits(suspect):
                continue
            shorter = min(len(suspect), len(target))
            limit = 2 if shorter >= 9 else 1
            distance = 0 if _letters(target) == _letters(suspect) else OSA.distance(suspect, target, score_cutoff=limit)
            if distance <= limit and (distance == 0 or shorter >= 5):
                options.append((distance, -merged[target], target))
        if options:
            meant[suspect] = min(options)[2]
    return meant


def _candidates(suspects: list[str], targets: list[str]) -> Mapping[str, Iterable[str]]:
    """Return for each suspect the targets at most two slips away."""
    from rapidfuzz import process  # noqa: PLC0415 - loads only when there is text to compare
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - as above

    targets = targets[: max(1, MOST_COMPARISONS // len(suspects))]
    by_length: defaultdict[int, list[str]] = defaultdict(list)
    for suspect in suspects:
        by_length[len(suspect)].append(suspect)
    close: defaultdict[str, list[str]] = defaultdict(list)
    for length, alike in by_length.items():
        apart = 2 if length >= 9 else 1
        within = [target for target in targets if abs(len(target) - length) <= apart]
        if not within:
            continue
        distances = process.cdist(alike, within, scorer=OSA.distance, score_cutoff=apart, dtype=np.uint8)
        rows, columns = (distances <= apart).nonzero()
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            close[alike[row]].append(within[column])
    return close


def _run_together(counts: Mapping[str, int], done: Iterable[str]) -> dict[str, str]:
    """Return words such as GTXPro that lack the space between two words which the column knows (GTX, Pro)."""
    if len(counts) > 500:  # only a short list of names has words of its own
        return {}
    known: Counter[str] = Counter()
    for text in counts:
        known.update(set(text.split()))
    found: dict[str, str] = {}
    for text in counts:
        if text in done or " " in text or len(text) < 5:
            continue
        for cut in re.finditer(r"(?<=[A-Za-z])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])", text):
            first, second = text[: cut.start()], text[cut.start() :]
            if known[first] >= 2 and known[second] >= 1 and len(first) >= 2 and len(second) >= 2:
                found[text] = f"{first} {second}"
                break
    return found


def _commonest(spellings: Iterable[str], counts: Mapping[str, int]) -> str:
    return max(spellings, key=lambda text: (counts[text], text), default="")


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _digits(text: str) -> str:
    return re.sub(r"\D+", "", text)


def _cased_as(model: str, word: str) -> str:
    if model.islower():
        return word.lower()
    return word.upper() if model.isupper() else word
