"""What a seller finds on Today, Issues, Duplicates and the Scorecard."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from believable_book import (
    TODAY,
    believable_leads,
    contents_of,
    no_duplicates,
    raw_table,
    row_of,
    shown_at,
    study,
    texts,
)
from msgspec.structs import replace

from leadbook.analysis.periods import show_day
from leadbook.model.issues import Fix, Issue, Severity
from leadbook.model.tables import BookContents
from leadbook.sheets import results as results_module
from leadbook.sheets.contents import value_of
from leadbook.sheets.duplicates import TABLE, decision_key, duplicates_sheet, read_decisions
from leadbook.sheets.issues import issue_anchor, issues_sheet, shown_value
from leadbook.sheets.registry import lay_out
from leadbook.sheets.scorecard import scorecard_sheet
from leadbook.sheets.spec import Formula, Link
from leadbook.sheets.today import MOST_ROWS, PER_OWNER, today_sheet

# -- Today -----------------------------------------------------------------------------------------


def test_the_warmest_leads_come_first_and_what_is_hidden_is_counted():
    results = study(contents_of([{**lead, "Stage": "Proposal", "Owner": "Ana Costa"} for lead in believable_leads(40)]))
    made = today_sheet(results)
    rows = made.tables[0].rows
    *listed, last = rows
    assert len(listed) == PER_OWNER < MOST_ROWS
    warmth = {"hot": 0, "warm": 1, "cold": 2}
    order = [(warmth[row[9].split()[0]], -row[0]) for row in listed]
    assert order == sorted(order)
    assert len({row[9].split()[0] for row in listed}) > 1, "one heat alone would prove nothing"
    assert last[3] == "Ana Costa"
    assert last[5] == "and 15 more, in the Leads table"
    assert shown_at(made, row_of(made, "Ana Costa"), 10) == 15


def test_each_line_says_what_to_do_and_leads_to_the_lead(clean_results):
    made = today_sheet(clean_results)
    standing = clean_results.standing.frame
    for row in made.tables[0].rows:
        place = int(row[1].target.removeprefix("Leads!A"))
        assert row[5] == standing.loc[place, "next_action"]
        assert row[6] == standing.loc[place, "priority_reason"]


def test_leads_that_wait_have_a_list_of_their_own():
    base = believable_leads(6)
    leads = [
        base[0] | {"Stage": "Nurture", "Revisit Date": TODAY + dt.timedelta(days=40)},
        base[1] | {"Stage": "Nurture", "Revisit Date": None, "Last Activity": TODAY - dt.timedelta(days=9)},
        base[2] | {"Stage": "Nurture", "Revisit Date": TODAY},
        base[3] | {"Stage": "Won"},
    ]
    results = study(contents_of(leads))
    made = today_sheet(results)
    [table] = [one for one in made.tables if one.name.endswith("NurtureList")]
    assert [row[1].text for row in table.rows] == [leads[at]["Lead ID"] for at in (2, 1, 0)]
    assert [row[6].split(",")[0] for row in table.rows] == ["revisit due", "no revisit date", "waiting"]
    assert [row[7] for row in table.rows][::2] == [TODAY, TODAY + dt.timedelta(days=40)]
    undated = table.rows[1]
    assert undated[6] == f"no revisit date, date proposed, last touch {show_day(TODAY - dt.timedelta(days=9))}"
    assert undated[7] > TODAY
    assert all(row[10] in {"awareness", "consideration", "decision"} for row in table.rows)
    # Nothing else is left to do: the parked leads are still shown.
    only = today_sheet(study(contents_of([leads[0]])))
    assert [table.name for table in only.tables] == ["NurtureList"]


# -- Issues ----------------------------------------------------------------------------------------


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


# -- Duplicates ------------------------------------------------------------------------------------


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
    assert {target.rpartition("!")[0] for target in targets} - {"Issues"} == {"'Bob''s leads 2026'"}


def test_the_decision_column_offers_the_choices_there_are(clean_results):
    made = duplicates_sheet(clean_results)
    (choice,) = made.validations
    assert choice.source == ("Merge", "Keep both", "Master")
    assert choice.area.first_column == 12
    assert (choice.area.first_row, choice.area.last_row) == (made.tables[0].row + 1, made.tables[0].last_row)


def test_no_duplicates_is_said_in_a_sentence(clean_results):
    made = duplicates_sheet(replace(clean_results, duplicates=no_duplicates()))
    assert "No two leads look like the same one." in texts(made)
    assert read_decisions(BookContents("sample.xlsx", {})) == {}


# -- Scorecard -------------------------------------------------------------------------------------


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


def test_a_value_without_spaces_is_cut_where_it_would_run_on_and_words_are_not():
    long = "https://example.com/" + "path" * 40
    shown = shown_value(f"see {long} there")
    assert shown.startswith("see https://example.com/path")
    assert max(map(len, shown.split())) <= 56
    assert shown.split()[1].endswith("…")
    words = "a few short words " * 6
    assert shown_value(words) == words


def test_an_owners_leads_print_on_pages_of_their_own():
    leads = [{**lead, "Stage": "Proposal"} for lead in believable_leads(60)]
    made = today_sheet(study(contents_of(leads)))
    table = made.tables[0]
    owners = [row[3] for row in table.rows]
    starts = [table.row + 1 + at for at in range(1, len(owners)) if owners[at] != owners[at - 1]]
    assert len(starts) == len(set(owners)) - 1 > 1, "each owner in one block"
    assert set(starts) <= set(made.printing.row_breaks)
    # The first owner's page does not begin below the summary either, and every page has the headers on top.
    assert any(at < table.row for at in made.printing.row_breaks)
    assert (made.printing.repeat_first_row, made.printing.repeat_last_row) == (table.row, table.row)
