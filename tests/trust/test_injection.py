"""Whatever a cell holds, it is text on every way out: in each sheet, table of a CRM, letter, page, mail and calendar."""

from __future__ import annotations

import csv
import datetime as dt
import email
import re
import zipfile
from email import policy
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

import openpyxl
import pytest
from lxml import etree
from openpyxl.formula import Tokenizer

from leadbook.books.starter import starter_bytes
from leadbook.cli import main
from leadbook.model.defaults import DEFAULT_PLAYBOOK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DAY = "2026-11-20"
MARK = "evil"
VALUES = (
    '=HYPERLINK("http://evil.example","x")', "=cmd|' /C calc evil'!A0", "+cmd|' /C calc evil'!A0", "@SUM(1+1)*cmd|' /C evil'!A0",
    "-2+3+cmd|' /C evil'!A0", '\t=1+1&"evil"', '\r=1+1&"evil"', '\n=1+1&"evil"', '\uff1d1+1&"evil"', '=1+1&"evil"', "'=1+evil", '  =1+1&"evil"',
    '"=1+1&""evil"";', "=evil!A1", "{=evil()}", '=DDE("evil";"a";"b")', '=IMPORTXML("http://evil.example","//a")',
    '=WEBSERVICE("http://evil.example")', "_x003D_1+evil", "<script>evil()</script>", "{{ 7*7 }}evil", "x\r\nBcc: e@evil.example",
    "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil", "../../evil", "</t></is></c><c><f>evil()</f></c>",
)  # fmt: skip
TEXTS = ("company", "first_name", "last_name", "job_title", "industry", "city", "notes", "next_step", "source", "problem",
         "competitor", "phone", "website")  # fmt: skip


def book_of(path: Path, **more: object) -> Path:
    """Write a workbook whose leads hold a value in every text, one lead for each value."""
    leads = [
        dict.fromkeys(TEXTS, value) | {
            "lead_id": f"L-{at:04d}", "email": f"ida{at}@alder.example", "stage": "Proposal", "owner": value if at % 3 else "Ana",
            "need": 3, "amount": 1000.0 + at, "created": dt.date(2026, 10, 1), "next_step_date": dt.date(2026, 11, 24),
            "first_contacted": dt.date(2026, 10, 2),
        } | more
        for at, value in enumerate(VALUES, 1)
    ]  # fmt: skip
    lines = [{"lead_id": f"L-{at:04d}", "product": value, "quantity": 2, "unit_price": 500.0, "tax_percent": 0.2}
             for at, value in enumerate(VALUES, 1)]  # fmt: skip
    talks = [{"lead_id": f"L-{at:04d}", "date": dt.date(2026, 11, 2), "type": "Call", "outcome": value, "notes": value}
             for at, value in enumerate(VALUES, 1)]  # fmt: skip
    path.write_bytes(starter_bytes(DEFAULT_PLAYBOOK, {"Leads": leads, "Quote Lines": lines, "Activities": talks}))
    return path


def do(*typed: str | Path) -> None:
    """Run a command, and have it done."""
    assert main([*map(str, typed)]) in {0, 1}, typed


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return book_of(tmp_path / "leads.xlsx")


# ---- what a file shows


def texts_of_a_workbook(path: Path) -> Iterator[str]:
    """Yield the texts of a workbook's cells; a formula may hold a text of a cell only between its quotes."""
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    formula = str(getattr(cell.value, "text", cell.value))
                    code = [token.value for token in Tokenizer(formula).items if token.subtype != "TEXT"]
                    assert not any(MARK in word for word in code), f"{sheet.title}!{cell.coordinate} {formula}"
                elif isinstance(cell.value, str):
                    yield cell.value
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".rels"):
                assert MARK not in archive.read(name).decode(), f"{name} leads somewhere"
            elif "externalLink" in name or "connections" in name:
                raise AssertionError(f"{name} leads somewhere")


def texts_of_a_csv(path: Path) -> Iterator[str]:
    """Yield the cells of a CSV file, none of which a spreadsheet takes for a formula."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            for cell in row:
                begins = cell.lstrip(" ")[:1] in set("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
                assert not begins or re.fullmatch(r"[+-]?[\d ().,/-]+", cell), cell
                yield cell


def texts_of_a_letter(path: Path) -> Iterator[str]:
    """Yield the words of a Word file; none is a field's code, and no link leads where a cell says."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            data = archive.read(name)
            if name.endswith(".rels"):
                assert MARK not in data.decode(), name
            elif name.endswith(".xml"):
                root = etree.fromstring(data)
                code = [*root.iter("{*}instrText"), *root.iter("{*}fldSimple")]
                assert not any(MARK in etree.tostring(one).decode() for one in code), name
                yield from ("".join(one.itertext()) for one in root.iter("{*}p"))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag != "script"
        assert not any(MARK in str(value) for _, value in attrs)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def texts_of_a_page(path: Path) -> Iterator[str]:
    """Yield the words of a page; none has become a tag or an address."""
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    yield from page.words


