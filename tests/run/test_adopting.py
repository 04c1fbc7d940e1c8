"""Adopting a team's own tracker: found, mapped, shown, and left as it was."""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from openpyxl.styles import PatternFill
from openpyxl.worksheet.table import Table

from leadbook.books.adopted import AdoptedBook
from leadbook.books.closed import ClosedBook
from leadbook.books.plain_ranges import ranges_of
from leadbook.cli import DONE, main
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.issues import BookRefusedError, InputError
from leadbook.model.leads import read_records
from leadbook.model.settings import read_playbook
from leadbook.run.adoption.adopting import adopt
from leadbook.run.imports.importing import import_files

HEADERS = ["Kunde", "Contact", "E-mail", "Phase", "Deal Value", "Colour", "Expected Close", "Last Activity"]
ROWS = [
    ["Ox", "Ann Lee", "a@ox.com", "Quote", "1,200", "red", dt.date(2026, 5, 1), "SMS Sent"],
    ["Elk", "Bob Ray", "b@elk.com", "Quote", 5, None, dt.date(2026, 6, 1), "Email Opened"],
    ["Yak", "Cy Doe", "c@yak.com", "Pilot", 7, None, dt.date(2026, 7, 1), "Call"],
]


def tracker(tmp_path, *, at="B5", total=True, headers=HEADERS, table=None, change=None, name="tracker.xlsx"):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Deals 26"
    sheet["A1"] = "ACME sales tracker"
    first = sheet[at]
    for down, row in enumerate([headers, *ROWS]):
        for across, value in enumerate(row):
            sheet.cell(first.row + down, first.column + across, value)
    sheet.cell(first.row + 1, first.column).fill = PatternFill("solid", fgColor="FFFF00")
    last = first.row + len(ROWS)
    if total:
        sheet.cell(last + 1, first.column, "Total")
        sheet.cell(last + 1, first.column + 4, 1212)
    if table:
        sheet.add_table(
            Table(displayName=table, ref=f"{at}:{sheet.cell(last, first.column + len(headers) - 1).coordinate}")
        )
    if change:
        change(workbook)
    path = tmp_path / name
    workbook.save(path)
    return path


def reread(path):
    contents = ClosedBook.open(path).contents
    playbook, issues = read_playbook(contents)
    records, _ = read_records(contents, playbook)
    return playbook, issues, records.leads


def test_plain_cells_below_a_title_become_a_table_and_nothing_else_of_theirs_changes(tmp_path):
    path = tracker(tmp_path)
    before = openpyxl.load_workbook(path)["Deals 26"]
    adoption = adopt(path, DEFAULT_PLAYBOOK)
    assert (adoption.table, adoption.sheet, adoption.reference) == ("Leads", "Deals 26", "B5:I8")
    assert (adoption.made_table, adoption.leads) == (True, 3)
    after = openpyxl.load_workbook(path)["Deals 26"]
    assert dict(after.tables.items()) == {"Leads": "B5:T8"}  # eight columns of theirs, eleven of leadbook's
    for row in before.iter_rows():
        for cell in row:
            twin = after[cell.coordinate]
            assert (twin.value, twin.fill.fgColor.rgb, twin.number_format) == (
                cell.value, cell.fill.fgColor.rgb, cell.number_format,
            )  # fmt: skip


def test_the_mapping_is_shown_written_to_settings_and_used_when_the_book_is_read_again(tmp_path):
    path = tracker(tmp_path)
    adoption = adopt(path, DEFAULT_PLAYBOOK)
    shown = {theirs: ours for theirs, ours, _ in adoption.mapping.described()}
    assert shown == {
        "Kunde": "Company", "Contact": "Last Name", "E-mail": "Email", "Phase": "Stage", "Deal Value": "Amount",
        "Colour": "", "Expected Close": "Close Date", "Last Activity": "",
    }  # fmt: skip
    playbook, issues, leads = reread(path)
    assert [issue for issue in issues if issue.code == "LB017"] == []
    assert playbook.options.leads_table == "Leads"
    mapped = {entry.their_header: entry.our_key for entry in playbook.mappings}
    assert mapped["Kunde"] == "company"
    assert mapped["Last Activity"] == ""
    assert leads.frame["company"].tolist() == ["Ox", "Elk", "Yak"]
    assert leads.frame["amount"].tolist() == [1200, 5, 7]
    assert leads.extra["Last Activity"].tolist() == ["SMS Sent", "Email Opened", "Call"]


