"""The command calendar: the leads' moments as one .ics file; the workbook is only read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct

from leadbook.analysis.agenda import KINDS, list_agenda
from leadbook.analysis.called_off import LATELY_DAYS, archived_lately, list_called_off
from leadbook.documents.calendar_entries import calendar_entries
from leadbook.documents.calendar_file import make_calendar
from leadbook.documents.naming import safe_file
from leadbook.documents.outgoing import write_new
from leadbook.model.issues import InputError
from leadbook.model.records import TEXT_STORAGE
from leadbook.run.as_it_stands import read_as_it_is, records_to
from leadbook.run.chances import place_leads
from leadbook.run.progress import silent
from leadbook.run.whose import asked_for, leads_of

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Callable, Mapping

    from leadbook.documents.calendar_file import Entry


class LeadCalendar(Struct, frozen=True):
    """What was put into the calendar.

    Parameters
    ----------
    book : str
        The workbook's file name.
    as_of : date
    file : str
        The path of the calendar as it was written, "" where there was nothing to write.
    entries : tuple of Entry
        In order of time.
    cancelled : tuple of Entry
        What an earlier calendar may show of leads that were closed, parked or archived lately.
    counts : mapping of str to int
        How many of each of `agenda.KINDS`.
    overdue : int
        How many lie before the day.
    notes : tuple of str
    """

    book: str
    as_of: dt.date
    file: str
    entries: tuple[Entry, ...]
    cancelled: tuple[Entry, ...]
    counts: Mapping[str, int]
    overdue: int
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The result in one line."""
        if not self.entries and not self.cancelled:
            return f"Nothing is due in {self.book}, so no calendar was written."
        told = ", ".join(
            f"{self.counts[kind]:,} {one if self.counts[kind] == 1 else many}"
            for kind, (one, many) in KINDS.items()
            if self.counts[kind]
        )
        many = len(self.entries)
        late = f"; {self.overdue:,} of them {'is' if self.overdue == 1 else 'are'} overdue" if self.overdue else ""
        listed = f"{many:,} {'entry' if many == 1 else 'entries'} in {self.file}: {told}{late}."
        return " ".join(filter(None, (listed if many else "Nothing is due.", self._said_of_cancelled)))

    @property
    def _said_of_cancelled(self) -> str:
        if not self.cancelled:
            return ""
        many = len(self.cancelled)
        what = "1 entry" if many == 1 else f"{many:,} entries"
        where = "It also" if self.entries else self.file
        return f"{where} cancels {what} of leads that were closed, parked or archived in the last {LATELY_DAYS} days."


def lead_calendar(
    path: str | os.PathLike[str],
    *,
    as_of: dt.date,
    now: dt.datetime,
    out: str | os.PathLike[str] = "",
    owner: str = "",
    progress: Callable[[str], None] = silent,
) -> LeadCalendar:
    """Write next steps, first-contact deadlines, revisit dates and offers that end into one .ics file.

    What an earlier file put into the calendar about leads that were closed, parked or archived since is cancelled.

    Parameters
    ----------
    path : path
        The workbook.
    as_of : date
        The day everything is worked out for.
    now : datetime
        With a time zone: the moment of making, by which a calendar tells which of two imports is the later one.
    out : path
        The file; "" is ``NAME calendar.ics`` beside the workbook. Where it exists, the next free name is taken.
    owner : str
        Only this seller's leads; "" for all.
    progress : callable

    Raises
    ------
    LeadbookError
        The workbook cannot be read, nobody is called so, or the file cannot be written.
    """
    book = Path(path)
    target = Path(out) if str(out) else book.with_name(safe_file(f"{book.stem} calendar", ".ics"))
    if target.suffix.casefold() != ".ics":
        raise InputError(f'"{target.name}" should end in .ics, such as "{target.stem or "leads"}.ics".')
    progress("open")
    contents, notes = read_as_it_is(book)
    with pd.option_context(*TEXT_STORAGE):
        progress("read")
        records = records_to(contents, as_of, "put into a calendar")
        wanted = asked_for(records, owner=owner)
        progress("score")
        standing = place_leads(records, as_of).standing
        agenda = list_agenda(records, standing, wanted, as_of)
        gone, moments = archived_lately(records, as_of, date_system=contents.date_system)
        if owner:
            moments = moments[leads_of(owner, gone["owner"], [owner])[moments["place"].to_numpy()]]
        called_off = [(records.leads.frame, list_called_off(records, standing, agenda, wanted, as_of)), (gone, moments)]
        entries = calendar_entries(records, agenda, as_of, contents.name, called_off)
    file = ""
    if entries:
        progress("write")
        made = make_calendar(
            entries, name=f"Leads{f' of {owner}' if owner else ''}: {book.stem}", now=now,
            time_zone=records.playbook.options.time_zone,
        )  # fmt: skip
        file = str(target.parent / write_new(target.parent, target.name, made).name)
    counts = Counter(agenda["kind"].tolist())
    overdue = int((agenda["at"] < pd.Timestamp(as_of)).sum())
    standing_ones = tuple(entry for entry in entries if not entry.cancelled)
    cancelled = tuple(entry for entry in entries if entry.cancelled)
    return LeadCalendar(contents.name, as_of, file, standing_ones, cancelled, counts, overdue, notes)
