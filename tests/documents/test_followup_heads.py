"""The head of a follow-up's template says for whom it is; the most specific one that fits is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadbook.documents.followup_heads import Circumstances, read_head
from leadbook.documents.followup_templates import choose, read_follow_up, read_follow_ups
from leadbook.documents.template_files import TemplateFile
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.issues import InputError

CORPUS = Path(__file__).parent / "templates"


def lead(stage: str = "Proposal", silent: float = 10, *, attempts: int = 1, contacted: bool = True, **more: str):
    return Circumstances(DEFAULT_PLAYBOOK.stage(stage) if stage else None, silent, attempts, contacted, **more)


@pytest.mark.parametrize(
    ("line", "fits", "fits_not"),
    [
        ("stage: Proposal", lead(), lead("Closing")),
        ("stage: quote sent, closing", lead(), lead("Won")),  # any word of the stage's
        ("Stage : PROPOSALS", lead(), lead("Assessment")),  # the roll-up
        ("stage: open", lead(""), lead("Nurture")),
        ("stage: any", lead("Nurture"), None),
        ("silent days: 7 to 13", lead(silent=13), lead(silent=14)),
        ("silent days: 7-13 days", lead(silent=7), lead(silent=6)),
        ("silent days: from 30", lead(silent=30), lead(silent=29)),
        ("silent_days: 30+", lead(silent=300), lead(silent=29)),
        ("silent days: 30 or more", lead(silent=30), lead(silent=29)),
        ("silent days: up to 6", lead(silent=0), lead(silent=7)),
        ("silent days: 9", lead(silent=9), lead(silent=10)),
        ("silent days: from 0", lead(silent=0), lead(silent=float("nan"))),  # nobody has touched it
        ("attempts: from 5", lead(attempts=5), lead(attempts=4)),
        ("contacted: no", lead(contacted=False), lead()),
        ("contacted: yes", lead(), lead(contacted=False)),
        ("after: meeting, demo", lead(after="demo"), lead(after="call")),
        ("track: decision", lead(track="decision"), lead(track="awareness")),
        ("objection: any", lead(objection="Too slow"), lead()),
        ("objection: none", lead(), lead(objection="Too slow")),
        ("objection: price, budget", lead(objection="The Price is high"), lead(objection="Enterprise only")),
        ("industry: Manufacturing", lead(industry="manufacturing"), lead(industry="Retail")),
        ("country: Germany, Austria", lead(country="Austria"), lead(country="France")),
    ],
)
def test_a_line_fits_whom_it_names(line, fits, fits_not):
    head, taken = read_head(f"# a remark\n{line}\n\n---\nSubject: x\n", "followup-x.txt")
    assert taken == 4
    assert head.fits(fits)
    assert fits_not is None or not head.fits(fits_not)


def test_a_head_may_begin_with_dashes_as_well():
    head, taken = read_head("---\nname: my own\nstage: Won\n---\n", "followup-x.txt")
    assert (head.name, head.stages, taken) == ("my own", ("won",), 4)


def test_a_file_without_a_name_is_called_by_its_own():
    assert read_head("stage: open\n---\n", "followup-after-fair.txt")[0].name == "after fair"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Subject: Hello\n\nHello\n", 'line 1: "subject" is nothing a head can say; there are name, stage,'),
        ("Hello {{ lead.first_name }}\n", 'line 1: "Hello {{ lead.first_name }}" has no colon; write it as stage:'),
        ("", "line 1: the head has no end; begin the file with lines such as stage: Proposal, then a line of ---."),
        ("stage: open\n", "line 1: the head has no end"),
        ("stage: open\nsilnt days: 7\n---\n", 'line 2: "silnt days" is nothing a head can say; write "silent days".'),
        ("\n\nsilent days: often\n---\n", 'line 3: "often" is no span; write it as 7 to 14, from 14 or up to 6.'),
        ("silent days: 14 to 7\n---\n", 'line 1: "14 to 7" ends before it begins; write the smaller number first.'),
        ("silent days: 7\nsilent days: 9\n---\n", 'line 2: "silent days" stands in the head twice.'),
        ("track: awarness\n---\n", 'line 1: "awarness" is none of awareness, consideration, decision; write'),
        ("after: lunch\n---\n", 'line 1: "lunch" is none of request, meeting'),
        ("contacted: perhaps\n---\n", 'line 1: "perhaps" is neither yes nor no.'),
        ("stage:\n---\n", 'line 1: "stage" has nothing behind its colon; take the line out, or write any.'),
        ("stage: open\n---\n", "line 2: no subject follows the head; write Subject: and its words there."),
        ("stage: open\n---\nSubject: x\n\n  \n", "line 3: no text follows the subject; leave a line blank and write"),
    ],
)  # fmt: skip
def test_a_broken_template_is_told_with_its_file_and_line(tmp_path: Path, text: str, sentence: str):
    path = tmp_path / "followup-x.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as told:
        read_follow_up(TemplateFile(path, own=True))
    assert str(told.value).startswith(f"followup-x.txt, {sentence}")


def test_the_subject_is_everything_up_to_the_first_blank_line(tmp_path: Path):
    path = tmp_path / "followup-x.txt"
    path.write_text("stage: open\n---\n\nSubject: One\n {{ a }}\n\n\nText\n\n\n\n\nMore  \n", encoding="utf-8")
    assert read_follow_up(TemplateFile(path, own=True)).fill({"a": "two\nthree"}) == ("One two three", "Text\n\nMore")


def test_a_fault_below_the_head_is_told_with_the_files_own_line(tmp_path: Path):
    path = tmp_path / "followup-x.txt"
    path.write_text("stage: open\n---\nSubject: One\n\nText\n{{ b }}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"followup-x\.txt, line 6: there is no field b; there are a\."):
        read_follow_up(TemplateFile(path, own=True)).fill({"a": ""})


def own(folder: Path, name: str, head: str) -> None:
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "templates" / name).write_text(f"{head}\n---\nSubject: x\n\ntext\n", encoding="utf-8")


def test_the_most_specific_template_wins_then_the_teams_own(tmp_path: Path):
    own(tmp_path, "followup-a.txt", "stage: Assessment\nsilent days: 8 to 12")
    own(tmp_path, "followup-b.txt", "stage: Assessment\nsilent days: 8 to 12\nindustry: Retail")
    own(tmp_path, "followup-c.txt", "stage: Assessment\nsilent days: 9 to 11")
    own(tmp_path, "followup-z.txt", "stage: open\ncontacted: yes")
    templates = read_follow_ups(tmp_path)

    def chosen(**given):
        found = choose(templates, lead("Assessment", **given))
        return found and found.file.name

    assert chosen(silent=8) == "followup-a.txt"
    assert chosen(silent=9) == "followup-c.txt"  # fewer days of silence
    assert chosen(silent=9, industry="Retail") == "followup-b.txt"  # more lines
    assert chosen(silent=20) == "followup-z.txt"  # as specific as the shipped one, but the team's own


@pytest.mark.parametrize(
    ("circumstances", "name"),
    [
        (lead("Prospecting", float("nan"), contacted=False, attempts=0), "followup-first-contact.txt"),
        (lead("", float("nan"), contacted=False, attempts=0), "followup-first-contact.txt"),
        (lead("Meeting / demo", 9, after="demo"), "followup-after-meeting.txt"),
        (lead("Assessment", 9, after="meeting"), "followup-after-meeting.txt"),
        (lead("Proposal", 9, after="proposal"), "followup-proposal-silent.txt"),
        (lead("Proposal", 9, objection="Needs a pilot"), "followup-objection.txt"),
        (lead("Objections", 9, objection="Price above budget"), "followup-objection-price.txt"),
        (lead("Objections", 9, after="meeting", objection="Too slow"), "followup-objection.txt"),
        (lead("Qualification", 12, after="call"), "followup-quiet.txt"),
        (lead("Qualification", 40, after="call"), "followup-gone-silent.txt"),
        (lead("Proposal", 60, objection="Price above budget"), "followup-gone-silent.txt"),
        (lead("Qualification", 20, attempts=5), "followup-closing-the-file.txt"),
        (lead("Proposal", 90, attempts=9, objection="Price"), "followup-closing-the-file.txt"),
        (lead("Nurture", 100, track="awareness"), "followup-nurture-awareness.txt"),
        (lead("Nurture", 100, track="consideration"), "followup-nurture-consideration.txt"),
        (lead("Nurture", 100, track="decision"), "followup-nurture-decision.txt"),
        (lead("Nurture", 100, attempts=7, track="decision"), "followup-closing-the-file.txt"),
        (lead("Won", 100), None),
    ],
)
def test_the_shipped_templates_are_meant_for_these(circumstances: Circumstances, name: str | None):
    found = choose(read_follow_ups(None), circumstances)
    assert (found and found.file.name) == name


@pytest.mark.parametrize("silent", [0, 7, 30, 31, 45, 46, 400])
@pytest.mark.parametrize("stage", [stage.name for stage in DEFAULT_PLAYBOOK.open_stages])
@pytest.mark.parametrize(("after", "objection"), [("meeting", ""), ("call", "Price"), ("", "")])
def test_no_open_lead_is_without_a_shipped_template(stage: str, silent: int, after: str, objection: str):
    for attempts in (0, 5):
        assert choose(read_follow_ups(None), lead(stage, silent, attempts=attempts, after=after, objection=objection))
