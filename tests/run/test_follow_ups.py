"""The day's drafts, from a workbook to files that a mail program and Word open; nothing is sent or replaced."""

from __future__ import annotations

import datetime as dt
import email
import json
import re
import tomllib
from email import policy
from pathlib import Path

import openpyxl
import pytest
from msgspec import structs

from leadbook.books.starter import starter_bytes
from leadbook.cli import main
from leadbook.documents.example_follow_up import example_follow_up
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.issues import InputError, LeadbookError
from leadbook.model.playbook import CaseStudy
from leadbook.run.follow_ups import follow_ups

AS_OF = dt.date(2026, 11, 20)
CELLS = tomllib.loads(
    (Path(__file__).parent.parent / "documents" / "corpus" / "cells.toml").read_text(encoding="utf-8")
)["cells"]
HEADERS = ["Lead ID", "Company", "First Name", "Last Name", "Email", "Owner", "Stage", "Created", "First Contacted",
           "Problem", "Objections", "Opt Out", "Contract Type"]  # fmt: skip


def lead(number: int, **given: object) -> list[object]:
    usual = {
        "Lead ID": f"L-{number:04}", "Company": f"Alder {number}", "First Name": "Ida", "Last Name": "Elm",
        "Email": f"ida{number}@alder.example", "Owner": "Ana Costa", "Stage": "Qualification",
        "Created": dt.date(2026, 9, 1), "First Contacted": dt.date(2026, 11, 1),
    }  # fmt: skip
    return [(usual | given).get(header) for header in HEADERS]


def mail(path: Path):
    return email.message_from_bytes(path.read_bytes(), policy=policy.default)


def test_the_samples_drafts_open_as_mails_to_the_leads(sample: Path):
    made = follow_ups(sample, as_of=AS_OF)
    folder = Path(made.folder)
    assert folder == sample.parent / "Follow-ups 2026-11-20"
    assert len(made.drafts) == len(made.files) > 20
    assert len(made.drafts) + len(made.left_out) == 400
    assert made.sentence.startswith(f"{len(made.drafts)} drafts in {folder}; {len(made.left_out)} leads left out: ")
    for draft, name in zip(made.drafts, made.files, strict=True):
        read = mail(folder / name)
        assert read["X-Unsent"] == "1"
        assert read["To"].addresses[0].addr_spec == draft.email
        assert read["From"].addresses[0].addr_spec.endswith("@seller.example")
        assert read["Subject"] == draft.subject
        assert read.get_content().replace("\r\n", "\n") == f"{draft.body}\n"
        assert draft.body.endswith(draft.owner)
        assert "{" not in draft.subject + draft.body
        assert "\n\n\n" not in draft.body
        assert not draft.subject.endswith(":")
    assert sorted(path.name for path in folder.iterdir()) == sorted([*made.files, "Mail merge.xlsx"])


def test_the_merge_sheet_has_a_row_for_each_draft_as_text(sample: Path):
    made = follow_ups(sample, as_of=AS_OF)
    page = openpyxl.load_workbook(Path(made.folder) / "Mail merge.xlsx").active
    headers, *rows = [[cell.value or "" for cell in row] for row in page.iter_rows()]
    assert headers[:8] == ["Name", "Company", "Email", "Subject", "Body", "Follow-up", "Template", "File"]
    assert {"Lead First Name", "Seller Name", "Situation Problem", "Silence Days", "Case Name"} < set(headers)
    assert len(set(headers)) == len(headers)
    assert [row[2:5] for row in rows] == [[draft.email, draft.subject, draft.body] for draft in made.drafts]
    assert [row[7] for row in rows] == list(made.files)
    assert all(cell.data_type == "s" for row in page.iter_rows() for cell in row if cell.value)


def test_two_runs_give_the_same_bytes_and_replace_nothing(sample: Path):
    first, second = (Path(follow_ups(sample, as_of=AS_OF).folder) for _ in range(2))
    assert (first.name, second.name) == ("Follow-ups 2026-11-20", "Follow-ups 2026-11-20 (2)")
    before = {path.name: path.read_bytes() for path in first.iterdir()}
    assert before == {path.name: path.read_bytes() for path in second.iterdir()}
    again = follow_ups(sample, as_of=AS_OF, out=first)
    assert again.files[0].endswith(" (2).eml")
    assert {name: (first / name).read_bytes() for name in before} == before


