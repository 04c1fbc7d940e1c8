"""``leadbook templates``: what a seller types and what it says."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from proposal_template import PLACE, p, row, table
from proposal_template import cell as table_cell
from word_files import word_file

from leadbook.cli import main
from leadbook.documents.template_kinds import KINDS, kind_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder one is in, with a workbook."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "leads.xlsx").write_bytes(b"")
    return tmp_path


def test_the_list_tells_whose_template_is_used(home, capsys):
    assert main(["templates", "list"]) == 0
    shipped = capsys.readouterr().out
    assert "proposal.docx" in shipped
    assert "yours" not in shipped
    assert "explain.txt" not in shipped, "nothing a buyer reads is made from it"
    (home / "templates").mkdir()
    shutil.copy(PLACE, home / "templates" / "Proposal.docx")
    assert main(["templates", "list", "--book", "leads.xlsx"]) == 0
    [line] = [line for line in capsys.readouterr().out.splitlines() if line.casefold().startswith("proposal.docx")]
    assert "yours: " in line
    assert "in place of leadbook's" in line


@pytest.mark.usefixtures("home")
def test_what_is_shipped_has_no_fault(capsys):
    assert main(["templates", "check"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) >= 3
    assert all(line.endswith(": nothing wrong") for line in said)


def test_a_check_names_every_fault_with_its_place_and_exits_1(home, capsys):
    (home / "templates").mkdir()
    body = (
        p("Prices", "Heading1"),
        table("ProposalTable", [4000], row(table_cell(p("{{ lead.compny }}"))), row(table_cell(p("{{ price.totl }}")))),
        p("{{ lead.company|uper }}"),
    )  # fmt: skip
    (home / "templates" / "proposal.docx").write_bytes(word_file(*body))
    assert main(["templates", "check", "--book", "leads.xlsx"]) == 1
    said = capsys.readouterr().out.splitlines()
    start = said.index("proposal.docx: 3 faults")
    assert said[start + 1 : start + 4] == [
        '  in the table under "Prices", row 1: there is no field lead.compny; did you mean lead.company?',
        '  in the table under "Prices", row 2: there is no field price.totl; did you mean price.total?',
        '  under "Prices", in "{{ lead.company|uper }}": there is no filter |uper; did you mean |upper?',
    ]


def test_a_check_finds_what_only_some_leads_bring_to_light(home, capsys):
    (home / "mine.html").write_text(
        "<html><head></head><body>{{ worth.scenarios[0].net }}</body></html>", encoding="utf-8"
    )
    assert main(["templates", "check", "mine.html", "--json"]) == 1
    [told] = json.loads(capsys.readouterr().out)
    assert told["file"] == "mine.html"
    [finding] = told["findings"]
    assert finding["place"] == "line 1"
    assert finding["message"].endswith("this happens where a lead has few fields filled in.")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("followup-mine.txt", "stage: open\n---\nSubject: {{ lead.compny }}\n\nHello\n",
         "  line 3: there is no field lead.compny; did you mean lead.company?"),
        ("followup-mine.txt", "stagge: open\n---\nSubject: x\n\nHello\n", "  line 1: "),
        ("followup-mine.txt", "Subject only", "followup-mine.txt: 1 fault"),
        ("mine.docx", "no Word file", "  mine.docx is no Word document, or is damaged; save it in Word as .docx."),
        ("mine.html", "<html><head></head><script></script>", "  line 1: it has an element <script>"),
        ("mine.pdf", "x", "  mine.pdf is no template;"),
        ("mine.html", "<html><head></head>{% if lead %}", "  line 1: {% if lead %} is opened and never closed"),
    ],
)  # fmt: skip
def test_whatever_is_wrong_is_one_line(home, capsys, name, text, told):
    (home / name).write_text(text, encoding="utf-8")
    assert main(["templates", "check", name]) == 1
    assert told in capsys.readouterr().out


@pytest.mark.usefixtures("home")
def test_a_file_that_is_not_there_is_said(capsys):
    assert main(["templates", "check", "propsal.docx"]) == 3
    assert 'There is no template "propsal.docx"' in capsys.readouterr().err
    assert main(["templates", "list", "--book", "lead.xlsx"]) == 3
    assert 'There is no file "lead.xlsx"' in capsys.readouterr().err


def test_a_new_one_is_a_copy_beside_the_workbook_and_replaces_nothing(home, capsys):
    assert main(["templates", "new", "proposal.docx", "--book", "leads.xlsx"]) == 0
    made = home / "templates" / "proposal.docx"
    assert made.read_bytes() == PLACE.read_bytes()
    assert f"leadbook templates check {made}" in capsys.readouterr().out.replace('"', "")
    made.write_bytes(b"mine")
    assert main(["templates", "new", "proposal.docx"]) == 3
    assert "is there already and stays as it is" in capsys.readouterr().err
    assert made.read_bytes() == b"mine"
    assert main(["templates", "new", "PROPOSAL", "--to", "elsewhere", "--as", "short"]) == 0
    assert (home / "elsewhere" / "short.docx").read_bytes() == PLACE.read_bytes()


@pytest.mark.parametrize("name", ["../evil", "a/b.docx", "CON"])
def test_a_copy_goes_nowhere_else(home, capsys, name):
    assert main(["templates", "new", "proposal.docx", "--as", name]) == 3
    assert sorted(path.name for path in home.rglob("*") if path.is_file()) == ["leads.xlsx"]
    assert capsys.readouterr().err.startswith("leadbook: ")


@pytest.mark.usefixtures("home")
def test_one_that_is_not_shipped_is_told_with_those_that_are(capsys):
    assert main(["templates", "new", "explain.txt"]) == 3
    said = capsys.readouterr().err
    assert 'There is no template "explain.txt"; there are' in said
    assert "proposal.html" in said


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_listed_with_its_meaning_and_an_example(capsys, kind):
    assert main(["templates", "fields", "--kind", kind]) == 0
    said = capsys.readouterr().out
    assert "lead.company" in said
    assert "(Example Ltd)" in said
    assert main(["templates", "fields", "--kind", kind, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert all(field["meaning"] for field in told), [field["name"] for field in told if not field["meaning"]]
    assert {"name", "kind", "meaning", "example", "loop"} == set(told[0])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Proposal.DOCX", "proposal"),
        ("our offer.html", "proposal"),
        ("followup-x.txt", "followup"),
        ("explain.txt", None),
    ],
)
def test_a_template_s_name_tells_what_it_is_for(name, kind):
    found = kind_of(name)
    assert (found.name if found else None) == kind
