"""Two hundred proposals at once: each is there, whole and right, and one that fails stops none."""

from __future__ import annotations

import datetime as dt
import re
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

import leadbook
from leadbook.books.closed import ClosedBook

sys.path.append(str(Path(__file__).resolve().parents[1]))

DAY = dt.date(2026, 11, 20)
FAILING = (
    "<!doctype html><html><head><title>x</title></head><body>{{ lead.company }}"
    '{% if lead.company == "Company 100 GmbH" %}{{ lead.compny }}{% endif %}</body></html>'
)


@pytest.mark.slow
def test_two_hundred_proposals_are_written_and_one_that_fails_stops_none(tmp_path: Path) -> None:
    import bench_proposals

    path = tmp_path / "leads.xlsx"
    bench_proposals.make(path, leads=300)
    (tmp_path / "page.html").write_text(FAILING)
    told: list[str] = []
    done = leadbook.propose(
        path, stage="Proposal", as_of=DAY, page=True, template=tmp_path / "page.html", progress=told.append
    )
    assert [missed.company for missed in done.left_out] == ["Company 100 GmbH"]
    assert "lead.compny" in done.left_out[0].reasons[0]
    assert len(done.written) == 199
    assert [step for step in told if step.startswith("writing the proposals, ")] == [
        f"writing the proposals, {number} of 200" for number in range(1, 201)
    ]
    tables = ClosedBook.open(path).contents.tables
    logged = list(zip(*(list(cells) for cells in tables["Proposals"].cells), strict=True))
    assert len(logged) == 199
    quoted = _totals(tables["QuoteLines"])
    for one, row in zip(done.written, logged, strict=True):
        assert (one.lead_id, 1, f"Proposals/{one.files[0]}") == row[1:4]
        assert one.total == quoted[one.lead_id]
        assert Decimal(str(row[4])) == one.total
        with zipfile.ZipFile(tmp_path / "Proposals" / one.files[0]) as package:
            said = re.sub(r"<[^>]+>", "", package.read("word/document.xml").decode())
        assert one.company in said
        assert f"{one.total:,.2f}" in said
    assert len(list((tmp_path / "Proposals").iterdir())) == 2 * 199


def _totals(table) -> dict[str, Decimal]:
    """The recommended option of each lead by hand: net by line, tax by rate, each rounded half up to the cent."""
    cent = Decimal("0.01")
    net: dict[str, dict[Decimal, Decimal]] = {}
    columns = dict(zip(table.headers, (list(cells) for cells in table.cells), strict=True))
    for at, option in enumerate(columns["Option"]):
        if option != "Standard":
            continue
        quantity, price, discount, tax = (
            Decimal(str(columns[header][at])) for header in ("Quantity", "Unit Price", "Discount %", "Tax %")
        )
        gross = (quantity * price).quantize(cent, "ROUND_HALF_UP")
        line = gross - (gross * discount).quantize(cent, "ROUND_HALF_UP")
        rates = net.setdefault(str(columns["Lead ID"][at]), {})
        rates[tax] = rates.get(tax, Decimal(0)) + line
    return {
        lead: sum(
            (base + (base * rate).quantize(cent, "ROUND_HALF_UP") for rate, base in rates.items()), Decimal(0)
        )
        for lead, rates in net.items()
    }  # fmt: skip
