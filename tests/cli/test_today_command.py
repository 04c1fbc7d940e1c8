"""``leadbook today``: a seller's morning in text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leadbook.cli import main

SAMPLE = str(Path(__file__).resolve().parents[2] / "workbooks" / "sample.xlsx")
DAY = ["--as-of", "2026-11-20"]


def test_each_owner_has_a_list_that_says_what_to_do(capsys):
    assert main(["today", SAMPLE, *DAY]) == 0
    told = capsys.readouterr().out
    blocks = told.split("\n\n")[1:]
    assert [block.split(",")[0] for block in blocks][:2] == ["Chloe Martin", "Ana Costa"]
    assert all(f"  and {more} more" in told for more in (15, 10))
    assert "Call now or reassign to Ben Okafor: cold lead, SLA 16 h" in told
    assert "first contact cold: " in told


def test_one_owner_is_listed_whatever_the_case_and_as_json_in_full(capsys):
    assert main(["today", SAMPLE, *DAY, "--owner", "ana  COSTA", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    [owner] = told["owners"]
    assert owner["owner"] == "Ana Costa"
    assert owner["more"] == 0
    assert len(owner["list"]) == owner["listed"] == owner["leads"]
    waiting = [lead for lead in owner["list"] if lead["sla"] == "reassign"]
    assert waiting
    assert all(lead["sla_hours_left"] < 0 for lead in waiting)
    # Region North is Ana's alone, as the sample's Routing has it.
    assert {(lead["take_over"], lead["take_over_why"]) for lead in waiting} == {
        (None, "North in Settings/Routing names nobody else")
    }
    assert {lead["take_over"] for lead in owner["list"] if lead["sla"] != "reassign"} == {None}


def test_the_book_stays_as_it_is(capsys, tmp_path):
    book = tmp_path / "sample.xlsx"
    book.write_bytes(Path(SAMPLE).read_bytes())
    assert main(["today", str(book), *DAY]) == 0
    assert capsys.readouterr().out.startswith("sample.xlsx as of 20 Nov 2026")
    assert book.read_bytes() == Path(SAMPLE).read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["sample.xlsx"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Ana Cost", 'Did you mean "Ana Costa"?'),
        ("Zoltan", 'No lead belongs to "Zoltan". Owners are: Ana Cosat, Ana Costa, '),
    ],
)
def test_an_owner_nobody_knows_is_said_with_the_nearest_name(capsys, name, hint):
    assert main(["today", SAMPLE, *DAY, "--owner", name]) == 3
    assert hint in capsys.readouterr().err
