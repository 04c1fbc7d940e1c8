"""The empty workbook that a team starts with, and leadbook's tables for a workbook that exists."""

from __future__ import annotations

import re
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.books.marked import marked_bytes
from leadbook.model.columns import TABLES
from leadbook.model.locate import PREFIX, SETTINGS_TABLES, looks_like_leads
from leadbook.model.settings import read_playbook, settings_there
from leadbook.sheets import blank_tables, look
from leadbook.sheets.settings import MORE, settings_sheet
from leadbook.sheets.settings_blocks import settings_blocks
from leadbook.sheets.spec import Cell, Formula, Link, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from leadbook.books.book import Book
    from leadbook.model.playbook import Playbook
    from leadbook.model.tables import BookContents, RawTable
    from leadbook.sheets.spec import Content

GENERATED: dict[str, str] = {
    "Today": "what to do today, the most valuable first, each with its reason.",
    "Pipeline": "your open leads by stage and owner, with conversion, ages and charts.",
    "Forecast": "the weighted forecast by month and category, against quota.",
    "Issues": "every fault in the data, with a link to its cell and what it should hold.",
    "Duplicates": "leads that look like the same one, with the reasons.",
    "Scorecard": "win rates, velocity, response times and data quality, each with its count.",
}
"""The sheets leadbook writes anew on each refresh, and what each will show."""

ORDER = (
    "Today", "Leads", "Pipeline", "Forecast", "Issues", "Duplicates", "Scorecard", "Activities", "Quote Lines",
    "Offers", "Proposals", "History", "Archive", "Settings",
)  # fmt: skip
"""The sheets of a new workbook, in order."""

_RECORDS: dict[str, tuple[str, Callable[..., Sheet]]] = {
    "Leads": ("Leads", blank_tables.leads_sheet),
    "Activities": ("Activities", blank_tables.activities_sheet),
    "Quote Lines": ("QuoteLines", blank_tables.quote_lines_sheet),
    "Offers": ("Offers", blank_tables.offers_sheet),
    "Proposals": ("Proposals", blank_tables.proposals_sheet),
    "History": ("History", blank_tables.history_sheet),
    "Archive": ("Archive", blank_tables.archive_sheet),
}
_LEAST_MATCHES = 3
_STEPS = (
    "1.  Type or paste your leads into the sheet Leads, and save.",
    "2.  Close the workbook and run:  leadbook refresh  followed by the workbook's name.",
    "3.  Open it again. leadbook writes this sheet anew each time; your own sheets stay yours.",
)
_STEPS_WITH_BUTTONS = (
    "1.  Type or paste your leads into the sheet Leads.",
    "2.  Click Refresh above. If Excel asks whether it may run macros, allow it for this workbook.",
    "3.  leadbook writes this sheet anew each time; your own sheets stay yours. Undo takes the last change back.",
)


def starter_bytes(
    playbook: Playbook,
    records: Mapping[str, Sequence[Mapping[str, Content]]] | None = None,
    *,
    buttons: bool = False,
) -> bytes:
    """Return a new workbook with every table and sheet.

    Parameters
    ----------
    playbook : Playbook
        What its Settings hold.
    records : mapping of sheet name to rows
        What its tables hold, each row a mapping of column key to content; without it the workbook is empty
        but for one example lead.
    buttons : bool
        Whether it will get buttons: Leads keeps a row free for them, and the sheets tell of them.
    """
    sheets: list[Sheet] = []
    for name in ORDER:
        if name in GENERATED:
            sheets.append(placeholder(name, buttons=buttons))
        elif name == "Settings":
            sheets.append(settings_sheet(playbook))
        else:
            sheets.append(_RECORDS[name][1](playbook, (records or {}).get(name, ())))
            if name == "Leads" and buttons:
                from leadbook.books.button_bars import BAND_POINTS
                from leadbook.books.lowered import lowered

                sheets[-1] = lowered(sheets[-1], (BAND_POINTS,))
    properties = {
        "title": "Leads",
        "comments": "Kept with leadbook: the sheets Leads, Activities, Quote Lines, Offers and Settings are yours.",
    }
    return marked_bytes(sheets, GENERATED, properties)


def add_to(book: Book, playbook: Playbook, *, only: Iterable[str] | None = None, buttons: bool = False) -> None:
    """Plan what a workbook lacks of leadbook's tables and sheets, at its end; what it has stays as it is.

    Parameters
    ----------
    book : Book
    playbook : Playbook
        What its Settings will hold when it has none.
    only : iterable of str
        Names out of ``ORDER`` to add, where they are missing; all of them when left out.
    buttons : bool
        Whether the workbook will get buttons, which the sheets then tell of.

    Notes
    -----
    A table counts as there when it has the name and the headers. When the seller's own table, or a defined
    name, only happens to be called the same, ours becomes ``Leadbook_NAME``, where reading looks first.

    Where everything is added, a workbook whose Settings lack some tables (those of an older leadbook) gets them on a
    sheet of their own, since nobody knows what stands beside the others. Steps and objections are then leadbook's
    examples; of the rest every table says what already holds without it, so that no figure changes.
    """
    contents = book.contents
    chosen = set(ORDER if only is None else only)
    headers = {block.name: [field.header for field in block.fields] for block in settings_blocks(playbook)}
    names = _names(book, contents, playbook, headers)
    missing: list[tuple[bool, Sheet]] = []
    for name in ORDER:
        if name not in chosen:
            continue
        if name in GENERATED:
            if not book.has_sheet(name):
                missing.append((True, replace(placeholder(name, buttons=buttons), name=book.sheet_name(name))))
        elif name == "Settings":
            settings = _lacking_settings(contents, playbook, headers, further=only is None)
            if settings is not None:
                missing.append((False, renamed(settings, names)))
        elif _find(contents, playbook, name) is None:
            missing.append((False, renamed(_RECORDS[name][1](playbook, names=names), names)))
    for generated, run in groupby(missing, key=itemgetter(0)):
        sheets = [sheet for _, sheet in run]
        if generated:
            book.put_sheets(sheets)
        else:
            called = book.add_sheets(sheets)
            more = [(sheet, name) for sheet, name in zip(sheets, called, strict=True) if sheet.name == MORE]
            book.plan.notes.extend(_where([table.name for table in sheet.tables], name) for sheet, name in more)


