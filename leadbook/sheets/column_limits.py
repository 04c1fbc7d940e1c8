"""What may be typed into the columns of a new workbook: dropdowns, limits, and the messages beside them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.model.columns import Column, Kind
from leadbook.model.playbook import Category
from leadbook.model.standing_offers import WRITTEN
from leadbook.sheets.spec import Area, Validation

if TYPE_CHECKING:
    from collections.abc import Mapping

_EPOCH = dt.date(1899, 12, 30)
_FIRST_SERIAL = (dt.date(1901, 1, 1) - _EPOCH).days
_LAST_SERIAL = (dt.date(2199, 12, 31) - _EPOCH).days

ACTIVITY_TYPES = (
    "call", "email", "meeting", "demo", "proposal", "reply", "note", "pricing request", "demo request",
)  # fmt: skip
ACTIVITY_OUTCOMES = ("completed", "no answer", "planned", "cancelled", "no show", "bounced", "interested", "not now")
PROPOSAL_STATUSES = (WRITTEN, "Sent", "Accepted", "Declined", "Withdrawn")
_YES_NO = ("Yes", "No")

# Which words a column's dropdown offers: a Settings column, or words of its own.
_SOURCES: dict[tuple[str, str], tuple[str, str]] = {
    ("Leads", "stage"): ("Stages", "Stage"),
    ("Leads", "owner"): ("Reps", "Owner"),
    ("Leads", "currency"): ("Rates", "Currency"),
    ("Activities", "lead_id"): ("Leads", "Lead ID"),
    ("Activities", "owner"): ("Reps", "Owner"),
    ("QuoteLines", "lead_id"): ("Leads", "Lead ID"),
    ("QuoteLines", "product"): ("Products", "Product"),
    ("QuoteLines", "approved_by"): ("Reps", "Owner"),
    ("Offers", "lead_id"): ("Leads", "Lead ID"),
    ("Offers", "approved_by"): ("Reps", "Owner"),
}
_WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("Leads", "forecast_category"): tuple(Category),
    ("Leads", "opt_out"): _YES_NO,
    ("Proposals", "status"): PROPOSAL_STATUSES,
    ("Activities", "type"): ACTIVITY_TYPES,
    ("Activities", "direction"): ("in", "out"),
    ("Activities", "outcome"): ACTIVITY_OUTCOMES,
}


_LIMITS: dict[Kind, Validation] = {
    Kind.DATE: Validation(
        Area(1, 1, 1, 1), "date", minimum=_FIRST_SERIAL, maximum=_LAST_SERIAL,
        message="A date, typed the way your Excel shows dates.",
    ),
    Kind.POINTS: Validation(Area(1, 1, 1, 1), "whole", minimum=0, maximum=3, strict=True),
    Kind.PERCENT: Validation(Area(1, 1, 1, 1), "decimal", minimum=0, maximum=1, message="0 to 100 %.", strict=True),
    Kind.NUMBER: Validation(Area(1, 1, 1, 1), "decimal", minimum=0, message="A number."),
    Kind.MONEY: Validation(Area(1, 1, 1, 1), "decimal", message="A number, without a currency sign."),
}  # fmt: skip


def limits_of(table: str, column: Column, area: Area, names: Mapping[str, str]) -> Validation | None:
    """Return a column's dropdown or limits with its message; none for what leadbook alone writes."""
    if column.owned and (table, column.key) not in _WORDS:
        return None
    limit = Validation(area, "any")
    source = _SOURCES.get((table, column.key))
    words = _WORDS.get((table, column.key))
    if source:
        # A dropdown cannot name a table's column itself; Excel takes it through INDIRECT.
        formula = f'=INDIRECT("{names.get(source[0], source[0])}[{source[1]}]")'
        limit = Validation(area, "list", formula)
    elif words:
        limit = Validation(area, "list", words)
    elif column.kind in _LIMITS:
        limit = replace(_LIMITS[column.kind], area=area)
    message = column.help or limit.message
    if limit.kind == "any" and not message:
        return None
    return replace(limit, title=column.header, message=message)
