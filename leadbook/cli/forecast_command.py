"""``leadbook forecast`` and ``leadbook backtest``: what may be typed, and what is printed."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from leadbook.cli.commands import day_of
from leadbook.cli.progress import Progress
from leadbook.cli.usual_arguments import add_as_of, add_book
from leadbook.model.frame_rows import rows_of

if TYPE_CHECKING:
    import argparse
    from argparse import _SubParsersAction

    import pandas as pd

    from leadbook.run.forecasting import ForecastReport

_SHOWN_MONTHS, _SHOWN_QUARTERS = 7, 4
_WIDTH = 13


def add_forecast(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe both commands' arguments."""
    ahead = words.add_parser("forecast", help="say what each coming month and quarter will bring; writes nothing")
    add_book(ahead)
    add_as_of(ahead)
    ahead.add_argument("--json", action="store_true", help="print it as JSON, with every open deal's chance")
    ahead.set_defaults(command=forecast)
    back = words.add_parser("backtest", help="try the forecasting methods on the workbook's own past; writes nothing")
    add_book(back)
    add_as_of(back)
    back.add_argument("--json", action="store_true", help="print it as JSON")
    back.set_defaults(command=backtest)


def forecast(given: argparse.Namespace) -> int:
    """``leadbook forecast BOOK``."""
    from leadbook.run.commands import forecast as run

    with Progress() as progress:
        report = run(given.book, as_of=day_of(given), progress=progress)
    if given.json:
        print(json.dumps(forecast_json(report), ensure_ascii=False, indent=2))
    else:
        print_forecast(report)
    return 0


def backtest(given: argparse.Namespace) -> int:
    """``leadbook backtest BOOK``."""
    from leadbook.run.commands import backtest as run

    with Progress() as progress:
        report = run(given.book, as_of=day_of(given), progress=progress)
    if given.json:
        print(json.dumps(backtest_json(report), ensure_ascii=False, indent=2))
    else:
        print_backtest(report)
    return 0


def forecast_json(report: ForecastReport) -> dict[str, object]:
    """Return the forecast as plain values: money to the cent, chances to six places, None where nobody can tell."""
    outlook = report.forecast.outlook
    return {
        "as_of": report.as_of.isoformat(),
        "months": _periods(report.forecast.months, outlook.months),
        "quarters": _periods(report.forecast.quarters, outlook.quarters),
        "deals": [
            {"id": str(lead), "win": _plain(win, 6), "win_30d": _plain(soon, 6), "stale": bool(stale)}
            for lead, win, soon, stale in zip(*(report.deals[key].tolist() for key in report.deals), strict=True)
        ],
    }


def backtest_json(report: ForecastReport) -> dict[str, object]:
    """Return the table of the methods as plain values."""
    outlook = report.forecast.outlook
    rows = [
        {str(key): _plain(cell, 6) if isinstance(cell, float) else cell for key, cell in row.items()}
        for row in rows_of(outlook.judged)
    ]
    return {"as_of": report.as_of.isoformat(), "method": outlook.method, "note": outlook.why_not, "methods": rows}


def print_forecast(report: ForecastReport) -> None:
    """Print the coming months and quarters for people."""
    from leadbook.analysis.forecast_left_out import explain_overdue, explain_undated

    outlook = report.forecast.outlook
    print(f"{report.book} as of {report.as_of:%d %b %Y}, money in {report.currency}.")
    if outlook.why_not:
        print(f"No answer from history yet: {outlook.why_not}.")
        print("What follows is the stage-weighted number alone: open deals due in each period x their chance.")
    print()
    heads = ("", "closed", "open", "new", "expected", "P10", "P50", "P90", "quota", "weighted")
    print("".join(f"{head:>{_WIDTH}}" if head else f"{head:10}" for head in heads))
    for frame, ahead, shown in (
        (report.forecast.months, outlook.months, _SHOWN_MONTHS),
        (report.forecast.quarters, outlook.quarters, _SHOWN_QUARTERS),
    ):
        for period, found in zip(rows_of(frame.head(shown)), rows_of(ahead), strict=False):
            cells = [
                period["closed"], found["open"], found["new"], found["mean"], found["p10"], found["p50"],
                found["p90"], period["quota"], period["expected"],
            ]  # fmt: skip
            print(f"{period['name']:10}" + "".join(f"{_money(cell):>{_WIDTH}}" for cell in cells))
        print()
    print(f"Method: {outlook.method}. Weighted is closed plus open deals due in the period x their stage's chance.")
    left_out = (explain(report.forecast, report.currency) for explain in (explain_undated, explain_overdue))
    for note in (*filter(None, left_out), *outlook.notes, *report.notes):
        print(note)
    if not outlook.why_not:
        print(f"How good such forecasts have been: leadbook backtest {report.book}")


def print_backtest(report: ForecastReport) -> None:
    """Print how far each method was off on the workbook's own past."""
    outlook = report.forecast.outlook
    if outlook.why_not:
        print(f"{report.book}: {outlook.why_not}.")
    months = int(outlook.judged["months"].max()) if len(outlook.judged) else 0
    quarters = int(outlook.judged["quarters"].max()) if len(outlook.judged) else 0
    if not months:
        return
    print(
        f"{report.book} as of {report.as_of:%d %b %Y}: forecasts made on {_past(months)} for the month after, on "
        f"{quarters} for the three months after,\nfrom what was known on that day alone."
    )
    print()
    print(f"{'method':18}{'month off by':>14}{'bias':>9}{'quarter off by':>17}{'bias':>9}")
    for row in rows_of(outlook.judged):
        mark = "  <- used" if row["chosen"] else ""
        print(
            f"{row['method']:18}{_share(row['month_wape']):>14}{_share(row['month_bias'], sign=True):>9}"
            f"{_share(row['quarter_wape']):>17}{_share(row['quarter_bias'], sign=True):>9}{mark}"
        )
    print()
    print(
        "Off by: the sum of the distances between forecast and won, divided by the sum won (WAPE).\n"
        "Bias: above 0 the method promised too much, below 0 too little.\n"
        "The blend leans on whichever was less off; one method alone is used only where it beats the blend plainly\n"
        "(by more than one standard error, over six months or more)."
    )


def _periods(frame: pd.DataFrame, ahead: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "start": start.isoformat(), "closed": _plain(closed, 2), "open": _plain(row["open"], 2),
            "new": _plain(row["new"], 2), "p10": _plain(row["p10"], 2), "p50": _plain(row["p50"], 2),
            "p90": _plain(row["p90"], 2), "method": row["method"],
        }
        for start, closed, row in zip(
            frame["start"].tolist(), frame["closed"].tolist(), rows_of(ahead), strict=True
        )
    ]  # fmt: skip


def _past(count: int) -> str:
    return f"{count} past day" if count == 1 else f"{count} past days"


def _plain(number: float, places: int) -> float | None:
    return None if math.isnan(number) else round(float(number), places)


def _money(amount: float) -> str:
    return "" if math.isnan(amount) else f"{amount:,.0f}"


def _share(share: float, *, sign: bool = False) -> str:
    if math.isnan(share):
        return "n/a"
    return f"{share:+.0%}" if sign else f"{share:.0%}"
