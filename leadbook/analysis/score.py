"""The points score: fit, engagement and deductions, with the reason for every point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.results import Scores
from leadbook.analysis.score_engagement import deduction_terms, engagement_terms
from leadbook.analysis.score_fit import Terms, fit_terms, signed
from leadbook.analysis.touches import read_touches
from leadbook.model.columns import key_of
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from leadbook.model.records import Records
    from leadbook.model.team_options import Options

HALF = 50.0
"""The most that fit and engagement can give, each."""
THIRDS = (HALF / 3, 2 * HALF / 3)
"""Grade C or 3 ends below 16.7 points, B or 2 below 33.3; from there it is A or 1."""


def score(records: Records, today: dt.date) -> Scores:
    """Return every lead's points, grade and temperature with the reasons.

    Parameters
    ----------
    records : Records
    today : date
        Activities dated today count fully, later ones not at all.

    Returns
    -------
    Scores

    Notes
    -----
    ``total = clip(fit + engagement + deductions, 0, 100)`` with fit and engagement each limited to 50; a
    limit that bites is a term of its own, so that the terms add up. Points have one decimal. The grade has
    fit as its letter and engagement as its digit, in thirds of 50.
    """
    leads, playbook = records.leads, records.playbook
    read = read_touches(records, today)
    keys, touches = read.keys, read.frame
    fit_rules = [rule for rule in playbook.scoring if _group(rule.attribute, rule.group) == "fit"]
    engagement_rules = [rule for rule in playbook.scoring if _group(rule.attribute, rule.group) == "engagement"]
    deduction_rules = [rule for rule in playbook.scoring if _group(rule.attribute, rule.group) == "deduction"]

    terms = fit_terms(leads, fit_rules)
    count = len(leads.frame)
    fit_sum = np.round(sum((term.points for term in terms), np.zeros(count)), 1)
    earned = engagement_terms(touches, engagement_rules, len(keys.names))
    engagement_sum = keys.spread(earned.points, 0.0).astype(np.float64)
    deductions, deduction_texts = deduction_terms(leads, touches, deduction_rules, keys.codes)
    fit, fit_limit = _limited(fit_sum, "Fit")
    engagement, engagement_limit = _limited(engagement_sum, "Engagement")
    raw = np.round(fit + engagement + deductions, 1)
    total = np.clip(raw, 0.0, 100.0)

    requested_by_id = np.zeros(len(keys.names), dtype=bool)
    asked = (touches["done"] & (touches["kind"] == "request")).to_numpy()
    requested_by_id[touches["code"].to_numpy()[asked]] = True
    requested = keys.spread(requested_by_id, False).astype(bool)
    index = leads.frame.index
    earned_texts = keys.spread(earned.texts, "")
    reasons = _together([*_fit_texts(terms), fit_limit, earned_texts, engagement_limit, deduction_texts], count)
    lacking = {
        rule.value: (rule.points, ~keys.spread(earned.kinds[position], False).astype(bool))
        for position, rule in enumerate(engagement_rules)
        if "request" not in rule.value.casefold()
    }
    raises = _raise_most(terms, lacking, fit_sum=fit_sum, engagement_sum=engagement_sum, deductions=deductions, raw=raw)
    closed = ~leads.frame["stage_class"].isin(["", StageClass.OPEN.value, StageClass.NURTURE.value]).to_numpy()
    raises[closed] = ""
    frame = pd.DataFrame(
        {
            "fit": fit,
            "engagement": engagement,
            "deductions": deductions,
            "total": total,
            "grade": pd.Series(grades(fit, engagement), index, dtype="str"),
            "temperature": pd.Series(temperatures(total, fit, requested, playbook.options), index, dtype="str"),
            "requested": requested,
            "reasons": pd.Series(reasons, index, dtype="str"),
            "raise_most": pd.Series(raises, index, dtype="str"),
        },
        index=index,
    )
    return Scores(frame, read)


def fit_without(records: Records, fit: npt.NDArray[np.float64], headers: frozenset[str]) -> npt.NDArray[np.float64]:
    """Return the fit points of every lead without those for some columns.

    Parameters
    ----------
    records : Records
    fit : array of float
        As `score` gives it: what is returned where no rule looks at these columns.
    headers : set of str
        As the workbook has them.
    """
    leads = records.leads
    barred = {key for key, header in leads.headers.items() if header in headers} | {key_of(name) for name in headers}
    rules = [rule for rule in records.playbook.scoring if _group(rule.attribute, rule.group) == "fit"]
    others = [rule for rule in rules if key_of(rule.attribute) not in barred]
    if len(others) == len(rules):
        return fit
    points = sum((term.points for term in fit_terms(leads, others)), np.zeros(len(leads.frame)))
    return np.clip(np.round(points, 1), 0.0, HALF)


def grades(fit: npt.NDArray[np.float64], engagement: npt.NDArray[np.float64]) -> npt.NDArray[np.object_]:
    """Return "A1" to "C3": fit as the letter, engagement as the digit, in thirds of 50 (lower ends inclusive)."""
    letters = np.array(["C", "B", "A"], dtype=object)[np.searchsorted(THIRDS, fit, side="right")]
    digits = np.array(["3", "2", "1"], dtype=object)[np.searchsorted(THIRDS, engagement, side="right")]
    return np.asarray(letters + digits, dtype=object)


def temperatures(
    total: npt.NDArray[np.float64],
    fit: npt.NDArray[np.float64],
    requested: npt.NDArray[np.bool_],
    options: Options,
) -> npt.NDArray[np.object_]:
    """Return "hot", "warm" or "cold" by the Options; thresholds are inclusive."""
    hot = (total >= options.hot_total) | (requested & (fit >= options.hot_request_fit))
    return np.where(hot, "hot", np.where(total >= options.warm_total, "warm", "cold")).astype(object)


def _group(attribute: str, group: str) -> str:
    """Return a rule's group; the attribute decides where both speak, since it says where to look."""
    word = attribute.strip().casefold()
    if word in {"activity", "activities"}:
        return "engagement"
    if word in {"deduct", "deduction"}:
        return "deduction"
    return "deduction" if group == "deduction" else "fit"