def test_the_teams_stage_words_name_the_stages(tmp_path):
    path = tracker(tmp_path)
    adoption = adopt(path, DEFAULT_PLAYBOOK)
    words = {word.word: (word.stage, word.rows, word.renamed) for word in adoption.stages}
    assert words == {"Quote": ("Quote", 2, True), "Pilot": ("Pilot", 1, False)}
    assert any("open stages of your own" in note and '"Pilot"' in note for note in adoption.notes)
    playbook, _, leads = reread(path)
    quote = playbook.stage("Quote")
    assert quote.name == "Quote"
    assert quote.probability == 0.5
    assert playbook.stage("Proposal") == quote
    assert len(playbook.stages) == len(DEFAULT_PLAYBOOK.stages) + 1
    assert leads.frame["stage_name"].tolist() == ["Quote", "Quote", "Pilot"]


def test_a_table_of_theirs_keeps_its_name_and_place(tmp_path):
    path = tracker(tmp_path, total=False, table="Pipe_26")
    adoption = adopt(path, DEFAULT_PLAYBOOK)
    assert (adoption.table, adoption.made_table) == ("Pipe_26", False)
    playbook, _, leads = reread(path)
    assert playbook.options.leads_table == "Pipe_26"
    assert len(leads.frame) == 3


def test_adopting_twice_changes_nothing_the_second_time(tmp_path):
    path = tracker(tmp_path)
    adopt(path, DEFAULT_PLAYBOOK)
    first = path.read_bytes()
    again = adopt(path, DEFAULT_PLAYBOOK)
    assert path.read_bytes() == first
    assert (again.made_table, again.table, len(again.plan.cells)) == (False, "Leads", 0)
    assert again.plan.rows_appended == {}


def test_a_list_is_checked_before_it_is_adopted_as_it_is_after(tmp_path, capsys):
    path = tracker(tmp_path, name="my tracker.xlsx")
    bytes_before = path.read_bytes()
    assert main(["check", str(path), "--as-of", "2026-11-20"]) == DONE
    before = capsys.readouterr().out.splitlines()
    assert path.read_bytes() == bytes_before
    assert "'Deals 26'!H6: LB224 warning: " in before[0]
    assert any("was read as it stands: Kunde as Company" in line for line in before)
    assert any(line.endswith(f'run first: leadbook adopt "{path}"') for line in before)
    adopt(path, DEFAULT_PLAYBOOK)
    assert main(["check", str(path), "--as-of", "2026-11-20"]) == DONE
    after = capsys.readouterr().out.splitlines()
    assert [line for line in before if "LB" in line] == [line for line in after if "LB" in line]
    assert not any("as it stands" in line for line in after)


def test_a_second_adopt_shows_the_teams_columns_and_none_that_leadbook_fills(tmp_path, capsys):
    path = tracker(tmp_path, headers=[*HEADERS[:5], "Score", *HEADERS[6:]])  # this one is the seller's own
    assert main(["adopt", str(path)]) == DONE
    assert "6 of 8 columns mapped" in capsys.readouterr().out
    assert main(["adopt", str(path)]) == DONE
    said = capsys.readouterr().out
    shown = [line.split("→")[0].strip() for line in said.splitlines() if "→" in line and "(kept as it is)" in line]
    assert shown == ["Score", "Last Activity"]
    assert "7 of 9 columns mapped" in said  # Lead ID is one more


def test_a_dry_run_writes_nothing_and_plans_the_same(tmp_path):
    path = tracker(tmp_path)
    before = path.read_bytes()
    planned = adopt(path, DEFAULT_PLAYBOOK, dry_run=True)
    assert path.read_bytes() == before
    assert planned.mapping == adopt(path, DEFAULT_PLAYBOOK).mapping


def test_unowned_parts_stay_byte_for_byte_and_their_cells_as_they_look(tmp_path):
    path = tracker(tmp_path, total=False, table="Pipe_26")
    before = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    looked = openpyxl.load_workbook(path)["Deals 26"]
    adopt(path, DEFAULT_PLAYBOOK)
    after = zipfile.ZipFile(path)
    for name in ("xl/theme/theme1.xml", "docProps/core.xml"):
        assert after.read(name) == before.read(name)
    looks = openpyxl.load_workbook(path)["Deals 26"]
    for row in looked.iter_rows():
        for cell in row:
            same = looks[cell.coordinate]
            assert same.value == cell.value
            assert same.number_format == cell.number_format
            assert (same.fill.fgColor.rgb, same.font.b) == (cell.fill.fgColor.rgb, cell.font.b)


def _merge(workbook):
    workbook.active.merge_cells("C5:D5")


