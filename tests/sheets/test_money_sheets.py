"""What a manager finds on Pipeline and Forecast."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pytest
from believable_book import (
    TODAY,
    believable_leads,
    contents_of,
    row_of,
    shown_at,
    study,
    texts,
)
from msgspec.structs import replace

from leadbook.analysis.outlook.pulled_out import explain_doubtful
from leadbook.sheets.contents import value_of
from leadbook.sheets.forecast import forecast_sheet
from leadbook.sheets.forecast_blocks import sales_trap
from leadbook.sheets.pipeline import pipeline_sheet
from leadbook.sheets.spec import Formula, Link

# -- Pipeline --------------------------------------------------------------------------------------


def test_the_stages_add_up_to_the_open_leads_and_their_value(dirty_results):
    made = pipeline_sheet(dirty_results)
    total = row_of(made, "Open in all")
    standing, leads = dirty_results.standing.frame, dirty_results.records.leads.frame
    assert shown_at(made, total, 2) == standing["open"].sum()
    assert shown_at(made, total, 3) == pytest.approx(leads.loc[standing["open"], "amount_base"].sum())
    assert row_of(made, "(no stage yet)") == total - 1


def test_the_weighted_total_leaves_out_deals_past_their_close_date(clean_results):
    leads, standing = clean_results.records.leads.frame, clean_results.standing.frame
    kept = standing["open"] & ~(leads["close_date"] < pd.Timestamp(TODAY))
    made = pipeline_sheet(clean_results)
    weighted = shown_at(made, row_of(made, "Open in all"), 5)
    assert weighted == pytest.approx((leads["amount_base"] * standing["stage_win"])[kept].sum())
    assert any("past close date left out" in text for text in texts(made))


def test_rates_with_few_cases_are_greyed_and_those_without_any_say_why(clean_results):
    made = pipeline_sheet(clean_results)
    greyed = [rule for rule in made.conditional_formats if rule.kind == "formula" and "<20" in rule.formula]
    assert len(greyed) >= 3
    assert any("fewer than 20" in text for text in texts(made))
    assert any(text.startswith("Insufficient history") for text in texts(made))


def test_the_funnel_runs_over_the_open_stages_in_order(clean_results):
    made = pipeline_sheet(clean_results)
    funnel = made.charts[0]
    area = funnel.series[0].categories
    names = [shown_at(made, row, 1) for row in range(area.first_row, area.last_row + 1)]
    assert funnel.kind == "bar"
    assert names == [stage.name for stage in clean_results.records.playbook.open_stages]


# -- Forecast --------------------------------------------------------------------------------------


def test_months_say_what_the_forecast_says(clean_results):
    made = forecast_sheet(clean_results)
    months = clean_results.forecast.months.to_dict("records")
    amounts = ("closed", "commit", "best_case", "pipeline", "quota")
    kept = [at for at, month in enumerate(months) if any(month[key] > 0 for key in amounts)]
    for at, month in enumerate(months):
        if at > max(kept[-1], 5):
            assert month["name"] not in texts(made), "a month after the last one with anything in it"
            continue
        row = row_of(made, month["name"])
        for column, key in (
            (4, "closed"),
            (5, "commit"),
            (6, "best_case"),
            (7, "pipeline"),
            (8, "weighted"),
            (9, "expected"),
        ):
            assert shown_at(made, row, column) == pytest.approx(month[key]), (month["name"], key)


def test_a_quarter_adds_up_its_months_where_all_that_count_are_shown(clean_results):
    made = forecast_sheet(clean_results)
    rows = {cell.content: cell.row for cell in made.cells if cell.column == 1 and isinstance(cell.content, str)}
    formulas = {(cell.row, cell.column): cell.content for cell in made.cells if isinstance(cell.content, Formula)}
    of_months = {month["start"]: rows.get(month["name"]) for month in clean_results.forecast.months.to_dict("records")}
    added = 0
    for quarter in clean_results.forecast.quarters.to_dict("records"):
        inside = [row for start, row in of_months.items() if quarter["start"] <= start < quarter["end"]]
        if quarter["name"] not in rows or None in inside:
            continue
        for column, key in ((5, "commit"), (6, "best_case"), (7, "pipeline"), (8, "weighted")):
            figure = formulas[rows[quarter["name"]], column]
            letter = "ABCDEFGH"[column - 1]
            wanted = f"=SUM({letter}{inside[0]}:{letter}{inside[-1]})" if inside[1:] else f"={letter}{inside[0]}"
            assert figure == Formula(wanted, pytest.approx(quarter[key]))
            added += 1
    assert added >= 8
    # Won deals of the months before this one count in the quarter too, and those months are not shown.
    first = clean_results.forecast.quarters.iloc[0]["name"]
    assert "SUMIFS" in formulas[rows[first], 4].text


def test_past_due_deals_are_pulled_out_with_a_link_to_each(clean_results):
    made = forecast_sheet(clean_results)
    overdue = clean_results.forecast.overdue
    links = [cell.content.target for cell in made.cells if isinstance(cell.content, Link)]
    assert links[: len(overdue)] == [f"Leads!A{row}" for row in overdue["row"]]


def test_stale_and_pushed_deals_are_listed_below_them_with_the_reason(clean_results):
    made = forecast_sheet(clean_results)
    doubtful = clean_results.forecast.doubtful
    stale = clean_results.standing.frame["stale"]
    assert set(doubtful["row"]) >= set(stale.index[stale])
    links = [cell.content.target for cell in made.cells if isinstance(cell.content, Link)]
    assert links[-len(doubtful) :] == [f"Leads!A{row}" for row in doubtful["row"]]
    assert {re.sub(r"\d+", "N", why) for why in explain_doubtful(doubtful, clean_results.standing)} <= {
        "silent N days",
        "no activity yet",
    }


def test_lights_are_coloured_with_their_sentence(clean_results):
    made = forecast_sheet(clean_results)
    fills = {cell.style.fill for cell in made.cells if str(value_of(cell.content)).startswith("●")}
    assert len([text for text in texts(made) if text.startswith("●")]) == 4
    assert all(fills)


def test_a_far_month_without_any_pipeline_is_not_painted_red(clean_results):
    made = forecast_sheet(clean_results)
    first = row_of(made, clean_results.forecast.months["name"].iloc[0])
    red = [rule.formula for rule in made.conditional_formats if rule.area.first_row == first and "<$M" in rule.formula]
    assert red == [
        f"=AND(ISNUMBER($L{first}),ISNUMBER($M{first}),$L{first}<$M{first},OR($K{first}>0,$B{first}<=$A$2+62))"
    ]


def test_nought_is_shown_as_a_dash_in_tables_but_as_nought_in_tiles(clean_results):
    made = pipeline_sheet(clean_results)
    stage = row_of(made, "Prospecting")
    styles = {(cell.row, cell.column): cell.style.number for cell in made.cells}
    assert styles[stage, 3].split(";")[2].startswith('"\u2013"')
    assert "\u2013" not in styles[row_of(made, "Open leads") + 1, 1]


def past_due(count):
    proposal = {"Company": "Alder Works", "Last Name": "Berg", "Stage": "Proposal", "Close Date": TODAY}
    late = {"Close Date": TODAY - dt.timedelta(days=3)}
    return [{**proposal, **late, "Lead ID": f"L-{number}", "Amount": number * 10} for number in range(1, count + 1)]


def test_a_long_list_of_past_due_deals_shows_the_largest_and_says_so():
    made = forecast_sheet(study(contents_of(past_due(52))))
    listed = [cell.content.text for cell in made.cells if isinstance(cell.content, Link)]
    assert listed == [f"L-{number}" for number in range(52, 2, -1)]
    assert any("The 50 largest are listed" in text for text in texts(made))
    assert not any("latest" in text for text in texts(made))


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (None, "1 open deal has no close date and no amount."),
        (4000, "1 open deal has no close date and is in no month: 4,000 EUR (2,000 weighted)."),
    ],
)
def test_deals_without_a_close_date_are_told_with_what_they_are_worth(amount, said):
    lead = {"Lead ID": "L-1", "Company": "Alder Works", "Last Name": "Berg", "Stage": "Proposal", "Amount": amount}
    assert said in texts(forecast_sheet(study(contents_of([lead]))))


def test_labels_in_charts_leave_nought_out(clean_results):
    (chart,) = forecast_sheet(clean_results).charts
    (labelled,) = [series for series in chart.series if series.labels]
    assert labelled.label_format.endswith(";#,###")
    assert chart.value_format.endswith(";#,##0"), "the axis still shows its nought"


@pytest.mark.parametrize(("value", "color"), [(0.79, "red"), (0.8, "green"), (None, "none")])
def test_the_sales_trap_stands_among_the_lights(clean_results, value, color):
    headline = tuple(
        replace(measure, value=value, why_not="" if value else "no quota") if measure.key == "sales_trap" else measure
        for measure in clean_results.measures.headline
    )
    results = replace(clean_results, measures=replace(clean_results.measures, headline=headline))
    assert sales_trap(results)[0] == color
    assert "● Sales trap" in texts(forecast_sheet(results))


def test_historys_answer_adds_up_and_says_when_there_is_none(clean_results):
    made = forecast_sheet(clean_results)
    assert clean_results.forecast.outlook.why_not
    assert any("stands alone" in text for text in texts(made))
    results = study(contents_of(believable_leads(500)))
    made, months = forecast_sheet(results), results.forecast.months.join(results.forecast.outlook.months)
    assert not results.forecast.outlook.why_not
    top = row_of(made, "What history says")
    shown = [row for row in range(top, top + 12) if shown_at(made, row, 1) in set(months["name"])]
    assert len(shown) >= 6
    for row, month in zip(shown, months.to_dict("records"), strict=False):
        closed, still_open, new, expected, low, _, high = (shown_at(made, row, column) for column in range(2, 9))
        assert (closed, still_open, new) == pytest.approx((month["closed"], month["open"], month["new"]))
        assert expected == pytest.approx(closed + still_open + new)
        assert low <= high
        assert shown_at(made, row, 10) == pytest.approx(month["closed"] + month["commit"])
