"""Text stays text, whatever Excel would read it as; and calls do not grow with rows."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl_engine import typed as as_excel_takes_it
from small_books import write_leads
from watching import WATCH

from leadbook.books.live.book import LiveBook
from leadbook.books.live.grids import lay
from leadbook.books.live.typing_in import typed, typed_column
from leadbook.run.live import refresh_open
from leadbook.sheets.spec import Area, Cell, Formula, Link, Sheet, Style, Table, TableColumn

DAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("007", "'007"), ("=1+1", "'=1+1"), ("+49 30 1", "'+49 30 1"), ("-5", "'-5"), ("@home", "'@home"),
        ("'quoted", "''quoted"), ("TRUE", "'TRUE"), ("wahr", "'wahr"), ("3/4", "'3/4"), ("5 Mai 2026", "'5 Mai 2026"),
        ("12:30", "'12:30"), ("#N/A", "'#N/A"), ("1e5", "'1e5"), ("Acme", "Acme"), ("L-0001", "L-0001"),
        ("Call about 3 offers before the week ends", "Call about 3 offers before the week ends"),
        (5, 5), (2.5, 2.5), (True, True), (None, ""), (float("nan"), ""), (dt.date(2026, 11, 20), 46346.0),
        (Formula("=SUM(A1:A3)", 6), "=SUM(A1:A3)"), (Link("Acme", "Leads!C5"), '=HYPERLINK("#Leads!C5","Acme")'),
        (Link(5.0, "'My leads'!C5"), "=HYPERLINK(\"#'My leads'!C5\",5.0)"), (Link("x", "nowhere"), "x"),
    ],
)  # fmt: skip
def test_each_content_is_typed_so_that_it_stays_what_it_is(content, wanted):
    assert typed(content) == wanted
    assert type(typed(content)) is type(wanted)


def test_a_cell_told_to_be_text_needs_no_apostrophe():
    assert typed("007", "@") == "007"
    assert typed("=1+1", "@") == "=1+1"
    assert typed("'quoted", "@") == "''quoted"


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40))
def test_any_text_comes_back_as_it_was(text):
    assert as_excel_takes_it(typed(text), "General") == (text, "s")
    assert as_excel_takes_it(typed(text, "@"), "@") == (text, "s")


def test_a_long_text_behind_a_link_is_cut_into_pieces_that_a_formula_takes():
    text = 'say "hi" ' * 60
    formula = typed(Link(text, "Leads!A1"))
    pieces = formula.removeprefix('=HYPERLINK("#Leads!A1",').removesuffix(")").split('"&"')
    assert len(pieces) == 3
    assert "".join(pieces)[1:-1].replace('""', '"') == text


def page(rows):
    columns = (TableColumn("Id", Style(number="@")), TableColumn("Amount", Style(number="0.00", align="right")))
    table = Table("List", 3, 1, columns, [(f"{row:05d}", row * 1.5) for row in range(rows)])
    return Sheet("Page", cells=[Cell(1, 1, "Title", Style(bold=True))], tables=[table])


def test_ids_are_told_to_be_text_before_they_are_typed(opened, tmp_path):
    book = opened(write_leads(tmp_path / "leads.xlsx", 2))
    live = LiveBook(book)
    live.put_sheets([page(12)])
    live.save()
    held = book.sheets["Page"].range("A4:B6").value
    assert held == [["00000", 0.0], ["00001", 1.5], ["00002", 3.0]]


@pytest.mark.parametrize("number", ["", "@"])
@pytest.mark.parametrize(
    "column",
    [
        [], [None, None], ["007", "Acme", None, "007", "'x"], [1, True, 1.0, "1", None],
        [DAY, None, DAY, dt.date(1899, 1, 1)], [DAY, dt.datetime(2026, 11, 20, 12, 30, tzinfo=dt.UTC), "5 Mai 2026"],
        [
            dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC),
            dt.datetime(2026, 11, 20, 13, tzinfo=dt.timezone(dt.timedelta(hours=1))),
        ],
    ],
    ids=["no rows", "blanks", "texts", "one and true", "days", "moments and texts", "one moment in two zones"],
)  # fmt: skip
def test_a_column_is_typed_as_each_of_its_cells_is(column, number):
    each = [typed(content, number) for content in column]
    assert [(type(value), value) for value in typed_column(column, number)] == [(type(value), value) for value in each]


def test_blocks_and_looks_do_not_grow_with_rows():
    few, many = lay(page(10)), lay(page(5_000))
    assert len(few.blocks) == len(many.blocks) == 3  # what is above, the header, the body
    assert len(few.dresses) == len(many.dresses)
    assert many.blocks[-1].area == Area(4, 1, 5_003, 2)
    assert many.blocks[-1].rows[7] == ["00007", 10.5]


@pytest.mark.slow
def test_a_refresh_takes_as_many_calls_for_10_000_leads_as_for_300(opened, tmp_path):
    """Both lists tell the same story over and over, so that the same sheets come of them."""

    def calls_for(count):
        book = opened(write_leads(tmp_path / f"{count}.xlsx", count))
        refresh_open(book, as_of=DAY, journal_folder=None)
        with WATCH.counting() as calls:
            book.sheets["Leads"].range((2, 6)).value = 77_000.0
            refresh_open(book, as_of=DAY, journal_folder=None)
            return dict(calls)

    few, many = calls_for(300), calls_for(10_000)
    assert {
        name: (few.get(name), many.get(name)) for name in few.keys() | many.keys() if few.get(name) != many.get(name)
    } == {}
