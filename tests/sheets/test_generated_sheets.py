"""What a manager and a seller find on the generated sheets."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from believable_book import (
    TODAY,
    believable_leads,
    contents_of,
    dirty_leads,
    no_duplicates,
    raw_table,
    some_duplicates,
    study,
)

from leadbook.model.issues import Fix, Issue, Severity
from leadbook.model.tables import BookContents
from leadbook.sheets import results as results_module
from leadbook.sheets.duplicates import TABLE, decision_key, duplicates_sheet, read_decisions
from leadbook.sheets.forecast import forecast_sheet
from leadbook.sheets.issues import issue_anchor, issues_sheet
from leadbook.sheets.owned import owned_lead_columns
from leadbook.sheets.page import value_of
from leadbook.sheets.pipeline import pipeline_sheet
from leadbook.sheets.registry import ALL, generated_sheets, lay_out, sheet
from leadbook.sheets.results import Naming
from leadbook.sheets.scorecard import scorecard_sheet
from leadbook.sheets.spec import Formula, Link
from leadbook.sheets.today import MOST_ROWS, PER_OWNER, today_sheet


def texts(made):
    cells = [value_of(cell.content) for cell in made.cells] + [value_of(merge.content) for merge in made.merges]
    return [text for text in cells if isinstance(text, str)]


def shown_at(made, row, column):
    return next((value_of(cell.content) for cell in made.cells if (cell.row, cell.column) == (row, column)), None)


def row_of(made, label, column=1):
    return next(cell.row for cell in made.cells if cell.column == column and value_of(cell.content) == label)


# -- the set --------------------------------------------------------------------------------------


def test_the_six_sheets_come_in_the_order_of_a_new_workbook():
    assert [made.name for made in ALL] == ["Today", "Pipeline", "Forecast", "Issues", "Duplicates", "Scorecard"]


def test_a_name_or_place_used_twice_is_refused():
    with pytest.raises(ValueError, match="already"):
        sheet("Pipeline", order=999)(lambda results: results)
    assert len(generated_sheets()) == 6


@pytest.mark.parametrize("place", range(6))
def test_an_empty_workbook_gives_a_friendly_sentence_and_no_chart(place, empty_results):
    made = ALL[place].make(empty_results)
    assert not made.charts
    assert any(text.endswith(".") for text in texts(made))


@pytest.mark.parametrize("place", range(6))
def test_every_sheet_can_be_read_and_printed(place, dirty_results):
    made = ALL[place].make(dirty_results)
    assert made.freeze[0] >= 2
    assert made.printing.landscape
    assert made.printing.fit_width == 1
    assert made.printing.repeat_first_row
    assert made.printing.area is not None
    places = [(cell.row, cell.column) for cell in made.cells]
    assert len(places) == len(set(places)), "two cells in one place"
    blocks = [(table.row, table.last_row) for table in made.tables]
    for first, last in blocks:
        assert not [place for place in places if first <= place[0] <= last and place[1] <= 12]


def test_generated_sheets_are_named_as_the_workbook_lets_them(clean_results):
    naming = Naming(sheet=lambda name: f"{name} (leadbook)", table=lambda name: f"Leadbook_{name}")
    made = lay_out(replace(clean_results, naming=naming))
    assert {page.name for page in made} >= {"Pipeline (leadbook)", "Issues (leadbook)"}
    assert {table.name for page in made for table in page.tables} >= {"Leadbook_IssuesList", "Leadbook_TodayList"}
    counts = [cell.content.text for page in made for cell in page.cells if isinstance(cell.content, Formula)]
    assert not [text for text in counts if "IssuesList" in text.replace("Leadbook_IssuesList", "")]
    links = owned_lead_columns(replace(clean_results, naming=naming))["issues"]
    assert any("'Issues (leadbook)'!A" in link.text for link in links.values() if link)


def test_a_cell_that_looks_like_a_formula_stays_text(dirty_results):
    for made in lay_out(dirty_results):
        contents = [cell.content for cell in made.cells]
        contents += [content for table in made.tables for row in table.rows for content in row]
        for content in contents:
            if isinstance(content, Formula):
                assert "x.example" not in content.text


# -- Pipeline -------------------------------------------------------------------------------------


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
    assert weighted == pytest.approx((leads["amount_base"] * standing["win"])[kept].sum())
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


# -- Forecast -------------------------------------------------------------------------------------


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


def test_past_due_deals_are_pulled_out_with_a_link_to_each(clean_results):
    made = forecast_sheet(clean_results)
    overdue = clean_results.forecast.overdue
    links = [cell.content for cell in made.cells if isinstance(cell.content, Link)]
    assert [link.target for link in links] == [f"Leads!A{row}" for row in overdue["row"]]


def test_lights_are_coloured_with_their_sentence(clean_results):
    made = forecast_sheet(clean_results)
    fills = {cell.style.fill for cell in made.cells if str(value_of(cell.content)).startswith("●")}
    assert len([text for text in texts(made) if text.startswith("●")]) == 3
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


# -- Issues ---------------------------------------------------------------------------------------


def test_the_gravest_issues_come_first_each_with_a_link_to_its_cell(dirty_results):
    made = issues_sheet(dirty_results)
    rows = made.tables[0].rows
    order = {"Error": 0, "Warning": 1, "Info": 2}
    assert [order[row[0]] for row in rows] == sorted(order[row[0]] for row in rows)
    assert len(rows) == len(dirty_results.issues)
    error = next(row for row in rows if row[1] == "LB010")
    assert isinstance(error[2], Link)
    assert error[2].target == error[2].text
    assert error[6] == "#DIV/0!"


def test_links_from_a_lead_lead_to_its_first_issue(dirty_results):
    made = issues_sheet(dirty_results)
    table = made.tables[0]
    ids = dict(zip(dirty_results.records.leads.frame.index, dirty_results.records.leads.frame["lead_id"], strict=True))
    anchors = issue_anchor(dirty_results)
    assert anchors
    for row, (place, text) in anchors.items():
        assert table.rows[place - table.row - 1][3] == ids[row]
        assert table.rows[place - table.row - 1][1] in text


def test_names_cover_the_lead_and_column_cells_of_the_list(dirty_results):
    made = issues_sheet(dirty_results)
    table = made.tables[0]
    headers = [column.header for column in table.columns]
    for name, header in (("leadbook_issue_ids", "Lead ID"), ("leadbook_issue_columns", "Column")):
        area = made.names[name]
        assert (area.first_row, area.last_row) == (table.row + 1, table.last_row)
        assert area.first_column == area.last_column == headers.index(header) + 1


def test_a_long_list_is_cut_with_a_sentence_that_says_where_the_rest_is(clean_results, monkeypatch):
    monkeypatch.setattr("leadbook.sheets.issues.ISSUES_LISTED", 3)
    monkeypatch.setattr(results_module, "ISSUES_LISTED", 3)
    results = replace(clean_results)
    made = issues_sheet(results)
    assert len(made.tables[0].rows) == 3
    assert any(f"first 3 of {len(results.issues)}" in text and "leadbook check" in text for text in texts(made))
    places = {place for place, _ in issue_anchor(results).values()}
    assert max(places) <= made.tables[0].last_row


def test_an_issue_about_the_whole_workbook_or_a_column_has_a_place_to_go(clean_results):
    issues = [
        Issue("", 0, 0, "LB014", Severity.INFO, "No Settings."),
        Issue("Leads", 0, 5, "LB102", Severity.WARNING, "Ambiguous dates.", header="Created"),
        Issue("Leads", 4, 3, "LB101", Severity.ERROR, "Mend it.", "=1+1", Fix("=1+1", "=2")),
    ]
    rows = issues_sheet(replace(clean_results, issues=issues)).tables[0].rows
    assert [row[2] if isinstance(row[2], str) else row[2].target for row in rows] == [
        "Leads!C4",
        "Leads!E1",
        "workbook",
    ]
    assert rows[0][6] == "=1+1"
    assert rows[0][8] == "=2"


# -- Today ----------------------------------------------------------------------------------------


def test_the_warmest_leads_come_first_and_what_is_hidden_is_counted():
    results = study(contents_of([{**lead, "Stage": "Proposal", "Owner": "Ana Costa"} for lead in believable_leads(40)]))
    made = today_sheet(results)
    rows = made.tables[0].rows
    priorities = [row[0] for row in rows]
    assert len(rows) == PER_OWNER < MOST_ROWS
    assert priorities == sorted(priorities, reverse=True)
    assert any("15 more open leads" in text for text in texts(made))
    assert shown_at(made, row_of(made, "Ana Costa"), 7) == 15


def test_each_line_says_what_to_do_and_leads_to_the_lead(clean_results):
    made = today_sheet(clean_results)
    standing = clean_results.standing.frame
    for row in made.tables[0].rows:
        place = int(row[1].target.removeprefix("Leads!A"))
        assert row[5] == standing.loc[place, "next_action"]
        assert row[6] == standing.loc[place, "priority_reason"]


# -- Duplicates -----------------------------------------------------------------------------------


def test_decisions_travel_through_the_workbook_and_back(clean_results):
    decisions = {decision_key("L-008", "L-004"): "Merge", decision_key("L-032", "L-011"): "Keep both"}
    made = duplicates_sheet(clean_results, decisions)
    table = made.tables[0]
    headers = [column.header for column in table.columns]
    rows = [tuple(value_of(content) for content in row) for row in table.rows]
    contents = BookContents("sample.xlsx", {TABLE: raw_table(TABLE, "Duplicates", headers, rows)})
    assert read_decisions(contents) == decisions


def test_a_decision_about_another_master_is_not_carried_over(clean_results):
    made = duplicates_sheet(clean_results, {decision_key("L-008", "L-999"): "Merge"})
    assert [row[-1] for row in made.tables[0].rows] == [None] * 5


def many_duplicates(pairs):
    rows = []
    for at in range(pairs):
        for kept in (True, False):
            row = 2 + (2 * at + (not kept)) % 60
            rows.append((at + 1, row, f"D-{at}{'a' if kept else 'b'}", kept, 0.99 - at / 10_000, "Email equal +9.1"))
    frame = pd.DataFrame(rows, columns=["cluster", "row", "lead_id", "master", "probability", "reasons"])
    return replace(no_duplicates(), clusters=frame)


def test_a_long_list_of_duplicates_keeps_the_likeliest_and_all_that_was_decided(clean_results, monkeypatch):
    monkeypatch.setattr("leadbook.sheets.duplicates.MOST_ROWS", 4)
    results = replace(clean_results, duplicates=many_duplicates(10))
    made = duplicates_sheet(results, {decision_key("D-9b", "D-9a"): "Keep both"})
    listed = [value_of(row[1]) for row in made.tables[0].rows]
    assert listed == ["D-0a", "D-0b", "D-1a", "D-1b", "D-9a", "D-9b"]
    assert [row[0] for row in made.tables[0].rows] == [1, 1, 2, 2, 3, 3]
    assert any("14 more" in text and "Duplicate Of" in text for text in texts(made))


def test_links_quote_a_leads_sheet_whose_name_needs_it(clean_results):
    leads = clean_results.records.leads
    named = replace(leads, table=replace(leads.table, sheet="Bob's leads 2026"))
    issues = [replace(issue, sheet="Bob's leads 2026") for issue in clean_results.issues if issue.sheet == "Leads"]
    results = replace(clean_results, records=replace(clean_results.records, leads=named), issues=issues)
    targets = [
        content.target
        for made in lay_out(results)
        for content in [
            *(cell.content for cell in made.cells),
            *(c for t in made.tables for row in t.rows for c in row),
        ]
        if isinstance(content, Link)
    ]
    assert len(targets) > 50
    assert {target.rpartition("!")[0] for target in targets} == {"'Bob''s leads 2026'"}


def test_the_decision_column_offers_the_two_choices(clean_results):
    made = duplicates_sheet(clean_results)
    (choice,) = made.validations
    assert choice.source == ("Merge", "Keep both")
    assert choice.area.first_column == 12
    assert (choice.area.first_row, choice.area.last_row) == (made.tables[0].row + 1, made.tables[0].last_row)


def test_no_duplicates_is_said_in_a_sentence(clean_results):
    made = duplicates_sheet(replace(clean_results, duplicates=no_duplicates()))
    assert "No two leads look like the same one." in texts(made)
    assert read_decisions(BookContents("sample.xlsx", {})) == {}


# -- Scorecard ------------------------------------------------------------------------------------


def test_the_grade_grid_counts_every_lead_once(clean_results):
    made = scorecard_sheet(clean_results)
    grid = [
        cell.content for cell in made.cells if isinstance(cell.content, Formula) and "COUNTIFS" in cell.content.text
    ]
    assert len(grid) == 9
    assert sum(cell.value for cell in grid) == len(clean_results.records.leads.frame)


def test_points_say_how_many_open_leads_earn_them(clean_results):
    made = scorecard_sheet(clean_results)
    leads, standing = clean_results.records.leads.frame, clean_results.standing.frame
    row = next(
        cell.row for cell in made.cells if cell.column == 2 and cell.content == "Software"
        and shown_at(made, cell.row, 1) == "Industry"
    )  # fmt: skip
    assert shown_at(made, row, 5) == (leads.loc[standing["open"], "industry"] == "Software").sum()


def test_the_best_open_leads_come_with_their_reasons(clean_results):
    rows = scorecard_sheet(clean_results).tables[0].rows
    scores = [row[2] for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert all(row[6] for row in rows if row[2])


def test_calibration_says_what_history_is_missing(clean_results):
    assert any("insufficient history" in text for text in texts(scorecard_sheet(clean_results)))


# -- owned columns --------------------------------------------------------------------------------


def test_each_lead_gets_every_owned_value_and_blanks_where_there_is_none():
    results = study(contents_of(dirty_leads()), duplicates=some_duplicates())
    owned = owned_lead_columns(results)
    rows = results.records.leads.frame.index.tolist()
    assert set(owned) == {
        "score", "grade", "win_percent", "win_30d_percent", "next_action", "flags", "days_in_stage", "issues",
        "duplicate_of", "score_reasons",
    }  # fmt: skip
    for values in owned.values():
        assert list(values) == rows
    assert set(owned["win_30d_percent"].values()) == {None}
    assert owned["duplicate_of"][9] == "L-004"
    assert owned["duplicate_of"][5] is None
    link = next(content for content in owned["issues"].values() if content)
    assert link.text.startswith('=HYPERLINK("#Issues!A')
    assert link.text.endswith(f'"{link.value}")')


def test_a_sentence_never_begins_like_a_formula(clean_results):
    standing = replace(
        clean_results.standing, frame=clean_results.standing.frame.assign(next_action="=cmd|' /C calc'!A0", flags="-1")
    )
    owned = owned_lead_columns(replace(clean_results, standing=standing))
    assert not [text for key in ("next_action", "flags") for text in owned[key].values() if text[0] in "=+-@"]


def test_an_owner_typed_in_two_ways_is_one_owner_on_today(dirty_results):
    made = today_sheet(dirty_results)
    owners = {row[3] for row in made.tables[0].rows}
    assert "Ana Costa" in owners
    assert "ana  costa" not in owners
