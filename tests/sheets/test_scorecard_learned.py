import shutil

import openpyxl
import pytest

import leadbook
from leadbook.model.shipped import shipped
from leadbook.run.commands import SAMPLE_DAY


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The shipped sample, refreshed: enough won and lost to learn from."""
    path = tmp_path_factory.mktemp("learned") / "sample.xlsx"
    shutil.copy(str(shipped("workbooks", "sample.xlsx")), path)
    leadbook.refresh(path, as_of=SAMPLE_DAY)
    return path


def lines(path):
    return [[cell.value for cell in line] for line in openpyxl.load_workbook(path, data_only=True)["Scorecard"]]


def after(found, header):
    """Return the lines below the one that begins with a header, up to the next blank one."""
    start = next(at for at, line in enumerate(found) if line[0] == header)
    end = next(at for at in range(start + 1, len(found)) if found[at][0] is None)
    return found[start + 1 : end]


def test_the_points_table_tells_leads_won_and_lift_of_each_value(sample):
    listed = after(lines(sample), "Column")
    assert len(listed) > 20
    for column, value, points, n, won, rate, lift, *_ in listed:
        assert column
        assert value is not None
        assert isinstance(points, int | float)
        assert rate == pytest.approx(won / n)
        low, high = (float(part.strip("( x)")) for part in lift.partition("(")[2].split(" to "))
        assert low <= float(lift.partition(" x")[0]) <= high
    owners = [line for line in listed if line[0] == "Owner"]
    decided = leadbook.score(sample, as_of=SAMPLE_DAY).wins.learned
    assert sum(line[3] for line in owners) == decided.taught


@pytest.mark.slow
def test_figures_come_with_their_intervals_and_calibration_with_its_chart(sample):
    found = lines(sample)
    checks = [line for line in after(found, "Model") if line[1]]  # a sentence on what they mean follows
    assert [line[1] for line in checks] == ["left out in turn", "latest 25%"]
    for line in checks:
        assert 0 <= line[3] <= line[2] <= line[4] <= 1
        assert "won" in line[6]
    tenths = after(found, "Tenth of the leads, by chance")
    assert len(tenths) == 10
    assert all(line[3] <= line[2] <= line[4] for line in tenths)
    charts = openpyxl.load_workbook(sample)["Scorecard"]._charts  # noqa: SLF001 - openpyxl offers no other way
    assert len(charts) == 2
    assert max(line[4] for line in tenths) > 0.8
    assert charts[-1].y_axis.scaling.max == 1.0  # no share is above 100 %


def test_what_is_left_out_stands_there_with_the_evidence(sample):
    found = lines(sample)
    start = next(at for at, line in enumerate(found) if line[0] == "Columns that give the outcome away")
    listed = {line[0]: line[1:4] for line in found[start + 3 : start + 13] if line[0]}
    assert listed["Lost Reason"][:2] == ["left out", "Settings"]
    assert listed["Lost Reason"][2]


@pytest.mark.slow
def test_libreoffice_and_the_validator_have_nothing_against_it(sample, soffice, ooxml_validator, tmp_path):
    assert ooxml_validator(sample) == []
    back = lines(soffice(sample, tmp_path / "out"))
    assert [line[:3] for line in after(back, "Column")] == [line[:3] for line in after(lines(sample), "Column")]


def overruling(path):
    """Return what the Scorecard says of each column that gives the outcome away: decision, by whom, and the link."""
    sheet = openpyxl.load_workbook(path)["Scorecard"]
    rows = list(sheet.iter_rows())
    start = next(at for at, row in enumerate(rows) if row[0].value == "Columns that give the outcome away")
    head = next(at for at in range(start, start + 9) if rows[at][0].value == "Column")
    end = next(at for at in range(head, len(rows)) if rows[at][0].value is None)
    said = " ".join(str(row[0].value) for row in rows[start + 1 : head])
    return {
        row[0].value: (row[1].value, row[2].value, row[7].value, row[7].hyperlink and row[7].hyperlink.location)
        for row in rows[head + 1 : end]
    }, said


def cells_of_settings(path):
    sheet = openpyxl.load_workbook(path)["Settings"]
    return {cell.coordinate: str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}


def with_verdict(path):
    """Give the leads a column of the seller's own that is filled at the outcome."""
    book = openpyxl.load_workbook(path)
    sheet = book["Leads"]
    table = sheet.tables["Leads"]
    first, top, last, bottom = openpyxl.utils.range_boundaries(table.ref)
    stage = next(column for column in range(first, last + 1) if sheet.cell(top, column).value == "Stage")
    sheet.cell(top, last + 1, "Verdict")
    for row in range(top + 1, bottom + 1):
        sheet.cell(row, last + 1, {"Won": "signed", "Lost": "budget cut"}.get(sheet.cell(row, stage).value))
    letters = openpyxl.utils.get_column_letter
    table.ref = table.autoFilter.ref = f"{letters(first)}{top}:{letters(last + 1)}{bottom}"
    table.tableColumns.append(openpyxl.worksheet.table.TableColumn(id=last - first + 2, name="Verdict"))
    book.save(path)
    leadbook.refresh(path, as_of=SAMPLE_DAY)
    return path


