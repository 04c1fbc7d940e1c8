"""What holds for any cells at all: reading never raises, gives what it promises, and says what it left out."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbook.model.cells import is_blank, read_flag, read_text
from leadbook.model.columns import LEADS
from leadbook.model.contact_cells import read_email, read_phone
from leadbook.model.dates import read_dates, serial_date
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.issues import Severity
from leadbook.model.leads import read_records, type_table
from leadbook.model.money import read_money
from leadbook.model.numerals import read_number, read_percent, read_points
from leadbook.model.settings import HEADERS, read_playbook
from leadbook.model.tables import BookContents, CellError, RawTable

NUMERIC_TEXT = st.text("0123456789.,' -+()$\u20ac%kKM/:TZ\u00a0e", max_size=20)
CELLS = st.one_of(
    st.none(), st.text(max_size=30), NUMERIC_TEXT, st.floats(), st.integers(-(2**53), 2**53), st.booleans(),
    st.dates(), st.datetimes(), st.times(), st.timedeltas(),
    st.sampled_from([CellError("#N/A"), CellError("#REF!"), "Select", "n/a", "3/4/2026", "$1,200", "12,5", "1.200"]),
)  # fmt: skip
COLUMNS = st.lists(CELLS, max_size=12)
READERS = [read_text, read_email, read_phone, read_flag, read_number, read_percent, read_points, read_money, read_dates]


@pytest.mark.parametrize("read", READERS)
@given(cells=COLUMNS)
def test_any_cells_are_read_without_raising_and_nothing_is_lost_in_silence(read, cells):
    reading = read(cells)
    assert len(reading.values) == len(cells)
    said = {int(place) for places, _ in reading.faults for place in places}
    unsure = sum(n for fault, n in reading.column_faults if fault.severity is Severity.ERROR)
    if read in {read_number, read_percent, read_points, read_money, read_dates}:
        blank = np.isnat if read is read_dates else np.isnan
        unread = {at for at, value in enumerate(reading.values) if blank(value)}
        silent = [at for at in unread - said if not is_blank(cells[at]) and np.isfinite(_number(cells[at]))]
        assert len(silent) == unsure
        assert said <= unread


def _number(cell):
    """Return a float cell itself, so that infinities (which no workbook holds) can be left out; else 0."""
    return cell if isinstance(cell, float) else 0.0


@pytest.mark.parametrize("read", [read_text, read_email, read_phone])
@given(cells=st.lists(st.one_of(st.none(), st.text(max_size=30)), max_size=8))
def test_reading_text_again_changes_nothing(read, cells):
    once = read(cells).values.tolist()
    assert read(once).values.tolist() == once


@given(numbers=st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=8))
def test_reading_numbers_again_changes_nothing(numbers):
    once = read_number(numbers).values
    assert np.array_equal(read_number(once.tolist()).values, once)


@given(amount=st.integers(0, 10**12), cents=st.integers(0, 99))
def test_an_amount_is_read_the_same_in_every_grouping(amount, cents):
    value = float(f"{amount}.{cents:02d}")
    english = f"{amount:,}.{cents:02d}"
    german = english.translate(str.maketrans(",.", ".,"))
    swiss = english.replace(",", "'")
    french = german.replace(".", "\u202f")
    for text in (english, german, swiss, french, f"$ {english}", f"{german} \u20ac", f"EUR {swiss}"):
        assert read_money([text]).values.tolist() == [value]


SPELLINGS = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%d %b %Y", "%B %d, %Y", "%d-%b-%y", "%Y-%m-%dT%H:%M:%S"]


@pytest.mark.parametrize("spelling", [*SPELLINGS, "%d/%m/%Y", "%d-%m-%Y"])
@given(day=st.dates(dt.date(1970, 1, 1), dt.date(2068, 12, 31)))
def test_a_date_comes_back_from_every_spelling(spelling, day):
    reading = read_dates([day.strftime(spelling)], day_first=True)
    assert reading.values[0] == np.datetime64(day, "us")
    assert not reading.faults


@given(day=st.dates(dt.date(1970, 1, 1), dt.date(2068, 12, 31)))
def test_a_date_comes_back_from_month_first_and_from_its_serial(day):
    assert read_dates([day.strftime("%m/%d/%Y")], day_first=False).values[0] == np.datetime64(day, "us")
    serial = (day - dt.date(1899, 12, 30)).days
    assert serial_date(serial).date() == day


@given(first=st.dates(dt.date(1970, 1, 1), dt.date(2068, 12, 31)), rest=st.lists(st.dates(dt.date(1970, 1, 1))))
def test_a_text_date_is_never_read_as_another_day(first, rest):
    days = [first, *(day for day in rest if day.year < 2069)]
    reading = read_dates([f"{day.day}/{day.month}/{day.year}" for day in days])
    for value, day in zip(reading.values, days, strict=True):
        shows_order = any(other.day > 12 for other in days)
        assert (value == np.datetime64(day, "us")) if shows_order or day.day == day.month else np.isnat(value)


HEADER = st.one_of(st.sampled_from([column.header for column in LEADS]), st.text(max_size=12))


@settings(max_examples=60)
@given(data=st.data())
def test_any_table_of_leads_gives_typed_records(data):
    headers = data.draw(st.lists(HEADER, min_size=1, max_size=8))
    count = data.draw(st.integers(0, 5))
    cells = [data.draw(st.lists(CELLS, min_size=count, max_size=count)) for _ in headers]
    raw = RawTable("Leads", "My Leads", headers, 2, 3, np.arange(4, 4 + count), cells, 3 + max(count, 1))
    records, issues = read_records(BookContents("b.xlsx", {"Leads": raw}), DEFAULT_PLAYBOOK)
    assert records.leads.frame["amount_base"].dtype == np.float64
    assert records.leads.frame["created"].dtype == np.dtype("datetime64[us]")
    assert set(records.leads.frame.index) <= set(range(4, 4 + count))
    for issue in issues:
        assert issue.message
        assert issue.address.startswith("'My Leads'")


@settings(max_examples=60)
@given(data=st.data(), name=st.sampled_from(sorted(HEADERS)))
def test_any_settings_table_gives_a_playbook(data, name):
    headers = [spellings[0] for spellings in HEADERS[name].values()]
    count = data.draw(st.integers(0, 4))
    cells = [data.draw(st.lists(CELLS, min_size=count, max_size=count)) for _ in headers]
    raw = RawTable(name, "Settings", headers, 1, 6, np.arange(7, 7 + count), cells, 6 + max(count, 1))
    playbook, _ = read_playbook(BookContents("b.xlsx", {name: raw}))
    assert playbook.stages
    assert playbook.rates[playbook.options.base_currency] == 1
    assert all(0 <= stage.probability <= 1 for stage in playbook.stages)
    assert all(rate > 0 for rate in playbook.rates.values())
    type_table(None, "Leads", playbook)
