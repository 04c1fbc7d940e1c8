"""The block of the Scorecard that shows what each value is worth and how many open leads earn it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from leadbook.analysis.score_fit import label_of
from leadbook.sheets import look
from leadbook.sheets.page import Field
from leadbook.sheets.spec import Area, Style

if TYPE_CHECKING:
    from leadbook.model.playbook import ScoringRule
    from leadbook.sheets.page import Page
    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

_GROUPS = {"fit": "Fit", "engagement": "Engagement", "deduction": "Deduction"}
_POINTS = re.compile(r" [+-]\d+(?:\.\d+)?$")
_WHEN = re.compile(r" (?:today|\d+ days? ago|x\d+, latest .+)$")
_COUNT = look.number(look.WHOLE)


def put_points(page: Page, results: Results) -> None:
    """Put the points table of Settings with the open leads that earn each line."""
    rules = results.records.playbook.scoring
    page.section("What earns points", note="From Settings, table Scoring: change a line there and refresh.")
    if not rules:
        page.sentence("Settings has no Scoring table, so every lead scores 0.", look.TEXT)
        return
    earned: Counter[str] = Counter()
    if len(results.standing.frame):
        earned = _earned(results.scores.frame.loc[results.meaning.counted_open, "reasons"].tolist())
    rows: list[tuple[Content, ...]] = [
        (label_of(rule.attribute), rule.value, rule.points, rule.half_life_days, earned[_wording(rule)],
         _GROUPS.get(rule.group, rule.group))
        for rule in rules
    ]  # fmt: skip
    fields = (
        Field("Attribute"), Field("Value"), Field("Points", look.number("+General_);-General_)")),
        Field("Halves every, days", look.number("General_)")), Field("Open leads that earn it", _COUNT),
        Field("Counts as", look.TEXT.but(indent=1)),
    )  # fmt: skip
    body = page.grid(fields, rows)
    page.bars(body, 5)
    page.mark(Area(body.first_row, 3, body.last_row, 3), f"=$C{body.first_row}<0", Style(color=look.RED))
    page.gap()


def _earned(reasons: list[str]) -> Counter[str]:
    """Return how many leads carry each term, points and age of the activity taken off."""
    counts: Counter[str] = Counter()
    for sentence, leads in Counter(reasons).items():
        terms = {_WHEN.sub("", _POINTS.sub("", term)).casefold() for term in sentence.split("; ") if term}
        for term in terms:
            counts[term] += leads
    return counts


def _wording(rule: ScoringRule) -> str:
    """Return how a rule's term begins in a lead's reasons, case-folded."""
    value = " ".join(rule.value.replace("*", " ").split())
    attribute = rule.attribute.strip().casefold()
    if attribute in {"activity", "activities"}:
        return (value or "activity").casefold()
    if attribute in {"deduct", "deduction"}:
        if "bounce" in value.casefold():
            return "e-mail bounced"
        return "competitor named" if value.casefold() in {"", "competitor"} else f"competitor {value}".casefold()
    shown = "filled" if rule.value.strip() == "*" else value
    return f"{label_of(rule.attribute)} {shown}".casefold()
