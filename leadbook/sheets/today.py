"""The Today sheet: what each seller should do next, the warmest lead first, and why."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd

from leadbook.analysis.measure_groups import spell_groups
from leadbook.model.issues import quoted_sheet
from leadbook.sheets import look
from leadbook.sheets.live_meaning import Meaning
from leadbook.sheets.page import Field, Page, Tile
from leadbook.sheets.registry import sheet
from leadbook.sheets.spec import Area, Link, Sheet, Style

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

NAME = "Today"
TABLE = "TodayList"
PER_OWNER = 25
MOST_ROWS = 500
MOST_OWNERS = 12
COLUMNS = 12
UNKNOWN = "Unknown"

_SHOWN_FLAGS = (
    ("overdue", "Overdue", "next step date has passed"),
    ("sla_late", "First contact late", "not contacted within the hours of Settings/Sla"),
    ("no_next_step", "No next step", "nothing is planned"),
    ("stale", "Stale", "silent too long for the stage, and nothing planned soon"),
)
_FIELDS = (
    Field("Priority", look.number(look.WHOLE), least=11),
    Field("Lead", least=10, most=14),
    Field("Company", look.WRAPPED, least=16, most=22),
    Field("Owner", look.WRAPPED, least=13, most=16),
    Field("Stage", look.WRAPPED, least=14, most=16),
    Field("Next action", look.WRAPPED, least=26, most=32),
    Field("Why now", look.WRAPPED, least=26, most=34),
    Field("Due", look.dated(), least=12.5),
    Field("First contact", look.WRAPPED, least=15, most=17),
    Field("Grade", look.CENTER, least=9),
    Field("Amount", look.number(look.MONEY), least=11),
    Field("Flags", look.WRAPPED, least=15, most=20),
)


@sheet(NAME, order=10)
def today_sheet(results: Results) -> Sheet:
    """Lay out the Today sheet.

    Parameters
    ----------
    results : Results

    Returns
    -------
    Sheet
        At most ``PER_OWNER`` leads an owner and ``MOST_ROWS`` in all, by priority.
    """
    page = Page(Sheet(results.naming.sheet(NAME), tab_color=look.GOLD), COLUMNS)
    page.widths(18, 14, 16, 16, 16, 26, 26, 12.5, 15, 9, 11, 15)
    page.title("Today", results, said=f"open leads, the warmest first; money in {results.currency}")
    frame = _open_leads(results)
    if frame.empty:
        empty = results.records.leads.frame.empty
        page.sentence(
            "There are no leads yet. Type the first one into the Leads table, then refresh." if empty
            else "No lead is open: nothing is waiting for anybody today.", look.TEXT,
        )  # fmt: skip
        return page.finish()
    _put_counts(page, frame)
    shown = frame.groupby("owner", sort=False, dropna=False).head(PER_OWNER).head(MOST_ROWS)
    _put_owners(page, frame, shown)
    hidden = len(frame) - len(shown)
    note = f"Up to {PER_OWNER} leads an owner. Priority = value x chance x urgency."
    if hidden:
        note = f"{hidden:,} more open leads have a lower priority and are not listed. {note}"
    page.section("What to do next", note=note)
    table = page.table(results.naming.table(TABLE), _FIELDS, _rows(results, shown))
    body = Area(table.row + 1, 1, table.last_row, COLUMNS)
    first = body.first_row
    late = Style(color=look.RED, bold=True)
    page.mark(Area(first, 8, body.last_row, 8), f"=AND(ISNUMBER($H{first}),$H{first}<$B$2)", late)
    page.mark(Area(first, 9, body.last_row, 9), f'=LEFT($I{first},4)="late"', late)
    page.mark(Area(first, 10, body.last_row, 10), f'=OR($J{first}="A1",$J{first}="A2",$J{first}="B1")',
              Style(color=look.GREEN, fill=look.GREEN_SOFT, bold=True))  # fmt: skip
    page.bars(body, 1)
    return page.finish(repeat=(table.row, table.row))


def _open_leads(results: Results) -> pd.DataFrame:
    """Return the open leads, the highest priority first, an owner's name in every row."""
    standing, leads = results.standing.frame, results.records.leads.frame
    is_open = Meaning(results).open & Meaning(results).counted
    frame = standing.loc[is_open]
    owners = leads.loc[is_open, "owner"].astype(object)
    reps = [rep.owner for rep in results.records.playbook.reps]
    frame = frame.assign(owner=spell_groups(owners.where(owners != "", UNKNOWN), reps))
    return frame.sort_values("priority", ascending=False, kind="stable", na_position="last")


