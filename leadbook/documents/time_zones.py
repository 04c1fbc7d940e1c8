"""A time zone's rules as a calendar file carries them, for the years its entries are in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Timezone

_HALF_DAY = dt.timedelta(hours=12)
_FARTHEST = dt.timedelta(days=2)  # no clock on earth is farther from UTC


def describe_zone(name: str, first: dt.date, last: dt.date) -> Timezone:
    """Return the VTIMEZONE of an IANA zone, right from the year of one day up to the end of another's.

    Notes
    -----
    Each rule begins at the wall clock's time before the change (RFC 5545, 3.6.5: DTSTART is meant with TZOFFSETFROM),
    which icalendar's own ``Timezone.from_tzid`` has an hour late for summer time.
    """
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vDDDLists  # noqa: PLC0415 - only calendars need it

    zone = ZoneInfo(name)
    described = Timezone()
    described.add("TZID", name)
    start = dt.datetime(first.year, 1, 1, tzinfo=dt.UTC) - _FARTHEST
    end = dt.datetime(last.year + 1, 1, 1, tzinfo=dt.UTC)
    local = start.astimezone(zone)
    rules: dict[tuple[str, dt.timedelta, dt.timedelta, bool], list[dt.datetime]] = {
        _rule(local, local): [local.replace(tzinfo=None)]
    }
    for before, after in _changes(zone, start, end):
        wall = after.replace(tzinfo=None) - _offset(after) + _offset(before)
        rules.setdefault(_rule(before, after), []).append(wall)
    for (word, offset_from, offset_to, is_summer), begins in rules.items():
        rule = TimezoneDaylight() if is_summer else TimezoneStandard()
        rule.add("DTSTART", begins[0])
        rule.add("TZNAME", word)
        rule.add("TZOFFSETFROM", offset_from)
        rule.add("TZOFFSETTO", offset_to)
        if begins[1:]:
            rule.add("RDATE", vDDDLists(begins[1:]))
        described.add_component(rule)
    return described


def _changes(zone: ZoneInfo, start: dt.datetime, end: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return the last second before and the first after each change of the zone's clock, as local times."""
    found = []
    at = start
    while at < end:
        later = min(at + _HALF_DAY, end)
        if _state(at, zone) != _state(later, zone):
            low, high = at, later
            while high - low > dt.timedelta(seconds=1):
                middle = (low + (high - low) / 2).replace(microsecond=0)
                low, high = (middle, high) if _state(middle, zone) == _state(low, zone) else (low, middle)
            found.append((low.astimezone(zone), high.astimezone(zone)))
        at = later
    return found


def _state(moment: dt.datetime, zone: ZoneInfo) -> tuple[dt.timedelta, str | None]:
    local = moment.astimezone(zone)
    return _offset(local), local.tzname()


def _offset(local: dt.datetime) -> dt.timedelta:
    return local.utcoffset() or dt.timedelta()


def _rule(before: dt.datetime, after: dt.datetime) -> tuple[str, dt.timedelta, dt.timedelta, bool]:
    return after.tzname() or "", _offset(before), _offset(after), bool(after.dst())
