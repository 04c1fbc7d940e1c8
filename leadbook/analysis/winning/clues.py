"""Clues that a column was filled in after the outcome; each is a function from a suspect to its evidence.

A strong clue suffices by itself. Of the weaker ones it takes two, one of them about the data and not about words, since
each of them has honest causes too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.winning.suspects import SURE, Suspect, chi_square, differs

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Clue = Callable[[Suspect], str]

LEAST_FILLED = 0.3
TENTH = 0.1
TOO_GOOD = 0.45
"""A column that alone takes away so much of the uncertainty about the outcome knows it: a sum of ten honest columns
hardly does."""
VERDICT, HALF_VERDICT = 12.0, 4.0
"""Odds so many times below and above the average, by the words of one column, are a verdict and no circumstance."""
BLOCKS = 20
LEADS_A_BLOCK = 25
FULL, EMPTY = 0.85, 0.15
REMIXED = 0.2

_VERDICT_WORDS = re.compile(
    r"\b(?:won|lost|clos(?:ed|ing)|convert(?:ed)?|signed|potential|probable|(?:un)?likely|might|maybe|not sure|worst|"
    r"best|good|bad|poor|high|medium|low|hot|warm|cold|relevan(?:t|ce)|(?:un)?qualified|(?:not )?interested|eligible|"
    r"junk|spam|rejected|approved|churn(?:ed)?)\b"
)
_AFTERWARDS = re.compile(
    r"\b(?:outcome|result|reason|status|stage|clos(?:e|ed|ing)|won|win|lost|loss|final|contract|invoice|paid|signed|"
    r"commission|churn|convert(?:ed)?|conversion|disposition|tags?|quality|scores?|index|rating|rank|grade|probability|"
    r"modified|notable)\b"
)


def filled_late(suspect: Suspect) -> str:
    """Find a column that decided leads have and open ones lack."""
    late, now = _share(suspect.filled), _share(suspect.filled_open)
    if late < LEAST_FILLED or now > TENTH * late or not _told_apart(suspect):
        return ""
    return f"filled on {late:.0%} of the decided leads and {now:.0%} of the open ones"


def emptied_late(suspect: Suspect) -> str:
    """Find a column that open leads have and that is emptied once they are decided."""
    late, now = _share(suspect.filled), _share(suspect.filled_open)
    if now < LEAST_FILLED or late > TENTH * now or not _told_apart(suspect):
        return ""
    return f"filled on {now:.0%} of the open leads and emptied on the decided ones ({late:.0%})"


def other_words_open(suspect: Suspect) -> str:
    """Find a column in which open leads hold other words than decided ones."""
    labels = len(suspect.told.labels)
    one, other = suspect.filled.sum(), suspect.filled_open.sum()
    if labels < 2 or min(one, other) < 30 or suspect.told.kind != "words":
        return ""
    then = np.bincount(suspect.words, minlength=labels)[:labels] / one
    now = np.bincount(suspect.told.codes[suspect.open][suspect.filled_open], minlength=labels) / other
    shared = float(np.minimum(then, now).sum())
    if shared >= TENTH or labels > min(one, other) / 3:  # of names few are shared by any two groups
        return ""
    return f"the decided leads hold other words than the open ones ({shared:.0%} in common)"


def one_outcome(suspect: Suspect) -> str:
    """Find a column that is filled for one outcome alone, as an amount that only won deals have."""
    for name, mine, others in (
        ("won", suspect.filled_won, suspect.filled_lost),
        ("lost", suspect.filled_lost, suspect.filled_won),
    ):
        if mine >= 0.3 and others <= 0.02 and mine >= 20 * others and _by_outcome(suspect) >= SURE:
            other = "lost" if name == "won" else "won"
            return f"filled on {mine:.0%} of the {name} leads and {others:.0%} of the {other} ones"
    return ""


def too_good(suspect: Suspect) -> str:
    """Find a column that alone tells nearly everything about the outcome."""
    explained = suspect.tally.explained
    if explained < TOO_GOOD:
        return ""
    return (
        f"alone it takes away {explained:.0%} of the uncertainty about the outcome, which nothing known before it does"
    )


def verdict(suspect: Suspect) -> str:
    """Find a column whose words pass a verdict: nearly sure losses and nearly sure wins."""
    return _verdict(suspect, VERDICT)


def half_verdict(suspect: Suspect) -> str:
    """Find a column whose words come near to a verdict."""
    return _verdict(suspect, HALF_VERDICT)


def in_batches(suspect: Suspect) -> str:
    """Find a column that is filled in some stretches of the list and not in others, so not as leads come in.

    One that is blank up to a day and filled from then on is a column the team began to keep, and no suspect.
    """
    blocks = min(BLOCKS, len(suspect.decided) // LEADS_A_BLOCK)
    if blocks < 6:
        return ""
    rates = np.array([part.mean() for part in np.array_split(suspect.filled, blocks)])
    states = np.where(rates >= FULL, 1, np.where(rates <= EMPTY, -1, 0))
    full, empty = int((states == 1).sum()), int((states == -1).sum())
    known = states[states != 0]
    turns = int((known[1:] != known[:-1]).sum())
    if min(full, empty) < max(1, blocks // 10) or (turns < 2 and known[-1] == 1):
        return ""
    if turns < 2 and _share(suspect.filled_open) > EMPTY:
        return ""
    if max(suspect.tally.gain, 0) < SURE:
        return ""  # it tells nothing, so there is nothing to give away
    return (
        f"filled on nearly all leads in {full} of {blocks} equal stretches of the list and on hardly any in {empty}: "
        "entered in batches, not as leads came in"
    )


def dated_after(suspect: Suspect) -> str:
    """Find dates that lie on or after the day of the outcome."""
    if suspect.told.kind != "date":
        return ""
    days, known = suspect.told.numbers[suspect.decided], suspect.when[suspect.decided]
    both = ~np.isnan(days) & ~np.isnan(known)
    if both.sum() < 20:
        return ""
    after = float((days[both] >= known[both]).mean())
    return f"on or after the day of the outcome on {after:.0%} of the decided leads" if after >= 0.5 else ""


def remixed(suspect: Suspect) -> str:
    """Find words whose mix jumps from one stretch of the list to another, by more than chance would do."""
    blocks = min(BLOCKS, len(suspect.decided) // 30)
    if blocks < 6 or suspect.told.kind != "words":
        return ""
    parts = np.array_split(suspect.words, blocks)
    labels = len(suspect.told.labels) + 1
    whole = np.bincount(suspect.words, minlength=labels) / len(suspect.words)
    worst = 0.0
    for part in parts:
        apart = np.abs(np.bincount(part, minlength=labels) / len(part) - whole).sum() / 2
        by_chance = np.sqrt(whole * (1 - whole) / (2 * np.pi * len(part))).sum()
        worst = max(worst, float(apart - by_chance))
    return (
        f"in one stretch of the list {worst:.0%} of the leads hold other words than elsewhere"
        if worst >= REMIXED
        else ""
    )


def filled_by_outcome(suspect: Suspect) -> str:
    """Find a column that one outcome has filled far more often than the other."""
    if not suspect.told.blank_tells:
        return ""  # it is filled on the way, and those who are lost do not go it to the end
    if abs(suspect.filled_won - suspect.filled_lost) < 0.5 or _by_outcome(suspect) < SURE:
        return ""
    return f"filled on {suspect.filled_won:.0%} of the won leads and {suspect.filled_lost:.0%} of the lost ones"


def filled_later(suspect: Suspect) -> str:
    """Find a column that decided leads have filled far more often than open ones."""
    late, now = _share(suspect.filled), _share(suspect.filled_open)
    if late < LEAST_FILLED or now > 0.4 * late or not _told_apart(suspect):
        return ""
    return f"filled on {late:.0%} of the decided leads and only {now:.0%} of the open ones"


def words_of_verdict(suspect: Suspect) -> str:
    """Find words that judge a lead and do not describe it."""
    if suspect.told.kind != "words" or not suspect.filled.any():
        return ""
    judging = np.array([bool(_VERDICT_WORDS.search(label.casefold())) for label in suspect.told.labels] + [False])
    hit = judging[suspect.words]
    share = float(hit.sum() / suspect.filled.sum())
    if share < 0.2:
        return ""
    said = [label for label, judges in zip(suspect.told.labels, judging.tolist(), strict=False) if judges]
    return f"its words judge the lead (“{'”, “'.join(said[:2])}”)"


def header_of_afterwards(suspect: Suspect) -> str:
    """Find a header that names what is known afterwards."""
    found = _AFTERWARDS.search(re.sub(r"[_\W]+", " ", suspect.told.header).casefold())
    return f"its header speaks of “{found[0]}”" if found else ""


STRONG: tuple[Clue, ...] = (
    filled_late, emptied_late, other_words_open, one_outcome, too_good, verdict, in_batches, dated_after
)  # fmt: skip
BY_BLANKS: tuple[Clue, ...] = (filled_late, emptied_late, one_outcome)
WEAK_BY_DATA: tuple[Clue, ...] = (half_verdict, remixed, filled_by_outcome, filled_later)
WEAK_BY_WORDS: tuple[Clue, ...] = (words_of_verdict, header_of_afterwards)


def _verdict(suspect: Suspect, least: float) -> str:
    if suspect.told.kind != "words":
        return ""
    low, high = suspect.verdict
    if min(low, high) < least:
        return ""
    return f"its words name leads whose odds are {low:.0f} times below the average and others {high:.0f} times above it"


def _told_apart(suspect: Suspect) -> bool:
    """Whether open and decided leads differ in how often it is filled, by more than chance."""
    if not len(suspect.open) or not len(suspect.decided):
        return False
    n = np.array([len(suspect.open), len(suspect.decided)], dtype=np.float64)
    hits = np.array([suspect.filled_open.sum(), suspect.filled.sum()], dtype=np.float64)
    return chi_square(hits, n) >= SURE


def _by_outcome(suspect: Suspect) -> float:
    return differs(suspect.filled, suspect.outcome > 0.5)


def _share(marks: npt.NDArray[np.bool_]) -> float:
    return float(marks.mean()) if len(marks) else 0.0
