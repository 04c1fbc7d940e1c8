"""The Team sheet: totals, and each rep's pipeline, quota and coverage side by side."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from leadbook.model.frame_rows import rows_of
from leadbook.model.issues import column_letters
from leadbook.sheets import look
from leadbook.sheets.page import Field, Page
from leadbook.sheets.pipeline import number_of
from leadbook.sheets.pipeline_charts import bars_height
from leadbook.sheets.pipeline_measures import put_waterfall
from leadbook.sheets.pipeline_trends import put_trends
from leadbook.sheets.review.bundle import known
from leadbook.sheets.review.matrix import put_matrix
from leadbook.sheets.spec import Area, Chart, ConditionalFormat, Formula, Series, Sheet, Style

if TYPE_CHECKING:
    from leadbook.sheets.review.bundle import Review
    from leadbook.sheets.spec import Content

NAME = "Team"
COLUMNS = 12
MOST_BARS = 12
MOST_STAGES = 10
MOST_NAMED = 5
NO_STAGE = "(no stage yet)"

_COUNT = look.number(look.WHOLE)
_MONEY = look.number(look.MONEY)
_SHARE = look.number(look.PERCENT)
_TIMES = look.number(look.TIMES)


def team_sheet(review: Review) -> Sheet:
    """Lay out the Team sheet: every total and ratio is a formula over the cells above or beside it."""
    page = Page(Sheet(review.naming.sheet(NAME), tab_color=look.ACCENT), COLUMNS)
    page.widths(24, *[14] * (COLUMNS - 1))
    page.title("Team", review, said=f"money in {review.currency}")
    charts_at = page.at
    tall = max(230, bars_height(max(min(MOST_BARS, len(review.reps)), len(_stages(review)))) + 30)
    page.at += page.rows_for(tall) + 1
    reps = _put_reps(page, review)
    values = _put_matrix(page, review, "Open value by rep and stage", "amount", _MONEY)
    counts = _put_matrix(page, review, "Open leads by rep and stage", "leads", _COUNT)
    _put_charts(page, review, charts_at, tall, reps, counts)
    del values
    more = review.found.reps.total - len(review.reps)
    if more > 0:
        page.sentence(
            f"The {len(review.reps)} reps with the largest open value; {more:,} more are in the totals of the Agenda "
            "only."
        )
    _put_moves(page, review)
    put_trends(page, review.found.trends, ends_told=not review.found.team.repeated)
    _put_notes(page, review)
    return page.finish()


def _put_reps(page: Page, review: Review) -> Area:
    """Put a line a rep and one for all; return the body's area."""
    reps = review.found.reps
    quarter = reps.quarter.name
    required = "unknown" if math.isnan(reps.required) else f"{reps.required:.1f} x"
    page.section(
        "Reps side by side",
        note=f"Due, qualified and coverage: deals due in {quarter}. Expected is won plus weighted. Required coverage, "
        f"1 ÷ win rate by value: {required}; red where it is not reached.",
    )
    fields = (
        Field("Rep", look.WRAPPED), Field("Open leads", _COUNT), Field("Open value", _MONEY), Field("Weighted", _MONEY),
        Field(f"Won in {quarter}", _MONEY), Field("Quota", _MONEY), Field("Attained", _SHARE),
        Field("Due, open", _MONEY), Field("Due, weighted", _MONEY), Field("Expected", _MONEY),
        Field("Qualified", _MONEY), Field("Coverage", _TIMES),
    )  # fmt: skip
    first = page.at + 1
    rows = [
        _rep_row(review.rep_link(str(rep["name"])), rep, row) for row, rep in enumerate(rows_of(review.reps), first)
    ]
    body = page.grid(fields, rows)
    total = page.at
    page.put(total, 1, "Team", look.TOTAL)
    for column in range(2, COLUMNS + 1):
        style = look.number(fields[column - 1].style.number, look.TOTAL)
        page.put(total, column, _total(column, total, body, rows), style)
    page.at = total + 2
    page.bars(body, 3)
    page.bars(body, 4)
    red = Style(color=look.RED, bold=True)
    if not math.isnan(reps.required):
        low = f"=AND(ISNUMBER($L{first}),$L{first}<{reps.required:.4f})"
        page.mark(Area(first, 12, total, 12), low, red)
    return body


