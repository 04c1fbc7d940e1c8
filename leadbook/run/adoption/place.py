"""Where in a team's workbook the leads are: the one table or list that looks like leads, or a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.cells import one_line
from leadbook.model.issues import InputError
from leadbook.model.locate import SETTINGS_TABLES
from leadbook.model.mapping import map_headers
from leadbook.model.mapping_words import DEAL_NAME, FULL_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.adopted import AdoptedBook
    from leadbook.books.plain_ranges import PlainRange
    from leadbook.model.playbook import ColumnMapping, Playbook
    from leadbook.model.tables import RawTable

# What tells leads and deals from any other list: who it is about, and what is being done about it.
_WHO = frozenset({"company", "first_name", "last_name", "email", FULL_NAME, DEAL_NAME})
_WHAT = frozenset({"stage", "amount", "close_date", "source", "owner", "created", "next_step", "probability_override"})
# A list that only says when somebody was called counts where there is no better one.
_WHEN = frozenset({"first_contacted", "last_activity", "next_step_date"})
_OURS = frozenset(
    name.casefold() for name in (*SETTINGS_TABLES, "Activities", "QuoteLines", "Proposals", "History", "Archive")
)
_LEAST_COLUMNS = 3
_MOST_HEADERS = 8  # named in a refusal
# A list that has this share of the lead columns that the best one has may be meant as well.
_RIVAL = 0.75


def find_place(
    book: AdoptedBook,
    playbook: Playbook,
    told: Sequence[ColumnMapping] = (),
    *,
    sheet: str = "",
    table: str = "",
    header_row: int = 0,
) -> tuple[RawTable | None, PlainRange | None, list[str]]:
    """Return the table of leads, or the list in plain cells that is to become it, and what else was seen.

    Parameters
    ----------
    book : AdoptedBook
    playbook : Playbook
    told : sequence of ColumnMapping
        What the user said headers mean.
    sheet, table : str
        Where the user says the leads are; "" lets leadbook look.
    header_row : int
        The Excel row of their headers; 0 has it looked for.

    Raises
    ------
    InputError
        When nothing looks like leads, several lists do, or what the user named is not there.
    """
    if table:
        found = book.contents.find(table)
        if found is None:
            names = ", ".join(book.contents.tables) or "none"
            raise InputError(f'{book.contents.name} has no table "{table}"; the tables are: {names}.')
        return found, None, []
    if not header_row:
        found = _table_of_leads(book, playbook, told, sheet)
        if found is not None:
            return found, None, []
    return None, *_list_of_leads(book, playbook, told, sheet, header_row)


def _table_of_leads(
    book: AdoptedBook, playbook: Playbook, told: Sequence[ColumnMapping], sheet: str
) -> RawTable | None:
    contents = book.contents
    tables = [
        raw
        for raw in contents.tables.values()
        if raw.name.casefold().removeprefix("leadbook_") not in _OURS
        and raw.sheet not in contents.generated_sheets
        and (not sheet or raw.sheet.casefold() == sheet.casefold())
    ]
    adopted = contents.find(playbook.options.leads_table)
    if adopted is not None and adopted in tables and not sheet:
        return adopted
    likely = [raw for raw in tables if _likeness(raw.headers, raw.cells, playbook, told)]
    if len(likely) > 1:
        places = [f"table {raw.name} on sheet {raw.sheet}" for raw in likely]
        raise InputError(_which(contents.name, places, f"--table {_typed(likely[0].name)}"))
    if likely:
        return likely[0]
    if len(tables) != 1:
        return None
    only = tables[0]
    alone = _tells_who(only.headers, only.cells, playbook, told) and not book.plain_ranges("", 0)
    return only if sheet or alone else None


def _list_of_leads(
    book: AdoptedBook, playbook: Playbook, told: Sequence[ColumnMapping], sheet: str, header_row: int
) -> tuple[PlainRange, list[str]]:
    name = book.contents.name
    blocks = book.plain_ranges(sheet, header_row)
    ranked = _ranked(blocks, playbook, told, _WHAT) or _ranked(blocks, playbook, told, _WHEN)
    if not ranked and len(blocks) == 1 and (sheet or _tells_who(blocks[0].headers, blocks[0].columns, playbook, told)):
        return blocks[0], []
    if not ranked:
        raise InputError(_nothing(name, sheet, header_row, blocks))
    best = max(likeness for likeness, _ in ranked)
    rivals = [block for likeness, block in ranked if likeness >= _RIVAL * best]
    if len(rivals) > 1:
        places = [f"{block.reference} on sheet {block.sheet}" for block in rivals]
        if len({block.sheet for block in rivals}) == 1:
            raise InputError(
                f"{name} has {len(rivals)} lists on one sheet that may hold the leads: {'; '.join(places)}. Select the "
                "one that does in Excel, press Ctrl+T to make it a table, save, and run the command again."
            )
        raise InputError(_which(name, places, f"--sheet {_typed(rivals[0].sheet)}"))
    others = [f"{block.reference} on sheet {block.sheet}" for _, block in ranked if block is not rivals[0]]
    notes = [f"{'; '.join(others)} may hold leads too, and stays as it is."] if others else []
    return rivals[0], notes


def _ranked(
    blocks: Sequence[PlainRange], playbook: Playbook, told: Sequence[ColumnMapping], what: frozenset[str]
) -> list[tuple[int, PlainRange]]:
    likely = [(_likeness(block.headers, block.columns, playbook, told, what), block) for block in blocks]
    return [(likeness, block) for likeness, block in likely if likeness]


def _tells_who(
    headers: Sequence[str], columns: Sequence[Sequence[object]], playbook: Playbook, told: Sequence[ColumnMapping]
) -> bool:
    """Tell whether a list names companies or people: where it is the only one, it is meant, whatever else it says.

    A short one is where its headers, and not its values alone, say who and how far each of them is.
    """
    mapping = map_headers(headers, columns, "Leads", told, playbook=playbook)
    keys = set(mapping.keys)
    said = {match.key for match in mapping.matches if not match.how.startswith("values")}
    return bool(said & _WHO and "stage" in said) or (len(keys) >= _LEAST_COLUMNS and bool(keys & _WHO))


def _which(name: str, places: Sequence[str], choice: str) -> str:
    book = _typed(name)
    return (
        f"{name} has {len(places)} places that may hold the leads: {'; '.join(places)}. Say which one, for example: "
        f"leadbook adopt {book} {choice}. To have all of them in one list instead, leave this workbook as it is: run "
        f"leadbook init leads.xlsx, then leadbook import {book} --into leads.xlsx"
    )


def _nothing(name: str, sheet: str, header_row: int, blocks: Sequence[PlainRange]) -> str:
    if header_row:
        where = f"row {header_row} of sheet {sheet}" if sheet else f"row {header_row} of any sheet"
        return (
            f"In {name}, {where} holds no headers of leads (a company or person, and a stage, amount, date or owner). "
            'Say what they mean, for example --map "Client=Company" --map "Status=Stage".'
        )
    told = (
        f"{name} has no table or list that looks like leads (a company or person, and a stage, amount, date or owner)."
    )
    # A list has several headers of its own and rows below them: the one with most cells is the likeliest.
    lists = [block for block in blocks if len(block.headers) - len(block.named) >= _LEAST_COLUMNS and block.columns[0]]
    if not lists:
        at = f"--sheet {_typed(sheet)}" if sheet else "--sheet with the sheet's name"
        return (
            f"{told} Say where it is with {at} and --header-row with the row of its headers, and what they mean with "
            '--map, such as --map "Client=Company" --map "Status=Stage".'
        )
    likely = max(lists, key=lambda block: len(block.headers) * len(block.columns[0]))
    row = likely.area.first_row
    headers = ", ".join(one_line(header, 40) for header in likely.headers[:_MOST_HEADERS])
    more = ", ..." if len(likely.headers) > _MOST_HEADERS else ""
    return (
        f"{told} Row {row} of sheet {likely.sheet} looks most like headers ({headers}{more}). If it is, say which of "
        "them is the company or person and which the stage, each with its own --map, for example: "
        f"leadbook adopt {_typed(name)} --sheet {_typed(likely.sheet)} --header-row {row} "
        '--map "Client=Company" --map "Status=Stage"'
    )


def _typed(word: str) -> str:
    """Return a word as it is typed on a command line."""
    return f'"{word}"' if any(letter.isspace() or letter in "&;()'" for letter in word) else word


def _likeness(
    headers: Sequence[str],
    columns: Sequence[Sequence[object]],
    playbook: Playbook,
    told: Sequence[ColumnMapping],
    what: frozenset[str] = _WHAT,
) -> int:
    """Return how many columns of leads a table has; 0 when it cannot be one, having none of ``what``."""
    keys = set(map_headers(headers, columns, "Leads", told, playbook=playbook).keys)
    return len(keys) if len(keys) >= _LEAST_COLUMNS and keys & _WHO and keys & what else 0
