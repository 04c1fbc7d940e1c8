"""A brief is one page, says what is known and what is not, and stays text whatever cells hold."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
import tomllib
import zipfile
from pathlib import Path

import docx
import pytest

from leadbook.documents.brief import Known, brief_fields
from leadbook.documents.example_brief import BRIEF_MEANINGS, example_brief
from leadbook.documents.plain_text import clipped
from leadbook.documents.template_files import find_template
from leadbook.documents.template_kinds import KINDS
from leadbook.documents.word_template import ready
from leadbook.model.qualifying import SEVEN_QUESTIONS
from leadbook.run.as_it_stands import read_as_it_is, records_to
from leadbook.run.chances import place_leads

ROOT = Path(__file__).parent.parent.parent
CELLS = tomllib.loads((Path(__file__).parent / "corpus" / "cells.toml").read_text(encoding="utf-8"))["cells"]
TODAY = dt.date(2026, 11, 20)
FONTS = ("Calibri", "Carlito")
LONG = "Weiterverarbeitungsmaschinen und Wagenpark-Management für die GmbH & Co. KG " * 9
TEXTS = (
    "company", "first_name", "last_name", "job_title", "email", "phone", "website", "city", "country", "industry",
    "source", "owner", "competitor", "terms", "notes", "problem", "trigger", "impact", "signer", "personal_stake",
    "next_step",
)  # fmt: skip


@pytest.fixture(scope="module")
def known() -> Known:
    records = records_to(read_as_it_is(ROOT / "workbooks" / "sample.xlsx")[0], TODAY, "brief on")
    placed = place_leads(records, TODAY)
    return Known(records, placed.scores, placed.standing, placed.visits)


def place_of(known: Known, lead_id: str) -> int:
    return known.records.leads.frame["lead_id"].tolist().index(lead_id)


def filled(fields: dict[str, object]) -> bytes:
    file = find_template(None, "brief.docx")
    return ready(file.read_bytes(), file.name).fill(fields)


def told(content: bytes) -> str:
    """All text of the document's body, in order."""
    body = docx.Document(io.BytesIO(content)).element.body
    return "\n".join(
        "".join(node.text or "" for node in p.iter() if node.tag.endswith("}t")) for p in body.iter(f"{body.tag[:-4]}p")
    )


def overflowing(known: Known, text: str) -> Known:
    """A lead of whom more is known than fits, in the longest words."""
    frame = known.records.leads.frame.copy()
    place = place_of(known, "L-0301")
    for key in TEXTS:
        frame.iloc[place, frame.columns.get_loc(key)] = text
    frame.iloc[place, frame.columns.get_loc("objections")] = "\n".join([text] * 6)
    colleagues = [frame["lead_id"].tolist().index(f"L-{number:04}") for number in range(302, 312)]
    for other in colleagues:
        for key in ("company", "first_name", "last_name", "job_title", "owner"):
            frame.iloc[other, frame.columns.get_loc(key)] = text
    activities = known.records.activities.frame.copy()
    mine = activities["lead_id"] == "L-0301"
    for key in ("type", "outcome", "notes", "owner"):
        activities.loc[mine, key] = text
    scores = known.scores.frame.copy()
    scores.iloc[place, scores.columns.get_loc("reasons")] = ";".join([text] * 9)
    scores.iloc[place, scores.columns.get_loc("raise_most")] = text
    standing = known.standing.frame.copy()
    for key in ("flags", "next_action"):
        standing.iloc[place, standing.columns.get_loc(key)] = text
    standing.iloc[place, standing.columns.get_loc("missing")] = ", ".join(["Trigger or Problem"] * 12)
    return Known(
        replaced(known.records, leads=replaced(known.records.leads, frame=frame),
                 activities=replaced(known.records.activities, frame=activities)),
        replaced(known.scores, frame=scores), replaced(known.standing, frame=standing), known.visits,
    )  # fmt: skip


def replaced(record, **changes):
    from msgspec import structs

    return structs.replace(record, **changes)