def texts_of_a_mail(path: Path) -> Iterator[str]:
    """Yield the words of a draft: one mail to one person."""
    mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert not {"Bcc", "Cc"} & set(mail.keys())
    assert not mail.is_multipart()
    assert [one.domain for one in mail["To"].addresses] == ["alder.example"]
    yield from (str(mail["Subject"]), str(mail["To"]), mail.get_content())


def texts_of_a_calendar(path: Path) -> Iterator[str]:
    """Yield the lines of a calendar; each entry is leadbook's own."""
    lines = re.sub("\r\n[ \t]", "", path.read_bytes().decode()).split("\r\n")
    assert lines.count("BEGIN:VEVENT") == len([line for line in lines if line.startswith("UID:")]) <= len(VALUES) * 2
    assert not [line for line in lines if line.startswith(f"UID:{MARK}")]
    yield from lines


READ: dict[str, Callable[[Path], Iterator[str]]] = {
    ".xlsx": texts_of_a_workbook, ".csv": texts_of_a_csv, ".docx": texts_of_a_letter, ".html": texts_of_a_page,
    ".eml": texts_of_a_mail, ".ics": texts_of_a_calendar,
}  # fmt: skip


# ---- the ways


def import_csv(book: Path) -> list[Path]:
    with (book.parent / "in.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Lead ID", "Company", "Notes", "Owner", "=evil!A1", "Stage"])
        writer.writerows([f"N-{at}", value, value, value, value, value] for at, value in enumerate(VALUES))
    do("import", book.parent / "in.csv", "--into", book, "--as-of", DAY)
    return [book]


def import_workbook(book: Path) -> list[Path]:
    target = book.parent / "target.xlsx"
    do("init", target)
    do("import", book, "--into", target, "--as-of", DAY)
    return [target]


def init_into(book: Path) -> list[Path]:
    made = openpyxl.Workbook()
    sheet = made.active
    for row, value in enumerate(["Company", *VALUES], 1):
        sheet.cell(row, 1).value = re.sub(r"[\x00-\x08]", "", value)
        sheet.cell(row, 1).data_type = "s"
    made.save(book.parent / "mine.xlsx")
    do("init", "--into", book.parent / "mine.xlsx")
    return [book.parent / "mine.xlsx"]


def refresh(book: Path) -> list[Path]:
    do("refresh", book, "--as-of", DAY)
    do("refresh", book, "--as-of", "2026-11-27")
    return [book]


def fix(book: Path) -> list[Path]:
    do("check", book, "--fix", "--unsafe-fixes", "--as-of", DAY)
    return [book]


def merge(book: Path) -> list[Path]:
    for at in (1, 5, 9):
        do("merge", book, f"L-{at:04d}", f"L-{at + 1:04d}", "--as-of", DAY)
    do("unmerge", book, "M-0001", "--as-of", DAY)
    return [book]


def sync(book: Path) -> list[Path]:
    calm = book.parent / "calm.xlsx"
    calm.write_bytes(starter_bytes(DEFAULT_PLAYBOOK, {"Leads": [{"lead_id": f"L-{at:04d}", "company": "Alder", "stage": "Proposal"}
                                                                for at in range(1, len(VALUES) + 1)]}))  # fmt: skip
    do("sync", calm, "--as-of", DAY)
    copy = openpyxl.load_workbook(calm)
    headers = [cell.value for cell in copy["Leads"][1]]
    for row, value in enumerate(VALUES, 2):
        for header in ("Company", "Notes", "Owner"):
            cell = copy["Leads"].cell(row, headers.index(header) + 1)
            cell.value, cell.data_type = value, "s"
    copy.save(book.parent / "rep.xlsx")
    do("sync", calm, book.parent / "rep.xlsx", "--as-of", DAY)
    return [calm]


def review(book: Path) -> list[Path]:
    do("review", book, "-o", book.parent / "review.xlsx", "--no-cache", "--jobs", "1", "--as-of", DAY)
    return [book.parent / "review.xlsx"]


def history(book: Path) -> list[Path]:
    with (book.parent / "past.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Opportunity ID", "Changed At", "Stage", "Owner"])
        writer.writerows([f"L-{at:04d}", "2026-02-01", value, value] for at, value in enumerate(VALUES, 1))
    do("history", "import", book.parent / "past.csv", "--into", book, "--as-of", DAY)
    do("refresh", book, "--as-of", DAY)
    return [book]


