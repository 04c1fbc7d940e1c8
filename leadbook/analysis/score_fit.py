"""Fit: how close a lead is to the ideal customer, in points of the Scoring table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.touches import spaced_once
from leadbook.model.columns import column, key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from leadbook.model.playbook import ScoringRule
    from leadbook.model.records import Typed

_RANGE = re.compile(r"^\s*(?P<low>[-+]?\d+(?:\.\d+)?)?\s*\.\.\s*(?P<high>[-+]?\d+(?:\.\d+)?)?\s*$")


class Terms(Struct, frozen=True):
    """One attribute's points for every lead.

    Parameters
    ----------
    points : array, shape (n leads,)
    texts : array of str, shape (n leads,)
        ``Industry Software +12``; "" where nothing was earned.
    blank : array of bool, shape (n leads,)
        The cell is empty, so the points could still be earned.
    most : float
        The most that the attribute can earn.
    label : str
        What the attribute is called.
    """

    points: npt.NDArray[np.float64]
    texts: npt.NDArray[np.object_]
    blank: npt.NDArray[np.bool_]
    most: float
    label: str


def signed(points: float) -> str:
    """Return points as text with their sign and at most one decimal: ``+12``, ``+21.6``, ``-30``."""
    text = f"{points:+.1f}"
    return text.removesuffix(".0")


def label_of(attribute: str) -> str:
    """Return what a lead's attribute is called in sentences: its own header of a new workbook."""
    try:
        return column("Leads", key_of(attribute)).header
    except KeyError:
        return attribute.replace("_", " ").strip().capitalize()


def fit_terms(leads: Typed, rules: Sequence[ScoringRule]) -> list[Terms]:
    """Return each attribute's points for every lead, in the order of the Scoring table.

    Parameters
    ----------
    leads : Typed
    rules : sequence of ScoringRule
        Those of group ``fit``. Of several rows about one attribute the one with the most points counts.

    Returns
    -------
    list of Terms
        One for each attribute.

    Notes
    -----
    A value matches whatever its case and spaces; ``50..500`` holds both ends; ``*`` is any filled cell, and
    within a longer value any text (``*director*``). A job title also matches on a whole word of it.
    """
    by_attribute: dict[str, list[ScoringRule]] = {}
    for rule in rules:
        by_attribute.setdefault(key_of(rule.attribute), []).append(rule)
    return [_attribute_terms(leads, key, held) for key, held in by_attribute.items()]


def _attribute_terms(leads: Typed, key: str, rules: list[ScoringRule]) -> Terms:
    cells = lead_cells(leads, key)
    label = label_of(rules[0].attribute)
    codes, distinct = pd.factorize(cells.to_numpy() if cells.dtype.kind in "fiub" else cells.to_numpy(dtype=object))
    if cells.dtype.kind in "fiub":
        best = _match_numbers(np.asarray(distinct, dtype=np.float64), rules, flag=cells.dtype.kind == "b")
        filled = np.ones(len(distinct), dtype=bool) if cells.dtype.kind != "b" else np.asarray(distinct, dtype=bool)
    else:
        plain = [_plain(value) for value in distinct]
        best = match_texts(plain, rules, words=key == "job_title")
        filled = np.array([text != "" for text in plain], dtype=bool)
    worth = np.array([rule.points for rule in rules] + [0.0])
    texts = np.array([f"{label} {_shown(rule.value)} {signed(rule.points)}" for rule in rules] + [""], dtype=object)
    # Position -1 stands for "no rule" in `best` and for a blank cell in `codes`.
    rule_of_lead = np.append(best, -1)[codes]
    most = max(rule.points for rule in rules)
    return Terms(worth[rule_of_lead], texts[rule_of_lead], ~np.append(filled, False)[codes], max(0.0, most), label)


def first_matches(cells: pd.Series[Any], key: str, rules: Sequence[ScoringRule]) -> npt.NDArray[np.intp]:
    """Return for each cell the position of the rule with the most points that fits it, -1 for none."""
    if cells.dtype.kind in "fiub":
        codes, distinct = pd.factorize(cells.to_numpy())
        best = _match_numbers(np.asarray(distinct, dtype=np.float64), list(rules), flag=cells.dtype.kind == "b")
    else:
        codes, distinct = pd.factorize(cells.to_numpy(dtype=object))
        best = match_texts([_plain(value) for value in distinct], rules, words=key == "job_title")
    return np.append(best, -1)[codes]


