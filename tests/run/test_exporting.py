"""Leads out as CSV files: who goes along, what the columns are called, and that they come back the same."""

import csv
import datetime as dt
import io

import pytest

from leadbook.books.closed import ClosedBook
from leadbook.model.columns import LEADS
from leadbook.model.export_columns import TARGETS
from leadbook.model.issues import InputError
from leadbook.model.leads import read_records
from leadbook.model.settings import read_playbook
from leadbook.run import commands
from leadbook.run.exports.command import export
from leadbook.run.exports.filters import Filters

AS_OF = dt.date(2026, 11, 20)


def read(path):
    contents = ClosedBook.open(path).contents
    playbook, _ = read_playbook(contents)
    return read_records(contents, playbook)[0]


def rows(path, delimiter=","):
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


@pytest.mark.parametrize("target", sorted(set(TARGETS) - {"mailmerge"}))
def test_what_is_exported_for_a_program_comes_back_as_the_same_leads(sample, tmp_path, target):
    out = tmp_path / "out.csv"
    made = export(sample, out, as_of=AS_OF, target=target)
    book = commands.init(tmp_path / "empty.xlsx")
    summary, _ = commands.import_files([out], book, as_of=AS_OF)
    before, after = read(sample).leads, read(book).leads
    assert (summary.added, summary.doubled) == (made.leads, 0)
    assert after.frame["lead_id"].tolist() == before.frame["lead_id"].tolist()
    owned = {column.key for column in LEADS if column.owned}
    compared = [key for key in before.raw.columns if key not in owned and key not in _not_taken_along(target)]
    assert len(compared) >= 30
    for key in compared:
        if key in {"stage", "phone"}:  # "Closed Won" and "+49 30 1" mean what "Won" and "+49-30-1" do
            one, other = (
                _bare(side.frame["stage_name"] if key == "stage" else side.frame[key]) for side in (before, after)
            )
        else:
            one, other = ([_said(cell) for cell in side.frame[key].tolist()] for side in (before, after))
        assert one == other, key
    again, plan = commands.import_files([out], book, as_of=AS_OF)
    assert (again.added, again.updated, again.conflicts, list(plan.cells)) == (0, 0, (), [])


def _not_taken_along(target):
    """Return what an export for a CRM leaves out: our linter's own column; what a file without any value lacks."""
    return set() if target == "plain" else {"waive"}


def _bare(values):
    return ["".join(filter(str.isalnum, value)) for value in values]


def _said(cell):
    return "" if cell is None or cell != cell else round(cell, 9) if isinstance(cell, float) else str(cell)  # noqa: PLR0124 - not-a-number


HEADERS = ["Lead ID", "First Name", "Last Name", "Company", "Email", "Phone", "Stage", "Owner", "Amount", "Opt Out",
           "Notes", "Close Date", "Colour"]  # fmt: skip


@pytest.fixture
def book(make_book):
    day = dt.date(2026, 12, 1)
    return make_book(HEADERS, [
        ["L-1", "Ann", "Lee", "Ox", "ann@ox.com", "+49-30-1234567", "Won", "Ada", 1200.5, "Yes", "=1+1", day, "red"],
        ["L-2", "Bob", "Ray", "Elk", "bob@elk.de", "030 1234", "Proposal", "Bea", -5, "No", "- call him", None, "@x"],
        ["L-3", "Cy", "Fox", "Yak", "bob@elk.de", None, "Proposal", "Ada", None, None, None, None, None],
        ["L-4", "Di", "Orr", "Gnu", None, None, "Lost", "Ada", 7, None, "fine", None, None],
    ])  # fmt: skip


def test_a_mail_merge_leaves_out_who_must_not_or_cannot_be_written_to(book, tmp_path):
    made = export(book, tmp_path / "out.csv", as_of=AS_OF, target="mailmerge")
    assert [row["Full Name"] for row in rows(tmp_path / "out.csv")] == ["Bob Ray"]
    assert made.notes == (
        "Left out: 1 lead opted out.",
        "Left out: 1 lead without an e-mail address or a street.",
        "Left out: 1 lead with an address that another one has.",
    )
    everyone = export(book, tmp_path / "all.csv", as_of=AS_OF, target="mailmerge", everyone=True)
    assert everyone.leads == 4