def _rep_row(name: Content, rep: dict[str, Any], row: int) -> tuple[Content, ...]:
    number = {str(key): float(value) for key, value in rep.items() if isinstance(value, int | float)}
    won, quota, qualified = number["won_quarter"], number["quota"], number["qualified"]
    return (
        name, int(number["open_leads"]), number["open_amount"], number["weighted"], won, known(quota),
        attained(row, won, quota), number["due_open"], number["due_weighted"],
        Formula(f"=E{row}+I{row}", won + number["due_weighted"]), qualified, coverage(row, won, quota, qualified),
    )  # fmt: skip


def attained(row: int, won: float, quota: float) -> Formula:
    """Return won ÷ quota of a row, blank without a quota."""
    value = won / quota if quota > 0 else ""
    return Formula(f'=IF(N($F{row})>0,$E{row}/$F{row},"")', value)


def coverage(row: int, won: float, quota: float, qualified: float) -> Formula:
    """Return qualified ÷ (quota - won) of a row: "met" where nothing remains, blank without a quota."""
    value: str | float = ""
    if not math.isnan(quota):
        value = qualified / (quota - won) if quota > won else "met"
    return Formula(f'=IF(ISNUMBER($F{row}),IF($F{row}>$E{row},$K{row}/($F{row}-$E{row}),"met"),"")', value)


def _total(column: int, row: int, body: Area, rows: list[tuple[Content, ...]]) -> Content:
    def summed(at: int) -> float:
        return sum(number_of(line[at - 1]) for line in rows)

    quota = summed(6) if any(line[5] is not None for line in rows) else math.nan
    with_quota = [line for line in rows if number_of(line[5]) > 0]
    won, qualified = (sum(number_of(line[at - 1]) for line in with_quota) for at in (5, 11))
    # What reps without a quota win and have does not count towards that of the others.
    first, last = body.first_row, body.last_row
    won_text, qualified_text = (f'SUMIF($F{first}:$F{last},">0",${at}{first}:${at}{last})' for at in "EK")
    if column == 7:
        text = f'=IF(N($F{row})>0,{won_text}/$F{row},"")'
        return Formula(text, won / quota if quota > 0 else "")
    if column == 12:
        text = f'=IF(ISNUMBER($F{row}),IF($F{row}>{won_text},{qualified_text}/($F{row}-{won_text}),"met"),"")'
        left = quota - won
        return Formula(text, "" if math.isnan(quota) else qualified / left if left > 0 else "met")
    letter = column_letters(column)
    if column == 6 and math.isnan(quota):
        return None
    return Formula(f"=SUM({letter}{body.first_row}:{letter}{body.last_row})", summed(column))


def _stages(review: Review) -> list[str]:
    """Return the open stages that hold a lead, in order; the last ones together where there are very many."""
    held = set(review.found.reps.stages["stage"])
    named = [stage.name for stage in review.found.team.playbook.stages if stage.name in held]
    return [*named, *sorted(held - set(named) - {""}), *([""] if "" in held else [])]


def _put_matrix(page: Page, review: Review, title: str, key: str, style: Style) -> Area | None:
    """Put a line a rep and a column a stage, with sums below and at the right."""
    table = review.found.reps.stages
    stages = _stages(review)
    if table.empty:
        return None
    page.section(title, flows=True)
    shown = stages if len(stages) <= MOST_STAGES else stages[: MOST_STAGES - 1]
    rest = stages[len(shown) :]
    cells = table.pivot_table(index="owner", columns="stage", values=key, aggfunc="sum").fillna(0.0)
    names = [*(stage or NO_STAGE for stage in shown), *(["Later stages"] if rest else [])]
    lines: list[tuple[str, list[float]]] = []
    for name in review.reps["name"].tolist():
        own = cells.loc[name] if name in cells.index else pd.Series(0.0, index=cells.columns)
        values = [float(own.get(stage, 0.0)) for stage in shown]
        values += [float(sum(own.get(stage, 0.0) for stage in rest))] if rest else []
        lines.append((str(name), values))
    heat, whole = put_matrix(page, names, lines, style)
    page.sheet.conditional_formats.append(ConditionalFormat(heat, "color_scale", color=look.SKY))
    return whole


