"""Excel's reading of cells, which decides what a cached value has to be."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from leadbook.model.tables import CellError, RawTable
from leadbook.sheets.live_cells import criterion, reads_as_text, reference, serial_of


@pytest.mark.parametrize(
    ("cell", "date_system", "expected"),
    [
        (12, 1900, 12.0),
        (2.5, 1900, 2.5),
        (dt.date(2026, 11, 20), 1900, 46346.0),
        (dt.datetime(2026, 11, 20, 12), 1900, 46346.5),  # noqa: DTZ001 - cells have no zone
        (dt.date(2026, 11, 20), 1904, 44884.0),
        (dt.date(1900, 1, 5), 1900, 5.0),
        (dt.date(1900, 2, 28), 1900, 59.0),
        (dt.date(1900, 3, 1), 1900, 61.0),
        (dt.date(1904, 1, 2), 1904, 1.0),
        (dt.time(6), 1900, 0.25),
        (dt.timedelta(hours=36), 1900, 1.5),
    ],
)
def test_numbers_and_dates_are_the_numbers_excel_holds(cell, date_system, expected):
    assert serial_of(cell, date_system) == expected


@pytest.mark.parametrize("cell", ["12", "12 k", "2026-11-20", "", None, True, CellError("#N/A")])
def test_what_looks_like_a_number_is_none_to_sumifs(cell):
    assert math.isnan(serial_of(cell))


@pytest.mark.parametrize(
    "word", ["Demo", "Meeting / demo", "3M Deutschland", "Proposal (2)", "Ärzte", "Marketing", "Decker"]
)
def test_names_are_compared_as_text(word):
    assert reads_as_text(word)


@pytest.mark.parametrize(
    "word",
    ["", "5", "-5", "1,000.5", "50%", "=Demo", ">5", "<>", "2026-01-05", "1/2", "3:30", "TRUE", "false",
     "5 May", "Jan 2026", "May 5", "#N/A", "x" * 201, "two\nlines"],
)  # fmt: skip
def test_words_that_excel_would_read_as_something_else_stay_out_of_criteria(word):
    assert not reads_as_text(word)


def test_wildcards_and_quotes_are_escaped_in_a_criterion():
    assert criterion('What? *really* ~"so"') == '"What~? ~*really~* ~~""so"""'


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Amount", "Leads[Amount]"),
        ("Close Date", "Leads[Close Date]"),
        ("Amount [EUR]", "Leads[Amount '[EUR']]"),
        ("Owner's #1", "Leads[Owner''s '#1]"),
        (" Amount", "'My leads'!$C$6:$C$20"),
        ("Deal\nvalue", "'My leads'!$C$6:$C$20"),
    ],
)
def test_a_column_is_referred_to_by_its_header_or_where_that_cannot_be_by_its_cells(header, expected):
    table = RawTable("Leads", "My leads", ("Id", header), 2, 5, [], [[], []], 20)
    assert reference(table, header) == expected
