"""The review of many reps' books: the numbers of their own sheets, clashes, money, and what is wrong with books."""

from __future__ import annotations

import datetime as dt
import os
import zipfile
from pathlib import Path

import openpyxl
import pytest
from team_books import AS_OF, book_bytes, cut_story, lead, rep, write_team

import leadbook
from leadbook.books.closed import ClosedBook
from leadbook.model.issues import LeadbookError
from leadbook.run.refresh import study
from leadbook.sheets.results import Naming


@pytest.fixture
def team(tmp_path):
    """The four reps of the sample's story, each in a book of their own."""
    return write_team(tmp_path / "team", cut_story())


def reviewed(folder, out=None, **wishes):
    """Review all books of a folder in this process, without the cache."""
    named = {"as_of": AS_OF, "jobs": 1, "cache": False} | wishes
    return leadbook.review(str(folder / "**" / "*.xlsx"), out or folder.parent / "review.xlsx", **named)


def grid(path, sheet):
    """Return the values of a sheet, row by row."""
    return [list(row) for row in openpyxl.load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True)]


def row_with(rows, *texts):
    """Return the first row that begins with these texts."""
    return next(row for row in rows if tuple(row[: len(texts)]) == texts)


def codes(summary):
    return sorted(fault["code"] for fault in summary.faults)


@pytest.mark.slow
def test_each_rep_has_the_figures_of_the_own_book(team):
    summary = reviewed(team)
    for figures in summary.reps:
        path = team / f"{figures.rep.replace(' ', '.').casefold()}.xlsx"
        results = study(ClosedBook.open(path).contents, AS_OF, Naming()).results
        own = results.measures.owners.iloc[0]
        headline = {measure.key: measure.value for measure in results.measures.headline}
        assert figures.open_leads == own["open_leads"]
        assert figures.open_amount == pytest.approx(own["open_amount"])
        assert figures.weighted_amount == pytest.approx(own["weighted"])
        assert figures.win_rate == pytest.approx(own["win_rate"])
        assert figures.won_quarter / figures.quota == pytest.approx(own["attainment"])
        assert figures.sla_attainment == pytest.approx(headline["sla_attainment"])
        assert figures.velocity_per_day == pytest.approx(headline["velocity"])
        assert figures.quality == pytest.approx(results.quality.owners.iloc[0]["quality"])


def test_the_totals_are_the_sums_of_the_reps(team):
    summary = reviewed(team)
    assert len(summary.reps) == 4
    assert summary.open_amount == pytest.approx(sum(one.open_amount for one in summary.reps))
    assert summary.quota == sum(one.quota for one in summary.reps)
    total = next(row for row in grid(summary.review, "Team") if row[0] == "Team" and row[1] is not None)
    assert total[1:4] == pytest.approx([summary.open_leads, summary.open_amount, summary.weighted_amount])


def test_the_books_are_only_read(team):
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in team.iterdir()}
    reviewed(team)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in team.iterdir()} == before


@pytest.mark.slow
def test_processes_say_what_one_process_says(team, tmp_path):
    alone = reviewed(team, tmp_path / "one.xlsx")
    many = reviewed(team, tmp_path / "many.xlsx", jobs=3)
    assert many.reps == alone.reps
    assert many.agenda == alone.agenda


@pytest.mark.slow
def test_recalculated_values_are_the_cached_ones(team, soffice, tmp_path):
    summary = reviewed(team)
    formulas, cached = openpyxl.load_workbook(summary.review), openpyxl.load_workbook(summary.review, data_only=True)
    fresh = openpyxl.load_workbook(soffice(tmp_path / "review.xlsx", tmp_path / "out"), data_only=True)
    seen, wrong = 0, []
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                seen += 1
                old, new = cached[sheet.title][cell.coordinate].value, fresh[sheet.title][cell.coordinate].value
                same = old == pytest.approx(new) if isinstance(old, int | float) and isinstance(new, int | float) else (
                    (old or "") == (new or "")
                )  # fmt: skip
                if not same:
                    wrong.append((sheet.title, cell.coordinate, cell.value, old, new))
    assert wrong == []
    assert seen > 100


@pytest.mark.slow
def test_the_review_is_valid(team, ooxml_validator):
    summary = reviewed(team)
    assert ooxml_validator(summary.review) == []


def test_a_deal_links_to_its_row_in_the_reps_book(team, tmp_path):
    summary = reviewed(team)
    sheet = openpyxl.load_workbook(summary.review)["Agenda"]
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == summary.agenda[0]["deal"])
    target = cell.hyperlink.target.replace("\\", "/")
    name, place = cell.hyperlink.location.split("!")
    assert not Path(target).is_absolute()
    leads = openpyxl.load_workbook((tmp_path / target), data_only=True)[name]
    assert leads[place].value == summary.agenda[0]["lead_id"]


