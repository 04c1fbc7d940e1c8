"""The numbers at the top of the Pipeline sheet, each with its n and its meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import column_letters
from leadbook.sheets import look
from leadbook.sheets.page import Tile
from leadbook.sheets.spec import Formula

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadbook.analysis.results import Measure
    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

FEW = 20
_NOTHING = look.TILE_VALUE.but(color=look.FAINT, size=12)
_UNSURE = look.TILE_VALUE.but(color=look.FAINT)


def measure_named(results: Results, *keys: str) -> Measure | None:
    """Return the first headline measure with one of these keys that has a value, else the first one."""
    by_key = {measure.key: measure for measure in results.measures.headline}
    found = [by_key[key] for key in keys if key in by_key]
    return next((measure for measure in found if measure.value is not None), found[0] if found else None)


def headline_tiles(results: Results, totals: Mapping[int, Content], row: int) -> list[Tile]:
    """Return the tiles of the Pipeline sheet.

    Parameters
    ----------
    results : Results
    totals : mapping of column to content
        The stage table's row of totals.
    row : int
        Its Excel row.
    """
    meaning, is_open = results.meaning, results.meaning.counted_open
    open_leads = int(is_open.sum())
    priced = int(np.isfinite(meaning.amounts[is_open]).sum())
    past = int((is_open & meaning.past(results.today)).sum())
    stale = int(results.standing.frame["stale"].to_numpy(dtype=bool)[is_open].sum())
    left = f"; {past:,} past close date left out" if past else ""
    return [
        Tile("Open leads", _same(totals, 2, row), note="in a stage of class open"),
        Tile("Open value", _same(totals, 3, row), look.TILE_MONEY, note=f"n = {priced:,} with an amount"),
        Tile("Weighted", _same(totals, 5, row), look.TILE_MONEY, note=f"value x chance{left}"),
        _tile(results, "Win rate", look.PERCENT, "won ÷ (won + lost)", "win_rate_count", "win_rate_count_all"),
        _tile(results, "Velocity", look.COUNT, f"{results.currency} a day", "velocity"),
        _tile(results, "Average age", look.TENTH, "days since created", "lead_age_mean"),
        Tile(
            "Stale share", stale / open_leads if open_leads else "n/a", look.PERCENT, f"n = {open_leads:,} open",
            look.TILE_VALUE if open_leads >= FEW else _UNSURE,
        ),
        _hygiene(results),
        _tile(results, "SLA on time", look.PERCENT, "first contacts", "sla_attainment"),
        _tile(results, "Coverage", look.TILE_TIMES, "of what is left of the quota", "coverage"),
        _tile(results, "Sales cycle", look.COUNT, "days to win, mean", "won_cycle_mean"),
    ]  # fmt: skip


def _same(totals: Mapping[int, Content], column: int, row: int) -> Content:
    content = totals[column]
    value = content.value if isinstance(content, Formula) else None
    return Formula(f"=${column_letters(column)}${row}", value)


def _tile(results: Results, name: str, number: str, meaning: str, *keys: str) -> Tile:
    measure = measure_named(results, *keys)
    if measure is None:
        return Tile(name, "n/a", number, "not measured", _NOTHING)
    if measure.value is None:
        return Tile(name, "n/a", number, measure.why_not, _NOTHING)
    shown = f"n = {measure.n:,}" if measure.n is not None else ""
    style = _UNSURE if measure.n is not None and measure.n < FEW else look.TILE_VALUE
    return Tile(name, measure.value, number, f"{meaning}; {shown}" if shown else meaning, style)


def _hygiene(results: Results) -> Tile:
    """Return the share of open leads without an error-level issue."""
    owners = results.measures.owners
    leads = int(owners["open_leads"].sum()) if len(owners) else 0
    if not leads:
        return Tile("Hygiene", "n/a", look.PERCENT, "no lead is open", _NOTHING)
    wrong = int(owners["errors"].sum())
    style = look.TILE_VALUE if leads >= FEW else _UNSURE
    return Tile("Hygiene", 1 - wrong / leads, look.PERCENT, f"open leads without an error; n = {leads:,}", style)
