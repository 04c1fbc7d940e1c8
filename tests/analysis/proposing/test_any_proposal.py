"""Whatever stands in the cells, a lead gets a sound proposal or the reasons why not; nothing breaks."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json, to_builtins
from offered_book import ANSWER, LEAD, LINE, OFFER, PRODUCT, REP, STEP, STORY, TODAY, prepare

from leadbook.model.proposal import Proposal
from leadbook.model.tables import CellError

UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

cells = (
    st.sampled_from([
        None, "", " ", "n/a", 0, -1, 1, 1.5, 1e300, -1e300, 5e-324, 10**15, float("inf"), True, "1,234.56", "12 %",
        "$ 5", "=1+1", "{{ lead }}", "<b>&amp;", "../../x", "CON", "a\x00b\x1f", "\ud800", "\u202eevil", "x" * 300,
        "one;two\n- three", "L-0042", "Lost", "Won", "JPY", "KWD", "XXX", "XAU", "eur", "de_DE", "\U0001f680",
        CellError("#DIV/0!"), dt.date(1900, 1, 1), dt.date(2199, 12, 31), dt.time(9, 30), dt.timedelta(hours=5),
    ])
    | st.floats()
    | st.text(max_size=20)
)  # fmt: skip


def spoilt(row: dict[str, object]) -> st.SearchStrategy[dict[str, object]]:
    """A row in which up to three cells hold anything."""
    changes = st.dictionaries(st.sampled_from(sorted(row)), cells, max_size=3)
    return changes.map(lambda changed: {**row, **changed})


books = st.fixed_dictionaries({
    "leads": spoilt(LEAD).map(lambda row: [row]),
    "lines": st.lists(spoilt(LINE), max_size=3),
    "offers": st.none() | st.lists(spoilt(OFFER), max_size=2),
    "products": st.lists(spoilt(PRODUCT), max_size=2),
    "stories": st.lists(spoilt(STORY), max_size=2),
    "milestones": st.lists(spoilt(STEP), max_size=2),
    "rates": st.dictionaries(st.sampled_from(["JPY", "KWD", "USD"]), cells, max_size=2),
    "options": st.dictionaries(
        st.sampled_from(["Proposal Valid Days", "ROI Years", "ROI Cautious", "ROI Hopeful", "Proposal Language",
                         "Discount Limit", "Base Currency", "Payment Terms", "Our Firm", "Work Days"]),
        cells, max_size=3,
    ),
})  # fmt: skip


def texts(value: object) -> list[str]:
    """Every text in plain data."""
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for part in parts for text in texts(part)]


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(books)
def test_any_cells_give_a_proposal_or_reasons(book):
    leads, lines, offers = book.pop("leads"), book.pop("lines"), book.pop("offers")
    found = prepare(leads, lines, offers, **book)
    if not isinstance(found, Proposal):
        assert found.issues
        assert all(issue.sheet and issue.message.endswith(".") for issue in found.issues), found.issues
        return
    assert found.date <= found.valid_until
    for option in found.options:
        assert option.subtotal + option.tax == option.total
        assert sum(line.net for line in option.lines) == option.subtotal
        assert all(line.net >= 0 for line in option.lines)
    plain = to_builtins(found)
    del plain["notes"]
    assert json.encode(plain)
    assert not [text for text in texts(plain) if UNFIT.search(text)]
    assert found.buyer.company.strip() == found.buyer.company != ""
    assert "\n" not in found.buyer.company
    assert [one.starts for one in found.timeline if one.starts and one.starts < TODAY] == []


def test_the_rows_it_spoils_are_fine_by_themselves():
    assert isinstance(prepare(), Proposal)
    assert REP["Owner"] == LEAD["Owner"]
    assert ANSWER["Also Called"] in str(LEAD["Objections"])
