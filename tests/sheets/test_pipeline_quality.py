"""The block on data quality of the Pipeline sheet: its figures, its live formulas and its links to Issues."""

from __future__ import annotations

import pytest
from msgspec import structs

from leadbook.model.issues import Issue, Severity
from leadbook.sheets.issues import issues_sheet
from leadbook.sheets.pipeline import pipeline_sheet
from leadbook.sheets.spec import Formula, Link


def shown(content):
    return content.value if isinstance(content, Formula) else content


@pytest.fixture(scope="session", params=["clean_results", "dirty_results"])
def results(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def block(results):
    """The block's lines as rows of contents by column, the header first."""
    sheet = pipeline_sheet(results)
    cells = {(cell.row, cell.column): cell.content for cell in sheet.cells}
    top = next(row for (row, column), content in cells.items() if column == 1 and content == "Data quality") + 2
    lines = []
    for row in range(top, top + 60):
        lines.append({column: cells.get((row, column)) for column in range(1, 12)})
        if cells.get((row, 1)) == "Open in all":
            break
    return top, lines


def test_each_line_is_an_owners_open_leads_and_their_errors_counted_by_hand(results, block):
    _, lines = block
    frame = results.records.leads.frame
    wrong = {row for issue in results.issues
             if issue.severity is Severity.ERROR and results.records.leads.holds(issue)
             for row in ([issue.row] if issue.rows is None else issue.rows.tolist())}  # fmt: skip
    is_open = results.standing.frame["open"]
    for line in lines[1:-1]:
        folded = frame["owner"].str.split().str.join(" ").str.casefold()
        mine = frame[is_open & (folded == str(line[1]).casefold())]
        if line[1] == "Unknown":
            mine = frame[is_open & (frame["owner"] == "")]
        bad = mine.index.isin(wrong)
        assert shown(line[2]) == len(mine)
        assert line[3] == int((~bad).sum())
        assert shown(line[4]) == pytest.approx(mine["amount_base"].sum())
        assert line[5] == pytest.approx(mine.loc[bad, "amount_base"].sum())
        if shown(line[4]):
            assert shown(line[6]) == pytest.approx(1 - line[5] / shown(line[4]))
        else:
            assert shown(line[6]) == ""


def test_the_last_line_adds_up(block):
    _, lines = block
    for column in (2, 3, 4, 5):
        assert shown(lines[-1][column]) == pytest.approx(sum(shown(line[column]) for line in lines[1:-1]))


def test_open_leads_their_value_and_the_share_are_live(block):
    top, lines = block
    for row, line in enumerate(lines[1:-1], top + 1):
        assert line[6].text == f'=IF($D{row}=0,"",MAX(0,1-$E{row}/$D{row}))'
        if str(line[1])[0].isdigit():  # criteria of formulas take such a name for a number or a date
            continue
        assert isinstance(line[2], Formula)
        assert isinstance(line[4], Formula)


def test_the_commonest_fault_leads_to_the_first_such_issue_of_the_owner(results, block):
    _, lines = block
    table = issues_sheet(results).tables[0]
    frame = results.records.leads.frame
    seen = 0
    for line in lines[1:-1]:
        link = line[9]
        if link is None:
            continue
        assert isinstance(link, Link)
        row = int(link.target.rpartition("!A")[2])
        if row == table.row:
            continue
        told = table.rows[row - table.row - 1]
        assert told[1] == str(link.text).split()[0]
        owner = frame.loc[frame["lead_id"] == told[3], "owner"].iloc[0] if told[3] else line[1]
        assert owner.strip().casefold() == str(line[1]).casefold() or line[1] == "Unknown"
        seen += 1
    assert seen


def test_without_open_leads_the_block_is_not_there(results):
    standing = structs.replace(results.standing, frame=results.standing.frame.assign(open=False))
    changed = structs.replace(results, standing=standing)
    assert changed.quality.owners["open_leads"].sum() == 0
    assert "Data quality" not in [cell.content for cell in pipeline_sheet(changed).cells]


def test_a_fault_of_a_whole_column_shows_in_every_owners_share(results):
    leads = results.records.leads
    place = leads.places["amount"]
    whole = Issue(leads.table.sheet, 0, place, "LB311", Severity.ERROR, "All.", rows=leads.frame.index.to_numpy())
    owners = structs.replace(results, issues=[whole]).quality.owners
    assert (owners["clean_leads"] == 0).all()
    assert (owners.loc[owners["open_amount"] > 0, "clean_share"] == 0).all()
