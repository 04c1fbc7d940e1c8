"""Running the hazards forward from a day: which open deals are won when, and which that are yet to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.outlook.phases import phase_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.outlook.hazards import Hazards


def win_days(hazards: Hazards, ages: npt.NDArray[np.int64], first_day: int, days_ahead: int) -> npt.NDArray[np.float64]:
    """Return the chance that a deal of each age is won on each of the coming days.

    Parameters
    ----------
    hazards : Hazards
    ages : array of int
        Days since the deal began, on ``first_day``. A negative age begins that many days later.
    first_day : int
        The first day that is not known yet, days since 1970.
    days_ahead : int
        How many days to look at.

    Returns
    -------
    array of float, shape (ages, days ahead)
        Each row sums to the chance of being won within them.

    Notes
    -----
    P(won on day u) = Π over earlier days (1 - h_win - h_loss) x h_win, each at the deal's age and month then.
    """
    last = len(hazards.win) - 1
    ahead = np.arange(days_ahead)
    then = ages[:, None] + ahead[None, :]
    at = np.clip(then, 0, last)
    days = first_day + ahead
    win, loss = (
        by_age[at] if phases.flat else by_age[at] * phases.factors[phase_of(days, phases.first_month)[None, :], at]
        for by_age, phases in ((hazards.win, hazards.win_phases), (hazards.loss, hazards.loss_phases))
    )
    if (ages < 0).any():
        begun = then >= 0
        win *= begun
        loss *= begun
    # A deal ends once a day at most, however high a month drives it.
    both = win + loss
    over = both > 0.98
    if over.any():
        win[over] *= 0.98 / both[over]
        both[over] = 0.98
    stays = np.cumprod(1.0 - both, axis=1)
    win[:, 1:] *= stays[:, :-1]
    return np.asarray(win, dtype=np.float64)