def _put_counts(page: Page, frame: pd.DataFrame) -> None:
    tiles = [Tile("Open leads", len(frame), note="waiting for somebody")]
    for key, name, meaning in _SHOWN_FLAGS:
        count = int(frame[key].sum())
        style = look.TILE_VALUE.but(color=look.RED) if count and key in {"overdue", "sla_late"} else look.TILE_VALUE
        tiles.append(Tile(name, count, note=meaning, style=style))
    page.tiles(tiles)


def _put_owners(page: Page, frame: pd.DataFrame, shown: pd.DataFrame) -> None:
    """Put what is waiting for each owner, the busiest first."""
    flags = [key for key, _, _ in _SHOWN_FLAGS]
    counts = frame.groupby("owner", sort=False)[flags].sum().astype(int)
    counts.insert(0, "open", frame.groupby("owner", sort=False).size())
    counts["more"] = counts["open"] - shown.groupby("owner", sort=False).size().reindex(counts.index, fill_value=0)
    counts = counts.sort_values("open", ascending=False, kind="stable")
    more = len(counts) - MOST_OWNERS
    page.section("By owner", note=f"{more:,} owners with fewer leads are in the list below." if more > 0 else "")
    count = look.number(look.WHOLE).but(align="center", indent=0)
    fields = (
        Field("Owner"), Field("Open leads", count), *(Field(name, count) for _, name, _ in _SHOWN_FLAGS),
        Field("Not listed below", count),
    )  # fmt: skip
    rows: list[tuple[Content, ...]] = [
        (str(owner), *(int(number) for number in line))
        for owner, line in zip(counts.head(MOST_OWNERS).index, counts.head(MOST_OWNERS).to_numpy(), strict=True)
    ]
    body = page.grid(fields, rows)
    red = Style(color=look.RED, bold=True)
    page.mark(Area(body.first_row, 3, body.last_row, 4), f"=C{body.first_row}>0", red)
    page.gap()


def _rows(results: Results, shown: pd.DataFrame) -> list[tuple[Content, ...]]:
    leads = results.records.leads.frame.loc[shown.index]
    scores = results.scores.frame.loc[shown.index]
    sheet_name = quoted_sheet(results.leads_sheet)
    due = leads["next_step_date"]
    hours = results.records.playbook.sla_hours
    rows: list[tuple[Content, ...]] = []
    for position, row in enumerate(shown.index):
        standing, lead = shown.iloc[position], leads.iloc[position]
        label = str(lead["lead_id"]) or f"row {row}"
        contact = f"{lead['first_name']} {lead['last_name']}".strip()
        day = due.iloc[position]
        rows.append((
            float(standing["priority"]) if standing["priority"] == standing["priority"] else None,
            Link(label, f"{sheet_name}!A{row}", "Go to the lead"),
            str(lead["company"]) or contact,
            str(standing["owner"]),
            str(lead["stage_name"]),
            str(standing["next_action"]),
            str(standing["priority_reason"]),
            None if pd.isna(day) else dt.date(day.year, day.month, day.day),
            _first_contact(standing, lead, str(scores["temperature"].iloc[position]), hours),
            str(scores["grade"].iloc[position]),
            None if pd.isna(lead["amount_base"]) else float(lead["amount_base"]),
            str(standing["flags"]),
        ))  # fmt: skip
    return rows


def _first_contact(standing: pd.Series, lead: pd.Series, temperature: str, hours: Mapping[str, float]) -> str:
    """Return how the lead's first contact stands against its SLA."""
    limit = hours.get(temperature)
    spelled = f", {temperature} is {limit:g} working {'hour' if limit == 1 else 'hours'}" if limit is not None else ""
    if bool(standing["sla_late"]):
        return f"late{spelled}"
    if pd.isna(lead["first_contacted"]):
        return f"due{spelled}"
    return "done"
