"""Which rows of other files become activities, quote lines or leads, and which are left out."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from leadbook.books.closed import ClosedBook
from leadbook.model.issues import InputError
from leadbook.run import commands

if TYPE_CHECKING:
    from pathlib import Path

    from leadbook.run.imports.summary import ImportSummary

TODAY = dt.date(2026, 3, 2)
LEADS = "Deal Name,Company,Stage,Amount\nBig,Elk,Won,5\nSmall,Yak,Lost,6\nThird,Gnu,Lost,7\n"


def brought(tmp_path: Path, log: str, *, leads: str = LEADS) -> ImportSummary:
    """Import leads with a log of events into an empty workbook."""
    folder = tmp_path / "files"
    folder.mkdir(exist_ok=True)
    (folder / "deals.csv").write_text(leads, encoding="utf-8")
    (folder / "log.csv").write_text(log, encoding="utf-8")
    path = tmp_path / "book.xlsx"
    if not path.exists():
        commands.init(path)
    return commands.import_files([folder], path, as_of=TODAY)[0]


def cells(path: Path, table: str, header: str) -> list[object]:
    found = ClosedBook.open(path).contents.find(table)
    assert found is not None
    return found.cells[list(found.headers).index(header)]


def log_of(header: str, *words: str) -> str:
    rows = "".join(f"Big,2026-01-{day:02},Call,{word}\n" for day, word in enumerate(words, 1))
    return f"Deal Name,Date,Type,{header}\n{rows}Small,2026-02-01,Mail,sent\n"


@pytest.mark.parametrize("word", ["reached", "voicemail", "bounced", "held", "Completed", "not interested", ""])
def test_whatever_came_of_it_what_has_happened_is_an_activity_even_beside_finished_tasks(tmp_path, word):
    assert brought(tmp_path, log_of("Outcome", word, "Completed")).activities_added == 3


@pytest.mark.parametrize("header", ["Outcome", "Status"])
@pytest.mark.parametrize(
    "word",
    [
        "Planned", "Not Started", "In Progress", "in-progress", "Open", "scheduled", "On Hold", "Cancelled", "Canceled",
        "Deferred", "Waiting on someone else", "Pending", "geplant",
    ],
)  # fmt: skip
def test_what_says_that_it_is_not_done_is_no_activity(tmp_path, header, word):
    summary = brought(tmp_path, log_of(header, word, "held"))
    assert summary.activities_added == 2
    assert any("1 row left out (not done yet or after today" in note for note in summary.notes)


def test_a_status_beside_the_outcome_is_heard_too(tmp_path):
    log = (
        "Deal Name,Date,Type,Outcome,Status,Done\n"
        "Big,2026-01-05,Call,reached,Completed,yes\nBig,2026-01-06,Call,,Planned,yes\nSmall,2026-01-07,Call,,,no\n"
    )
    assert brought(tmp_path, log).activities_added == 1


def test_today_is_done_and_tomorrow_is_a_plan(tmp_path):
    log = "Deal Name,Date,Type\nBig,2026-03-02,Call\nBig,2026-03-03,Call\nSmall,2026-01-07,Call\n"
    assert brought(tmp_path, log).activities_added == 2


def test_two_equal_mails_of_one_day_are_two_and_come_in_once(tmp_path):
    log = "Deal Name,Date,Type,Outcome\n" + "Big,2026-01-05,Mail,sent\n" * 2 + "Big,2026-01-05,Mail,bounced\n"
    assert brought(tmp_path, log).activities_added == 3
    assert brought(tmp_path, log).activities_added == 0
    assert brought(tmp_path, log + "Big,2026-01-05,Mail,sent\n").activities_added == 1
    assert cells(tmp_path / "book.xlsx", "Activities", "Outcome") == ["sent", "sent", "bounced", "sent"]


def test_activities_that_differ_in_who_which_way_or_what_came_of_it_are_all_kept(tmp_path):
    log = (
        "Deal Name,Date,Type,Direction,Outcome,Owner\n"
        "Big,2026-01-05,Mail,out,sent,Ann\nBig,2026-01-05,Mail,in,sent,Ann\nBig,2026-01-05,Mail,out,bounced,Ann\n"
        "Big,2026-01-05,Mail,out,sent,Bob\n"
    )
    assert brought(tmp_path, log).activities_added == 4
    assert brought(tmp_path, log).activities_added == 0


def test_requests_keep_their_type(tmp_path):
    log = "Deal Name,Date,Type\nBig,2026-01-05,Demo Request\nBig,2026-01-06,pricing request\nSmall,2026-01-07,Visit\n"
    brought(tmp_path, log)
    assert cells(tmp_path / "book.xlsx", "Activities", "Type") == ["demo request", "pricing request", "meeting"]


def test_the_sample_brings_all_its_activities_and_quote_lines_once(tmp_path, sample):
    path = commands.init(tmp_path / "book.xlsx")
    summary, _ = commands.import_files([sample], path, as_of=dt.date(2026, 11, 20))
    source = ClosedBook.open(sample).contents
    held = len(source.find("Activities").rows), len(source.find("QuoteLines").rows)
    assert (summary.activities_added, summary.quote_lines_added) == held
    assert any(note.endswith(f"{len(source.find('History').rows):,} history rows were not imported: each workbook "
                             "writes a history of its own.") for note in summary.notes)  # fmt: skip
    assert "quote lines added" in summary.sentence
    assert cells(path, "QuoteLines", "Product") == cells(sample, "QuoteLines", "Product")
    before = path.read_bytes()
    again, _ = commands.import_files([sample], path, as_of=dt.date(2026, 11, 20))
    assert (again.added, again.activities_added, again.quote_lines_added) == (0, 0, 0)
    assert path.read_bytes() == before


def test_a_table_that_says_of_nobody_who_it_is_is_refused(tmp_path):
    path = commands.init(tmp_path / "book.xlsx")
    before = path.read_bytes()
    source = tmp_path / "sums.csv"
    source.write_text("Amount,Close Date\n100,2026-01-05\n200,2026-01-06\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"sums\.csv has no column that holds a company, a person's name or an email"):
        commands.import_files([source], path, as_of=TODAY)
    assert path.read_bytes() == before


def test_a_number_alone_names_nobody_but_updates_a_known_lead(tmp_path):
    path = commands.init(tmp_path / "book.xlsx")
    known, sums = tmp_path / "known.csv", tmp_path / "sums.csv"
    known.write_text("Lead ID,Company,Amount\nA-1,Elk,\n", encoding="utf-8")
    sums.write_text("Lead ID,Amount\nA-1,100\n", encoding="utf-8")
    with pytest.raises(InputError, match="nobody could tell whose leads"):
        commands.import_files([sums], path, as_of=TODAY)
    commands.import_files([known], path, as_of=TODAY)
    summary, _ = commands.import_files([sums], path, as_of=TODAY)
    assert (summary.added, summary.updated, summary.filled) == (0, 1, 1)
