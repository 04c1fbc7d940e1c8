"""Reading CSV files as they come: encodings, delimiters, prefaces and broken rows."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbook.books.header_rows import find_table
from leadbook.books.incoming import read_incoming, table_of
from leadbook.books.incoming_text import decode, sniff_delimiter
from leadbook.model.incoming_codes import INCOMING_CODES
from leadbook.model.issues import BookRefusedError, InputError

DATA = Path(__file__).parents[2].parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the real exports in ../shared/data are absent")


def read(tmp_path, content, name="leads.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (table,) = read_incoming(path)
    return table


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_worked_out(tmp_path, delimiter):
    rows = [["Company", "Email", "Amount"], ["Ox, Ltd; |", "a@ox.com", "1"], ["Elk", "b@elk.com", "2"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    table = read(tmp_path, text)
    assert table.headers == ("Company", "Email", "Amount")
    assert table.column("Company") == ["Ox, Ltd; |", "Elk"]


def test_a_semicolon_file_with_decimal_commas_is_not_cut_at_the_commas(tmp_path):
    table = read(tmp_path, "Firma;Betrag;Ort\nOx;1,5;Ulm\nElk;2,5;Bonn\n")
    assert table.column("Betrag") == ["1,5", "2,5"]


def test_excels_own_hint_names_the_delimiter(tmp_path):
    table = read(tmp_path, "sep=|\r\nCompany|Email\r\nOx, Ltd|a@ox.com\r\n")
    assert table.headers == ("Company", "Email")
    assert table.lines == [3]


@pytest.mark.parametrize(
    ("encoding", "mark", "read_as"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", codecs.BOM_UTF8, "utf-8-sig"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16"),
        ("utf-16-le", b"", "utf-16-le"),
        ("cp1252", b"", "cp1252"),
    ],
)
def test_encodings_with_and_without_a_mark(tmp_path, encoding, mark, read_as):
    text = "Company,City\nMüller & Söhne,Köln\n"
    table = read(tmp_path, mark + text.encode(encoding))
    assert table.headers == ("Company", "City")
    assert table.column("Company") == ["Müller & Söhne"]
    assert decode(mark + text.encode(encoding))[1] == read_as
    assert bool(table.notes) == (read_as == "cp1252")


def test_bytes_that_mean_nothing_are_counted(tmp_path):
    table = read(tmp_path, b"Company,City\nM\xfcller\x81,Ulm\n")
    assert table.column("Company") == ["Müller\ufffd"]
    assert any("1 character could not be read" in note for note in table.notes)


def test_a_sharepoint_schema_line_and_titles_are_left_out_and_lines_still_count(tmp_path):
    schema = 'ListSchema={"schemaXmlList":["<Field ID=\\"{fa}\\" Name=\\"Title\\" />","<Field />"]}'
    table = read(tmp_path, f'{schema}\n"Company","Email"\n"Ox","a@ox.com"\n')
    assert table.headers == ("Company", "Email")
    assert table.header_line == 2
    assert table.lines == [3]
    titled = read(tmp_path, "Pipeline report,,\n\nAs of 2026-01-31,,\nCompany,Email,Amount\nOx,a@ox.com,5\n")
    assert titled.headers == ("Company", "Email", "Amount")
    assert titled.lines == [5]
    assert any("2 lines above the headers" in note for note in titled.notes)


def test_quoted_newlines_stay_in_their_cell_and_lines_count_on(tmp_path):
    table = read(tmp_path, 'Company,Notes\nOx,"first\nsecond"\nElk,plain\n')
    assert table.column("Notes") == ["first\nsecond", "plain"]
    assert table.lines == [2, 4]


def test_ragged_rows_are_padded_and_reported_and_nothing_is_dropped(tmp_path):
    table = read(tmp_path, "Company,Email,City\nOx,a@ox.com\nElk,b@elk.com,Ulm,stray\nYak,c@yak.com,Bonn,\n")
    assert table.column("City") == [None, "Ulm", "Bonn"]
    assert table.column("Column 4") == [None, "stray", None]
    assert [(issue.code, issue.row) for issue in table.issues] == [("LB050", 2), ("LB050", 3), ("LB053", 0)]


def test_duplicate_and_blank_headers_get_names_and_empty_columns_go(tmp_path):
    table = read(tmp_path, "Name,Name,,Empty,\nAnn,Ox,extra,,\nBob,Elk,,,\n")
    assert table.headers == ("Name", "Name (2)", "Column 3")
    assert [issue.code for issue in table.issues] == ["LB052", "LB053"]
    assert any("Empty" in note for note in table.notes)


def test_a_cell_longer_than_excel_holds_is_cut_and_reported(tmp_path):
    table = read(tmp_path, f"Company,Notes\nOx,{'x' * 32_767}\nElk,{'y' * 40_000}\n")
    assert [len(str(value)) for value in table.column("Notes")] == [32_767, 32_767]
    assert [(issue.code, issue.row, issue.column) for issue in table.issues] == [("LB051", 3, 2)]


def test_totals_and_closing_lines_are_no_leads(tmp_path):
    text = "Company,Email,Amount\nOx,a@ox.com,5\nElk,b@elk.com,6\nTotal,,11\n\nCopyright 2026,,\nConfidential,,\n"
    table = read(tmp_path, text)
    assert table.column("Company") == ["Ox", "Elk"]
    assert any("totals row" in note for note in table.notes)
    assert any("2 closing lines" in note for note in table.notes)


def test_a_lone_company_in_the_last_row_is_a_lead(tmp_path):
    table = read(tmp_path, "Company,Email,Amount\nOx,a@ox.com,5\nElk,,\n")
    assert table.column("Company") == ["Ox", "Elk"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"  \n\n", "empty"),
        ("a.csv", b"PK\x03\x04rest", "Excel workbook"),
        ("a.csv", b"\xd0\xcf\x11\xe0rest", "old Excel workbook"),
        ("a.csv", bytes(range(256)) * 20, "not a text file"),
        ("a.exe", b"", "neither CSV nor .xlsx"),
    ],
)
def test_other_files_are_refused_with_a_sentence(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_incoming(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"no file gone\.csv"):
        read_incoming(tmp_path / "gone.csv")


def test_a_header_without_rows_is_an_empty_table(tmp_path):
    table = read(tmp_path, "Company,Email\n")
    assert table.headers == ("Company", "Email")
    assert table.n_rows == 0


def test_one_column_of_addresses_is_a_table(tmp_path):
    table = read(tmp_path, "Email\na@ox.com\nb@elk.com\n")
    assert table.headers == ("Email",)
    assert table.n_rows == 2


@pytest.mark.parametrize(
    ("name", "data"), [("a.xls", b""), ("a.ods", b"PK"), ("a.xlsb", b"PK\x03\x04"), ("a.xls", b"x")]
)
def test_a_workbook_that_cannot_be_read_is_refused_with_a_sentence(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BookRefusedError, match=rf"{name}.*save it as \.xlsx"):
        read_incoming(tmp_path / name)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_no_value_of_a_well_formed_grid_is_lost(rows):
    grid = [["Company", "Email", "Stage"], *[["x" + a, "y" + b, "z" + c] for a, b, c in rows]]
    table = table_of(grid, list(range(1, len(grid) + 1)), "t", "t.csv")
    assert [list(row) for row in zip(*table.columns, strict=True)] == grid[1:]


def test_every_code_that_a_file_can_earn_is_explained(tmp_path):
    table = read(tmp_path, f"Name,Name,\nAnn,Ox,extra,more\nBob\nCy,{'y' * 40_000},\n")
    codes = {issue.code for issue in table.issues}
    assert codes == {"LB050", "LB051", "LB052", "LB053"}
    assert codes <= INCOMING_CODES.keys()


def test_sniffing_falls_back_to_the_comma():
    assert sniff_delimiter("Company\nOx\n") == ","


def test_the_header_row_with_known_names_wins_over_a_wide_title():
    grid = [["Exported", "by", "Ann"], ["Company", "Email", "Stage"], ["Ox", "a@ox.com", "Won"]]
    assert find_table(grid).header == 1


@needs_data
@pytest.mark.parametrize(
    ("file", "rows", "columns", "first_line"),
    [
        ("x_education/leads.csv", 7392, 37, 2),
        ("maven_crm/sales_pipeline_2017-07-31.csv", 6063, 8, 2),
        ("maven_crm/accounts.csv", 85, 7, 2),
        ("exports/funneler_mock/Opportunities.csv", 40, 13, 3),
        ("exports/funneler_mock/Milestones.csv", 180, 5, 3),
        ("exports/mock_salesforce/opportunities.csv", 10, 8, 2),
    ],
)
def test_real_exports_are_read_whole(file, rows, columns, first_line):
    (table,) = read_incoming(DATA / file)
    assert (table.n_rows, len(table.headers), table.lines[0]) == (rows, columns, first_line)
    assert table.issues == ()