def lead_cells(leads: Typed, key: str) -> pd.Series[Any]:
    """Return a lead column by key, the seller's own further columns included; all blank when there is none."""
    if key in leads.frame.columns:
        return leads.frame[key]
    for header in leads.extra.columns:
        if key_of(str(header)) == key:
            return leads.extra[header]
    return pd.Series("", index=leads.frame.index, dtype="str")


def match_texts(texts: Sequence[str], rules: Sequence[ScoringRule], *, words: bool) -> npt.NDArray[np.intp]:
    """Return for each text the position of the rule that earns it the most, -1 for none.

    Parameters
    ----------
    texts : sequence of str
        Case-folded, with single spaces; "" matches nothing.
    rules : sequence of ScoringRule
    words : bool
        Whether a rule's value also matches as a whole word of a longer text.
    """
    ranked = sorted(range(len(rules)), key=lambda position: -rules[position].points)
    exact: dict[str, int] = {}
    tests: list[tuple[int, str, Callable[[str], object]]] = []
    for rank, position in enumerate(ranked):
        wanted = _plain(rules[position].value)
        test = _text_test(wanted, words=words)
        if test is None:
            exact.setdefault(wanted, rank)
        else:
            tests.append((rank, *test))
    ranked.append(-1)
    best = np.full(len(texts), -1, dtype=np.intp)
    for place, text in enumerate(texts):
        if not text:
            continue
        found = exact.get(text, len(rules))
        for rank, core, matches in tests:
            if rank >= found:
                break
            # Looking for the value's longest part first is far cheaper than its pattern.
            if core in text and matches(text):
                found = rank
                break
        best[place] = ranked[found]
    return best


def _text_test(wanted: str, *, words: bool) -> tuple[str, Callable[[str], object]] | None:
    """Return what a text must contain and the test it must pass; None when it must be equal."""
    bounds = _bounds(wanted)
    if bounds is not None:
        return "", lambda text: _within(text, *bounds)
    if "*" in wanted:
        parts = wanted.split("*")
        return max(parts, key=len), re.compile(".*".join(map(re.escape, parts)), re.DOTALL).fullmatch
    if words and wanted:
        return wanted, re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)").search
    return None


def _within(text: str, low: float, high: float) -> bool:
    try:
        return low <= float(text.replace(",", "")) <= high
    except ValueError:
        return False


def _match_numbers(numbers: npt.NDArray[np.float64], rules: list[ScoringRule], *, flag: bool) -> npt.NDArray[np.intp]:
    best = np.full(len(numbers), -1, dtype=np.intp)
    for position in sorted(range(len(rules)), key=lambda place: rules[place].points):
        wanted = _plain(rules[position].value)
        bounds = _bounds(wanted)
        if flag:
            matched = numbers == float(wanted not in {"no", "false", "0"})
        elif bounds is not None:
            matched = (numbers >= bounds[0]) & (numbers <= bounds[1])
        elif wanted == "*":
            matched = ~np.isnan(numbers)
        else:
            try:
                matched = numbers == float(wanted.replace(",", ""))
            except ValueError:
                continue
        best[matched] = position
    return best


def _bounds(value: str) -> tuple[float, float] | None:
    """Return both inclusive ends of ``50..500``, ``501..`` or ``..49``; None when it is no range."""
    found = _RANGE.match(value.replace(",", ""))
    if found is None or not (found["low"] or found["high"]):
        return None
    return (float(found["low"] or -np.inf), float(found["high"] or np.inf))


def _plain(value: object) -> str:
    # Only NaN is unequal to itself.
    return "" if value is None or value != value else spaced_once(str(value).casefold())  # noqa: PLR0124 - NaN


def _shown(value: str) -> str:
    text = " ".join(value.split())
    return "filled" if text == "*" else " ".join(text.replace("*", " ").split())
