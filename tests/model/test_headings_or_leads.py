"""Rows within a list that head or sum a block are told from leads, however sparse these are."""

from __future__ import annotations

import numpy as np
import pytest

from leadbook.model.heading_rows import heading_rows
from leadbook.model.tables import RawTable

HEADERS = ("Company", "Stage", "Amount")


def rows(*cells: tuple[object, ...]) -> RawTable:
    columns = [list(column) for column in zip(*cells, strict=True)]
    return RawTable("Leads", "Deals", HEADERS, 1, 1, np.arange(2, 2 + len(cells)), columns, 1 + len(cells))


@pytest.mark.parametrize(
    "row",
    [
        ("November 2026", None, None),
        ("Q3 2026", None, None),
        ("2026", None, None),
        ("KW 12", None, None),
        ("Oktober", None, None),
        (None, "Sep '26", None),
        ("Company", "Stage", "Amount"),
        ("Total October 2026", None, 1200),
        ("Total open deals", None, 1200),
        ("Zwischensumme:", None, 1200),
        ("Q3 FY26", None, None),
        ("FY 2026-27", None, None),
        ("Wrzesie\u0144 2026", None, None),
        ("Subtotal Q3 FY26", None, 1200),
        ("Sous-total", None, 1200),
        ("Sub Total", None, 1200),
        ("Razem", None, 1200),
    ],
)
def test_a_heading_is_none(row: tuple[object, ...]) -> None:
    assert list(heading_rows(rows(("Ox", "Won", 5), row), ())) == [1]


@pytest.mark.parametrize(
    "row",
    [
        ("November 2026", "Won", None),
        ("May Ltd", None, None),
        ("April", "Won", 5),
        ("Total Energies", "Won", 1200),
        ("Total Energies", None, 1200),
        ("Ox", None, None),
        ("2026", None, 5),
        ("Company", None, None),
        ("Sum Insurance", "Proposal", None),
        ("April June", None, None),
        ("Out", None, None),
    ],
)
def test_a_lead_is_one(row: tuple[object, ...]) -> None:
    assert heading_rows(rows(("Elk", "Won", 5), row), ()) == {}


@pytest.mark.parametrize(("amount", "is_sum"), [(1200, True), (1205, True), (1210, False), (700, False), (0, False)])
def test_a_total_named_after_a_seller_is_one_where_the_cells_above_add_up_to_it(amount: float, is_sum: bool) -> None:
    listed = rows(("Ox", "Won", 5), ("Elk", "Won", 500), ("Yak", "Open", "n/a"), ("Gnu", "Open", 700),
                  ("Total Camille", None, amount))  # fmt: skip
    assert list(heading_rows(listed, ())) == ([4] if is_sum else [])