@pytest.mark.slow
def test_the_manager_s_sheets_survive_every_review(team, tmp_path):
    out = tmp_path / "review.xlsx"
    reviewed(team, out)
    book = openpyxl.load_workbook(out)
    book["Decisions"]["A5"] = dt.datetime(2026, 11, 20)  # noqa: DTZ001 - Excel's dates have no zone
    book["Decisions"]["C5"] = "Call the board"
    book.create_sheet("My notes")["B2"] = "=1+1"
    book.save(out)
    kept = parts_of(out, ("Decisions", "Coaching", "My notes"))
    (team / "ana.costa.xlsx").unlink()
    summary = reviewed(team, out)
    assert parts_of(out, ("Decisions", "Coaching", "My notes")) == kept
    assert summary.books == 3
    assert sorted(summary.plan.sheets_replaced)[:2] == ["Agenda", "Clashes"]
    assert summary.plan.sheets_added == []
    leadbook.undo(out)
    assert row_with(grid(out, "Team"), "Ana Costa")


def parts_of(path, sheets):
    """Return the bytes of some sheets' parts."""
    book = openpyxl.load_workbook(path)
    with zipfile.ZipFile(path) as package:
        return {name: package.read(f"xl/worksheets/sheet{book.sheetnames.index(name) + 1}.xml") for name in sheets}


def test_a_dry_run_writes_nothing(team, tmp_path):
    summary = reviewed(team, dry_run=True)
    assert "Agenda" in summary.plan.sheets_added
    assert not (tmp_path / "review.xlsx").exists()


