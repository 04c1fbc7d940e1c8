"""The sheets of a new workbook that hold tables of records: empty but alive, or filled with given rows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.model.columns import (
    ACTIVITIES,
    ARCHIVE,
    HISTORY,
    LEADS,
    OFFERS,
    PROPOSALS,
    QUOTE_LINES,
    WHEN_NEEDED,
    Column,
    Kind,
)
from leadbook.model.issues import column_letters
from leadbook.model.leads import EXAMPLE_ID
from leadbook.sheets import look
from leadbook.sheets.column_limits import limits_of
from leadbook.sheets.spec import (
    Area,
    Cell,
    ConditionalFormat,
    Content,
    Print,
    Sheet,
    Style,
    Table,
    TableColumn,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.model.playbook import Playbook


_WIDEST_UPRIGHT = 140  # characters that are still readable across an upright page
LEAST_ROWS = 20_000  # dropdowns and tints reach so far down, for rows typed later

_LINE_POINTS = 15.0

_BODY = Style(color=look.INK, valign="top")

_HEADER = Style(
    bold=True, color=look.INK, fill=look.HEAD, wrap=True, valign="center", border="bottom", border_color=look.ACCENT
)
_OWNED_HEADER = _HEADER.but(italic=True, bold=False, color=look.GREY, fill="#EDEFF2", border_color=look.FAINT)
_OWNED_BODY = Style(color=look.GREY, italic=True, valign="top")

_EXAMPLE: dict[str, Content] = {
    "lead_id": EXAMPLE_ID,
    "company": "Example Machines Ltd",
    "website": "https://www.example.com",
    "industry": "Manufacturing",
    "employees": 180,
    "first_name": "Alex",
    "last_name": "Example",
    "job_title": "Managing Director",
    "email": "alex@example.com",
    "phone": "+49 30 0000 0000",
    "city": "Berlin",
    "country": "Germany",
    "source": "Website",
    "created": dt.date(2026, 1, 12),
    "next_step": "Call to learn what prompted the request",
    "amount": 24_000,
    "budget": 1,
    "authority": 2,
    "need": 2,
    "timeline": 1,
    "notes": "An example of one row, left out of every number; it goes when you add your first lead.",
}


def leads_sheet(
    playbook: Playbook,
    rows: Sequence[Mapping[str, Content]] = (),
    *,
    names: Mapping[str, str] | None = None,
) -> Sheet:
    """Lay out the Leads sheet.

    Parameters
    ----------
    playbook : Playbook
        For the words that dropdowns need and the first stage.
    rows : sequence of mappings
        Key of a lead column to what its cell holds; keys left out are blank. Without rows the table holds one
        example row, whose Lead ID is ``leads.EXAMPLE_ID`` and which reading leaves out.
    names : mapping of str to str
        Names of tables that had to be named differently in this workbook (``Stages`` to ``Leadbook_Stages``).

    Returns
    -------
    Sheet
        The table stands at A1 with the columns of ``columns.LEADS``, without those of ``WHEN_NEEDED`` that no row
        fills; those leadbook owns are grey and italic.
    """
    example = {**_EXAMPLE, "stage": playbook.stages[0].name, "currency": playbook.options.base_currency}
    filled = {key for row in rows for key in row}
    columns = tuple(column for column in LEADS if column.key not in WHEN_NEEDED or column.key in filled)
    sheet = _records_sheet("Leads", "Leads", columns, rows or (example,), names or {}, fit_width=2)
    last = _last_row(rows)
    place = {column.key: number for number, column in enumerate(columns, 1)}
    # On paper: who it is, whose it is and where it stands; all 59 columns would take forty pages.
    printed = Area(1, 1, _LAST_EXCEL_ROW, place["stage"])
    sheet = replace(sheet, printing=replace(sheet.printing, area=printed))
    open_test = f'${column_letters(place["company"])}2<>""'

    def tint(key: str, formula: str, style: Style) -> ConditionalFormat:
        return ConditionalFormat(Area(2, place[key], last, place[key]), "formula", formula, style)

    flags, issues, due = (column_letters(place[key]) for key in ("flags", "issues", "next_step_date"))
    sheet.conditional_formats.extend([
        ConditionalFormat(Area(2, place["score"], last, place["score"]), "data_bar", color=look.SKY),
        tint("flags", f'=ISNUMBER(SEARCH("stale",${flags}2))', Style(fill=look.AMBER_SOFT, color=look.AMBER)),
        tint("flags", f'=ISNUMBER(SEARCH("dead",${flags}2))', Style(fill=look.RED_SOFT, color=look.RED)),
        tint("next_step_date", f'=AND({open_test},ISNUMBER(SEARCH("overdue",${flags}2)),${due}2<>"")',
             Style(fill=look.RED_SOFT, color=look.RED)),
        tint("issues", f"=LEN(${issues}2)>0", Style(fill=look.AMBER_SOFT)),
        tint("lead_id", f'=$A2="{EXAMPLE_ID}"', Style(italic=True, color=look.FAINT)),
    ])  # fmt: skip
    return sheet


def activities_sheet(
    playbook: Playbook, rows: Sequence[Mapping[str, Content]] = (), *, names: Mapping[str, str] | None = None
) -> Sheet:
    """Lay out the Activities sheet; see ``leads_sheet``."""
    del playbook  # its words come from dropdowns over Settings
    return _records_sheet("Activities", "Activities", ACTIVITIES, rows, names or {})


def quote_lines_sheet(
    playbook: Playbook, rows: Sequence[Mapping[str, Content]] = (), *, names: Mapping[str, str] | None = None
) -> Sheet:
    """Lay out the Quote Lines sheet; see ``leads_sheet``."""
    del playbook
    return _records_sheet("Quote Lines", "QuoteLines", QUOTE_LINES, rows, names or {})


def offers_sheet(
    playbook: Playbook, rows: Sequence[Mapping[str, Content]] = (), *, names: Mapping[str, str] | None = None
) -> Sheet:
    """Lay out the Offers sheet, what proposals say besides their prices; see ``leads_sheet``."""
    del playbook
    return _records_sheet("Offers", "Offers", OFFERS, rows, names or {}, fit_width=2, wrapped=26)


def proposals_sheet(
    playbook: Playbook, rows: Sequence[Mapping[str, Content]] = (), *, names: Mapping[str, str] | None = None
) -> Sheet:
    """Lay out the Proposals sheet, which leadbook fills; see ``leads_sheet``."""
    del playbook
    sheet = _records_sheet("Proposals", "Proposals", PROPOSALS, rows, names or {})
    last = _last_row(rows)
    # A path is a link to the document; a name that somebody typed is none.
    sheet.conditional_formats.append(
        ConditionalFormat(Area(2, 4, last, 4), "formula", '=ISNUMBER(SEARCH("/",$D2))', Style(color=look.LINK.color))
    )
    return sheet


def history_sheet(
    playbook: Playbook, rows: Sequence[Mapping[str, Content]] = (), *, names: Mapping[str, str] | None = None
) -> Sheet:
    """Lay out the History sheet, to which leadbook appends what changed; see ``leads_sheet``."""
    del playbook
    return _records_sheet("History", "History", HISTORY, rows, names or {})


def archive_sheet(
    playbook: Playbook, rows: Sequence[Mapping[str, Content]] = (), *, names: Mapping[str, str] | None = None
) -> Sheet:
    """Lay out the Archive sheet, which keeps what was taken out of Leads; see ``leads_sheet``."""
    del playbook
    return _records_sheet("Archive", "Archive", ARCHIVE, rows, names or {}, fit_width=0)


_LAST_EXCEL_ROW = 1_048_576


def _last_row(rows: Sequence[object]) -> int:
    return max(LEAST_ROWS, len(rows) + 1)


def _records_sheet(
    title: str,
    table: str,
    columns: tuple[Column, ...],
    rows: Sequence[Mapping[str, Content]],
    names: Mapping[str, str],
    *,
    fit_width: int = 1,
    wrapped: float = 0.0,
) -> Sheet:
    """Lay out one table at A1 with its formats, dropdowns and limits; texts wrap in columns of a width or more."""
    known = {column.key for column in columns}
    for row in rows:
        if not row.keys() <= known:
            raise KeyError(f"{table} has no column for {sorted(row.keys() - known)}")
    all_owned = all(column.owned for column in columns)
    sheet = Sheet(
        title,
        freeze=(1, 2),
        gridlines=True,
        tab_color=look.FAINT if all_owned else look.ACCENT,
        printing=Print(
            # A long record of a few columns takes half the paper upright.
            landscape=fit_width != 1 or sum(column.width for column in columns) > _WIDEST_UPRIGHT,
            fit_width=fit_width,
            repeat_first_row=1,
            repeat_columns=0 if fit_width == 1 else 2,
        ),
    )
    wraps = [bool(wrapped) and column.kind is Kind.TEXT and column.width >= wrapped for column in columns]
    body = tuple(
        TableColumn(column.header, _style(column, all_owned=all_owned).but(wrap=wrap))
        for column, wrap in zip(columns, wraps, strict=True)
    )
    filled = [tuple(row.get(column.key) for column in columns) for row in rows]
    sheet.tables.append(Table(names.get(table, table), 1, 1, body, filled))
    sheet.heights[1] = 32
    for number, texts in enumerate(filled if wrapped else (), 2):
        lines = max(
            look.lines_needed(str(cell or ""), column.width) if wrap else 1
            for cell, column, wrap in zip(texts, columns, wraps, strict=True)
        )
        sheet.heights[number] = _LINE_POINTS * lines
    last = _last_row(rows)
    for number, column in enumerate(columns, 1):
        sheet.widths[number] = column.width
        header = _OWNED_HEADER if column.owned else _HEADER
        align = body[number - 1].style.align
        # The filter button covers a header's right end; a narrow column has no room to step aside.
        roomy = 1.2 * len(column.header) + 4 <= column.width
        header = header.but(align=align, indent=2 if align == "right" and roomy else 0)
        sheet.cells.append(Cell(1, number, column.header, header))
        validation = limits_of(table, column, Area(2, number, last, number), names)
        if validation:
            sheet.validations.append(validation)
    return sheet


_FORMATS: dict[Kind, Style] = {
    Kind.DATE: look.dated(),
    Kind.MONEY: look.number("#,##0_);[Red]-#,##0_)"),
    Kind.PERCENT: look.number("0%_)"),
    Kind.NUMBER: look.number("#,##0_)"),
    Kind.POINTS: Style(number="0", align="center"),
    Kind.FLAG: Style(align="center"),
}
# Text of digits keeps its leading zeros only in cells that are formatted as text.
_OWN_FORMATS: dict[str, str] = {
    "lead_id": "@", "phone": "@", "postcode": "@", "merge_id": "@", "unit_price": "#,##0.00_)", "total": "#,##0.00_)",
    "tax_percent": "0.0%_)",
}  # fmt: skip


def _style(column: Column, *, all_owned: bool) -> Style:
    """Return how a column's cells look; a sheet that leadbook owns whole needs no telling apart."""
    base = _OWNED_BODY if column.owned and not all_owned else _BODY
    form = _FORMATS.get(column.kind, _BODY)
    number = _OWN_FORMATS.get(column.key, form.number)
    align = "center" if column.key == "version" else form.align
    return base.but(number=number, align=align, indent=form.indent)
