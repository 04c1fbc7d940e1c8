"""The Pipeline sheet: where every lead stands, what it is worth, and how well each stage and owner converts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from leadbook.analysis.periods import show_day
from leadbook.model.frame_rows import rows_of
from leadbook.model.playbook import StageClass
from leadbook.sheets import look
from leadbook.sheets.headline import headline_tiles
from leadbook.sheets.live import Tally
from leadbook.sheets.live_where import Day, Where, stage_chance
from leadbook.sheets.page import Field, Page
from leadbook.sheets.pipeline_charts import chart_height, put_charts
from leadbook.sheets.pipeline_measures import put_lost_reasons, put_measures, put_waterfall
from leadbook.sheets.pipeline_moves import put_moves
from leadbook.sheets.pipeline_quality import put_quality
from leadbook.sheets.pipeline_response import put_response
from leadbook.sheets.pipeline_trends import put_trends
from leadbook.sheets.registry import sheet
from leadbook.sheets.spec import Area, Formula, Sheet, Style
from leadbook.sheets.stage_words import put_words

if TYPE_CHECKING:
    import pandas as pd

    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

NAME = "Pipeline"
COLUMNS = 11
WORDS_COLUMN = 13
LEAST_NAME, MOST_NAME = 25, 36  # characters of the column of stages and owners
MOST_GROUPS = 30
FEW = 20

_COUNT = look.number(look.WHOLE)
_MONEY = look.number(look.MONEY)
_SHARE = look.number(look.PERCENT)
_DAYS = look.number(look.TENTH)
_STAGE_FIELDS = (
    Field("Stage", look.WRAPPED), Field("Leads", _COUNT), Field("Value", _MONEY), Field("Chance", _SHARE),
    Field("Weighted", _MONEY), Field("Share of value", look.number(look.SHARE)), Field("Median days", _DAYS),
    Field("Moved on", _SHARE), Field("n entered", _COUNT), Field("Stale", _COUNT), Field("Stalled", _COUNT),
)  # fmt: skip
_GROUP_FIELDS = (
    Field("Open leads", _COUNT), Field("Open value", _MONEY), Field("Weighted", _MONEY), Field("Won value", _MONEY),
    Field("Quota", _MONEY), Field("Attained", _SHARE), Field("Win rate", _SHARE), Field("n closed", _COUNT),
    Field("Stale", _COUNT), Field("Clean value", _SHARE),
)  # fmt: skip


@sheet(NAME, order=30)
def pipeline_sheet(results: Results) -> Sheet:
    """Lay out the Pipeline sheet.

    Parameters
    ----------
    results : Results

    Returns
    -------
    Sheet
        Counts, values and weighted values are formulas over the Leads and Settings tables.
    """
    page = Page(Sheet(results.naming.sheet(NAME), tab_color=look.ACCENT), COLUMNS)
    page.widths(_name_width(results), 14, 14.5, 14, 14.5, 14, 14, 14, 12, 12, 18)
    as_of = page.title("Pipeline", results, said=f"money in {results.currency}")
    if results.records.leads.frame.empty:
        page.sentence("There are no leads yet. Type the first one into the Leads table, then refresh.", look.TEXT)
        return page.finish()
    tiles_at = page.at
    page.at += 4
    page.section("Stages", note=_stage_note(results))
    words = put_words(page, results, row=page.at, column=WORDS_COLUMN)
    tally = Tally(results, words)
    not_past = Day(as_of, results.today)
    stages = _put_stages(page, results, tally, not_past)
    _put_tiles(page, results, stages, tiles_at)
    page.keep_together()
    charts_at, tall = page.at, chart_height(results, stages)
    page.at += page.rows_for(tall) + 1
    put_moves(page, results)
    owners = _put_groups(page, results, tally, not_past, "Owners")
    put_quality(page, results, tally)
    put_charts(page, results, charts_at, stages, owners)
    _put_groups(page, results, tally, not_past, "Sources")
    put_response(page, results)
    put_trends(page, results.measures.trends)
    put_waterfall(page, results.measures.waterfall, results.measures.waterfall_period)
    put_lost_reasons(page, results)
    put_measures(page, results)
    for said in tally.footnotes.sentences(results):
        page.sentence(said)
    return page.finish()


def _put_tiles(page: Page, results: Results, stages: Area, row: int) -> None:
    total = stages.last_row + 1
    figures = {cell.column: cell.content for cell in page.sheet.cells if cell.row == total}
    kept, page.at = page.at, row
    page.tiles(headline_tiles(results, figures, total))
    page.at = kept


def _stage_note(results: Results) -> str:
    since = results.measures.history_since
    if since is None:
        return "Grey: fewer than 20 cases. Insufficient history for days and moves: it begins with this refresh."
    return f"Grey: fewer than 20 cases. History since {show_day(since)}; a lead that skips a stage moved on from it."


def _put_stages(page: Page, results: Results, tally: Tally, not_past: Day) -> Area:
    """Put the stage table; return the body's area of its open stages (the totals stand in the row below)."""
    stages = results.measures.stages
    is_open = stages["stage_class"] == StageClass.OPEN.value
    first = page.at + 1
    stageless = bool(_stageless(results).any())
    last = max(first, first + int(is_open.sum()) + int(stageless) - 1)
    total = last + 1
    whole = float(stages.loc[is_open, "amount"].sum()) + _amount(results, _stageless(results))
    chances = {stage.name: stage.probability for stage in results.records.playbook.stages}
    rows: list[tuple[Content, ...]] = []
    for row, stage in enumerate(rows_of(stages[is_open]), first):
        name, cell = str(stage["stage"]), f"$A{row}"
        where = Where(stage=name, stage_cell=cell)
        rows.append((
            name,
            tally.count(where, stage["leads"]),
            tally.value(where, stage["amount"]),
            _chance(results, name, chances.get(name, 0.0), cell),
            tally.weighted(Where(stage=name, stage_cell=cell, not_past=not_past), chance_cell=f"$D{row}"),
            Formula(f'=IF($C${total}=0,"",$C{row}/$C${total})', float(stage["amount"]) / whole if whole else ""),
            blank(stage["median_days"]),
            blank(stage["conversion"]),
            blank(stage["entered"]),
            int(stage["stale"]),
            int(stage["stalled"]),
        ))  # fmt: skip
    rows += [_stageless_row(results, first + len(rows), total, whole)] if stageless else []
    body = page.grid(_STAGE_FIELDS, rows)
    _put_total(page, total, body, rows)
    page.at = total + 1
    ended = stages[~is_open & (stages["leads"] > 0)]
    for stage in rows_of(ended):
        name = str(stage["stage"])
        where = Where(stage=name, stage_cell=f"$A{page.at}")
        style = look.TEXT.but(color=look.GREY)
        page.put(page.at, 1, name, style)
        page.put(page.at, 2, tally.count(where, stage["leads"]), look.number(look.WHOLE, style))
        page.put(page.at, 3, tally.value(where, stage["amount"]), look.number(look.MONEY, style))
        page.at += 1
    page.gap()
    page.bars(body, 3)
    page.bars(body, 5)
    few = Style(color=look.FAINT, italic=True)
    page.mark(Area(first, 8, last, 9), f"=AND(ISNUMBER($I{first}),$I{first}<{FEW})", few)
    page.mark(Area(first, 10, last, 11), f"=J{first}>0", Style(color=look.AMBER, fill=look.AMBER_SOFT))
    return body


