"""Why a lead has the chance it has: log-odds that add up, column by column."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.winning.newton import chance_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from leadbook.analysis.winning.learning import Learned

PLAYBOOK = "Fit points"
POINT = 10 / np.log(2)
"""Log-odds to points: 10 points double the odds of winning."""
A_GRADE = 50 / 3
"""Fit points that make one letter of the grade; before any history, a letter better doubles the odds of winning."""
SHOWN = 4
_LONGEST_LABEL = 40


class Term(Struct, frozen=True):
    """What one column adds to the log-odds of one lead."""

    column: str
    value: str
    log_odds: float


def terms_of(learned: Learned, at: int) -> list[Term]:
    """Return what each column adds for the lead at a place in ``learned.asked``, the weightiest first."""
    lead = int(learned.asked[at])
    terms = [
        Term(bands.header, "" if bands.codes[lead] < 0 else bands.labels[int(bands.codes[lead])], float(worth))
        for bands, worth in zip(learned.columns, learned.terms[at].tolist(), strict=False)
    ]
    by_playbook = float(learned.terms[at, -1])
    if by_playbook:
        terms.append(Term(PLAYBOOK, "", by_playbook))
    return sorted(terms, key=lambda term: (-abs(term.log_odds), term.column))


def spell_reasons(
    learned: Learned,
    start: float,
    places: npt.NDArray[np.int64],
    further: Sequence[Sequence[tuple[str, float]]] = (),
    *,
    shown: int = SHOWN,
) -> list[str]:
    """Return the reasons of some leads as text; the numbers add up to the last of them.

    Parameters
    ----------
    learned : Learned
    start : float
        The log-odds that all of them start from.
    places : array of int
        Places in ``learned.asked``.
    further : sequence of sequences of (str, float)
        For each lead what else adds to its log-odds, with its name.
    shown : int
        So many of the weightiest columns are named, the others summed up.

    Returns
    -------
    list of str
        ``start 39 % -0.45; Source Referral +1.20; others -0.10; in all +0.65 = 66 %``.
    """
    if not len(places):
        return []
    terms = learned.terms[places]
    labels = [
        np.array([_named(bands.header, label) for label in bands.labels] + [bands.header], dtype=object)
        for bands in learned.columns
    ]
    codes = [bands.codes[learned.asked[places]].tolist() for bands in learned.columns]
    weightiest = np.argsort(-np.abs(terms), axis=1, kind="stable")[:, :shown]
    cents = np.round(np.take_along_axis(terms, weightiest, axis=1), 2)
    sums = start + terms.sum(axis=1)
    if further:
        sums = sums + np.array([sum(worth for _, worth in more) for more in further])
    begin, head = round(start, 2), f"start {100 * float(chance_of(np.array(start))):.0f} % {start:+.2f}"
    made: list[str] = []
    for row, (which, worth, whole) in enumerate(zip(weightiest.tolist(), cents.tolist(), sums.tolist(), strict=True)):
        said, told = [head], begin
        named = [
            (PLAYBOOK if column >= len(labels) else labels[column][codes[column][row]], number)
            for column, number in zip(which, worth, strict=True)
        ]
        for name, number in (*named, *(further[row] if further else ())):
            cent = round(number, 2)
            if cent:
                said.append(f"{name} {cent:+.2f}")
                told += cent
        others = round(round(whole, 2) - told, 2)
        if others:
            said.append(f"others {others:+.2f}")
        made.append("; ".join(said) + f"; in all {whole:+.2f} = {_percent(whole)} %")
    return made


def _percent(log_odds: float) -> str:
    """Return a chance in percent; what is not decided is never 0 % or 100 %."""
    percent = 100 / (1 + math.exp(-log_odds))
    return "under 1" if percent < 0.5 else "over 99" if percent >= 99.5 else f"{percent:.0f}"


def _named(header: str, label: str) -> str:
    short = label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
    return f"{header} {short}"
