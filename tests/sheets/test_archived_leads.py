"""Archived and merged leads count nowhere: one total on Pipeline, Forecast and in the measures."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from believable_book import TODAY, believable_leads, contents_of, differences, raw_table, study, workbook_of
from msgspec.structs import replace

from leadbook.sheets.contents import value_of
from leadbook.sheets.forecast import forecast_sheet
from leadbook.sheets.pipeline import pipeline_sheet
from leadbook.sheets.registry import lay_out
from leadbook.sheets.scorecard import scorecard_sheet
from leadbook.sheets.spec import Formula


def shown(made):
    return {(cell.row, cell.column): value_of(cell.content) for cell in made.cells}


def beside(made, label):
    """Return what stands in the row of a label, by column."""
    cells = shown(made)
    row = next(row for (row, column), content in cells.items() if column == 1 and content == label)
    return {column: content for (at, column), content in cells.items() if at == row}


def tile(made, name):
    """Return a tile's value and the note below it."""
    cells = shown(made)
    row, column = min(place for place, content in cells.items() if content == name)
    return cells[row + 1, column], cells[row + 2, column]


def book(leads, archived):
    contents = contents_of(leads)
    gone = raw_table("Archive", "Archive", ("Lead ID", "Reason"), [(lead_id, "merged") for lead_id in archived])
    return replace(contents, tables={**contents.tables, "Archive": gone})


def random_book(seed):
    """Return results of a small book in which some leads have no stage, and some are in the archive."""
    draw = random.Random(seed)  # noqa: S311 - the same books each time, no secret
    leads = believable_leads(draw.randint(5, 40), seed)
    for lead in leads:
        if draw.random() < 0.25:
            lead["Stage"] = None
        if draw.random() < 0.2:
            lead["Probability Override"] = round(draw.random(), 2)
    picked = draw.sample(leads, draw.randint(1, len(leads) // 3))
    return study(book(leads, [draw.choice((str, str.lower))(str(lead["Lead ID"])) for lead in picked]))


@pytest.mark.parametrize("seed", range(12))
def test_pipeline_says_what_the_measures_say(seed):
    results = random_book(seed)
    wanted = {measure.key: measure for measure in results.measures.headline}
    made = pipeline_sheet(results)
    total = beside(made, "Open in all")
    assert total[2] == wanted["open_leads"].value
    assert total[3] == pytest.approx(wanted["open_amount"].value or 0)
    assert total[5] == pytest.approx(wanted["weighted_amount"].value or 0)
    assert total[10] == results.measures.owners["stale"].sum()
    count = f"{int(wanted['open_leads'].value):,}"
    priced = int(wanted["open_leads"].value) - wanted["open_amount"].left_out
    assert tile(made, "Open value")[1] == f"n = {priced:,} with an amount"
    assert tile(made, "Stale share")[1] == f"n = {count} open"
    past = wanted["weighted_amount"].note.split(" ")[0]
    assert tile(made, "Weighted")[1] == "value x chance" + (f"; {past} past close date left out" if past else "")


@pytest.mark.parametrize("seed", range(3))
def test_pipeline_and_forecast_agree_by_owner(seed):
    results = random_book(seed)
    frame = results.measures.owners
    made = pipeline_sheet(results)
    weighted = [beside(made, name)[4] for name in frame["name"]]
    assert sum(weighted) == pytest.approx(beside(made, "Open in all")[5])


def test_a_lead_without_a_stage_is_weighted_by_its_own_chance():
    sooner, later = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=9)
    stageless = {"Company": "Alder Works", "Last Name": "Berg", "Stage": None, "Amount": 1000}
    results = study(book([
        {**stageless, "Lead ID": "L-1", "Probability Override": 0.25, "Close Date": later},
        {**stageless, "Lead ID": "L-2", "Probability Override": 0.5, "Close Date": sooner},
        {**stageless, "Lead ID": "L-3", "Probability Override": 0.75},
        {**stageless, "Lead ID": "L-4", "Close Date": later},
        {**stageless, "Lead ID": "L-5", "Probability Override": 0.9, "Close Date": later},
        {**stageless, "Lead ID": "L-6", "Stage": "Proposal", "Close Date": later},
    ], ["L-5"]))  # fmt: skip
    made = pipeline_sheet(results)
    line = beside(made, "(no stage yet)")
    assert (line[2], line[3], line[5]) == (4, 4000.0, 250.0 + 750.0)  # L-2 is past due, L-4 has no chance, L-5 is gone
    assert beside(made, "Open in all")[5] == 1000.0 + 500.0  # the stage's chance is 50 %
    months = forecast_sheet(results)
    by_month = [beside(months, name)[8] for name in results.forecast.months["name"][:6]]
    assert sum(by_month) == 250.0 + 500.0  # L-3 has no date


def test_the_scorecard_leaves_them_out_of_grades_temperatures_and_the_best():
    leads = [{**lead, "Stage": "Proposal"} for lead in believable_leads(8)]
    results = study(book(leads, ["L-001", "L-002"]))
    made = scorecard_sheet(results)
    grid = [
        cell.content for cell in made.cells if isinstance(cell.content, Formula) and "COUNTIFS" in cell.content.text
    ]
    assert sum(formula.value for formula in grid) == 6
    assert sum(beside(made, name)[3] for name in ("Hot", "Warm", "Cold")) == 6
    listed = {row[0].tip for row in made.tables[0].rows}
    assert listed == {f"L-00{number}" for number in range(3, 9)}


def test_a_footnote_tells_what_was_taken_off():
    made = pipeline_sheet(study(book([{**lead, "Stage": "Proposal"} for lead in believable_leads(8)], ["L-001"])))
    said = [str(merge.content) for merge in made.merges]
    assert [text for text in said if "leave out" in text and "1 lead in the Archive table" in text]


@pytest.mark.slow
def test_formulas_still_give_the_cached_values(soffice, tmp_path):
    results = random_book(4)
    sheets = lay_out(results)
    path = tmp_path / "book.xlsx"
    workbook_of(results, sheets).write(path)
    assert differences(soffice(path, tmp_path / "out"), sheets) == []
