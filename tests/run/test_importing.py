"""Importing files into a workbook: counts, values, joins, and that a second import changes nothing."""

import datetime as dt
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from openpyxl.worksheet.table import Table

from leadbook.books.book import Plan
from leadbook.books.closed import ClosedBook
from leadbook.model.columns import ACTIVITIES, LEADS
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.issues import InputError
from leadbook.model.leads import EXAMPLE_ID, read_records
from leadbook.model.settings import HEADERS, read_playbook
from leadbook.model.tables import BookContents, RawTable
from leadbook.run import commands
from leadbook.run.imports.importing import Wishes, import_files


def moment(*parts):
    return dt.datetime(*parts)  # noqa: DTZ001 - cells hold wall-clock times


DATA = Path(__file__).parents[2].parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the real exports in ../shared/data are absent")
TODAY = dt.date(2026, 3, 2)


class MemoryBook:
    """A workbook as the Book protocol describes it, kept in lists; ``saved`` is what reading it again would give."""

    def __init__(self, tables):
        self.grids = {name: ([*headers], [[*row] for row in rows]) for name, headers, rows in tables}
        self.plan = Plan()
        self.contents = self.saved()

    def saved(self):
        tables = {}
        for name, (headers, rows) in self.grids.items():
            kept = [(number, row) for number, row in enumerate(rows, 2) if any(cell is not None for cell in row)]
            tables[name] = RawTable(
                name, name, tuple(headers), 1, 1, np.array([number for number, _ in kept], dtype=np.int64),
                [[row[place] for _, row in kept] for place in range(len(headers))], len(rows) + 1,
            )  # fmt: skip
        return BookContents("book.xlsx", tables, tuple(tables))

    def again(self):
        return MemoryBook([(name, headers, rows) for name, (headers, rows) in self.grids.items()])

    def sheet_name(self, wanted):
        return wanted

    def table_name(self, wanted):
        return wanted

    def add_columns(self, table, columns):
        headers, rows = self.grids[table]
        for column in columns:
            assert column.header not in headers
            headers.append(column.header)
            for row in rows:
                row.append(None)
        self.plan.columns_added.setdefault(table, []).extend(column.header for column in columns)

    def write_column(self, table, header, values):
        headers, rows = self.grids[table]
        place = headers.index(header)
        for number, value in values.items():
            if rows[number - 2][place] != value:
                rows[number - 2][place] = value
                self.plan.cells.append((table, header, number, value))

    def make_room(self, table, count):
        assert table in self.grids
        assert count >= 0
        assert not self.plan.cells

    def append_rows(self, table, rows):
        headers, held = self.grids[table]
        assert all(len(row) == len(headers) for row in rows)
        held.extend([*row] for row in rows)
        self.plan.rows_appended[table] = self.plan.rows_appended.get(table, 0) + len(rows)

    def append_columns(self, table, columns):
        self.append_rows(table, list(zip(*columns, strict=True)))

    def put_sheets(self, sheets):
        raise AssertionError(sheets)

    def save(self):
        raise AssertionError


def starter(*rows, headers=None):
    headers = headers or [column.header for column in LEADS]
    settings = [
        (name, [spelled[0] for spelled in HEADERS[name].values()], []) for name in ("Columns", "Products", "Reps")
    ]
    body = [[row.get(header) for header in headers] for row in rows]
    return MemoryBook([("Leads", headers, body), ("Activities", [c.header for c in ACTIVITIES], []), *settings])


def run(book, *sources, today=TODAY, **wishes):
    playbook, _ = read_playbook(book.contents)
    return import_files(book, [Path(source) for source in sources], playbook, today, Wishes(**wishes))


def leads(book):
    playbook, _ = read_playbook(book.saved())
    records, _ = read_records(book.saved(), playbook)
    return records.leads