def test_the_shipped_template_is_what_its_script_builds():
    from brief_template import PLACE, build

    def members(content: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return {name: package.read(name) for name in package.namelist()}

    assert members(PLACE.read_bytes()) == members(build())


def shape(value: object) -> object:
    """A group's names, a list's items, and which plain values are texts and numbers."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])]
    return type(value)


def test_the_fields_that_are_explained_are_those_there_are(known: Known):
    fields = brief_fields(overflowing(known, "Alder"), place_of(known, "L-0301"), TODAY)
    without = brief_fields(known, place_of(known, "L-0397"), TODAY)
    fields["questions"]["open"] = without["questions"]["open"]
    fields["way"]["next_missing"] = without["way"]["next_missing"]
    fields["planned"] = fields["activities"]  # the sample has nothing planned
    assert shape(fields) == shape(example_brief())
    kind = KINDS["brief"]
    assert [field.name for field in kind.fields() if not field.meaning] == []
    assert set(BRIEF_MEANINGS) <= {field.name for field in kind.fields()}


def test_a_lead_nobody_has_talked_to_is_all_questions(known: Known):
    fields = brief_fields(known, place_of(known, "L-0397"), TODAY)
    assert fields["questions"] == {"open": list(SEVEN_QUESTIONS.values()), "answered": []}
    text = told(filled(fields))
    assert "Nimbus Freight" in text
    assert text.index("Ask in this meeting") < text.index("What is the problem?")
    assert "What we know" not in text
    assert "None written down: ask what could stop it." in text
    assert "Missing there: Trigger or Problem, First Contacted, Next Step" in text
    assert "No activity is written down." in text


def test_a_deal_under_way_is_told_with_its_objection_its_stages_and_its_past(known: Known):
    lead = known.records.leads.frame.iloc[place_of(known, "L-0301")]
    text = told(filled(brief_fields(known, place_of(known, "L-0301"), TODAY)))
    for key in ("company", "first_name", "job_title", "email", "phone", "objections", "problem", "impact", "next_step"):
        assert str(lead[key]) in text
    assert "Done here when: Objections resolved" in text
    assert "In the way of Closing" in text
    assert text.index("Initial contact") < text.index("Assessment") < text.index("Objections, 11 days so far")
    assert "and 4 earlier ones" in text  # of twelve activities


def test_every_number_is_the_workbooks_own(known: Known):
    place = place_of(known, "L-0301")
    fields = brief_fields(known, place, TODAY)
    activities = known.records.activities.frame
    mine = activities[(activities["lead_id"] == "L-0301") & (activities["date"].dt.date <= TODAY)]
    assert len(fields["activities"]) + fields["more_activities"] == len(mine)
    assert fields["score"]["total"] == f"{known.scores.frame['total'].iloc[place]:.0f}"
    amount = known.records.leads.frame["amount"].iloc[place]
    assert fields["lead"]["amount"] == f"{amount:,.0f} EUR"
    # Each stage ends where the next begins.
    assert sum(stage["days"] for stage in fields["stages"][-2:]) == (TODAY - dt.date(2026, 10, 22)).days


def test_colleagues_are_the_other_leads_of_the_company_whatever_its_legal_form(known: Known):
    frame = known.records.leads.frame.copy()
    place, other = place_of(known, "L-0301"), place_of(known, "L-0302")
    frame.iloc[other, frame.columns.get_loc("company")] = "BEACON PRECISION Ltd"
    changed = replaced(known, records=replaced(known.records, leads=replaced(known.records.leads, frame=frame)))
    assert [one["id"] for one in brief_fields(changed, place, TODAY)["contacts"]] == ["L-0302"]
    assert [one["id"] for one in brief_fields(changed, other, TODAY)["contacts"]] == ["L-0301"]


def as_wide_as_calibri() -> bool:
    """Whether the font of the brief is there, or the one that has its widths: in any other its texts are longer."""
    program = shutil.which("fc-list")
    if program is None:
        return False
    listed = [subprocess.run([program, f":family={name}"], check=True, capture_output=True) for name in FONTS]
    return any(found.stdout for found in listed)


@pytest.mark.slow
@pytest.mark.parametrize("text", [LONG, LONG.upper(), "北京貿易有限公司" * 60, "Wm" * 300, "ii ll " * 90])
def test_however_much_is_known_it_is_one_page(known: Known, soffice, tell_absent, tmp_path: Path, text: str):
    if not as_wide_as_calibri():
        tell_absent("The font Carlito", "apt-get install fonts-crosextra-carlito")
    everything = overflowing(known, text)
    path = tmp_path / "brief.docx"
    path.write_bytes(filled(brief_fields(everything, place_of(known, "L-0301"), TODAY)))
    pdf = soffice(path, tmp_path, "pdf")
    said = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout
    assert "Pages:           1\n" in said


@pytest.mark.parametrize("lead_id", ["L-0301", "L-0397"])
def test_word_has_nothing_to_repair(known: Known, ooxml_validator, tmp_path: Path, lead_id: str):
    path = tmp_path / "brief.docx"
    path.write_bytes(filled(brief_fields(known, place_of(known, lead_id), TODAY)))
    assert ooxml_validator(path) == []


def with_text(fields: object, text: str) -> object:
    """The same fields, every text another one."""
    if isinstance(fields, dict):
        return {key: with_text(value, text) for key, value in fields.items()}
    if isinstance(fields, list):
        return [with_text(value, text) for value in fields]
    return text if isinstance(fields, str) else fields


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_a_cell_stays_text_in_a_brief(known: Known, cell: str):
    shown = clipped(cell, 60)
    content = filled(with_text(brief_fields(known, place_of(known, "L-0301"), TODAY), shown))
    assert shown in told(content)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert "w:instrText" not in package.read("word/document.xml").decode()


def test_a_row_of_awkward_cells_gives_a_sound_brief(known: Known, ooxml_validator, tmp_path: Path):
    everything = overflowing(known, " | ".join(CELLS.values()))
    path = tmp_path / "brief.docx"
    path.write_bytes(filled(brief_fields(everything, place_of(known, "L-0301"), TODAY)))
    assert ooxml_validator(path) == []


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("Alder", 9, "Alder"), ("Alder Works", 8, "Alder\u2026"), ("AAAAAAAA", 8, "AAAAA\u2026"),
     ("北京貿易", 6, "北京\u2026"), ("a\nb", 9, "a b")],
)  # fmt: skip
def test_wide_letters_take_more_room(text: str, width: int, shown: str):
    assert clipped(text, width) == shown
