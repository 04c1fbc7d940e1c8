"""How far what comes may lie from the forecast: P10, P50 and P90, from the errors of past forecasts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.outlook.backtest import MONTHS, QUARTERS, Track
from leadbook.analysis.outlook.blend import months_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from leadbook.analysis.outlook.courses import Courses

MONTH_DAYS = 365.25 / 12
Z90 = 1.2815515655446004
"""The 90 % quantile of the normal distribution."""
_PRIOR_SPREAD = 0.2
_PRIOR_CUTOFFS = 3.0
_LEAST_SPREAD = 0.04
_GROWTH_A_MONTH = 0.1
_MOST_SQUARED = 4.0


class Distances(Struct, frozen=True):
    """How far forecasts of spans of one length missed, by how far off the spans began.

    Parameters
    ----------
    variance : tuple of float
        Of what no count of deals explains, as a share of the forecast squared: for spans that begin 0, 1, 2 ...
        months after the forecast was made.
    cutoffs : tuple of float
        How many independent past forecasts stand behind each, those added in advance included.
    """

    variance: tuple[float, ...]
    cutoffs: tuple[float, ...]

    def at(self, months_away: float) -> tuple[float, float]:
        """Return variance and cutoffs of a span that begins so far off; beyond those tried a tenth more a month."""
        tried = np.arange(len(self.variance))
        beyond = max(months_away - float(tried[-1]), 0.0)
        variance, cutoffs = (float(np.interp(months_away, tried, known)) for known in (self.variance, self.cutoffs))
        return variance * (1 + _GROWTH_A_MONTH * beyond), cutoffs


class Spread(Struct, frozen=True):
    """What makes a forecast miss.

    Parameters
    ----------
    months, quarters : Distances
    lump : float
        Mean square ÷ mean of won amounts: what one deal more or less does, base currency.
    size : float
        Mean won amount, base currency.
    """

    months: Distances
    quarters: Distances
    lump: float
    size: float

    def quantiles(self, mean: float, months_away: float = 0.0, months: float = 1.0) -> tuple[float, float, float]:
        """Return P10, P50 and P90 of what comes where ``mean`` is expected.

        Parameters
        ----------
        mean : float
            Base currency, of the days still to come.
        months_away : float
            From tomorrow to the first of these days.
        months : float
            From the first of these days to the last.

        Notes
        -----
        Variance = mean x lump (deals come one by one: compound Poisson) + mean² x the variance that forecasts of so
        long a span, so far off, have had; between a month and a quarter, what lies between theirs. The distribution
        is a gamma's, by Wilson and Hilferty's cube root, widened as Student's t is for few cutoffs. A quantile is 0
        where the chance of no deal at all, exp(-mean ÷ size), reaches it.
        """
        if mean <= 0:
            return 0.0, 0.0, 0.0
        long = min(max((months - 1) / 2, 0.0), 1.0)
        own, cutoffs = (
            (1 - long) * short + long * whole
            for short, whole in zip(self.months.at(months_away), self.quarters.at(months_away), strict=True)
        )
        wide = math.sqrt(self.lump / mean + own) * _widened(cutoffs)
        # Where so few deals are expected that none may come at all, that is the outcome to be ready for.
        none = math.exp(-mean / self.size) if self.size > 0 else 0.0
        low, middle, high = (
            0.0 if none >= share else mean * _gamma_share(wide, z) for share, z in ((0.1, -Z90), (0.5, 0.0), (0.9, Z90))
        )
        return low, middle, high


def measure_spread(track: Track, said: npt.NDArray[np.float64], courses: Courses) -> Spread:
    """Return the spread of a method's forecasts on past cutoffs.

    Parameters
    ----------
    track : Track
    said : array of float, shape (n cutoffs, spans)
        What the method said.
    courses : Courses
    """
    amounts = courses.amount[courses.won & (courses.ended <= courses.today)]
    amounts = amounts[~np.isnan(amounts)]
    lump = float((amounts**2).sum() / amounts.sum()) if len(amounts) else 0.0
    size = float(amounts.mean()) if len(amounts) else 0.0
    months, quarters = (
        _measure_distances(track, said, lump, spans, length) for spans, length in ((MONTHS, 1), (QUARTERS, 3))
    )
    return Spread(months, quarters, lump, size)


def _measure_distances(
    track: Track, said: npt.NDArray[np.float64], lump: float, spans: Sequence[int], length: int
) -> Distances:
    """Return how far forecasts of spans of so many months missed, each at its own distance.

    Notes
    -----
    Mean square of (came - forecast) ÷ forecast, less what the lumps alone make of it, with three cutoffs added: at
    the nearest distance they were 20 % off, at each further one as those a month nearer and a tenth more. What growth
    that goes on or a season not yet learned does to a forecast shows only so far off. What lies further is no surer.
    """
    variances: list[float] = []
    counts: list[float] = []
    usual = _PRIOR_SPREAD**2
    for span in spans:
        over = ~np.isnan(track.came[:, span]) & (said[:, span] > 0)
        error = (track.came[over, span] - said[over, span]) / said[over, span]
        by_lumps = lump / said[over, span]
        beyond = np.maximum(np.minimum(error**2, _MOST_SQUARED) - by_lumps, -by_lumps)
        # Spans that overlap tell the same story again.
        count = len(error) * months_apart(track) / length
        mean = float(beyond.mean()) if len(error) else 0.0
        variance = (_PRIOR_CUTOFFS * usual + count * mean) / (_PRIOR_CUTOFFS + count)
        variances.append(max(variance, _LEAST_SPREAD**2, *variances[-1:]))
        counts.append(_PRIOR_CUTOFFS + count)
        usual = variances[-1] * (1 + _GROWTH_A_MONTH)
    return Distances(tuple(variances), tuple(counts))


def _widened(cutoffs: float) -> float:
    """Return how much wider Student's 80 % interval is than the normal one, with so many degrees of freedom."""
    return 1 + (Z90**2 + 1) / (4 * max(cutoffs, 2.0))


def _gamma_share(spread: float, z: float) -> float:
    """Return a quantile of a gamma distribution with mean 1 and a standard deviation.

    References
    ----------
    Wilson and Hilferty (1931), "The Distribution of Chi-Square".
    """
    ninth = spread**2 / 9
    return max(0.0, 1 - ninth + z * math.sqrt(ninth)) ** 3
