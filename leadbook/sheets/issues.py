"""The Issues sheet: every fault with a link to its cell, counted by code, and the way back from the lead."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from leadbook.model.issues import Severity, column_letters, quoted_sheet
from leadbook.sheets import look
from leadbook.sheets.page import POINTS_A_ROW, ROOM_BELOW_HEADER, Field, Page
from leadbook.sheets.registry import sheet
from leadbook.sheets.results import ISSUES_LISTED
from leadbook.sheets.spec import Area, Formula, Link, Sheet, Style

if TYPE_CHECKING:
    from leadbook.model.issues import Issue
    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

NAME = "Issues"
TABLE = "IssuesList"
COLUMNS = 9
#: Names over the list's Lead and Column columns; a conditional format on Leads tints the bad cells through them.
IDS_NAME, COLUMNS_NAME = "leadbook_issue_ids", "leadbook_issue_columns"
MOST_CODES_SHOWN = 6
LONGEST_VALUE = 120
LONGEST_WORD = 56
"""A text without spaces, such as an address of a web page, is cut here: Excel breaks it only at its column's edge."""

_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_WORDS = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.INFO: "Info"}
_STYLES = {
    "Error": Style(color=look.RED, fill=look.RED_SOFT, bold=True),
    "Warning": Style(color=look.AMBER, fill=look.AMBER_SOFT),
    "Info": Style(color=look.GREY, fill=look.SOFT),
}
_FIELDS = (
    Field("Severity", look.TEXT, least=11),
    Field("Code", look.TEXT, least=10),
    Field("Cell", look.TEXT, least=12, most=24),
    Field("Lead ID", look.TEXT, least=10, most=18),
    Field("Company", look.WRAPPED, least=16, most=26),
    Field("Column", look.WRAPPED, least=13, most=22),
    Field("What the cell holds", look.WRAPPED, least=18, most=30),
    # Indented: a value without spaces fills its column to the edge.
    Field("What to do", look.WRAPPED.but(indent=1, align="left"), least=40, most=64),
    Field("Suggested", look.WRAPPED.but(indent=1, align="left"), least=14, most=30),
)


@sheet(NAME, order=50)
def issues_sheet(results: Results) -> Sheet:
    """Lay out the Issues sheet.

    Parameters
    ----------
    results : Results

    Returns
    -------
    Sheet
        At most ``ISSUES_LISTED`` issues, the gravest first.
    """
    page = Page(Sheet(results.naming.sheet(NAME), tab_color=look.RED), COLUMNS)
    page.widths(12, 13, 13, 12, 20, 16, 22, 46, 18)
    counts = {level: results.count_issues(level) for level in Severity}
    said = ", ".join(f"{counts[level]:,} {_plural(level, counts[level])}" for level in sorted(Severity, reverse=True))
    page.title("Issues", results, said=said)
    if not results.issues:
        page.sentence("No issues: every cell that was checked can be read, and no rule found a fault.", look.TEXT)
    else:
        _put_counts(page, results)
    header_row = page.at + 1 + int(bool(_listing_note(results)))
    page.section("Every issue" if results.issues else "List", note=_listing_note(results))
    assert page.at == header_row == list_row(results), "issue links point at this row"  # noqa: S101 - a wrong link is worse
    table = page.table(results.naming.table(TABLE), _FIELDS, _rows(results))
    body = Area(table.row + 1, 1, table.last_row, 1)
    for word, style in _STYLES.items():
        page.mark(body, f'=$A{body.first_row}="{word}"', style)
    page.sheet.names[IDS_NAME] = Area(table.row + 1, 4, table.last_row, 4)
    page.sheet.names[COLUMNS_NAME] = Area(table.row + 1, 6, table.last_row, 6)
    return page.finish(repeat=(table.row, table.row))


def list_row(results: Results) -> int:
    """Return the Excel row of the list's header, which links from the Leads table count from."""
    codes = len({code for code, _ in results.issue_counts})
    note = int(bool(_listing_note(results)))
    # Title, as-of line and a free row; then either one sentence or the counts with heading, header and a gap.
    return 4 + (1 if not results.issues else 2 + codes + 1) + 1 + note


def issue_anchor(results: Results) -> dict[int, tuple[int, str]]:
    """Return where each lead's issues are told.

    Returns
    -------
    dict of int to (int, str)
        Excel row of the lead to the Excel row of its first issue on the Issues sheet (the list's header when
        it is beyond the list's end) and a short text such as ``2: LB101 LB210``.
    """
    home = results.leads_sheet
    codes: dict[int, list[str]] = defaultdict(list)
    for issue in results.issues:
        if issue.row and issue.sheet == home:
            codes[issue.row].append(issue.code)
    header = list_row(results)
    places: dict[int, int] = {}
    for place, issue in enumerate(results.listed_issues, header + 1):
        if issue.row and issue.sheet == home:
            places.setdefault(issue.row, place)
    texts: dict[tuple[str, ...], str] = {}
    anchors: dict[int, tuple[int, str]] = {}
    for row, found in codes.items():
        key = tuple(found)
        text = texts.get(key) or texts.setdefault(key, _short(key))
        anchors[row] = places.get(row, header), text
    return anchors


