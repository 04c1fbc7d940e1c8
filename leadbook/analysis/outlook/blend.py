"""Which method to believe, and the calibrated blend of them, by how far each was off on past cutoffs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.outlook.backtest import MONTH, QUARTER, SECOND, THIRD, Track
from leadbook.analysis.outlook.methods import SINGLE, Method

if TYPE_CHECKING:
    import numpy.typing as npt

FEWEST_CUTOFFS = 6
"""With fewer months, the best of several is mostly luck, and so is a bias."""
_CALM_MONTHS = 12.0
"""So many months without bias stand beside those seen, before a method is set right by its bias."""
_EVEN_CUTOFFS = 2.0
"""So many cutoffs on which all were equally good stand beside those seen, before one gets more weight."""
_JUDGED = (MONTH, QUARTER)


class Weights(Struct, frozen=True):
    """How the blend is made: Σ share x scale x the method's forecast.

    Parameters
    ----------
    scale : array of float, shape (methods,)
        What sets each method right by its past bias, drawn towards 1.
    share : array of float, shape (methods,)
        Adds up to 1.
    """

    scale: npt.NDArray[np.float64]
    share: npt.NDArray[np.float64]

    def blend(self, said: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the blend of forecasts whose last axis is the methods."""
        return np.asarray((said * self.scale * self.share).sum(axis=-1), dtype=np.float64)


def weigh_methods(track: Track, known_by: int) -> Weights:
    """Return the weights that past cutoffs give, by the spans that were over on a day.

    Parameters
    ----------
    track : Track
    known_by : int
        Spans that ended on this day or before it count.

    Notes
    -----
    scale = (Σ came + 12 months' worth) ÷ (Σ forecast + 12 months' worth) over next months, for methods whose bias
    is more than two standard errors; 1 for the others. share ~ 1 ÷ (mean squared error)² of the scaled forecasts, over
    the three months after each cutoff and their quarter, each relative to what usually came, with two cutoffs added
    on which every method was as far off as the middle one.

    References
    ----------
    Bates and Granger (1969), "The Combination of Forecasts"; Timmermann (2006), "Forecast Combinations": weights
    drawn towards equal ones do better than the best in the sample.
    """
    methods = len(SINGLE)
    scale = np.ones(methods)
    # Without History the weighted pipeline is made of the same ages and rates as the win rate by age, only worse.
    taken = np.array([method is not Method.WEIGHTED or track.pipelined for method in SINGLE], dtype=float)
    over = ~np.isnan(track.came) & (track.ends <= known_by)
    if not over[:, MONTH].any() or not float(track.came[over].sum()) > 0:
        return Weights(scale, taken / taken.sum())
    scale = _scale(track, over)
    squares, cutoffs = np.zeros(methods), 0.0
    for span in (MONTH, SECOND, THIRD, QUARTER):
        here = over[:, span]
        if not here.any():
            continue
        usual = float(track.came[here, span].mean()) or 1.0
        error = (track.parts[here, span] * scale - track.came[here, span, None]) / usual
        squares += (error**2).sum(axis=0)
        cutoffs += float(here.sum())
    middle = max(float(np.median(squares)) / cutoffs, 1e-6)
    off = (squares + _EVEN_CUTOFFS * middle) / (cutoffs + _EVEN_CUTOFFS)
    share = taken / off**2
    return Weights(scale, share / share.sum())


def _scale(track: Track, over: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Return what sets each method right by its bias, where the bias is plain: above two standard errors."""
    here = over[:, MONTH]
    # Cutoffs half a month apart see each day twice.
    counted = float(here.sum()) * months_apart(track)
    if counted < FEWEST_CUTOFFS:
        return np.ones(len(SINGLE))
    came, said = track.came[here, MONTH], track.parts[here, MONTH]
    error = said - came[:, None]
    plain = np.abs(error.mean(axis=0)) > 2 * error.std(axis=0, ddof=1) / np.sqrt(counted)
    calm = _CALM_MONTHS * float(came.mean())
    drawn = (float(came.mean()) * counted + calm) / (said.mean(axis=0) * counted + calm)
    return np.where(plain, drawn, 1.0)


def blend_track(track: Track) -> npt.NDArray[np.float64]:
    """Return what the blend would have said at each cutoff, with weights from spans that were over by then."""
    rows = [weigh_methods(track, int(day)).blend(track.parts[at]) for at, day in enumerate(track.cutoffs.tolist())]
    return np.array(rows).reshape(track.came.shape)


def choose(track: Track, blended: npt.NDArray[np.float64]) -> Method:
    """Return the method to believe: the blend, unless one beats it by more than one standard error.

    Notes
    -----
    Judged on next months and next quarters: loss = |forecast - came| ÷ mean of what came. A single method is taken
    only where its mean loss plus one standard error of the difference lies below the blend's, and with six cutoffs
    at least: with fewer, the best of several is mostly luck. Stage-weighted is no candidate: it holds no new
    business.

    References
    ----------
    Breiman et al. (1984), "Classification and Regression Trees", 3.4.3: the one-standard-error rule.
    """
    best, chosen = 0.0, Method.BLEND
    for column, method in enumerate(SINGLE):
        if method is Method.WEIGHTED:
            continue
        gains = []
        for span in _JUDGED:
            over = ~np.isnan(track.came[:, span])
            usual = float(track.came[over, span].mean()) if over.any() else 0.0
            if usual > 0:
                mine = np.abs(track.said[over, span, column] - track.came[over, span])
                gains.append((np.abs(blended[over, span] - track.came[over, span]) - mine) / usual)
        gain = np.concatenate(gains) if gains else np.zeros(0)
        independent = max(len(gain) * months_apart(track) / 2, 1.0)
        if independent < FEWEST_CUTOFFS:
            continue
        margin = float(gain.mean()) - float(gain.std(ddof=1)) / np.sqrt(independent)
        if margin > best:
            best, chosen = margin, method
    return chosen


def months_apart(track: Track) -> float:
    """Return how many months lie between cutoffs: 1, or a half where 16ths are among them."""
    gaps = np.diff(track.cutoffs)
    return 0.5 if len(gaps) and float(np.median(gaps)) < 20 else 1.0
