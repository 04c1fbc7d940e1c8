"""Rows of History as refreshes write them, counted in days from one that the tests share."""

from __future__ import annotations

import datetime as dt

DAY = dt.date(2026, 11, 2)


def later(days: int) -> dt.date:
    """Return the day so many days later."""
    return DAY + dt.timedelta(days=days)


def row(lead_id: str, days: int, event: str, **cells: object) -> dict[str, object]:
    """Return one row of a deal in Proposal; ``cells`` overrule."""
    return {
        "changed_at": later(days), "lead_id": lead_id, "event": event, "stage": "Proposal", "amount": 100.0,
        "close_date": dt.date(2026, 12, 1), "owner": "Ann", "forecast_category": "Pipeline", "lifecycle": "lead",
        "source_of_change": "refresh",
    } | cells  # fmt: skip