def test_a_dry_run_writes_nothing_and_says_the_same(sample: Path):
    before = sample.read_bytes()
    made = follow_ups(sample, as_of=AS_OF, dry_run=True)
    assert [path.name for path in sample.parent.iterdir()] == ["sample.xlsx"]
    assert sample.read_bytes() == before
    assert "drafts would go into" in made.sentence
    assert [draft.content for draft in made.drafts] == [
        draft.content for draft in follow_ups(sample, as_of=AS_OF).drafts
    ]


def test_whatever_cells_hold_each_draft_stays_in_its_folder_and_has_one_recipient(make_book):
    held = [re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe]", "", cell) for cell in CELLS.values()]  # no .xlsx holds them
    texts = ("Company", "First Name", "Problem", "Objections", "Contract Type")
    book = make_book(HEADERS, [lead(at, **dict.fromkeys(texts, cell)) for at, cell in enumerate(held, start=1)])
    out = book.parent / "out"
    made = follow_ups(book, as_of=AS_OF, out=out)
    assert len(made.files) == len(held)
    assert sorted(path.name for path in book.parent.iterdir()) == sorted([book.name, "out"])
    assert sorted(path.name for path in out.iterdir()) == sorted([*made.files, "Mail merge.xlsx"])
    for draft, file in zip(made.drafts, made.files, strict=True):
        read = mail(out / file)
        assert [address.addr_spec for address in read["To"].addresses] == [draft.email]
        assert set(read.keys()) == {
            "X-Unsent", "To", "Subject", "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
        }  # fmt: skip
        assert read.defects == []
    page = openpyxl.load_workbook(out / "Mail merge.xlsx").active
    assert all(cell.data_type == "s" for row in page.iter_rows() for cell in row if cell.value)


def test_a_teams_own_template_is_taken_for_its_leads(make_book):
    book = make_book(
        HEADERS,
        [lead(1, **{"Contract Type": "Rental"}), lead(2, Stage="Proposal")],
    )
    (book.parent / "templates").mkdir()
    (book.parent / "templates" / "followup-own.txt").write_text(
        "stage: Qualification\nsilent days: from 10\ncontacted: yes\n---\n"
        "Your {{ more.contract_type }}\n\nDear {{ lead.first_name }},\n",
        encoding="utf-8",
    )
    made = follow_ups(book, as_of=AS_OF, dry_run=True)
    assert {draft.lead_id: draft.template for draft in made.drafts} == {
        "L-0001": "followup-own.txt", "L-0002": "followup-proposal-silent.txt",
    }  # fmt: skip
    assert next(draft.subject for draft in made.drafts if draft.lead_id == "L-0001") == "Your Rental"


def test_a_stage_that_nobody_knows_is_told(make_book):
    book = make_book(HEADERS, [lead(1)])
    (book.parent / "templates").mkdir()
    for name, stage in (("a", "Propsal"), ("b", "quote sent, open"), ("c", "Zzz")):
        path = book.parent / "templates" / f"followup-{name}.txt"
        path.write_text(f"stage: {stage}\n---\nHello\n\nHello\n", encoding="utf-8")
    assert follow_ups(book, as_of=AS_OF, dry_run=True).notes == (
        'followup-a.txt is for the stage "propsal", which Settings does not have; did you mean Proposal?',
        'followup-c.txt is for the stage "zzz", which Settings does not have.',
    )


def test_a_field_that_is_not_there_is_told_and_nothing_is_written(make_book):
    book = make_book(HEADERS, [lead(1), lead(2)])
    (book.parent / "templates").mkdir()
    (book.parent / "templates" / "followup-own.txt").write_text(
        "silent days: 19\ncontacted: yes\nstage: open\n---\nHello\n\nDear {{ lead.frist_name }},\n", encoding="utf-8"
    )
    with pytest.raises(
        InputError, match=r"followup-own\.txt, line 7: there is no field lead\.frist_name; did you mean"
    ):
        follow_ups(book, as_of=AS_OF)
    assert sorted(path.name for path in book.parent.iterdir()) == ["book.xlsx", "templates"]


