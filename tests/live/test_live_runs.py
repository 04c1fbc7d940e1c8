"""Cells that differ go into Excel in few blocks, which hold every one of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from leadbook.books.live.runs import MOST_RUNS, Span, closed, runs_of, side_by_side


def test_rows_in_order_are_runs():
    assert runs_of([2, 3, 4, 9, 11, 12]) == [(2, 4), (9, 9), (11, 12)]
    assert runs_of([]) == []


def test_near_runs_are_one_and_far_ones_stay_apart():
    assert closed([(2, 4), (9, 9), (5_000, 5_000)], near=4) == [(2, 9), (5_000, 5_000)]
    assert closed([(2, 4), (9, 9)], near=3) == [(2, 4), (9, 9)]


def test_of_many_runs_the_narrowest_gaps_are_closed():
    assert closed([(1, 1), (10, 10), (12, 12), (30, 30)], near=0, most=2) == [(1, 12), (30, 30)]
    assert closed([(1, 1), (10, 10), (12, 12), (30, 30)], near=0, most=1) == [(1, 30)]


@given(st.sets(st.integers(2, 4_000), min_size=1), st.integers(0, 60))
def test_no_row_is_lost_and_there_are_few_runs(rows, near):
    found = closed(runs_of(sorted(rows)), near)
    held = [row for first, last in found for row in range(first, last + 1)]
    assert len(held) == len(set(held))
    assert rows <= set(held)
    assert {found[0][0], found[-1][1]} == {min(rows), max(rows)}
    assert len(found) <= MOST_RUNS


def test_columns_side_by_side_of_about_the_same_rows_are_one_block():
    assert side_by_side([[Span(2, 9_000, 5, 5)], [Span(3, 8_990, 6, 6)], [Span(2, 9_000, 8, 8)]]) == [
        Span(2, 9_000, 5, 6), Span(2, 9_000, 8, 8),
    ]  # fmt: skip


def test_a_single_cell_beside_a_long_column_does_not_make_its_column_long():
    assert side_by_side([[Span(2, 9_000, 5, 5)], [Span(7, 7, 6, 6)]]) == [Span(2, 9_000, 5, 5), Span(7, 7, 6, 6)]


def test_columns_of_several_runs_are_left_as_they_are():
    several = [Span(2, 2, 6, 6), Span(9_000, 9_000, 6, 6)]
    assert side_by_side([[Span(2, 2, 5, 5)], several, [Span(2, 2, 7, 7)]]) == [
        Span(2, 2, 5, 5), *several, Span(2, 2, 7, 7),
    ]  # fmt: skip