def _double(workbook):
    workbook.active["C5"] = "kunde"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_merge, r"Cells C5:D5 on sheet Deals 26 are merged.*unmerge"),
        (_double, r'The header "kunde" stands twice on sheet Deals 26 \(B5 and C5\)'),
    ],
)
def test_headers_that_cannot_head_a_table_are_told_with_their_cell(tmp_path, change, words):
    path = tracker(tmp_path, change=change)
    before = path.read_bytes()
    with pytest.raises(BookRefusedError, match=words):
        adopt(path, DEFAULT_PLAYBOOK)
    assert path.read_bytes() == before


def test_the_user_is_asked_when_two_tables_may_hold_the_leads(tmp_path):
    def second(workbook):
        sheet = workbook.create_sheet("Old")
        for row in [HEADERS, *ROWS]:
            sheet.append(row)
        sheet.add_table(Table(displayName="Old_pipe", ref="A1:H4"))

    path = tracker(tmp_path, total=False, table="Pipe_26", change=second)
    with pytest.raises(
        InputError, match=r"2 places.*table Pipe_26.*table Old_pipe.*leadbook adopt tracker.xlsx --table Pipe_26"
    ):
        adopt(path, DEFAULT_PLAYBOOK)
    assert adopt(path, DEFAULT_PLAYBOOK, table="old_PIPE").table == "Old_pipe"


def test_a_sheet_can_be_named(tmp_path):
    def second(workbook):
        sheet = workbook.create_sheet("Old")
        for row in [HEADERS, *ROWS]:
            sheet.append(row)

    path = tracker(tmp_path, change=second)
    words = r"2 places.*B5:I8 on sheet Deals 26.*A1:H4 on sheet Old.*--sheet \"Deals 26\".*import tracker.xlsx --into"
    with pytest.raises(InputError, match=words):
        adopt(path, DEFAULT_PLAYBOOK)
    assert adopt(path, DEFAULT_PLAYBOOK, sheet="old").reference == "A1:H4"


@pytest.mark.parametrize(("named", "words"), [({"sheet": "Gone"}, "no sheet"), ({"table": "Gone"}, "no table")])
def test_a_wrong_name_is_told_with_the_right_ones(tmp_path, named, words):
    with pytest.raises(InputError, match=words):
        adopt(tracker(tmp_path), DEFAULT_PLAYBOOK, **named)