def test_only_the_leads_asked_for_are_written_to(make_book):
    book = make_book(HEADERS, [lead(1), lead(2, Owner="Ben Okafor"), lead(3, **{"Opt Out": "Yes"})])

    def ids(**given):
        return [draft.lead_id for draft in follow_ups(book, as_of=AS_OF, dry_run=True, **given).drafts]

    assert ids() == ["L-0001", "L-0002"]
    assert ids(owner="ben  okafor") == ["L-0002"]
    assert ids(leads=["l-0001"]) == ["L-0001"]
    assert ids(leads=["L-0003", "L-0001"]) == ["L-0001"]
    with pytest.raises(InputError, match='There is no lead "L-0009"'):
        ids(leads=["L-0009"])
    with pytest.raises(InputError, match=r'There is no lead "L 2"\. Did you mean L-0002\?'):  # as a proposal asks
        ids(leads=["L 2"])
    with pytest.raises(InputError, match="L-0001 is no lead of Ben Okafor"):
        ids(leads=["L-0001"], owner="Ben Okafor")


def test_the_command_tells_who_was_left_out_and_why(make_book, capsys):
    book = make_book(
        HEADERS,
        [
            lead(1),
            lead(2, **{"Opt Out": "Yes"}),
            lead(3, Email=""),
            lead(4, Email="somebody"),
            lead(5, **{"First Contacted": dt.date(2026, 11, 18)}),
            lead(6, Stage="Lost"),
        ],
    )
    assert main(["followups", str(book), "--as-of", "2026-11-20", "--out", str(book.parent / "out")]) == 0
    told = capsys.readouterr().out
    assert "  L-0001     Alder 1                          checking in, silent 19 days, 5 past the cadence\n" in told
    assert (
        f"1 draft in {book.parent / 'out'}; 5 leads left out: 1 with an e-mail address nobody can write to, "
        "1 opted out, 1 without an e-mail address, 1 contacted within the cadence, 1 lost.\n" in told
    )
    assert main(["followups", str(book), "--as-of", "2026-11-20", "--lead", "L-0002", "L-0006", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["drafts"] == []
    assert found["folder"] is None
    assert [(one["lead_id"], one["why"]) for one in found["left_out"]] == [("L-0002", "opted out"), ("L-0006", "lost")]
    assert not (book.parent / "Follow-ups 2026-11-20").exists()


def test_a_folder_that_is_a_file_is_told(make_book):
    book = make_book(HEADERS, [lead(1)])
    with pytest.raises(LeadbookError, match=r"book\.xlsx is no folder"):
        follow_ups(book, as_of=AS_OF, out=book)


def test_the_fields_that_are_explained_are_the_ones_a_draft_has(sample: Path):
    def names(fields: dict[str, object], before: str = "") -> set[str]:
        found = {f"{before}{key}" for key in fields}
        groups = {key: value for key, value in fields.items() if isinstance(value, dict) and key != "more"}
        return found.union(*(names(group, f"{before}{key}.") for key, group in groups.items()))

    made = follow_ups(sample, as_of=AS_OF, dry_run=True)
    assert names(made.drafts[0].fields) == names(example_follow_up())


def test_a_draft_tells_of_the_story_that_a_proposal_would_show_first(tmp_path):
    stories = (
        CaseStudy("Chain", "Retail", "Stock never agreed", "It agrees now", company_size="large"),
        CaseStudy("Corner shop", "Retail", "Stock never agreed", "It agrees now", company_size="small"),
    )
    silent = {
        "lead_id": "L-0001", "company": "Alder Works", "first_name": "Ida", "email": "ida@alder.example",
        "stage": "Proposal", "owner": "Ana Costa", "industry": "Retail", "created": AS_OF - dt.timedelta(days=90),
        "first_contacted": AS_OF - dt.timedelta(days=80), "last_activity": AS_OF - dt.timedelta(days=60),
    }  # fmt: skip
    for employees, told in ((10, "Corner shop"), (5_000, "Chain")):
        book = tmp_path / f"{employees}.xlsx"
        playbook = structs.replace(DEFAULT_PLAYBOOK, case_studies=stories)
        book.write_bytes(starter_bytes(playbook, {"Leads": [{**silent, "employees": employees}]}))
        [draft] = follow_ups(book, as_of=AS_OF, dry_run=True).drafts
        assert told in draft.body