def _stageless(results: Results) -> pd.Series[bool]:
    """Return where an open lead that counts has no stage yet."""
    return (results.records.leads.frame["stage_name"] == "") & results.meaning.counted_open


def _amount(results: Results, rows: pd.Series[bool]) -> float:
    return float(results.records.leads.frame.loc[rows, "amount_base"].sum())


def _stageless_row(results: Results, row: int, total: int, whole: float) -> tuple[Content, ...]:
    """Return the line of open leads whose Stage is blank: plain numbers, for no word finds them."""
    rows, meaning = _stageless(results), results.meaning
    amount = _amount(results, rows)
    due = rows.to_numpy(dtype=bool) & ~meaning.past(results.today)
    weighted = float((meaning.worth * meaning.chances)[due].sum())  # a chance of its own needs no stage
    share = Formula(f'=IF($C${total}=0,"",$C{row}/$C${total})', amount / whole if whole else "")
    stale = int(results.standing.frame.loc[rows, "stale"].sum())
    stalled = int(results.standing.frame.loc[rows, "stalled"].sum())
    return ("(no stage yet)", int(rows.sum()), amount, None, weighted, share, None, None, None, stale, stalled)


def _put_total(page: Page, row: int, body: Area, rows: list[tuple[Content, ...]]) -> None:
    page.put(row, 1, "Open in all", look.TOTAL)
    for column in range(2, COLUMNS + 1):
        letter = "ABCDEFGHIJK"[column - 1]
        part = _STAGE_FIELDS[column - 1].style
        style = look.number(part.number, look.TOTAL)
        if column in {2, 3, 5, 10, 11}:
            value = sum(number_of(line[column - 1]) for line in rows)
            text = f"=SUM({letter}{body.first_row}:{letter}{body.last_row})"
            page.put(row, column, Formula(text, value), style)
        elif column == 4:
            value = sum(number_of(line[2]) for line in rows)
            weighted = sum(number_of(line[4]) for line in rows)
            text = f'=IF($C{row}=0,"",$E{row}/$C{row})'
            page.put(row, column, Formula(text, weighted / value if value else ""), style)
        else:
            page.put(row, column, None, style)


