"""The blocks of the Forecast sheet around its months: lights, categories, owners, overdue deals and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.analysis.forecast_left_out import explain_undated
from leadbook.analysis.outlook.pulled_out import explain_doubtful
from leadbook.analysis.periods import show_day
from leadbook.model.frame_rows import rows_of
from leadbook.model.issues import column_letters, quoted_sheet
from leadbook.sheets import look
from leadbook.sheets.contents import plain_day
from leadbook.sheets.live_where import Day, Where
from leadbook.sheets.page import Field
from leadbook.sheets.spec import Area, Formula, Link, Merge, Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from leadbook.sheets.live import Tally
    from leadbook.sheets.page import Page
    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

MOST_OVERDUE = 50
LEAST_NEW = 0.8
MOST_OWNERS = 30
OWNER_MONTHS = 6
LIGHT_STYLES = {
    "green": Style(bold=True, color=look.GREEN, fill=look.GREEN_SOFT),
    "amber": Style(bold=True, color=look.AMBER, fill=look.AMBER_SOFT),
    "red": Style(bold=True, color=look.RED, fill=look.RED_SOFT),
    "none": Style(bold=True, color=look.GREY, fill=look.SOFT),
}
_MONEY = look.number(look.MONEY)


def sales_trap(results: Results) -> tuple[str, str]:
    """Return the sales-trap alarm as a light: red below 0.8, with its sentence."""
    found = next((measure for measure in results.measures.headline if measure.key == "sales_trap"), None)
    if found is None or found.value is None:
        return "none", f"Cannot be told: {found.why_not if found else 'it was not measured'}."
    new = f"New opportunities of the last 28 days are worth {found.value:.1f} x what the quota ahead needs"
    return ("red" if found.value < LEAST_NEW else "green"), f"{new}; below {LEAST_NEW} x is the alarm. {found.note}"


def put_lights(page: Page, results: Results) -> None:
    """Put the three lights and the sales-trap alarm, each with its sentence beside it."""
    room = sum(page.sheet.widths[column] for column in range(3, page.columns + 1))
    for name, (color, sentence) in {**results.forecast.lights, "sales trap": sales_trap(results)}.items():
        style = LIGHT_STYLES.get(color, LIGHT_STYLES["none"]).but(valign="center", indent=1)
        page.put(page.at, 1, f"● {name.capitalize()}", style)
        page.put(page.at, 2, "no data" if color == "none" else color, style.but(indent=0, align="center"))
        merge = Merge(page.at, 3, page.at, page.columns, sentence, look.WRAPPED.but(indent=1, valign="center"))
        page.sheet.merges.append(merge)
        page.sheet.heights[page.at] = 5 + 15 * look.lines_needed(sentence, room)
        page.at += 1
    page.gap()


def put_categories(page: Page, quarters: Area, frame: pd.DataFrame) -> None:
    """Put the cumulative view: closed, then with commit, with best case, and with the whole pipeline."""
    shown = rows_of(frame.head(3))
    if not shown:
        return
    page.section("Forecast categories by quarter", note="Each line adds its category to the lines above it.")
    labels = (("Closed", "D", "closed"), ("+ Commit", "E", "commit"), ("+ Best case", "F", "best_case"),
              ("+ Pipeline", "G", "pipeline"))  # fmt: skip
    fields = [Field("Category")]
    for period in shown:
        fields += [Field(str(period["name"]), _MONEY), Field("with those above", _MONEY)]
    top = page.at
    rows: list[tuple[Content, ...]] = []
    totals = [0.0] * len(shown)
    for down, (label, letter, key) in enumerate(labels, 1):
        row: list[Content] = [label]
        for at, period in enumerate(shown):
            amount = float(period[key])
            totals[at] += amount
            sums = column_letters(2 + 2 * at)
            row.append(Formula(f"=${letter}${quarters.first_row + at}", amount))
            row.append(Formula(f"=SUM({sums}${top + 1}:{sums}{top + down})", totals[at]))
        rows.append(tuple(row))
    page.grid(fields, rows)
    page.gap()


def put_owners(page: Page, results: Results, tally: Tally, as_of: str) -> None:
    """Put the weighted value of each owner by month, live."""
    frame = results.forecast.by_owner
    months = rows_of(results.forecast.months.head(OWNER_MONTHS))
    months = [month for month in months if str(month["name"]) in frame.columns]
    if frame.empty or not months:
        return
    more = len(frame) - MOST_OWNERS
    page.section("Weighted value by owner and month", note=f"{_more_owners(more)} not shown." if more > 0 else "")
    head = page.at
    fields = [
        Field("Owner", look.WRAPPED),
        *(Field(str(month["name"]), _MONEY) for month in months),
        Field("In all", _MONEY),
    ]
    last = column_letters(1 + len(months))
    rows: list[tuple[Content, ...]] = []
    # The first and last day of each month stand in the row above the grid, for its formulas.
    page.put(head, 1, "from", look.NOTE)
    page.put(head + 1, 1, "before", look.NOTE)
    for column, month in enumerate(months, 2):
        page.put(head, column, plain_day(month["start"]), look.number(look.DATE, look.NOTE))
        page.put(head + 1, column, plain_day(month["end"]), look.number(look.DATE, look.NOTE))
    page.at += 2
    for row, owner in enumerate(rows_of(frame.head(MOST_OWNERS)), page.at + 1):
        figures: list[Content] = []
        total = 0.0
        for column, month in enumerate(months, 2):
            letter = column_letters(column)
            start, amount = plain_day(month["start"]), float(owner[str(month["name"])])
            due = Day(f"MAX({letter}${head},{as_of})", max(start, results.today))
            before = Day(f"{letter}${head + 1}", plain_day(month["end"]))
            where = Where(group_key="owner", group=str(owner["owner"]), group_cell=f"$A{row}", since=due, before=before)
            figures.append(tally.weighted(where, amount))
            total += amount
        rows.append((str(owner["owner"]), *figures, Formula(f"=SUM(B{row}:{last}{row})", total)))
    body = page.grid(fields, rows)
    page.bars(body, len(fields))
    page.gap()


def put_overdue(page: Page, results: Results) -> None:
    """Put the open deals whose close date has passed: they count in no forecast until someone moves the date."""
    overdue = results.forecast.overdue
    if overdue.empty:
        return
    amount = float(overdue["amount"].sum())
    count = f"{len(overdue):,} open {'deal is' if len(overdue) == 1 else 'deals are'}"
    worth = f"{amount:,.0f} {results.currency}"
    said = f"{count} past the close date, worth {worth}, and left out above. Move the date or close them."
    if len(overdue) > MOST_OVERDUE:
        said += f" The {MOST_OVERDUE} largest are listed; filter the Leads table by close date for all."
    page.section("Pulled out: close date has passed", note=said)
    days_late = Field("Days late", look.number(look.WHOLE))
    body = _list_deals(page, results, overdue, days_late, [int(days) for days in overdue["days_late"]])
    page.mark(Area(body.first_row, 8, body.last_row, 8), f"=H{body.first_row}>30", LIGHT_STYLES["red"])
    page.gap()


def put_doubtful(page: Page, results: Results) -> None:
    """Put the stale deals and those pushed three times or more: they still count above, and rarely come."""
    doubtful = results.forecast.doubtful
    if doubtful.empty:
        return
    count = f"{len(doubtful):,} open {'deal is' if len(doubtful) == 1 else 'deals are'}"
    worth = f"{float(doubtful['amount'].sum()):,.0f} {results.currency}"
    weighted = f"{float(doubtful['weighted'].sum()):,.0f}"
    said = f"{count} stale or pushed three times or more, worth {worth} ({weighted} weighted). They still count above."
    if len(doubtful) > MOST_OVERDUE:
        said += f" The {MOST_OVERDUE} largest are listed."
    page.section("To look at first: stale, or pushed again and again", note=said)
    _list_deals(page, results, doubtful, Field("Why"), explain_doubtful(doubtful.head(MOST_OVERDUE), results.standing))
    page.gap()


def _list_deals(page: Page, results: Results, deals: pd.DataFrame, told: Field, said: Sequence[Content]) -> Area:
    """List the first deals, each with a link to it and what is told about it; return the body's area."""
    leads = quoted_sheet(results.leads_sheet)
    rows: list[tuple[Content, ...]] = [
        (
            Link(str(deal["lead_id"]) or f"row {deal['row']}", f"{leads}!A{deal['row']}", "Go to the lead"),
            str(deal["company"]),
            None,
            str(deal["owner"]),
            None,
            None if deal["amount"] != deal["amount"] else float(deal["amount"]),
            None if deal["close_date"] != deal["close_date"] else plain_day(deal["close_date"]),
            about,
        )
        for deal, about in zip(rows_of(deals.head(MOST_OVERDUE)), said, strict=False)
    ]
    fields = (
        Field("Lead"), Field("Company"), Field(""), Field("Owner"), Field(""), Field("Amount", _MONEY),
        Field("Close date", look.number(look.DATE)), told,
    )  # fmt: skip
    return page.grid(fields, rows)


def put_notes(page: Page, results: Results, tally: Tally) -> None:
    """Put what the forecast leaves out, and what it would need."""
    forecast = results.forecast
    said: list[str] = []
    if undated := explain_undated(forecast, results.currency):
        said.append(undated)
    if results.measures.history_since is None:
        said.append(
            "Insufficient history for slippage, forecast accuracy and chances fitted to your own wins: "
            f"History begins with this refresh, on {show_day(results.today)}."
        )
    said += [*forecast.notes, *forecast.outlook.notes, *tally.footnotes.sentences(results)]
    page.section("Notes", flows=True)
    for sentence in dict.fromkeys(said):
        page.sentence(sentence, look.WRAPPED)
    if not said:
        page.sentence("Nothing was left out.", look.WRAPPED)


def _more_owners(count: int) -> str:
    return "1 more owner is" if count == 1 else f"{count:,} more owners are"
