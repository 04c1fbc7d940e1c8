import csv
import json
import math
import os
import random
import subprocess
import sys

import pytest

WORDS = {
    "numbers": ("1", "0"),
    "yes and no": ("YES", "no"),
    "won and lost": ("Won", "LOST"),
    "stages": ("Closed Won", "Lost"),
}


def table(count=400, blank=60, words=("1", "0"), seed=5):
    """Return leads of which Referral wins most and Cold least, some of them undecided, with a leak beside."""
    chance = random.Random(seed)  # noqa: S311 - chance needs no cryptography
    rows = []
    for number in range(count):
        source = chance.choice(["Referral", "Web", "Cold"])
        won = chance.random() < {"Referral": 0.7, "Web": 0.4, "Cold": 0.1}[source]
        decided = number >= blank
        rows.append({
            "Id": f"A{number:04d}", "Source": source, "Size": str(chance.randrange(1, 900)),
            "Won?": (words[0] if won else words[1]) if decided else "",
            "Closing note": ("Signed" if won else "No budget") if decided else "",
        })  # fmt: skip
    return rows


def write(path, rows, delimiter=",", encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def run(*arguments, folder, **environment):
    done = subprocess.run(
        [sys.executable, "-m", "leadbook", "score", *map(str, arguments)], cwd=folder, capture_output=True, text=True,
        encoding="utf-8", check=False, env={**os.environ, **environment},
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ASK = ("--id", "Id", "--outcome", "Won?", "--out", "out.csv")


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_blank_outcomes_are_foretold_from_the_others_and_the_leak_is_named(tmp_path, words):
    done = run(write(tmp_path / "leads.csv", table(words=words)), *ASK, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = read(tmp_path / "out.csv")
    assert list(rows[0]) == ["id", "win_probability", "reasons"]
    assert [row["id"] for row in rows] == [f"A{number:04d}" for number in range(60)]
    sources = {row["Id"]: row["Source"] for row in table()}
    mean = {
        source: sum(float(row["win_probability"]) for row in rows if sources[row["id"]] == source)
        / sum(sources[row["id"]] == source for row in rows)
        for source in ("Referral", "Web", "Cold")
    }
    assert mean["Referral"] == pytest.approx(0.7, abs=0.15)
    assert mean["Cold"] == pytest.approx(0.1, abs=0.12)
    assert "Source" in rows[0]["reasons"]
    assert "Closing note: filled on 100% of the decided leads and 0% of the open ones" in done.stdout


def test_other_delimiters_encodings_and_spellings_of_headers_are_read(tmp_path):
    rows = [{**row, "Source": {"Cold": "Kälte"}.get(row["Source"], row["Source"])} for row in table()]
    source = write(tmp_path / "leads.txt", rows, delimiter=";", encoding="cp1252")
    done = run(source, "--id", "ID", "--outcome", "won?", "--out", "out.csv", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert any("Kälte" in row["reasons"] for row in read(tmp_path / "out.csv"))


def test_the_same_file_in_any_order_of_rows_and_on_any_number_of_threads_gives_the_same_chances(tmp_path):
    rows = table(words=("won", "lost"))
    for row in rows:
        row["Came"] = f"2025-{1 + int(row['Id'][1:]) % 12:02d}-{1 + int(row['Id'][1:]) % 28:02d}"
    write(tmp_path / "one.csv", rows)
    random.Random(8).shuffle(rows)  # noqa: S311 - as above
    write(tmp_path / "two.csv", rows)
    assert run("one.csv", *ASK[:-1], "a.csv", folder=tmp_path, OMP_NUM_THREADS="1").returncode == 0
    assert run("two.csv", *ASK[:-1], "b.csv", folder=tmp_path, OMP_NUM_THREADS="3").returncode == 0
    assert sorted(map(str, read(tmp_path / "a.csv"))) == sorted(map(str, read(tmp_path / "b.csv")))


def test_json_terms_add_up_to_each_chance(tmp_path):
    done = run(write(tmp_path / "leads.csv", table()), *ASK[:4], "--json", folder=tmp_path)
    found = json.loads(done.stdout)
    assert found["model"]["used"] == "points"
    assert [leak["column"] for leak in found["leaks"]] == ["Closing note"]
    assert len(found["rows"]) == 60
    for row in found["rows"]:
        total = row["start"] + sum(term["log_odds"] for term in row["terms"])
        assert 1 / (1 + math.exp(-total)) == pytest.approx(row["win_probability"], abs=1e-5)


def test_a_column_is_kept_or_left_out_as_asked(tmp_path):
    source = write(tmp_path / "leads.csv", table())
    done = run(source, *ASK[:4], "--json", "--keep", "closing note", "--leave-out", "Source", folder=tmp_path)
    columns = {column["column"]: column for column in json.loads(done.stdout)["columns"]}
    assert columns["Closing note"]["teaches"]
    assert columns["Closing note"]["by_seller"]
    assert not columns["Source"]["teaches"]


def test_few_outcomes_give_everybody_the_share_won_and_say_so(tmp_path):
    done = run(write(tmp_path / "leads.csv", table(count=20, blank=5)), *ASK, folder=tmp_path)
    assert done.returncode == 0
    assert "insufficient history" in done.stdout
    decided = [row["Won?"] for row in table(count=20, blank=5)[5:]]
    expected = (decided.count("1") + 1) / (len(decided) + 2)
    found = [float(row["win_probability"]) for row in read(tmp_path / "out.csv")]
    assert found == pytest.approx([expected] * 5, abs=1e-6)


def changed(**changes):
    return [{**row, **changes} for row in table(count=80, blank=10)]


WRONG = {
    "no such outcome column": (table(40, 5), (*ASK[:3], "Wonn", "--out", "o.csv"), 'Did you mean "Won?"'),
    "no such id column": (table(40, 5), ("--id", "Key", "--outcome", "Won?", "--out", "o.csv"), 'no column "Key"'),
    "one column for both": (table(40, 5), ("--id", "Id", "--outcome", "Id", "--out", "o.csv"), "name two columns"),
    "all won": (
        [{**row, "Won?": "yes" if row["Won?"] else ""} for row in table(80, 10)], ASK, "are won; learning needs"
    ),
    "nothing decided": (changed(**{"Won?": ""}), ASK, "nothing to learn from"),
    "nothing blank": (table(80, 0), ASK, "nothing to foretell"),
    "words that mean nothing": (changed(**{"Won?": "perhaps"}), ASK, '"perhaps", which says neither won nor lost'),
    "an id twice": (changed(Id="A1"), ASK, "Every row needs an id of its own"),
    "out is the file read": (table(40, 5), (*ASK[:4], "--out", "leads.csv"), "is the file that is read"),
    "no id named": (table(40, 5), ("--outcome", "Won?", "--out", "o.csv"), "such as --id"),
    "no way out": (table(40, 5), ASK[:4], "such as --out"),
    "an id for a workbook": (table(40, 5), ("--id", "Id"), "name the column of outcomes too"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_done_is_told_in_one_sentence(tmp_path, what):
    rows, arguments, sentence = WRONG[what]
    source = write(tmp_path / "leads.csv", rows)
    before = source.read_bytes()
    done = run(source, *arguments, folder=tmp_path)
    assert done.returncode == 3
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert source.read_bytes() == before
    assert not (tmp_path / "o.csv").exists()
