"""The sheet that ``leadbook diff --xlsx`` writes: the waterfall between two days as a chart, and every change."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd
from msgspec import Struct

from leadbook.analysis.periods import show_day
from leadbook.model.frame_rows import rows_of
from leadbook.sheets import look
from leadbook.sheets.bridge import CHART_HEIGHT, put_bridge
from leadbook.sheets.page import Field, Page
from leadbook.sheets.spec import Area, Sheet, Style

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.analysis.history_difference import Difference
    from leadbook.sheets.spec import Content

_MONEY = look.number(look.MONEY)
_FIELDS = (
    Field("What", most=24), Field("Lead ID"), Field("Company", most=30), Field("Owner", most=20),
    Field("From", most=22), Field("To", most=22), Field("Value", _MONEY, least=12),
)  # fmt: skip


class Compared(Struct, frozen=True):
    """Of which workbook, and in whose money, two days were compared; ``today`` is the later of them."""

    today: dt.date
    book_name: str
    currency: str
    owner: str = ""
    due: str = ""


def changes_sheet(found: Difference, of: Compared) -> Sheet:
    """Lay out what changed between two days.

    Parameters
    ----------
    found : Difference
        One that can be told.
    of : Compared
    """
    page = Page(Sheet("Changes", tab_color=look.ACCENT), 11)
    page.widths(22, 14, 26, 18, 20, 20, 14, 12, 12, 12, 12)
    whose = f", {of.owner}'s leads" if of.owner else ""
    page.title(
        "What changed", of,
        said=f"end of {show_day(found.since)} to end of {show_day(found.until)}{whose}  ·  money in {of.currency}",
    )  # fmt: skip
    which = f"due in {of.due}" if of.due else "whenever due"
    page.section("The open pipeline, step by step", note=f"Open value {which}; the steps add up to the end.")
    rows: list[tuple[Content, ...]] = [
        (str(step["step"]), float(step["amount"]), int(step["deals"])) for step in rows_of(found.steps)
    ]
    body = page.grid((Field("Step"), Field("Value", _MONEY), Field("Deals", look.number(look.WHOLE))), rows)
    ends = f'=OR($A{body.first_row}="Start",$A{body.first_row}="End")'
    page.mark(Area(body.first_row, 1, body.last_row, 3), ends, Style(bold=True, fill=look.SOFT))
    title = f"Open pipeline, {show_day(found.since)} to {show_day(found.until)}"
    put_bridge(page, body, [float(str(row[1])) for row in rows], title)
    page.at = max(page.at, body.first_row - 1 + page.rows_for(CHART_HEIGHT)) + 1
    page.section("Every change", flows=True)
    if not len(found.told):
        page.sentence("Nothing changed.", look.TEXT)
        return page.finish()
    page.table("Changes", _FIELDS, [_row(line) for line in rows_of(found.told)])
    return page.finish()


def _row(line: dict[str, Any]) -> tuple[Content, ...]:
    before, after = _ends(line)
    texts = [str(line[key]) or None for key in ("kind", "lead_id", "company", "owner")]
    amount = float(str(line["amount"]))
    return (str(texts[0]).capitalize(), *texts[1:], before, after, None if math.isnan(amount) else amount)


def _ends(line: dict[str, Any]) -> tuple[Content, Content]:
    """Return what a change led from and to: amounts, days, owners or stages."""
    kind = str(line["kind"])
    key = "amount" if kind.startswith("amount") else "close" if kind in {"pushed out", "pulled in"} else ""
    key = key or ("owner" if kind == "reassigned" else "stage")
    before, after = _content(line[f"{key}_from"]), _content(line[f"{key}_to"])
    if kind == "removed":
        after = str(line["event"]) or "removed"
    return before, after


def _content(value: object) -> Content:
    match value:
        case pd.Timestamp():
            return show_day(value.date())
        case float():
            return None if math.isnan(value) else f"{value:,.0f}"
        case str():
            return value or None
        case _:
            return None
