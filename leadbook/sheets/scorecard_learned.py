"""The blocks of the Scorecard that show what Won and Lost teach, and how well it held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.analysis.periods import show_day
from leadbook.analysis.winning.checking import LATEST
from leadbook.analysis.winning.enough import insufficient
from leadbook.analysis.winning.points_table import points_table
from leadbook.analysis.winning.telling import tell_fit, tell_model
from leadbook.model.counts import counted
from leadbook.sheets import look
from leadbook.sheets.page import Field
from leadbook.sheets.scorecard_leaks import put_left_out
from leadbook.sheets.spec import Area, Chart, Series

if TYPE_CHECKING:
    from leadbook.analysis.winning.figures import Figures
    from leadbook.analysis.winning.learning import Learned
    from leadbook.sheets.page import Page
    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

TABLE = "PointsLearned"
COLUMNS = 8
MOST_LINES = 150
THOUSANDTHS = "0.000_)"
_COUNT = look.number(look.WHOLE)
_NEAR_ALL = 0.8
"""Where a chart shows shares above it, the axis left to itself would run on to 120 %."""
_SIGNED = look.number("+0.0_);[Red]-0.0_);0.0_)")
_FIGURE = look.number(THOUSANDTHS)


def put_learned(page: Page, results: Results) -> None:
    """Put what the workbook's own outcomes teach about its leads."""
    if results.wins is None:
        return
    learned = results.wins.learned
    page.section("What Won and Lost teach", note=f"Values of {show_day(results.today)}; a refresh works them out anew.")
    if learned.points is None:
        page.sentence(
            f"{insufficient(learned.won, learned.lost)} Until then Win % is the stage's, and the points are the ones "
            "in Settings."
        )
        page.gap()
        put_left_out(page, results)
        return
    outcomes = learned.won + learned.lost
    teach = "teaches" if len(learned.bands) == 1 else "teach"
    latest = f", the latest {learned.taught:,}" if learned.taught < outcomes else ""
    page.sentence(
        f"{tell_model(learned)} There are {learned.won:,} won and {learned.lost:,} lost leads to learn from{latest}; "
        f"{counted(len(learned.bands), 'column')} {teach}, at most one for each ten of the rarer outcome. "
        "An open lead starts from the average, each column adds its points, and the stage takes off the way it has "
        "behind it."
    )
    _put_figures(page, learned)
    _put_calibration(page, learned)
    _put_points(page, results)
    put_left_out(page, results)


def _put_figures(page: Page, learned: Learned) -> None:
    rows: list[tuple[Content, ...]] = []
    for name, found in (("Points table", learned.readable), ("Boosted trees", learned.stronger)):
        if found is None:
            continue
        rows.append(_line(name, "left out in turn", found.left_out))
        if found.latest is not None:
            rows.append(_line(name, f"latest {LATEST:.0%}", found.latest))
    fields = (
        Field("Model"), Field("Checked on leads"), Field("AUC", _FIGURE), Field("from", _FIGURE), Field("to", _FIGURE),
        Field("Brier", _FIGURE), Field("Brier from … to, calibration error, outcomes", look.NOTE.but(indent=1)),
    )  # fmt: skip
    page.grid(fields, rows)
    page.sentence(
        "AUC: of a won and a lost lead, how often the won one had the higher chance (0.5 is chance, 1 always). Brier: "
        "mean squared distance of chance and outcome, lower is better. Intervals hold 95 %. “Left out in turn”: no "
        f"lead was judged by a model that learned from it. “Latest”: told from the earlier ones alone, "
        f"{learned.order_told}."
    )
    page.gap()


def _line(name: str, checked: str, figures: Figures) -> tuple[Content, ...]:
    auc, brier = figures.auc, figures.brier
    rest = (
        f"{brier.low:.3f} to {brier.high:.3f};  {figures.ece:.3f} (bins of equal width), {figures.ece_equal_count:.3f} "
        f"(of equal count);  {figures.won:,} won, {figures.lost:,} lost"
    )
    return name, checked, round(auc.value, 4), round(auc.low, 4), round(auc.high, 4), round(brier.value, 4), rest


def _put_calibration(page: Page, learned: Learned) -> None:
    """Put what was expected of leads and what came, in tenths of the leads, with a chart beside it."""
    in_use = learned.in_use
    if in_use is None:
        return
    page.keep_together()
    percent = look.number(look.PERCENT)
    fields = (
        Field("Tenth of the leads, by chance"), Field("Expected to be won", percent), Field("Were won", percent),
        Field("from", percent), Field("to", percent), Field("Leads", _COUNT),
    )  # fmt: skip
    top = page.at
    bins = in_use.left_out.bins
    rows: list[tuple[Content, ...]] = [
        (f"{at}", round(one.expected, 4), round(one.share_won, 4), round(one.low, 4), round(one.high, 4), one.n)
        for at, one in enumerate(bins, 1)
    ]
    body = page.grid(fields, rows)
    names = Area(body.first_row, 1, body.last_row, 1)
    series = tuple(
        Series(name, names, Area(body.first_row, column, body.last_row, column), color)
        for name, column, color in (
            ("Expected", 2, look.FAINT),
            ("Were won", 3, look.ACCENT),
            ("95 % from", 4, look.SKY),
            ("95 % to", 5, look.SKY),
        )
    )
    most = 1.0 if max(one.high for one in bins) > _NEAR_ALL else 0.0
    page.chart(Chart(
        "line", "Chance and outcome of leads left out", series, top, 7, width=page.span(7, COLUMNS), height=280,
        value_format="0%", value_most=most, value_title="won",
        category_title="tenth of the leads, the least likely first",
        description="Lines of the chance expected and the share won, with its 95 % interval, for each tenth of leads.",
    ))  # fmt: skip
    page.at = max(page.at, top + 15)
    page.gap()


def _put_points(page: Page, results: Results) -> None:
    assert results.wins is not None, "asked for only where something was learned"  # noqa: S101 - an invariant, not input
    lines = points_table(results.wins.learned)
    hidden = max(0, len(lines) - MOST_LINES)
    note = "10 points double the odds of winning, -10 halve them. Columns that move the chance most come first."
    if hidden:
        note += f" {counted(hidden, 'more line')} {'is' if hidden == 1 else 'are'} in: leadbook score BOOK --json."
    page.section("Points learned for each value", note=note)
    page.sentence(tell_fit(results.wins.learned), look.TEXT)
    fields = (
        Field("Column", look.WRAPPED), Field("Value", look.WRAPPED), Field("Points", _SIGNED), Field("Leads", _COUNT),
        Field("Won", _COUNT), Field("Win rate", look.number(look.PERCENT)),
        Field("Lift: win rate against the average, with its 95 % interval", look.TEXT.but(indent=1)),
    )  # fmt: skip
    rows: list[tuple[Content, ...]] = []
    for line in lines[:MOST_LINES]:
        average = line.rate / line.lift if line.lift else 0.0
        lift = f"{line.lift:.2f} x"
        if average:
            lift += f"  ({line.rate_low / average:.2f} to {line.rate_high / average:.2f} x)"
        rows.append((line.column, line.value, round(line.points, 1), line.n, line.won, line.rate, lift))
    table = page.table(results.naming.table(TABLE), fields, rows)
    body = Area(table.row + 1, 4, table.last_row, 6)
    page.mark(body, f"=$D{body.first_row}<20", look.THIN_N)
