"""The chance of winning and the forecast category of each lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.touches import fold
from leadbook.model.playbook import Category, StageClass

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.model.playbook import Playbook

MOST_PUSHES = 2
"""A close date moved into a later month more often than this bars Commit."""
_WORDS = {"".join(filter(str.isalnum, category.value.casefold())): category.value for category in Category}


def stage_table(names: pd.Series[str], playbook: Playbook) -> pd.DataFrame:
    """Return what the playbook says about each lead's stage.

    Parameters
    ----------
    names : Series of str
        ``stage_name`` of the leads.
    playbook : Playbook

    Returns
    -------
    DataFrame, index as ``names``
        ``order`` (NaN unless the stage is open), ``expected_days``, ``stale_days`` and ``probability`` (NaN
        when the stage is unknown or leaves them blank) and ``category`` ("" when the stage is unknown).
    """
    codes, distinct = pd.factorize(names.to_numpy(dtype=object))
    by_name = {stage.name: stage for stage in playbook.stages}
    stages = [by_name.get(str(name)) for name in distinct]

    def spread(values: list[float | None]) -> npt.NDArray[np.float64]:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)[codes]

    return pd.DataFrame(
        {
            "order": spread([s.order if s and s.stage_class is StageClass.OPEN else None for s in stages]),
            "expected_days": spread([s.expected_days if s else None for s in stages]),
            "stale_days": spread([s.stale_days if s else None for s in stages]),
            "probability": spread([s.probability if s else None for s in stages]),
            "category": np.array([s.category.value if s else "" for s in stages], dtype=object)[codes],
        },
        index=names.index,
    )


def chances(
    frame: pd.DataFrame, probability: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.object_]]:
    """Return each lead's chance of winning (0 to 1) and where it comes from.

    Parameters
    ----------
    frame : DataFrame
        The leads.
    probability : array of float, shape (n leads,)
        Their stages' probability.

    Returns
    -------
    (array of float, array of str)
        NaN and "" when the stage is unknown and there is no override. A closed lead has its outcome (1 won, 0
        lost or disqualified), whatever was typed as its probability; an override outside 0 to 1 is ignored.
    """
    stage_class = frame["stage_class"].to_numpy(dtype=object)
    override = frame["probability_override"].to_numpy(dtype=np.float64)
    with np.errstate(invalid="ignore"):
        usable = (override >= 0) & (override <= 1)
    won = stage_class == StageClass.WON.value
    lost = (stage_class == StageClass.LOST.value) | (stage_class == StageClass.DISQUALIFIED.value)
    win = np.select([won, lost, usable], [1.0, 0.0, override], probability)
    source = np.select([won | lost, usable, ~np.isnan(probability)], ["outcome", "override", "stage"], "")
    return win, source.astype(object)


def categories(
    frame: pd.DataFrame, stage_category: pd.Series[str], pushes: npt.NDArray[np.int64]
) -> npt.NDArray[np.object_]:
    """Return each lead's forecast `Category`; every lead is in exactly one.

    Parameters
    ----------
    frame : DataFrame
        The leads.
    stage_category : Series of str
        The stage's category, "" when the stage is unknown.
    pushes : array of int, shape (n leads,)

    Returns
    -------
    array of str, shape (n leads,)

    Notes
    -----
    Won is Closed; lost, disqualified and nurture are Omitted. Otherwise the lead's own category where it is
    one, else the stage's; without either it is Omitted. An open lead is never Closed, and one whose close
    date moved into a later month three times or more is Best case at the most.
    """
    stage_class = frame["stage_class"].to_numpy(dtype=object)
    codes, typed = pd.factorize(fold(frame["forecast_category"]))
    meant = np.array([_WORDS.get("".join(filter(str.isalnum, word)), "") for word in typed] + [""], dtype=object)
    own = meant[codes]
    of_stage = stage_category.to_numpy(dtype=object)
    closed = Category.CLOSED.value
    found = np.where((own != "") & (own != closed), own, of_stage)
    found = np.where(found == closed, Category.PIPELINE.value, found)
    found = np.where(found == "", Category.OMITTED.value, found)
    barred = (found == Category.COMMIT.value) & (pushes > MOST_PUSHES)
    found = np.where(barred, Category.BEST_CASE.value, found)
    parked = np.isin(stage_class, [StageClass.LOST.value, StageClass.DISQUALIFIED.value, StageClass.NURTURE.value])
    found = np.where(parked, Category.OMITTED.value, found)
    return np.where(stage_class == StageClass.WON.value, closed, found).astype(object)
