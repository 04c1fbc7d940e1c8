"""The block of the Pipeline sheet on first contact: how often it is in time, by owner and by source."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from leadbook.model.frame_rows import rows_of
from leadbook.sheets import look
from leadbook.sheets.page import Field
from leadbook.sheets.spec import Area, Style

if TYPE_CHECKING:
    import pandas as pd

    from leadbook.sheets.page import Page
    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

FEW = 20
MOST_GROUPS = 30

_COUNT = look.number(look.WHOLE)
_FIELDS = (
    Field("Attained", look.number(look.PERCENT)), Field("n judged", _COUNT), Field("On time", _COUNT),
    Field("Late", _COUNT), Field("Overdue", _COUNT), Field("Escalated", _COUNT), Field("Reassign", _COUNT),
    Field("Not yet due", _COUNT), Field("Median hours", look.number(look.TENTH)),
)  # fmt: skip


def put_response(page: Page, results: Results) -> None:
    """Put SLA attainment by owner and by source; nothing while no lead's clock can be read."""
    measures = results.measures
    if measures.response_owners.empty:
        return
    limits = ", ".join(f"{name} {hours:g}" for name, hours in results.records.playbook.sla_hours.items())
    page.section(
        "First contact within the SLA",
        note=f"Leads created in the last 365 days; working hours: {limits}. Overdue: not contacted yet. Grey: fewer "
        f"than {FEW} judged.",
    )
    _put(page, "Owner", measures.response_owners)
    _put(page, "Source", measures.response_sources)


def _put(page: Page, title: str, groups: pd.DataFrame) -> None:
    rows: list[tuple[Content, ...]] = [
        (
            str(group["name"]), _known(group["attained"]), int(group["n"]), int(group["on_time"]), int(group["late"]),
            int(group["overdue"]), int(group["escalated"]), int(group["reassign"]), int(group["not_due"]),
            _known(group["median_hours"]),
        )
        for group in rows_of(groups.head(MOST_GROUPS))
    ]  # fmt: skip
    body = page.grid([Field(title, look.WRAPPED), *_FIELDS], rows)
    first, last = body.first_row, body.last_row
    page.mark(Area(first, 2, last, 3), f"=$C{first}<{FEW}", Style(color=look.FAINT, italic=True))
    page.mark(Area(first, 6, last, 8), f"=F{first}>0", Style(color=look.RED, bold=True))
    more = len(groups) - MOST_GROUPS
    if more > 0:
        page.put(page.at, 1, f"and {more:,} more with fewer leads", look.NOTE)
        page.at += 1
    page.gap()


def _known(number: float) -> float | None:
    return None if math.isnan(number) else float(number)
