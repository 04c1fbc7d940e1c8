"""What a command lets go of, of a large workbook, is gone before the workbook is written."""

from __future__ import annotations

import weakref

import numpy as np
import pytest

from leadbook.model.tables import BookContents, RawTable
from leadbook.run import collector
from leadbook.run.collector import giving_back, without_collecting


class Findings:
    """Something large that knows itself, as a workbook's sheets know their workbook."""

    def __init__(self) -> None:
        self.again = self


def contents(rows: int) -> BookContents:
    table = RawTable(
        name="Leads", sheet="Leads", headers=["Lead ID"], header_row=1, first_column=1,
        cells=[list(range(rows))], rows=np.arange(2, rows + 2), last_row=rows + 1,
    )  # fmt: skip
    return BookContents(name="leads.xlsx", tables={"Leads": table})


@pytest.mark.parametrize(("rows", "gone"), [(30, True), (5, False)])
def test_what_only_knows_itself_is_freed_before_a_large_workbook_is_written(
    rows: int, gone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collector, "LARGE_CELLS", 10)
    told: list[str] = []
    with without_collecting():
        progress = giving_back(told.append, contents(rows))
        progress("measure")
        kept = weakref.ref(Findings())
        progress("write")
        assert (kept() is None) is gone
    assert told == ["measure", "write"]