def _lacking_settings(
    contents: BookContents, playbook: Playbook, headers: Mapping[str, Sequence[str]], *, further: bool
) -> Sheet | None:
    """Return the Settings sheet of a workbook without one; ``further``: or what an older one lacks."""
    lacking = [table for table in SETTINGS_TABLES if _known(contents, table, headers[table]) is None]
    if {"Stages", "Options"} <= set(lacking):
        return settings_sheet(playbook)
    # A team's own table with other words for its headers is read, and ours would take its place.
    there = settings_there(contents)
    lacking = [table for table in lacking if table not in there]
    if not further or not lacking:
        return None
    held = replace(read_playbook(contents)[0], milestones=playbook.milestones, answers=playbook.answers)
    return settings_sheet(held, only=lacking)


def _where(tables: Sequence[str], sheet: str) -> str:
    """Return the sentence that says where the tables are that an older Settings sheet lacks."""
    if len(tables) == 1:
        return f"Settings had no table {tables[0]}; it stands on the sheet {sheet}."
    return f"Settings had no tables {', '.join(tables[:-1])} and {tables[-1]}; they stand on the sheet {sheet}."


def placeholder(name: str, *, buttons: bool = False) -> Sheet:
    """Return a generated sheet before its first refresh: what it will show, and how to get there."""
    steps = _STEPS_WITH_BUTTONS if buttons else _STEPS
    return Sheet(
        name,
        cells=[
            Cell(1, 1, name, look.TITLE),
            Cell(2, 1, f"This sheet will show {GENERATED[name]}", look.SUBTITLE),
            *(Cell(row, 1, step, look.TEXT) for row, step in enumerate(steps, start=4)),
        ],
        widths={1: 110},
        heights={1: 30},
    )


def renamed(sheet: Sheet, names: Mapping[str, str]) -> Sheet:
    """Return a sheet whose tables carry other names, in every formula and dropdown too."""
    if not names:
        return sheet
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, names))})(?=\[)")

    def spell(text: str) -> str:
        return pattern.sub(lambda found: names[found[1]], text)

    def content(value: Content) -> Content:
        if isinstance(value, Formula):
            return Formula(spell(value.text), value.value)
        return value if not isinstance(value, Link) else Link(value.text, spell(value.target), value.tip)

    return replace(
        sheet,
        cells=[replace(cell, content=content(cell.content)) for cell in sheet.cells],
        tables=[
            replace(
                table,
                name=names.get(table.name, table.name),
                columns=tuple(replace(column, formula=spell(column.formula)) for column in table.columns),
                rows=[tuple(content(value) for value in row) for row in table.rows],
            )
            for table in sheet.tables
        ],
        conditional_formats=[replace(rule, formula=spell(rule.formula)) for rule in sheet.conditional_formats],
        validations=[
            replace(rule, source=spell(rule.source) if isinstance(rule.source, str) else rule.source)
            for rule in sheet.validations
        ],
    )


def _names(
    book: Book, contents: BookContents, playbook: Playbook, headers: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Return the tables that are, or will be, called differently in this workbook."""
    names: dict[str, str] = {}
    for name, (table, _) in _RECORDS.items():
        found = _find(contents, playbook, name)
        given = found.name if found is not None else book.free_table_name(table)
        if given != table:
            names[table] = given
    for table in SETTINGS_TABLES:
        known = _known(contents, table, headers[table])
        given = known.name if known is not None else book.free_table_name(table)
        if given != table:
            names[table] = given
    return names


def _find(contents: BookContents, playbook: Playbook, name: str) -> RawTable | None:
    """Return the table that a sheet of records would hold, when the workbook has it already."""
    table = _RECORDS[name][0]
    options = playbook.options
    called = {
        "Leads": options.leads_table,
        "Activities": options.activities_table,
        "QuoteLines": options.quote_lines_table,
    }.get(table, table)
    words = [word for column in TABLES[table] for word in (column.header, *column.aliases)]
    words += [entry.their_header for entry in playbook.mappings if table == "Leads" and entry.our_key]
    for wanted in dict.fromkeys((called, table)):
        found = _known(contents, wanted, words)
        if found is not None:
            return found
    if table == "Leads":
        return next((raw for raw in contents.tables.values() if looks_like_leads(raw)), None)
    return None


def _known(contents: BookContents, name: str, headers: Iterable[str]) -> RawTable | None:
    """Return the table of that name, or of ``Leadbook_`` and it, when its headers are the ones meant."""
    ours = {_folded(header) for header in headers}
    for spelled in (f"{PREFIX}{name}", name):
        found = contents.find(spelled)
        if found is not None:
            matches = len(ours & {_folded(header) for header in found.headers})
            if matches >= min(_LEAST_MATCHES, len(ours), max(1, len(found.headers))):
                return found
    return None


def _folded(header: str) -> str:
    return " ".join(header.split()).casefold()
