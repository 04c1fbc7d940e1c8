"""The commands forecast and backtest: what is coming, and how good such forecasts have been. Nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct

from leadbook.analysis.forecast import forecast
from leadbook.analysis.outlook.rewind import rewind
from leadbook.model.records import TEXT_STORAGE
from leadbook.run.as_it_stands import records_to
from leadbook.run.chances import place_leads
from leadbook.run.progress import silent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from leadbook.analysis.results import Forecast, Standing
    from leadbook.model.records import Records
    from leadbook.model.tables import BookContents


class ForecastReport(Struct, frozen=True):
    """What is coming, as worked out for one day.

    Parameters
    ----------
    book : str
        The workbook's file name.
    as_of : date
    currency : str
        ISO code of all amounts.
    forecast : Forecast
    deals : DataFrame, one row an open lead
        ``id``, ``win``, ``win_30d`` (NaN where it cannot be told) and ``stale`` (bool), in the order of the sheet.
    notes : tuple of str
        How the workbook was read, where that is not plain.
    """

    book: str
    as_of: dt.date
    currency: str
    forecast: Forecast
    deals: pd.DataFrame
    notes: tuple[str, ...] = ()


@pd.option_context(*TEXT_STORAGE)
def forecast_book(contents: BookContents, today: dt.date, progress: Callable[[str], None] = silent) -> ForecastReport:
    """Return the forecast of a workbook's leads.

    Raises
    ------
    InputError
        No table holds leads, it holds none, or ``today`` lies outside 1990 to 2199.
    """
    progress("read")
    records = records_to(contents, today, "forecast")
    records, rewound = rewind(records, today)
    progress("score")
    placed = place_leads(records, today)
    progress("forecast")
    found = forecast(records, placed.standing, today, placed.visits)
    return ForecastReport(
        contents.name, today, records.playbook.options.base_currency, found, _open_deals(records, placed.standing),
        (rewound,) if rewound else (),
    )  # fmt: skip


def _open_deals(records: Records, standing: Standing) -> pd.DataFrame:
    timing = standing.timing
    assert timing is not None, "stand() always gives a timing"  # noqa: S101 - an invariant, not input
    places = timing.courses.place[timing.courses.is_open]
    now = standing.frame.iloc[places]
    return pd.DataFrame(
        {
            "id": records.leads.frame["lead_id"].iloc[places].to_numpy(dtype=object),
            "win": now["win"].to_numpy(dtype=float),
            "win_30d": now["win_30d"].to_numpy(dtype=float),
            "stale": now["stale"].to_numpy(dtype=bool),
        }
    )
