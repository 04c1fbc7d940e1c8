"""What was learned and how good it is, in sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from leadbook.analysis.winning.checking import LATEST
from leadbook.analysis.winning.enough import NO_BETTER_THAN_CHANCE, STRONGER_MODEL
from leadbook.analysis.winning.reasons import A_GRADE, POINT

if TYPE_CHECKING:
    from leadbook.analysis.winning.figures import Estimate, Figures
    from leadbook.analysis.winning.learning import Learned


def tell_model(learned: Learned) -> str:
    """Return which model gives the chances, and why that one."""
    if learned.readable is None:
        return ""
    if learned.trees is not None and learned.stronger is not None:
        return (
            "Win % comes from boosted trees, which foretell leads left out better than the points table by more than "
            f"noise: the table loses {learned.table_loses:.3f} AUC against them on the same leads."
        )
    said = "Win % comes from the points table; "
    if learned.readable.left_out.auc.low <= NO_BETTER_THAN_CHANCE:
        return said + (
            "no column tells won from lost better than chance yet, so the chances lie close to the average, and a "
            "stronger model would find nothing either."
        )
    if learned.won + learned.lost >= STRONGER_MODEL:
        return said + "boosted trees did not foretell leads better by more than noise."
    return said + f"stronger models are tried from {STRONGER_MODEL:,} outcomes on, where they can show it."


def tell_fit(learned: Learned) -> str:
    """Return what the playbook's fit points are worth by history."""
    if learned.points is None:
        return ""
    worth = POINT * math.log(2) * learned.points.trust * _slope(learned)
    return (
        f"Besides, the fit points of Settings count: a better letter of the grade ({A_GRADE:.0f} fit points) is worth "
        f"{worth:+.1f} points here; before any history it counts +10."
    )


def _slope(learned: Learned) -> float:
    """Return the calibration of the points table, which is only its own where the table is in use."""
    return learned.calibration.slope if learned.trees is None else 1.0


def tell_figures(learned: Learned) -> list[str]:
    """Return how well each model foretold what it had not seen, a sentence a check."""
    said = []
    for name, found in (("Points table", learned.readable), ("Boosted trees", learned.stronger)):
        if found is None:
            continue
        said.append(f"{name}, leads left out in turn: {_figures(found.left_out)}.")
        if found.latest is not None:
            share = f"the latest {LATEST:.0%} of the outcomes"
            said.append(f"{name}, {share} ({learned.order_told}) from the earlier ones: {_figures(found.latest)}.")
    return said


def _figures(figures: Figures) -> str:
    return (
        f"AUC {_estimate(figures.auc)}, Brier {_estimate(figures.brier)}, calibration error {figures.ece:.3f} "
        f"({figures.won:,} won, {figures.lost:,} lost)"
    )


def _estimate(found: Estimate) -> str:
    return f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"
