"""The Today sheet: what each seller should do next, the warmest lead first, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from leadbook.analysis.nurture import Track
from leadbook.analysis.nurture_list import list_nurture
from leadbook.analysis.periods import show_day
from leadbook.analysis.today_list import list_today
from leadbook.model.issues import quoted_sheet
from leadbook.sheets import look
from leadbook.sheets.document_links import last_documents, link_to
from leadbook.sheets.page import Field, Page, Tile
from leadbook.sheets.registry import sheet
from leadbook.sheets.spec import Area, Link, Sheet, Style

if TYPE_CHECKING:
    import pandas as pd

    from leadbook.analysis.today_list import TodayList
    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

NAME = "Today"
TABLE = "TodayList"
NURTURE_TABLE = "NurtureList"
PER_OWNER = 25
MOST_NURTURED = 100
MOST_ROWS = 500
MOST_OWNERS = 12
COLUMNS = 13

_TILES = (
    ("sla_over", "SLA over", "not contacted within the hours of Settings/Sla"),
    ("overdue", "Overdue", "next step date has passed"),
    ("no_next_step", "No next step", "nothing is planned"),
    ("reengaged", "Re-engaged", "the buyer is back and waits for an answer"),
    ("expires", "Proposals ending", "soon, or a few days ago"),
    ("stale", "Stale", "silent too long for the stage"),
)
_ALARMS = frozenset({"sla_over", "overdue", "reengaged"})
_TRACK_COUNTS = (
    ("below_sql", "Open, below SQL"), ("parked", "Parked"), ("revisit_due", "To revisit now"),
    ("no_revisit", "No revisit date"), ("reengaged", "Re-engaged"), ("recycle", "Proposed for Nurture"),
    ("dead", "Proposed for archive"),
)  # fmt: skip
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
    Field("Heat", look.CENTER, least=9),
    Field("Track", look.WRAPPED, least=11, most=14),
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
        At most ``PER_OWNER`` leads an owner and ``MOST_ROWS`` in all, an owner's leads together and, in print, on
        pages of their own, the warmest first.
    """
    page = Page(Sheet(results.naming.sheet(NAME), tab_color=look.GOLD), COLUMNS)
    page.widths(14, 12, 16, 13, 13, 24, 24, 12, 13, 9, 12, 11, 13)
    page.title("Today", results, said=f"by owner, the warmest leads first; money in {results.currency}")
    listed = list_today(
        results.records, results.scores, results.standing, results.meaning.counted, results.today,
        per_owner=PER_OWNER, most_rows=MOST_ROWS,
    )  # fmt: skip
    if listed.rows.empty:
        empty = results.records.leads.frame.empty
        page.sentence(
            "There are no leads yet. Type the first one into the Leads table, then refresh." if empty
            else "No lead is open: nothing is waiting for anybody today.", look.TEXT,
        )  # fmt: skip
        _put_nurtured(page, results)
        return page.finish()
    _put_counts(page, listed)
    _put_owners(page, listed)
    _put_tracks(page, listed)
    several = len(listed.owners) > 1
    if several:
        page.break_before(page.at)
    page.section("What to do next", note=_note(listed, several=several))
    table = page.table(results.naming.table(TABLE), _FIELDS, _rows(results, listed))
    body = Area(table.row + 1, 1, table.last_row, COLUMNS)
    first = body.first_row
    late = Style(color=look.RED, bold=True)
    page.mark(Area(first, 8, body.last_row, 8), f"=AND(ISNUMBER($H{first}),$H{first}<$A$2)", late)
    page.mark(Area(first, 9, body.last_row, 9), f'=OR(LEFT($I{first},4)="late",ISNUMBER(SEARCH(" over",$I{first})))',
              late)  # fmt: skip
    page.mark(Area(first, 10, body.last_row, 10), f'=LEFT($J{first},3)="hot"',
              Style(color=look.GREEN, fill=look.GREEN_SOFT, bold=True))  # fmt: skip
    page.bars(body, 1)
    for at, (before, row) in enumerate(zip(table.rows, table.rows[1:], strict=False), first + 1):
        if before[3] != row[3]:
            page.break_before(at)
    _put_nurtured(page, results)
    return page.finish(repeat=(table.row, table.row))


