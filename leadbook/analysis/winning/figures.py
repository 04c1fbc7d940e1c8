"""How good chances are: telling won from lost, being right on average, and how sure these figures are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

if TYPE_CHECKING:
    import numpy.typing as npt

Z95 = 1.959964
"""Half the width, in standard errors, of an interval that holds 95 % of the time."""
BINS = 10


class Estimate(Struct, frozen=True):
    """A figure with its 95 % interval; NaN throughout where there is nothing to measure it on."""

    value: float
    low: float
    high: float


class CalibrationBin(Struct, frozen=True):
    """Leads whose chances lie together: what was expected of them and what came, with its 95 % interval."""

    expected: float
    share_won: float
    low: float
    high: float
    n: int


class Figures(Struct, frozen=True):
    """How well chances foretold outcomes that they were not made from.

    Parameters
    ----------
    auc : Estimate
        Share of pairs of a won and a lost lead in which the won one had the higher chance.
    brier : Estimate
        Mean squared difference between the chance and the outcome (1 or 0).
    ece : float
        Expected calibration error over ten bins of equal width: the mean distance between the mean chance and the
        share won of each bin, weighted by its leads.
    ece_equal_count : float
        The same over ten bins of equally many leads.
    log_loss : float
    won, lost : int
    bins : tuple of CalibrationBin
        Ten of equally many leads, for the chart.
    """

    auc: Estimate
    brier: Estimate
    ece: float
    ece_equal_count: float
    log_loss: float
    won: int
    lost: int
    bins: tuple[CalibrationBin, ...]


def measure_chances(chance: npt.NDArray[np.float64], won: npt.NDArray[np.float64]) -> Figures:
    """Return how well chances foretold outcomes.

    Parameters
    ----------
    chance : array of float, shape (n leads,)
        0 to 1.
    won : array of float, shape (n leads,)
        1 or 0.

    Notes
    -----
    The interval of the AUC is Hanley and McNeil's; that of the Brier score is the normal one of a mean; those of the
    bins are Wilson's.
    """
    squared = (chance - won) ** 2
    half = Z95 * float(squared.std()) / max(1.0, np.sqrt(len(won)))
    brier = float(squared.mean()) if len(won) else np.nan
    even = np.minimum((chance * BINS).astype(np.int64), BINS - 1)
    return Figures(
        auc(chance, won),
        Estimate(brier, brier - half, brier + half),
        _calibration_error(even, chance, won),
        _calibration_error(_equal_counts(chance), chance, won),
        float(losses(chance, won).mean()) if len(won) else np.nan,
        int(won.sum()),
        int((1 - won).sum()),
        _bins(chance, won),
    )


def losses(chance: npt.NDArray[np.float64], won: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return each lead's log loss: minus the logarithm of the chance given to what came."""
    told = np.clip(np.where(won > 0.5, chance, 1 - chance), 1e-12, 1.0)
    return np.asarray(-np.log(told), dtype=np.float64)


def auc(chance: npt.NDArray[np.float64], won: npt.NDArray[np.float64]) -> Estimate:
    """Return the area under the ROC curve (Mann and Whitney's), ties counting half.

    References
    ----------
    Hanley & McNeil (1982), The meaning and use of the area under a ROC curve, Radiology 143, for the interval.
    """
    many, few = float(won.sum()), float(len(won) - won.sum())
    if not many or not few:
        return Estimate(np.nan, np.nan, np.nan)
    ranks = pd.Series(chance).rank().to_numpy()
    area = float((ranks[won > 0.5].sum() - many * (many + 1) / 2) / (many * few))
    error = auc_error(area, many, few)
    return Estimate(area, max(0.0, area - Z95 * error), min(1.0, area + Z95 * error))


def auc_error(area: float, won: float, lost: float) -> float:
    """Return the standard error of an AUC measured on so many won and lost leads."""
    both_won, both_lost = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (won - 1) * (both_won - area**2) + (lost - 1) * (both_lost - area**2)
    return float(np.sqrt(max(variance, 0.0) / (won * lost)))


def wilson(hits: npt.NDArray[np.float64], n: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], ...]:
    """Return the 95 % interval of shares ``hits / n`` (Wilson 1927); 0 to 1 where ``n`` is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = hits / n
        middle = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
        half = Z95 * np.sqrt(share * (1 - share) / n + Z95**2 / (4 * n**2)) / (1 + Z95**2 / n)
    return np.where(n > 0, np.maximum(middle - half, 0), 0.0), np.where(n > 0, np.minimum(middle + half, 1), 1.0)


def _equal_counts(chance: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return bins of equally many leads; equal chances stay in one bin."""
    ranks = pd.Series(chance).rank(method="min").to_numpy() - 1
    return np.minimum((ranks * BINS / max(len(chance), 1)).astype(np.int64), BINS - 1)


def _calibration_error(
    place: npt.NDArray[np.int64], chance: npt.NDArray[np.float64], won: npt.NDArray[np.float64]
) -> float:
    if not len(won):
        return np.nan
    gaps = np.bincount(place, chance - won, BINS)
    return float(np.abs(gaps).sum() / len(won))


def _bins(chance: npt.NDArray[np.float64], won: npt.NDArray[np.float64]) -> tuple[CalibrationBin, ...]:
    place = _equal_counts(chance)
    n = np.bincount(place, minlength=BINS).astype(np.float64)
    expected = np.bincount(place, chance, BINS).astype(np.float64)
    hits = np.bincount(place, won, BINS).astype(np.float64)
    low, high = wilson(hits, n)
    return tuple(
        CalibrationBin(
            float(expected[at] / n[at]), float(hits[at] / n[at]), float(low[at]), float(high[at]), int(n[at])
        )
        for at in np.flatnonzero(n).tolist()
    )