def _limited(points: npt.NDArray[np.float64], name: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.object_]]:
    limited = np.clip(points, 0.0, HALF)
    over = np.round(limited - points, 1)
    cuts, place = np.unique(over, return_inverse=True)
    texts = np.array(
        ["" if not cut else f"{name} limit {HALF:.0f} {signed(cut)}; " if cut < 0 else f"{name} limit 0 {signed(cut)}; "
         for cut in cuts.tolist()],
        dtype=object,
    )  # fmt: skip
    return limited, texts[place]


def _fit_texts(terms: list[Terms]) -> Iterator[npt.NDArray[np.object_]]:
    """Yield what each attribute earned, followed by "; "."""
    for term in terms:
        codes, words = pd.factorize(np.where(term.points != 0, term.texts, ""))
        yield np.array([f"{word}; " if word else "" for word in words], dtype=object)[codes]


def _together(parts: Sequence[npt.NDArray[np.object_]], count: int) -> npt.NDArray[np.object_]:
    """Return the parts of each lead's reasons as one text; leads with the same ones, which are many, share it."""
    group, made = np.zeros(count, dtype=np.int64), [""]
    for part in parts:
        codes, words = pd.factorize(part)
        group, pairs = pd.factorize(group * max(1, len(words)) + codes)
        made = [made[pair // len(words)] + words[pair % len(words)] for pair in pairs.tolist()]
    texts = np.empty(len(made), dtype=object)
    texts[:] = [text.removesuffix("; ") for text in made]
    return np.asarray(texts[group], dtype=object)


def _raise_most(
    terms: list[Terms],
    lacking: dict[str, tuple[float, npt.NDArray[np.bool_]]],
    *,
    fit_sum: npt.NDArray[np.float64],
    engagement_sum: npt.NDArray[np.float64],
    deductions: npt.NDArray[np.float64],
    raw: npt.NDArray[np.float64],
) -> npt.NDArray[np.object_]:
    """Return the missing term that would lift the total most, and by how much it would.

    Blank cells and kinds of activity that the seller can bring about count; a request is the buyer's to make.
    """
    now = np.clip(raw, 0.0, 100.0)
    gain = np.zeros(len(raw))
    choice = np.full(len(raw), -1)
    sentences: list[tuple[str, str]] = []
    fit, engagement = np.clip(fit_sum, 0, HALF), np.clip(engagement_sum, 0, HALF)
    for term in terms:
        then = np.clip(np.clip(fit_sum + term.most, 0, HALF) + engagement + deductions, 0.0, 100.0)
        better = term.blank & (np.round(then - now, 1) > gain)
        gain[better] = np.round(then - now, 1)[better]
        choice[better] = len(sentences)
        sentences.append((f"{term.label} is blank (+", ")"))
    for value, (points, none_yet) in lacking.items():
        then = np.clip(fit + np.clip(engagement_sum + points, 0, HALF) + deductions, 0.0, 100.0)
        better = none_yet & (np.round(then - now, 1) > gain)
        gain[better] = np.round(then - now, 1)[better]
        choice[better] = len(sentences)
        word = " ".join(value.replace("*", " ").split()).casefold() or "activity"
        sentences.append((f"{'An' if word[:1] in 'aeiou' else 'A'} {word} would add ", ""))
    made = np.full(len(raw), "", dtype=object)
    for place, (head, tail) in enumerate(sentences):
        mine = np.flatnonzero(choice == place)
        steps, which = np.unique(gain[mine], return_inverse=True)
        texts = np.array([f"{head}{signed(step)[1:]}{tail}" for step in steps.tolist()], dtype=object)
        made[mine] = texts[which]
    return made