def _short(codes: tuple[str, ...]) -> str:
    distinct = list(dict.fromkeys(codes))
    shown = " ".join(distinct[:MOST_CODES_SHOWN])
    more = " …" if len(distinct) > MOST_CODES_SHOWN else ""
    return f"{len(codes)}: {shown}{more}"


def _listing_note(results: Results) -> str:
    if len(results.issues) <= ISSUES_LISTED:
        return ""
    return (
        f"Showing the first {ISSUES_LISTED:,} of {len(results.issues):,}, the gravest first; "
        "run leadbook check to see them all."
    )


def _put_counts(page: Page, results: Results) -> None:
    """Put how often each code was found, the gravest and most frequent first."""
    counts: Counter[str] = Counter()
    severity: dict[str, Severity] = {}
    for (code, level), count in results.issue_counts.items():
        counts[code] += count
        severity[code] = max(severity.get(code, level), level)
    ordered = sorted(counts, key=lambda code: (-severity[code], -counts[code], code))
    whole = len(results.issues) <= ISSUES_LISTED
    table = results.naming.table(TABLE)
    page.section("By code")
    top = page.at
    for column in range(1, COLUMNS + 1):
        header = {1: "Severity", 2: "Code", 3: "Found", 4: "Name", 6: "What it means"}.get(column)
        style = look.HEADER_RIGHT if column == 3 else look.HEADER.but(indent=int(column == 4))
        page.put(top, column, header, style.but(wrap=False))
    page.sheet.heights[top] = 20
    page.sheet.heights[top + 1] = POINTS_A_ROW + ROOM_BELOW_HEADER
    for row, code in enumerate(ordered, top + 1):
        text = results.code_texts.get(code)
        count = counts[code]
        found: Content = Formula(f"=COUNTIF({table}[Code],$B{row})", count) if whole else count
        page.put(row, 1, _WORDS[severity[code]])
        page.put(row, 2, code)
        page.put(row, 3, found, look.number(look.WHOLE))
        page.put(row, 4, text.name.replace("-", " ") if text else None, look.TEXT.but(indent=1))
        page.put(row, 6, text.summary if text else None, look.NOTE)
    body = Area(top + 1, 1, top + len(ordered), 1)
    for word, style in _STYLES.items():
        page.mark(body, f'=$A{body.first_row}="{word}"', style)
    page.bars(Area(body.first_row, 3, body.last_row, 3), 3)
    page.at = top + len(ordered) + 1
    page.gap()
    page.at -= 1
    page.gap()


def _rows(results: Results) -> list[tuple[Content, ...]]:
    home, leads = results.leads_sheet, results.records.leads.frame
    companies = dict(zip(leads.index.tolist(), leads["company"].tolist(), strict=True)) if len(leads) else {}
    return [
        (
            _WORDS[issue.severity],
            issue.code,
            _cell_link(issue),
            issue.lead_id,
            str(companies.get(issue.row, "")) if issue.sheet == home and issue.row else "",
            issue.header,
            shown_value(issue.value),
            issue.message,
            _suggestion(issue),
        )
        for issue in results.listed_issues
    ]


def _suggestion(issue: Issue) -> Content:
    """Return what the cell should hold, or the way to the other cell that the sentence names."""
    if issue.fix:
        return shown_value(issue.fix.new)
    return Link(f"See {issue.see}", issue.see, "Go to the other row") if issue.see else ""


def _cell_link(issue: Issue) -> Content:
    if not issue.sheet:
        return issue.address
    column = column_letters(issue.column) if issue.column else "A"
    return Link(issue.address, f"{quoted_sheet(issue.sheet)}!{column}{issue.row or 1}", "Go to the cell")


def shown_value(value: object) -> str:
    """Return what a cell holds as short text; it stays text whatever it looks like."""
    if value is None or value != value:  # noqa: PLR0124 - NaN is unlike itself
        return ""
    code = getattr(value, "code", None)
    if isinstance(code, str):
        return code
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = str(value)
    text = text.removesuffix(" 00:00:00")
    if len(text) > LONGEST_WORD:
        text = _LONG_WORD.sub(lambda found: f"{found[0][: LONGEST_WORD - 1]}…", text)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _plural(level: Severity, count: int) -> str:
    word = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}[level]
    return word if count == 1 else f"{word}s"