def test_a_lead_whose_mail_bounced_gets_no_letter(tmp_path):
    path = commands.init(tmp_path / "book.xlsx")
    (tmp_path / "leads.csv").write_text("Lead ID,Last Name,Email\nA,Lee,a@ox.com\nB,Ray,b@elk.de\n")
    (tmp_path / "log.csv").write_text(
        "Lead ID,Date,Type,Outcome\nA,2026-11-01,Email,Bounced\nA,2026-11-02,Call,\nB,2026-11-03,Email,Sent\n"
    )
    commands.import_files([tmp_path / "leads.csv", tmp_path / "log.csv"], path, as_of=AS_OF)
    assert len(read(path).activities.frame) == 3
    made = export(path, tmp_path / "out.csv", as_of=AS_OF, target="mailmerge")
    assert [row["Last Name"] for row in rows(tmp_path / "out.csv")] == ["Ray"]
    assert made.notes == ("Left out: 1 lead with mail that bounced.",)


def test_no_cell_begins_like_a_formula_and_telephone_numbers_stay_usable(book, tmp_path):
    export(book, tmp_path / "out.csv", as_of=AS_OF, target="plain")
    data = (tmp_path / "out.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    first, second, *_ = rows(tmp_path / "out.csv")
    assert (first["Notes"], second["Notes"], second["Colour"]) == ("'=1+1", "'- call him", "'@x")
    assert first["Phone"] == "+49 30 1234567"
    assert (first["Amount"], second["Amount"], first["Close Date"]) == ("1200.5", "-5", "2026-12-01")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_every_sign_that_begins_a_formula_is_guarded_and_comes_back_bare(tmp_path, sign):
    path = commands.init(tmp_path / "book.xlsx")
    (tmp_path / "leads.csv").write_text(f"Lead ID,Email,My Own\nA,a@ox.com,{sign}SUM(A1)\n", encoding="utf-8")
    commands.import_files([tmp_path / "leads.csv"], path, as_of=AS_OF)
    export(path, tmp_path / "out.csv", as_of=AS_OF, target="plain")
    assert [row["My Own"] for row in rows(tmp_path / "out.csv")] == [f"'{sign}SUM(A1)"]
    again, _ = commands.import_files([tmp_path / "out.csv"], path, as_of=AS_OF)
    assert (again.updated, again.conflicts) == (0, ())


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (Filters(stages=("proposal sent",)), ["L-2", "L-3"]),
        (Filters(owners=("ADA",)), ["L-1", "L-3", "L-4"]),
        (Filters(stages=("Won", "Lost"), owners=("Ada",)), ["L-1", "L-4"]),
        (Filters(where=("Amount>0",)), ["L-1", "L-4"]),
        (Filters(where=("Amount<=7", "Owner!=Bea")), ["L-4"]),
        (Filters(where=("notes~CALL",)), ["L-2"]),
        (Filters(where=("Colour=",)), ["L-3", "L-4"]),
        (Filters(where=("Close Date>=2026-12-01",)), ["L-1"]),
    ],
)
def test_filters_choose_the_leads(book, tmp_path, filters, ids):
    export(book, tmp_path / "out.csv", as_of=AS_OF, filters=filters)
    assert [row["Lead ID"] for row in rows(tmp_path / "out.csv")] == ids


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"filters": Filters(stages=("Propsal",))}, "No lead has the stage Propsal; there are Proposal"),
        ({"filters": Filters(owners=("adda",))}, "No lead has the owner adda; there are Ada"),
        ({"filters": Filters(flags=("stale",))}, "run leadbook refresh first"),
        ({"filters": Filters(where=("Amount",))}, "is no condition"),
        ({"filters": Filters(where=("Colr=red",))}, 'no column "Colr"; there are Colour'),
        ({"filters": Filters(where=("Amount>99999",))}, "No lead is left to export"),
        ({"target": "sugar"}, 'no export for "sugar"; choose one of mailmerge'),
        ({"delimiter": ";;"}, "cannot part columns"),
    ],
)
def test_what_cannot_be_exported_is_told_in_a_sentence(book, tmp_path, wanted, words):
    with pytest.raises(InputError, match=words):
        export(book, tmp_path / "out.csv", as_of=AS_OF, **wanted)
    assert not (tmp_path / "out.csv").exists()


def test_a_file_that_is_there_is_replaced_only_when_told(book, tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("mine")
    with pytest.raises(InputError, match="--force"):
        export(book, out, as_of=AS_OF)
    assert out.read_text() == "mine"
    export(book, out, as_of=AS_OF, force=True, delimiter="tab")
    assert rows(out, "\t")[0]["Lead ID"] == "L-1"
    with pytest.raises(InputError, match=r"should end in \.csv"):
        export(book, tmp_path / "out.xlsx", as_of=AS_OF)


def test_a_book_without_leads_is_not_told_to_loosen_filters(tmp_path):
    book = commands.init(tmp_path / "empty.xlsx")
    with pytest.raises(InputError, match="There is no lead to export yet"):
        export(book, tmp_path / "out.csv", as_of=AS_OF)
