"""The sheets of an empty workbook: alive before the first lead, and read as empty."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from leadbook.model.columns import LEADS, TABLES, WHEN_NEEDED
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.leads import EXAMPLE_ID, read_records
from leadbook.model.tables import BookContents, RawTable
from leadbook.sheets import blank_tables

SHEETS = {
    "Leads": blank_tables.leads_sheet,
    "Activities": blank_tables.activities_sheet,
    "QuoteLines": blank_tables.quote_lines_sheet,
    "Offers": blank_tables.offers_sheet,
    "Proposals": blank_tables.proposals_sheet,
    "History": blank_tables.history_sheet,
    "Archive": blank_tables.archive_sheet,
}


def as_read(sheet):
    (spec,) = sheet.tables
    cells = [[row[at] for row in spec.rows] for at in range(len(spec.columns))]
    rows = np.arange(spec.row + 1, spec.row + 1 + len(spec.rows))
    return RawTable(
        spec.name, sheet.name, [c.header for c in spec.columns], spec.column, spec.row, rows, cells, spec.last_row
    )


@pytest.mark.parametrize("name", SHEETS)
def test_each_has_its_table_with_every_column_and_its_headers_stay_in_sight(name):
    sheet = SHEETS[name](DEFAULT_PLAYBOOK)
    (table,) = sheet.tables
    assert table.name == name
    wanted = [column.header for column in TABLES[name] if column.key not in WHEN_NEEDED]
    assert [column.header for column in table.columns] == wanted
    assert sheet.freeze == (1, 2)
    assert sheet.printing.repeat_first_row == 1
    assert [cell.content for cell in sheet.cells] == wanted


def test_the_archive_prints_readable_however_many_columns_of_leads_it_carries():
    printing = blank_tables.archive_sheet(DEFAULT_PLAYBOOK).printing
    assert (printing.fit_width, printing.fit_height, printing.scale, printing.repeat_columns) == (0, 0, 100, 2)


def test_leads_print_who_they_are_and_where_they_stand_on_two_pages_width():
    printing = blank_tables.leads_sheet(DEFAULT_PLAYBOOK).printing
    headers = [column.header for column in TABLES["Leads"]]
    assert printing.landscape
    assert (printing.fit_width, printing.fit_height, printing.repeat_columns) == (2, 0, 2)
    assert headers[printing.area.last_column - 1] == "Stage"
    assert (printing.area.first_row, printing.area.last_row) == (1, 1_048_576)  # whole columns, however long it grows


def test_the_example_row_is_no_lead():
    sheet = blank_tables.leads_sheet(DEFAULT_PLAYBOOK)
    raw = as_read(sheet)
    assert raw.cells[0] == [EXAMPLE_ID]
    records, issues = read_records(BookContents("new.xlsx", {"Leads": raw}), DEFAULT_PLAYBOOK)
    assert len(records.leads.frame) == 0
    assert issues == []


def test_given_rows_take_the_place_of_the_example_and_read_back():
    rows = [
        {"lead_id": "L-1", "company": "=Acme", "stage": "Won", "amount": 5.0, "close_date": dt.date(2026, 3, 1)},
        {"lead_id": "L-2", "company": "Beta", "stage": "Proposal", "probability_override": 0.4, "budget": 2},
    ]
    raw = as_read(blank_tables.leads_sheet(DEFAULT_PLAYBOOK, rows))
    records, issues = read_records(BookContents("new.xlsx", {"Leads": raw}), DEFAULT_PLAYBOOK)
    frame = records.leads.frame
    assert issues == []
    assert frame["lead_id"].tolist() == ["L-1", "L-2"]
    assert frame["company"].tolist() == ["=Acme", "Beta"]
    assert frame["amount_base"].tolist()[0] == 5
    assert frame["probability_override"].tolist()[1] == 0.4


def test_a_key_that_no_column_has_is_refused():
    with pytest.raises(KeyError, match="colour"):
        blank_tables.leads_sheet(DEFAULT_PLAYBOOK, [{"colour": "blue"}])


def rules_of(sheet, table):
    keys = [column.key for column in TABLES[table]]
    return {keys[rule.area.first_column - 1]: rule for rule in sheet.validations}


def test_dropdowns_come_from_settings_under_the_names_the_workbook_has():
    rules = rules_of(blank_tables.leads_sheet(DEFAULT_PLAYBOOK), "Leads")
    assert rules["stage"].source == '=INDIRECT("Stages[Stage]")'
    assert rules["owner"].source == '=INDIRECT("Reps[Owner]")'
    renamed = rules_of(blank_tables.leads_sheet(DEFAULT_PLAYBOOK, names={"Stages": "Leadbook_Stages"}), "Leads")
    assert renamed["stage"].source == '=INDIRECT("Leadbook_Stages[Stage]")'


def test_limits_and_messages():
    rules = rules_of(blank_tables.leads_sheet(DEFAULT_PLAYBOOK), "Leads")
    points = rules["need"]
    assert (points.kind, points.minimum, points.maximum, points.strict) == ("whole", 0, 3, True)
    assert points.message == "0 no evidence, 1 weak, 2 good, 3 proven."
    chance = rules["probability_override"]
    assert (chance.kind, chance.minimum, chance.maximum) == ("decimal", 0, 1)
    assert rules["close_date"].kind == "date"
    assert rules["lead_id"].message.startswith("leadbook fills it")
    assert not {column.key for column in LEADS if column.owned} & rules.keys()


def test_rules_reach_below_the_last_row_so_that_typed_rows_have_them():
    few = blank_tables.leads_sheet(DEFAULT_PLAYBOOK)
    many = blank_tables.activities_sheet(DEFAULT_PLAYBOOK, [{"lead_id": "L-1"}] * 25_000)
    assert all(rule.area.last_row >= 20_000 for rule in few.validations)
    assert all(rule.area.last_row == 25_001 for rule in many.validations)


def test_our_own_columns_look_different():
    sheet = blank_tables.leads_sheet(DEFAULT_PLAYBOOK)
    headers = {cell.content: cell.style for cell in sheet.cells}
    body = {column.header: column.style for column in sheet.tables[0].columns}
    assert headers["Score"].italic
    assert body["Score"].italic
    assert headers["Score"].fill != headers["Company"].fill
    assert not body["Company"].italic


def test_digits_that_are_text_keep_their_zeros():
    body = {
        column.header: column.style.number for column in blank_tables.leads_sheet(DEFAULT_PLAYBOOK).tables[0].columns
    }
    assert (body["Postcode"], body["Phone"], body["Lead ID"]) == ("@", "@", "@")


def test_a_new_workbook_is_valid(ooxml_validator, tmp_path):
    from leadbook.books.render import render_book
    from leadbook.sheets.settings import settings_sheet

    path = tmp_path / "new.xlsx"
    path.write_bytes(
        render_book([*(make(DEFAULT_PLAYBOOK) for make in SHEETS.values()), settings_sheet(DEFAULT_PLAYBOOK)])
    )
    assert ooxml_validator(path) == []


def test_an_offers_texts_are_read_whole_in_rows_high_enough():
    offer = {"lead_id": "L-1", "scope": "One\nTwo\nThree", "solution": "Short"}
    sheet = blank_tables.offers_sheet(DEFAULT_PLAYBOOK, [offer, {"lead_id": "L-2"}])
    assert sheet.heights[2] == 3 * sheet.heights[3]
    wrapped = {column.header: column.style.wrap for column in sheet.tables[0].columns}
    assert (wrapped["Scope"], wrapped["Solution"], wrapped["Language"], wrapped["Yearly Benefit"]) == (
        True, True, False, False,
    )  # fmt: skip
