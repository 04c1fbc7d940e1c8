"""Engagement and deductions: what a lead's activities are worth today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.score_fit import fit_terms, signed
from leadbook.analysis.touches import KINDS
from leadbook.model.playbook import ScoringRule

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pandas as pd

    from leadbook.model.records import Typed


_DIRECTIONS = {"in": "inbound", "inbound": "inbound", "out": "attempt", "outbound": "attempt"}


class Earned(Struct, frozen=True):
    """Points by lead id (see `LeadKeys`), with the reason for each.

    Parameters
    ----------
    points : array, shape (n ids,)
        The sum of the terms, before any limit.
    texts : array of str, shape (n ids,)
        Terms, each followed by "; ".
    kinds : mapping of rule position to array of bool
        Whether the id has an activity that earned by that rule.
    """

    points: npt.NDArray[np.float64]
    texts: npt.NDArray[np.object_]
    kinds: dict[int, npt.NDArray[np.bool_]]


def engagement_terms(touches: pd.DataFrame, rules: Sequence[ScoringRule], ids: int) -> Earned:
    """Return what the activities earn, each by the rule that is worth most for it.

    Parameters
    ----------
    touches : DataFrame
        As `read_touches` returns it.
    rules : sequence of ScoringRule
        Those about activities.
    ids : int
        How many lead ids there are.

    Returns
    -------
    Earned

    Notes
    -----
    An activity that is ``a`` days old earns ``points * 2 ** (-a / half_life)``; one called off, bounced or
    dated after today earns nothing. Activities of one kind make one term, rounded to one decimal.
    """
    live = touches[(touches["done"] & ~touches["bounced"]).to_numpy()]
    codes = live["code"].to_numpy()
    ages = live["age_days"].to_numpy()
    demos_apart = any(rule.value.strip().casefold() == "demo" for rule in rules)
    best = np.full(len(live), -np.inf)
    chosen = np.full(len(live), -1)
    for position, rule in enumerate(rules):
        earns = _earns(live, rule.value, demos_apart=demos_apart)
        worth = np.where(earns, _decayed(rule, ages), -np.inf)
        better = worth > best
        best[better] = worth[better]
        chosen[better] = position
    points = np.zeros(ids)
    texts = np.full(ids, "", dtype=object)
    kinds: dict[int, npt.NDArray[np.bool_]] = {}
    for position, rule in enumerate(rules):
        mine = chosen == position
        count = np.bincount(codes[mine], minlength=ids)
        worth = np.bincount(codes[mine], weights=best[mine], minlength=ids)
        term: npt.NDArray[np.float64] = np.round(worth, 1).astype(np.float64)
        youngest = np.full(ids, np.iinfo(np.int64).max, dtype=np.int64)
        np.minimum.at(youngest, codes[mine], ages[mine])
        kinds[position] = count > 0
        hit = np.flatnonzero((count > 0) & (term != 0))
        points += term
        label = " ".join(rule.value.replace("*", " ").split()).capitalize() or "Activity"
        texts[hit] = texts[hit] + _sentences(label, count[hit], youngest[hit], term[hit])
    return Earned(points, texts, kinds)


def deduction_terms(
    leads: Typed, touches: pd.DataFrame, rules: Sequence[ScoringRule], codes: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.object_]]:
    """Return the points taken off each lead, 0 or below, and the reasons, each followed by "; ".

    ``competitor`` takes them where a competitor is named, ``bounced`` where an e-mail to the lead came back,
    the name of a competitor where it is that one, and any lead column works as it does for fit.
    """
    points = np.zeros(len(codes))
    texts = np.full(len(codes), "", dtype=object)
    bounced = touches[(touches["bounced"] & (touches["age_days"] >= 0)).to_numpy()]
    for rule in rules:
        wanted = rule.value.strip().casefold()
        loss = -abs(rule.points)
        if rule.attribute.strip().casefold() not in {"deduct", "deduction"}:
            lost = fit_terms(leads, [rule])[0]
            hit, text = lost.points != 0, f"{lost.label} {rule.value.strip()}"
        elif "bounce" in wanted:
            known = np.zeros(codes.max(initial=-1) + 2, dtype=bool)
            known[bounced["code"].to_numpy()] = True
            known[-1] = False
            hit, text = known[codes], "E-mail bounced"
        else:
            value = "*" if wanted in {"competitor", "*"} else rule.value
            named = fit_terms(leads, [ScoringRule("competitor", value, loss)])[0]
            hit, text = (
                named.points != 0,
                "Competitor named" if value == "*" else f"Competitor {value.strip()}",
            )
        points[hit] += loss
        texts[hit] += f"{text} {signed(loss)}; "
    return points, texts


def _earns(live: pd.DataFrame, value: str, *, demos_apart: bool) -> npt.NDArray[np.bool_]:
    """Tell which activities a rule's value means: a kind, a direction, a kind of request, or a type's own word."""
    wanted = " ".join(value.split()).casefold()
    kind = live["kind"].to_numpy()
    if "request" in wanted:
        about = live["about"].to_numpy()
        asked = "pricing" if "pric" in wanted or "quot" in wanted else "demo" if "demo" in wanted else ""
        # A bare "request" does not say what it is about, so it earns by either row.
        earns = (kind == "request") & ((about == asked) | (about == "") | (asked == ""))
    elif wanted == "meeting" and not demos_apart:
        earns = np.isin(kind, ("meeting", "demo"))
    elif wanted in KINDS:
        earns = kind == wanted
    elif wanted in _DIRECTIONS:
        earns = live[_DIRECTIONS[wanted]].to_numpy()
    else:
        earns = (live["word"].to_numpy() == wanted) | (wanted == "*")
    return np.asarray(earns, dtype=bool)


def _decayed(rule: ScoringRule, ages: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    if not rule.half_life_days or rule.half_life_days <= 0:
        return np.full(len(ages), rule.points)
    return rule.points * np.exp2(-ages / rule.half_life_days)


def _sentences(
    label: str,
    counts: npt.NDArray[np.int64],
    ages: npt.NDArray[np.int64],
    points: npt.NDArray[np.float64],
) -> npt.NDArray[np.object_]:
    made = np.empty(len(counts), dtype=object)
    whens: dict[int, str] = {0: "today", 1: "1 day ago"}
    for place, (count, age, term) in enumerate(zip(counts.tolist(), ages.tolist(), points.tolist(), strict=True)):
        when = whens.get(age) or whens.setdefault(age, f"{age} days ago")
        made[place] = (
            f"{label} {when} {signed(term)}; " if count == 1 else f"{label} x{count}, latest {when} {signed(term)}; "
        )
    return made