def test_a_bad_book_is_a_line_and_the_rest_goes_on(tmp_path):
    good = book_bytes([lead(1, "Ann")])
    team = write_team(
        tmp_path / "team",
        {
            "ann.xlsx": good, "broken.xlsx": good[: len(good) // 2], "empty.xlsx": b"", "text.xlsx": b"Company,Stage\n",
            "locked.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "none.xlsx": book_bytes([]),
        },
    )  # fmt: skip
    summary = reviewed(team)
    assert summary.books == 1
    assert summary.not_read == 5
    told = {fault["book"]: fault["message"] for fault in summary.faults if fault["code"] == "LB070"}
    assert sorted(told) == ["broken.xlsx", "empty.xlsx", "locked.xlsx", "none.xlsx", "text.xlsx"]
    assert all(message.endswith(".") and "Traceback" not in message for message in told.values())
    shown = [cell for row in grid(summary.review, "Issues") for cell in row]
    assert set(told) <= set(shown)


def test_an_unforeseen_failure_costs_one_book_only(tmp_path, monkeypatch):
    team = write_team(tmp_path / "team", {"ann.xlsx": book_bytes([lead(1, "Ann")]), "odd.xlsx": b"odd"})
    from leadbook.run.team import mapping

    real = mapping.study_book

    def study_book(name, data, as_of):
        if data == b"odd":
            raise RuntimeError("never seen")
        return real(name, data, as_of)

    monkeypatch.setattr(mapping, "study_book", study_book)
    monkeypatch.setattr("leadbook.books.team_files.read_file", lambda path: path.read_bytes())
    monkeypatch.setattr(mapping, "processes", lambda _: mapping.contextlib.nullcontext(mapping.HereExecutor()))
    summary = reviewed(team)
    assert summary.books == 1
    [fault] = [fault for fault in summary.faults if fault["code"] == "LB070"]
    assert "never seen" in fault["message"]


def test_a_book_open_in_excel_is_read_as_saved_and_marked(tmp_path):
    team = write_team(
        tmp_path / "team", {"ann.xlsx": book_bytes([lead(1, "Ann")]), "bob.xlsx": book_bytes([lead(1, "Bob")])}
    )
    wide = "Zoë Quinn".encode("utf-16-le")
    owner_file = b"\x09Zo\xeb Quinn".ljust(55) + len("Zoë Quinn").to_bytes(2, "little") + wide
    (team / "~$ann.xlsx").write_bytes(owner_file.ljust(165, b" "))
    summary = reviewed(team)
    assert summary.books == 2
    [fault] = [fault for fault in summary.faults if fault["code"] == "LB071"]
    assert fault["book"] == "ann.xlsx"
    assert "Zoë Quinn" in fault["message"]
    states = {row[0]: row[8] for row in grid(summary.review, "Issues") if row[0] in {"ann.xlsx", "bob.xlsx"}}
    assert summary.notes == ("ann.xlsx is open in Excel; its last saved state was read.",)
    assert states == {"ann.xlsx": "Open in Excel by Zoë Quinn; read as last saved", "bob.xlsx": "Saved"}


def test_money_is_converted_by_each_book_s_own_rates(tmp_path):
    team = write_team(
        tmp_path / "team",
        {
            "ann.xlsx": book_bytes([lead(1, "Ann", amount=1000.0)], reps=[rep("Ann", 5000)]),
            "ben.xlsx": book_bytes([lead(1, "Ben", amount=2000.0)], reps=[rep("Ben", 5000)]),
            # one euro is 0.8 pounds in Cid's book: 800 GBP are 1,000 EUR; 500 EUR stay 500 EUR
            "cid.xlsx": book_bytes(
                [lead(1, "Cid", amount=800.0), lead(2, "Cid", amount=500.0, currency="EUR")],
                reps=[rep("Cid", 4000)], currency="GBP", rates={"EUR": 0.8},
            ),
            "dee.xlsx": book_bytes([lead(1, "Dee", amount=9000.0)], reps=[rep("Dee", 4000)], currency="USD"),
        },
    )  # fmt: skip
    summary = reviewed(team)
    assert summary.currency == "EUR"
    by_rep = {one.rep: one for one in summary.reps}
    assert by_rep["Cid"].open_amount == pytest.approx(1500.0)
    assert by_rep["Cid"].quota == pytest.approx(5000.0)
    assert by_rep["Dee"].open_amount == 0
    assert by_rep["Dee"].open_leads == 1
    assert summary.open_amount == pytest.approx(4500.0)
    [fault] = [fault for fault in summary.faults if fault["code"] == "LB072"]
    assert fault["book"] == "dee.xlsx"
    in_pounds = reviewed(team, tmp_path / "pounds.xlsx", currency="gbp")
    assert in_pounds.currency == "GBP"
    assert {one.rep: one.open_amount for one in in_pounds.reps}["Cid"] == pytest.approx(1200.0)
    with pytest.raises(LeadbookError, match="no currency"):
        reviewed(team, currency="bananas")


def test_clashes_are_found_across_books_and_ids_play_no_part(tmp_path):
    person = {"company": "Harbour Labs Ltd", "first_name": "Noah", "last_name": "Winter",
              "email": "noah.winter@harbourlabs.example", "phone": "+44 20 7946 0123"}  # fmt: skip
    others = [lead(number, name) for name in ("Ann", "Ben") for number in range(10, 40)]
    team = write_team(
        tmp_path / "team",
        {
            "ann.xlsx": book_bytes(
                [lead(1, "Ann", **person), lead(2, "Ann", company="Tidal Stores"), *others[:30]], reps=[rep("Ann")]
            ),
            "ben.xlsx": book_bytes(
                [lead(1, "Ben"), lead(7, "Ben", **person), lead(8, "Ben", company="Tidal Stores GmbH"), *others[30:]],
                reps=[rep("Ben")],
            ),
        },
    )
    summary = reviewed(team)
    rows = grid(summary.review, "Clashes")
    pair = row_with(rows, "Harbour Labs Ltd", "Ann")
    assert pair[4:6] == ["Harbour Labs Ltd", "Ben"]
    assert summary.clashing_leads == 1
    assert row_with(rows, "Tidal Stores")[1:3] == [2, 2]
    assert summary.clashing_accounts == 1


def test_copies_of_one_lead_count_once(tmp_path):
    every = [lead(1, "Ann", amount=100.0), lead(2, "Ben", amount=10.0)]
    newer = [{**every[0], "amount": 200.0, "last_activity": dt.date(2026, 11, 19)}, every[1]]
    team = write_team(tmp_path / "team", {"ann.xlsx": book_bytes(newer), "ben.xlsx": book_bytes(every)})
    summary = reviewed(team)
    assert summary.open_leads == 2
    assert summary.open_amount == pytest.approx(210.0)
    assert "LB074" in codes(summary)


@pytest.mark.slow
def test_two_names_of_one_file_and_the_review_itself_are_no_further_books(tmp_path):
    team = write_team(
        tmp_path / "team", {"ann.xlsx": book_bytes([lead(1, "Ann")]), "x/ben.xlsx": book_bytes([lead(1, "Ben")])}
    )
    os.link(team / "ann.xlsx", team / "again.xlsx")
    (team / "link.xlsx").symlink_to(team / "x" / "ben.xlsx")
    (team / "ann.xlsx.leadbook-backups").mkdir()
    (team / "ann.xlsx.leadbook-backups" / "ann.0001.2026-01-01-000000.xlsx").write_bytes(book_bytes([lead(1, "Old")]))
    first = reviewed(team, team / "review.xlsx")
    assert first.books == 2
    assert first.faults == ()
    reviewed(team, team / "other review.xlsx")
    again = reviewed(team, team / "review.xlsx")
    assert again.books == 2
    assert again.notes == ("other review.xlsx is a review itself and was left out.",)


def test_what_books_say_differently_is_told(tmp_path):
    team = write_team(
        tmp_path / "team",
        {
            "ann.xlsx": book_bytes([lead(1, "Ann"), lead(2, "")], reps=[rep("Ann", 100), rep("Cid", 50)]),
            "ben.xlsx": book_bytes([lead(1, "Ben")], reps=[rep("Ben", 100), rep("Ann", 150)]),
        },
    )
    summary = reviewed(team)
    assert codes(summary) == ["LB073", "LB075", "LB076"]
    assert {one.rep: one.quota for one in summary.reps} == {"Ann": 100.0, "Ben": 100.0}
    assert {one.rep: one.open_leads for one in summary.reps} == {"Ann": 2, "Ben": 1}


def test_the_agenda_puts_what_needs_talk_first_and_says_why(tmp_path):
    leads = [
        lead(1, "Ann", amount=5000.0),  # nothing is wrong with it
        lead(2, "Ann", amount=4000.0, close_date=dt.date(2026, 11, 8)),
        lead(3, "Ann", amount=4000.0, next_step=None, next_step_date=None, close_date=dt.date(2026, 11, 8)),
    ]
    team = write_team(tmp_path / "team", {"ann.xlsx": book_bytes(leads, reps=[rep("Ann", 1)])})
    summary = reviewed(team)
    assert [deal["lead_id"] for deal in summary.agenda][:2] == ["L-0003", "L-0002"]
    assert summary.agenda[0]["why"].startswith("Close date passed 12 days ago; ")
    assert "no next step" in summary.agenda[0]["why"]
    assert row_with(grid(summary.review, "Slipped and stuck"), summary.agenda[0]["deal"], "Ann")


def test_a_list_nobody_has_adopted_is_read_as_it_stands(tmp_path, make_book):
    headers = ("Client", "Contact Email", "Deal Stage", "Value", "Sales rep")
    rows = [(f"Firm {n}", f"a@firm{n}.example", "Proposal", 1000 + n, "Eve") for n in range(6)]
    (tmp_path / "team").mkdir()
    make_book(headers, rows, name="team/eve.xlsx", table="Deals")
    summary = reviewed(tmp_path / "team")
    assert [one.rep for one in summary.reps] == ["Eve"]
    assert summary.open_leads == 6


def test_sentences_for_what_cannot_be_done(tmp_path, team):
    with pytest.raises(LeadbookError, match="There is no workbook to review"):
        leadbook.review(str(tmp_path / "nobody" / "*.xlsx"), tmp_path / "review.xlsx", as_of=AS_OF, cache=False)
    with pytest.raises(LeadbookError, match=r"one workbook that was found could not be reviewed\. There is no file"):
        leadbook.review(str(tmp_path / "missing.xlsx"), tmp_path / "review.xlsx", as_of=AS_OF, cache=False)
    (tmp_path / "torn.xlsx").write_bytes(b"PK torn")
    with pytest.raises(LeadbookError, match=r"None of the 2 workbooks could be reviewed\. The first one: "):
        leadbook.review(
            [str(tmp_path / name) for name in ("nobody/*.xlsx", "missing.xlsx", "torn.xlsx")], tmp_path / "review.xlsx",
            as_of=AS_OF, cache=False,
        )  # fmt: skip
    with pytest.raises(LeadbookError, match="no folder"):
        reviewed(team, tmp_path / "nowhere" / "review.xlsx")
    with pytest.raises(LeadbookError, match=r"\.xlsx"):
        reviewed(team, tmp_path / "review.csv")
    with pytest.raises(LeadbookError, match="holds leads"):
        reviewed(team, team / "ana.costa.xlsx")
    reviewed(team, tmp_path / "review.xlsx")
    with pytest.raises(LeadbookError, match=r"no workbook to review but review\.xlsx, which the review is written to"):
        leadbook.review(tmp_path / "review.xlsx", tmp_path / "review.xlsx", as_of=AS_OF, cache=False)
    (tmp_path / "~$review.xlsx").write_bytes(b"")
    steps = []
    with pytest.raises(LeadbookError, match="is open in Excel"):
        reviewed(team, tmp_path / "review.xlsx", progress=steps.append)
    assert not any("books" in step for step in steps)  # before minutes are spent on them
