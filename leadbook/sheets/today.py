"""The Today sheet: what each seller should do next, the warmest lead first, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadbook.analysis.measure_groups import spell_groups
from leadbook.model.issues import quoted_sheet
from leadbook.sheets import look
from leadbook.sheets.page import Field, Page, Tile
from leadbook.sheets.registry import sheet
from leadbook.sheets.spec import Area, Link, Sheet, Style

if TYPE_CHECKING:
    import pandas as pd

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
    Field("Lead", least=9, most=13),
    Field("Company", look.WRAPPED, least=14, most=20),
    Field("Owner", look.WRAPPED, least=11, most=14),
    Field("Stage", look.WRAPPED, least=12, most=14),
    Field("Next action", look.WRAPPED, least=24, most=28),
    Field("Why now", look.WRAPPED, least=24, most=30),
    Field("Due", look.dated(), least=12),
    Field("First contact", look.WRAPPED, least=13, most=15),
    Field("Grade", look.CENTER, least=8),
    Field("Amount", look.number(look.MONEY), least=11),
    Field("Flags", look.WRAPPED, least=13, most=16),
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
    page.widths(14, 12, 16, 13, 13, 24, 24, 12, 13, 8, 11, 13)
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
    page.mark(Area(first, 8, body.last_row, 8), f"=AND(ISNUMBER($H{first}),$H{first}<$A$2)", late)
    page.mark(Area(first, 9, body.last_row, 9), f'=LEFT($I{first},4)="late"', late)
    page.mark(Area(first, 10, body.last_row, 10), f'=OR($J{first}="A1",$J{first}="A2",$J{first}="B1")',
              Style(color=look.GREEN, fill=look.GREEN_SOFT, bold=True))  # fmt: skip
    page.bars(body, 1)
    return page.finish(repeat=(table.row, table.row))


def _open_leads(results: Results) -> pd.DataFrame:
    """Return the open leads, the highest priority first, an owner's name in every row."""
    standing, leads = results.standing.frame, results.records.leads.frame
    is_open = results.meaning.counted_open
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
        Field("Owner", look.WRAPPED, span=2), Field("Open leads", count),
        *(Field(name, count) for _, name, _ in _SHOWN_FLAGS), Field("Not listed below", count),
    )  # fmt: skip
    rows: list[tuple[Content, ...]] = [
        (str(owner), *(int(number) for number in line))
        for owner, line in zip(counts.head(MOST_OWNERS).index, counts.head(MOST_OWNERS).to_numpy(), strict=True)
    ]
    body = page.grid(fields, rows)
    red = Style(color=look.RED, bold=True)
    page.mark(Area(body.first_row, 4, body.last_row, 5), f"=D{body.first_row}>0", red)
    page.gap()


def _rows(results: Results, shown: pd.DataFrame) -> list[tuple[Content, ...]]:
    leads, scores = results.records.leads.frame, results.scores.frame
    places = leads.index.get_indexer(shown.index)
    rows = shown.index.tolist()

    def lead(key: str) -> list[Any]:
        return leads[key].take(places).tolist()

    def score(key: str) -> list[Any]:
        return scores[key].take(places).tolist()

    home = quoted_sheet(results.leads_sheet)
    limits = {name: _spelled(name, hours) for name, hours in results.records.playbook.sla_hours.items()}
    contacts = zip(shown["sla_late"].tolist(), leads["first_contacted"].take(places).isna().tolist(),
                   score("temperature"), strict=True)  # fmt: skip
    names = zip(lead("company"), lead("first_name"), lead("last_name"), strict=True)
    columns: tuple[list[Any], ...] = (
        _known(shown["priority"].tolist()),
        [Link(name or f"row {row}", f"{home}!A{row}", "Go to the lead")
         for row, name in zip(rows, lead("lead_id"), strict=True)],
        [company or f"{first} {last}".strip() for company, first, last in names],
        shown["owner"].tolist(),
        lead("stage_name"),
        shown["next_action"].tolist(),
        shown["priority_reason"].tolist(),
        [None if day != day else day.date() for day in lead("next_step_date")],  # noqa: PLR0124 - NaT is unlike itself
        [_first_contact(late, blank, limits.get(heat, "")) for late, blank, heat in contacts],
        score("grade"),
        _known(lead("amount_base")),
        shown["flags"].tolist(),
    )  # fmt: skip
    return list(zip(*columns, strict=True))


def _known(numbers: list[float]) -> list[float | None]:
    return [None if number != number else float(number) for number in numbers]  # noqa: PLR0124 - NaN is unlike itself


def _spelled(temperature: str, hours: float) -> str:
    return f", {temperature} is {hours:g} working {'hour' if hours == 1 else 'hours'}"


def _first_contact(late: bool, blank: bool, limit: str) -> str:
    """Return how a lead's first contact stands against its SLA."""
    if late:
        return f"late{limit}"
    return f"due{limit}" if blank else "done"
