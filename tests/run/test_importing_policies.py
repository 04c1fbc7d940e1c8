"""Who is taken for whom, and whose word counts, when a file meets leads that the workbook knows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from leadbook.books.closed import ClosedBook
from leadbook.model.issues import InputError
from leadbook.model.leads import read_records
from leadbook.model.settings import read_playbook
from leadbook.run import commands
from leadbook.run.imports.importing import Wishes, import_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from leadbook.run.imports.summary import ImportSummary

AS_OF = dt.date(2026, 11, 20)
HEADERS = ("Lead ID", "Company", "First Name", "Last Name", "Email", "Website", "City", "Stage", "Amount", "Currency",
           "Opt Out", "Last Activity")  # fmt: skip


@pytest.fixture
def merge(make_book: Callable[..., Path], tmp_path: Path) -> Callable[..., tuple[dict[str, list[Any]], ImportSummary]]:
    """Import a CSV text into a workbook of some leads; return its columns as typed, and the summary."""

    def run(known: list[dict[str, object]], text: str, **wishes: Any) -> tuple[dict[str, list[Any]], ImportSummary]:
        path = make_book(HEADERS, [[row.get(header) for header in HEADERS] for row in known])
        (tmp_path / "new.csv").write_text(text, encoding="utf-8")
        summary, _ = commands.import_files([tmp_path / "new.csv"], path, as_of=AS_OF, wishes=Wishes(**wishes))
        contents = ClosedBook.open(path).contents
        records, _ = read_records(contents, read_playbook(contents)[0])
        leads = records.leads
        columns = {leads.headers[key]: leads.raw[key].tolist() for key in leads.raw.columns}
        return columns | {str(own): leads.extra[own].tolist() for own in leads.extra.columns}, summary

    return run


OX = {"Lead ID": "L-0001", "Company": "Ox", "Email": "a@ox.com", "City": "Ulm"}


@pytest.mark.parametrize(
    ("policy", "changed", "city", "company"),
    [
        ("fill-blanks", "2026-09-01", "Ulm", "Ox"),
        ("ours", "2026-09-01", "Ulm", "Ox"),
        ("theirs", "2020-01-01", "Bonn", "Ox Ltd"),
        ("newest", "2026-09-01", "Bonn", "Ox Ltd"),
        ("newest", "2026-01-01", "Ulm", "Ox"),
        ("newest", "", "Ulm", "Ox"),
        ("newest", "2026-06-05", "Ulm", "Ox"),
    ],
)
def test_whose_word_counts(merge, policy, changed, city, company):
    known = {**OX, "Last Activity": dt.date(2026, 6, 5)}
    text = f"Email,Company,City,First Name,Modified Time\na@ox.com,Ox Ltd,Bonn,Ann,{changed}\nb@elk.de,Elk,Rom,Bob,\n"
    columns, summary = merge([known], text, policy=policy)
    assert (columns["City"][0], columns["Company"][0]) == (city, company)
    assert columns["First Name"][0] == (None if policy == "ours" else "Ann")
    assert (summary.added, columns["Company"][1]) == (1, "Elk")
    assert len(summary.conflicts) == (0 if city == "Bonn" else 3 if policy == "ours" else 2)


def test_newest_says_why_a_cell_was_left(merge):
    known = {**OX, "Last Activity": dt.date(2026, 6, 5)}
    _, older = merge([known], "Email,City,Modified Time\na@ox.com,Bonn,2026-01-01\n", policy="newest")
    assert [conflict.why for conflict in older.conflicts] == ["the workbook's is newer (2026-06-05 after 2026-01-01)"]
    _, unsaid = merge([OX], "Email,City,Modified Time\na@ox.com,Bonn,2026-01-01\n", policy="newest")
    assert [conflict.why for conflict in unsaid.conflicts] == ["the workbook does not say when the lead was changed"]


@pytest.mark.parametrize("policy", ["fill-blanks", "newest", "theirs"])
def test_no_policy_reopens_a_lead_or_takes_back_an_opt_out(merge, policy):
    known = {**OX, "Stage": "Disqualified", "Opt Out": "Yes", "Last Activity": dt.date(2026, 1, 1)}
    columns, summary = merge(
        [known], "Email,Stage,Opt Out,Modified Time\na@ox.com,Proposal,No,2026-10-01\n", policy=policy
    )
    assert (columns["Stage"], columns["Opt Out"]) == (["Disqualified"], ["Yes"])
    assert {conflict.header for conflict in summary.conflicts} == {"Stage", "Opt Out"}
    assert all("never" in conflict.why for conflict in summary.conflicts)


def test_an_opt_out_in_the_file_is_always_taken_over(merge):
    columns, _ = merge([{**OX, "Opt Out": "No"}], "Email,Opt Out\na@ox.com,Yes\n")
    assert columns["Opt Out"] == ["Yes"]


def test_dollars_are_not_put_beside_an_amount_in_euros(merge):
    columns, summary = merge([{**OX, "Amount": 900}], "Email,Amount,Currency\na@ox.com,1000,USD\n")
    assert (columns["Amount"], columns["Currency"]) == ([900], [None])
    assert {conflict.header for conflict in summary.conflicts} == {"Amount", "Currency"}
    columns, _ = merge([{**OX, "Amount": 900}], "Email,Amount,Currency\na@ox.com,1000,USD\n", policy="theirs")
    assert (columns["Amount"], columns["Currency"]) == ([1000], ["USD"])


@pytest.mark.parametrize(
    ("known", "text", "added"),
    [
        ([{"Email": "b@ox.com"}], "Email,City\na@ox.com; B@ox.com,Ulm\n", 0),
        ([{"Email": "a@ox.com"}], "Email,Secondary Email\nc@ox.com,a@ox.com\n", 0),
        ([{"Website": "https://www.ox.com/about", "First Name": "Ann", "Last Name": "Lee"}],
         "First Name,Last Name,Email\nANN,Lee,ann@ox.com\n", 0),
        ([{"Email": "x@gmail.com", "First Name": "Ann", "Last Name": "Lee"}],
         "First Name,Last Name,Email\nAnn,Lee,y@gmail.com\n", 1),
        ([{"Email": "info@ox.com", "First Name": "Ann", "Last Name": "Lee"}],
         "First Name,Last Name,Email\nBob,Ray,info@ox.com\n", 1),
        ([{"Lead ID": "0065g00000ABCDe"}], "Id,Company\n0065g00000ABCDeIAG,Ox\n", 0),
        ([{"Lead ID": "0065g00000ABCDe"}], "Id,Company\n0065g00000ABCDE,Ox\n", 1),
        ([{"Lead ID": "zcrm_4000001"}], "Id,Company\n4000001,Ox\n", 0),
        ([{"Lead ID": "0065g00000ABCDe", "Email": "a@ox.com"}], "Id,Email\n77,a@ox.com\n", 0),
        ([{"Lead ID": "L-0001", "Company": "Ox", "Email": "a@ox.com"}],
         "Lead ID,Company,Email\nL-0001,Elk,b@elk.de\n", 1),
    ],
)  # fmt: skip
def test_who_is_taken_for_whom(merge, known, text, added):
    known = [{"Company": "Known", **row} if "Company" not in row and "Email" not in row else row for row in known]
    columns, summary = merge([{"Lead ID": "L-0009", **row} for row in known], text)
    assert summary.added == added
    assert len(set(columns["Lead ID"])) == len(known) + added


def test_the_crms_id_of_a_known_lead_is_kept_beside_its_own_and_found_again(merge, tmp_path):
    columns, _ = merge([OX], "Id,Email,City\n77,a@ox.com,Ulm\n")
    assert (columns["Lead ID"], columns["CRM Record ID"]) == (["L-0001"], ["77"])
    (tmp_path / "moved.csv").write_text("Id,Email\n77,new@elsewhere.com\n")
    summary, _ = commands.import_files([tmp_path / "moved.csv"], tmp_path / "book.xlsx", as_of=AS_OF)
    assert (summary.added, dict(summary.matched_by)) == (0, {"lead id": 1})


def test_rows_doubled_in_the_file_become_one_lead_that_holds_what_each_says(merge):
    columns, summary = merge(
        [], "Email,First Name,Last Name,City,Phone\nA@ox.com,Ann,Lee,Ulm,\na@ox.com,,Lee,Bonn,030 1234567\n"
        "a@ox.com,Bob,Ray,,\n",
    )  # fmt: skip
    assert (summary.added, summary.doubled) == (2, 1)
    assert (columns["City"], columns["First Name"]) == (["Ulm", None], ["Ann", "Bob"])
    assert columns["Phone"][0] == "030 1234567"
    assert any("in 1 cell they differ" in note for note in summary.notes)


def test_the_users_word_on_a_column_counts_and_is_remembered(merge, tmp_path):
    columns, summary = merge([], "Who,Email,Town\nLee,a@ox.com,Ulm\n", mapped=("who=Last Name", "Town=ignore"))
    assert (columns["Last Name"], columns["Town"], columns["City"]) == (["Lee"], ["Ulm"], [None])
    assert summary.columns_added == ("Town",)
    (tmp_path / "again.csv").write_text("Who,Email\nRay,b@ox.com\n")
    commands.import_files([tmp_path / "again.csv"], tmp_path / "book.xlsx", as_of=AS_OF)
    contents = ClosedBook.open(tmp_path / "book.xlsx").contents
    assert read_records(contents, read_playbook(contents)[0])[0].leads.raw["last_name"].tolist() == ["Lee", "Ray"]


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"mapped": ("Mial=Email",)}, 'No file has a column "Mial"; there are Mail'),
        ({"mapped": ("Mail=Emial",)}, '"Emial" is no column of leads; such are Email'),
        ({"mapped": ("Mail",)}, '"Mail" should be your header, "=" and ours'),
        ({"mapped": ("Mail=Score",)}, '"Score" is no column of leads'),
        ({"mapped": ("Mail=Email", "Company=email")}, "Mail and Company cannot both be Email"),
        ({"preset": "sugar"}, 'no preset "sugar"; choose one of hubspot'),
    ],
)
def test_a_wish_that_makes_no_sense_is_told_in_a_sentence(merge, wishes, words):
    with pytest.raises(InputError, match=words):
        merge([], "Mail,Company\na@ox.com,Ox\n", **wishes)


def test_no_column_is_added_when_nothing_goes_into_it(merge):
    text = "Email,City,Region Code\na@ox.com,Bonn,R1\n"
    columns, summary = merge([OX], text, policy="ours")
    assert summary.columns_added == ()
    assert "Region Code" not in columns
    assert [conflict.header for conflict in summary.conflicts] == ["City"]
    assert summary.notes[-1] == "Not added to Leads, because nothing would be written into them: Region Code."


def test_as_many_cells_differ_at_the_second_import_as_at_the_first(merge, tmp_path):
    text = "Email,Company,City,Region Code\na@ox.com,Ox,Bonn,R1\nb@elk.de,Elk,Rom,R2\n"
    columns, first = merge([OX], text, policy="ours")
    assert columns["Region Code"] == [None, "R2"]
    second, _ = commands.import_files(
        [tmp_path / "new.csv"], tmp_path / "book.xlsx", as_of=AS_OF, wishes=Wishes(policy="ours")
    )
    assert [(told.header, told.address) for told in first.conflicts] == [
        (told.header, told.address) for told in second.conflicts
    ]
    assert {told.header for told in first.conflicts} == {"City", "Region Code"}


@pytest.mark.parametrize(
    ("header", "mapped", "key"),
    [("Ansprechpartner", (), "full_name"), ("Wer", ("Wer=Full Name",), "full_name"),
     ("Vorgang", ("Vorgang=Deal Name",), "deal_name"), ("Modified Time", (), "modified"),
     ("Stand", ("Stand=Modified",), "modified"), ("Closed Won", (), "became_customer")],
)  # fmt: skip
def test_what_only_an_import_reads_is_kept_in_settings_and_reused(merge, tmp_path, header, mapped, key):
    said = {"modified": "2026-05-06", "became_customer": "yes"}.get(key, "Ann Lee")
    text = f"Email,{header}\na@ox.com,{said}\n"
    _, first = merge([], text, mapped=mapped)
    second, _ = commands.import_files([tmp_path / "new.csv"], tmp_path / "book.xlsx", as_of=AS_OF)
    assert (first.mapping.key_of(header), second.mapping.key_of(header)) == (key, key)
    assert [match.how for match in second.mapping.matches if match.header == header] == ["settings"]
    assert second.sentence == "0 leads added, 0 updated, 1 unchanged."
    contents = ClosedBook.open(tmp_path / "book.xlsx").contents
    assert [issue for issue in read_playbook(contents)[1] if issue.code == "LB017"] == []


@pytest.mark.parametrize("header", ["Won", "Became customer"])
def test_a_column_becomes_the_stage_only_where_it_says_yes_or_no(merge, tmp_path, header):
    _, first = merge([], f"Email,{header}\na@ox.com,no\n")
    assert first.mapping.key_of(header) == "became_customer"
    for said in ("2026-02-01", '"1,200.00 EUR"'):
        (tmp_path / "later.csv").write_text(f"Email,{header}\nb@elk.com,{said}\n", encoding="utf-8")
        later, _ = commands.import_files([tmp_path / "later.csv"], tmp_path / "book.xlsx", as_of=AS_OF, dry_run=True)
        assert later.mapping.key_of(header) is None
        assert later.columns_added == (header,)


def test_a_bare_name_is_not_remembered_because_it_may_be_the_deals_in_another_file(merge, tmp_path):
    merge([], "Email,Name\na@ox.com,Ann Lee\n")
    kept = read_playbook(ClosedBook.open(tmp_path / "book.xlsx").contents)[0].mappings
    assert "Name" not in {entry.their_header for entry in kept}


@pytest.mark.parametrize(("ids", "again"), [(("501", "502"), False), (("", ""), True), (("501", ""), True)])
def test_only_rows_without_an_id_of_their_own_are_looked_at_twice(make_book, tmp_path, ids, again):
    """By a shared address two rows are either of two leads, and the names that are written can turn them round."""
    known = [["501", "Ox", None, "Lee", "info@ox.com"], ["502", "Ox", None, "Ray", "info@ox.com"]]
    book = ClosedBook.open(make_book(HEADERS, [row + [None] * (len(HEADERS) - 5) for row in known]))
    lines = [f"{ids[0]},Ox,Ray,info@ox.com", f"{ids[1]},Ox,Lee,info@ox.com"]
    (tmp_path / "new.csv").write_text("\n".join(["Id,Company,Last Name,Email", *lines]), encoding="utf-8")
    playbook, _ = read_playbook(book.contents)
    once = import_files(book, [tmp_path / "new.csv"], playbook, AS_OF, Wishes("theirs"))
    assert once.contested is again