def _chance(results: Results, name: str, probability: float, cell: str) -> Content:
    live = stage_chance(results, name, probability, cell)
    return Formula(f"=N({live})", probability) if live else probability


def _put_groups(page: Page, results: Results, tally: Tally, not_past: Day, title: str) -> Area | None:
    """Put the table of owners or sources; return its body's area, None when there is nothing to show."""
    measures = results.measures
    groups, closed_which = (measures.owners if title == "Owners" else measures.sources), measures.closed_which
    if groups.empty:
        return None
    key = title.removesuffix("s").lower()
    has_quota = "quota" in groups.columns
    kept = [part for part in _GROUP_FIELDS if has_quota or part.header not in {"Quota", "Attained"}]
    if title == "Owners":  # the block on data quality tells it, with its counts
        kept = kept[:-1]
    fields = [Field(title.removesuffix("s"), look.WRAPPED), *kept]
    note = f"Won value and win rate: deals {closed_which}." if closed_which else ""
    more = len(groups) - MOST_GROUPS
    if more > 0:
        note += f" The {MOST_GROUPS} with the largest open value; {more:,} more are in the Leads table."
    page.section(title, note=note)
    rows: list[tuple[Content, ...]] = []
    for row, group in enumerate(rows_of(groups.head(MOST_GROUPS)), page.at + 1):
        name = str(group["name"])
        where = Where(group_key=key, group=name, group_cell=f"$A{row}")
        weighted = Where(group_key=key, group=name, group_cell=f"$A{row}", not_past=not_past)
        quota = (blank(group["quota"]), blank(group["attainment"])) if has_quota else ()
        rows.append((
            name,
            tally.count(where, group["open_leads"]),
            tally.value(where, group["open_amount"]),
            tally.weighted(weighted),
            float(group["won_amount"]),
            *quota,
            blank(group["win_rate"]),
            int(group["n"]),
            int(group["stale"]),
            *(() if title == "Owners" else (blank(group["clean_share"]),)),
        ))  # fmt: skip
    body = page.grid(fields, rows)
    page.gap()
    page.bars(body, 3)
    rate = next(at for at, part in enumerate(fields, 1) if part.header == "Win rate")
    letter = "ABCDEFGHIJK"[rate]
    few = Style(color=look.FAINT, italic=True)
    page.mark(Area(body.first_row, rate, body.last_row, rate + 1), f"=${letter}{body.first_row}<{FEW}", few)
    return body


def _name_width(results: Results) -> float:
    """Return how wide the column of names must be, in characters; longer ones are wrapped."""
    measures = results.measures
    names = [*measures.stages["stage"], *(group for frame in (measures.owners, measures.sources) if not frame.empty
             for group in frame["name"].head(MOST_GROUPS))]  # fmt: skip
    return max(LEAST_NAME, min(MOST_NAME, max((math.ceil(look.width_needed(str(name))) for name in names), default=0)))


def number_of(content: Content) -> float:
    """Return the number a cell shows, 0 for text and blanks."""
    shown = content.value if isinstance(content, Formula) else content
    return float(shown) if isinstance(shown, int | float) and not isinstance(shown, bool) else 0.0


def blank(number: float | None) -> float | None:
    """Return a number, or None where there is none to give."""
    return None if number is None or math.isnan(number) else float(number)
