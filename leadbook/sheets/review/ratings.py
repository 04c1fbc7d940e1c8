"""The Scorecard sheet of a review: how each rep converts, how fast, how cleanly, how truthfully, and how loaded."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from leadbook.model.frame_rows import rows_of
from leadbook.model.issues import column_letters
from leadbook.sheets import look
from leadbook.sheets.page import Field, Page
from leadbook.sheets.review.bundle import FEW, known
from leadbook.sheets.spec import Area, Formula, Sheet, Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.sheets.review.bundle import Review
    from leadbook.sheets.spec import Content

NAME = "Scorecard"
COLUMNS = 11
MOST_STAGES = 9
_ROSY = 0.25
_LOW_SLA, _LOW_QUALITY = 0.8, 80

_COUNT = look.number(look.WHOLE)
_MONEY = look.number(look.MONEY)
_SHARE = look.number(look.PERCENT)
_TENTH = look.number(look.TENTH)
_FEW = Style(color=look.FAINT, italic=True)
_RED = Style(color=look.RED, bold=True)
_AMBER = Style(color=look.AMBER, fill=look.AMBER_SOFT)


def ratings_sheet(review: Review) -> Sheet:
    """Lay out the Scorecard sheet: four tables of the reps, one below the other."""
    page = Page(Sheet(review.naming.sheet(NAME), tab_color=look.GREEN), COLUMNS)
    page.widths(24, *[14] * (COLUMNS - 1))
    page.title("Rep scorecard", review, said="grey: fewer than 20 cases")
    _put_results(page, review)
    _put_conversion(page, review)
    _put_care(page, review)
    _put_truth(page, review)
    _put_load(page, review)
    return page.finish()


def _records(review: Review) -> list[dict[str, object]]:
    """Return each rep's figures, and everybody's with the name "Team"."""
    reps: list[dict[str, object]] = [{str(key): value for key, value in rep.items()} for rep in rows_of(review.reps)]
    return [*reps, {**{str(key): value for key, value in review.found.reps.whole.items()}, "name": "Team"}]


def _put(page: Page, fields: Sequence[Field], rows: list[tuple[Content, ...]]) -> Area:
    """Put a grid whose last row is everybody; return the area of the reps and everybody together."""
    body = page.grid(fields, rows[:-1])
    for column, (part, content) in enumerate(zip(fields, rows[-1], strict=True), 1):
        style = look.number(part.style.number, look.TOTAL) if part.style.number else look.TOTAL
        page.put(page.at, column, content, style.but(indent=part.style.indent))
    for column in range(len(fields) + 1, sum(part.span for part in fields) + 1):
        page.put(page.at, column, None, look.TOTAL)
    page.at += 1
    area = Area(body.first_row, 1, page.at - 1, len(fields))
    page.gap()
    return area


def _few(page: Page, area: Area, first: int, last: int, n: int) -> None:
    """Grey some columns where the column with their n is below 20."""
    letter, row = column_letters(n), area.first_row
    page.mark(Area(row, first, area.last_row, last), f"=N(${letter}{row})<{FEW}", _FEW)


def _n(figure: object) -> float | None:
    return known(float(figure))  # type: ignore[arg-type] # a number of the frame


def _put_results(page: Page, review: Review) -> None:
    page.section(
        "Conversion and velocity",
        note=f"Win rates: deals {review.found.reps.closed_which}. Velocity: open opportunities x average won value x "
        f"win rate ÷ cycle, {review.currency} a day; blank below 5 wins.",
    )
    fields = (
        Field("Rep", look.WRAPPED), Field("Won", _COUNT), Field("Lost", _COUNT), Field("n closed", _COUNT),
        Field("Win rate", _SHARE), Field("Win rate by value", _SHARE), Field("Won value", _MONEY),
        Field("Average won value", _MONEY), Field("Sales cycle, days", _TENTH), Field("Velocity a day", _MONEY),
        Field("Average age, days", _TENTH),
    )  # fmt: skip
    rows: list[tuple[Content, ...]] = []
    for row, rep in enumerate(_records(review), page.at + 1):
        won, lost, value = _n(rep["won"]) or 0.0, _n(rep["lost"]) or 0.0, _n(rep["won_amount"]) or 0.0
        rows.append((
            str(rep["name"]), won, lost, Formula(f"=B{row}+C{row}", won + lost),
            Formula(f'=IF(D{row}>0,B{row}/D{row},"")', won / (won + lost) if won + lost else ""),
            _n(rep["win_rate_value"]), value, Formula(f'=IF(B{row}>0,G{row}/B{row},"")', value / won if won else ""),
            _n(rep["cycle_days"]), _n(rep["velocity"]), _n(rep["age_days"]),
        ))  # fmt: skip
    area = _put(page, fields, rows)
    _few(page, area, 5, 6, 4)
    page.bars(Area(area.first_row, 10, area.last_row - 1, 10), 10)


def _put_conversion(page: Page, review: Review) -> None:
    table = review.found.reps.conversions
    stages = [str(name) for name in table.columns if name != "owner" and not str(name).startswith("n ")]
    stages = [stage for stage in stages if float(table[f"n {stage}"].sum()) > 0][:MOST_STAGES]
    if not stages:
        page.section("Moved on, by stage")
        page.sentence("Insufficient history: it begins with the first refresh of each rep's book.", look.TEXT)
        page.gap()
        return
    page.section(
        "Moved on, by stage",
        note="Share of the leads that entered the stage in the year before and went on to a later one.",
    )
    fields = [Field("Rep", look.WRAPPED), *(Field(stage, _SHARE) for stage in stages)]
    names = {str(rep["name"]) for rep in _records(review)} | {"All"}
    shown = [rep for rep in rows_of(table) if str(rep["owner"]) in names]
    rows: list[tuple[Content, ...]] = [
        ("Team" if rep["owner"] == "All" else str(rep["owner"]), *(_n(rep[stage]) for stage in stages)) for rep in shown
    ]
    first = page.at + 1
    _put(page, fields, rows)
    few = [
        (first + down, across) for down, rep in enumerate(shown) for across, stage in enumerate(stages, 2)
        if float(rep[f"n {stage}"]) < FEW
    ]  # fmt: skip
    # Their n stand on no cell, so those cells are written in grey.
    page.sheet.cells[:] = [
        type(cell)(cell.row, cell.column, cell.content, cell.style.but(color=look.FAINT, italic=True))
        if (cell.row, cell.column) in set(few) else cell
        for cell in page.sheet.cells
    ]  # fmt: skip


def _put_care(page: Page, review: Review) -> None:
    page.section(
        "Hygiene and follow-up",
        note="Quality of a lead: 100 less 30 an error, 10 a warning, 2 a note. First contacts: share within the SLA, "
        "of leads created in the year to today.",
    )
    fields = (
        Field("Rep", look.WRAPPED), Field("Quality, mean", _TENTH), Field("Value without errors", _SHARE),
        Field("First contact on time", _SHARE), Field("n due", _COUNT), Field("Working hours to it", _TENTH),
        Field("No next step", _COUNT), Field("Stale", _COUNT), Field("Stalled", _COUNT),
        Field("Commonest fault", look.WRAPPED.but(indent=1, align="left"), span=2),
    )  # fmt: skip
    rows: list[tuple[Content, ...]] = [
        (
            str(rep["name"]), _n(rep["quality"]), _n(rep["clean"]), _n(rep["sla"]), _n(rep["sla_n"]),
            _n(rep["contact_hours"]), _n(rep["no_next_step"]), _n(rep["stale"]), _n(rep["stalled"]),
            _fault(review, rep) if rep["name"] != "Team" else None,
        )
        for rep in _records(review)
    ]  # fmt: skip
    area = _put(page, fields, rows)
    first, last = area.first_row, area.last_row
    page.mark(Area(first, 2, last, 2), f"=AND(ISNUMBER($B{first}),$B{first}<{_LOW_QUALITY})", _RED)
    low = f"=AND(ISNUMBER($D{first}),$D{first}<{_LOW_SLA},N($E{first})>={FEW})"
    page.mark(Area(first, 4, last, 4), low, _RED)
    _few(page, area, 4, 4, 5)
    page.mark(Area(first, 7, last - 1, 9), f"=G{first}>0", _AMBER)


def _fault(review: Review, rep: dict[str, object]) -> str | None:
    """Return the fault that most of a rep's open leads have, and how many."""
    code = str(rep["fault"])
    if not code:
        return None
    name = review.fault_names.get(code, "")
    return f"{code} {name}".strip() + f" ({rep['fault_leads']})"