def _note(listed: TodayList, *, several: bool) -> str:
    most = int(listed.owners["listed"].max())
    note = "Priority = value x chance x urgency. First contact: working hours of the SLA left or over."
    if several:
        note += f" Up to {most} leads an owner, on printed pages of their own; the filter on Owner shows one."
    if listed.unlisted_owners:
        note += f" {listed.unlisted_owners:,} more owners: leadbook today BOOK --owner NAME."
    return note


def _put_counts(page: Page, listed: TodayList) -> None:
    counts = listed.owners.sum()
    tiles = [Tile("Open leads", int(counts["open"]), note="waiting for somebody")]
    for key, name, meaning in _TILES:
        count = int(counts[key])
        style = look.TILE_VALUE.but(color=look.RED) if count and key in _ALARMS else look.TILE_VALUE
        tiles.append(Tile(name, count, note=meaning, style=style))
    page.tiles(tiles)


def _put_owners(page: Page, listed: TodayList) -> None:
    """Put what is waiting for each owner, the busiest first."""
    owners = listed.owners
    more = len(owners) - MOST_OWNERS
    page.section("By owner", note=f"and {more:,} more owners with fewer leads" if more > 0 else "")
    count = look.number(look.WHOLE).but(align="center", indent=0)
    fields = (
        Field("Owner", look.WRAPPED, span=2), Field("Open leads", count),
        *(Field(name, count) for _, name, _ in _TILES), Field("Not listed below", count),
    )  # fmt: skip
    keys = ["open", *(key for key, _, _ in _TILES), "more"]
    rows: list[tuple[Content, ...]] = [
        (str(owner), *(int(number) for number in line))
        for owner, line in zip(owners.head(MOST_OWNERS).index, owners.head(MOST_OWNERS)[keys].to_numpy(), strict=True)
    ]
    body = page.grid(fields, rows)
    red = Style(color=look.RED, bold=True)
    page.mark(Area(body.first_row, 4, body.last_row, 5), f"=D{body.first_row}>0", red)
    page.mark(Area(body.first_row, 7, body.last_row, 7), f"=G{body.first_row}>0", red)
    page.gap()


def _put_tracks(page: Page, listed: TodayList) -> None:
    """Put how many leads are on each nurture track, and what is proposed for them; a person decides."""
    if not listed.tracks.to_numpy().any():
        return
    page.section(
        "Nurture", note="By how far the buyer is. Proposals stand in Next action; nothing is moved or deleted."
    )
    count = look.number(look.WHOLE).but(align="center", indent=0)
    fields = (Field("Track", look.TEXT, span=2), *(Field(name, count) for _, name in _TRACK_COUNTS))
    found = listed.tracks.reindex([track.value for track in Track], fill_value=0)
    keys = [key for key, _ in _TRACK_COUNTS]
    page.grid(
        fields, [(str(track), *map(int, line)) for track, line in zip(found.index, found[keys].to_numpy(), strict=True)]
    )
    page.gap()


