"""Points by hand: every expected number is worked out beside its case."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbook.analysis.score import grades, score
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.playbook import ScoringRule

TODAY = dt.date(2026, 11, 18)


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def touch(days: int, kind: str, outcome: str = "", direction: str = "") -> dict[str, object]:
    return {"lead_id": "L-1", "date": ago(days), "type": kind, "outcome": outcome, "direction": direction}


@pytest.fixture
def score_one(make_records, make_playbook):
    def scored(lead, activities=(), **playbook):
        records = make_records(
            [{"lead_id": "L-1", "stage": "Prospecting"} | lead],
            activities=activities,
            playbook=make_playbook(**playbook),
        )
        return score(records, TODAY).frame.iloc[0]

    return scored


@pytest.mark.parametrize(
    ("lead", "fit", "reasons"),
    [
        ({"industry": "software"}, 12, "Industry Software +12"),
        ({"industry": "  SOFTWARE "}, 12, "Industry Software +12"),
        ({"industry": "Software house"}, 0, ""),
        ({"employees": 50}, 12, "Employees 50..500 +12"),
        ({"employees": 500}, 12, "Employees 50..500 +12"),
        ({"employees": 501}, 8, "Employees 501.. +8"),
        ({"employees": 49}, 0, ""),
        ({"job_title": "Sales Director, EMEA"}, 12, "Job Title director +12"),
        ({"job_title": "Directorate clerk"}, 0, ""),
        ({"job_title": "Vice  President Sales"}, 10, "Job Title vice president +10"),
        ({"job_title": "Manager and Director"}, 12, "Job Title director +12"),
        ({"campaign": "Autumn"}, 7, "Campaign filled +7"),
        ({"campaign": ""}, 0, ""),
        (
            {"industry": "Retail", "employees": 120, "region": "emea"},
            25,
            "Industry Retail +6; Employees 50..500 +12; Region EMEA +7",
        ),
    ],
)
def test_fit_points_follow_the_scoring_table(score_one, lead, fit, reasons):
    found = score_one(lead)
    assert found["fit"] == fit
    assert found["reasons"] == reasons


@pytest.mark.parametrize(
    ("title", "points"),
    [("Chief Revenue Officer", 12), ("VP Sales", 11), ("Head of IT", 10), ("Manager", 6), ("MVP Sales", 0)],
)
def test_a_star_within_a_value_stands_for_any_text(score_one, title, points):
    rules = tuple(rule for rule in DEFAULT_PLAYBOOK.scoring if rule.attribute == "job_title")
    assert score_one({"job_title": title}, scoring=rules)["fit"] == points


@pytest.mark.parametrize(
    ("activities", "engagement", "reasons"),
    [
        ([touch(0, "meeting")], 15.0, "Meeting today +15"),
        # 15 / 2 ** (14 / 14) = 7.5
        ([touch(14, "meeting")], 7.5, "Meeting 14 days ago +7.5"),
        # 25 * 2 ** (-3 / 14) = 25 * 0.86198 = 21.55
        ([touch(3, "Demo request")], 21.5, "Request 3 days ago +21.5"),
        ([touch(3, "email", "asked for pricing", "in")], 21.5, "Request 3 days ago +21.5"),
        ([touch(3, "demo", "", "in")], 21.5, "Request 3 days ago +21.5"),
        ([touch(1, "reply")], 9.5, "Reply 1 day ago +9.5"),
        # 15 + 15 / 4
        ([touch(0, "Meeting"), touch(28, "Visit")], 18.8, "Meeting x2, latest today +18.8"),
        ([touch(-1, "meeting")], 0.0, ""),
        ([touch(0, "meeting", "No show")], 0.0, ""),
        ([touch(0, "meeting", "cancelled by buyer")], 0.0, ""),
        ([touch(0, "call", "meeting scheduled", "out")], 0.0, ""),
        ([{"lead_id": "L-9", "date": TODAY, "type": "meeting"}], 0.0, ""),
        ([{"lead_id": "", "date": TODAY, "type": "meeting"}], 0.0, ""),
        ([{"lead_id": "l-1", "date": None, "type": "meeting"}], 0.0, ""),
    ],
)
def test_engagement_halves_every_fortnight(score_one, activities, engagement, reasons):
    found = score_one({}, activities)
    assert found["engagement"] == pytest.approx(engagement, abs=0.051)
    assert found["reasons"] == reasons


def test_engagement_stops_at_fifty_and_says_so(score_one):
    found = score_one({}, [touch(0, "meeting")] * 5)
    assert found["engagement"] == 50
    assert found["reasons"] == "Meeting x5, latest today +75; Engagement limit 50 -25"


@pytest.mark.parametrize(
    ("lead", "activities", "deductions", "total"),
    [
        ({"industry": "Software", "competitor": "Acme"}, [], -30, 0),
        ({"industry": "Software"}, [touch(2, "email", "Bounced", "out")], -15, 0),
        ({"industry": "Software", "employees": 60}, [touch(2, "email", "hard bounce", "out")] * 3, -15, 9),
        ({"industry": "Software", "employees": 60, "competitor": "Acme"}, [touch(0, "meeting")] * 3, -30, 39),
    ],
)
def test_deductions_are_taken_once_and_the_total_never_falls_below_zero(score_one, lead, activities, deductions, total):
    # 12; 12; 12 + 12 - 15 = 9; 24 + 45 - 30 = 39
    found = score_one(lead, activities)
    assert found["deductions"] == deductions
    assert found["total"] == total


def test_a_deduction_can_name_one_competitor(score_one):
    rules = (ScoringRule("deduct", "Acme", 20, None, "deduction"), ScoringRule("industry", "*", 30))
    assert score_one({"industry": "x", "competitor": "ACME"}, scoring=rules)["total"] == 10
    assert score_one({"industry": "x", "competitor": "Bolt"}, scoring=rules)["total"] == 30


@pytest.mark.parametrize(
    ("fit", "engagement", "grade"),
    [(50, 50, "A1"), (33.4, 33.3, "A2"), (33.3, 16.7, "B2"), (16.6, 16.6, "C3"), (0, 0, "C3"), (16.7, 33.4, "B1")],
)
def test_the_grade_is_in_thirds_of_fifty(fit, engagement, grade):
    import numpy as np

    assert grades(np.array([fit]), np.array([engagement])).tolist() == [grade]


@pytest.mark.parametrize(
    ("lead", "activities", "temperature"),
    [
        # fit 25 (6 + 12 + 7) with a request, long ago
        ({"industry": "Retail", "employees": 60, "region": "EMEA"}, [touch(200, "Pricing request")], "hot"),
        # fit 24 with a request today: 24 + 25 = 49
        ({"industry": "Software", "employees": 60}, [touch(0, "Pricing request")], "warm"),
        # 36 + 30 = 66
        ({"industry": "Software", "employees": 60, "job_title": "Director"}, [touch(0, "meeting")] * 2, "warm"),
        # 36 + 45 = 81
        ({"industry": "Software", "employees": 60, "job_title": "Director"}, [touch(0, "meeting")] * 3, "hot"),
        ({"industry": "Software"}, [touch(0, "meeting")] * 2, "warm"),
        ({"industry": "Software"}, [touch(0, "meeting")], "cold"),
    ],
)
def test_temperature_follows_the_options(score_one, lead, activities, temperature):
    # The last two: 12 + 30 = 42, and 12 + 15 = 27.
    assert score_one(lead, activities)["temperature"] == temperature


@pytest.mark.parametrize(
    ("lead", "activities", "hint"),
    [
        ({}, [], "A meeting would add 15"),
        ({}, [touch(0, "meeting")], "Industry is blank (+12)"),
        ({"industry": "x", "employees": 1, "job_title": "x"}, [touch(0, "meeting")], "A reply would add 10"),
        # 45 of 50 are there, so a reply would add 5 only, and a filled region 7.
        ({"industry": "x", "employees": 1, "job_title": "x"}, [touch(0, "meeting")] * 3, "Region is blank (+7)"),
        ({"stage": "Won"}, [], ""),
        # 0 - 30: the first 30 points lift nothing.
        ({"competitor": "Acme"}, [], ""),
    ],
)
def test_the_hint_is_the_largest_step_that_can_be_taken(score_one, lead, activities, hint):
    assert score_one(lead, activities)["raise_most"] == hint


def test_a_sellers_own_column_can_earn_points(make_records, make_playbook):
    records = make_records([{"lead_id": "L-1"}], playbook=make_playbook(scoring=(ScoringRule("tech_stack", "SAP", 9),)))
    records.leads.extra["Tech Stack"] = ["sap"]
    assert score(records, TODAY).frame["fit"].tolist() == [9]


def test_an_empty_table_scores_nothing(make_records):
    assert score(make_records([]), TODAY).frame.empty


def test_leads_that_share_an_id_share_its_activities_and_one_without_has_none(make_records):
    records = make_records([{"lead_id": "L-1"}, {"lead_id": "L-1"}, {"lead_id": ""}], activities=[touch(0, "meeting")])
    assert score(records, TODAY).frame["engagement"].tolist() == [15, 15, 0]


activity = st.builds(
    touch,
    st.integers(-5, 400),
    st.sampled_from(["call", "meeting", "demo", "reply", "email", "Pricing request", "webinar", ""]),
    st.sampled_from(["", "done", "asked for a demo", "no show", "interested"]),
    st.sampled_from(["in", "out", ""]),
)
lead_cells = st.fixed_dictionaries(
    {
        "industry": st.sampled_from(["", "Software", "Retail", "Mining"]),
        "employees": st.one_of(st.none(), st.integers(0, 3000)),
        "competitor": st.sampled_from(["", "Acme"]),
    }
)


@settings(max_examples=30, deadline=None)
@given(lead=lead_cells, activities=st.lists(activity, max_size=8), more=activity)
def test_one_more_activity_never_lowers_a_score_and_the_terms_add_up(make_records, lead, activities, more):
    row = [{"lead_id": "L-1"} | lead]
    before = score(make_records(row, activities=activities), TODAY).frame.iloc[0]
    after = score(make_records(row, activities=[*activities, more]), TODAY).frame.iloc[0]
    assert after["total"] >= before["total"]
    for found in (before, after):
        terms = [float(term.rsplit(" ", 1)[1]) for term in found["reasons"].split("; ") if term]
        assert found["total"] == pytest.approx(min(100.0, max(0.0, sum(terms))), abs=1e-6)
        assert 0 <= found["fit"] <= 50
        assert 0 <= found["engagement"] <= 50
