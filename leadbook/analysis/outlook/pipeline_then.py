"""The pipeline as History had it on a past day: amounts, chances and close dates as they stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.history_states import first_day, last_rows, read_changes
from leadbook.analysis.outlook.courses import NEVER
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    import numpy.typing as npt

    from leadbook.model.records import Records


class PipelineThen(Struct, frozen=True):
    """Open deals of a past day.

    Parameters
    ----------
    amount : array of float
        Base currency, NaN where unknown.
    chance : array of float
        The stage's present probability, NaN where the stage is unknown.
    due : array of int
        Expected close date, days since 1970, NEVER for none.
    """

    amount: npt.NDArray[np.float64]
    chance: npt.NDArray[np.float64]
    due: npt.NDArray[np.int64]

    def by_day(self, first_day: int, days_ahead: int) -> npt.NDArray[np.float64]:
        """Return the weighted amount due on each coming day; what is past due or undated is left out."""
        worth = np.nan_to_num(self.amount * self.chance)
        here = (self.due >= first_day) & (self.due < first_day + days_ahead)
        return np.bincount(self.due[here] - first_day, weights=worth[here], minlength=days_ahead).astype(float)


def remember_pipeline(records: Records, today: dt.date) -> Callable[[int], PipelineThen | None] | None:
    """Return what gives the open pipeline of a past day as History had it; None without any History.

    Notes
    -----
    The day (days since 1970) is the first that is not known: the state is that of the evening before. For a day
    before History's first there is None.
    """
    changes = read_changes(records, today)
    since = first_day(changes)
    if since is None:
        return None
    begins = int(np.datetime64(since, "D").astype(np.int64))
    is_open = np.asarray(changes["stage_class"].to_numpy(dtype=object) == StageClass.OPEN.value, dtype=bool)
    amount, chance = (changes[key].to_numpy(dtype=float) for key in ("amount", "probability"))
    closes = changes["close_date"].to_numpy(dtype="datetime64[D]")
    due = np.where(np.isnat(closes), NEVER, closes.astype(np.int64))

    def pipeline_on(day: int) -> PipelineThen | None:
        if day <= begins:
            return None
        rows = last_rows(changes, np.datetime64(day - 1, "D").item())
        rows = rows[is_open[rows]]
        return PipelineThen(amount[rows], chance[rows], due[rows])

    return pipeline_on