def _put_truth(page: Page, review: Review) -> None:
    quarter = review.found.reps.quarter.name
    page.section(
        "Forecasting",
        note="Bias: (weighted - came) ÷ came, over deals due in finished months at their start; above 0 is too rosy. "
        f"Slipped: value due in {quarter} at its start, still open and now due later.",
    )
    fields = (
        Field("Rep", look.WRAPPED), Field("Bias", _SHARE), Field("n judged", _COUNT), Field("Slipped value", _SHARE),
        Field("Deals slipped", _COUNT), Field("n due at start", _COUNT), Field("Past close date", _COUNT),
        Field("Commit", _MONEY), Field("Best case", _MONEY),
    )  # fmt: skip
    rows: list[tuple[Content, ...]] = [
        (
            str(rep["name"]), _n(rep["bias"]), _n(rep["bias_deals"]), _n(rep["slippage"]), _n(rep["slipped"]),
            _n(rep["slippage_n"]), _n(rep["past_due"]), _n(rep["commit"]), _n(rep["best_case"]),
        )
        for rep in _records(review)
    ]  # fmt: skip
    area = _put(page, fields, rows)
    first, last = area.first_row, area.last_row
    page.mark(Area(first, 2, last, 2), f"=AND(ISNUMBER($B{first}),ABS($B{first})>{_ROSY})", _RED)
    _few(page, area, 4, 4, 6)
    page.mark(Area(first, 7, last - 1, 7), f"=G{first}>0", _AMBER)
    lacking = sorted({book.studied.lacks_quarter for book in review.found.team.books} - {""})
    if lacking:
        count = sum(bool(book.studied.lacks_quarter) for book in review.found.team.books)
        page.at -= 1
        page.sentence(f"Slippage of {count:,} of {len(review.found.team.books):,} books is not known: {lacking[0]}.")
        page.gap()


