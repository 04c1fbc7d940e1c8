"""One row a stage: what stands in it, how many get on from it, how long they take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from leadbook.analysis.conversion import measure_stage_conversion
from leadbook.analysis.velocity import measure_time_in_stage

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.model.playbook import Playbook

COLUMNS = (
    "stage", "stage_class", "leads", "amount", "entered", "advanced", "exited", "pending", "conversion",
    "snapshot", "immature", "median_days", "p90_days", "visits", "current_days", "stale", "stalled", "note",
)  # fmt: skip


def measure_stages(
    deals: pd.DataFrame, steps: pd.DataFrame, playbook: Playbook, today: dt.date, why_no_history: str
) -> pd.DataFrame:
    """Return the stages in order, each with its leads, conversion and durations.

    Parameters
    ----------
    deals : DataFrame
        As ``collect_deals`` returns them.
    steps : DataFrame
        Visits as ``read_steps`` returns them.
    playbook : Playbook
    today : date
    why_no_history : str
        What the note says where History has no visit to a stage.

    Returns
    -------
    DataFrame, one row a stage
        The columns that ``Measures.stages`` documents. Terminal stages have no conversion.
    """
    names = [stage.name for stage in playbook.stages]
    grouped = deals.groupby("stage_name", sort=False)
    found = pd.DataFrame(
        {
            "stage": pd.Series(names, dtype=object).to_numpy(),
            "stage_class": [stage.stage_class.value for stage in playbook.stages],
        },
        index=names,
    )
    found["leads"] = grouped.size().reindex(names, fill_value=0).astype(int)
    found["amount"] = grouped["amount"].sum().reindex(names, fill_value=0.0)
    for flag in ("stale", "stalled"):
        found[flag] = grouped[flag].sum().reindex(names, fill_value=0).astype(int)
    found = found.join(measure_time_in_stage(steps, deals, playbook))
    conversion = measure_stage_conversion(steps, playbook, found["p90_days"], today)
    found = found.join(conversion)
    for count in ("entered", "advanced", "exited", "pending"):
        found[count] = found[count].fillna(0).astype(int)
    # terminal stages have NaN here
    found["immature"] = found["immature"].eq(True)
    found["note"] = found["note"].fillna("").astype(object)
    unseen = found.index.isin(conversion.index) & (found["entered"] == 0) & (found["note"] == "")
    found.loc[unseen, "note"] = why_no_history
    return found[list(COLUMNS)].reset_index(drop=True)
