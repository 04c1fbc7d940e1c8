"""How far what comes may lie from the forecast: P10, P50 and P90, from the errors of past forecasts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.outlook.backtest import MONTH, QUARTER, SECOND, THIRD, Track

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.outlook.courses import Courses

Z90 = 1.2815515655446004
"""The 90 % quantile of the normal distribution."""
_PRIOR_SPREAD = 0.2
_PRIOR_CUTOFFS = 3.0
_LEAST_SPREAD = 0.04
_GROWTH_A_MONTH = 0.1


class Spread(Struct, frozen=True):
    """What makes a forecast miss.

    Parameters
    ----------
    near, far, quarter : float
        Standard deviation, as a share of the forecast, of what no count of deals explains: in the next month, in
        later months, in a quarter.
    lump : float
        Mean square ÷ mean of won amounts: what one deal more or less does, base currency.
    size : float
        Mean won amount, base currency.
    cutoffs : float
        How many independent past forecasts stand behind it, those added in advance included.
    """

    near: float
    far: float
    quarter: float
    lump: float
    size: float
    cutoffs: float

    def quantiles(self, mean: float, kind: str, months_ahead: int = 0) -> tuple[float, float, float]:
        """Return P10, P50 and P90 of what comes where ``mean`` is expected.

        Parameters
        ----------
        mean : float
            Base currency, of the days still to come.
        kind : str
            ``near``, ``far`` or ``quarter``.
        months_ahead : int
            0 for the period under way.

        Notes
        -----
        Variance = mean x lump (deals come one by one: compound Poisson) + (mean x spread)², growing by a tenth a
        month; the distribution is a gamma's, by Wilson and Hilferty's cube root, widened as Student's t is for few
        cutoffs. A quantile is 0 where the chance of no deal at all, exp(-mean ÷ size), reaches it.
        """
        if mean <= 0:
            return 0.0, 0.0, 0.0
        own: float = getattr(self, kind)
        variance = self.lump / mean + own**2 * (1 + _GROWTH_A_MONTH * max(months_ahead - 1, 0))
        wide = math.sqrt(variance) * _widened(self.cutoffs)
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
    said : array of float, shape (n cutoffs, 4 spans)
        What the method said.
    courses : Courses

    Notes
    -----
    Of each kind of span: mean square of (came - forecast) ÷ forecast, less what the lumps alone make of it, with
    three cutoffs added that were 20 % off.
    """
    amounts = courses.amount[courses.won & (courses.ended <= courses.today)]
    amounts = amounts[~np.isnan(amounts)]
    lump = float((amounts**2).sum() / amounts.sum()) if len(amounts) else 0.0
    size = float(amounts.mean()) if len(amounts) else 0.0
    gaps = np.diff(track.cutoffs)
    apart = 0.5 if len(gaps) and float(np.median(gaps)) < 20 else 1.0
    found: list[float] = []
    independent = 0.0
    for spans, months in (((MONTH,), 1), ((SECOND, THIRD), 1), ((QUARTER,), 3)):
        errors, chance = [], []
        for span in spans:
            over = ~np.isnan(track.came[:, span]) & (said[:, span] > 0)
            errors.append(((track.came[over, span] - said[over, span]) / said[over, span]) ** 2)
            chance.append(lump / said[over, span])
        squared, by_lumps = np.minimum(np.concatenate(errors), 4.0), np.concatenate(chance)
        # Spans that overlap tell the same story again.
        count = len(squared) * apart / months
        beyond = float(np.maximum(squared - by_lumps, -by_lumps).mean()) if len(squared) else 0.0
        variance = (_PRIOR_CUTOFFS * _PRIOR_SPREAD**2 + count * beyond) / (_PRIOR_CUTOFFS + count)
        found.append(math.sqrt(max(variance, _LEAST_SPREAD**2)))
        independent = independent or count
    near, far, quarter = found
    return Spread(near, far, quarter, lump, size, _PRIOR_CUTOFFS + independent)


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
