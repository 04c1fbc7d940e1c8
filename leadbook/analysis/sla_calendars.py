"""Which days each lead's first-contact clock stands still: the team's own, and its seller's public holidays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.touches import days

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    import numpy.typing as npt

    from leadbook.model.records import Records

_EARLIEST_YEAR = 1990


def calendars(records: Records, today: dt.date) -> Iterator[tuple[npt.NDArray[np.intp], frozenset[dt.date]]]:
    """Yield the positions of the leads that share a calendar, with its free days.

    Parameters
    ----------
    records : Records
    today : date
        Public holidays count up to the end of the year after it.

    Notes
    -----
    The Holidays table counts for everybody. To it come the public holidays of the owner's Country in Reps, else of
    the option Holiday Country; without both, nobody looks any up.
    """
    playbook, frame = records.playbook, records.leads.frame
    usual = playbook.options.holiday_country
    by_name = {
        _folded(name): rep.country for rep in playbook.reps if rep.country for name in (rep.owner, rep.email) if name
    }
    everyone = np.arange(len(frame), dtype=np.intp)
    if not by_name:
        yield everyone, _free_days(records, usual, today)
        return
    codes, owners = pd.factorize(frame["owner"].to_numpy(dtype=object))
    of_owner = [by_name.get(_folded(str(owner)), usual) for owner in owners]
    of_lead = np.array([*of_owner, usual], dtype=object)[codes]
    for code in dict.fromkeys(of_owner):
        yield np.flatnonzero(of_lead == code), _free_days(records, code, today)


def _free_days(records: Records, code: str, today: dt.date) -> frozenset[dt.date]:
    if not code:
        return records.playbook.holidays
    from leadbook.model.public_holidays import public_holidays  # noqa: PLC0415 - few workbooks name a country

    created = days(records.leads.frame["created"])
    known = created[~np.isnat(created)]
    first = int(str(known.min().astype("datetime64[Y]"))) if len(known) else today.year
    return records.playbook.holidays | public_holidays(
        code, max(_EARLIEST_YEAR, min(first, today.year)), today.year + 1
    )


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
