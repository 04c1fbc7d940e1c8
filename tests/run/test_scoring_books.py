import datetime as dt
import math

import openpyxl
import pytest

import leadbook
from leadbook.books.starter import starter_bytes
from leadbook.model.defaults import DEFAULT_PLAYBOOK

AS_OF = dt.date(2026, 11, 20)
HEADERS = (
    "Lead ID", "Company", "Industry", "Employees", "Source", "Owner", "Stage", "Created", "Amount",
    "Probability Override", "Close Date", "Shoe Size", "Verdict",
)  # fmt: skip


def book(path, won=60, lost=90, waiting=40, leaks=()):
    """Write a workbook in which leads from referrals win three times as often; the verdict gives it away."""
    path.write_bytes(starter_bytes(DEFAULT_PLAYBOOK))
    made = openpyxl.load_workbook(path)
    sheet = made["Leads"]
    places = {cell.value: cell.column for cell in sheet[1]}
    for header in HEADERS:
        if header not in places:
            places[header] = max(places.values()) + 1
            sheet.cell(1, places[header], header)
    ends = ["Won"] * won + ["Lost"] * lost + ["Proposal"] * waiting
    for number, stage in enumerate(ends):
        row = number + 2
        referral = number % 4 != 0 if stage == "Won" else number % 4 == 0 if stage == "Lost" else number % 2 == 0
        created = dt.date(2025, 1, 1) + dt.timedelta(days=(number * 37) % 500)
        values = {
            "Lead ID": f"L-{number:04d}", "Company": f"Company {number}", "Industry": "Software", "Employees": 100,
            "Source": "Referral" if referral else "Web", "Owner": "Ana", "Stage": stage, "Created": created,
            "Amount": 1_000, "Close Date": None if stage == "Proposal" else created + dt.timedelta(days=40),
            "Shoe Size": 36 + number % 9, "Verdict": {"Won": "up", "Lost": "down"}.get(stage),
            "Probability Override": 0.33 if number == len(ends) - 1 else None,
        }  # fmt: skip
        for header, value in values.items():
            sheet.cell(row, places[header], value)
    last = openpyxl.utils.get_column_letter(max(places.values()))
    table = sheet.tables["Leads"]
    table.ref = f"A1:{last}{len(ends) + 1}"
    table.autoFilter.ref = table.ref
    while len(table.tableColumns) < max(places.values()):
        header = sheet.cell(1, len(table.tableColumns) + 1).value
        table.tableColumns.append(openpyxl.worksheet.table.TableColumn(id=len(table.tableColumns) + 1, name=header))
    settings = made["Settings"]
    if leaks:
        kept = settings.tables["Leaks"]
        first, end = kept.ref.split(":")
        column = openpyxl.utils.cell.coordinate_from_string(first)[0]
        at = openpyxl.utils.column_index_from_string(column)
        bottom = openpyxl.utils.cell.coordinate_from_string(end)[1]
        for step, (name, decision) in enumerate(leaks, 1):
            settings.cell(bottom + step, at, name)
            settings.cell(bottom + step, at + 1, decision)
        kept.ref = f"{first}:{openpyxl.utils.cell.coordinate_from_string(end)[0]}{bottom + len(leaks)}"
        kept.autoFilter = None
    made.save(path)
    return path


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    return leadbook.score(book(tmp_path_factory.mktemp("scored") / "leads.xlsx"), as_of=AS_OF)


def wins(scored):
    frame = scored.standing.frame
    return {
        lead: (win, source)
        for lead, win, source in zip(
            scored.records.leads.frame["lead_id"], frame["base_win"], frame["win_source"], strict=True
        )
    }


def test_open_leads_get_the_chance_their_columns_give_closed_ones_their_outcome_and_an_override_stands(scored):
    found = wins(scored)
    assert found["L-0000"] == (1.0, "outcome")
    assert found["L-0100"] == (0.0, "outcome")
    assert found["L-0189"] == (0.33, "override")
    referral, web = found["L-0150"], found["L-0151"]
    assert referral[1] == web[1] == "learned"
    assert referral[0] > web[0] + 0.2


