"""The rows of a table as plain values: what pandas says they are, whatever is in it."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from leadbook.model.frame_rows import rows_of

TABLE = pd.DataFrame(
    {
        "company": ["Nordwind", None], "amount": [1.5, float("nan")], "deals": [1, 2], "open": [True, False],
        "start": pd.to_datetime([dt.date(2026, 3, 2), None]), "kind": pd.Categorical(["a", "b"]),
    }
)  # fmt: skip


@pytest.mark.parametrize(
    "frame", [TABLE, TABLE.head(0), TABLE[[]], pd.DataFrame()], ids=["two", "none", "bare", "void"]
)
def test_rows_are_those_of_pandas(frame):
    said = rows_of(frame)
    assert repr(said) == repr(frame.to_dict("records"))
    assert {type(value) for row in said for value in row.values()} == {
        type(value) for row in frame.to_dict("records") for value in row.values()
    }
