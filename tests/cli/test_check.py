"""``leadbook check``: every option, what it prints for people and programs, and its exit codes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
import xlsxwriter

from leadbook.cli import main
from leadbook.cli.check_printing import github_line, grouped_lines, summary_lines
from leadbook.model.issues import Fix, Issue, Severity
from leadbook.run.checking import CheckReport

ROOT = Path(__file__).resolve().parent.parent.parent
DAY = "2026-11-20"
LINE = re.compile(
    r"^(?P<address>[^:]+(?::[A-Z0-9]+)?): (?P<code>LB\d{3}) (?P<severity>error|warning|info): ", re.MULTILINE
)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="session")
def made_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Leads of two sellers: one bad address, one misspelt industry, stray spaces, a waiver."""
    path = tmp_path_factory.mktemp("made") / "made.xlsx"
    headers = ["Lead ID", "Company", "Industry", "Email", "Stage", "Owner", "Created", "Amount", "Waive"]
    rows = [
        [f"L-{number:04}", f"Company {number}", "Manufacturing", f"anna{number}@company{number}.example", "Prospecting",
         "Anna Schmidt" if number % 2 else "Ben Okafor", dt.date(2026, 11, 2), 1000 + number, None]
        for number in range(1, 41)
    ]  # fmt: skip
    rows[1][2] = "Manufacturng"  # unsafe fix, Ben
    rows[2][2] = "manufacturing"  # safe fix, Anna
    rows[3][3] = "no address"  # error, Ben
    rows[4][3], rows[4][8] = "nor this", "LB101"  # waived, Anna
    book = xlsxwriter.Workbook(str(path), {"strings_to_urls": False})
    sheet = book.add_worksheet("Leads")
    sheet.add_table(0, 0, len(rows), len(headers) - 1,
                    {"name": "Leads", "columns": [{"header": header} for header in headers]})  # fmt: skip
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, dt.date):
                sheet.write_datetime(at, column, value, day)
            elif value is not None:
                sheet.write(at, column, value)
    book.close()
    return path


@pytest.fixture
def book(made_book: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made_book, tmp_path / "leads.xlsx"))


@pytest.fixture
def told(book: Path, capsys: pytest.CaptureFixture[str]):
    """Run ``check`` with some words; return the exit code and what it printed."""

    def run(*words: str) -> tuple[int, str]:
        code = main(["check", str(book), "--as-of", DAY, *words])
        out = capsys.readouterr()
        return code, out.out + "".join(line for line in out.err.splitlines(keepends=True) if "…" not in line)

    return run


def codes(text: str) -> list[str]:
    return [found["code"] for found in LINE.finditer(text)]


def test_errors_exit_1_and_their_absence_0(told) -> None:
    assert told()[0] == 1
    assert told("--ignore", "LB101")[0] == 0
    assert told("--select", "LB1", "--ignore", "lb101")[0] == 0
    assert told("--owner", "Anna Schmidt")[0] == 0


def test_select_ignore_severity_and_owner_narrow_the_list(told) -> None:
    everything = codes(told()[1])
    assert {"LB101", "LB113", "LB114"} <= set(everything)
    assert set(codes(told("--select", "LB113,LB114")[1])) == {"LB113", "LB114"}
    assert "LB101" not in codes(told("--ignore", "LB10")[1])
    assert codes(told("--min-severity", "error")[1]) == ["LB101"]
    mine = told("--owner", "  ben OKAFOR ")[1]
    assert {"LB101", "LB113"} <= set(codes(mine))
    assert "LB114" not in codes(mine)


def test_what_does_not_exist_is_refused_with_the_nearest(told) -> None:
    code, said = told("--owner", "Ben Okafr")
    assert (code, said) == (3, 'leadbook: No lead belongs to "Ben Okafr". Did you mean "Ben Okafor"?\n')
    code, said = told("--select", "LBl01")
    assert code == 3
    assert "did you mean LB101?" in said
    code, said = told("--dry-run")
    assert code == 3
    assert "--fix" in said


def test_each_issue_stands_on_one_line_in_a_pipe_and_the_rest_says_how_to_go_on(told) -> None:
    said = told()[1]
    lines = said.splitlines()
    issues = [line for line in lines if LINE.match(line)]
    assert len(lines) == len(issues) + 2
    assert "Leads!E" not in said.partition("Leads!D5: LB101 error")[0]
    assert "[fix: Manufacturing]" in said
    assert "[unsafe fix: Manufacturing]" in said
    assert lines[-2].startswith("leads.xlsx: 40 leads, 1 error, ")
    assert lines[-1] == "1 can be fixed with --fix, 1 more with --unsafe-fixes; add --dry-run to see each cell first."