def test_the_seller_s_own_columns_teach_and_the_one_that_gives_it_away_does_not(scored):
    columns = {finding.header: finding for finding in scored.wins.learned.findings}
    assert columns["Shoe Size"].teaches
    assert columns["Verdict"].leak
    assert "0% of the open ones" in columns["Verdict"].why
    assert columns["Close Date"].leak
    assert columns["Close Date"].by_seller
    assert not {"Score", "Win %", "Grade", "Stage", "Lead ID"} & columns.keys()


def test_reasons_of_a_lead_add_up_to_its_win(scored):
    shown = scored.standing.frame["win"].to_numpy()
    assert len(scored.reasons.rows) == 39
    for at, row in enumerate(scored.reasons.rows.tolist()):
        total = sum(term.log_odds for term in scored.reasons.terms(at))
        assert 1 / (1 + math.exp(-total)) == pytest.approx(shown[row], abs=0.002)


def test_settings_overrule_the_guard_both_ways(tmp_path):
    path = book(tmp_path / "leads.xlsx", leaks=(("Verdict", "keep"), ("Shoe Size", "leave out")))
    columns = {finding.header: finding for finding in leadbook.score(path, as_of=AS_OF).wins.learned.findings}
    assert columns["Verdict"].teaches
    assert columns["Verdict"].by_seller
    assert not columns["Shoe Size"].teaches


def test_too_few_outcomes_leave_the_stage_s_chance_and_the_scorecard_says_what_is_missing(tmp_path):
    path = book(tmp_path / "leads.xlsx", won=20, lost=90)
    found = leadbook.score(path, as_of=AS_OF)
    assert wins(found)["L-0110"] == (0.5, "stage")
    leadbook.refresh(path, as_of=AS_OF)
    cells = [cell.value for row in openpyxl.load_workbook(path)["Scorecard"].iter_rows() for cell in row if cell.value]
    assert any("insufficient history (20 won, 90 lost)" in str(value) for value in cells)


def test_a_refresh_writes_the_chance_its_reasons_and_the_scorecard(tmp_path, scored):
    path = book(tmp_path / "leads.xlsx")
    leadbook.refresh(path, as_of=AS_OF)
    made = openpyxl.load_workbook(path, data_only=True)
    header = [cell.value for cell in made["Leads"][1]]
    row = dict(zip(header, [cell.value for cell in made["Leads"][152]], strict=True))
    assert row["Lead ID"] == "L-0150"
    frame = scored.standing.frame
    assert row["Win %"] == pytest.approx(frame["win"].loc[152])
    assert "| Win: start" in row["Score Reasons"]
    assert "Source Referral +" in row["Score Reasons"]
    cells = [[cell.value for cell in line] for line in made["Scorecard"].iter_rows()]
    assert any(line[:2] == ["Source", "Referral"] and line[2] > 0 for line in cells)
    assert any(line[0] == "Verdict" and line[1] == "left out" for line in cells)


def test_a_past_day_scores_the_leads_of_that_day_and_says_what_it_cannot_know(tmp_path):
    day = dt.date(2025, 9, 1)
    found = leadbook.score(book(tmp_path / "leads.xlsx"), as_of=day)
    created = {f"L-{number:04d}": dt.date(2025, 1, 1) + dt.timedelta(days=(number * 37) % 500) for number in range(190)}
    assert set(found.records.leads.frame["lead_id"]) == {lead for lead, came in created.items() if came <= day}
    ended = sum(came + dt.timedelta(days=40) <= day for lead, came in created.items() if lead < "L-0150")
    learned = found.wins.learned
    assert learned.won + learned.lost == ended
    assert any("goes on after 1 Sep 2025" in note and "Not known any more" in note for note in found.notes)
