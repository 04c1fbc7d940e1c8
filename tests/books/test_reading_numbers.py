"""Numbers that no date can be: the reader of values would stop the program, so they get a sentence."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from leadbook.books.ooxml import Workbook
from leadbook.books.reading import read_contents
from leadbook.model.issues import BookRefusedError


def book(number, number_format, *, beside=False):
    """Return a table T of A1:B3 with a number in B2, or in D2 beside the table."""
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    sheet = made.add_worksheet("Leads")
    sheet.add_table(0, 0, 2, 1, {"name": "T", "columns": [{"header": "Name"}, {"header": "Close"}]})
    sheet.write_column(1, 0, ["Ada", "Grace"])
    sheet.write_number(1, 3 if beside else 1, 777, made.add_format({"num_format": number_format}))
    made.close()
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<v>777</v>", b"<v>%s</v>" % number.encode()))
    return changed.getvalue()


def read(data):
    return read_contents(data, Workbook.open(data), name="book.xlsx").tables["T"]


@pytest.mark.parametrize(
    ("number", "number_format"),
    [("-1e300", "yyyy-mm-dd"), ("-9.3e18", "h:mm"), ("1e300", "[h]:mm:ss"), ("-1e300", "[h]:mm"), ("1e10", "[mm]:ss")],
)
@pytest.mark.parametrize("beside", [False, True])
def test_a_number_beyond_every_calendar_is_refused_naming_its_cell(number, number_format, beside):
    with pytest.raises(BookRefusedError, match=r"Cell %s on sheet \"Leads\"" % ("D2" if beside else "B2")) as refused:
        read(book(number, number_format, beside=beside))
    assert number in str(refused.value)


@pytest.mark.parametrize("number", ["1e300", "1e18", "2958466"])
def test_a_number_beyond_the_calendar_that_can_be_read_stays_a_number(number):
    assert read(book(number, "yyyy-mm-dd")).cells[1][0] == float(number)


def test_truth_values_numbers_and_repeated_words_keep_their_kind():
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    sheet = made.add_worksheet("Leads")
    sheet.add_table(0, 0, 7, 0, {"name": "T", "columns": [{"header": "Mixed"}]})
    given = [True, 1, "1", "TRUE", None, "word", "word"]
    for row, value in enumerate(given, 1):
        sheet.write(row, 0, value)
    made.close()
    found = read(out.getvalue()).cells[0]
    given.pop(4)  # an empty row is left out
    assert found == given
    assert [type(value) for value in found] == [bool, float, str, str, str, str]
    assert found[4] is found[5]
