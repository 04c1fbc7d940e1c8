"""Whatever stands in the cells, the rules' own fixes come to an end, and what is fixed stays fixed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadbook.model.columns import TABLES
from leadbook.model.leads import read_records
from leadbook.rules.checking import check
from leadbook.run.fixes.fixing import fix_contents
from leadbook.run.fixes.places import same
from tests.rules.conftest import PLAYBOOK, book

TODAY = dt.date(2026, 6, 15)
TYPED = [
    "anna at firma.de", "Anna@Firma.DE ", "mailto:anna@gmial.com", "anna@firma,de", "ANNA SCHMIDT", "mcdonald",
    " Anna  S ", "www,firma de", "http:/firma.de", "firma.de/ ", "Germny", "germany", "GERMANY", "Deutschland",
    "proposl", "won ", "Closd", "eur", "Euros", "$", "anna schmidt", "Ana Schmidt", "comit", "BEST CASE",
    "+49 (0)30 1234567", "030/1234567", "0049301234567", "12k", "1.200,50", "80 %", "15.12.2026", "n/a", "-",
    "\xa0Acme\u200b GmbH", "acme gmbh", "ACME GMBH", "callling", "outgoing", "GTXPro", "gtx pro", "L-1", "l-1 ",
    "=1+1", "+x",
]  # fmt: skip
CELL = st.one_of(st.none(), st.sampled_from(TYPED), st.text(max_size=8), st.floats(0, 2), st.integers(-1, 5000),
                 st.dates(dt.date(2025, 1, 1), dt.date(2027, 1, 1)))  # fmt: skip


def rows(table: str, least: int) -> st.SearchStrategy[list[dict[str, object]]]:
    keys = [column.key for column in TABLES[table] if not column.owned]
    return st.lists(st.dictionaries(st.sampled_from(keys), CELL, max_size=14), min_size=least, max_size=6)


class Plain:
    """A book without formulas and hidden rows; fixing in memory needs no more of one."""

    def __init__(self, contents) -> None:
        self.contents = contents

    def locked_rows(self, table, header):
        del table, header
        return frozenset()

    def hidden_rows(self, table):
        del table
        return frozenset()


def find(contents):
    records, reading = read_records(contents, PLAYBOOK)
    return check(records, TODAY, reading=reading)


@pytest.mark.slow
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(leads=rows("Leads", 1), activities=rows("Activities", 0), lines=rows("QuoteLines", 0), often=CELL)
def test_the_rules_fixes_come_to_an_end(leads, activities, lines, often) -> None:
    # A value that is frequent in its column is what typos are measured against.
    leads = [*leads, {"industry": often, "country": often, "source": often, "times": 25}]
    contents = book(leads=leads, activities=activities, quote_lines=lines)
    done = fix_contents(Plain(contents), find, unsafe=True)
    assert not any("rounds" in note or "to and fro" in note for note in done.notes), done.notes
    assert all(issue.fix is None for issue in done.issues), "nothing more is fixable"
    for cell in done.cells:
        assert not same(cell.old, cell.new)
        raw = done.contents.tables[cell.table]
        at = raw.rows.tolist().index(cell.row)
        assert same(raw.cells[cell.column - raw.first_column][at], cell.new)
    again = fix_contents(Plain(done.contents), find, unsafe=True)
    assert again.cells == ()
