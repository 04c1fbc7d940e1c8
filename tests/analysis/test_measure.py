from __future__ import annotations

import csv
import datetime as dt
import math

import pandas as pd
import pytest

from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.issues import Issue, Severity
from leadbook.model.playbook import Rep

D = dt.date
TODAY = D(2026, 11, 18)


def by_key(measures):
    return {measure.key: measure for measure in measures.headline}


def issue(row, severity=Severity.ERROR, sheet="Leads"):
    return Issue(sheet, row, 1, "LB101", severity, "Wrong.")


def test_an_empty_workbook_measures_nothing_and_says_why(make_records, measure_all):
    measures = measure_all(make_records([]), TODAY)
    assert all(found.why_not for found in measures.headline if found.value is None)
    assert {found.key for found in measures.headline if found.value is not None} == {"open_leads", "hot_leads"}
    assert len(measures.stages) == 12
    assert len(measures.owners) == len(measures.sources) == len(measures.reasons_lost) == 0


def test_every_measure_says_what_it_means(make_records, measure_all):
    leads = [{"lead_id": f"L{n}", "stage": stage} for n, stage in enumerate(("Proposal", "Won", "Lost"))]
    headline = measure_all(make_records(leads), TODAY).headline
    assert len({found.key for found in headline}) == len(headline)
    for found in headline:
        assert found.meaning.endswith(".")
        assert (found.value is None) == bool(found.why_not)
        assert found.unit in {"%", "days", "hours", "count", "currency", "currency/day", "x"}
        assert found.value is None or math.isfinite(found.value)


def test_the_open_pipeline_counts_what_it_leaves_out(make_records, measure_all):
    leads = [
        {"lead_id": "a", "stage": "Proposal", "amount": 1000},
        {"lead_id": "b", "stage": "Closing", "amount": 100, "currency": "USD"},
        {"lead_id": "c", "stage": "Closing", "amount": 100, "currency": "SEK"},
        {"lead_id": "d", "stage": "Prospecting"},
        {"lead_id": "e", "stage": "Won", "amount": 9999},
        {"lead_id": "f", "stage": "Nurture", "amount": 9999},
        {"lead_id": "g", "stage": "Proposal", "amount": 200, "probability_override": 0.25},
    ]
    found = by_key(measure_all(make_records(leads), TODAY))
    assert found["open_leads"].value == 5
    assert found["open_amount"].value == pytest.approx(1000 + 90 + 200)
    assert (found["open_amount"].n, found["open_amount"].left_out) == (3, 2)
    assert found["weighted_amount"].value == pytest.approx(500 + 81 + 50)
    assert (found["weighted_amount"].n, found["weighted_amount"].left_out) == (3, 2)


def test_a_deal_past_its_close_date_is_weighted_nowhere(make_records, measure_all, forecast_all):
    leads = [
        {"lead_id": "a", "stage": "Proposal", "amount": 1000, "owner": "Ann", "close_date": TODAY},
        {"lead_id": "b", "stage": "Proposal", "amount": 400, "owner": "Ann", "close_date": TODAY - dt.timedelta(1)},
        {"lead_id": "c", "stage": "Closing", "amount": 100, "owner": "Bob"},
    ]
    made = make_records(leads)
    measures = measure_all(made, TODAY)
    found = by_key(measures)
    # due today: 1,000 x 0.5; undated: 100 x 0.9; the 400 are listed as overdue
    assert found["weighted_amount"].value == pytest.approx(590)
    assert (found["weighted_amount"].n, found["weighted_amount"].left_out) == (2, 0)
    assert found["weighted_amount"].note == "1 past the close date is not counted."
    assert found["open_amount"].value == 1500
    assert measures.owners.set_index("name")["weighted"].to_dict() == pytest.approx({"Ann": 500, "Bob": 90})
    outlook = forecast_all(made, TODAY)
    assert outlook.months["weighted"].sum() + outlook.undated_weighted == pytest.approx(590)
    assert outlook.overdue["amount"].tolist() == [400]


def test_owners_show_quota_attainment_and_clean_share(make_records, make_playbook, measure_all):
    reps = (
        Rep("Ann", quotas={"2026-Q4": 1000.0}),
        Rep("Bob", quotas={"2026-10": 100.0, "2026-11": 100.0, "2026-12": 100.0}),
        Rep("Cid"),
        Rep("Old", active=False, quotas={"2026-Q4": 5.0}),
    )
    leads = [
        {"lead_id": "a", "stage": "Won", "amount": 250, "close_date": D(2026, 10, 1), "owner": "ann"},
        {"lead_id": "b", "stage": "Won", "amount": 999, "close_date": D(2026, 9, 30), "owner": "Ann"},
        {"lead_id": "c", "stage": "Proposal", "amount": 300, "owner": "Ann"},
        {"lead_id": "d", "stage": "Proposal", "amount": 100, "owner": "Ann"},
        {"lead_id": "e", "stage": "Proposal", "amount": 50, "owner": ""},
        {"lead_id": "f", "stage": "Won", "amount": 450, "close_date": D(2026, 12, 31), "owner": "Bob"},
    ]
    issues = [issue(5), issue(5), issue(3), issue(6, Severity.WARNING), issue(6, sheet="Activities")]
    made = make_records(leads, playbook=make_playbook(reps=reps))
    owners = measure_all(made, TODAY, issues).owners.set_index("name")
    assert list(owners.index) == ["Ann", "Unknown", "Bob", "Cid"]
    ann = owners.loc["Ann"]
    assert (ann["open_leads"], ann["open_amount"], ann["errors"]) == (2, 400, 1)
    # row 5 is lead d, 100 of 400: three quarters are clean; row 3 is won, so not open
    assert ann["clean_share"] == pytest.approx(0.75)
    assert ann["quota"] == 1000
    assert ann["attainment"] == pytest.approx(0.25)
    assert owners.loc["Unknown", "clean_share"] == 1.0
    assert owners.loc["Bob", "quota"] == 300
    assert owners.loc["Bob", "attainment"] == pytest.approx(1.5)
    assert math.isnan(owners.loc["Cid", "quota"])
    assert math.isnan(owners.loc["Cid", "attainment"])
    assert math.isnan(owners.loc["Cid", "clean_share"])


