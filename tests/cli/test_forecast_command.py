"""``leadbook forecast`` and ``leadbook backtest``: the JSON, the words, bad inputs, and real deals."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

import leadbook
from leadbook.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent.parent
DAY = "2026-11-20"
PERIOD = {"start", "closed", "open", "new", "p10", "p50", "p90", "method"}
MAVEN = (
    "opportunity_id",
    "sales_agent",
    "product",
    "account",
    "deal_stage",
    "engage_date",
    "close_date",
    "close_value",
)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return Path(shutil.copy(ROOT / "workbooks" / "sample.xlsx", tmp_path / "sample.xlsx"))


def as_json(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_json_has_what_programs_were_promised(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = hashlib.sha256(sample.read_bytes()).hexdigest()
    told = as_json(capsys, "forecast", str(sample), "--as-of", DAY)
    assert set(told) == {"as_of", "months", "quarters", "deals"}
    assert told["as_of"] == DAY
    assert (told["months"][0]["start"], told["quarters"][0]["start"]) == ("2026-11-01", "2026-10-01")
    assert len(told["months"]) >= 7
    assert len(told["quarters"]) >= 4
    for period in (*told["months"], *told["quarters"]):
        assert set(period) == PERIOD
        assert period["closed"] <= period["p10"] <= period["p50"] <= period["p90"]
    assert {frozenset(deal) for deal in told["deals"]} == {frozenset({"id", "win", "win_30d", "stale"})}
    assert all(0 <= deal["win_30d"] <= deal["win"] <= 1 for deal in told["deals"])
    assert {type(deal["stale"]) for deal in told["deals"]} == {bool}
    assert hashlib.sha256(sample.read_bytes()).hexdigest() == before
    assert list(sample.parent.iterdir()) == [sample]
    assert as_json(capsys, "forecast", str(sample), "--as-of", DAY) == told


def test_python_and_the_command_say_the_same(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = as_json(capsys, "forecast", str(sample), "--as-of", DAY)
    report = leadbook.forecast(sample, as_of=dt.date.fromisoformat(DAY))
    assert [round(amount, 2) for amount in report.forecast.outlook.months["open"]] == [
        month["open"] for month in told["months"]
    ]
    assert len(report.deals) == len(told["deals"])
    assert leadbook.backtest(sample, as_of=report.as_of).forecast.outlook.method == report.forecast.outlook.method


def test_people_read_months_quarters_and_how_it_was_made(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forecast", str(sample), "--as-of", DAY]) == 0
    told = capsys.readouterr().out
    for word in ("Nov 2026", "Q4 2026", "P10", "P90", "quota", "Method: ", "leadbook backtest"):
        assert word in told
    assert "nan" not in told


def test_the_backtest_shows_every_method_and_marks_the_one_used(
    sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backtest", str(sample), "--as-of", DAY]) == 0
    told = capsys.readouterr().out
    for method in ("stage-weighted", "win rate by age", "run rate", "seasonal", "blend"):
        assert method in told
    assert told.count("<- used") == 1
    found = as_json(capsys, "backtest", str(sample), "--as-of", DAY)
    assert [row["method"] for row in found["methods"] if row["chosen"]] == [found["method"]]
    assert {"month_wape", "month_bias", "quarter_wape", "quarter_bias"} <= set(found["methods"][0])


def test_a_young_book_gets_the_weighted_number_labelled_as_such(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = leads_file(
        tmp_path / "young.xlsx", [("A", "Ann", "Pro", "Acme", "Proposal", dt.date(2026, 11, 1), None, 9000)]
    )
    told = as_json(capsys, "forecast", str(book), "--as-of", DAY)
    assert {month["method"] for month in told["months"]} == {"stage-weighted, insufficient history"}
    assert {month["p10"] for month in told["months"]} == {None}
    assert told["deals"] == [{"id": "A", "win": 0.5, "win_30d": None, "stale": told["deals"][0]["stale"]}]
    assert main(["forecast", str(book), "--as-of", DAY]) == 0
    assert "No answer from history yet" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["forecast", "backtest"])
@pytest.mark.parametrize("name", ["nowhere.xlsx", "empty.xlsx", "starter.xlsx", "text.xlsx"])
def test_what_cannot_be_forecast_is_told_in_one_sentence(
    command: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    openpyxl.Workbook().save(tmp_path / "empty.xlsx")
    shutil.copy(ROOT / "workbooks" / "starter.xlsx", tmp_path / "starter.xlsx")
    (tmp_path / "text.xlsx").write_text("no workbook")
    assert main([command, name, "--as-of", DAY]) == 3
    told = [line for line in capsys.readouterr().err.strip().splitlines() if not line.endswith("…")]
    assert len(told) == 1
    assert told[0].startswith("leadbook: ")


def leads_file(path: Path, rows: list[tuple[object, ...]]) -> Path:
    """Write a plain list as nobody has adopted it, with the headers of a published CRM data set."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (MAVEN, *rows):
        sheet.append(row)
    book.save(path)
    return path


