"""A frame as bytes and back: nothing is lost, and what is no table is refused."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from leadbook.analysis.team.packing import DamagedTableError, Packed, pack, unpack

ROWS = st.lists(
    st.tuples(
        st.text(),
        st.floats(),
        st.booleans(),
        st.one_of(st.none(), st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1))),
        st.integers(-(2**40), 2**40),
    ),
    max_size=20,
)


def framed(rows):
    text, number, flag, day, whole = ([row[at] for row in rows] for at in range(5))
    return pd.DataFrame(
        {
            "text": pd.Series(text, dtype=object),
            "number": pd.Series(number, dtype=float),
            "flag": pd.Series(flag, dtype=bool),
            "day": pd.Series(np.array(day, dtype="datetime64[s]"), dtype="datetime64[s]"),
            "whole": pd.Series(whole, dtype=np.int64),
        }
    )


@settings(deadline=None)
@given(ROWS)
def test_what_is_packed_comes_back(rows):
    frame = framed(rows)
    back = unpack(pack(frame))
    pd.testing.assert_frame_equal(back.astype({"text": object}), frame)


@pytest.mark.parametrize("name", ["text", "number", "flag", "day", "whole"])
def test_a_column_that_is_cut_short_is_refused(name):
    table = pack(framed([("a", 1.0, True, dt.date(2026, 1, 1), 3)] * 2))
    columns = dict(table.columns)
    columns[name] = replace(columns[name], data=columns[name].data[:-1])
    with pytest.raises(DamagedTableError):
        unpack(replace(table, columns=columns))


@pytest.mark.parametrize("code", [-2, 1, 2**30])
def test_a_text_that_is_not_there_is_refused(code):
    column = Packed("text", np.array([code], dtype="<i4").tobytes(), ["only one"])
    with pytest.raises(DamagedTableError):
        unpack(replace(pack(framed([])), rows=1, columns={"text": column}))
