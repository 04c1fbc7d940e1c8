"""What the month of the quarter does to the chance of ending, shrunk to nothing where months do not repeat it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

if TYPE_CHECKING:
    import numpy.typing as npt

PHASES = 3
_MOST_BANDS = 6
_EVENTS_A_CELL = 15
_DOUBT = 0.5
_LEAST_FACTOR, _MOST_FACTOR = 0.02, 8.0


class Phases(Struct, frozen=True):
    """Factors on a hazard by month of the fiscal quarter and age.

    Parameters
    ----------
    factors : array of float, shape (3, ages)
        1 where the month makes no difference.
    first_month : int
        The month that the fiscal year begins in.
    """

    factors: npt.NDArray[np.float64]
    first_month: int

    @property
    def flat(self) -> bool:
        """Whether no month differs from the others."""
        return bool((self.factors == 1.0).all())

    def of_starts(self, days: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the factors of each day by age, shape (days, ages)."""
        return self.factors[phase_of(days, self.first_month)]


def phase_of(days: npt.NDArray[np.int64], first_month: int) -> npt.NDArray[np.int64]:
    """Return which month of its fiscal quarter each day lies in: 0, 1 or 2."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray((months - (first_month - 1)) % PHASES, dtype=np.int64)


def learn_phases(
    events: npt.NDArray[np.float64],
    at_risk: npt.NDArray[np.float64],
    hazard: npt.NDArray[np.float64],
    starts: npt.NDArray[np.int64],
    first_month: int,
) -> Phases:
    """Return the factors that months of the quarter put on a hazard.

    Parameters
    ----------
    events, at_risk : array of float, shape (half months, ages)
    hazard : array of float, shape (ages,)
        By age alone.
    starts : array of int, shape (half months,)
    first_month : int

    Notes
    -----
    In bands of age with about equally many events: ratio = observed ÷ expected events of each calendar month, and of
    each month of the quarter over all its calendar months. How far calendar months of the same place in the quarter
    differ tells the noise phi, as a multiple of Poisson's; how far the three places differ beyond it tells tau².
    Factor = (observed ÷ phi + 1 ÷ tau²) ÷ (expected ÷ phi + 1 ÷ tau²). Without two calendar months that share a
    place in the quarter there is no telling one from the other, and every factor is 1.

    References
    ----------
    Bühlmann and Straub (1970), "Glaubwürdigkeit für Schadensätze": the credibility estimator.
    """
    ages = len(hazard)
    flat = Phases(np.ones((PHASES, ages)), first_month)
    total = float(events.sum())
    months, month_of = np.unique(starts.astype("datetime64[D]").astype("datetime64[M]"), return_inverse=True)
    phase = np.asarray((months.astype(np.int64) - (first_month - 1)) % PHASES)
    repeats = np.bincount(phase, minlength=PHASES)
    if total < PHASES * _EVENTS_A_CELL or not (repeats >= 2).any() or (repeats == 0).any():
        return flat
    band_of = _bands(events.sum(axis=0), int(np.clip(total // (PHASES * _EVENTS_A_CELL), 1, _MOST_BANDS)))
    bands = int(band_of.max()) + 1
    cells = month_of[:, None] * bands + band_of[None, :]
    size = len(months) * bands
    seen = np.bincount(cells.ravel(), weights=events.ravel(), minlength=size).reshape(len(months), bands)
    meant = np.bincount(cells.ravel(), weights=(at_risk * hazard).ravel(), minlength=size).reshape(len(months), bands)
    # Smoothing bends the hazard a little; only how months differ from each other within a band is wanted.
    meant *= seen.sum(axis=0) / np.maximum(meant.sum(axis=0), 1e-9)
    factors = _credible(seen.astype(np.float64), meant.astype(np.float64), phase)
    return Phases(factors[:, band_of], first_month)


def _bands(events: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.int64]:
    """Return each age's band; the bands hold about as many events each."""
    upto = np.cumsum(events) - events / 2
    band = np.minimum((count * upto / max(float(events.sum()), 1.0)).astype(np.int64), count - 1)
    _, numbered = np.unique(band, return_inverse=True)
    return np.asarray(numbered, dtype=np.int64)


def _credible(
    seen: npt.NDArray[np.float64], meant: npt.NDArray[np.float64], phase: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Return the shrunken ratio of each phase and band, shape (3, bands)."""
    bands = seen.shape[1]
    observed, expected = np.zeros((PHASES, bands)), np.zeros((PHASES, bands))
    np.add.at(observed, phase, seen)
    np.add.at(expected, phase, meant)
    ratio = observed / np.maximum(expected, 1e-9)
    spread = _dispersion(seen, meant) / max((len(seen) - 1) * bands, 1)
    repeated = (len(seen) - len(np.unique(phase))) * bands
    # Months are few, so part of the noise is taken as it would be if no month differed.
    around = _dispersion(seen, meant * ratio[phase])
    doubt = _DOUBT * bands
    noise = max(1.0, (around + doubt * spread) / (repeated + doubt))
    seen_alike, meant_alike = observed / noise, expected / noise
    between = float((meant_alike * (ratio - 1.0) ** 2).sum()) - bands * (PHASES - 1)
    sums = np.maximum(meant_alike.sum(axis=0), 1e-9)
    room = float((sums - (meant_alike**2).sum(axis=0) / sums).sum())
    if between <= 0 or room <= 0:
        return np.ones((PHASES, bands))
    prior = room / between
    factor = np.clip((seen_alike + prior) / (meant_alike + prior), _LEAST_FACTOR, _MOST_FACTOR)
    return np.asarray(factor, dtype=np.float64)


def _dispersion(seen: npt.NDArray[np.float64], meant: npt.NDArray[np.float64]) -> float:
    """Return Pearson's sum of squared distances, each measured against what was expected."""
    return float(((seen - meant) ** 2 / np.maximum(meant, 0.5)).sum())
