"""The command dedupe: any file, any headers, ids as they stand, and refusals in a sentence."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import openpyxl
import pytest

from leadbook.cli import main
from leadbook.model.issues import InputError
from leadbook.run.deduping import dedupe

ROOT = Path(__file__).resolve().parent.parent.parent
PEOPLE = """key;Vorname;Familienname;Firma;Mail;Ort
-7;Anna;Schmidt;Acme GmbH;anna.schmidt@acme.de;Berlin
=K2;Ana;Schmitd;ACME;anna.schmidt@acme.de;Berlin
0012;Peter;Meier;Acme GmbH;peter.meier@acme.de;Berlin
B 4;Zo\u00eb;Okafor;Globex;zoe@globex.com;K\u00f6ln
"""


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_bytes(PEOPLE.encode("cp1252"))
    return path


def test_pairs_are_written_with_ids_as_they_stand_and_nothing_that_runs(people, tmp_path):
    summary = dedupe(people, id_column="key", pairs=tmp_path / "out.csv")
    rows = read(tmp_path / "out.csv")
    assert list(rows[0]) == ["id_a", "id_b", "probability", "reasons", "duplicate"]
    found = [row for row in rows if row["duplicate"] == "yes"]
    assert [{row["id_a"], row["id_b"]} for row in found] == [{"-7", "'=K2"}]
    assert "Email equal +" in found[0]["reasons"]
    assert all(0.01 <= float(row["probability"]) <= 1 for row in rows)
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())
    assert summary.groups == summary.extra == 1
    assert list(tmp_path.glob(".*")) == []


def test_a_summary_is_printed_without_pairs(people, capsys):
    assert main(["dedupe", str(people), "--id", "KEY"]) == 0
    told = capsys.readouterr().out
    assert "Vorname: first name" in told
    assert "-7 and =K2" in told or "=K2 and -7" in told
    assert "4 rows, 1 group of rows that look like one; 1 row too many" in told


def test_a_workbook_needs_no_id_and_stays_as_it_is(tmp_path):
    book = Path(shutil.copy(ROOT / "workbooks" / "sample.xlsx", tmp_path / "leads.xlsx"))
    before = book.read_bytes()
    summary = dedupe(book, pairs=tmp_path / "out.csv")
    rows = read(tmp_path / "out.csv")
    assert rows
    assert all(row["id_a"].startswith("L-") for row in rows)
    assert summary.groups == sum(row["duplicate"] == "yes" for row in rows) - (summary.extra - summary.groups)
    assert book.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("key,name\n1,Anna Schmidt\n2,Ben Miller\n", "kye", 'Did you mean "key"?'),
        ("key,name\n1,Anna\n1,Ben\n", "key", "several rows"),
        ("key,name\n1,Anna\n,Ben\n", "key", "line 3"),
        ("key,name\n", "key", "no rows"),
        ("key\n1\n2\n", "key", "no values beside"),
        ("", "key", "empty"),
        ("key,name\n1,Anna\n2,Ben\n", "", "--id"),
        ("key,state\n1,open\n2,open\n", "key", "nothing to compare"),
    ],
    ids=["unknown", "twice", "blank", "no rows", "one column", "empty", "no id", "all alike"],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(tmp_path, text, column, said):
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        dedupe(path, id_column=column, pairs=tmp_path / "out.csv")
    assert said in str(refusal.value)
    assert not (tmp_path / "out.csv").exists()


def test_the_file_that_is_read_is_never_written(people):
    before = people.read_bytes()
    with pytest.raises(InputError, match="name another one"):
        dedupe(people, id_column="key", pairs=people)
    assert people.read_bytes() == before


def test_pairs_cannot_go_where_there_is_no_folder(people, tmp_path):
    with pytest.raises(InputError, match="no folder"):
        dedupe(people, id_column="key", pairs=tmp_path / "none" / "out.csv")


def test_every_pair_of_a_group_is_listed(tmp_path):
    rows = "".join(f"{n},Anna,Schmidt,anna@acme.de,{c}\n" for n, c in enumerate("abcdefghijklmnopqrst"))
    (tmp_path / "many.csv").write_text("nr,first,last,mail,note\n" + rows, encoding="utf-8")
    dedupe(tmp_path / "many.csv", id_column="nr", pairs=tmp_path / "out.csv")
    assert sum(row["duplicate"] == "yes" for row in read(tmp_path / "out.csv")) == 20 * 19 / 2


# Header, a row, the same in another spelling, and somebody else.
SCRIPTS = {
    "chinese": [
        [
            "\u59d3\u540d",
            "\u516c\u53f8",
            "\u7535\u8bdd",
        ],
        [
            "\u738b\u5c0f\u660e",
            "\u5317\u4eac\u5929\u5730\u79d1\u6280",
            "010-62345678",
        ],
        [
            "\u738b\u5c0f\u660e",
            "\u5317\u4eac\u5929\u5730",
            "+86 10 6234 5678",
        ],
        [
            "\u674e\u5a1c",
            "\u4e0a\u6d77\u5149\u660e",
            "021-55667788",
        ],
    ],
    "japanese": [
        [
            "\u6c0f\u540d",
            "\u4f1a\u793e",
            "\u96fb\u8a71",
        ],
        [
            "\u5c71\u7530 \u592a\u90ce",
            "\u30c8\u30e8\u30bf\u5546\u4e8b",
            "03-1234-5678",
        ],
        [
            "\u5c71\u7530\u3000\u592a\u90ce",
            "\u30c8\u30e8\u30bf",
            "+81 3 1234 5678",
        ],
        [
            "\u4f50\u85e4 \u82b1\u5b50",
            "\u30bd\u30cb\u30fc",
            "06-9876-5432",
        ],
    ],
    "russian": [
        [
            "\u0418\u043c\u044f",
            "\u0424\u0430\u043c\u0438\u043b\u0438\u044f",
            "\u041f\u043e\u0447\u0442\u0430",
        ],
        [
            "\u0418\u0432\u0430\u043d",
            "\u041f\u0435\u0442\u0440\u043e\u0432",
            "ivan@mail.ru",
        ],
        [
            "\u0418\u0412\u0410\u041d",
            "\u041f\u0435\u0442\u0440\u043e\u0432",
            "Ivan@Mail.ru",
        ],
        [
            "\u0410\u043d\u043d\u0430",
            "\u0421\u043c\u0438\u0440\u043d\u043e\u0432\u0430",
            "anna@yandex.ru",
        ],
    ],
    "arabic": [
        [
            "\u0627\u0644\u0627\u0633\u0645",
            "\u0627\u0644\u0645\u062f\u064a\u0646\u0629",
            "\u0627\u0644\u0647\u0627\u062a\u0641",
        ],
        [
            "\u0645\u062d\u0645\u062f \u0623\u062d\u0645\u062f",
            "\u0627\u0644\u0642\u0627\u0647\u0631\u0629",
            "\u0660\u0661\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668",
        ],
        [
            "\u0645\u062d\u0645\u062f \u0627\u062d\u0645\u062f",
            "\u0627\u0644\u0642\u0627\u0647\u0631\u0629",
            "01012345678",
        ],
        [
            "\u0641\u0627\u0637\u0645\u0629 \u0639\u0644\u064a",
            "\u062f\u0628\u064a",
            "0501234567",
        ],
    ],
}


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_lists_in_other_scripts_are_understood(tmp_path, script, encoding):
    path = tmp_path / "list.csv"
    numbered = [",".join(["id" if place == 0 else f"R{place}", *row]) for place, row in enumerate(SCRIPTS[script])]
    path.write_bytes("\n".join(numbered).encode(encoding))
    summary = dedupe(path, id_column="id", pairs=tmp_path / "out.csv")
    assert not {role for _, role in summary.columns} & {"text", "code", "figure", ""}
    taken = [row for row in read(tmp_path / "out.csv") if row["duplicate"] == "yes"]
    assert [{row["id_a"], row["id_b"]} for row in taken] == [{"R1", "R2"}]
    if script != "russian":
        assert "Phone equal" in taken[0]["reasons"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,a\n,x\n2,y\n", r'1 row of l.csv has no value in "id" \(line 2\). Every row needs an id of its own'),
        ("id,a\n1,x\n,y\n,z\n", r'2 rows of l.csv have no value in "id" \(the first is line 3\)'),
        ("id,a\n1,x\n1,y\n", '1 value of "id" in l.csv stands on several rows'),
        ("id,a\n1,x\n1,y\n2,x\n2,y\n", '2 values of "id" in l.csv stand on several rows'),
        ("id,a,b\n1,,\n2,,\n", "l.csv has no values beside those of id"),
    ],
)
def test_sentences_agree_in_number_and_say_what_is_there(tmp_path, text, said):
    path = tmp_path / "l.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        dedupe(path, id_column="id")


def test_long_cells_and_many_equal_rows_are_compared(tmp_path):
    path = tmp_path / "l.csv"
    long = "lorem ipsum " * 20_000
    rows = [f"L{place},Anna Schmidt,{long}{place}" for place in range(2)]
    rows += [f"S{place},Ben Okafor,call back" for place in range(2_000)]
    path.write_text("\n".join(["id,name,note", *rows]), encoding="utf-8")
    summary = dedupe(path, id_column="id")
    assert (summary.groups, summary.extra) == (2, 2_000)
    assert any("more than 1,000 rows" in note for note in summary.notes)


def test_a_list_that_nobody_has_adopted_is_compared_as_it_stands(tmp_path):
    path = tmp_path / "tracker.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["Sales list"])
    book.active.append([])
    for row in (
        ["Company", "Contact", "Email", "Status"],
        ["Ox Ltd", "Ann Lee", "ann@ox.example", "Proposal"],
        ["Elk Inc", "Bob Ray", "bob@elk.example", "New"],
        ["Ox Limited", "Ann Lee", "ann@ox.example", "Proposal"],
    ):
        book.active.append(row)
    book.save(path)
    before = path.read_bytes()
    summary = dedupe(path)
    (pair,) = [pair for pair in summary.likeliest if pair.duplicate]
    assert {pair.id_a, pair.id_b} == {"row 4", "row 6"}
    assert any("read as it stands: Company as Company" in note for note in summary.notes)
    assert path.read_bytes() == before
