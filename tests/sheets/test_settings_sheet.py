"""The Settings sheet holds the whole playbook, and reading it gives the same playbook back."""

from __future__ import annotations

import datetime as dt
import io

import numpy as np
import pytest
from msgspec import structs

from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.locate import SETTINGS_TABLES
from leadbook.model.playbook import (
    Answer,
    CaseStudy,
    ColumnMapping,
    PlannedStep,
    Product,
    Rep,
    Route,
    ScoringRule,
)
from leadbook.model.settings import HEADERS, read_playbook
from leadbook.model.tables import BookContents, RawTable
from leadbook.model.team_options import Options
from leadbook.sheets import look
from leadbook.sheets.page import INDENT_CHARACTERS
from leadbook.sheets.settings import HEADER_ROW, settings_sheet

TEAMS_OWN = structs.replace(
    DEFAULT_PLAYBOOK,
    reps=(
        Rep("Ann Lee", "ann@example.com", "North", "DACH", 60, True, {"2026-Q4": 250_000.0, "2027-01": 80_000.0},
            phone="+49 30 1", job_title="Account manager"),
        Rep("=Bo", active=False),
    ),
    routing=(Route("employees", "501..", "Enterprise"),),
    scoring=(ScoringRule("source", "*", 5.5), ScoringRule("activity", "webinar", 7, 3.5, "engagement")),
    rates={"USD": 1.0, "JPY": 0.0064},
    rate_dates={"JPY": dt.date(2026, 2, 3)},
    holidays=frozenset({dt.date(2026, 5, 1)}),
    holiday_names={dt.date(2026, 5, 1): ""},
    options=Options(
        base_currency="USD", day_first=False, work_days=(0, 2, 6), time_zone="America/New_York", work_end_hour=17.5,
    ),
    mappings=(ColumnMapping("Leads", "Wert", "amount", "alias"), ColumnMapping("Leads", "X", "", "typed")),
    icp={}, leaks=(),
    case_studies=(CaseStudy("Mill", "Paper", "Slow", "Fast", "https://mill.example", "small"), CaseStudy("Any")),
    products=(Product("Seat", 9.5, "USD", 0.07, None, "A seat", "user", "Help; Updates", "Travel"), Product("Day")),
    milestones=(PlannedStep("Start", 0.0, 0.5, "Us", "Go"), PlannedStep("End", 4.0, 1.0)),
    answers=(Answer("Price", "It pays.", ("dear", "cost")), Answer("Fear")),
)  # fmt: skip


def as_read(sheet):
    """Return the sheet's tables as a reader would hand them over."""
    tables = {}
    for spec in sheet.tables:
        rows = spec.rows or [(None,) * len(spec.columns)]
        cells = [[row[at] for row in rows] for at in range(len(spec.columns))]
        numbers = np.arange(spec.row + 1, spec.row + 1 + len(rows))
        headers = [column.header for column in spec.columns]
        tables[spec.name] = RawTable(
            spec.name, sheet.name, headers, spec.column, spec.row, numbers, cells, spec.last_row
        )
    return BookContents("book.xlsx", tables, [sheet.name])


@pytest.mark.parametrize("playbook", [DEFAULT_PLAYBOOK, TEAMS_OWN])
def test_what_is_laid_out_reads_back_the_same_without_an_issue(playbook):
    read, issues = read_playbook(as_read(settings_sheet(playbook)))
    assert issues == []
    for name in playbook.__struct_fields__:
        assert getattr(read, name) == getattr(playbook, name), name


def test_it_reads_back_the_same_from_a_real_workbook():
    from python_calamine import CalamineWorkbook

    from leadbook.books.render import render_book

    sheet = settings_sheet(TEAMS_OWN)
    book = CalamineWorkbook.from_filelike(io.BytesIO(render_book([sheet])))
    grid = book.get_sheet_by_name("Settings").to_python(skip_empty_area=False)
    tables = {}
    for spec in sheet.tables:
        rows = [
            [None if cell == "" else cell for cell in line[spec.column - 1 : spec.last_column]]
            for line in grid[spec.row : spec.row + max(1, len(spec.rows))]
        ]
        cells = [list(column) for column in zip(*rows, strict=True)]
        headers = [str(cell) for cell in grid[spec.row - 1][spec.column - 1 : spec.last_column]]
        numbers = np.arange(spec.row + 1, spec.row + 1 + len(rows))
        tables[spec.name] = RawTable(
            spec.name, "Settings", headers, spec.column, spec.row, numbers, cells, spec.last_row
        )
    read, issues = read_playbook(BookContents("book.xlsx", tables))
    assert issues == []
    assert read == TEAMS_OWN


def test_every_settings_table_stands_on_one_row_beside_the_others():
    sheet = settings_sheet(DEFAULT_PLAYBOOK, periods=("2026-Q4",))
    assert [table.name for table in sheet.tables] == list(SETTINGS_TABLES)
    assert {table.row for table in sheet.tables} == {HEADER_ROW}
    for left, right in zip(sheet.tables, sheet.tables[1:], strict=False):
        assert right.column == left.last_column + 2