def _put_load(page: Page, review: Review) -> None:
    page.section("Workload", note="Capacity: open leads at a time, as the table Reps in Settings has it.")
    fields = (
        Field("Rep", look.WRAPPED), Field("Open leads", _COUNT), Field("Capacity", _COUNT), Field("Load", _SHARE),
        Field("Room for", _COUNT), Field("Hot leads", _COUNT), Field("Steps overdue", _COUNT),
    )  # fmt: skip
    rows: list[tuple[Content, ...]] = []
    for row, rep in enumerate(_records(review), page.at + 1):
        leads, capacity = _n(rep["open_leads"]) or 0.0, float(rep["capacity"])  # type: ignore[arg-type] # a number
        none = math.isnan(capacity)
        rows.append((
            str(rep["name"]), leads, known(capacity),
            Formula(f'=IF(N(C{row})>0,B{row}/C{row},"")', "" if none else leads / capacity),
            Formula(f'=IF(N(C{row})>0,MAX(0,C{row}-B{row}),"")', "" if none else max(0.0, capacity - leads)),
            _n(rep["hot"]), _n(rep["overdue"]),
        ))  # fmt: skip
    area = _put(page, fields, rows)
    first = area.first_row
    page.mark(Area(first, 4, area.last_row, 4), f"=AND(ISNUMBER($D{first}),$D{first}>1)", _RED)