def write(tmp_path, text, name="leads.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def twice_changes_nothing(book, *sources, **named):
    second = book.again()
    summary = run(second, *sources, **named)
    assert (summary.added, summary.updated, summary.conflicts) == (0, 0, ())
    assert second.plan == Plan()
    return summary


def test_new_leads_are_appended_and_a_second_import_changes_nothing(tmp_path):
    book = starter()
    path = write(
        tmp_path, 'Id,Company,E-mail,Deal Value,Colour\n7,Ox Ltd,a@ox.com,"$1,200",red\n8,Elk,b@elk.com,n/a,\n'
    )
    summary = run(book, path)
    assert (summary.added, summary.updated, summary.unchanged) == (2, 0, 0)
    frame = leads(book).frame
    assert frame["lead_id"].tolist() == ["7", "8"]
    assert frame["amount"].tolist()[0] == 1200
    assert frame["currency"].tolist() == ["USD", ""]
    assert leads(book).extra["Colour"].tolist() == ["red", None]
    assert summary.columns_added == ("Colour",)
    assert twice_changes_nothing(book, path).unchanged == 2


def test_known_leads_get_their_blanks_filled_and_conflicts_are_left_alone(tmp_path):
    book = starter(
        {"Lead ID": "7", "Company": "Ox Ltd", "Amount": 900, "City": "n/a", "Close Date": dt.date(2026, 5, 1)},
        {"Lead ID": "9", "Company": "Yak"},
    )
    path = write(tmp_path, "Lead ID,Company,City,Amount,Close Date\n7,ox  ltd,Ulm,1000,2026-05-01\n9,Yak,,,\n")
    summary = run(book, path)
    assert (summary.added, summary.updated, summary.unchanged, summary.filled) == (0, 1, 1, 1)
    (conflict,) = summary.conflicts
    assert (conflict.held, conflict.incoming, conflict.line) == (900, 1000, 2)
    assert conflict.address == "Leads!AC2"  # Amount is the 29th column
    frame = leads(book).frame
    assert frame["city"].tolist() == ["Ulm", ""]
    assert frame["amount"].tolist()[0] == 900
    assert frame["company"].tolist()[0] == "Ox Ltd"


def test_theirs_takes_the_files_word(tmp_path):
    book = starter({"Lead ID": "7", "Company": "Ox Ltd", "Amount": 900})
    summary = run(book, write(tmp_path, "Lead ID,Amount,Company\n7,1000,\n"), policy="theirs")
    assert (summary.updated, summary.conflicts) == (1, ())
    assert leads(book).frame["amount"].tolist() == [1000]
    assert leads(book).frame["company"].tolist() == ["Ox Ltd"]


ANN = {"Company": "Ox", "First Name": "Ann", "Last Name": "Lee"}


@pytest.mark.parametrize(
    ("rows", "text", "added"),
    [
        ([{"Email": "A@Ox.com"}], "Email,City\na@ox.com,Ulm\n", 0),
        ([{"Email": "a@ox.com"}, {"Email": "a@ox.com"}], "Email,City\na@ox.com,Ulm\n", 0),
        ([ANN], "Company,Name,City,Phone\nOX,Ann Lee,Ulm,1234567\n", 0),
        ([ANN], "Company,Name,City,Phone\nOX,Bob Lee,Ulm,1234567\n", 1),
        ([{"Company": "Ox"}], "Company,City\nOx,Ulm\n", 0),
        ([{"Company": "Ox", "City": "Bonn"}], "Company,City\nOx,Ulm\n", 1),
        ([{"Lead ID": "L-0003", "Email": "a@ox.com"}], "Id,Email,City\n0061A,a@ox.com,Ulm\n", 0),
        ([{"Lead ID": "0061B", "Email": "a@ox.com"}], "Id,Email,City\n0061A,a@ox.com,Ulm\n", 1),
    ],
)  # fmt: skip
def test_who_is_taken_for_a_known_lead(tmp_path, rows, text, added):
    book = starter(*({"Lead ID": f"L-{n}", **row} for n, row in enumerate(rows, 1)))
    summary = run(book, write(tmp_path, text))
    assert summary.added == added
    assert summary.updated == text.count("\n") - 1 - added


def test_deals_of_one_company_are_told_apart_by_their_names(tmp_path):
    text = "Opportunity Name,Customer,Email,Stage\nBig,Ox,a@ox.com,Proposal\nSmall,Ox,a@ox.com,Won\n"
    book = starter()
    path = write(tmp_path, text)
    assert run(book, path).added == 2
    assert leads(book).frame["lead_id"].tolist() == ["L-0001", "L-0002"]
    assert twice_changes_nothing(book, path).unchanged == 2
    moved = write(tmp_path, text.replace("a@ox.com", "b@ox.com"), "moved.csv")
    summary = run(book.again(), moved)
    assert (summary.added, len(summary.conflicts)) == (0, 2)


def test_rows_without_any_key_and_alike_can_be_imported_twice(tmp_path):
    path = write(tmp_path, "Company,City\nOx,Ulm\nOx,Ulm\nElk,\n")
    book = starter()
    summary = run(book, path)
    assert (summary.added, summary.doubled) == (2, 1)
    assert twice_changes_nothing(book, path).unchanged == 2


def test_an_id_that_stands_twice_in_the_file_keeps_both_rows_and_is_told(tmp_path):
    path = write(tmp_path, "Id,Company\n5,Ox\n5,Elk\n")
    book = starter()
    summary = run(book, path)
    assert summary.added == 2
    assert any("more than once (5)" in note for note in summary.notes)
    twice_changes_nothing(book, path)


def test_the_example_row_gives_way_to_the_first_real_lead(tmp_path):
    book = starter({"Lead ID": EXAMPLE_ID, "Company": "Example", "City": "Berlin", "Score": 50})
    summary = run(book, write(tmp_path, "Id,Company\n1,Ox\n2,Elk\n"))
    assert summary.added == 2
    headers, rows = book.grids["Leads"]
    assert [row[headers.index("Company")] for row in rows] == ["Ox", "Elk"]
    assert rows[0][headers.index("City")] is None
    assert rows[0][headers.index("Score")] is None


def test_a_header_that_means_something_else_in_the_book_gets_a_name_of_its_own(tmp_path):
    path = write(tmp_path, "Id,Company,Last Activity,Score\n1,Ox,SMS Sent,high\n2,Elk,Email Opened,low\n")
    book = starter()
    summary = run(book, path)
    assert summary.columns_added == ("Last Activity (imported)", "Score (imported)")
    assert leads(book).extra["Last Activity (imported)"].tolist() == ["SMS Sent", "Email Opened"]
    twice_changes_nothing(book, path)


def test_a_teams_own_table_gets_its_own_headers_and_lacking_columns(tmp_path):
    book = starter({"Kunde": "Ox", "Firma": "Ox"}, headers=["Firma", "Status", "Owner"])
    columns_row = ["Leads", "Firma", "Company", "typed"]
    book.grids["Columns"][1].append(columns_row)
    book = book.again()
    summary = run(book, write(tmp_path, "Company,Stage,Amount\nElk,Proposal,5\n"))
    headers, rows = book.grids["Leads"]
    assert summary.added == 1
    assert rows[-1][headers.index("Firma")] == "Elk"
    assert rows[-1][headers.index("Status")] == "Proposal"
    assert rows[-1][headers.index("Amount")] == 5


def test_what_was_worked_out_is_remembered_in_settings(tmp_path):
    book = starter()
    run(book, write(tmp_path, "Opportunity ID,Compan,Account Name,Compnay Name\n1,x,Ox,\n"))
    remembered = [tuple(row) for row in book.grids["Columns"][1]]
    assert ("Leads", "Opportunity ID", "Lead ID", "import, alias") in remembered
    assert ("Leads", "Account Name", "Company", "import, alias") in remembered


def test_a_kept_column_is_not_read_as_one_of_ours_that_the_table_lacks(tmp_path):
    book = starter({"Company": "Ox"}, headers=["Company", "Stage"])
    path = write(tmp_path, "Id,Company,Win Probability\n1,Elk,Low\n2,Yak,High\n")
    run(book, path)
    assert ["Leads", "Win Probability", "ignore", "import, kept as it is"] in book.grids["Columns"][1]
    typed = leads(book)
    assert "probability_override" not in typed.headers
    assert typed.extra["Win Probability"].tolist() == [None, "Low", "High"]
    twice_changes_nothing(book, path)


def test_files_of_the_same_kind_are_read_one_below_the_other(tmp_path):
    write(tmp_path, "Id,Company,Stage\n1,Ox,Won\n", "jan.csv")
    write(tmp_path, "Id,Company,Stage\n2,Elk,Lost\n3,Yak,Lost\n", "feb.csv")
    book = starter()
    assert run(book, tmp_path).added == 3
    twice_changes_nothing(book, tmp_path)


def test_joins_take_one_contact_and_do_not_mix_people(tmp_path):
    deals = write(tmp_path, "Opportunity ID,Account ID,Stage,Amount\n1,A1,Won,5\n2,A2,Won,6\n3,A9,Won,7\n", "deals.csv")
    accounts = write(
        tmp_path, "Account ID,Account Name,Website,Phone,Primary Contact\n"
        "A1,Ox,ox.com,111-2222,Zed\nA2,Elk,elk.com,333-4444,Yve\n",
        "accounts.csv",
    )  # fmt: skip
    contacts = write(
        tmp_path,
        "Contact ID,First Name,Last Name,Email,Account ID,Created Date\n"
        "C1,Late,Comer,late@ox.com,A1,2026-02-01\nC2,Early,Bird,early@ox.com,A1,2025-02-01\n",
        "contacts.csv",
    )
    book = starter()
    summary = run(book, deals, accounts, contacts)
    frame = leads(book).frame
    assert summary.added == 3
    assert frame["last_name"].tolist() == ["Bird", "", ""]
    assert frame["company"].tolist() == ["Ox", "Elk", ""]
    assert leads(book).extra["Primary Contact"].tolist() == ["Zed", "Yve", None]
    joined = {join.source: join for join in summary.joined}
    assert joined["accounts.csv"].unmatched == ("A9",)
    assert joined["contacts.csv"].rows == 1
    twice_changes_nothing(book, deals, accounts, contacts)


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    book = starter()
    run(book, write(tmp_path, 'Id,Company,Colour\n1,=1+1,"=HYPERLINK(""http://x"")"\n'))
    assert leads(book).frame["company"].tolist() == ["=1+1"]
    assert leads(book).extra["Colour"].tolist() == ['=HYPERLINK("http://x")']


def test_unhelpful_input_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(InputError, match="no file"):
        run(starter(), tmp_path / "gone.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no CSV"):
        run(starter(), tmp_path / "empty")
    with pytest.raises(InputError, match="None of the headers"):
        run(starter(), write(tmp_path, "Foo,Bar\n1,2\n"))


def test_a_workbook_without_settings_or_activities_gets_them(tmp_path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in (["Company", "Stage"], ["Ox", "Won"]):
        sheet.append(row)
    sheet.add_table(Table(displayName="Leads", ref="A1:B2"))
    other = workbook.create_sheet("Mine")
    for row in (["Word", "Meaning"], ["a", "b"]):
        other.append(row)
    other.add_table(Table(displayName="Products", ref="A1:B2"))  # a table of theirs that only sounds like ours
    path = tmp_path / "own.xlsx"
    workbook.save(path)
    write(tmp_path, "Deal Name,Company,Stage,Amount,Product\nBig,Elk,Won,5,Nut\nSmall,Yak,Lost,6,Bolt\n", "deals.csv")
    write(tmp_path, "Product,Price\nNut,1.5\nBolt,2\nGear,3\n", "products.csv")
    write(
        tmp_path,
        "Deal Name,Date,Type,Notes\nBig,2026-01-05,Call,hello\nBig,2026-01-06,Mail,again\nSmall,2026-09-09,Call,plan\n",
        "log.csv",
    )
    summary, _ = commands.import_files([tmp_path], path, as_of=TODAY)
    assert (summary.added, summary.activities_added, summary.products_added) == (2, 2, 3)
    contents = ClosedBook.open(path).contents
    playbook, _ = read_playbook(contents)
    prices = [(product.name, product.list_price) for product in playbook.products]
    assert prices[-3:] == [("Nut", 1.5), ("Bolt", 2), ("Gear", 3)]  # below the examples of a new Settings sheet
    assert contents.tables["Products"].cells[0] == ["a"]
    records, _ = read_records(contents, playbook)
    assert records.leads.frame["company"].tolist() == ["Ox", "Elk", "Yak"]
    assert records.activities.frame["type"].tolist() == ["call", "email"]
    assert set(records.activities.frame["lead_id"]) == {records.leads.frame["lead_id"].tolist()[1]}
    before = path.read_bytes()
    again, _ = commands.import_files([tmp_path], path, as_of=TODAY)
    assert (again.added, again.updated, again.activities_added) == (0, 0, 0)
    assert path.read_bytes() == before


def test_another_leadbook_workbook_gives_its_leads_only(tmp_path):
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    commands.init(first)
    commands.init(second)
    commands.import_files([write(tmp_path, "Id,Company,Colour\n1,Ox,red\n2,Elk,\n")], first, as_of=TODAY)
    summary, _ = commands.import_files([first], second, as_of=TODAY)
    assert summary.added == 2
    assert summary.columns_added == ("Colour",)
    contents = ClosedBook.open(second).contents
    assert contents.find("Leads").cells[0] == ["1", "2"]


@needs_data
@pytest.mark.slow
def test_x_education():
    book = starter()
    path = DATA / "x_education" / "leads.csv"
    summary = run(book, path)
    assert (summary.added, summary.updated) == (7392, 0)
    typed = leads(book)
    frame = typed.frame.set_index("lead_id")
    # The second data line of the file, read by eye.
    assert frame.loc["641566", ["stage", "city", "source", "campaign", "country"]].tolist() == [
        "Prospecting", "Thane & Outskirts", "Google", "Landing Page Submission", "India",
    ]  # fmt: skip
    assert (typed.frame["stage"] == "Won").sum() == 2877
    assert (typed.frame["city"] == "").sum() == 1120 + 1760  # blank, and Select
    # 37 named columns: seven are ours, the blank one goes, the others stay the seller's own.
    assert len(summary.columns_added) == 30
    assert "Last Activity (imported)" in summary.columns_added
    assert any("Unnamed: 37" in note for note in summary.notes)
    assert twice_changes_nothing(book, path).unchanged == 7392


@needs_data
@pytest.mark.slow
def test_maven_crm_with_joins():
    book = starter()
    folder = DATA / "maven_crm"
    summary = run(book, folder, today=dt.date(2017, 7, 31))
    assert summary.added == 6063
    typed = leads(book)
    assert typed.frame["stage"].value_counts().to_dict() == {
        "Initial contact": 2257, "Won": 2093, "Lost": 1213, "Prospecting": 500,
    }  # fmt: skip
    lead = typed.frame.set_index("lead_id").loc["Z063OYW0"]
    assert lead[["company", "industry", "country", "owner", "region"]].tolist() == [
        "Isdom", "medical", "United States", "Darcel Schlecht", "Central",
    ]  # fmt: skip
    assert (lead["amount"], lead["employees"]) == (4514, 4540)
    assert lead["close_date"] == moment(2017, 3, 11)
    assert lead["first_contacted"] == moment(2016, 10, 25)
    # Misspelt products are joined, and their cells stay for the linter to show.
    own = typed.extra
    assert (own["product"] == "GTXPro").sum() == 1012
    assert own.loc[own["product"] == "GTXPro", "List Price"].unique().tolist() == [4821]
    assert typed.frame["amount"].notna().sum() == 3306  # open deals get no invented amount
    joined = {join.source: join for join in summary.joined}
    assert joined["accounts.csv"].rows == 6063 - 1097
    assert joined["products.csv"].similar == (("GTXPro", "GTX Pro"),)
    assert joined["sales_teams.csv"].rows == 6063
    assert (summary.products_added, summary.reps_added) == (7, 35)
    assert any(note.startswith("data_dictionary.csv left out") for note in summary.notes)
    twice_changes_nothing(book, folder, today=dt.date(2017, 7, 31))


@needs_data
def test_sharepoint_export_with_milestones():
    book = starter()
    folder = DATA / "exports" / "funneler_mock"
    summary = run(book, folder)
    assert summary.added == 40
    typed = leads(book)
    first = typed.frame.iloc[0]
    assert first[["company", "first_name", "last_name", "stage", "next_step", "currency"]].tolist() == [
        "Agricultural Systems", "Joseph", "Thomas", "Qualification", "Implementation Planning", "USD",
    ]  # fmt: skip
    assert first["amount"] == 1488043
    assert np.isnan(first["probability_override"])
    assert typed.extra["Win Probability"].tolist()[0] == "Low"
    assert typed.frame["created"].isna().all()
    activities = book.saved().find("Activities")
    assert 0 < summary.activities_added == len(activities.rows)
    assert set(activities.cells[2]) == {"note"}
    assert set(activities.cells[1]) <= set(typed.frame["lead_id"])
    assert max(activities.cells[0]) <= TODAY
    second = twice_changes_nothing(book, folder)
    assert second.activities_added == 0


@needs_data
def test_salesforce_export():
    book = starter()
    folder = DATA / "exports" / "mock_salesforce"
    summary = run(book, folder)
    assert summary.added == 10
    frame = leads(book).frame.set_index("lead_id")
    lead = frame.loc["0061A00000abc6QAA"]
    assert lead[["company", "email", "stage", "industry", "country", "phone"]].tolist() == [
        "Green Solutions", "frank.miller@example.com", "Proposal", "Energy", "USA", "555-678-9012",
    ]  # fmt: skip
    assert (lead["amount"], lead["probability_override"]) == (350000, 0.7)
    assert lead["close_date"] == moment(2023, 10, 30)
    assert frame["probability_override"].max() == 1
    twice_changes_nothing(book, folder)


def test_the_default_playbook_is_what_a_workbook_without_settings_uses():
    assert read_playbook(starter().contents)[0].stages == DEFAULT_PLAYBOOK.stages