def maven_rows(folder: Path, today: dt.date) -> list[tuple[object, ...]]:
    """Return the deals as they were known on a day."""
    rows: list[tuple[object, ...]] = []
    with (folder / "maven_crm" / "sales_pipeline_2017-07-31.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            began, closed = (_day(row[key]) for key in ("engage_date", "close_date"))
            if began and began > today:
                continue
            open_then = closed is None or closed > today
            stage = "Engaging" if open_then and row["deal_stage"] in {"Won", "Lost"} else row["deal_stage"]
            value = None if open_then or not row["close_value"] else float(row["close_value"])
            rows.append((
                row["opportunity_id"], row["sales_agent"], row["product"], row["account"] or None, stage, began,
                None if open_then else closed, value,
            ))  # fmt: skip
    return rows


def _day(text: str) -> dt.date | None:
    return dt.datetime.strptime(text, "%m/%d/%Y").date() if text else None  # noqa: DTZ007 - a day has no zone


def test_a_plain_list_of_real_deals_is_forecast_as_it_stands(
    shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    today = dt.date(2017, 7, 31)
    book = leads_file(tmp_path / "deals.xlsx", maven_rows(shared_data, today))
    before = book.read_bytes()
    told = as_json(capsys, "forecast", str(book), "--as-of", "2017-07-31")
    assert book.read_bytes() == before
    months = {month["start"]: month for month in told["months"]}
    assert months["2017-07-01"]["closed"] == months["2017-07-01"]["p90"] == 696_932
    mean = {start: month["closed"] + month["open"] + month["new"] for start, month in months.items()}
    # Two first months of a quarter were weak (722 and 697 thousand), three others 1,026 to 1,338 thousand.
    assert mean["2017-10-01"] < 0.85 * mean["2017-08-01"]
    assert mean["2017-10-01"] < 0.75 * mean["2017-09-01"]
    assert 700_000 < mean["2017-08-01"] < 1_400_000
    stale = [deal for deal in told["deals"] if deal["stale"]]
    assert 200 < len(stale) < 700
    assert len(told["deals"]) == 2_757


@pytest.mark.slow
def test_a_day_the_book_has_lived_beyond_knows_nothing_of_what_came(shared_data: Path, tmp_path: Path) -> None:
    day = dt.date(2017, 6, 30)
    then = leads_file(tmp_path / "then.xlsx", maven_rows(shared_data, day))
    now = leads_file(tmp_path / "now.xlsx", maven_rows(shared_data, dt.date(2017, 7, 31)))
    one, other = (leadbook.forecast(path, as_of=day) for path in (then, now))
    assert any("goes on after 30 Jun 2017" in note for note in other.notes)
    assert other.forecast.months["closed"].tolist() == one.forecast.months["closed"].tolist()
    assert set(other.deals["id"]) == set(one.deals["id"])
    mine, theirs = (report.forecast.outlook.months for report in (one, other))
    assert theirs["mean"].to_numpy() == pytest.approx(mine["mean"].to_numpy(), rel=0.03)


@pytest.mark.slow
def test_win_30d_on_real_deals_beats_the_stage_alone(shared_data: Path, tmp_path: Path) -> None:
    said: list[tuple[float, bool]] = []
    for day in (dt.date(2017, 6, 15), dt.date(2017, 6, 30)):
        book = leads_file(tmp_path / f"{day}.xlsx", maven_rows(shared_data, day))
        deals = leadbook.forecast(book, as_of=day).deals
        won = {
            row[0]: row[6]
            for row in maven_rows(shared_data, dt.date(2017, 7, 31))
            if row[4] == "Won" and isinstance(row[6], dt.date)
        }
        soon = day + dt.timedelta(days=30)
        for lead, chance in zip(deals["id"], deals["win_30d"], strict=True):
            closed = won.get(lead)
            said.append((float(chance), closed is not None and day < closed <= soon))
    rate = sum(came for _, came in said) / len(said)
    brier = sum((chance - came) ** 2 for chance, came in said) / len(said)
    assert brier < rate * (1 - rate)  # better than everyone at the mean
    ranked = sorted(said, key=lambda pair: pair[0])
    hits = [place for place, (_, came) in enumerate(ranked, 1) if came]
    area = (sum(hits) - len(hits) * (len(hits) + 1) / 2) / (len(hits) * (len(ranked) - len(hits)))
    assert area > 0.75


@pytest.mark.slow
def test_an_adopted_and_refreshed_list_is_forecast_alike(
    shared_data: Path, tmp_path: Path, soffice: Callable[..., Path]
) -> None:
    today = dt.date(2017, 7, 31)
    plain = leads_file(tmp_path / "plain.xlsx", maven_rows(shared_data, today))
    adopted = Path(shutil.copy(plain, tmp_path / "adopted.xlsx"))
    leadbook.adopt(adopted)
    leadbook.refresh(adopted, as_of=today)
    one, other = (leadbook.forecast(path, as_of=today).forecast.outlook.months for path in (plain, adopted))
    assert other["open"].to_numpy() == pytest.approx(one["open"].to_numpy(), rel=0.02)
    sheet = openpyxl.load_workbook(soffice(adopted, tmp_path / "out"), data_only=True)["Forecast"]
    texts = {str(cell.value) for row in sheet.iter_rows(max_col=1) for cell in row}
    assert {"What history says", "How good such forecasts were", "Rose tint"} <= texts


def test_what_is_in_no_month_is_said_beneath_the_months(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["Company", "Stage", "Amount", "Close Date"],
        ["Ox", "Proposal", 4000, None],
        ["Elk", "Proposal", 2000, None],
        ["Yak", "Proposal", 900, dt.date(2026, 11, 2)],
    ):
        book.active.append(row)
    book.save(tmp_path / "tracker.xlsx")
    assert main(["forecast", str(tmp_path / "tracker.xlsx"), "--as-of", DAY]) == 0
    said = capsys.readouterr().out
    assert "2 open deals have no close date and are in no month: 6,000 EUR (3,000 weighted)." in said
    assert "1 open deal is past its close date and is in no month: 900 EUR." in said
