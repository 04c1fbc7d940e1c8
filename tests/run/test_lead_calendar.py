"""The leads' moments as a calendar: importing it again updates, whatever was mended in the workbook meanwhile."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
import vobject
import xlsxwriter

import leadbook
from leadbook.cli import main
from leadbook.model.issues import InputError
from leadbook.run.lead_calendar import lead_calendar

AS_OF = dt.date(2026, 11, 20)
NOW = dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC)
HEADERS = ["Lead ID", "Company", "Last Name", "Phone", "Stage", "Created", "First Contacted", "Next Step",
           "Next Step Date", "Revisit Date", "Close Date", "Owner"]  # fmt: skip


def events(path: str | Path):
    return vobject.readOne(Path(path).read_text(encoding="utf-8")).vevent_list


@pytest.fixture
def zoned(tmp_path: Path):
    """``zoned(rows)``: a workbook whose Options say Europe/Berlin."""

    def made(rows, name: str = "leads.xlsx") -> Path:
        path = tmp_path / name
        book = xlsxwriter.Workbook(str(path))
        sheet, settings = book.add_worksheet("Leads"), book.add_worksheet("Settings")
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.add_table(
            0, 0, len(rows), len(HEADERS) - 1, {"name": "Leads", "columns": [{"header": h} for h in HEADERS]}
        )
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(number, column, cell, moment)
                elif cell is not None:
                    sheet.write_string(number, column, cell)
        options = {"name": "Options", "columns": [{"header": "Option"}, {"header": "Value"}]}
        settings.add_table(0, 0, 1, 1, options)
        settings.write_row(1, 0, ("Time Zone", "Europe/Berlin"))
        book.close()
        return path

    return made


def row(number: int, step: str = "Call", when: dt.date | None = dt.date(2026, 11, 24), **given: object) -> list[object]:
    usual = {
        "Lead ID": f"L-{number}", "Company": f"Alder {number}", "Last Name": "Elm", "Stage": "Proposal",
        "Created": dt.date(2026, 9, 1), "First Contacted": dt.date(2026, 9, 2), "Next Step": step,
        "Next Step Date": when,
    }  # fmt: skip
    return [(usual | given).get(header) for header in HEADERS]


def test_a_step_moved_in_the_workbook_moves_in_the_calendar(zoned):
    before = zoned([row(1), row(2)])
    first = lead_calendar(before, as_of=AS_OF, now=NOW)
    changed = [row(2), row(1, "Send the contract", dt.date(2026, 12, 1), Company="Alder Works", Stage="Closing")]
    after = zoned(changed, "renamed.xlsx")
    second = lead_calendar(after, as_of=AS_OF, now=NOW + dt.timedelta(days=1))
    old = {event.uid.value: event for event in events(first.file)}
    new = {event.uid.value: event for event in events(second.file)}
    assert set(old) == set(new)
    [moved] = [uid for uid in new if old[uid].summary.value != new[uid].summary.value]
    assert old[moved].summary.value == "Alder 1: Call"
    assert new[moved].summary.value == "Alder Works: Send the contract"
    assert new[moved].dtstart.value == dt.date(2026, 12, 1)
    assert int(new[moved].sequence.value) > int(old[moved].sequence.value)


def closed(number: int, stage: str, day: dt.date | None, **given: object) -> list[object]:
    return row(number, **{"Stage": stage, "Close Date": day, **given})


def test_entries_of_leads_closed_since_are_cancelled(zoned):
    first = lead_calendar(zoned([row(1), row(2), row(3), row(4)]), as_of=AS_OF, now=NOW)
    old = {event.summary.value: event for event in events(first.file)}
    later = [
        closed(1, "Won", AS_OF), closed(2, "Lost", AS_OF, **{"Next Step": None, "Next Step Date": None}), row(3),
        closed(4, "Lost", AS_OF - dt.timedelta(days=31)),
    ]  # fmt: skip
    second = lead_calendar(zoned(later, "later.xlsx"), as_of=AS_OF, now=NOW)  # even in the same minute
    new = {event.uid.value: event for event in events(second.file)}
    for name, starts in (("Alder 1: Call", dt.date(2026, 11, 24)), ("Alder 2: Call", AS_OF)):
        event = new.pop(old[name].uid.value)
        assert event.status.value == "CANCELLED"
        assert int(event.sequence.value) > int(old[name].sequence.value)
        assert event.dtstart.value == starts
        assert not hasattr(event, "valarm")
    [left] = new.values()  # nothing is cancelled that was not there, or long ago
    assert left.uid.value == old["Alder 3: Call"].uid.value
    assert not hasattr(left, "status")
    assert second.sentence == (
        f"1 entry in {second.file}: 1 next step. "
        "It also cancels 2 entries of leads that were closed, parked or archived in the last 30 days."
    )


def test_a_calendar_may_hold_nothing_but_what_is_cancelled(zoned):
    made = lead_calendar(zoned([closed(1, "Lost", AS_OF)]), as_of=AS_OF, now=NOW)
    [event] = events(made.file)
    assert event.status.value == "CANCELLED"
    told = "cancels 1 entry of leads that were closed, parked or archived in the last 30 days."
    assert made.sentence == f"Nothing is due. {made.file} {told}"


def test_a_lead_that_was_never_contacted_and_then_disqualified_leaves_no_deadline(zoned):
    fresh = {"Created": dt.datetime.fromisoformat("2026-11-19T15:00"), "First Contacted": None}
    nothing = {"Next Step": None, "Next Step Date": None}
    first = lead_calendar(zoned([row(1, **fresh, **nothing, Stage="Prospecting")]), as_of=AS_OF, now=NOW)
    [deadline] = events(first.file)
    gone = closed(1, "Disqualified", AS_OF, **fresh, **nothing)
    second = lead_calendar(zoned([gone], "later.xlsx"), as_of=AS_OF, now=NOW)
    told = {event.uid.value: event.status.value for event in events(second.file)}
    assert told[deadline.uid.value] == "CANCELLED"


def test_a_lead_merged_away_is_cancelled_in_its_owners_calendar(zoned):
    book = zoned([row(1, Owner="Ana"), row(2, "Write", Owner="Bo"), row(3, Owner="Bo")])
    first = lead_calendar(book, as_of=AS_OF, now=NOW)
    old = {event.summary.value: event.uid.value for event in events(first.file)}
    leadbook.merge(book, ["L-1", "L-2"], as_of=AS_OF)
    his, hers = (lead_calendar(book, as_of=AS_OF, now=NOW, owner=owner) for owner in ("Bo", "Ana"))
    told = {event.uid.value: event for event in events(his.file)}
    assert told[old["Alder 2: Write"]].status.value == "CANCELLED"
    assert not hasattr(told[old["Alder 3: Call"]], "status")
    assert [(event.uid.value, hasattr(event, "status")) for event in events(hers.file)] == [
        (old["Alder 1: Call"], False)
    ]
    assert len(events(lead_calendar(book, as_of=AS_OF + dt.timedelta(days=31), now=NOW).file)) == 2


def test_leads_that_claim_one_id_keep_an_entry_each(zoned):
    made = lead_calendar(zoned([row(1), row(1, "Write")]), as_of=AS_OF, now=NOW)
    assert len({event.uid.value for event in events(made.file)}) == 2


def test_a_time_in_a_cell_is_a_time_in_the_teams_zone(zoned):
    step = dt.datetime.fromisoformat("2026-07-01T14:30")
    made = lead_calendar(zoned([row(1, "Demo", step)]), as_of=dt.date(2026, 6, 1), now=NOW)
    [event] = events(made.file)
    assert event.dtstart.value.astimezone(dt.UTC) == dt.datetime(2026, 7, 1, 12, 30, tzinfo=dt.UTC)
    assert event.valarm.trigger.value == dt.timedelta(minutes=-15)


def test_a_new_lead_has_a_deadline_in_working_hours(zoned):
    created = dt.datetime.fromisoformat("2026-11-19T15:00")
    cells = {"Stage": "Prospecting", "Created": created, "First Contacted": None}
    made = lead_calendar(zoned([row(1, "", None, **cells)]), as_of=AS_OF, now=NOW)
    [event] = events(made.file)
    assert event.summary.value == "Alder 1: first contact is due"
    assert event.dtstart.value.astimezone(dt.UTC) == dt.datetime(2026, 11, 23, 14, 0, tzinfo=dt.UTC)  # cold: 16 h
    assert event.valarm.trigger.value == dt.timedelta(hours=-1)


def test_what_has_passed_stays_and_reminds_nobody(zoned):
    made = lead_calendar(zoned([row(1, when=dt.date(2026, 11, 2)), row(2, when=AS_OF)]), as_of=AS_OF, now=NOW)
    late, due = events(made.file)
    assert not hasattr(late, "valarm")
    assert due.valarm.trigger.value == dt.timedelta(hours=9)
    assert made.sentence == f"2 entries in {made.file}: 2 next steps; 1 of them is overdue."


def test_the_sample_fills_a_calendar_that_says_the_same_twice(sample: Path):
    first, second = (lead_calendar(sample, as_of=AS_OF, now=NOW) for _ in range(2))
    assert (Path(first.file).name, Path(second.file).name) == ("sample calendar.ics", "sample calendar (2).ics")
    assert Path(first.file).read_bytes() == Path(second.file).read_bytes()
    found = [event for event in events(first.file) if not hasattr(event, "status")]
    assert len(found) == len(first.entries) == sum(first.counts.values())
    assert len({event.uid.value for event in found}) == len(found)
    with closing(openpyxl.load_workbook(sample, read_only=True)) as book:
        headers, *leads = book["Leads"].values
    stage, step = headers.index("Stage"), headers.index("Next Step Date")
    steps = [cells for cells in leads if cells[step] and cells[stage] not in {"Won", "Lost", "Disqualified", "Nurture"}]
    assert first.counts["next step"] == pytest.approx(len(steps), abs=2)  # a stage misspelt, a date nobody can read


def test_the_command_gives_the_same_file_for_the_same_day(zoned, capsys, tmp_path: Path):
    book = zoned([row(1)])
    for name in ("a.ics", "b.ics"):
        assert main(["calendar", str(book), "--as-of", "2026-11-20", "--out", str(tmp_path / name)]) == 0
    assert (tmp_path / "a.ics").read_bytes() == (tmp_path / "b.ics").read_bytes()
    assert f"1 entry in {tmp_path / 'a.ics'}: 1 next step.\n" in capsys.readouterr().out
    assert main(["calendar", str(book), "--out", str(tmp_path / "a.txt")]) == 3
    assert '"a.txt" should end in .ics, such as "a.ics".' in capsys.readouterr().err


def test_where_nothing_is_due_no_file_is_written(zoned):
    made = lead_calendar(zoned([row(1, "", None)]), as_of=AS_OF, now=NOW)
    assert made.file == ""
    assert made.sentence == "Nothing is due in leads.xlsx, so no calendar was written."


def test_one_sellers_leads_alone(sample: Path, tmp_path: Path):
    everybody = lead_calendar(sample, as_of=AS_OF, now=NOW, out=tmp_path / "all.ics")
    hers = lead_calendar(sample, as_of=AS_OF, now=NOW, owner="ana costa", out=tmp_path / "ana.ics")
    assert 0 < len(hers.entries) < len(everybody.entries)
    assert all("Owner: Ana Costa" in event.description.value for event in events(hers.file))
    with pytest.raises(InputError, match='Did you mean "Ana Costa"'):
        lead_calendar(sample, as_of=AS_OF, now=NOW, owner="Ana Kosta")