def test_groups_are_sorted_by_open_amount(make_records, measure_all):
    leads = [
        {"lead_id": str(n), "stage": "Proposal", "amount": amount, "industry": industry}
        for n, (amount, industry) in enumerate([(10, "B"), (500, "A"), (20, "C"), (300, "C")])
    ]
    segments = measure_all(make_records(leads), TODAY).segments
    assert segments["name"].tolist() == ["A", "C", "B"]
    assert segments["open_amount"].tolist() == [500, 320, 10]


def test_coverage_of_the_quarter_reads_met_when_nothing_remains(make_records, make_playbook, measure_all):
    leads = [
        {"lead_id": "a", "stage": "Won", "amount": 400, "close_date": D(2026, 10, 5)},
        {"lead_id": "b", "stage": "Proposal", "amount": 900, "close_date": D(2026, 12, 5)},
        {"lead_id": "c", "stage": "Prospecting", "amount": 800, "close_date": D(2026, 12, 5)},
        {"lead_id": "d", "stage": "Proposal", "amount": 700, "close_date": D(2027, 1, 1)},
        {"lead_id": "e", "stage": "Proposal", "close_date": D(2026, 12, 5)},
    ]

    def coverage(quota):
        reps = (Rep("Ann", quotas={} if quota is None else {"2026-Q4": quota}),)
        return by_key(measure_all(make_records(leads, playbook=make_playbook(reps=reps)), TODAY))["coverage"]

    # b alone is qualified and due in the quarter: 900 ÷ (1,000 - 400)
    assert coverage(1000.0).value == pytest.approx(1.5)
    assert coverage(1000.0).left_out == 1
    assert coverage(400.0).value is None
    assert coverage(400.0).why_not == "met: nothing of the quota remains"
    assert coverage(None).why_not == "no quota for this quarter in Settings (Reps)"


def maven_leads(folder):
    def day(text):
        return dt.datetime.strptime(text, "%m/%d/%Y").date() if text else None  # noqa: DTZ007 - a date only

    with (folder / "maven_crm" / "sales_pipeline_2017-07-31.csv").open(newline="", encoding="utf-8") as file:
        return [
            {
                "lead_id": row["opportunity_id"], "owner": row["sales_agent"], "company": row["account"],
                "stage": row["deal_stage"], "first_contacted": day(row["engage_date"]),
                "close_date": day(row["close_date"]),
                "amount": float(row["close_value"]) if row["close_value"] else None,
            }
            for row in csv.DictReader(file)
        ]  # fmt: skip


def test_a_real_pipeline_gives_believable_numbers(shared_data, make_records, measure_all, forecast_all):
    leads = maven_leads(shared_data)
    today = D(2017, 7, 31)
    made = make_records(leads, playbook=DEFAULT_PLAYBOOK)
    measures = measure_all(made, today)
    found = by_key(measures)
    won = [lead for lead in leads if lead["stage"] == "Won"]
    lost = [lead for lead in leads if lead["stage"] == "Lost"]
    waiting = len(leads) - len(won) - len(lost)
    assert found["win_rate_count"].value == pytest.approx(len(won) / (len(won) + len(lost)))
    assert found["win_rate_value"].why_not.startswith("every lost deal stands at amount 0")
    cycle = sum((lead["close_date"] - lead["first_contacted"]).days for lead in won) / len(won)
    value = sum(lead["amount"] for lead in won) / len(won)
    assert found["won_cycle_mean"].value == pytest.approx(cycle)
    expected = waiting * value * len(won) / (len(won) + len(lost)) / cycle
    assert found["velocity"].value == pytest.approx(expected)
    assert measures.owners["won"].sum() == len(won)
    outlook = forecast_all(made, today)
    assert outlook.left_out_deals == outlook.undated_deals == waiting
    july = sum(lead["amount"] for lead in won if lead["close_date"] >= D(2017, 7, 1))
    assert outlook.months["closed"].iloc[0] == pytest.approx(july)
    assert outlook.months["weighted"].sum() == 0


def test_frames_have_the_columns_that_sheets_read(make_records, measure_all):
    measures = measure_all(make_records([{"lead_id": "a", "stage": "Lost"}]), TODAY)
    group = [
        "name", "open_leads", "open_amount", "weighted", "won", "lost", "won_amount", "win_rate", "win_rate_value",
        "n", "stale", "errors", "clean_share",
    ]  # fmt: skip
    assert list(measures.owners.columns) == [*group, "quota", "attainment"]
    assert list(measures.sources.columns) == list(measures.segments.columns) == group
    assert list(measures.reasons_lost.columns) == ["reason", "deals", "amount"]
    assert pd.api.types.is_bool_dtype(measures.stages["immature"])
