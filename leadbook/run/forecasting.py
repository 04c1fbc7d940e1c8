"""The commands forecast and backtest: what is coming, and how good such forecasts have been. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from leadbook.analysis.forecast import forecast
from leadbook.analysis.history import assign_lead_ids, visits
from leadbook.analysis.outlook.rewind import rewind
from leadbook.analysis.score import score
from leadbook.analysis.score_fit import label_of
from leadbook.analysis.standing import stand
from leadbook.analysis.winning.leads import learn_wins
from leadbook.books.closed import ClosedBook
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.issues import InputError
from leadbook.model.leads import read_records
from leadbook.model.locate import find_leads
from leadbook.model.records import TEXT_STORAGE
from leadbook.model.settings import read_playbook
from leadbook.run.progress import silent
from leadbook.run.refresh import check_day, with_lead_ids

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from leadbook.analysis.results import Forecast, Standing
    from leadbook.model.records import Records
    from leadbook.model.tables import BookContents


@dataclass(frozen=True)
class ForecastReport:
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


def read_as_it_is(path: Path) -> tuple[BookContents, tuple[str, ...]]:
    """Return what a workbook holds; a list nobody has adopted yet is adopted in memory alone.

    Returns
    -------
    (BookContents, tuple of str)
        The second says how such a list was read; it is empty for a workbook that is leadbook's already.

    Raises
    ------
    LeadbookError
        The workbook cannot be read, or nothing in it looks like leads.
    """
    contents = ClosedBook.open(path).contents
    playbook, _ = read_playbook(contents)
    try:
        find_leads(contents, playbook)
    except InputError:
        from leadbook.books.adopted import AdoptedBook  # noqa: PLC0415 - few books need it
        from leadbook.run.adoption.adopting import adopt_book  # noqa: PLC0415 - as above

        book = AdoptedBook.open(path)
        adoption = adopt_book(book, DEFAULT_PLAYBOOK)
        read = ", ".join(f"{match.header} as {label_of(match.key)}" for match in adoption.mapping.matches if match.key)
        return book.contents, (f"The list on sheet {adoption.sheet} was read as it stands: {read}.",)
    return contents, ()


@pd.option_context(*TEXT_STORAGE)
def forecast_book(contents: BookContents, today: dt.date, progress: Callable[[str], None] = silent) -> ForecastReport:
    """Return the forecast of a workbook's leads.

    Raises
    ------
    InputError
        No table holds leads, it holds none, or ``today`` lies outside 1990 to 2199.
    """
    check_day(today)
    progress("read")
    playbook, _ = read_playbook(contents)
    records, _ = read_records(contents, playbook)
    if records.leads.frame.empty:
        raise InputError(f"{contents.name} has no leads yet, so there is nothing to forecast.")
    new_ids = assign_lead_ids(records.leads, records.history, records.archive, records.activities, records.quote_lines)
    records, rewound = rewind(with_lead_ids(records, new_ids), today)
    progress("score")
    scores = score(records, today)
    stage_visits = visits(records.history)
    standing = stand(records, scores, today, learn_wins(records, scores, stage_visits, today))
    progress("forecast")
    found = forecast(records, standing, today, stage_visits)
    return ForecastReport(
        contents.name, today, playbook.options.base_currency, found, _open_deals(records, standing),
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
