"""Calendar entries as one .ics file, which a second import brings up to date."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from leadbook.documents.plain_text import one_line
from leadbook.documents.time_zones import describe_zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icalendar import Alarm, Event, vText

_BEGAN = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_MEETING = dt.timedelta(minutes=30)


class Entry(Struct, frozen=True):
    """One entry.

    Parameters
    ----------
    uid : str
        The same for the same thing, run after run.
    summary : str
    details : tuple of str
        The lines of its description.
    starts : datetime or date
        In the workbook's time zone, without one of its own; a date means the whole day.
    category : str
    reminder : timedelta or None
        From the start on, below 0 before it; None for none.
    blocks : bool
        Whether its time counts as taken.
    cancelled : bool
        Whether it is no longer to take place, wherever an earlier file put it.
    """

    uid: str
    summary: str
    details: tuple[str, ...]
    starts: dt.datetime | dt.date
    category: str
    reminder: dt.timedelta | None = None
    blocks: bool = False
    cancelled: bool = False


def make_uid(*parts: str) -> str:
    """Return an id that these parts always give, and others never."""
    digest = hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()
    return f"{digest[:32]}@leadbook"


def make_calendar(entries: Sequence[Entry], *, name: str, time_zone: str, now: dt.datetime) -> bytes:
    """Return the entries as the bytes of an .ics file (RFC 5545); the same ones at the same moment give the same bytes.

    Parameters
    ----------
    entries : sequence of Entry
    name : str
        What the calendar is called where it is shown as one of its own.
    time_zone : str
        IANA name; "" leaves times as the clock on the wall, wherever the calendar is opened.
    now : datetime
        With a time zone: the moment of making. An import of a later one wins.
    """
    from icalendar import Calendar  # noqa: PLC0415 - only calendars need it

    calendar = Calendar()
    calendar.add("PRODID", "-//leadbook//leadbook//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("X-WR-CALNAME", _text(one_line(name)))
    timed = [entry.starts for entry in entries if isinstance(entry.starts, dt.datetime)]
    if time_zone and timed:
        calendar.add("X-WR-TIMEZONE", time_zone)
        calendar.add_component(describe_zone(time_zone, min(timed), max(timed)))
    zone = ZoneInfo(time_zone) if time_zone else None
    for entry in entries:
        calendar.add_component(_event(entry, zone, now.astimezone(dt.UTC).replace(microsecond=0)))
    return bytes(calendar.to_ical())


def _text(text: str) -> vText:
    """Return a text escaped as RFC 5545 (3.3.11) has it."""
    from icalendar import vText  # noqa: PLC0415 - as above

    # The library itself would take a backslash with an N after it, as in a path, for the end of a line.
    class Text(vText):  # type: ignore[misc] # the library ships no types
        def to_ical(self) -> bytes:
            escaped = str(self).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
            return escaped.encode("utf-8")

    return Text(text)


def _event(entry: Entry, zone: ZoneInfo | None, now: dt.datetime) -> Event:
    from icalendar import Event  # noqa: PLC0415 - as above

    event = Event()
    event.add("UID", entry.uid)
    event.add("DTSTAMP", now)
    event.add("LAST-MODIFIED", now)
    # Later than the entry itself, even if both were written in one minute.
    event.add("SEQUENCE", max(0, int((now - _BEGAN).total_seconds() // 60)) + entry.cancelled)
    if entry.cancelled:
        event.add("STATUS", "CANCELLED")
    event.add("SUMMARY", _text(one_line(entry.summary, 200)))
    event.add("DESCRIPTION", _text("\n".join(line for line in map(one_line, entry.details) if line)))
    event.add("CATEGORIES", [entry.category])
    event.add("TRANSP", "OPAQUE" if entry.blocks else "TRANSPARENT")
    if isinstance(entry.starts, dt.datetime):
        starts = entry.starts.replace(tzinfo=zone)
        event.add("DTSTART", starts)
        # Of a length the clock's change has no part in, as an end beyond it would have.
        event.add("DURATION", _MEETING)
    else:
        event.add("DTSTART", entry.starts)
        event.add("DTEND", entry.starts + dt.timedelta(days=1))
    if entry.reminder is not None:
        event.add_component(_alarm(entry))
    return event


def _alarm(entry: Entry) -> Alarm:
    from icalendar import Alarm  # noqa: PLC0415 - as above

    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", _text(one_line(entry.summary, 200)))
    alarm.add("TRIGGER", entry.reminder)
    return alarm
