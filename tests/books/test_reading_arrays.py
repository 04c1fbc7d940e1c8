"""Sheets read as arrays hold what calamine finds in them: each is also read in a form that only calamine follows."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbook.books.ooxml import PackageRefusedError, Workbook
from leadbook.books.reading import read_contents
from leadbook.model.issues import BookRefusedError
from leadbook.model.tables import CellError

CORPUS = sorted((Path(__file__).resolve().parents[3] / "shared" / "data" / "corpus").glob("*.xls[xm]"))
FORMATS = ("yyyy-mm-dd", "h:mm", "[h]:mm", "0.00", '"day "0', "[Red]0;-0", "dd/mm/yyyy hh:mm", "General")
SHARED = ("<t>plain</t>", "<t> kept? </t>", '<t xml:space="preserve"> kept </t>', "<t>a &amp; b</t>", "<t></t>",
          "<r><t>ri</t></r><r><t xml:space='preserve'>ch </t></r>", "<t>_x000D_x</t>", "<t>plain</t>", "<t/>",
          "<t>\u00a0Zo\u00eb \U0001f600\u3000</t>", "<t>two\nlines</t>")  # fmt: skip


def book(rows, *, width=1, usual=True, date_1904=False):
    """Return a workbook whose table T has rows of cells written by hand: what follows each cell's address."""
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"date_1904": date_1904})
    sheet = made.add_worksheet("S")
    columns = [{"header": f"H{at}"} for at in range(width)]
    sheet.add_table(0, 0, max(1, len(rows)), width - 1, {"name": "T", "columns": columns})
    for row, code in enumerate(FORMATS):
        sheet.write_number(row, 9, 1, made.add_format({"num_format": code}))
    made.close()
    written = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{chr(65 + at)}{row}"{cell}' for at, cell in enumerate(cells) if cell)
        + "</row>" for row, cells in enumerate(rows, 2)
    )  # fmt: skip
    changes = {
        "xl/worksheets/sheet1.xml": (r"<sheetData>.*</sheetData>", f"<sheetData>{written}</sheetData>"),
        "xl/sharedStrings.xml": (r"<si>.*</si>", "".join(f"<si>{text}</si>" for text in SHARED)),
    }
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            if name in changes:
                pattern, text = changes[name]
                content = re.sub(pattern, lambda _, text=text: text, content, flags=re.DOTALL)
            new.writestr(name, content)
    return changed.getvalue() if usual else unusual(changed.getvalue())


def unusual(data):
    """Return the same workbook with a line break before its first row, which only a parser of XML follows."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb"(<(?:\w+:)?sheetData>)", rb"\1\n", old.read(name)))
    return changed.getvalue()


def read(data):
    """Return every table as plain lists, each value beside its type; or the sentence of the refusal."""
    try:
        tables = read_contents(data, Workbook.open(data), name="book.xlsx").tables
    except (BookRefusedError, PackageRefusedError) as refusal:
        return str(refusal)
    return {
        name: (
            table.rows.tolist(), [[(type(cell), cell) for cell in cells] for cells in table.cells],
            table.rows_below, sorted(table.formula_columns),
        )
        for name, table in tables.items()
    }  # fmt: skip


def is_usual(data, sheet="S"):
    return Workbook.open(data).read_values(sheet) is not None


NUMBERS = ("0", "7", "-3", "46080", "1.5", "-0.25", "0.1", "0.30000000000000004", "1E3", "1.5e-7", "123456789012345678",
           "9007199254740993", "5.", ".5", "00012", "33.299999999999997", "1e400")  # fmt: skip
CELLS = (
    *(f"><v>{number}</v></c>" for number in NUMBERS),
    *(f' s="{style}"><v>{serial}</v></c>' for style in range(1, 9) for serial in ("46080", "46080.4999", "0.5", "60")),
    *(f' t="s"><v>{index}</v></c>' for index in range(len(SHARED))),
    *(f' t="inlineStr"><is>{text}</is></c>' for text in SHARED[:5]),
    ' t="b"><v>1</v></c>', ' t="b"><v>0</v></c>', ' t="e"><v>#N/A</v></c>', ' s="4" t="n"><v>2</v></c>',
    ' t="str"><f>A1</f><v>made</v></c>', ' t="str"><f>A1</f><v>made &lt; up</v></c>', ' t="str"><f>A1</f><v></v></c>',
    ' s="1"/>', "></c>", ' s="1" t="n"><f>TODAY()</f><v>46080</v></c>', "><f>A1</f></c>",
    ' t="inlineStr"><is></is></c>', '><f t="shared" ref="A2:A9" si="0">B2</f><v>3</v></c>',
    '><f t="shared" si="0"/><v>4</v></c>',
)  # fmt: skip


@pytest.mark.parametrize("date_1904", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_reads_the_same_both_ways(cell, date_1904):
    usual, odd = (book([[cell], ["><v>9</v></c>"]], usual=form, date_1904=date_1904) for form in (True, False))
    assert is_usual(usual)
    assert not is_usual(odd)
    assert read(usual) == read(odd)


@pytest.mark.parametrize("cell", [
    "><v>abc</v></c>", "><v> 5</v></c>", ' t="d"><v>2026-03-12</v></c>', ' t="b"><v>2</v></c>', ' t="s"><v>-1</v></c>',
    ' t="inlineStr"><is><r><t>rich</t></r></is></c>', ' t="odd"><v>1</v></c>', ' cm="1"><v>1</v></c>',
    ' t="s"><v>99</v></c>', "><v>1</v><extLst/></c>", ' t="n" s="1"><v>46080</v></c>', "><v></v></c>",
])  # fmt: skip
def test_a_cell_that_is_not_written_as_usual_is_left_to_calamine(cell):
    rows = [[cell], ["><v>9</v></c>"]]
    assert read(book(rows)) == read(book(rows, usual=False))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.lists(st.sampled_from(["", "", *CELLS]), min_size=3, max_size=3), min_size=1, max_size=12))
def test_mixed_columns_read_the_same_both_ways(rows):
    assert read(book(rows, width=3)) == read(book(rows, width=3, usual=False))


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    cell=st.sampled_from(CELLS),
    place=st.integers(0, 60),
    letter=st.sampled_from([*'<>/"= 0Zrcvst&;\n', ""]),
)
def test_a_sheet_with_a_wrong_letter_never_reads_as_something_else(cell, place, letter):
    hurt = f'A3"{cell}'
    hurt = hurt[: place % len(hurt)] + letter + hurt[place % len(hurt) + 1 :]
    rows = [["><v>1</v></c>" + '<c r="' + hurt + "</row><row r='4'>"], ["><v>9</v></c>"]]
    found, expected = read(book(rows)), read(book(rows, usual=False))
    assert found == expected or isinstance(expected, str)


def test_an_error_cell_of_any_kind_is_an_error():
    # calamine itself knows only the errors of 2007, and gives up on a sheet with another.
    data = book([[' t="e"><v>#SPILL!</v></c>'], ["><v>9</v></c>"]])
    contents = read_contents(data, Workbook.open(data), name="book.xlsx")
    assert list(contents.tables["T"].cells[0]) == [CellError("#SPILL!"), 9.0]


@pytest.mark.skipif(not CORPUS, reason="the real workbooks are not beside this checkout (../shared/data)")
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_real_workbooks_read_the_same_both_ways(path):
    data = path.read_bytes()
    assert read(data) == read(unusual(data) if data.startswith(b"PK") else data)
