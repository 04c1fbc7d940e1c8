"""What is left of the way to Won in each stage, by the playbook and by what History saw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.touches import fold

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from leadbook.model.playbook import Playbook

PLAYBOOK_LEADS = 20.0
"""The playbook's chance of a stage counts as if it had been seen on so many leads."""
SHORTEST, LONGEST = 0.01, 1.5


def way_left(
    playbook: Playbook, visits: pd.DataFrame, outcomes: dict[str, bool], won: int, lost: int
) -> dict[str, float]:
    """Return how much of the way to Won lies ahead of a lead in each open stage: 1 at the beginning, 0 at the end.

    Parameters
    ----------
    playbook : Playbook
    visits : DataFrame
        As ``history.visits`` gives them.
    outcomes : dict of str to bool
        Of each decided lead, by its id case-folded, whether it was won.
    won, lost : int
        The decided leads, those that History never saw among them; disqualified ones count as lost.

    Notes
    -----
    A lead that is won from the beginning with the chance p is won from a stage with ``p ** k``: it has to get through
    what is left of the way alone. By the playbook ``k = ln(chance of the stage) / ln(chance of the first stage)``, so
    only how the stages compare counts, not how hopeful they are. Where History saw decided leads in the stage, their
    share won is taken together with the playbook's (as if seen on 20 leads) in place of the stage's chance, and the
    team's own win rate in place of the first one's.
    """
    stages = [stage for stage in playbook.open_stages if 0 < stage.probability < 1]
    if not stages or not won or not lost:
        return {}
    first = min(stages, key=lambda stage: stage.order).probability
    rate = won / (won + lost)
    seen = _seen_in(playbook, visits, outcomes)
    made: dict[str, float] = {}
    for stage in stages:
        by_playbook = float(rate ** (np.log(stage.probability) / np.log(first)))
        hits, n = seen.get(stage.name, (0.0, 0.0))
        chance = (hits + PLAYBOOK_LEADS * by_playbook) / (n + PLAYBOOK_LEADS)
        made[stage.name] = float(np.clip(np.log(chance) / np.log(rate), SHORTEST, LONGEST))
    return made


def _seen_in(playbook: Playbook, visits: pd.DataFrame, outcomes: dict[str, bool]) -> dict[str, tuple[float, float]]:
    """Return for each stage how many decided leads History saw in it, won ones first."""
    if not len(visits) or not outcomes:
        return {}
    ids, stages = fold(visits["lead_id"]), visits["stage"].to_numpy(dtype=object)
    pairs = {(str(lead), str(stage)) for lead, stage in zip(ids.tolist(), stages.tolist(), strict=True)}
    names = {word: found.name for word in {stage for _, stage in pairs} if (found := playbook.stage(word))}
    decided = {(lead, names[stage]) for lead, stage in pairs if lead in outcomes and stage in names}
    counts: dict[str, npt.NDArray[np.float64]] = {}
    for lead, stage in decided:
        counts.setdefault(stage, np.zeros(2))[:] += (outcomes[lead], 1.0)
    return {stage: (float(pair[0]), float(pair[1])) for stage, pair in counts.items()}
