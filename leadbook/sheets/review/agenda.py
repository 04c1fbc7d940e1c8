"""The Agenda sheet: where the team stands, the deals worth talking about first, and what to ask each rep."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from leadbook.analysis.team.concerns import CONCERNS
from leadbook.model.frame_rows import rows_of
from leadbook.sheets import look
from leadbook.sheets.page import Field, Page, Tile
from leadbook.sheets.review.bundle import FEW, day, known
from leadbook.sheets.spec import Area, Sheet, Style

if TYPE_CHECKING:
    from leadbook.analysis.team.reviewed import Talk
    from leadbook.sheets.review.bundle import Review
    from leadbook.sheets.spec import Content

NAME, TABLE = "Agenda", "AgendaDeals"
COLUMNS = 9
_LOW_COVERAGE, _LOW_QUALITY, _LOW_SLA, _HIGH_LOAD = 1.0, 80.0, 0.8, 1.0
_ROSY = 0.25

_FIELDS = (
    Field("No", look.CENTER.but(number="0"), least=6, most=6),
    Field("Deal", look.WRAPPED, least=24, most=30),
    Field("Rep", look.WRAPPED, least=16, most=22),
    Field("Stage", look.WRAPPED, least=15, most=20),
    Field("Amount", look.number(look.MONEY), least=12),
    Field("Close date", look.dated(), least=13),
    Field("Chance", look.number(look.PERCENT), least=9),
    Field("Why talk about it", look.WRAPPED, least=46, most=48),
    Field("Next action", look.WRAPPED, least=30, most=34),
)


def agenda_sheet(review: Review) -> Sheet:
    """Lay out the Agenda sheet."""
    page = Page(Sheet(review.naming.sheet(NAME), tab_color=look.ACCENT), COLUMNS)
    page.widths(13, 26, 18, 16, 14, 14, 14, 47, 32)
    books = len(review.found.team.books)
    page.title(
        "Review agenda", review,
        said=f"{_counted(books, 'book', 'books')}, {_counted(review.found.reps.total, 'rep', 'reps')}, "
        f"money in {review.currency}",
    )  # fmt: skip
    page.tiles(_tiles(review))
    talks = review.found.agenda
    page.section(
        "Talk about these first",
        note="Ordered by amount x chance, times what speaks for talking about the deal. A click opens the rep's book.",
        flows=True,
    )
    if talks:
        table = page.table(
            review.naming.table(TABLE),
            _FIELDS,
            [deal_row(review, talk, number) for number, talk in enumerate(talks, 1)],
        )
        _mark_late(page, review, Area(table.row + 1, 6, table.last_row, 6))
    else:
        page.sentence(
            "No open deal needs talking about: none is late, slipped, silent, stuck or without a step.", look.TEXT
        )
        page.gap()
    _put_reps(page, review)
    weights = ", ".join(f"{concern.meaning} {concern.weight:g}" for concern in CONCERNS)
    page.sentence(f"What speaks for a deal, and how often its amount x chance counts for it: {weights}.")
    return page.finish()


def deal_row(review: Review, talk: Talk, number: int | None = None) -> tuple[Content, ...]:
    """Return one line about a deal; with a number in front where one is given."""
    deal = review.deal(talk.place)
    line: tuple[Content, ...] = (
        review.deal_link(talk.place), str(deal["owner"]), str(deal["stage_name"]) or "(no stage yet)",
        known(float(deal["amount"])), day(deal["close_date"]), known(float(deal["stage_win"])), talk.why,
        str(deal["next_action"]),
    )  # fmt: skip
    return line if number is None else (number, *line)


def _mark_late(page: Page, review: Review, area: Area) -> None:
    del review
    first = area.first_row
    letter = "ABCDEFGHIJ"[area.first_column - 1]
    page.mark(area, f"=AND(ISNUMBER(${letter}{first}),${letter}{first}<$A$2)", Style(color=look.RED, bold=True))


def _tiles(review: Review) -> list[Tile]:
    reps, team = review.found.reps, review.found.team
    whole = reps.whole
    left = f"; {team.left_out:,} without a rate left out" if team.left_out else ""
    required = f"needs {reps.required:.1f} x" if not math.isnan(reps.required) else "of what is left of the quota"
    n = int(whole["n"])
    faint = look.TILE_VALUE if n >= FEW else look.TILE_VALUE.but(color=look.FAINT)
    return [
        _tile("Open leads", whole["open_leads"], look.COUNT, f"{int(whole['hot']):,} hot"),
        _tile("Open value", whole["open_amount"], look.TILE_MONEY, f"of all open leads{left}"),
        _tile("Weighted", whole["weighted"], look.TILE_MONEY, "value x chance, past due left out"),
        _tile(f"Won, {reps.quarter.name}", whole["won_quarter"], look.TILE_MONEY, "closed in the quarter"),
        _tile("Quota", whole["quota"], look.TILE_MONEY, reps.quarter.name),
        _tile("Attained", whole["attainment"], look.PERCENT, "won ÷ quota"),
        Tile("Coverage", whole["coverage_text"], look.TILE_TIMES, required),
        _tile("Win rate", whole["win_rate"], look.PERCENT, f"deals {reps.closed_which}; n = {n:,}", faint),
        _tile("On agenda", len(review.found.agenda), look.COUNT,
              f"of {review.found.total_slipped:,} slipped or late and {review.found.total_stuck:,} stuck deals"),
    ]  # fmt: skip


def _tile(name: str, value: object, number: str, note: str, style: Style = look.TILE_VALUE) -> Tile:
    figure = float(value)  # type: ignore[arg-type] # a number of the frame
    if math.isnan(figure):
        return Tile(name, "n/a", number, note, look.TILE_VALUE.but(color=look.FAINT, size=12))
    return Tile(name, figure, number, note, style)


def _put_reps(page: Page, review: Review) -> None:
    """Put a line a rep: what to ask, and the deals to ask about."""
    page.section(
        "Rep by rep", note="What stands out about each rep, and the deals to go through with them.", flows=True
    )
    fields = (
        Field("Rep", look.WRAPPED.but(valign="top"), span=2),
        Field("What stands out", look.WRAPPED.but(indent=1, align="left", valign="top"), span=5),
        Field("Deals to go through", look.WRAPPED.but(indent=1, align="left", valign="top"), span=2),
    )  # fmt: skip
    rows = [
        (str(rep["name"]), _stands_out(review, rep), _deals_of(review, str(rep["name"])))
        for rep in rows_of(review.reps)
    ]
    page.grid(fields, rows)
    page.gap()


def _deals_of(review: Review, rep: str) -> str:
    talks = review.found.by_rep.get(rep, ())
    said = []
    for talk in talks:
        deal = review.deal(talk.place)
        amount = float(deal["amount"])
        worth = "" if math.isnan(amount) else f" ({amount:,.0f})"
        said.append(f"{deal['company'] or deal['lead_id']}{worth}: {talk.why[:1].lower()}{talk.why[1:]}")
    return "\n".join(said) or "None stands out."


def _stands_out(review: Review, rep: dict[str, Any]) -> str:
    """Return what a manager would raise with a rep, in words."""
    required = review.found.reps.required
    quarter = review.found.reps.quarter.name
    number = {str(key): float(value) for key, value in rep.items() if isinstance(value, int | float)}
    said = []
    if not math.isnan(number["attainment"]):
        said.append(f"{number['attainment']:.0%} of the {quarter} quota won")
    coverage = number["coverage"]
    if rep["coverage_text"] == "met":
        said.append("quota met")
    elif not math.isnan(coverage):
        low = not math.isnan(required) and coverage < required
        said.append(f"coverage {coverage:.1f} x" + (f", needs {required:.1f} x" if low else ""))
    if number["past_due"]:
        said.append(_counted(number["past_due"], "deal past its close date", "deals past their close date"))
    if number["no_next_step"]:
        said.append(_counted(number["no_next_step"], "open lead without a next step", "open leads without a next step"))
    if number["quality"] < _LOW_QUALITY:
        said.append(f"data quality {number['quality']:.0f} of 100")
    if number["sla"] < _LOW_SLA and number["sla_n"] >= FEW:
        said.append(f"{number['sla']:.0%} of first contacts on time")
    if abs(number["bias"]) > _ROSY:
        more = number["bias"] > 0
        said.append(f"past forecasts {abs(number['bias']):.0%} too {'high' if more else 'low'}")
    if number["load"] > _HIGH_LOAD:
        said.append(f"{number['open_leads']:,.0f} open leads for a capacity of {number['capacity']:,.0f}")
    text = "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}." if text else "Nothing."


def _counted(count: float, one: str, more: str) -> str:
    return f"{count:,.0f} {one if count == 1 else more}"
