"""Generated sheets can be read: no text is cut off or runs into its neighbour, every bar is named."""

from __future__ import annotations

import math
import re

import pytest
from believable_book import TODAY, believable_leads, contents_of, row_of, study, texts

from leadbook.sheets import look
from leadbook.sheets.page import Field, Page
from leadbook.sheets.pipeline import pipeline_sheet
from leadbook.sheets.registry import lay_out
from leadbook.sheets.spec import Sheet
from leadbook.sheets.today import today_sheet

LONG_NAME = "Dr. Maximiliane von Hohenstein-Wittgenstein zu Berleburg"
ARABIC = "محمد بن عبد الله الأحمد"


def leads_of(owner, **changes):
    return [{**lead, **changes, "Owner": owner} for lead in believable_leads(30)]


def luminance(color):
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    light = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("which", ["clean_results", "dirty_results", "empty_results"])
def test_every_text_of_a_list_stands_clear_of_the_column_to_its_left(which, request):
    for made in lay_out(request.getfixturevalue(which)):
        for table in made.tables:
            for column in table.columns[1:]:
                style = column.style
                assert style.align, (made.name, column.header)
                assert style.align != "left" or style.indent, (made.name, column.header)


def test_the_longest_word_of_a_list_fits_its_column(dirty_results):
    for made in lay_out(dirty_results):
        for table in made.tables:
            for offset, column in enumerate(table.columns):
                if not column.style.wrap and column.style.align != "right":
                    longest = max((len(look.shown(row[offset])) for row in table.rows), default=0)
                    assert made.widths[table.column + offset] > min(longest, 12), (made.name, column.header)


@pytest.mark.parametrize("owner", [LONG_NAME, ARABIC])
def test_an_owners_whole_name_is_shown_at_the_left(owner):
    results = study(contents_of(leads_of(owner)))
    for made, last in ((today_sheet(results), 2), (pipeline_sheet(results), 1)):
        row = row_of(made, owner)
        style = next(part.style for part in [*made.cells, *made.merges] if part.content == owner)
        assert style.wrap
        assert style.align == "left"
        room = sum(made.widths[column] for column in range(1, last + 1))
        assert made.heights.get(row, 15.75) >= 15 * math.ceil(len(owner) / room), made.name


def test_chinese_takes_twice_the_room():
    assert look.lines_needed("a" * 20, 23) == 1
    assert look.lines_needed("客" * 20, 23) == 2
    page = Page(Sheet("Today"), 2)
    page.table("List", (Field("Lead"), Field("Company", look.WRAPPED, least=8, most=20)), [("L-1", "客" * 40)])
    assert page.sheet.heights[2] >= 15 * 4


def test_marks_above_a_letter_take_no_room():
    assert look.width_needed("e\u0301" * 10) == look.width_needed("e" * 10)


def test_texts_that_wrap_are_ruled_off_from_the_next_row(dirty_results):
    for made in lay_out(dirty_results):
        for table in made.tables:
            if any(column.style.wrap for column in table.columns):
                assert all(column.style.border for column in table.columns), made.name


@pytest.mark.parametrize("owners", [1, 8, 40])
def test_every_bar_has_room_for_its_name(owners):
    lost = [{"Stage": "Lost", "Close Date": TODAY, "Lost Reason": f"Reason {number}"} for number in range(1, 21)]
    leads = [
        {**lead, **(lost[at] if at < len(lost) else {}), "Owner": f"Owner {at % owners}"}
        for at, lead in enumerate(believable_leads(100))
    ]
    for made in lay_out(study(contents_of(leads))):
        for chart in made.charts:
            if chart.kind == "bar":
                names = chart.series[0].categories
                # Ten points are 13 pixels; title, axis and legend take the rest, and a second bar its part.
                each, rest = (20, 100) if len(chart.series) > 1 else (13, 60)
                assert chart.height >= rest + each * (names.last_row - names.first_row + 1), chart.title


def test_charts_do_not_lie_over_the_tables_below_them():
    leads = [{**lead, "Owner": f"Owner {at % 8}"} for at, lead in enumerate(believable_leads(80))]
    made = pipeline_sheet(study(contents_of(leads)))
    for chart in made.charts[:2]:
        down, row = 0.0, chart.row
        while down < 0.75 * chart.height:
            assert not any(cell.row == row and cell.content is not None for cell in made.cells), row
            down += made.heights.get(row, made.row_height)
            row += 1


def test_a_team_without_amounts_sees_its_owners_leads():
    made = pipeline_sheet(study(contents_of(leads_of("Ana Costa", Amount=None))))
    chart = next(chart for chart in made.charts if chart.title.endswith("by owner"))
    assert chart.title == "Open leads by owner"
    assert [series.values.first_column for series in chart.series] == [2]
    assert "leads" in chart.description


def test_without_any_history_one_sentence_stands_for_the_table_of_moves():
    made = pipeline_sheet(study(contents_of(believable_leads(20))))
    assert not any(cell.content == "Conversion (cohort)" for cell in made.cells)
    assert [text for text in texts(made) if text.startswith("Insufficient history: nothing is known")]


def test_nothing_is_too_pale_to_be_read():
    inks = [look.INK, look.GREY, look.FAINT, look.ACCENT, look.RED, look.AMBER, look.GREEN]
    for ink in inks:
        assert contrast(ink, "#FFFFFF") >= 4.5, ink
    pairs = [(look.RED, look.RED_SOFT), (look.AMBER, look.AMBER_SOFT), (look.GREEN, look.GREEN_SOFT)]
    for ink, ground in [*pairs, (look.INK, look.HEAD), (look.ACCENT, look.HEAD), (look.INK, look.MIST)]:
        assert contrast(ink, ground) >= 4.5, (ink, ground)


def test_charts_are_told_to_those_who_do_not_see_them(dirty_results):
    charts = [chart for made in lay_out(dirty_results) for chart in made.charts]
    assert charts
    for chart in charts:
        assert chart.title
        assert len(chart.description) > len("A chart.")
        assert re.match(r"(Bar chart|Columns|Stacked columns|Line)", chart.description), chart.title


@pytest.mark.parametrize("code", [look.COUNT_LABEL, look.SHORT_LABEL, look.SHORT_SIGNED_LABEL])
def test_a_bar_that_is_not_there_has_no_label(code):
    assert code.rpartition(";")[2] == "#,###" or code == "#,###"
