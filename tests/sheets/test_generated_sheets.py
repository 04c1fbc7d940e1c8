"""What all generated sheets have in common, and the columns leadbook owns."""

from __future__ import annotations

import pytest
from believable_book import (
    contents_of,
    dirty_leads,
    some_duplicates,
    study,
    texts,
)
from msgspec.structs import replace

from leadbook.sheets.owned import owned_lead_columns
from leadbook.sheets.registry import ALL, generated_sheets, lay_out, sheet
from leadbook.sheets.results import Naming
from leadbook.sheets.spec import Formula
from leadbook.sheets.today import today_sheet

# -- the set ---------------------------------------------------------------------------------------


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


# -- owned columns ---------------------------------------------------------------------------------


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
