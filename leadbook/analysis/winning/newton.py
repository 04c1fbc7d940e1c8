"""Logistic regression on bands: Newton's method over counts, for every lead lies in one band of each column."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from leadbook.analysis.winning.bands import Bands

STEPS = 12
CLOSE_ENOUGH = 1e-7
LONGEST_STEP = 5.0


class Design(Struct, frozen=True):
    """What each lead is told by: a 1, its offset, and one band of each column.

    A table of 0 and 1 would be hundreds of columns wide and nearly all 0; sums over it are counts by band instead.

    Parameters
    ----------
    offset : array of float, shape (n leads,)
    codes : tuple of array of int, each of shape (n leads,)
        The band of each lead, ``sizes[k]`` for one that lies in none.
    sizes : tuple of int
        How many bands each column has.
    """

    offset: npt.NDArray[np.float64]
    codes: tuple[npt.NDArray[np.int64], ...]
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, bands: Sequence[Bands], offset: npt.NDArray[np.float64], rows: npt.NDArray[np.int64]) -> Design:
        """Return the design of some leads."""
        sizes = tuple(len(column.labels) for column in bands)
        codes = (column.codes[rows] for column in bands)
        return cls(
            offset[rows],
            tuple(np.where(code >= 0, code, size) for code, size in zip(codes, sizes, strict=True)),
            sizes,
        )

    @property
    def places(self) -> list[slice]:
        """Where the weights of each column's bands stand, behind those of the 1 and the offset."""
        ends = 2 + np.cumsum([0, *self.sizes])
        return [slice(int(begin), int(end)) for begin, end in pairwise(ends)]

    def times(self, weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the weighted sum of what each lead is told by."""
        total = weights[0] + weights[1] * self.offset
        for code, place in zip(self.codes, self.places, strict=True):
            total += np.append(weights[place], 0.0)[code]
        return np.asarray(total, dtype=np.float64)

    def summed(self, each: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return a number of each lead summed by what the leads are told by."""
        by_band = [np.bincount(code, each, size + 1)[:-1] for code, size in zip(self.codes, self.sizes, strict=True)]
        return np.concatenate([[each.sum(), each @ self.offset], *by_band])

    def crossed(self, each: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return a number of each lead summed by every two of what the leads are told by: symmetric."""
        places = self.places
        made = np.zeros((2 + sum(self.sizes),) * 2)
        made[0] = made[:, 0] = self.summed(each)
        made[1] = made[:, 1] = self.summed(each * self.offset)
        for at, (code, size) in enumerate(zip(self.codes, self.sizes, strict=True)):
            own = places[at]
            made[own, own] = np.diag(made[0, own])
            for other in range(at):
                wide = self.sizes[other] + 1
                both = np.bincount(code * wide + self.codes[other], each, (size + 1) * wide)
                block = both.reshape(size + 1, wide)[:-1, :-1]
                made[own, places[other]] = block
                made[places[other], own] = block.T
        return made


def fit(
    design: Design,
    outcome: npt.NDArray[np.float64],
    penalty: npt.NDArray[np.float64],
    warm: npt.NDArray[np.float64] | None = None,
) -> tuple[npt.NDArray[np.float64], float]:
    """Return the weights that minimise the penalised loss, and their AIC.

    Parameters
    ----------
    design : Design
    outcome : array of float, shape (n leads,)
        1 or 0.
    penalty : array of float, shape (n weights, n weights)
        The inverse of the prior's covariance of the weights; the prior's mean is 0, and 1 for the offset's.
    warm : array of float or None
        Weights to start from.
    """
    middle = np.zeros(len(penalty))
    middle[1] = 1.0  # the offset is believed until the outcomes speak
    weights = middle.copy() if warm is None else warm.copy()
    if warm is None:
        share = (outcome.sum() + 1) / (len(outcome) + 2)
        weights[0] = np.log(share / (1 - share))
    curvature = penalty
    for _ in range(STEPS):
        chance = chance_of(design.times(weights))
        gradient = design.summed(outcome - chance) - penalty @ (weights - middle)
        curvature = design.crossed(chance * (1 - chance)) + penalty
        step = np.linalg.solve(curvature, gradient)
        largest = float(np.abs(step).max())
        # Far from the answer Newton overshoots.
        weights += step if largest <= LONGEST_STEP else step * (LONGEST_STEP / largest)
        if largest < CLOSE_ENOUGH:
            break
    chance = np.clip(chance_of(design.times(weights)), 1e-12, 1 - 1e-12)
    loss = -float(np.where(outcome > 0.5, np.log(chance), np.log(1 - chance)).sum())
    # Of two symmetric matrices, the trace of their product.
    freedom = len(penalty) - float((penalty * np.linalg.inv(curvature)).sum())
    return weights, 2 * loss + 2 * freedom


def chance_of(log_odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return chances, 0 to 1, of log-odds."""
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-log_odds)), dtype=np.float64)
