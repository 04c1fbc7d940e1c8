"""Numbers that no date can be: the reader of values would stop the program, so they get a sentence."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from leadbook.books.ooxml import Workbook
from leadbook.books.reading import read_contents
from leadbook.model.issues import BookRefusedError


def book(number, number_format, *, beside=False, usual=True):
    """Return a table T of A1:B3 with a number in B2, or in D2 beside it; as usual, or with a stray line break."""
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
            content = old.read(name).replace(b"<v>777</v>", b"<v>%s</v>" % number.encode())
            new.writestr(name, content if usual else content.replace(b"<sheetData>", b"<sheetData>\n"))
    return changed.getvalue()


def read(data):
    return read_contents(data, Workbook.open(data), name="book.xlsx").tables["T"]


enormous = pytest.mark.parametrize(
    ("number", "number_format"),
    [("-1e300", "yyyy-mm-dd"), ("-9.3e18", "h:mm"), ("1e300", "[h]:mm:ss"), ("-1e300", "[h]:mm"), ("1e10", "[mm]:ss")],
)


@enormous
@pytest.mark.parametrize(("beside", "usual"), [(False, True), (False, False), (True, False)])
def test_a_number_beyond_every_calendar_is_refused_naming_its_cell(number, number_format, beside, usual):
    with pytest.raises(BookRefusedError, match=r"Cell %s on sheet \"Leads\"" % ("D2" if beside else "B2")) as refused:
        read(book(number, number_format, beside=beside, usual=usual))
    assert number in str(refused.value)


@enormous
def test_such_a_number_beside_the_table_does_no_harm_where_only_the_table_is_read(number, number_format):
    assert list(read(book(number, number_format, beside=True)).cells[0]) == ["Ada", "Grace"]


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
