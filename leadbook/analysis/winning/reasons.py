"""Why a lead has the chance it has: log-odds that add up, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.winning.points_model import chance_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.winning.learning import Learned

PLAYBOOK = "Fit points"
POINT = 10 / np.log(2)
"""Log-odds to points: 10 points double the odds of winning."""
SHOWN = 4
_LONGEST_LABEL = 40


@dataclass(frozen=True, slots=True)
class Term:
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
    heads: npt.NDArray[np.object_],
    starts: npt.NDArray[np.float64],
    places: npt.NDArray[np.int64],
    *,
    shown: int = SHOWN,
) -> list[str]:
    """Return the reasons of some leads as text; the numbers add up to the last of them.

    Parameters
    ----------
    learned : Learned
    heads : array of str, shape (n places,)
        What each lead starts from: ``start 39 %`` or its stage.
    starts : array of float, shape (n places,)
        The log-odds of that.
    places : array of int
        Places in ``learned.asked``.
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
    codes = np.column_stack([bands.codes[learned.asked[places]] for bands in learned.columns]) if labels else None
    weightiest = np.argsort(-np.abs(terms), axis=1, kind="stable")[:, :shown]
    cents = np.round(np.take_along_axis(terms, weightiest, axis=1), 2)
    total = np.round(starts + terms.sum(axis=1), 2)
    begin = np.round(starts, 2)
    others = np.round(total - begin - cents.sum(axis=1), 2)
    chance = chance_of(starts + terms.sum(axis=1))
    made: list[str] = []
    for row, (which, worth) in enumerate(zip(weightiest.tolist(), cents.tolist(), strict=True)):
        said = [f"{heads[row]} {begin[row]:+.2f}"]
        for column, number in zip(which, worth, strict=True):
            if number:
                name = PLAYBOOK if codes is None or column >= len(labels) else labels[column][codes[row, column]]
                said.append(f"{name} {number:+.2f}")
        if others[row]:
            said.append(f"others {others[row]:+.2f}")
        made.append("; ".join(said) + f"; in all {total[row]:+.2f} = {100 * chance[row]:.0f} %")
    return made


def _named(header: str, label: str) -> str:
    short = label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
    return f"{header} {short}"
