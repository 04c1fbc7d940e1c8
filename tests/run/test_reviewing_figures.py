"""What the review works out over all books: the ICP by quarter, slippage, conversion, reasons, and the largest team."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest
from team_books import AS_OF, book_bytes, cut_story, lead, rep, write_team

import leadbook
from leadbook.analysis.history import visits
from leadbook.analysis.measure_waterfall import STEPS
from leadbook.books.closed import ClosedBook
from leadbook.run.refresh import study
from leadbook.sheets.results import Naming


def sheet_of(folder, name, **wishes):
    """Review the books of a folder and return a sheet of the review, row by row."""
    out = folder.parent / "review.xlsx"
    leadbook.review(str(folder), out, as_of=AS_OF, **{"jobs": 1, "cache": False} | wishes)
    return [list(row) for row in openpyxl.load_workbook(out, data_only=True)[name].iter_rows(values_only=True)]


def below(rows, heading):
    """Return the rows of the table below a heading, up to the next blank line; its header first."""
    start = next(at for at, row in enumerate(rows) if row[0] == heading)
    found = []
    for row in rows[start + 1 :]:
        filled = [cell for cell in row if cell is not None]
        if not filled:
            break
        if len(filled) > 1:
            found.append(row)
    return found


def test_the_icp_is_checked_by_quarter(tmp_path):
    # By the default Scoring these two earn the points for industry, size and title, which no other lead has.
    ideal = {"industry": "Software", "employees": 200, "job_title": "Managing Director", "region": "North"}
    poor = {"industry": "Fishing", "employees": 3, "job_title": "Intern"}
    silent = {"industry": None, "amount": None}
    won = {"stage": "Won", "close_date": dt.date(2026, 8, 10)}
    lost = {"stage": "Lost", "lost_reason": "Price", "close_date": dt.date(2026, 8, 10)}
    summer = {"created": dt.date(2026, 7, 6)}
    leads = [
        lead(1, "Ann", **ideal, **summer, **won), lead(2, "Ann", **ideal, **summer, **lost),
        lead(3, "Ann", **poor, **summer, **lost), lead(4, "Ann", **poor, **summer, **lost),
        lead(5, "Ann", **silent, **summer), lead(6, "Ann", **poor, created=dt.date(2026, 10, 5)),
    ]  # fmt: skip
    team = write_team(tmp_path / "team", {"ann.xlsx": book_bytes(leads)})
    rows = below(sheet_of(team, "Sources"), "ICP check by quarter")
    by_quarter = {row[0]: row[1:11] for row in rows[1:]}
    # entered, fit, share, not judged, won, of them fit, share, win rate fit, win rate others, n
    assert by_quarter["Q3 2026"] == [4, 2, 0.5, 1, 1, 1, 1, 0.5, 0, 4]
    assert by_quarter["Q4 2026"][:3] == [1, 0, 0]


def history(lead_id, day, **state):
    """Return a row of History as a refresh writes it."""
    return {
        "changed_at": day, "lead_id": lead_id, "event": "changed", "stage": "Proposal", "amount": 1000.0,
        "owner": "Ann", "forecast_category": "Best case", "lifecycle": "opportunity",
    } | state  # fmt: skip


def test_what_was_due_in_the_quarter_at_its_start_and_moved_out_has_slipped(tmp_path):
    before = dt.date(2026, 9, 20)
    due = {"close_date": dt.date(2026, 11, 28)}
    leads = [lead(1, "Ann", close_date=dt.date(2027, 2, 1), amount=1000.0), lead(2, "Ann", **due, amount=3000.0)]
    # A deal that was lost has not slipped, whatever close date was left on it.
    leads.append(lead(3, "Ann", stage="Lost", lost_reason="Price", close_date=dt.date(2027, 1, 15)))
    rows = [history(one["lead_id"], before, **due, amount=one["amount"]) for one in leads]
    rows.append(history("L-0001", dt.date(2026, 10, 20), close_date=dt.date(2027, 2, 1)))
    team = write_team(tmp_path / "team", {"ann.xlsx": book_bytes(leads, history=rows)})
    sheet = sheet_of(team, "Scorecard")
    ann = next(row for row in below(sheet, "Forecasting") if row[0] == "Ann")
    assert ann[3:6] == [0.2, 1, 3]
    why = next(row[6] for row in sheet_of(team, "Slipped and stuck") if row[0] == leads[0]["company"])
    assert why.startswith("Was due 28 Nov 2026, now 1 Feb 2027")


@pytest.mark.slow
def test_stage_conversion_of_a_rep_is_that_of_the_own_book(tmp_path):
    team = write_team(tmp_path / "team", cut_story())
    rows = below(sheet_of(team, "Scorecard"), "Moved on, by stage")
    header = rows[0]
    results = study(ClosedBook.open(team / "ana.costa.xlsx").contents, AS_OF, Naming()).results
    assert len(visits(results.records.history))
    own = dict(zip(results.measures.stages["stage"], results.measures.stages["conversion"], strict=True))
    ann = next(row for row in rows if row[0] == "Ana Costa")
    shown = {stage: share for stage, share in zip(header[1:], ann[1:], strict=True) if stage}
    assert len(shown) == 8
    assert shown == pytest.approx({stage: own[stage] for stage in shown})


def test_two_reps_in_one_book_are_two_lines(tmp_path):
    leads = [lead(1, "Ann"), lead(2, "Bob", amount=50.0), lead(3, "Bob", amount=60.0)]
    team = write_team(tmp_path / "team", {"both.xlsx": book_bytes(leads, reps=[rep("Ann", 10), rep("Bob", 20)])})
    rows = below(sheet_of(team, "Team"), "Reps side by side")
    assert {row[0]: (row[1], row[2], row[5]) for row in rows[1:]} == {
        "Ann": (1, 1000, 10), "Bob": (2, 110, 20), "Team": (3, 1110, 30),
    }  # fmt: skip


def test_a_book_whose_leads_are_all_archived_or_closed_is_no_obstacle(tmp_path):
    closed = [lead(1, "Ann", stage="Lost", lost_reason="Price", close_date=dt.date(2026, 10, 1))]
    team = write_team(tmp_path / "team", {"ann.xlsx": book_bytes(closed), "bob.xlsx": book_bytes([lead(1, "Bob")])})
    rows = below(sheet_of(team, "Team"), "Reps side by side")
    assert {row[0]: row[1] for row in rows[1:]} == {"Bob": 1, "Ann": 0, "Team": 1}
    alone = write_team(tmp_path / "alone" / "team", {"ann.xlsx": book_bytes(closed)})
    assert [row[0] for row in below(sheet_of(alone, "Team"), "Reps side by side")[1:]] == ["Ann", "Team"]


def test_more_reps_than_sheets_can_show_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("leadbook.analysis.team.reps.MOST_REPS", 3)
    leads = [lead(number, f"Rep{number}", amount=100.0 * number) for number in range(1, 6)]
    team = write_team(tmp_path / "team", {"all.xlsx": book_bytes(leads)})
    rows = sheet_of(team, "Team")
    assert [row[0] for row in below(rows, "Reps side by side")[1:-1]] == ["Rep5", "Rep4", "Rep3"]
    assert any("2 more are in the totals" in str(row[0]) for row in rows)
    assert [cell for row in sheet_of(team, "Agenda")[3:7] for cell in row if cell == 1500] == [1500]


def test_what_reps_without_a_quota_win_is_no_part_of_the_attainment(tmp_path):
    won = {"stage": "Won", "close_date": dt.date(2026, 11, 2), "created": dt.date(2026, 9, 1)}
    leads = [lead(1, "Ann", amount=50.0, **won), lead(2, "Bob", amount=900.0, **won)]
    team = write_team(tmp_path / "team", {"both.xlsx": book_bytes(leads, reps=[rep("Ann", 200), rep("Bob")])})
    rows = below(sheet_of(team, "Team"), "Reps side by side")
    total = rows[-1]
    assert (total[4], total[5], total[6]) == (950, 200, 0.25)


def test_the_team_s_range_is_that_of_one_book_that_holds_everybody_s_deals(tmp_path):
    leads = []
    for number in range(72):
        begun = dt.date(2025, 10, 6) + dt.timedelta(days=5 * number)
        end = begun + dt.timedelta(days=25 + number * 37 % 60)
        ended = {"stage": "Won"} if number % 2 else {"stage": "Lost", "lost_reason": "Price"}
        state = {"close_date": end, **ended} if number < 56 else {"close_date": dt.date(2026, 12, 10)}
        leads.append(
            lead(number, "Ann" if number % 3 else "Bo", created=begun, amount=1000.0 + 50 * (number % 9)) | state
        )
    # Chances and amounts that go together, and dates that contradict each other, are read as in one book.
    for number in range(56, 72):
        leads[number] |= {"stage": ("Assessment", "Closing")[number % 2], "amount": (500.0, 9000.0)[number % 2]}
    leads[9]["created"] = leads[9]["close_date"] + dt.timedelta(days=30)
    leads[60]["close_date"] = leads[60]["created"] - dt.timedelta(days=30)
    parts = {f"{who}.xlsx": book_bytes([one for one in leads if one["owner"] == who]) for who in ("Ann", "Bo")}
    rows = below(sheet_of(write_team(tmp_path / "team", parts), "Forecast"), "What history says")
    alone = write_team(tmp_path / "alone", {"all.xlsx": book_bytes(leads)}) / "all.xlsx"
    outlook = leadbook.forecast(alone, as_of=AS_OF).forecast.outlook
    assert not outlook.why_not
    shown = {row[0]: row[1:8] for row in rows[1:]}
    expected = outlook.quarters.iloc[0]
    closed, still_open, new, mean, p10, p50, p90 = shown["Q4 2026"]
    assert (still_open, new, p10, p50, p90) == pytest.approx(tuple(expected[["open", "new", "p10", "p50", "p90"]]))
    assert mean == pytest.approx(closed + still_open + new)
    assert closed < p10 < p50 < p90
    # Neither rep alone has the 20 wins and more that a forecast by age is learned from.
    assert leadbook.forecast(tmp_path / "team" / "Bo.xlsx", as_of=AS_OF).forecast.outlook.why_not


def test_a_team_with_too_little_history_says_why_there_is_no_range(tmp_path):
    team = write_team(tmp_path / "team", {"ann.xlsx": book_bytes([lead(1, "Ann")])})
    said = next(row[0] for row in sheet_of(team, "Forecast") if str(row[0]).startswith("No answer from history"))
    assert "insufficient history (0 won deals" in said


def test_the_team_s_waterfall_is_the_sum_of_the_books_and_names_those_without_history(tmp_path):
    before, due = dt.date(2026, 9, 20), {"close_date": dt.date(2026, 11, 28)}
    ann = [
        lead(1, "Ann", **due, amount=500.0),
        lead(2, "Ann", stage="Won", amount=800.0, close_date=dt.date(2026, 11, 2)),
    ]
    bo = [lead(3, "Bo", **due, amount=90.0), lead(4, "Bo", **due, amount=7.0, created=dt.date(2026, 11, 2))]
    seen = [history(one["lead_id"], before, **due, amount=700.0) for one in ann]
    told = [history("L-0003", before, **due, amount=90.0, owner="Bo"),
            history("L-0004", dt.date(2026, 11, 2), event="created", **due, amount=7.0, owner="Bo")]  # fmt: skip
    books = {
        "ann.xlsx": book_bytes(ann, history=seen),
        "bo.xlsx": book_bytes(bo, history=told, currency="USD", rates={"EUR": 2.0}),
        "cy.xlsx": book_bytes([lead(5, "Cy", **due, amount=9000.0)]),
    }
    sheet = sheet_of(write_team(tmp_path / "team", books), "Team")
    steps = {row[0]: row[1:3] for row in below(sheet, "From the start of Q4 2026 to today")[1:]}
    assert steps["Start"] == [1400 + 45, 3]
    assert [list(steps[name]) for name in ("New", "Increased", "Decreased", "Won", "End")] == [
        [3.5, 1], [100, 1], [-200, 1], [-800, 1], [548.5, 3],
    ]  # fmt: skip
    assert sum(steps[name][0] for name in STEPS[:-1]) == steps["End"][0]
    [said] = [row[0] for row in sheet if str(row[0]).startswith("What changed since the start")]
    assert said.endswith("no rate is known for, cy.xlsx.")


def two_reps():
    """Return the leads and the History of two reps, told since the summer."""
    before, due = dt.date(2026, 7, 20), {"close_date": dt.date(2026, 11, 28)}
    leads = [
        lead(1, "Ann", **due, amount=500.0), lead(3, "Bo", **due, amount=90.0),
        lead(2, "Ann", stage="Won", amount=800.0, close_date=dt.date(2026, 10, 2)),
        lead(4, "Bo", stage="Lost", lost_reason="Price", amount=7.0, close_date=dt.date(2026, 9, 2)),
    ]  # fmt: skip
    rows = [
        history(one["lead_id"], before, **due, amount=one["amount"] + 100, owner=one["owner"]) for one in leads
    ] + [
        history("L-0002", dt.date(2026, 10, 2), stage="Won", amount=800.0, owner="Ann"),
        history("L-0004", dt.date(2026, 9, 2), stage="Lost", amount=7.0, owner="Bo"),
    ]  # fmt: skip
    return leads, rows


def test_the_team_s_months_are_those_of_one_book_that_holds_everybody_s_leads(tmp_path):
    leads, rows = two_reps()
    whose = {one["lead_id"]: one["owner"] for one in leads}
    parts = {
        f"{who}.xlsx": book_bytes(
            [one for one in leads if one["owner"] == who], history=[row for row in rows if whose[row["lead_id"]] == who]
        )
        for who in ("Ann", "Bo")
    }
    team = below(sheet_of(write_team(tmp_path / "team", parts), "Team"), "Month")
    alone = write_team(tmp_path / "alone", {"all.xlsx": book_bytes(leads, history=rows)}) / "all.xlsx"
    leadbook.refresh(alone, as_of=AS_OF)
    one = below(
        [list(row) for row in openpyxl.load_workbook(alone, data_only=True)["Pipeline"].iter_rows(values_only=True)],
        "Month",
    )
    assert [row[:7] for row in team] == [row[:7] for row in one]
    by_month = {row[0]: row[1:5] for row in team}
    assert by_month["Aug 2026"][3] == 500 + 90 + 800 + 7 + 400
    assert by_month["Oct 2026"][1:] == [800, 0, 500 + 90 + 200]


def test_leads_that_stand_in_several_books_are_told_once_and_their_history_not_at_all(tmp_path):
    leads, rows = two_reps()
    book = book_bytes(leads, history=rows)
    one = below(sheet_of(write_team(tmp_path / "one", {"a.xlsx": book}), "Team"), "Month")
    sheet = sheet_of(write_team(tmp_path / "two", {"a.xlsx": book, "b.xlsx": book}), "Team")
    twice = below(sheet, "Month")
    assert [row[:4] for row in twice] == [row[:4] for row in one]
    assert any(row[4] for row in one)
    assert not any(row[4] for row in twice)
    assert not [row for row in sheet if str(row[0]).startswith("From the start")]
    [said] = [row[0] for row in sheet if "leads stand in several books" in str(row[0])]
    assert said.startswith("4 leads")
