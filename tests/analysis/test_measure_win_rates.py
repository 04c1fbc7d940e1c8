from __future__ import annotations

import datetime as dt
import math

import pytest

D = dt.date
CLOSED = D(2026, 9, 1)


def measure_of(measures, key):
    found = [measure for measure in measures.headline if measure.key == key]
    assert len(found) == 1
    return found[0]


def deal(stage, amount=None, close=CLOSED, **more):
    return {"lead_id": f"L-{next(NUMBERS)}", "stage": stage, "amount": amount, "close_date": close} | more


NUMBERS = iter(range(1, 100_000))


def case(*leads):
    return list(leads)


@pytest.mark.parametrize(
    ("leads", "rate", "n", "why_not", "left_out"),
    [
        # 2 of 3
        (case(deal("Won"), deal("Won"), deal("Lost")), 2 / 3, 3, "", 0),
        (case(deal("Won")), 1.0, 1, "", 0),
        (case(deal("Lost")), 0.0, 1, "", 0),
        ([], None, 0, "no deal is won or lost yet", 0),
        (case(deal("Proposal")), None, 0, "no deal is won or lost yet", 0),
        # disqualified before it was an opportunity is no loss; after it, it is one
        (case(deal("Won"), deal("Disqualified")), 1.0, 1, "", 0),
        (case(deal("Won"), deal("Disqualified", opportunity_date=D(2026, 5, 1))), 0.5, 2, "", 0),
        (case(deal("Won"), deal("Nurture")), 1.0, 1, "", 0),
        # the year runs from 19 Nov 2025 to 18 Nov 2026, both counted
        (case(deal("Won", close=D(2025, 11, 19)), deal("Lost", close=D(2025, 11, 18))), 1.0, 1, "", 0),
        (case(deal("Won", close=D(2026, 11, 18)), deal("Lost", close=D(2026, 11, 19))), 1.0, 1, "", 0),
        (case(deal("Won", close=D(2020, 1, 1))), None, 0, "no deal closed 19 Nov 2025 to 18 Nov 2026", 0),
        # without a close date the deal cannot be placed
        (case(deal("Won"), deal("Lost", close=None)), 1.0, 1, "", 1),
        (case(deal("Won", close=None)), None, 0, "no won or lost deal has a Close Date", 1),
    ],
)
def test_win_rate_by_count_is_won_over_won_plus_lost_of_the_trailing_year(
    *, make_records, measure_all, today, leads, rate, n, why_not, left_out
):
    found = measure_of(measure_all(make_records(leads), today), "win_rate_count")
    assert found.value == (None if rate is None else pytest.approx(rate))
    assert (found.n, found.why_not, found.left_out) == (n, why_not, left_out)
    assert found.unit == "%"
    assert found.meaning


@pytest.mark.parametrize(
    ("leads", "rate", "n", "left_out"),
    [
        # 300 of 400
        (case(deal("Won", 300), deal("Lost", 100)), 0.75, 2, 0),
        # the lost deal without an amount is excluded and counted
        (case(deal("Won", 300), deal("Lost", 100), deal("Lost")), 0.75, 2, 1),
        # 200 USD at 0.9 is 180 EUR: 180 of 360
        (case(deal("Won", 200, currency="USD"), deal("Lost", 180)), 0.5, 2, 0),
        # no rate for SEK: left out, not taken as 1
        (case(deal("Won", 300), deal("Lost", 100), deal("Won", 900, currency="SEK")), 0.75, 2, 1),
        (case(deal("Won"), deal("Lost")), None, 0, 2),
    ],
)
def test_win_rate_by_value_leaves_out_what_has_no_amount(*, make_records, measure_all, today, leads, rate, n, left_out):
    found = measure_of(measure_all(make_records(leads), today), "win_rate_value")
    assert found.value == (None if rate is None else pytest.approx(rate))
    assert (found.n, found.left_out) == (n, left_out)
    assert bool(found.why_not) == (rate is None)


def test_a_tracker_that_zeroes_lost_deals_gets_no_rate_by_value(make_records, measure_all, today):
    measures = measure_all(make_records(case(deal("Won", 300), deal("Lost", 0))), today)
    found = measure_of(measures, "win_rate_value")
    assert found.value is None
    assert found.why_not == "every lost deal stands at amount 0, so it would read 100 %"
    assert measure_of(measures, "required_coverage").value is None


