"""The Scorecard sheet: how scores are made, how the leads spread over the grades, and the best of them with reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.columns import column
from leadbook.model.frame_rows import rows_of
from leadbook.model.issues import quoted_sheet
from leadbook.sheets import look
from leadbook.sheets.live_cells import reference
from leadbook.sheets.page import Field, Page
from leadbook.sheets.registry import sheet
from leadbook.sheets.scorecard_learned import put_learned
from leadbook.sheets.scorecard_points import put_points
from leadbook.sheets.spec import Area, Chart, ConditionalFormat, Formula, Link, Series, Sheet, Style

if TYPE_CHECKING:
    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

NAME = "Scorecard"
TABLE = "TopLeads"
COLUMNS = 8
TOP = 50

_COUNT = look.number(look.WHOLE)
_TEMPERATURES = (("hot", look.RED), ("warm", look.GOLD), ("cold", look.SKY))
_TOP_FIELDS = (
    Field("Lead", look.WRAPPED, least=22, most=28),
    Field("Owner", look.WRAPPED, least=18, most=22),
    Field("Score", _COUNT, least=10),
    Field("Grade", look.CENTER, least=10),
    Field("Temperature", look.CENTER, least=14),
    Field("Win %", look.number(look.PERCENT), least=10),
    Field("Why", look.WRAPPED, least=58, most=64),
    Field("What would raise it most", look.WRAPPED, least=34, most=40),
)


@sheet(NAME, order=70)
def scorecard_sheet(results: Results) -> Sheet:
    """Lay out the Scorecard sheet.

    Parameters
    ----------
    results : Results

    Returns
    -------
    Sheet
        The grade grid counts the Grade column of the Leads table live.
    """
    page = Page(Sheet(results.naming.sheet(NAME), tab_color=look.GREEN), COLUMNS)
    page.widths(25, 20, 11, 11, 14, 11, 60, 36)
    page.title("Scorecard", results, said="fit 50 points + engagement 50 points, less deductions")
    if results.records.leads.frame.empty:
        page.sentence("There are no leads to score yet.", look.TEXT)
        page.gap()
    else:
        _put_grades(page, results)
        _put_temperatures(page, results)
        put_learned(page, results)
        _put_top(page, results)
    put_points(page, results)
    return page.finish()


def _put_grades(page: Page, results: Results) -> None:
    page.section(
        "Grades of all leads",
        note="Letter: fit with the ideal customer, A best. Digit: engagement, 1 most recent and active.",
        columns=6,
    )
    counted = results.meaning.counted
    grades = results.scores.frame.loc[counted, "grade"].value_counts()
    archived = results.scores.frame.loc[~counted, "grade"].value_counts()
    rows: list[tuple[Content, ...]] = []
    for letter, meaning in (("A", "good fit"), ("B", "fair fit"), ("C", "poor fit")):
        named = [f"{letter}{digit}" for digit in (1, 2, 3)]
        counts = [_graded(results, name, int(grades.get(name, 0)), int(archived.get(name, 0))) for name in named]
        rows.append((f"{letter}  {meaning}", *counts))
    center = look.number(look.WHOLE).but(align="center", indent=0, bold=True)
    fields = (Field("Fit"), Field("1  engaged", center), Field("2", center), Field("3  quiet", center))
    body = page.grid(fields, rows)
    squares = Area(body.first_row, 2, body.last_row, 4)
    page.sheet.conditional_formats.append(ConditionalFormat(squares, "color_scale", color=look.SKY))
    page.gap()


def _graded(results: Results, grade: str, count: int, archived: int) -> Content:
    """Return how many leads have a grade, live; archived ones still carry theirs and are taken off."""
    table = results.records.leads.table
    if table is None or not table.header_row:
        return count
    header = results.records.leads.headers.get("grade", column("Leads", "grade").header)
    less = f"-{archived}" if archived else ""
    return Formula(f'=COUNTIFS({reference(table, header)},"{grade}"){less}', count)


def _put_temperatures(page: Page, results: Results) -> None:
    """Put how many open leads are hot, warm and cold, with the hours each has until its first contact."""
    top = page.at
    page.section("Temperature and first contact", columns=6)
    is_open = results.meaning.counted_open
    temperature = results.scores.frame.loc[is_open, "temperature"]
    late = results.standing.frame.loc[is_open, "sla_late"].astype(bool)
    options = results.records.playbook.options
    meanings = {
        "hot": f"≥ {options.hot_total:g}, or request + fit ≥ {options.hot_request_fit:g}",
        "warm": f"≥ {options.warm_total:g}",
        "cold": "below that",
    }
    rows: list[tuple[Content, ...]] = [
        (
            name.capitalize(),
            results.records.playbook.sla_hours.get(name),
            int((temperature == name).sum()),
            int((late & (temperature == name)).sum()),
            meanings[name],
            None,  # the meaning runs on into this column
        )
        for name, _ in _TEMPERATURES
    ]
    fields = (
        Field("Temperature"), Field("First contact, working hours", look.number("General_)")),
        Field("Open leads", _COUNT), Field("Late", _COUNT), Field("Means", look.NOTE.but(indent=1)), Field(""),
    )  # fmt: skip
    body = page.grid(fields, rows)
    page.mark(Area(body.first_row, 4, body.last_row, 4), f"=D{body.first_row}>0", Style(color=look.RED, bold=True))
    page.gap()
    if len(temperature):
        names = Area(body.first_row, 1, body.last_row, 1)
        counts = Area(body.first_row, 3, body.last_row, 3)
        page.chart(Chart(
            "column", "Open leads by temperature",
            (Series("Open leads", names, counts, look.BLUE, labels=True, label_format=look.COUNT),),
            top - 6, 7, width=page.span(7, COLUMNS), height=270, value_format=look.COUNT, legend=False, gap=80,
            description="Columns of the number of hot, warm and cold open leads.",
        ))  # fmt: skip


def _put_top(page: Page, results: Results) -> None:
    """Put the best open leads with the reason for every point."""
    is_open = results.meaning.counted_open
    best = results.scores.frame[is_open].sort_values("total", ascending=False, kind="stable").head(TOP)
    page.section(
        f"The {len(best):,} open leads with the highest score" if len(best) > 1
        else "The open lead" if len(best) else "Open leads"
    )  # fmt: skip
    if best.empty:
        page.sentence("No lead is open.", look.TEXT)
        return
    keys = ("company", "first_name", "last_name", "lead_id", "owner")
    listed = rows_of(results.records.leads.frame[[*keys]].loc[best.index])
    wins = results.standing.frame["win"].loc[best.index].tolist()
    home = quoted_sheet(results.leads_sheet)
    rows: list[tuple[Content, ...]] = []
    for row, scored, lead, win in zip(best.index.tolist(), rows_of(best), listed, wins, strict=True):
        person = f"{lead['first_name']} {lead['last_name']}".strip()
        label = str(lead["company"]) or person or str(lead["lead_id"]) or f"row {row}"
        rows.append((
            Link(label, f"{home}!A{row}", str(lead["lead_id"]) or "Go to the lead"),
            str(lead["owner"]),
            round(float(scored["total"])),
            str(scored["grade"]),
            str(scored["temperature"]),
            None if win != win else win,  # noqa: PLR0124 - NaN is unlike itself
            str(scored["reasons"]),
            str(scored["raise_most"]),
        ))  # fmt: skip
    table = page.table(results.naming.table(TABLE), _TOP_FIELDS, rows)
    body = Area(table.row + 1, 3, table.last_row, 3)
    page.bars(body, 3)
    heat = Area(table.row + 1, 5, table.last_row, 5)
    first = heat.first_row
    page.mark(heat, f'=$E{first}="hot"', Style(color=look.RED, fill=look.RED_SOFT, bold=True))
    page.mark(heat, f'=$E{first}="warm"', Style(color=look.AMBER, fill=look.AMBER_SOFT))
