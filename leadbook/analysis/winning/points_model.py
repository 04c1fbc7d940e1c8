"""The readable model: every value of every column adds its own points to the log-odds of winning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from leadbook.analysis.winning.bands import Bands

SPREADS = (0.1, 0.3, 1.0)
"""How far a value's log-odds may lie from the average, as standard deviations squared; the data choose one."""
STEPS = 12
CLOSE_ENOUGH = 1e-7
TRUST_SPREAD = 0.25
"""How far, squared, the weight of the playbook's own points may lie from 1 before history speaks."""


@dataclass(frozen=True)
class PointsModel:
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
    points little. The prior's spread is the one with the least AIC, its parameters counted as the trace of the hat
    matrix. Fitted by Newton's method (IRLS).
    """
    design, owners, sizes = _design(bands, rows)
    outcome, offset = won[rows], playbook[rows]
    best: tuple[float, npt.NDArray[np.float64], float] | None = None
    weights: npt.NDArray[np.float64] | None = None
    for spread in spreads:
        penalty = np.full(design.shape[1] + 2, 1 / spread)
        penalty[0], penalty[1] = 1e-9, 1 / TRUST_SPREAD
        weights, criterion = _newton(design, outcome, offset, penalty, weights)
        if best is None or criterion < best[0]:
            best = criterion, weights, spread
    assert best is not None, "there is at least one spread to choose"  # noqa: S101 - an invariant, not input
    _, chosen, spread = best
    start, trust, effects = float(chosen[0]), float(chosen[1]), []
    for at, size in enumerate(sizes):
        effect = chosen[2:][owners == at]
        codes = bands[at].codes[rows]
        times = np.bincount(codes[codes >= 0], minlength=size)
        start += float(times @ effect) / max(len(rows), 1)
        idle = bands[at].idle
        if idle >= 0:
            times[idle] = 0
        effect = effect - float(times @ effect) / max(int(times.sum()), 1)
        if idle >= 0:  # what a blank did to the outcome was fitted, so that the values do not answer for it
            effect[idle] = 0.0
        effects.append(effect)
    return PointsModel(start, trust, tuple(effects), spread)


def _design(
    bands: Sequence[Bands], rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64], list[int]]:
    """Return a column of 0 and 1 for every band, and which column of the table each belongs to."""
    sizes = [len(column.labels) for column in bands]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    design = np.zeros((len(rows), int(starts[-1])))
    for at, column in enumerate(bands):
        codes = column.codes[rows]
        known = np.flatnonzero(codes >= 0)
        design[known, starts[at] + codes[known]] = 1.0
    return design, np.repeat(np.arange(len(sizes)), sizes), sizes


def _newton(
    design: npt.NDArray[np.float64],
    outcome: npt.NDArray[np.float64],
    offset: npt.NDArray[np.float64],
    penalty: npt.NDArray[np.float64],
    warm: npt.NDArray[np.float64] | None,
) -> tuple[npt.NDArray[np.float64], float]:
    """Return intercept, trust and effects that minimise the penalised loss, and their AIC."""
    full = np.column_stack([np.ones(len(outcome)), offset, design])
    middle = np.zeros(full.shape[1])
    middle[1] = 1.0  # the playbook is believed until history speaks
    share = (outcome.sum() + 1) / (len(outcome) + 2)
    weights = middle.copy() if warm is None else warm.copy()
    if warm is None:
        weights[0] = np.log(share / (1 - share))
    curvature = np.diag(penalty)
    for _ in range(STEPS):
        chance = chance_of(full @ weights)
        gradient = full.T @ (outcome - chance) - penalty * (weights - middle)
        weighted = full * (chance * (1 - chance))[:, None]
        curvature = full.T @ weighted + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        largest = float(np.abs(step).max())
        weights += step if largest <= 5 else step * (5 / largest)  # far from the answer Newton overshoots
        if largest < CLOSE_ENOUGH:
            break
    chance = np.clip(chance_of(full @ weights), 1e-12, 1 - 1e-12)
    loss = -float(np.where(outcome > 0.5, np.log(chance), np.log(1 - chance)).sum())
    freedom = len(penalty) - float((penalty * np.diag(np.linalg.inv(curvature))).sum())
    return weights, 2 * loss + 2 * freedom


def chance_of(log_odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return chances, 0 to 1, of log-odds."""
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-log_odds)), dtype=np.float64)


def log_odds_of(chance: npt.NDArray[np.float64] | float) -> npt.NDArray[np.float64]:
    """Return log-odds of chances, those of 0 and 1 taken as one in a million."""
    bounded = np.clip(chance, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(bounded / (1 - bounded)), dtype=np.float64)
