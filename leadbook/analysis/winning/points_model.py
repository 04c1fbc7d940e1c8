"""The readable model: every value of every column adds its own points to the log-odds of winning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.winning.newton import Design, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from leadbook.analysis.winning.bands import Bands

SPREADS = (0.1, 0.3, 1.0)
"""How far a value's log-odds may lie from the average, as standard deviations squared; the data choose one."""
STEP_COST, OWN_COST = 0.25, 0.1
"""What a step from one band of numbers to the next costs, and how far a band lies from the average, against a word's
distance from it: bands beside each other stand for much the same, words for nothing of the kind."""
TRUST_SPREAD = 0.25
"""How far, squared, the weight of the playbook's own points may lie from 1 before history speaks."""


class PointsModel(Struct, frozen=True):
    """Log-odds of winning as a sum over columns.

    Parameters
    ----------
    start : float
        Log-odds of the average lead.
    trust : float
        What the playbook's own log-odds are multiplied with: 1 before any history, 0 when it tells nothing.
    effects : tuple of array of float
        For each column the log-odds of each band; the leads that taught have 0 on average. A blank that tells nothing
        has 0 too, and then those that are filled average 0.
    spread : float
        Which of `SPREADS` was chosen.
    """

    start: float
    trust: float
    effects: tuple[npt.NDArray[np.float64], ...]
    spread: float

    def terms(self, bands: Sequence[Bands], rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return what each column adds to the log-odds of some leads, shape (n rows, n columns)."""
        made = np.zeros((len(rows), len(bands)))
        for at, (column, effect) in enumerate(zip(bands, self.effects, strict=True)):
            made[:, at] = np.append(effect, 0.0)[column.codes[rows]]  # -1, never seen, is the last place
        return made

    def log_odds(
        self, bands: Sequence[Bands], playbook: npt.NDArray[np.float64], rows: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float64]:
        """Return the log-odds of some leads."""
        total = self.start + self.trust * playbook[rows]
        for column, effect in zip(bands, self.effects, strict=True):
            total += np.append(effect, 0.0)[column.codes[rows]]
        return np.asarray(total, dtype=np.float64)


def fit_points(
    bands: Sequence[Bands],
    won: npt.NDArray[np.float64],
    playbook: npt.NDArray[np.float64],
    rows: npt.NDArray[np.int64],
    *,
    spreads: Sequence[float] = SPREADS,
) -> PointsModel:
    """Fit the points to the outcomes of some leads.

    Parameters
    ----------
    bands : sequence of Bands
    won : array of float, shape (n leads,)
        1 or 0; looked at only for ``rows``.
    playbook : array of float, shape (n leads,)
        The log-odds that the playbook's own points give, 0 for an average lead.
    rows : array of int
        The leads to learn from.
    spreads : sequence of float
        Those to choose from.

    Returns
    -------
    PointsModel

    Notes
    -----
    Logistic regression with a normal prior on each value's log-odds (mean 0: no better and no worse than the average
    lead) and on the weight of the playbook's own log-odds (mean 1: as the playbook says), so that few leads move the
    points little. The bands of a number learn from their neighbours: what is normal there is, above all, each step from
    one band to the next (a penalty on differences: Eilers and Marx (1996), Flexible smoothing with B-splines and
    penalties, Statistical Science 11). The prior's spread is the one with the least AIC, its parameters counted as the
    trace of the hat matrix. Fitted by Newton's method (IRLS).
    """
    design, outcome = Design.of(bands, playbook, rows), won[rows]
    best: tuple[float, npt.NDArray[np.float64], float] | None = None
    weights: npt.NDArray[np.float64] | None = None
    for spread in spreads:
        weights, criterion = fit(design, outcome, _penalty(bands, design, spread), weights)
        if best is None or criterion < best[0]:
            best = criterion, weights, spread
    assert best is not None, "there is at least one spread to choose"  # noqa: S101 - an invariant, not input
    _, chosen, spread = best
    start, trust, effects = float(chosen[0]), float(chosen[1]), []
    for at, (code, size, place) in enumerate(zip(design.codes, design.sizes, design.places, strict=True)):
        effect = chosen[place]
        times = np.bincount(code, minlength=size + 1)[:-1]
        start += float(times @ effect) / max(len(rows), 1)
        idle = bands[at].idle
        if idle >= 0:
            times[idle] = 0
        effect = effect - float(times @ effect) / max(int(times.sum()), 1)
        if idle >= 0:  # what a blank did to the outcome was fitted, so that the values do not answer for it
            effect[idle] = 0.0
        effects.append(effect)
    return PointsModel(start, trust, tuple(effects), spread)


def _penalty(bands: Sequence[Bands], design: Design, spread: float) -> npt.NDArray[np.float64]:
    """Return the inverse of the prior's covariance of the start, the trust and every band's log-odds."""
    made = np.diag(np.full(2 + sum(design.sizes), 1 / spread))
    made[0, 0], made[1, 1] = 1e-9, 1 / TRUST_SPREAD
    for column, place in zip(bands, design.places, strict=True):
        count = column.numbered
        if count > 2:  # of two, neither lies between others
            own = slice(place.start, place.start + count)
            steps = np.diff(np.eye(count), axis=0)
            # However many bands there are, from the first to the last it is as far.
            made[own, own] = (OWN_COST * np.eye(count) + STEP_COST * (count - 1) * steps.T @ steps) / spread
    return made


def log_odds_of(chance: npt.NDArray[np.float64] | float) -> npt.NDArray[np.float64]:
    """Return log-odds of chances, those of 0 and 1 taken as one in a million."""
    bounded = np.clip(chance, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(bounded / (1 - bounded)), dtype=np.float64)