def settings(book: Path) -> list[Path]:
    """The team's own words: they stand in Settings, and leadbook's sheets repeat them."""
    held = openpyxl.load_workbook(book)
    sheet = held["Settings"]
    words = iter(VALUES * 20)
    for name in ("Reps", "Products", "Objections", "CaseStudies", "Icp"):
        if name not in sheet.tables:
            continue
        first, last = sheet.tables[name].ref.split(":")
        for row in sheet[f"{sheet[first].offset(1).coordinate}:{last}"]:
            for cell in row:
                if isinstance(cell.value, str) or cell.value is None:
                    cell.value, cell.data_type = next(words), "s"
    for row in sheet.iter_rows():
        for cell, right in pairwise(row):
            if cell.value in {
                "seller_name",
                "Seller name",
                "Company name",
                "Seller company",
                "Proposal terms",
                "Seller address",
            }:
                right.value, right.data_type = VALUES[0], "s"
    held.save(book)
    do("refresh", book, "--as-of", DAY)
    return [book]


def propose(book: Path) -> list[Path]:
    do("propose", book, "--stage", "Proposal", "--html", "--out", book.parent / "out", "--as-of", DAY)
    return [book, *sorted((book.parent / "out").iterdir())]


def follow_up(book: Path) -> list[Path]:
    book_of(book, next_step_date=None)  # who has a step ahead is not written to
    do("followups", book, "--out", book.parent / "mails", "--as-of", DAY)
    return sorted((book.parent / "mails").iterdir())


def enter_in_calendar(book: Path) -> list[Path]:
    do("calendar", book, "--out", book.parent / "leads.ics", "--as-of", DAY)
    return [book.parent / "leads.ics"]


def brief(book: Path) -> list[Path]:
    do(
        "brief",
        book,
        "--lead",
        *[f"L-{at:04d}" for at in range(1, len(VALUES) + 1)],
        "--out",
        book.parent / "briefs",
        "--as-of",
        DAY,
    )
    return sorted((book.parent / "briefs").iterdir())


def tell_pairs(book: Path) -> list[Path]:
    folder = book.parent
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Row", "Company", "Email"])
        writer.writerows(
            [f"{value}{at}{twin}", "Alder Works", f"a{at}@alder.example"]
            for at, value in enumerate(VALUES)
            for twin in "ab"
        )
    do("dedupe", folder / "rows.csv", "--id", "Row", "--pairs", folder / "pairs.csv")
    return [folder / "pairs.csv"]


def score_rows(book: Path) -> list[Path]:
    folder = book.parent
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Row", "Kind", "Size", "Won"])
        for at in range(400):
            value = VALUES[at % len(VALUES)]
            writer.writerow(
                [f"{value}{at}", value, at % 7, "" if at % 4 == 0 else "yes" if at % len(VALUES) < 9 else "no"]
            )
    do("score", folder / "rows.csv", "--id", "Row", "--outcome", "Won", "--out", folder / "scores.csv")
    return [folder / "scores.csv"]


def tell_changes(book: Path) -> list[Path]:
    book_of(book, stage="Qualification")
    do("refresh", book, "--as-of", "2026-11-01")
    held = openpyxl.load_workbook(book)
    headers = [cell.value for cell in held["Leads"][1]]
    for row in range(2, len(VALUES) + 2):
        held["Leads"].cell(row, headers.index("Stage") + 1).value = "Closing"
    held.save(book)
    do("refresh", book, "--as-of", "2026-11-08")
    do("diff", book, "--since", "2026-11-02", "--xlsx", book.parent / "changes.xlsx", "--as-of", DAY)
    return [book.parent / "changes.xlsx"]


def export(target: str) -> Callable[[Path], list[Path]]:
    def way(book: Path) -> list[Path]:
        do("export", book, "--to", book.parent / f"{target}.csv", "--for", target, "--everyone", "--as-of", DAY)
        return [book.parent / f"{target}.csv"]

    way.__name__ = f"export_for_{target}"
    return way


WAYS = (
    import_csv, import_workbook, init_into, refresh, fix, merge, sync, review, history, settings, propose, follow_up,
    enter_in_calendar, brief, tell_pairs, score_rows, tell_changes, *map(export, ("plain", "mailmerge", "hubspot", "salesforce", "pipedrive", "zoho", "dynamics")),
)  # fmt: skip


SLOW = {tell_changes, refresh, merge, history, propose}  # several refreshes each


@pytest.mark.parametrize(
    "way",
    [pytest.param(way, marks=pytest.mark.slow) if way in SLOW else way for way in WAYS],
    ids=lambda way: way.__name__,
)
def test_a_value_that_would_run_is_text_on_every_way_out(way: Callable[[Path], list[Path]], book: Path, tmp_path: Path):
    files = way(book)
    assert files
    shown = [text for path in files for text in READ[path.suffix](path)]
    assert sum(MARK in text for text in shown) > 2, "nothing of it came through, so this proves nothing"
    assert not list(tmp_path.parent.glob("evil*"))