def test_max_and_quiet_print_less_and_count_the_same(told) -> None:
    whole = told()[1]
    code, first = told("--max", "1")
    assert code == 1
    assert len(codes(first)) == 1
    assert f"… and {len(codes(whole)) - 1:,} more issues" in first
    code, quiet = told("-q")
    assert code == 1
    assert quiet.splitlines() == whole.splitlines()[-2:]


def test_statistics_count_each_code_and_its_fixes_the_most_frequent_first(told) -> None:
    whole = codes(told()[1])
    lines = told("--statistics")[1].splitlines()
    rows = {parts[-3]: parts for line in lines[1:-2] if (parts := line.split())}
    assert {code: int(parts[0]) for code, parts in rows.items()} == {code: whole.count(code) for code in whole}
    found = [int(line.split()[0]) for line in lines[1:-2]]
    assert found == sorted(found, reverse=True)
    assert rows["LB114"][1] == "1"
    as_json = json.loads(told("--statistics", "--json")[1])
    counted = {row["code"]: (row["safe_fixes"], row["unsafe_fixes"]) for row in as_json["statistics"]}
    assert (counted["LB114"], counted["LB113"], counted["LB101"]) == ((1, 0), (0, 1), (0, 0))
    assert "issues" not in as_json


def test_json_tells_everything_by_its_documented_fields(told) -> None:
    code, said = told("--json")
    assert code == 1
    found = json.loads(said)
    assert found == json.loads(told("--output-format", "json")[1])
    assert found["schema"] == 1
    assert (found["book"], found["as_of"], found["leads"]) == ("leads.xlsx", DAY, 40)
    assert found["counts"]["error"] == 1
    assert found["fixable"] == {"safe": 1, "unsafe": 1}
    wrong = next(issue for issue in found["issues"] if issue["code"] == "LB101")
    fields = ("address", "sheet", "row", "column", "header", "value", "lead_id", "fix")
    assert [wrong[field] for field in fields] == ["Leads!D5", "Leads", 5, 4, "Email", "no address", "L-0004", None]
    mend = next(issue for issue in found["issues"] if issue["code"] == "LB114")
    assert mend["fix"] == {"old": "manufacturing", "new": "Manufacturing", "safe": True}
    owners = {owner["name"]: owner for owner in found["quality"]["owners"]}
    assert owners["Ben Okafor"]["open_leads"] == 20
    assert owners["Ben Okafor"]["clean_leads"] == 19
    assert owners["Ben Okafor"]["wrong_amount"] == 1004
    assert owners["Anna Schmidt"]["clean_share"] == 1
    assert all(lead["quality"] < 100 for lead in found["quality"]["leads"])
    assert found["fixed"] == []
    assert found["written"] is False


def test_github_lines_are_commands_with_everything_escaped() -> None:
    issue = Issue("Q1, 100%: all", 5, 3, "LB101", Severity.ERROR, "50 %\r\nof it: bad, really.", None, Fix(1, "a,b"))
    assert github_line(issue, "my, leads: 100%.xlsx") == (
        "::error file=my%2C leads%3A 100%25.xlsx,title=LB101::'Q1, 100%25: all'!C5: 50 %25%0D%0Aof it: bad, really. "
        "[fix: a,b]"
    )


def test_github_format_prints_a_command_an_issue_and_nothing_else(told, book: Path) -> None:
    code, said = told("--output-format", "github")
    assert code == 1
    lines = said.splitlines()
    assert len(lines) == len(codes(told()[1]))
    assert all(re.match(r"::(error|warning|notice) file=[^,]+,title=LB\d{3}::", line) for line in lines)
    assert any(line.startswith(f"::error file={book},title=LB101::Leads!D5: ") for line in lines)
    assert told("--output-format", "github", "--quiet")[1] == ""


def test_a_dry_run_shows_each_cell_with_its_code_and_writes_nothing(told, book: Path) -> None:
    before = digest(book)
    code, said = told("--unsafe-fixes", "--dry-run")
    assert code == 1  # the error stands in the workbook
    assert "Leads!C3: Manufacturng → Manufacturing (LB113, unsafe)" in said
    assert "Leads!C4: manufacturing → Manufacturing (LB114)" in said
    assert said.rstrip().endswith("Nothing was written.")
    assert digest(book) == before
    assert list(book.parent.iterdir()) == [book]
    assert "LB113" not in told("--fix", "--dry-run")[1].split("Would fix")[0]


