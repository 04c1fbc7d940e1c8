"""References after rows 5 and 7 of the sheet Leads are taken out, as Excel changes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbook.books.ooxml.formula_shifts import FormulaShift, translated
from leadbook.books.ooxml.shifts import Shift

OUT = Shift("Leads", (5, 7), body=(2, 10))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A4", "A4"),
        ("A6+A8", "A5+A6"),
        ("SUM(A2:A10)", "SUM(A2:A8)"),
        ("SUM(A5:A10)", "SUM(A5:A8)"),
        ("SUM(A2:A7)", "SUM(A2:A5)"),
        ("SUM($A$2:$A$10)*$B$12", "SUM($A$2:$A$8)*$B$10"),
        ("A5", "#REF!"),
        ("SUM(A5:A5)", "SUM(#REF!)"),
        ("Leads!A8", "Leads!A6"),
        ("'Leads'!$A$8", "'Leads'!$A$6"),
        ("leads!A8", "leads!A6"),
        ("Other!A8+'My Leads'!A8", "Other!A8+'My Leads'!A8"),
        ("[1]Leads!A8+'[1]Leads'!A8", "[1]Leads!A8+'[1]Leads'!A8"),
        ('"A8 ""A8"" "&A8', '"A8 ""A8"" "&A6'),
        ("LOG10(A8)+ATAN2(A8,1)", "LOG10(A6)+ATAN2(A6,1)"),
        ("Tax2024+_A8+A8.x", "Tax2024+_A8+A8.x"),
        ("Leads[[#This Row],[A8]]*Leads[A8]", "Leads[[#This Row],[A8]]*Leads[A8]"),
        ("SUM(8:9)+SUM(A:A)", "SUM(6:7)+SUM(A:A)"),
        ("A1048576", "A1048574"),
        ("SUM(A1:A1048576)", "SUM(A1:A1048576)"),
        ("XFE8+ZZZ8", "XFE8+ZZZ8"),
        ("1.5E10+A8%", "1.5E10+A6%"),
        ("IF(A8>0,@A8,A9#)", "IF(A6>0,@A6,A7#)"),
    ],
)
def test_references_follow_their_cells(text, expected):
    assert FormulaShift(OUT).moved(text, home=True) == expected


def test_what_is_gone_is_told_with_its_rows():
    change = FormulaShift(OUT)
    change.moved("A5+SUM(B7:C7)+A6", home=True)
    assert change.lost == [(5, 5), (7, 7)]


def test_on_another_sheet_only_references_to_the_leads_change():
    assert FormulaShift(OUT).moved("A8+Leads!A8+SUM(Leads!A2:A10)", home=False) == "A8+Leads!A6+SUM(Leads!A2:A8)"


def test_a_name_with_an_apostrophe_is_known():
    assert FormulaShift(Shift("Bob's", (5,))).moved("'Bob''s'!A8", home=False) == "'Bob''s'!A7"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("B8", "B6"), ("A8+E8", "A8+E8"), ("SUM(B2:C10)", "SUM(B2:C8)"), ("SUM(A2:C10)", "SUM(A2:C10)"), ("8:9", "8:9")],
)
def test_beside_the_columns_that_move_nothing_changes(text, expected):
    assert FormulaShift(Shift("Leads", (5, 7), 2, 4)).moved(text, home=True) == expected


def test_a_rule_counts_from_its_first_cell():
    # The rule over A2:A10 says $C2; after row 2 went it stands at A2 again and must say $C2 still.
    change = FormulaShift(Shift("Leads", (2,)))
    assert change.moved_with('AND($C2<>"",$C2>$F$9)', 2, 2, home=True) == 'AND($C2<>"",$C2>$F$8)'


@pytest.mark.parametrize(
    ("text", "expected"),
    [("A1+$B$2+Other!C3:D$4", "B3+$B$2+Other!D5:E$4"), ('"A1"&A1', '"A1"&B3'), ("SUM(1:1)", "SUM(3:3)")],
)
def test_a_copied_formula_counts_on(text, expected):
    assert translated(text, 2, 1) == expected


rows = st.lists(st.integers(2, 30), min_size=1, max_size=8, unique=True).map(lambda found: tuple(sorted(found)))


@given(rows, st.integers(1, 60))
def test_putting_rows_back_undoes_taking_them_out(taken, row):
    out, back = Shift("Leads", taken), Shift("Leads", taken, inserting=True)
    moved = out.row(row)
    assert (moved is None) == (row in taken)
    assert moved is None or back.row(moved) == row


@given(rows, st.integers(1, 40), st.integers(0, 20))
def test_an_area_keeps_exactly_the_rows_that_stay(taken, first, height):
    out = Shift("Leads", taken)
    last = first + height
    left = [out.row(row) for row in range(first, last + 1) if row not in taken]
    assert out.span(first, last) == ((left[0], left[-1]) if left else None)