def _put_charts(  # noqa: PLR0917 - where three charts stand and what they show
    page: Page, review: Review, row: int, tall: int, reps: Area, counts: Area | None
) -> None:  # fmt: skip
    """Draw what the Pipeline sheet draws, of the whole team, and won against quota."""
    last = min(reps.last_row, reps.first_row + MOST_BARS - 1)
    names = Area(reps.first_row, 1, last, 1)

    def column(at: int) -> Area:
        return Area(reps.first_row, at, last, at)

    if counts is not None:
        header = counts.first_row - 1
        page.chart(Chart(
            "bar", "Open leads by stage",
            (Series("Open leads", Area(header, 2, header, counts.last_column),
                    Area(counts.last_row, 2, counts.last_row, counts.last_column), look.BLUE, labels=True,
                    label_format=look.COUNT_LABEL),),
            row, 1, width=page.span(1, 4) - 12, height=tall, value_format=look.COUNT, legend=False, gap=35,
            description="Bar chart of the team's open leads in each stage, first stage on top.",
        ))  # fmt: skip
    page.chart(Chart(
        "bar", "Open value by rep",
        (Series("Open value", names, column(3), look.SKY, labels=True, label_format=look.SHORT_LABEL),
         Series("Weighted", names, column(4), look.ACCENT)),
        row, 5, width=page.span(5, 8) - 12, height=tall, value_format=look.SHORT, gap=50,
        description="Bar chart of open and weighted value by rep, the largest on top.",
    ))  # fmt: skip
    has_quota = bool(review.reps["quota"].notna().any())
    series = [Series("Won", names, column(5), look.ACCENT), Series("Expected", names, column(10), look.SKY)]
    if has_quota:
        series.append(Series("Quota", names, column(6), look.GOLD))
    page.chart(Chart(
        "bar", f"Won, expected and quota, {review.found.reps.quarter.name}", tuple(series),
        row, 9, width=page.span(9, COLUMNS), height=tall, value_format=look.SHORT, gap=50,
        description="Bar chart of what each rep has won, is expected to have won, and the quota.",
    ))  # fmt: skip


def _put_moves(page: Page, review: Review) -> None:
    """Put the waterfall of the quarter, and which books are not in it."""
    found = review.found
    put_waterfall(page, found.moves, found.reps.quarter.name)
    without, repeated = found.moves_without, found.team.repeated
    if repeated:
        leads = "1 lead stands in several books and is" if repeated == 1 else f"{repeated:,} leads stand in several "
        leads += "" if repeated == 1 else "books and are"
        page.sentence(
            f"{leads} counted once. What changed since the start of {found.reps.quarter.name}, and what was open at "
            "past months' ends, would count them in each of their books, so neither is told. Keep each lead in one "
            "book."
        )
    elif without:
        more = f" and {len(without) - MOST_NAMED:,} more" if len(without) > MOST_NAMED else ""
        named = ", ".join(without[:MOST_NAMED]) + more
        page.sentence(
            f"What changed since the start of {found.reps.quarter.name} cannot be told of every book: History begins "
            f"later in, or no rate is known for, {named}."
        )


def _put_notes(page: Page, review: Review) -> None:
    team = review.found.team
    page.sentence(
        f"Open value and leads: stages of class open. Weighted: amount x the deal's own chance or its stage's, deals "
        f"past their close date left out. Won: by close date in {review.found.reps.quarter.name}. Figures are those "
        "that a refresh of each rep's book shows on the same day."
    )
    having, total = int(review.found.reps.whole["with_quota"]), review.found.reps.total
    if 0 < having < total:
        page.sentence(
            f"{having:,} of {total:,} reps have a quota for {review.found.reps.quarter.name}; the team's attainment "
            "and coverage are theirs alone."
        )
    if team.left_out:
        page.sentence(
            f"{team.left_out:,} open {'deal has' if team.left_out == 1 else 'deals have'} an amount that no rate turns "
            f"into {team.currency}; {'it is' if team.left_out == 1 else 'they are'} counted as a lead, and left out of "
            "every value."
        )
