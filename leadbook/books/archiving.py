"""Records copied to the Archive cell by cell, with their looks, behind the cells that say why and when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.analysis.archived import more_of_row
from leadbook.books import sellertables
from leadbook.model.columns import ARCHIVE
from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from leadbook.books.draft import Draft
    from leadbook.books.ooxml import TableInfo, Workbook
    from leadbook.books.ooxml.row_contents import RowContent
    from leadbook.books.ooxml.values import RawCell
    from leadbook.sheets.spec import Content

_WIDTH = 14.0
_OURS = frozenset(column.header.casefold() for column in ARCHIVE)
_THEIRS = " (lead)"
_MORE = re.compile(more_of_row(0).replace("(0)", r"\(\d+\)"), re.IGNORECASE)
_LONGEST = 32_000
"""Characters that are put into one cell of the Archive; Excel takes a few more."""


def archived_header(header: str) -> str:
    """Return what a column of leads is called in the Archive: the same, unless the Archive has such a column."""
    return header + _THEIRS if is_ours(header) else header


def is_ours(header: str) -> bool:
    """Tell whether a column of the Archive is none of a lead's."""
    return header.casefold() in _OURS or _MORE.fullmatch(header) is not None


def archive_table(draft: Draft) -> TableInfo:
    """Return the Archive table."""
    names = {table.name.casefold(): table for table in draft.workbook.tables}
    for name in ("leadbook_archive", "archive"):
        if name in names:
            return names[name]
    raise InputError(
        f'"{draft.contents.name}" has no table called Archive. Run: leadbook refresh {draft.contents.name}'
    )


def archive_rows(
    draft: Draft, table: str, rows: Mapping[int, Sequence[Content]], contents: Mapping[int, RowContent]
) -> None:
    """Copy records of a table to the Archive.

    Parameters
    ----------
    draft : Draft
    table : str
    rows : mapping of int to sequence of Content
        Row of the table to the cells of the Archive's own columns; the last is a text of any length.
    contents : mapping of int to RowContent
        What stands on those rows.
    """
    info = draft.table(table)
    archive = archive_table(draft)
    draft.refuse_protected(archive.sheet)
    have = {header.casefold() for header in archive.columns}
    lacking = [name for header in info.columns if (name := archived_header(header)).casefold() not in have]
    pieces = {row: _pieces(str(own[-1])) for row, own in rows.items()}
    lacking += [name for name in _more_columns(pieces.values()) if name.casefold() not in have]
    with draft.sentences():
        if lacking:
            draft.workbook.add_table_columns(archive.name, lacking, None, [0] * len(lacking), [_WIDTH] * len(lacking))
            draft.plan.columns_added.setdefault(archive.name, []).extend(lacking)
    archive = archive_table(draft)
    first = sellertables.first_free_row(draft, archive)
    columns = {header.casefold(): archive.first_column + at for at, header in enumerate(archive.columns)}
    missing = [column.header for column in ARCHIVE if column.header.casefold() not in columns]
    if missing:
        raise InputError(f"Table {archive.name} has no column called {missing[0]}. Put the header back and retry.")
    ours = [columns[column.header.casefold()] - archive.first_column for column in ARCHIVE]
    cells: list[tuple[Content, ...]] = []
    for row, own in rows.items():
        line: list[Content] = [None] * len(archive.columns)
        for at, content in zip(ours, (*own[:-1], pieces[row][0]), strict=True):
            line[at] = content
        for number, piece in enumerate(pieces[row][1:], 2):
            line[columns[more_of_row(number).casefold()] - archive.first_column] = piece
        cells.append(tuple(line))
    sellertables.append_rows(draft, archive.name, cells)
    copied: dict[int, dict[int, RawCell]] = {}
    for offset, row in enumerate(rows):
        for column, cell in in_table(contents[row], info).cells.items():
            header = archived_header(info.columns[column - info.first_column])
            copied.setdefault(columns[header.casefold()], {})[first + offset] = cell
    draft.workbook.put_raw_cells(archive.sheet, copied)


def rewrite_texts(workbook: Workbook, archive: TableInfo, texts: Mapping[int, str]) -> None:
    """Change what the Archive keeps of some of its rows.

    Parameters
    ----------
    workbook : Workbook
    archive : TableInfo
    texts : mapping of int to str
        By the Archive's own rows.
    """
    pieces = {row: _pieces(text) for row, text in texts.items()}
    have = {header.casefold(): archive.first_column + at for at, header in enumerate(archive.columns)}
    lacking = [name for name in _more_columns(pieces.values()) if name.casefold() not in have]
    if lacking:
        first = workbook.add_table_columns(archive.name, lacking, None, [0] * len(lacking), [_WIDTH] * len(lacking))
        have |= {name.casefold(): first + at for at, name in enumerate(lacking)}
    cells: dict[int, dict[int, str | None]] = {}
    for row, parts in pieces.items():
        names = [ARCHIVE[-1].header, *_more_columns([parts])]
        later = [name for name in have if _MORE.fullmatch(name) and name not in {one.casefold() for one in names}]
        for name, part in zip(names, parts, strict=True):
            cells.setdefault(have[name.casefold()], {})[row] = part
        for name in later:
            cells.setdefault(have[name], {})[row] = None
    workbook.set_cells(archive.sheet, cells)


def _more_columns(pieces: Iterable[Sequence[str]]) -> list[str]:
    return [more_of_row(number) for number in range(2, 1 + max(map(len, pieces), default=0))]


def _pieces(text: str) -> list[str]:
    """Return a text cut for several cells, never next to a space, which reading a cell takes away."""
    found: list[str] = []
    while len(text) > _LONGEST:
        cut = next((at for at in range(_LONGEST, 1, -1) if not (text[at - 1].isspace() or text[at].isspace())), 0)
        cut = cut or _LONGEST
        found.append(text[:cut])
        text = text[cut:]
    return [*found, text]


def in_table(content: RowContent, info: TableInfo) -> RowContent:
    """Return the part of a row that stands in a table."""
    columns = range(info.first_column, info.last_column + 1)
    return type(content)(
        content.attributes,
        {column: cell for column, cell in content.cells.items() if column in columns},
        {column: text for column, text in content.formulas.items() if column in columns},
    )
