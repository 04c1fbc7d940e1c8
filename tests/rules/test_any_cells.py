"""Whatever stands in the cells, checking answers with issues and never with an exception."""

from __future__ import annotations

import datetime as dt
import unicodedata

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadbook.analysis.duplicates import find_duplicates
from leadbook.model.columns import TABLES
from leadbook.model.tables import CellError, KeptText
from leadbook.rules.checking import check

ODD = ["=1+1", "\x00", "🦄" * 5, "שלום", "{{ 7*7 }}", "{0}", "%s", "L-1", "info@", "@", "http://", "+", "\n", " a  b ",
       "Won", "Lost", "Proposal", "Nurture", "Closing", "EUR", "LB1 LB999 ;,", "+49 30 1234567", "0049(0)30/12", "DE",
       "+" * 9, "germny", "a@b@c", "a@\u00fc.\u4f60\u597d", "2139", "follow up", "Commit", "x" * 32767, "0" * 40,
       "0\n0", "\r\n\t7\u2028%"]  # fmt: skip

CELL = st.one_of(
    st.none(),
    st.sampled_from(ODD),
    st.text(max_size=12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.integers(-10, 10),
    st.booleans(),
    st.dates(dt.date(1901, 1, 1), dt.date(2190, 1, 1)),
    st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2190, 1, 1)),  # noqa: DTZ001 - Excel has no zones
    st.times(),
    st.sampled_from([CellError("#DIV/0!"), CellError("#N/A")]),
)


def rows(table: str, least: int) -> st.SearchStrategy[list[dict[str, object]]]:
    keys = [column.key for column in TABLES[table] if not column.owned or table in {"Archive", "Proposals"}]
    return st.lists(st.dictionaries(st.sampled_from([*keys, "Own"]), CELL, max_size=14), min_size=least, max_size=5)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    leads=rows("Leads", 0),
    activities=rows("Activities", 0),
    lines=rows("QuoteLines", 0),
    archive=rows("Archive", 0),
    proposals=rows("Proposals", 0),
    offers=rows("Offers", 0),
)
def test_checking_never_raises(read_rows, *, leads, activities, lines, archive, proposals, offers):
    records, reading = read_rows(
        leads=leads, activities=activities, quote_lines=lines, archive=archive, proposals=proposals, offers=offers
    )
    issues = check(records, dt.date(2026, 6, 15), reading=reading, duplicates=find_duplicates(records))
    for issue in issues:
        assert issue.message
        assert not any(unicodedata.category(mark) == "Cc" for mark in issue.message), "one plain line"
        assert len(issue.message) < 600
        if issue.fix is not None:
            assert issue.fix.old == issue.value
            # A text that Excel would take for a formula keeps its words and gets its cell marked as text.
            assert issue.fix.new != issue.fix.old or isinstance(issue.fix.new, KeptText)