def test_all_time_counts_every_closed_deal_whatever_its_date(make_records, measure_all, today):
    leads = case(deal("Won", 100, D(2019, 1, 1)), deal("Lost", 300, None), deal("Won", 200), deal("Lost", 400))
    measures = measure_all(make_records(leads), today)
    assert measure_of(measures, "win_rate_count_all").value == pytest.approx(0.5)
    assert measure_of(measures, "win_rate_count_all").n == 4
    assert measure_of(measures, "win_rate_value_all").value == pytest.approx(300 / 1000)
    assert measure_of(measures, "win_rate_count").value == pytest.approx(0.5)
    assert measure_of(measures, "win_rate_value").value == pytest.approx(200 / 600)


def test_required_coverage_is_one_over_the_win_rate_by_value(make_records, measure_all, today):
    measures = measure_all(make_records(case(deal("Won", 100), deal("Lost", 300))), today)
    assert measure_of(measures, "required_coverage").value == pytest.approx(4.0)
    none_won = measure_all(make_records(case(deal("Lost", 300))), today)
    assert measure_of(none_won, "win_rate_value").value == 0.0
    assert measure_of(none_won, "required_coverage").value is None


def test_archived_leads_count_nowhere(make_records, measure_all, today):
    leads = case(deal("Won", 100, owner="Ann"), deal("Lost", 100, owner="Bob"), deal("Proposal", 50, owner="Bob"))
    archive = [{"lead_id": leads[1]["lead_id"].lower()}, {"lead_id": leads[2]["lead_id"]}, {"lead_id": ""}]
    measures = measure_all(make_records(leads, archive=archive), today)
    assert measure_of(measures, "win_rate_count").value == 1.0
    assert measure_of(measures, "open_leads").value == 0
    assert list(measures.owners["name"]) == ["Ann"]


def test_groups_keep_unknown_and_one_row_for_each_spelling(make_records, measure_all, today):
    leads = case(
        deal("Won", 100, source="Google"),
        deal("Lost", 300, source="google "),
        deal("Won", 50, source="Google"),
        deal("Proposal", 80, close=today, source="Google"),
        deal("Lost", None, source=""),
        deal("Assessment", None, source="Fair"),
    )
    sources = measure_all(make_records(leads), today).sources.set_index("name")
    assert list(sources.index) == ["Google", "Fair", "Unknown"]
    google = sources.loc["Google"]
    assert (google["won"], google["lost"], google["n"], google["open_leads"]) == (2, 1, 3, 1)
    assert google["win_rate"] == pytest.approx(2 / 3)
    assert google["win_rate_value"] == pytest.approx(150 / 450)
    assert google["won_amount"] == 150
    assert google["open_amount"] == 80
    assert google["weighted"] == pytest.approx(40)
    assert sources.loc["Unknown", "win_rate"] == 0.0
    assert math.isnan(sources.loc["Unknown", "win_rate_value"])
    assert math.isnan(sources.loc["Fair", "win_rate"])
    assert sources.loc["Fair", "n"] == 0


def test_without_any_close_date_groups_count_every_closed_deal_and_say_so(make_records, measure_all, today):
    leads = case(deal("Won", 1, None, industry="Retail"), deal("Lost", 1, None, industry="Retail"))
    measures = measure_all(make_records(leads), today)
    assert measures.closed_which == "all closed deals, as none has a close date"
    assert measures.segments.set_index("name").loc["Retail", "win_rate"] == 0.5


def test_lost_reasons_are_counted_most_frequent_first(make_records, measure_all, today):
    leads = case(
        deal("Lost", 100, lost_reason="Price"),
        deal("Lost", 50, lost_reason="price"),
        deal("Lost", None, lost_reason=""),
        deal("Lost", 900, lost_reason="Timing"),
        deal("Disqualified", 70, lost_reason="Price"),
        deal("Lost", 5, close=D(2020, 1, 1), lost_reason="Old"),
    )
    reasons = measure_all(make_records(leads), today).reasons_lost
    assert reasons.to_dict("list") == {
        "reason": ["Price", "Timing", "Unknown"],
        "deals": [2, 1, 1],
        "amount": [150.0, 900.0, 0.0],
    }
