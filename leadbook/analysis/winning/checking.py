"""Models put to the test on leads they did not learn from: left out in turn, and the latest after the earlier ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.winning.enough import columns_allowed
from leadbook.analysis.winning.newton import chance_of
from leadbook.analysis.winning.points_model import fit_points
from leadbook.analysis.winning.tallies import strongest
from leadbook.analysis.winning.trees import fit_trees

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from leadbook.analysis.winning.bands import Bands
    from leadbook.analysis.winning.trees import Effort

    #: From leads to learn from and leads to judge, the log-odds of the latter.
    Judge = Callable[[npt.NDArray[np.int64], npt.NDArray[np.int64]], npt.NDArray[np.float64]]

FOLDS = 5
LATEST = 0.25
"""So large a share of the outcomes, the latest ones, is foretold from the earlier ones."""
SLOPE_SPREAD = 0.25
"""How far, squared, the slope of a calibration may lie from 1 before the leads left out speak."""


class Taught(Struct, frozen=True):
    """The leads to learn from.

    Parameters
    ----------
    bands : sequence of Bands
    won : array of float, shape (n leads,)
        1 or 0; anything for leads that are not decided.
    playbook : array of float, shape (n leads,)
        The log-odds that the playbook's points give, 0 for an average lead.
    rows : array of int
        The decided leads, the earliest first; leads of the same day in an order that is not the table's.
    """

    bands: Sequence[Bands]
    won: npt.NDArray[np.float64]
    playbook: npt.NDArray[np.float64]
    rows: npt.NDArray[np.int64]


class Calibration(Struct, frozen=True):
    """What turns a model's log-odds into ones that come true: ``start + slope * log_odds`` (Platt's)."""

    start: float = 0.0
    slope: float = 1.0

    def apply(self, log_odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return chances, 0 to 1."""
        return chance_of(self.start + self.slope * log_odds)


def judge_by_points(taught: Taught, spread: float) -> Judge:
    """Return the readable model as a judge; it chooses its columns anew from the leads it learns from."""

    def judge(learn: npt.NDArray[np.int64], ask: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        hits = int(taught.won[learn].sum())
        chosen = [
            taught.bands[at]
            for at in strongest(taught.bands, taught.won, learn, columns_allowed(hits, len(learn) - hits))
        ]
        model = fit_points(chosen, taught.won, taught.playbook, learn, spreads=(spread,))
        return model.log_odds(chosen, taught.playbook, ask)

    return judge


def judge_by_trees(taught: Taught, effort: Effort, seed: int) -> Judge:
    """Return the stronger model as a judge."""

    def judge(learn: npt.NDArray[np.int64], ask: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        model = fit_trees(taught.bands, taught.won, learn[-effort.rows :], effort, seed=seed)
        return np.asarray(model.start + model.terms(taught.bands, ask).sum(axis=1), dtype=np.float64)

    return judge


def leave_out(judge: Judge, taught: Taught, *, folds: int = FOLDS, seed: int = 0) -> npt.NDArray[np.float64]:
    """Return each lead's log-odds by a model that did not learn from it, in the order of ``taught.rows``.

    Parameters
    ----------
    judge : callable
    taught : Taught
    folds : int
        In so many parts the leads are left out in turn, each with its share of won ones.
    seed : int
        Decides who is in which part.
    """
    part = _parts(taught.won[taught.rows], folds, seed)
    found = np.zeros(len(taught.rows))
    for number in range(folds):
        found[part == number] = judge(taught.rows[part != number], taught.rows[part == number])
    return found


def foretell_latest(judge: Judge, taught: Taught) -> npt.NDArray[np.float64] | None:
    """Return the chances of the latest leads, the last of ``taught.rows``, by a model of the earlier ones alone.

    None where the earlier or the latest ones are all won or all lost.
    """
    count = len(taught.rows)
    begin = count - max(1, int(count * LATEST))
    earlier, latest = taught.rows[:begin], taught.rows[begin:]
    if any(len(np.unique(taught.won[part])) < 2 for part in (earlier, latest)):
        return None
    return chance_of(judge(earlier, latest))


def calibrate(log_odds: npt.NDArray[np.float64], won: npt.NDArray[np.float64]) -> Calibration:
    """Return the calibration of log-odds found for leads that were left out.

    Notes
    -----
    Platt's two parameters by Newton's method, the slope with a normal prior around 1, so that a few leads cannot turn
    it over. A slope below 0 would rank the leads the other way round and is taken as 0.
    """
    start, slope = 0.0, 1.0
    for _ in range(100):
        chance = chance_of(start + slope * log_odds)
        weight = chance * (1 - chance)
        gap = won - chance
        gradient = np.array([gap.sum(), (gap * log_odds).sum() - (slope - 1) / SLOPE_SPREAD])
        across = float((weight * log_odds).sum())
        square = float((weight * log_odds**2).sum()) + 1 / SLOPE_SPREAD
        step = np.linalg.solve(np.array([[weight.sum() + 1e-9, across], [across, square]]), gradient)
        largest = float(np.abs(step).max())
        step /= max(1.0, largest)  # far from the answer Newton overshoots, and would never come back
        start, slope = start + float(step[0]), slope + float(step[1])
        if largest < 1e-9:
            break
    return Calibration(start, slope) if slope > 0 else Calibration(float(np.log(won.sum() / (1 - won).sum())), 0.0)


def calibrated_apart(log_odds: npt.NDArray[np.float64], won: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return calibrated chances of which none was calibrated by its own outcome: each half by the other."""
    made = np.zeros(len(won))
    half = _parts(won, 2, 0)
    for side in (0, 1):
        made[half == side] = calibrate(log_odds[half != side], won[half != side]).apply(log_odds[half == side])
    return made


def _parts(won: npt.NDArray[np.float64], parts: int, seed: int) -> npt.NDArray[np.int64]:
    """Return which part each lead is left out with; won and lost ones are dealt out in turn."""
    chance = np.random.default_rng(seed)
    part = np.zeros(len(won), dtype=np.int64)
    for outcome in (0.0, 1.0):
        hit = np.flatnonzero(won == outcome)
        part[chance.permutation(hit)] = np.arange(len(hit)) % parts
    return part
