"""The stage that holds the pipeline up most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.analysis.results import Measure
from leadbook.model.frame_rows import rows_of
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import pandas as pd

    from leadbook.model.playbook import Playbook

FEWEST_VISITS = 20


def measure_bottleneck(stages: pd.DataFrame, playbook: Playbook) -> Measure:
    """Return the open stage in which leads stay longest beyond what is expected.

    Parameters
    ----------
    stages : DataFrame
        As ``measure_stages`` returns them.
    playbook : Playbook

    Returns
    -------
    Measure
        Median days of completed visits ÷ the stage's expected days, of the open stage where this is highest among
        those with 20 completed visits or more. Its key is ``bottleneck``; the name ends with the stage.
    """
    meaning = (
        "Median days of a stage's completed visits divided by its expected days (Settings, Stages), of the open stage "
        f"where it is highest among those with {FEWEST_VISITS} visits or more."
    )
    name = "Bottleneck stage"
    expected = {stage.name: float(stage.expected_days or 0) for stage in playbook.open_stages}
    lines = [line for line in rows_of(stages) if line["stage_class"] == StageClass.OPEN.value]
    judged = [
        line
        for line in lines
        if line["visits"] >= FEWEST_VISITS and expected.get(str(line["stage"]), 0) > 0 and line["median_days"] >= 0
    ]
    if not judged:
        most = max((int(line["visits"]) for line in lines), default=0)
        why_not = f"insufficient history: no stage has {FEWEST_VISITS} completed visits yet, at most {most}"
        return Measure("bottleneck", name, None, "x", most or None, why_not, meaning=meaning)
    worst = max(judged, key=lambda line: float(line["median_days"]) / expected[str(line["stage"])])
    value = float(worst["median_days"]) / expected[str(worst["stage"])]
    stage, days, usual = str(worst["stage"]), float(worst["median_days"]), expected[str(worst["stage"])]
    waiting = f"{int(worst['leads']):,} leads worth {float(worst['amount']):,.0f} stand in it"
    note = (
        f"{stage}: leads stay {days:,.0f} days (median) where {usual:,.0f} are expected; {waiting}."
        if value > 1
        else f"None is slower than expected; the slowest is {stage} with {days:,.0f} of {usual:,.0f} days."
    )
    return Measure(
        "bottleneck",
        f"{name}, {stage}" if value > 1 else name,
        value,
        "x",
        int(worst["visits"]),
        note=note,
        meaning=meaning,
    )