@pytest.mark.slow
def test_a_dry_run_exits_by_what_stands_in_the_workbook_and_a_fix_by_what_is_left(tmp_path: Path) -> None:
    path = Path(shutil.copy(ROOT / "workbooks" / "sample.xlsx", tmp_path / "sample.xlsx"))
    words = ["check", str(path), "--as-of", DAY, "--select", "LB101", "-q", "--unsafe-fixes"]
    assert main([*words, "--dry-run"]) == 1
    assert main(words) == 0
    assert main([*words, "--dry-run"]) == 0


def test_fix_says_what_it_fixed_what_is_left_and_how_to_take_it_back(told, book: Path) -> None:
    before = digest(book)
    count = len(codes(told()[1]))
    code, said = told("--fix")
    assert code == 1
    assert "Leads!C4: manufacturing → Manufacturing (LB114)" in said
    left = count - 1
    assert f"Fixed 1 of {count} issues in 1 cell; 1 more with --unsafe-fixes; {left - 1} need a person." in said
    assert f"leadbook undo {book}" in said
    assert codes(said).count("LB114") == 0
    assert told("--fix")[1].count("Fixed 0 of") == 1
    assert told("--unsafe-fixes", "--ignore", "LB101")[0] == 0
    assert main(["undo", str(book)]) == 0
    assert main(["undo", str(book)]) == 0
    assert digest(book) == before


def test_fixed_cells_are_in_the_json_too(told) -> None:
    found = json.loads(told("--fix", "--json")[1])
    assert found["written"] is True
    assert found["issues_fixed"] == 1
    assert found["fixed"] == [{"address": "Leads!C4", "lead_id": "L-0003", "header": "Industry", "codes": ["LB114"],
                               "old": "manufacturing", "new": "Manufacturing", "safe": True}]  # fmt: skip


def test_on_a_terminal_issues_stand_under_their_lead_and_fit_its_width(told, monkeypatch) -> None:
    monkeypatch.setattr(sys.stdout.__class__, "isatty", lambda _: True, raising=False)
    for width in (60, 80, 120):
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setenv("NO_COLOR", "1")
        said = told()[1]
        body = said.splitlines()[:-2]
        assert max(map(len, body)) <= width
        heading = next(line for line in body if line.startswith("L-0004"))
        assert heading.startswith("L-0004 Company 4 (Leads row 5, quality ")
        assert body[body.index(heading) + 1].startswith("  Leads!D5: LB101 error: ")
        assert "\033" not in said
    monkeypatch.delenv("NO_COLOR")
    assert "\033[31merror" in told()[1] or os.name == "nt"


def test_headings_name_rows_of_other_tables_and_the_workbook() -> None:
    report = CheckReport("b.xlsx", 1, [
        Issue("", 0, 0, "LB014", Severity.INFO, "No Settings."),
        Issue("Leads", 0, 3, "LB311", Severity.ERROR, "Blank."),
        Issue("Activities", 7, 2, "LB320", Severity.ERROR, "No such lead.", lead_id="L-9"),
    ])  # fmt: skip
    lines = [line for line in grouped_lines(report.issues, report, 80, colors=False) if line and line[0] != " "]
    assert lines == ["The workbook", "Leads: whole columns", "L-9 (Activities row 7)"]


def test_one_of_a_thing_is_not_told_as_several() -> None:
    issue = Issue("Leads", 2, 2, "LB101", Severity.ERROR, "x")
    lines = summary_lines(CheckReport("b.xlsx", 1, [issue]), "b.xlsx", fixes=True, unsafe=False)
    assert lines[0] == "Fixed 0 of 1 issue; 1 needs a person."
    assert "1 lead, 1 error, " in lines[1]


@pytest.mark.slow
def test_a_team_switches_rules_off_in_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import openpyxl

    from leadbook.books.closed import ClosedBook

    path = Path(shutil.copy(ROOT / "workbooks" / "sample.xlsx", tmp_path / "sample.xlsx"))
    main(["check", str(path), "--as-of", DAY, "--statistics", "--json"])
    before = {row["code"]: row["found"] for row in json.loads(capsys.readouterr().out)["statistics"]}
    assert "LB229" in before
    book = ClosedBook.open(path)
    options = book.contents.find("Options")
    assert options is not None
    names = [str(cell).casefold() for cell in options.cells[0]]
    if "ignored rules" in names:
        row = int(options.rows[names.index("ignored rules")])
        book.correct_cells(options.name, options.headers[1], {row: "lb229; LB31"})
    else:
        book.append_rows(options.name, [("Ignored Rules", "lb229; LB31", "")])
    book.save()
    openpyxl.load_workbook(path).close()
    main(["check", str(path), "--as-of", DAY, "--statistics", "--json"])
    after = {row["code"]: row["found"] for row in json.loads(capsys.readouterr().out)["statistics"]}
    assert {code for code in before if code not in after} == {
        code for code in before if code == "LB229" or code.startswith("LB31")
    }
