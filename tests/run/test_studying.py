"""What is kept of one book for the review: as a refresh says it, without what only the book's own sheets show."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from team_books import AS_OF, book_bytes, lead

import leadbook
from leadbook.analysis.outlook.pulled_out import explain_doubtful
from leadbook.analysis.team.keeping import Found, keep
from leadbook.analysis.team.packing import unpack
from leadbook.analysis.team.studied import to_bytes
from leadbook.books.closed import ClosedBook
from leadbook.run.examining import examine
from leadbook.run.refresh import study
from leadbook.run.team.studying import study_contents
from leadbook.sheets.results import Naming

SAMPLE = Path(__file__).resolve().parent.parent.parent / "workbooks" / "sample.xlsx"


def kept(known):
    """Return the record of a book whose leads have been examined."""
    return keep(Found(known.records, known.scores, known.standing, known.issues, known.visits, AS_OF))


def test_no_figure_of_the_review_hangs_on_the_learned_chance():
    contents = ClosedBook.open(SAMPLE).contents
    learned, plain = (examine(contents, AS_OF, learn=learn) for learn in (True, False))
    assert (learned.standing.frame["win"] != plain.standing.frame["win"]).any()
    assert to_bytes(kept(learned)) == to_bytes(kept(plain))


def test_what_is_doubtful_is_what_the_book_s_own_forecast_doubts():
    contents = ClosedBook.open(SAMPLE).contents
    results = study(contents, AS_OF, Naming()).results
    doubtful = results.forecast.doubtful
    own = dict(zip(doubtful["row"].tolist(), explain_doubtful(doubtful, results.standing), strict=True))
    deals = unpack(kept(examine(contents, AS_OF, learn=False)).deals)
    said = deals[deals["doubt"] != ""]
    assert own
    assert dict(zip(said["row"].tolist(), said["doubt"].tolist(), strict=True)) == own


@pytest.fixture
def damaged(tmp_path):
    """A book whose History names a day to come, and a lead that is gone."""
    rows = [
        {"changed_at": dt.date(2026, 9, 1), "lead_id": lead_id, "event": "first seen", "stage": "Proposal"}
        for lead_id in ("L-0001", "L-0002")
    ]
    rows.append({**rows[0], "changed_at": dt.date(2027, 5, 1), "event": "stage"})
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(book_bytes([lead(1, "Ann")], history=rows))
    return path


def test_a_review_and_a_refresh_find_the_issues_that_a_check_lists(damaged):
    found = set()
    for path in (SAMPLE, damaged):
        examined = examine(ClosedBook.open(path).contents, AS_OF, learn=False).issues
        checked = leadbook.check(path, as_of=AS_OF).issues
        found |= {issue.code for issue in checked}
        assert sorted((issue.code, issue.address) for issue in examined) == sorted(
            (issue.code, issue.address) for issue in checked
        )
    assert found >= {"LB031", "LB037", "LB340", "LB501"}


def test_each_of_two_reps_in_a_book_has_the_stages_of_the_own_leads():
    leads = [lead(1, "Ann"), lead(2, "Ben", stage="Assessment"), lead(3, "Ben", stage="Closing")]
    moves = [
        ("L-0001", 3, "Prospecting"), ("L-0001", 5, "Proposal"), ("L-0002", 3, "Qualification"),
        ("L-0002", 6, "Assessment"), ("L-0003", 4, "Qualification"), ("L-0003", 8, "Closing"),
    ]  # fmt: skip
    history = [
        {"changed_at": dt.date(2026, month, 1), "lead_id": lead_id, "event": "stage", "stage": stage}
        for lead_id, month, stage in moves
    ]
    studied = study_contents("both.xlsx", book_bytes(leads, history=history), AS_OF)
    found = unpack(studied.conversions)
    entered = {(row["owner"], row["stage"]): row["entered"] for row in found.to_dict("records")}
    # A stage that was skipped, or lies before the first one seen, counts as passed.
    assert [entered[name, "Qualification"] for name in ("Ann", "Ben")] == [1, 2]
    assert [entered.get((name, "Closing"), 0) for name in ("Ann", "Ben")] == [0, 1]
