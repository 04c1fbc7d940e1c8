"""Visits to stages as plain numbers, the form in which conversion, durations and returns are counted."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from leadbook.analysis.archived import archived_ids
from leadbook.analysis.touches import fold
from leadbook.model.playbook import StageClass

_Number = TypeVar("_Number", np.int64, np.float64)

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.periods import Period
    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Records


def read_steps(visits: pd.DataFrame, records: Records, today: dt.date) -> pd.DataFrame:
    """Return the visits known on a day, in time order within each lead, without leads merged into others.

    Parameters
    ----------
    visits : DataFrame
        As ``history_visits.visits`` returns them: ``lead_id``, ``stage``, ``entered``, ``left``, ``censored``.
    records : Records
    today : date
        A visit begun after it is not known yet, and one left after it is still under way.

    Returns
    -------
    DataFrame, one row a visit
        ``lead`` (int from 0), ``stage`` (position in the playbook's stages, -1 for one it does not know),
        ``entered`` and ``left`` (days since 1970, half open; NaN while the visit lasts), ``censored`` (bool:
        History saw the lead there first, so the visit began earlier), and bools ``first`` and ``last`` of
        the lead.
    """
    if merged := archived_ids(records.archive):
        visits = visits[~pd.Series(fold(visits["lead_id"]), index=visits.index).isin(set(merged))]
    entered, left = days_of(visits["entered"]), days_of(visits["left"])
    tomorrow = day_number(today) + 1
    begun = entered < tomorrow
    # numbered after the choice, so that no number is left without a visit
    lead = pd.factorize(visits["lead_id"].to_numpy(dtype=object)[begun])[0]
    entered, left = entered[begun], left[begun]
    order = np.lexsort((entered, lead))  # stable: History's own order where two changes bear the same time
    lead = lead[order]
    changes = lead[1:] != lead[:-1]
    left = left[order]
    return pd.DataFrame(
        {
            "lead": lead,
            "stage": place_stages(visits["stage"], records.playbook)[begun][order],
            "entered": entered[order],
            "left": np.where(left < tomorrow, left, np.nan),
            "censored": visits["censored"].to_numpy(dtype=bool)[begun][order],
            "first": np.concatenate(([True], changes)) if len(lead) else np.zeros(0, dtype=bool),
            "last": np.concatenate((changes, [True])) if len(lead) else np.zeros(0, dtype=bool),
        }
    )


def place_stages(texts: pd.Series[str], playbook: Playbook) -> npt.NDArray[np.int64]:
    """Return the position in the playbook of the stage each text means, by name or alias; -1 for none."""
    position = {stage.name: place for place, stage in enumerate(playbook.stages)}
    codes, words = pd.factorize(texts)
    meant = [playbook.stage(str(word)) for word in words]
    places = np.array([*(position[stage.name] if stage else -1 for stage in meant), -1], dtype=np.int64)
    return places[codes]


def rank_stages(playbook: Playbook) -> npt.NDArray[np.int64]:
    """Return for each stage of the playbook how far it is: open ones from 0, won after them, -1 for the rest.

    One more -1 stands at the end, so that the unknown stage (-1) finds it.
    """
    open_stages = playbook.open_stages
    ranks = {stage.name: rank for rank, stage in enumerate(open_stages)}
    ranks |= {stage.name: len(open_stages) for stage in playbook.stages if stage.stage_class is StageClass.WON}
    return np.array([*(ranks.get(stage.name, -1) for stage in playbook.stages), -1], dtype=np.int64)


def following(values: npt.NDArray[_Number], steps: pd.DataFrame, blank: float) -> npt.NDArray[_Number]:
    """Return the value of each lead's next visit, ``blank`` for its last."""
    shifted = np.append(values[1:], values[:1])
    shifted[steps["last"].to_numpy()] = blank
    return shifted


def days_of(dates: pd.Series[pd.Timestamp]) -> npt.NDArray[np.float64]:
    """Return dates as days since 1970 with fractions, NaN when blank, whatever unit pandas keeps them in."""
    times = dates.to_numpy(dtype="datetime64[us]")
    return np.where(np.isnat(times), np.nan, times.astype(np.int64) / 86_400_000_000)


def day_number(day: dt.date) -> int:
    """Return a date as days since 1970."""
    return (day - dt.date(1970, 1, 1)).days


def within(days: npt.NDArray[np.float64], period: Period) -> npt.NDArray[np.bool_]:
    """Say which days lie in a period, ``[start, end)``; NaN and the infinities do not."""
    return (days >= day_number(period.start)) & (days < day_number(period.end))
