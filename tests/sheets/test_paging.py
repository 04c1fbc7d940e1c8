"""Sections of a printed sheet stay whole, and charts stay within what is printed."""

from __future__ import annotations

import pytest

from leadbook.sheets.page import Page
from leadbook.sheets.paging import page_breaks, span_pixels, width_pixels
from leadbook.sheets.pipeline import pipeline_sheet
from leadbook.sheets.registry import lay_out
from leadbook.sheets.spec import Sheet

# Ten columns of 14 characters are 10 x 103 pixels = 772.5 points: they fit on a page without shrinking.
TEN_COLUMNS = dict.fromkeys(range(1, 11), 14.0)


def sheet_of(heights):
    return Sheet("Pipeline", widths=dict(TEN_COLUMNS), heights=heights)


def row_height(sheet, row):
    return sheet.heights.get(row, sheet.row_height or 15.0)


def test_a_column_is_as_wide_as_excel_draws_it():
    assert width_pixels(10) == 75  # 10 digits of 7 pixels, and 5 of padding
    assert span_pixels(sheet_of({}), 1, 10) == 1030


def test_a_section_that_would_be_torn_apart_starts_a_new_page():
    # Head 3 x 15 = 45; two sections of 20 rows = 300 each: 345 and 645 points, and a page holds 526.
    assert page_breaks(sheet_of({}), [4, 24], 43, 10, (1, 3)) == [24]


def test_sections_that_fit_stay_on_one_page():
    assert page_breaks(sheet_of({}), [4, 14, 24], 33, 10, (1, 3)) == []


def test_a_list_longer_than_a_page_runs_on_where_it_begins():
    assert page_breaks(sheet_of({}), [4, 10], 400, 10, (1, 3)) == []


def test_a_list_with_its_header_on_every_page_begins_below_what_fills_half_a_page():
    # 15 rows = 225 points, then a list of 25 = 375: it would fit on a page of its own, and begins on the first.
    assert page_breaks(sheet_of({}), [4, 16], 40, 10, (18, 18)) == []
    assert page_breaks(sheet_of({}), [4, 16], 40, 10, (1, 3)) == [16]


def test_a_short_section_that_may_be_torn_apart_leaves_no_row_alone_on_the_next_page():
    # 45 + 27 rows = 450 points; five of the next six rows fit below, and their sum would stand alone.
    assert page_breaks(sheet_of({}), [4, 31, 40], 60, 10, (1, 3), flowing=[31]) == [31]


def test_tall_rows_count_as_tall():
    assert page_breaks(sheet_of({30: 300.0}), [4, 24], 33, 10, (1, 3)) == [24]


def test_a_sheet_without_sections_has_no_breaks():
    assert page_breaks(sheet_of({}), [], 500, 10, (1, 1)) == []


def test_the_first_page_of_pipeline_holds_the_stages_and_both_charts(clean_results):
    made = pipeline_sheet(clean_results)
    chart = made.charts[0]
    points = [row_height(made, row) for row in range(chart.row, chart.row + 40)]
    last = chart.row - 1 + next(rows for rows in range(40) if sum(points[:rows]) >= 0.75 * chart.height)
    assert all(row > last for row in made.printing.row_breaks)


def test_rows_of_another_usual_height_count_as_tall_as_they_are():
    made = Sheet("Pipeline", widths=dict(TEN_COLUMNS), row_height=30.0)
    assert page_breaks(made, [4, 12], 19, 10, (1, 3)) == [12]


@pytest.mark.parametrize("which", ["clean_results", "dirty_results"])
def test_no_chart_reaches_beyond_the_printed_columns(which, request):
    for made in lay_out(request.getfixturevalue(which)):
        for chart in made.charts:
            room = span_pixels(made, chart.column, made.printing.area.last_column)
            assert chart.width < room, (made.name, chart.title)
            assert chart.description


# Ten columns of 24 characters shrink to 59 %: a page holds 891 points, and up to 1,200 where columns are drawn wider.
WIDE_COLUMNS = dict.fromkeys(range(1, 11), 24.0)


def torn_headings(made, starts, last, breaks, least=890):
    """Return the headings that end up on another page than their first rows, on pages of any plausible height."""
    usual = made.row_height or 15.0
    found = set()
    for room in range(least, int(1.35 * least), 10):
        used, page, pages = 0.0, 0, {}
        for row in range(1, last + 1):
            height = made.heights.get(row, usual)
            if row in breaks or used + height > room:
                page, used = page + 1, sum(made.heights.get(at, usual) for at in (1, 2, 3))
            used += height
            pages[row] = page
        found |= {(start, room) for start in starts if len({pages[row] for row in range(start, start + 3)}) > 1}
    return found


@pytest.mark.parametrize("length", [*range(20, 140, 7), 56, 57, 58])
def test_no_heading_stands_alone_below_a_long_list_however_wide_a_program_draws_the_columns(length):
    made = Sheet("Scorecard", widths=dict(WIDE_COLUMNS), heights={})
    starts = [4, 4 + length, 14 + length, 24 + length]
    last = 60 + length
    breaks = page_breaks(made, starts, last, 10, (1, 3))
    assert not torn_headings(made, starts, last, breaks)


def test_a_list_hardly_longer_than_a_page_leaves_no_single_row_on_the_next():
    # Head 45 and a list of 57 rows = 855 points on pages of 891: 56 fit, and six go to the next page.
    made = Sheet("Scorecard", widths=dict(WIDE_COLUMNS))
    assert page_breaks(made, [4, 61], 80, 10, (1, 3)) == [55]


def test_the_last_list_of_a_sheet_runs_on_as_it_likes():
    made = Sheet("Scorecard", widths=dict(WIDE_COLUMNS))
    assert page_breaks(made, [4, 20], 400, 10, (1, 3)) == []


def test_a_flowing_section_may_be_torn_but_not_its_heading_from_its_first_rows():
    # Head 45 + 460 of a section leave 21 points on a page of 526: the heading of the notes would stand alone.
    heights = {4: 460.0}
    made = sheet_of(heights)
    assert page_breaks(made, [4, 5], 14, 10, (1, 3), flowing=[5]) == [5]
    room = sheet_of({4: 350.0})
    assert page_breaks(room, [4, 5], 24, 10, (1, 3), flowing=[5]) == []
    assert page_breaks(room, [4, 5], 24, 10, (1, 3)) == [5]


def page_with_notes(rows):
    """Lay out a section of so many rows and twelve notes below; a page holds 526 points, 33 rows."""
    page = Page(Sheet("Forecast", widths=dict(TEN_COLUMNS)), 10, 4)
    page.section("Deals")
    page.at += rows
    page.section("Notes", flows=True)
    for number in range(12):
        page.put(page.at, 1, f"Note {number}")
        page.at += 1
    return page.finish()


@pytest.mark.parametrize("rows", range(1, 60, 4))
def test_a_page_keeps_the_heading_of_its_notes_with_their_first_lines(rows):
    made = page_with_notes(rows)
    assert not torn_headings(made, [5 + rows], rows + 17, made.printing.row_breaks, least=526)


def test_notes_that_begin_well_above_the_foot_of_a_page_run_on_over_it():
    assert page_with_notes(20).printing.row_breaks == ()