def _put_nurtured(page: Page, results: Results) -> None:
    """Put the leads that wait: when to look at each again, and what is proposed."""
    found = list_nurture(
        results.records, results.scores, results.standing, results.meaning.counted, results.today, most=MOST_NURTURED
    )
    if found.rows.empty:
        return
    page.break_before(page.at)
    more = f" And {found.more:,} more in the Leads table." if found.more else ""
    page.section(
        "Nurture list",
        note="Parked leads, and those proposed for Nurture or the archive. Type a date that is only proposed into "
        f"Revisit Date.{more}",
    )
    last = [f", last touch {show_day(day.date())}" if day == day else "" for day in found.rows["last_touch"]]  # noqa: PLR0124 - NaT is unlike itself
    only = np.where(found.rows["proposed"].to_numpy(), ", date proposed", "").tolist()
    told = ["".join(parts) for parts in zip(found.rows["state"].tolist(), only, last, strict=True)]
    track = found.rows["track"].where(found.rows["parked"], found.rows["buyer_stage"])
    shown = found.rows.assign(clock="", priority_reason=told, due=found.rows["look_again"], track=track)
    rows = list(zip(*_columns(results, shown), strict=True))
    table = page.table(results.naming.table(NURTURE_TABLE), _FIELDS, rows)
    first = table.row + 1
    page.mark(
        Area(first, 8, table.last_row, 8),
        f"=AND(ISNUMBER($H{first}),$H{first}<=$A$2)",
        Style(color=look.RED, bold=True),
    )


def _rows(results: Results, listed: TodayList) -> list[tuple[Content, ...]]:
    """Return the rows of the list, each owner's leads followed by how many more there are."""
    leads = results.records.leads.frame.loc[listed.rows.index]
    shown = listed.rows.assign(due=leads["next_step_date"].where(~listed.rows["parked"], leads["revisit_date"]))
    lines = list(zip(*_columns(results, shown), strict=True))
    owners = shown["owner"].tolist()
    more = listed.owners["more"].to_dict()
    made: list[tuple[Content, ...]] = []
    for at, (owner, line) in enumerate(zip(owners, lines, strict=True)):
        made.append(line)
        if more[owner] and (at + 1 == len(owners) or owners[at + 1] != owner):
            rest = f"and {more[owner]:,} more, in the Leads table"
            made.append((None, None, None, owner, None, rest, *[None] * 7))
    return made


def _columns(results: Results, shown: pd.DataFrame) -> tuple[list[Any], ...]:
    leads, scores = results.records.leads.frame, results.scores.frame
    places = leads.index.get_indexer(shown.index)

    def lead(key: str) -> list[Any]:
        return leads[key].take(places).tolist()

    home = quoted_sheet(results.leads_sheet)
    names = zip(lead("company"), lead("first_name"), lead("last_name"), strict=True)
    heats = zip(shown["temperature"].tolist(), scores["grade"].take(places).tolist(), strict=True)
    return (
        _known(shown["priority"].tolist()),
        [Link(name or f"row {row}", f"{home}!A{row}", "Go to the lead")
         for row, name in zip(shown.index.tolist(), lead("lead_id"), strict=True)],
        [company or f"{first} {last}".strip() for company, first, last in names],
        shown["owner"].tolist(),
        lead("stage_name"),
        shown["next_action"].tolist(),
        shown["priority_reason"].tolist(),
        [_day(day) for day in shown["due"]],
        [clock or None for clock in shown["clock"].tolist()],
        [f"{heat} {grade}" for heat, grade in heats],
        [track or None for track in shown["track"].tolist()],
        _known(lead("amount_base")),
        _linked(results, shown),
    )  # fmt: skip


def _linked(results: Results, shown: pd.DataFrame) -> list[Content]:
    """Return the flags; those of a lead whose proposal ends open its document, where one is known."""
    ending = shown.index[shown["expires"].to_numpy(dtype=bool)].tolist()
    documents = last_documents(results.records, ending) if ending else {}
    # A formula and no Link: its text goes on in a second line, also where links of a sheet don't.
    return [
        link_to(documents[row], flags) or flags if row in documents else flags
        for row, flags in zip(shown.index.tolist(), shown["flags"].tolist(), strict=True)
    ]


def _day(day: Any) -> Content:  # noqa: ANN401 - pandas' own type
    return None if day != day else day.date()  # noqa: PLR0124 - NaT is unlike itself


def _known(numbers: list[float]) -> list[float | None]:
    return [None if number != number else float(number) for number in numbers]  # noqa: PLR0124 - NaN is unlike itself
