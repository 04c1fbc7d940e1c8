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


def test_what_is_left_out_stands_there_with_the_evidence(sample):
    found = lines(sample)
    start = next(at for at, line in enumerate(found) if line[0] == "Columns that give the outcome away")
    listed = {line[0]: line[1:4] for line in found[start + 3 : start + 12] if line[0]}
    assert listed["Lost Reason"][:2] == ["left out", "Settings"]
    assert listed["Lost Reason"][2]


def test_libreoffice_and_the_validator_have_nothing_against_it(sample, soffice, ooxml_validator, tmp_path):
    assert ooxml_validator(sample) == []
    back = lines(soffice(sample, tmp_path / "out"))
    assert [line[:3] for line in after(back, "Column")] == [line[:3] for line in after(lines(sample), "Column")]
