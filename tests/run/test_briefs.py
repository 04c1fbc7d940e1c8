"""Briefs from a workbook to files, by the leads' ids."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from leadbook.cli import main
from leadbook.model.issues import InputError
from leadbook.run.briefs import briefs

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = dt.date(2026, 11, 20)


def test_each_lead_gets_a_file_and_none_is_replaced(sample: Path):
    first = briefs(sample, ["L-0301", "l-0397"], as_of=AS_OF)
    again = briefs(sample, ["L-0301"], as_of=AS_OF)
    folder = sample.parent / "Briefs"
    assert first.files == ("Brief - Beacon Precision GmbH - L-0301.docx", "Brief - Nimbus Freight - L-0397.docx")
    assert again.files == ("Brief - Beacon Precision GmbH - L-0301 (2).docx",)
    assert (folder / first.files[0]).read_bytes() == (folder / again.files[0]).read_bytes()
    assert first.sentence == f"2 briefs in {folder}: {first.files[0]}, {first.files[1]}."


def test_a_teams_own_template_is_taken_and_its_faults_are_told(sample: Path):
    import docx

    own = sample.parent / "templates"
    own.mkdir()
    document = docx.Document()
    document.add_paragraph("{{ lead.compny }}")
    document.save(own / "Brief.docx")
    with pytest.raises(
        InputError, match=r"Brief\.docx, .*there is no field lead\.compny; did you mean lead\.company\?"
    ):
        briefs(sample, ["L-0301"], as_of=AS_OF)
    assert not (sample.parent / "Briefs").exists()


def test_the_command_asks_for_a_lead(sample: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["brief", str(sample)]) == 3
    assert capsys.readouterr().err == "leadbook: Say which leads you meet, such as --lead L-0042.\n"
    assert main(["brief", str(sample), "--lead", "L-9999", "--as-of", "2026-11-20"]) == 3
    assert 'There is no lead "L-9999".' in capsys.readouterr().err
