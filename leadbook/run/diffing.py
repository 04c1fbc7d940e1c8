"""The command diff: what changed in a workbook's pipeline since a day. Nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.history import history_since, replay
from leadbook.analysis.history_difference import Difference, differ, with_present
from leadbook.analysis.history_rows import ordered
from leadbook.analysis.history_states import lacks_history
from leadbook.analysis.periods import Period, add_months, period_of_key, show_day
from leadbook.analysis.score import score
from leadbook.analysis.standing import stand
from leadbook.model.issues import InputError
from leadbook.model.records import TEXT_STORAGE
from leadbook.run.as_it_stands import records_to
from leadbook.run.progress import silent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from leadbook.model.records import Records
    from leadbook.model.tables import BookContents


class DiffReport(Struct, frozen=True):
    """What changed between two days, for printing.

    ``book`` is the workbook's file name, money is in ``currency``, ``owner`` and ``due`` are what was asked for.
    """

    book: str
    currency: str
    difference: Difference
    owner: str = ""
    due: str = ""
    notes: tuple[str, ...] = ()


@pd.option_context(*TEXT_STORAGE)
def diff_book(  # noqa: PLR0917 - what may be asked for
    contents: BookContents,
    today: dt.date,
    since: dt.date,
    until: dt.date | None = None,
    owner: str = "",
    due: str = "",
    progress: Callable[[str], None] = silent,
) -> DiffReport:
    """Return what changed between the ends of two days.

    Parameters
    ----------
    contents : BookContents
    today : date
    since : date
    until : date or None
        None, or today, is the workbook as it stands, edits since the last refresh included; an earlier day, and a
        ``today`` that History goes on after, is as History had it.
    owner, due : str
        As for `leadbook.diff`.

    Raises
    ------
    InputError
        The workbook holds no leads, a day lies after the one it must not, or there is no such owner or period.
    """
    until = until or today
    if until > today:
        raise InputError(f"{show_day(until)} has not come yet; History knows the days up to {show_day(today)}.")
    if since > until:
        raise InputError(f"--since {since} lies after {until}; give the earlier day first.")
    progress("read")
    records = records_to(contents, today, "compare")
    period = _period(due, records)
    goes_on = bool((ordered(records.history)["day"].to_numpy() > np.datetime64(today, "s")).any())
    if until == today and not goes_on:  # the leads of a later day say nothing of this one
        progress("score")
        records = with_present(records, stand(records, score(records, today), today).frame, today)
    _known_owner(owner, records)
    progress("measure")
    found = differ(records, since, until, owner=owner, period=period)
    return DiffReport(
        contents.name, records.playbook.options.base_currency, found, owner, period.name if period else ""
    )


def write_changes(report: DiffReport, out: Path) -> None:
    """Write what changed to a new workbook of one sheet, the waterfall as a chart.

    Raises
    ------
    LeadbookError
        The name is no .xlsx file's, there is such a file already, or its folder cannot be written.
    """
    from leadbook.books.render import render_book  # noqa: PLC0415 - few diffs are written
    from leadbook.books.saving import write_new  # noqa: PLC0415 - as above
    from leadbook.sheets.changes import Compared, changes_sheet  # noqa: PLC0415 - as above

    if out.suffix.casefold() != ".xlsx":
        raise InputError(f'"{out.name}" is no .xlsx file; choose a name such as changes.xlsx.')
    found = report.difference
    of = Compared(found.until, report.book, report.currency, report.owner, report.due)
    write_new(out, render_book([changes_sheet(found, of)], properties={"title": "What changed"}))


@pd.option_context(*TEXT_STORAGE)
def state_of_book(contents: BookContents, today: dt.date, day: dt.date) -> pd.DataFrame:
    """Return the state of every lead at the end of a day, as History had it.

    Raises
    ------
    InputError
        The workbook holds no leads, or the day lies before History begins or has not come yet.
    """
    if day > today:
        raise InputError(f"{show_day(day)} has not come yet; History knows the days up to {show_day(today)}.")
    records = records_to(contents, today, "replay")
    if why_not := lacks_history(history_since(records.history), day):
        raise InputError(f"{contents.name} cannot tell its state on {show_day(day)}: {why_not}.")
    return replay(records.history, day)


def _period(due: str, records: Records) -> Period | None:
    if not due:
        return None
    start_month = records.playbook.options.fiscal_year_start_month
    found = period_of_key(due, start_month)
    if found is None:
        raise InputError(f'"{due}" is no period; write it as 2026-Q4, 2026-11 or 2026.')
    start, months = found
    return Period(start, add_months(start, months), due)


def _known_owner(owner: str, records: Records) -> None:
    if not owner:
        return
    names = {str(name) for table in (records.leads, records.history) for name in table.frame["owner"].unique()} - {""}
    if owner.casefold() not in {name.casefold() for name in names}:
        raise InputError(f'No lead is or was owned by "{owner}". Owners are: {", ".join(sorted(names)[:12])}.')