def type_into(path, cells, *, grow=True):
    """Type into Settings as a seller does; Excel lets the table grow by what is typed right below it."""
    book = openpyxl.load_workbook(path)
    sheet = book["Settings"]
    for cell, value in cells.items():
        sheet[cell] = value
    leaks = sheet.tables["Leaks"]
    first, top, last, bottom = openpyxl.utils.range_boundaries(leaks.ref)
    letters = openpyxl.utils.get_column_letter
    if grow:
        bottom = max(bottom, *(sheet[cell].row for cell in cells))
    leaks.ref = f"{letters(first)}{top}:{letters(last)}{bottom}"
    if leaks.autoFilter:
        leaks.autoFilter.ref = leaks.ref
    book.save(path)
    leadbook.refresh(path, as_of=SAMPLE_DAY)


@pytest.fixture(scope="module")
def leaking(tmp_path_factory):
    path = tmp_path_factory.mktemp("leaking") / "sample.xlsx"
    shutil.copy(str(shipped("workbooks", "sample.xlsx")), path)
    return with_verdict(path)


@pytest.mark.slow
def test_typing_what_the_scorecard_says_into_the_cells_it_names_overrules_a_leak_and_takes_it_back(leaking, tmp_path):
    path = shutil.copy(leaking, tmp_path / "typed.xlsx")
    before = cells_of_settings(path)
    found, said = overruling(path)
    decision, by, label, link = found["Verdict"]
    name_cell, decision_cell = link, label.rpartition(", ")[2].partition(":")[0]
    assert (decision, by) == ("left out", "leadbook")
    assert not {name_cell.rpartition("!")[2], decision_cell} & before.keys()
    assert f"type its header into {name_cell} and keep or leave out into {decision_cell}, and refresh" in said
    type_into(path, {name_cell.rpartition("!")[2]: "Verdict", decision_cell: "keep"})
    found, _ = overruling(path)
    assert found["Verdict"][:3] == ("kept", "Settings", f"Settings!{decision_cell}: leave out")
    type_into(path, {decision_cell: "leave out"})
    assert overruling(path)[0]["Verdict"][:3] == ("left out", "Settings", f"Settings!{decision_cell}: keep")
    assert set(cells_of_settings(path).items()) - set(before.items()) == {
        (name_cell.rpartition("!")[2], "Verdict"), (decision_cell, "leave out")
    }  # fmt: skip


@pytest.mark.slow
def test_a_decision_that_stands_in_settings_is_linked_where_it_stands(leaking):
    found, _ = overruling(leaking)
    decision, by, label, link = found["Lost Reason"]
    assert (decision, by, label) == ("left out", "Settings", f"{link}: keep")
    sheet = openpyxl.load_workbook(leaking)["Settings"]
    cell = sheet[link.rpartition("!")[2]]
    assert cell.value == "leave out"
    assert cell.offset(0, -1).value == "Lost Reason"


@pytest.mark.slow
def test_a_row_typed_below_a_table_that_did_not_grow_is_said_not_to_count(leaking, tmp_path):
    path = shutil.copy(leaking, tmp_path / "below.xlsx")
    name_cell = overruling(path)[0]["Verdict"][3].rpartition("!")[2]
    type_into(path, {name_cell: "Verdict"}, grow=False)
    found, said = overruling(path)
    assert found["Verdict"][0] == "left out"
    assert "1 row typed below the table Leaks does not count yet" in said
    assert found["Verdict"][3] != f"Settings!{name_cell}"
