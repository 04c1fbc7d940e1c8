"""How leads move through the stages: the cohort of each stage, what became of it, and the days it takes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from leadbook.model.frame_rows import rows_of
from leadbook.model.playbook import StageClass
from leadbook.sheets import look
from leadbook.sheets.page import Field
from leadbook.sheets.spec import Area, Style

if TYPE_CHECKING:
    from leadbook.sheets.page import Page
    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

FEW = 20
IMMATURE = "immature until the P90 has passed"
NO_HISTORY = "insufficient history"

_KNOWN = ("entered", "conversion", "snapshot", "median_days", "p90_days", "current_days")
_COUNT = look.number(look.WHOLE)
_SHARE = look.number(look.PERCENT)
_DAYS = look.number(look.TENTH)
_FIELDS = (
    Field("Stage", look.WRAPPED), Field("Entered", _COUNT), Field("Moved on", _COUNT), Field("Exited", _COUNT),
    Field("Pending", _COUNT), Field("Conversion (cohort)", _SHARE), Field("Conversion (snapshot)", _SHARE),
    Field("Median days", _DAYS), Field("P90 days", _DAYS), Field("Days in stage now", _DAYS),
    Field("", look.NOTE_WRAPPED.but(indent=1)),
)  # fmt: skip


def put_moves(page: Page, results: Results) -> None:
    """Put one line an open stage: who entered it, moved on, dropped out or is pending, and the days it takes.

    Notes
    -----
    Entered = moved on + exited + pending. A rate or a duration of fewer than 20 cases is grey.
    """
    stages = results.measures.stages
    stages = stages[stages["stage_class"] == StageClass.OPEN.value]
    if stages.empty:
        return
    if not stages[list(_KNOWN)].fillna(0).to_numpy().any():
        page.section("How leads move")
        page.sentence(f"{NO_HISTORY.capitalize()}: nothing is known yet of how leads went from stage to stage.")
        page.gap()
        return
    page.section("How leads move")
    page.put(page.at, 1, _MEANING, look.NOTE)
    page.put(page.at + 1, 1, _MEANING_SNAPSHOT, look.NOTE)
    page.at += 2
    lines = rows_of(stages)
    rows: list[tuple[Content, ...]] = []
    for stage in lines:
        entered = int(stage["entered"])
        cohort: tuple[Content, ...] = (None,) * 4
        if entered:
            cohort = (entered, int(stage["advanced"]), int(stage["exited"]), int(stage["pending"]))
        note = "" if entered else NO_HISTORY
        rows.append((
            str(stage["stage"]), *cohort, _known(stage["conversion"]), _known(stage["snapshot"]),
            _known(stage["median_days"]), _known(stage["p90_days"]), _known(stage["current_days"]),
            IMMATURE if stage["immature"] else note,
        ))  # fmt: skip
    body = page.grid(_FIELDS, rows)
    few = Style(color=look.FAINT, italic=True)
    first = body.first_row
    rates = Area(first, 6, body.last_row, 7)
    page.mark(rates, f"=AND(ISNUMBER($B{first}),$B{first}<{FEW})", few)
    for row, stage in enumerate(lines, first):
        if 0 < int(stage["visits"]) < FEW:  # completed visits, a number that the table has no column for
            page.mark(Area(row, 8, row, 9), f"=ISNUMBER($H{row})", few)
    slowest = next((one for one in results.measures.headline if one.key == "bottleneck"), None)
    if slowest is not None and slowest.value is not None:
        page.sentence(f"Bottleneck: {slowest.note}" if slowest.value > 1 else slowest.note)
    page.gap()


_MEANING = (
    "Leads that first entered the stage in the year that ended its P90 days ago (today where immature), and what "
    "became of them: moved on to any later stage, exited (lost, disqualified, parked), or still pending."
)
_MEANING_SNAPSHOT = (
    "Snapshot: went on from the stage ÷ entered it, both in the last 365 days; it may exceed 100 %. Median and P90: "
    "days of completed visits. Grey: fewer than 20 cases."
)


def _known(number: float) -> float | None:
    return None if math.isnan(number) else float(number)
