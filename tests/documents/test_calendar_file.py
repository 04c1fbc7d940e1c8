"""A calendar file read by another library than the one that wrote it."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from leadbook.documents.calendar_file import Entry, make_calendar, make_uid
from leadbook.documents.plain_text import one_line

CELLS = tomllib.loads((Path(__file__).parent / "corpus" / "cells.toml").read_text(encoding="utf-8"))["cells"]
NOW = dt.datetime(2026, 11, 20, 8, 15, 30, 99, tzinfo=dt.UTC)
BERLIN = "Europe/Berlin"


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def calendar(*entries: Entry, time_zone: str = BERLIN, now: dt.datetime = NOW, name: str = "Leads"):
    vars(vobject.icalendar)["__tzidMap"].pop(time_zone, None)  # it would keep the rules of the first file it read
    return vobject.readOne(make_calendar(entries, name=name, time_zone=time_zone, now=now).decode())


def entry(starts: dt.date = dt.date(2026, 11, 24), *, summary: str = "Alder: call", uid: str = "a", **more) -> Entry:
    return Entry(make_uid(uid), summary, more.pop("details", ("Ida Elm",)), starts, "Next step", **more)


def test_a_whole_day_stands_as_a_day_and_takes_no_time():
    [event] = calendar(entry(reminder=dt.timedelta(hours=9))).vevent_list
    assert event.dtstart.value == dt.date(2026, 11, 24)
    assert event.dtend.value == dt.date(2026, 11, 25)
    assert event.transp.value == "TRANSPARENT"
    assert event.summary.value == "Alder: call"
    assert event.description.value == "Ida Elm"
    assert event.valarm.trigger.value == dt.timedelta(hours=9)
    assert event.valarm.action.value == "DISPLAY"


def test_a_time_stands_in_the_teams_zone():
    [event] = calendar(entry(at("2026-11-24T14:30"), blocks=True)).vevent_list
    assert event.dtstart.value.astimezone(dt.UTC) == dt.datetime(2026, 11, 24, 13, 30, tzinfo=dt.UTC)
    assert event.duration.value == dt.timedelta(minutes=30)
    assert event.transp.value == "OPAQUE"
    assert not hasattr(event, "valarm")


def test_without_a_zone_a_time_is_what_the_clock_on_the_wall_says():
    made = make_calendar([entry(at("2026-11-24T14:30"))], name="x", time_zone="", now=NOW)
    assert b"DTSTART:20261124T143000\r\n" in made
    assert b"VTIMEZONE" not in made


def exists(moment: dt.datetime, zone: ZoneInfo) -> bool:
    """The hour that the clock leaps over in spring does not."""
    return moment.replace(tzinfo=zone).astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) == moment


# Where clocks change twice a year, north and south, by half an hour, around Ramadan, below zero, or never.
@pytest.mark.parametrize(
    "zone",
    ["Europe/Berlin", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "Africa/Casablanca",
     "Europe/Dublin", "Asia/Kolkata", "America/Santiago", "UTC"],
)  # fmt: skip
def test_hours_all_through_two_years_are_the_zones_own(zone: str):
    first = at("2026-01-01T00:00")
    moments = [first + dt.timedelta(hours=41 * step) for step in range(427)]
    entries = [entry(moment, uid=str(moment)) for moment in moments if exists(moment, ZoneInfo(zone))]
    assert len(entries) > 420
    read = calendar(*entries, time_zone=zone)
    assert [event.dtstart.value.astimezone(dt.UTC) for event in read.vevent_list] == [
        one.starts.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC) for one in entries
    ]


@pytest.mark.parametrize(
    ("starts", "in_utc"),
    [
        # 2026: summer time from 29 March, 2:00, to 25 October, 3:00, in Berlin
        (at("2026-03-29T01:59"), at("2026-03-29T00:59")),
        (at("2026-03-29T03:00"), at("2026-03-29T01:00")),
        (at("2026-03-29T03:30"), at("2026-03-29T01:30")),
        (at("2026-10-25T01:59"), at("2026-10-24T23:59")),
        (at("2026-10-25T02:30"), at("2026-10-25T00:30")),
        (at("2026-10-25T03:00"), at("2026-10-25T02:00")),
    ],
)
def test_the_days_on_which_the_clock_changes(starts: dt.datetime, in_utc: dt.datetime):
    [event] = calendar(entry(starts)).vevent_list
    assert event.dtstart.value.astimezone(dt.UTC) == in_utc.replace(tzinfo=dt.UTC)


def test_the_zones_rules_begin_by_the_clock_before_the_change():
    made = make_calendar([entry(at("2026-06-01T09:00"))], name="x", time_zone=BERLIN, now=NOW).decode()
    summer, winter = made.partition("BEGIN:DAYLIGHT")[2], made.rpartition("BEGIN:STANDARD")[2]
    assert "DTSTART:20260329T020000" in summer.partition("END:")[0]
    assert "DTSTART:20261025T030000" in winter.partition("END:")[0]


def test_a_later_import_wins_and_the_same_one_is_the_same():
    first, again = (make_calendar([entry()], name="x", time_zone=BERLIN, now=NOW) for _ in range(2))
    assert first == again
    [one] = calendar(entry()).vevent_list
    [later] = calendar(entry(dt.date(2026, 12, 1)), now=NOW + dt.timedelta(minutes=1)).vevent_list
    assert one.uid.value == later.uid.value
    assert int(later.sequence.value) == int(one.sequence.value) + 1
    assert later.dtstamp.value > one.dtstamp.value
    assert later.last_modified.value == later.dtstamp.value
    assert 0 <= int(one.sequence.value) < 2**31


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_a_cell_adds_no_line_to_a_calendar(cell: str):
    only_text(cell)


@given(st.text(max_size=400) | st.text(alphabet='\r\n\\,;:"END:VEVENT\u2028\x0bé😀 ', max_size=400))
def test_no_text_adds_a_line_to_a_calendar(text: str):
    only_text(text)


def only_text(cell: str) -> None:
    made = make_calendar(
        [entry(summary=f"x{cell}", details=(f"y{cell}", cell), reminder=dt.timedelta(hours=1)), entry(uid="b")],
        name=cell, time_zone=BERLIN, now=NOW,
    )  # fmt: skip
    assert b"\n" not in made.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    unfolded = made.decode().replace("\r\n ", "").split("\r\n")
    assert [line for line in unfolded if line.startswith("BEGIN:")] == [
        "BEGIN:VCALENDAR", "BEGIN:VEVENT", "BEGIN:VALARM", "BEGIN:VEVENT",
    ]  # fmt: skip
    assert sum(line.startswith("UID:") for line in unfolded) == 2
    event = vobject.readOne(made.decode()).vevent_list[0]
    assert event.summary.value == one_line(f"x{cell}", 200)
    assert event.description.value == "\n".join(filter(None, (one_line(f"y{cell}"), one_line(cell))))
    assert set(event.contents) == {
        "uid", "dtstamp", "last-modified", "sequence", "summary", "description", "categories", "transp", "dtstart",
        "dtend", "valarm",
    }  # fmt: skip
