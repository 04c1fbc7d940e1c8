"""What each month and quarter will bring: closed so far, open deals and business not yet created, with a range."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct, field

from leadbook.analysis.outlook.backtest import MONTH, QUARTER, SPANS, Track, backtest, bias, choose_cutoffs, wape
from leadbook.analysis.outlook.blend import blend_track, choose, weigh_methods
from leadbook.analysis.outlook.courses import NEVER
from leadbook.analysis.outlook.methods import SINGLE, AsOf, Method, forecast_all, open_by_day
from leadbook.analysis.outlook.project import win_days
from leadbook.analysis.outlook.spread import MONTH_DAYS, Spread, measure_spread
from leadbook.analysis.outlook.worth import lean_of_value, value_of_deals, without_one_off

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from leadbook.analysis.outlook.courses import Courses
    from leadbook.analysis.outlook.pipeline_then import PipelineThen
    from leadbook.analysis.outlook.timing import Timing
    from leadbook.analysis.periods import Period
    from leadbook.analysis.results import Standing

FEWEST_CUTOFFS = 2
"""Without two past forecasts there is nothing to say how far the next one may be off."""
INSUFFICIENT = "stage-weighted, insufficient history"


class Outlook(Struct, frozen=True):
    """History's answer, and how good it has been.

    Parameters
    ----------
    method : str
        How the numbers were made: a `Method`, or ``INSUFFICIENT``.
    months, quarters : DataFrame, rows as ``Forecast.months`` and ``.quarters``
        ``open``, ``new`` (base currency, of the days to come), ``mean`` (closed + open + new), ``p10``, ``p50``,
        ``p90`` (of the whole period; NaN with insufficient history) and ``method``.
    judged : DataFrame, one row a method
        ``method``, ``month_wape``, ``month_bias``, ``months`` (how many past forecasts of a month), ``quarter_wape``,
        ``quarter_bias``, ``quarters``, ``chosen`` (bool).
    track : Track or None
        The past forecasts one by one.
    blended : array of float, shape (n cutoffs, spans)
        What the blend would have said.
    why_not : str
        Why there is no answer from history, "" when there is one.
    notes : tuple of str
    """

    method: str
    months: pd.DataFrame
    quarters: pd.DataFrame
    judged: pd.DataFrame
    track: Track | None = None
    blended: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, len(SPANS))))
    why_not: str = ""
    notes: tuple[str, ...] = ()


def look_ahead(
    standing: Standing,
    periods: tuple[Sequence[Period], Sequence[Period]],
    frames: tuple[pd.DataFrame, pd.DataFrame],
    first_month: int,
    then: Callable[[int], PipelineThen | None] | None = None,
) -> Outlook:
    """Return what the coming months and quarters bring.

    Parameters
    ----------
    standing : Standing
        With its timing.
    periods : (months, quarters)
        In order, the ones under way first.
    frames : (DataFrame, DataFrame)
        ``Forecast.months`` and ``.quarters``: ``closed`` and ``weighted`` are read.
    first_month : int
        The month that the fiscal year begins in.
    then : callable or None
        The pipeline as History had it on a day (days since 1970).

    Notes
    -----
    Every method gives an amount for each coming day; a month is the sum of its days and a quarter that of its own,
    so that both agree. The chosen method's amount is split into open and new in the proportion of the method by age.
    """
    timing = standing.timing
    assert timing is not None, "stand() always gives a timing"  # noqa: S101 - an invariant, not input
    exposure = timing.exposure
    courses, one_off = without_one_off(timing.courses)
    tomorrow = courses.today + 1
    tried = choose_cutoffs(exposure, tomorrow)
    if then and (not len(tried) or then(int(tried[len(tried) // 2])) is None):
        then = None  # History covers too few of the past days to judge what it would say today
    track = backtest(courses, exposure, first_month, then)
    why_not = _why_not(timing, track)
    if why_not:
        made = [_weighted_alone(frame) for frame in frames]
        return Outlook(INSUFFICIENT, made[0], made[1], judge(track, None, INSUFFICIENT), track, why_not=why_not)
    blended = blend_track(track)
    chosen = choose(track, blended)
    said = blended if chosen is Method.BLEND else track.said[:, :, SINGLE.index(chosen)]
    spread = measure_spread(track, said, courses)
    last = max(_day(period.end) for part in periods for period in part)
    known = AsOf(courses, exposure, tomorrow, last - tomorrow, first_month, then(tomorrow) if then else None)
    open_days = open_now(known, timing)
    single, parts = forecast_all(known, open_days)
    by_age = single[:, SINGLE.index(Method.HISTORY)]
    blends = chosen is Method.BLEND
    total = weigh_methods(track, tomorrow).blend(parts) if blends else single[:, SINGLE.index(chosen)]
    open_share = np.divide(open_days, by_age, out=np.zeros_like(by_age), where=by_age > 0)
    split = total * open_share, total * (1 - open_share)
    made = [
        _periods(part, tomorrow, frame["closed"].tolist(), split, spread).assign(method=chosen.value)
        for part, frame in zip(periods, frames, strict=True)
    ]
    return Outlook(
        chosen.value, made[0], made[1], judge(track, blended, chosen.value), track, blended,
        notes=(*_notes(courses), *([one_off] if one_off else [])),
    )  # fmt: skip


def open_now(known: AsOf, timing: Timing) -> npt.NDArray[np.float64]:
    """Return what the deals that are open now bring on each coming day, each with its own amount and chance.

    Notes
    -----
    As `open_by_day`, with value = amount x the lead's chance ÷ its age's, drawn to the number of wins that the ages
    say: how leads differ counts, while a level that comes from the stages' chances, as it does where wins are few, has
    been tried on no past day. A deal that nobody knows the beginning of is spread as one that begins now.
    """
    courses = known.courses
    value = np.nan_to_num(value_of_deals(courses, known.day)) * lean_of_value(courses)
    chance = np.nan_to_num(timing.win[courses.place])
    of_age = np.nan_to_num(timing.by_age[courses.place])
    ratio = np.divide(chance, of_age, out=np.zeros_like(chance), where=of_age > 0)
    undated = courses.is_open & (courses.began == NEVER)
    told = courses.is_open & ~undated & (of_age > 0)
    hoped = float(chance[told].sum())
    level = float(of_age[told].sum()) / hoped if hoped > 0 else 1.0
    dated = open_by_day(known, value * ratio * level)
    if not undated.any():
        return dated
    ahead = max(known.days_ahead, known.hazards.last_age + 1)
    fresh = win_days(known.hazards, np.array([0]), known.day, ahead)[0]
    ever = float(fresh.sum())
    worth = float((value * chance)[undated].sum())
    return np.asarray(dated + worth * fresh[: known.days_ahead] / max(ever, 1e-12), dtype=np.float64)


def judge(track: Track, blended: npt.NDArray[np.float64] | None, chosen: str) -> pd.DataFrame:
    """Return the WAPE and the bias of each method over past months and quarters."""
    said = {method.value: track.said[:, :, column] for column, method in enumerate(SINGLE)}
    if blended is not None:
        said[Method.BLEND.value] = blended
    rows = []
    for name, forecasts in said.items():
        row: dict[str, object] = {"method": name}
        for word, span in (("month", MONTH), ("quarter", QUARTER)):
            came = track.came[:, span]
            row[f"{word}_wape"] = wape(forecasts[:, span], came)
            row[f"{word}_bias"] = bias(forecasts[:, span], came)
            row[f"{word}s"] = int((~np.isnan(came)).sum())
        rows.append({**row, "chosen": name == chosen})
    return pd.DataFrame(rows)


def _periods(
    periods: Sequence[Period],
    tomorrow: int,
    closed: Sequence[float],
    split: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    spread: Spread,
) -> pd.DataFrame:
    """Return open, new and the range of each period."""
    sums = [np.concatenate([[0.0], np.cumsum(by_day)]) for by_day in split]
    rows = []
    for period, won in zip(periods, closed, strict=True):
        low, high = (max(_day(day) - tomorrow, 0) for day in (period.start, period.end))
        still_open, new = (float(total[high] - total[low]) for total in sums)
        away, months = low / MONTH_DAYS, (high - low) / MONTH_DAYS
        p10, p50, p90 = (won + more for more in spread.quantiles(still_open + new, away, months))
        rows.append({
            "open": still_open, "new": new, "mean": won + still_open + new, "p10": p10, "p50": p50, "p90": p90,
        })  # fmt: skip
    return pd.DataFrame(rows)


def _weighted_alone(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the weighted number, labelled as such, with no range."""
    blank = pd.Series(math.nan, index=frame.index)
    return pd.DataFrame({
        "open": frame["weighted"], "new": 0.0, "mean": frame["closed"] + frame["weighted"],
        "p10": blank, "p50": blank, "p90": blank, "method": INSUFFICIENT,
    })  # fmt: skip


def _why_not(timing: Timing, track: Track) -> str:
    if timing.why_not:
        return timing.why_not
    courses = timing.courses
    if not (courses.won & ~np.isnan(courses.amount)).any():
        return "insufficient history (no won deal has an amount)"
    over = int((~np.isnan(track.came[:, MONTH])).sum())
    if over >= FEWEST_CUTOFFS and not float(np.nansum(track.came[:, MONTH])) > 0:
        return "insufficient history (nothing was won in the months that a forecast can be tried on)"
    if over < FEWEST_CUTOFFS:
        return (
            f"insufficient history (a forecast from two months of closed deals can be tried on {over} past "
            f"{'day' if over == 1 else 'days'}; {FEWEST_CUTOFFS} are needed)"
        )
    return ""


def _notes(courses: Courses) -> list[str]:
    priceless = int((courses.is_open & np.isnan(courses.amount)).sum())
    if not priceless:
        return []
    by = "the mean won value of their product" if courses.groups > 1 else "the mean won value"
    have = "deal has" if priceless == 1 else "deals have"
    return [f"{priceless:,} open {have} no amount and count in history's answer with {by}."]


def _day(day: object) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))  # type: ignore[call-overload] # a date
