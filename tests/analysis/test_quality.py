"""The quality of the data: points by lead, the clean share of open value by owner, and whole columns counted."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbook.analysis.quality import measure_quality, rows_with_errors
from leadbook.model.issues import Issue, Severity

E, W, N = Severity.ERROR, Severity.WARNING, Severity.INFO


def at(row, code, severity, *, column=2, rows=None, sheet="Leads"):
    return Issue(sheet, row, column, code, severity, "x", rows=None if rows is None else np.array(rows))


LEADS = [
    {"lead_id": "a", "owner": "Ann", "stage": "Proposal", "amount": 300},
    {"lead_id": "b", "owner": "ann ", "stage": "Proposal", "amount": 100},
    {"lead_id": "c", "owner": "Bob", "stage": "Proposal", "amount": 50},
    {"lead_id": "d", "owner": "Bob", "stage": "Won", "amount": 999},
    {"lead_id": "e", "owner": "", "stage": "Proposal"},
    {"lead_id": "f", "owner": "Bob", "stage": "Proposal", "amount": 77},
]
OPEN = np.array([True, True, True, False, True, True])


def measure(make_records, issues, **tables):
    return measure_quality(make_records(LEADS, **tables), issues, OPEN)


def test_each_fault_takes_its_points_once_a_cell_and_never_below_zero(make_records):
    issues = [
        at(2, "LB101", E), at(2, "LB101", E), at(2, "LB101", E, column=3), at(2, "LB105", W), at(2, "LB115", N),
        *(at(3, f"LB2{number:02}", E) for number in range(5)),
    ]  # fmt: skip
    leads = measure(make_records, issues).leads
    assert leads.loc[2].tolist() == [2, 1, 1, 100 - 60 - 10 - 2]
    assert leads.loc[3, "quality"] == 0
    assert leads.loc[4].tolist() == [0, 0, 0, 100]


def test_a_fault_of_a_whole_column_counts_for_each_lead_it_concerns(make_records):
    folded = at(0, "LB311", E, rows=[3, 4])
    quality = measure(make_records, [folded])
    assert quality.leads["errors"].tolist() == [0, 1, 1, 0, 0, 0]
    assert rows_with_errors(make_records(LEADS).leads, [folded, at(0, "LB012", E)]) == {3, 4}
    owners = quality.owners.set_index("name")
    assert owners.loc["Ann", "clean_share"] == pytest.approx(0.75)


def test_the_workbook_other_tables_and_headers_take_nothing(make_records):
    issues = [at(0, "LB012", E), at(2, "LB320", E, sheet="Activities"), Issue("", 0, 0, "LB014", E, "x"),
              at(2, "LB310", E, column=90)]  # fmt: skip
    assert measure(make_records, issues).leads["quality"].tolist() == [100] * 6


def test_an_owner_has_the_share_of_open_value_without_errors_and_the_commonest_fault(make_records):
    issues = [at(3, "LB101", E), at(2, "LB105", W), at(3, "LB105", W), at(4, "LB115", N), at(7, "LB110", E),
              at(5, "LB218", E), at(5, "LB105", W)]  # fmt: skip
    owners = measure(make_records, issues, archive=[{"lead_id": "f"}]).owners.set_index("name")
    assert owners.index.tolist() == ["Ann", "Bob", "Unknown"]
    ann = owners.loc["Ann"]
    # 100 of 400 are on the lead with an error; the two leads have 90 and 60 points.
    assert (ann["open_leads"], ann["clean_leads"], ann["open_amount"], ann["wrong_amount"]) == (2, 1, 400, 100)
    assert ann["clean_share"] == pytest.approx(0.75)
    assert ann["quality"] == pytest.approx(75)
    assert (ann["fault"], ann["fault_leads"]) == ("LB105", 2)
    # Bob's won deal and his archived lead do not count.
    bob = owners.loc["Bob"]
    assert (bob["open_leads"], bob["clean_leads"], bob["fault"]) == (1, 1, "LB115")
    assert math.isnan(owners.loc["Unknown", "clean_share"])
    assert owners.loc["Unknown", "fault"] == ""


def test_among_equally_common_faults_the_graver_is_named(make_records):
    owners = measure(make_records, [at(2, "LB105", W), at(3, "LB310", E)]).owners.set_index("name")
    assert owners.loc["Ann", "fault"] == "LB310"


def test_a_note_is_named_only_where_there_is_nothing_graver(make_records):
    notes = [at(2, "LB229", N), at(3, "LB229", N), at(4, "LB229", N)]
    owners = measure(make_records, [*notes, at(2, "LB105", W)]).owners.set_index("name")
    assert (owners.loc["Ann", "fault"], owners.loc["Ann", "fault_leads"]) == ("LB105", 1)
    assert (owners.loc["Bob", "fault"], owners.loc["Bob", "fault_leads"]) == ("LB229", 1)


def test_without_leads_or_faults_there_is_nothing_to_take_off(make_records):
    quality = measure_quality(make_records([]), [], np.zeros(0, dtype=bool))
    assert quality.leads.empty
    assert quality.owners.empty


FAULTS = st.lists(
    st.tuples(st.integers(2, 7), st.sampled_from(["LB101", "LB105", "LB310"]), st.sampled_from([E, W, N]))
)


@settings(deadline=None)
@given(faults=FAULTS, more=FAULTS)
@pytest.mark.slow
def test_another_fault_never_raises_a_score_or_a_share(make_records, faults, more):
    few = measure(make_records, [at(*fault) for fault in faults])
    many = measure(make_records, [at(*fault) for fault in [*faults, *more]])
    assert (many.leads["quality"] <= few.leads["quality"]).all()
    shares = many.owners.set_index("name")["clean_share"] - few.owners.set_index("name")["clean_share"]
    assert (shares.dropna() <= 1e-9).all()
    assert many.leads["quality"].between(0, 100).all()