def test_columns_stand_in_the_order_that_rows_are_appended_in():
    for table in settings_sheet(DEFAULT_PLAYBOOK).tables:
        expected = [spellings[0] for spellings in HEADERS[table.name].values()]
        assert [column.header for column in table.columns] == expected


def test_quota_columns_are_the_periods_asked_for_and_those_in_use():
    sheet = settings_sheet(TEAMS_OWN, periods=("2027-Q1", "2026-Q4"))
    reps = next(table for table in sheet.tables if table.name == "Reps")
    assert [column.header for column in reps.columns[9:]] == ["2026-Q4", "2027-01", "2027-Q1"]


def test_given_mappings_are_added_once():
    mapping = ColumnMapping("Leads", "Wert", "amount", "alias")
    sheet = settings_sheet(TEAMS_OWN, [mapping, ColumnMapping("Leads", "Kunde", "company", "fuzzy")])
    columns = next(table for table in sheet.tables if table.name == "Columns")
    assert columns.rows == [
        ("Leads", "Wert", "Amount", "alias"), ("Leads", "X", "ignore", "typed"), ("Leads", "Kunde", "Company", "fuzzy"),
    ]  # fmt: skip


def test_words_that_must_be_right_come_from_dropdowns():
    sheet = settings_sheet(DEFAULT_PLAYBOOK)
    stages = next(table for table in sheet.tables if table.name == "Stages")
    by_column = {v.area.first_column: v for v in sheet.validations if v.kind == "list"}
    place = {column.header: stages.column + at for at, column in enumerate(stages.columns)}
    assert by_column[place["Class"]].source == ("open", "won", "lost", "disqualified", "nurture")
    assert by_column[place["Forecast Category"]].source == ("Omitted", "Pipeline", "Best case", "Commit", "Closed")
    assert by_column[place["Class"]].strict


def test_an_excel_reader_sees_percentages_and_dates_as_such():
    sheet = settings_sheet(DEFAULT_PLAYBOOK)
    formats = {(table.name, column.header): column.style.number for table in sheet.tables for column in table.columns}
    assert "0%" in formats["Stages", "Probability"]
    assert "0.0%" in formats["Products", "Tax %"]
    assert "yy" in formats["Rates", "As Of"]


@pytest.mark.parametrize("playbook", [DEFAULT_PLAYBOOK, TEAMS_OWN])
def test_every_text_stands_clear_of_the_rule_above_it_and_of_the_number_to_its_left(playbook):
    sheet = settings_sheet(playbook, [ColumnMapping("Leads", "Wert", "amount", "alias")])
    headers = {(cell.row, cell.column): cell.style for cell in sheet.cells}
    for table in sheet.tables:
        for place, column in enumerate(table.columns):
            where = table.name, column.header
            header = headers[HEADER_ROW, table.column + place]
            assert column.style.valign == "center", where
            assert header.align == column.style.align, where
            if place and column.style.align == "left" and column.style.number != "@":
                left = table.columns[place - 1].style.align
                assert left != "right" or (column.style.indent and header.indent), where
    one_line = sheet.row_height
    assert one_line >= 15 + 3
    assert all(height > one_line for row, height in sheet.heights.items() if row > HEADER_ROW)


def test_headers_and_words_of_dropdowns_fit_their_columns():
    sheet = settings_sheet(DEFAULT_PLAYBOOK)
    words = {v.area.first_column: v.source for v in sheet.validations if isinstance(v.source, tuple)}
    for table in sheet.tables:
        for column, spec in enumerate(table.columns, table.column):
            room = sheet.widths[column] - INDENT_CHARACTERS * spec.style.indent
            for word in spec.header.split():
                assert look.width_needed(word) <= room, (table.name, word)  # bold, so wider than it counts
            for word in words.get(column, ()) if table.name != "Options" else ():
                assert look.lines_needed(word, room) == 1, (table.name, word)


@pytest.mark.parametrize("only", [{"Milestones"}, {"Rates"}, {"Sla", "Leaks"}, set(SETTINGS_TABLES)])
def test_the_sentence_below_the_title_is_printed_whole(only):
    sheet = settings_sheet(DEFAULT_PLAYBOOK, only=only)
    [said] = [part for part in [*sheet.cells, *sheet.merges] if str(part.content).startswith("Change any white cell")]
    first_page = min(sheet.printing.column_breaks, default=sheet.printing.area.last_column + 1) - 1
    room = sum(sheet.widths[column] for column in range(1, first_page + 1))
    lines = look.lines_needed(said.content, room)
    assert getattr(said, "last_column", first_page) == first_page
    assert lines == 1 or (said.style.wrap and sheet.heights[2] >= 15 * lines)