def test_a_workbook_without_leads_is_told(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.append(["Fruit", "Weight"])
    workbook.active.append(["Apple", 3])
    workbook.save(tmp_path / "fruit.xlsx")
    with pytest.raises(InputError, match="looks like leads"):
        adopt(tmp_path / "fruit.xlsx", DEFAULT_PLAYBOOK)


CONTACTS = [
    ["Client", "Email", "Where are we", "Remarks"],
    ["Ox", "a@ox.com", "WON!", "call"],
    ["Elk", "b@elk.com", "sent proposal", None],
    ["Yak", "c@yak.com", "waiting", None],
]


def contacts(path, *lists, table=False):
    workbook = openpyxl.Workbook()
    for place, rows in enumerate(lists):
        sheet = workbook.active if place == 0 else workbook.create_sheet()
        for row in rows:
            sheet.append(row)
    if table:
        workbook.active.add_table(Table(displayName="Clients", ref="A1:D4"))
    workbook.save(path)
    return path


@pytest.mark.parametrize("table", [False, True])
def test_the_only_list_is_meant_when_it_says_who_and_not_yet_what_is_done_about_them(tmp_path, table):
    adoption = adopt(contacts(tmp_path / "clients.xlsx", CONTACTS, table=table), DEFAULT_PLAYBOOK)
    assert (adoption.reference, adoption.leads) == ("A1:D4", 3)
    (note,) = [note for note in adoption.notes if note.startswith("No column tells the stage")]
    assert '--map "Where are we=Stage", as it seems from "WON!" and "sent proposal".' in note


@pytest.mark.parametrize("table", [False, True])
def test_a_list_that_only_says_who_is_not_guessed_beside_another(tmp_path, table):
    path = contacts(tmp_path / "clients.xlsx", CONTACTS, [["Fruit", "Weight"], ["Apple", 3]], table=table)
    with pytest.raises(InputError, match="looks like leads"):
        adopt(path, DEFAULT_PLAYBOOK)


def test_a_column_is_not_offered_as_stage_for_one_word_or_few_rows(tmp_path):
    words = ["WON!", "sent proposal", "blue", "red", "green"]
    rows = [[f"Ox {word}", f"{at}@ox.com", word, "won", "call"] for at, word in enumerate(words)]
    path = contacts(tmp_path / "clients.xlsx", [["Client", "Email", "Colour", "Fine", "Notes"], *rows])
    (note,) = [note for note in adopt(path, DEFAULT_PLAYBOOK).notes if note.startswith("No column tells the stage")]
    assert note.endswith('--map "Your header=Stage".')


def test_a_stage_said_in_another_order_of_words_is_that_stage(tmp_path):
    rows = [["Client", "Email", "Stage"], ["Ox", "a@ox.com", "sent proposal"], ["Elk", "b@elk.com", "back then"]]
    words = adopt(contacts(tmp_path / "clients.xlsx", rows), DEFAULT_PLAYBOOK).stages
    assert {word.word: (word.renamed, word.added) for word in words} == {
        "sent proposal": (True, False),
        "back then": (False, True),
    }


def test_headers_of_german_and_english_offices_are_known_and_an_opt_out_is_kept(tmp_path):
    headers = {
        "Kunde": ("Ox", "company"), "E-Mail": ("a@ox.com", "email"), "Erfasst am": ("01.02.2026", "created"),
        "Erstkontakt": ("03.02.2026", "first_contacted"), "Angebotswert": ("1.200 €", "amount"),
        "Next Step Due": ("05.03.2026", "next_step_date"), "Do Not Contact": ("Yes", "opt_out"),
        "UTM Campaign": ("spring", "campaign"),
    }  # fmt: skip
    rows = [list(headers), *([f"{cell}" for cell, _ in headers.values()] for _ in range(2))]
    mapping = adopt(contacts(tmp_path / "clients.xlsx", rows), DEFAULT_PLAYBOOK).mapping
    assert mapping.keys == {key: header for header, (_, key) in headers.items()}


def test_a_name_that_is_taken_is_not_taken_again(tmp_path):
    def other(workbook):
        sheet = workbook.create_sheet("Lists")
        sheet.append(["Word", "Meaning"])
        sheet.append(["a", "b"])
        sheet.add_table(Table(displayName="LEADS", ref="A1:B2"))

    adoption = adopt(tracker(tmp_path, change=other), DEFAULT_PLAYBOOK, sheet="Deals 26")
    assert adoption.table == "Leads2"


def test_blocks_side_by_side_are_told_apart():
    grid = [
        ["Company", "Stage", None, "Region", "Target"],
        ["Ox", "Won", None, "North", 5],
        ["Elk", "Lost", None, None, None],
    ]
    blocks = ranges_of("S", grid, 3, 2)
    assert [block.reference for block in blocks] == ["B3:C5", "E3:F4"]
    assert [block.headers for block in blocks] == [("Company", "Stage"), ("Region", "Target")]


def test_the_validator_finds_nothing_new(tmp_path, ooxml_validator):
    path = tracker(tmp_path)
    before = ooxml_validator(path)
    adopt(path, DEFAULT_PLAYBOOK)
    assert len(ooxml_validator(path)) <= len(before)


def test_leads_can_be_imported_into_an_adopted_tracker(tmp_path):
    (tmp_path / "new.csv").write_text("Account,Email,Stage,Amount\nOX,a@ox.com,Won,\nGnu,d@gnu.com,Quote,9\n")
    path = tracker(tmp_path, total=False)
    adopt(path, DEFAULT_PLAYBOOK)
    book = ClosedBook.open(path)
    summary = import_files(book, [tmp_path / "new.csv"], read_playbook(book.contents)[0], dt.date(2026, 3, 2))
    book.save()
    assert (summary.added, summary.updated) == (1, 1)
    _, _, leads = reread(path)
    assert leads.frame["company"].tolist() == ["Ox", "Elk", "Yak", "Gnu"]
    assert leads.frame["lead_id"].tolist() == ["L-0001", "", "", "L-0002"]
    assert [(conflict.header, conflict.held, conflict.incoming) for conflict in summary.conflicts] == [
        ("Phase", "Quote", "Won"),
    ]


def test_a_totals_row_below_is_told_because_new_leads_have_no_room(tmp_path):
    path = tracker(tmp_path, total=True)
    adoption = adopt(path, DEFAULT_PLAYBOOK)
    assert any("Row 9 below the leads on sheet Deals 26 is no part of them" in note for note in adoption.notes)


def test_opening_gives_a_book_that_can_adopt(tmp_path):
    assert isinstance(AdoptedBook.open(tracker(tmp_path)), AdoptedBook)
