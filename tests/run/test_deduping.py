"""The command dedupe: any file, any headers, ids as they stand, and refusals in a sentence."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

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
        ("key\n1\n2\n", "key", "only the column"),
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
