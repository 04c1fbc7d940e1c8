"""How leads move: every number of a stage's cohort, told apart from what is not known yet."""

from __future__ import annotations

from believable_book import believable_leads, contents_of, differences, study, workbook_of
from msgspec.structs import replace

from leadbook.analysis.results import Measure
from leadbook.sheets.contents import value_of
from leadbook.sheets.pipeline import pipeline_sheet

HEADERS = ["Stage", "Entered", "Moved on", "Exited", "Pending", "Conversion (cohort)", "Conversion (snapshot)",
           "Median days", "P90 days", "Days in stage now"]  # fmt: skip


def results_with(**lines):
    """Return the believable book with what History tells of some stages put in."""
    results = study(contents_of(believable_leads()))
    stages = results.measures.stages.set_index("stage", drop=False)
    for name, line in lines.items():
        for key, value in line.items():
            stages.loc[name, key] = value
    return replace(results, measures=replace(results.measures, stages=stages.reset_index(drop=True)))


def history(entered, advanced, exited, pending, *, snapshot, days, visits, immature=False):
    return {
        "entered": entered, "advanced": advanced, "exited": exited, "pending": pending,
        "conversion": advanced / entered, "snapshot": snapshot, "immature": immature, "median_days": days[0],
        "p90_days": days[1], "current_days": days[2], "visits": visits,
    }  # fmt: skip


MANY = history(40, 20, 12, 8, snapshot=1.25, days=(6.5, 21.0, 9.0), visits=31)
FRESH = history(12, 3, 1, 8, snapshot=0.5, days=(4.0, 30.0, 11.0), visits=5, immature=True)


def table_of(made):
    """Return the table's lines by stage: its cells, and its Excel row."""
    cells = {(cell.row, cell.column): value_of(cell.content) for cell in made.cells}
    top = next(row for (row, column), content in cells.items() if column == 2 and content == "Entered")
    assert [cells[top, column] for column in range(1, 11)] == HEADERS
    lines = {}
    row = top + 1
    while isinstance(cells.get((row, 1)), str):
        lines[cells[row, 1]] = row, [cells.get((row, column)) for column in range(2, 12)]
        row += 1
    return lines


def greyed(made, row, column):
    return any(
        rule.style.italic and rule.area.first_row <= row <= rule.area.last_row
        and rule.area.first_column <= column <= rule.area.last_column
        for rule in made.conditional_formats
    )  # fmt: skip


def test_a_stage_shows_its_whole_cohort_both_conversions_and_its_days():
    lines = table_of(pipeline_sheet(results_with(Proposal=MANY)))
    _, proposal = lines["Proposal"]
    assert proposal[:9] == [40, 20, 12, 8, 0.5, 1.25, 6.5, 21.0, 9.0]
    assert not proposal[9]
    assert list(lines) == [
        "Prospecting", "Initial contact", "Qualification", "Assessment", "Meeting / demo", "Proposal", "Objections",
        "Closing",
    ]  # fmt: skip


def test_what_is_too_young_says_so_and_what_is_unknown_stays_blank():
    lines = table_of(pipeline_sheet(results_with(Proposal=MANY, Closing=FRESH)))
    assert lines["Closing"][1][9] == "immature until the P90 has passed"
    assert lines["Assessment"][1][9] == "insufficient history"
    assert lines["Assessment"][1][:8] == [None] * 8


def test_a_note_in_small_print_takes_no_more_height_than_it_needs():
    made = pipeline_sheet(results_with(Proposal=MANY, Closing=FRESH))
    lines = table_of(made)
    assert 26 < made.heights[lines["Closing"][0]] < 32  # two lines of 10 points
    assert lines["Proposal"][0] not in made.heights


def test_few_cases_are_grey():
    made = pipeline_sheet(results_with(Proposal=MANY, Closing=FRESH))
    lines = table_of(made)
    closing, proposal = lines["Closing"][0], lines["Proposal"][0]
    rules = [rule for rule in made.conditional_formats if rule.area.first_row <= closing <= rule.area.last_row]
    assert any(rule.area.first_column == 6 and "<20" in rule.formula for rule in rules)
    assert greyed(made, closing, 8)
    assert greyed(made, closing, 9)
    assert not greyed(made, proposal, 8)


def test_the_first_page_keeps_its_charts_above_the_table():
    made = pipeline_sheet(results_with(Proposal=MANY))
    first = next(cell.row for cell in made.cells if cell.column == 1 and cell.content == "How leads move")
    assert [chart.title for chart in made.charts if chart.row < first] == ["Open leads by stage", "Open value by owner"]
    owners = next(cell.row for cell in made.cells if cell.column == 1 and cell.content == "Owners")
    assert first < owners


def test_the_workbook_still_recalculates(soffice, tmp_path):
    results = results_with(Proposal=MANY, Closing=FRESH)
    made = pipeline_sheet(results)
    path = tmp_path / "book.xlsx"
    workbook_of(results, [made]).write(path)
    assert differences(soffice(path, tmp_path / "out"), [made]) == []


def test_the_bottleneck_is_said_below_the_stages():
    results = results_with(Proposal=MANY)
    slow = Measure("bottleneck", "Bottleneck stage, Proposal", 2.5, "x", 30, note="Proposal: leads stay 25 days.")
    others = tuple(one for one in results.measures.headline if one.key != "bottleneck")
    for measure, said in ((slow, True), (replace(slow, value=None), False)):
        made = pipeline_sheet(replace(results, measures=replace(results.measures, headline=(*others, measure))))
        assert ("Bottleneck: Proposal: leads stay 25 days." in {merge.content for merge in made.merges}) is said
