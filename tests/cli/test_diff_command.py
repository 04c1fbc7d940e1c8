"""``leadbook diff`` as a manager types it before the meeting."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import pandas as pd
import pytest
from openpyxl import load_workbook

import leadbook
from leadbook.analysis.measure_waterfall import STEPS
from leadbook.cli import CANNOT, DONE, main
from leadbook.model.shipped import shipped

DAY = ["--as-of", "2026-11-20"]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("diff") / "sample.xlsx"
    shutil.copy(shipped("workbooks", "sample.xlsx"), path)
    return path


def test_what_changed_is_told_and_adds_up(book, capsys):
    before = book.read_bytes()
    assert main(["diff", str(book), "--since", "2026-11-01", *DAY]) == DONE
    said = capsys.readouterr().out
    assert "end of 01 Nov 2026 to end of 20 Nov 2026" in said
    assert "Won: 7 deals, 135,970" in said
    assert "L-0282     Pinewood Tools Sp. z o.o.  Objections → Won  45,500  David Lind" in said
    assert "The steps add up to the end; residual 0.00." in said
    assert book.read_bytes() == before


def test_json_tells_the_same_and_sums_to_the_end(book, capsys):
    assert main(["diff", str(book), "--since", "2026-11-01", "--json", *DAY]) == DONE
    found = json.loads(capsys.readouterr().out)
    amounts = {step["step"]: step["amount"] for step in found["waterfall"]}
    assert round(sum(amounts.values()) - 2 * amounts["End"], 2) == found["residual"] == 0
    assert found["totals"]["won"] == {"deals": 7, "amount": 135970.0}
    won = [change for change in found["changes"] if change["kind"] == "won"]
    assert sum(change["amount"] for change in won) == -amounts["Won"] == 135970
    assert found["leads_changed"] == len({change["lead_id"] for change in found["changes"]})


def test_a_past_day_is_told_as_history_had_it(book, capsys):
    assert main(["diff", str(book), "--since", "2026-05-01", "--as-of", "2026-06-01", "--json"]) == DONE
    then = json.loads(capsys.readouterr().out)
    assert main(["diff", str(book), "--since", "2026-05-01", "--until", "2026-06-01", "--json", *DAY]) == DONE
    assert then == json.loads(capsys.readouterr().out)
    assert then["leads_changed"] > 20


@pytest.mark.slow
def test_it_can_be_shown_in_a_meeting(book, tmp_path, capsys, ooxml_validator):
    out = tmp_path / "changes.xlsx"
    assert main(["diff", str(book), "--since", "2026-10-01", "--due", "2026-Q4", "--xlsx", str(out), *DAY]) == DONE
    assert f"Written to {out}." in capsys.readouterr().out
    sheet = load_workbook(out)["Changes"]
    told = {row[0]: row[1] for row in sheet.iter_rows(min_row=5, max_row=20, max_col=2, values_only=True) if row[0]}
    assert told["End"] == pytest.approx(sum(told[step] for step in STEPS[:-1]))
    assert len(sheet._charts) == 1  # noqa: SLF001 - openpyxl has no other way to ask
    table = sheet.tables["Changes"]
    assert [cell.value for cell in sheet[table.ref][1]][:3] == ["Won", "L-0282", "Pinewood Tools Sp. z o.o."]
    assert main(["diff", str(book), "--since", "2026-10-01", "--xlsx", str(out), *DAY]) == CANNOT
    assert "exists already" in capsys.readouterr().err
    assert main(["diff", str(book), "--since", "2026-10-01", "--xlsx", "x.csv", *DAY]) == CANNOT
    assert not ooxml_validator(out)


def test_one_seller_and_one_period(book, capsys):
    assert main(["diff", str(book), "--since", "2026-11-01", "--owner", "ana costa", "--json", *DAY]) == DONE
    mine = json.loads(capsys.readouterr().out)
    assert {change["owner"] for change in mine["changes"]} == {"Ana Costa"}
    assert main(["diff", str(book), "--since", "2026-10-01", "--due", "2026-Q4", *DAY]) == DONE
    said = capsys.readouterr().out
    assert "Open pipeline, due in 2026-Q4:" in said
    assert "Pushed out  " in said


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--since", "2024-01-01"], DONE, "insufficient history (since 24 Sep 2025)"),
        (["--since", "2026-11-20", "--until", "2026-11-01"], CANNOT, "give the earlier day first"),
        (["--since", "2026-11-01", "--until", "2027-01-01"], CANNOT, "has not come yet"),
        (["--since", "2026-11-01", "--owner", "Nobody"], CANNOT, 'No lead is or was owned by "Nobody"'),
        (["--since", "2026-11-01", "--due", "soon"], CANNOT, '"soon" is no period'),
    ],
)
def test_what_cannot_be_told_is_said_in_a_sentence(book, capsys, arguments, code, said):
    assert main(["diff", str(book), *arguments, *DAY]) == code
    out, err = capsys.readouterr()
    assert said in (out if code == DONE else err)


def test_the_state_of_a_day_for_python(book):
    day, today = dt.date(2026, 6, 1), dt.date(2026, 11, 20)
    state = leadbook.state_on(book, day, as_of=today)
    history = pd.read_excel(book, sheet_name="History", engine="openpyxl")
    known = history[history["Changed At"] <= pd.Timestamp(day)].groupby("Lead ID")["Stage"].last()
    assert state["stage"].to_dict() == known.to_dict()
    with pytest.raises(leadbook.LeadbookError, match="insufficient history"):
        leadbook.state_on(book, dt.date(2020, 1, 1), as_of=today)
