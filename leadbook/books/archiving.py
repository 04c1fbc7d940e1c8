"""Records copied to the Archive cell by cell, with their looks, behind the cells that say why and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books import sellertables
from leadbook.model.columns import ARCHIVE
from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.books.draft import Draft
    from leadbook.books.ooxml import TableInfo
    from leadbook.books.ooxml.row_contents import RowContent
    from leadbook.books.ooxml.values import RawCell
    from leadbook.sheets.spec import Content

_WIDTH = 14.0
_OURS = frozenset(column.header.casefold() for column in ARCHIVE)
_THEIRS = " (lead)"


def archived_header(header: str) -> str:
    """Return what a column of leads is called in the Archive: the same, unless the Archive has such a column."""
    return header + _THEIRS if header.casefold() in _OURS else header


def archive_table(draft: Draft) -> TableInfo:
    """Return the Archive table."""
    names = {table.name.casefold(): table for table in draft.workbook.tables}
    for name in ("leadbook_archive", "archive"):
        if name in names:
            return names[name]
    raise InputError(f'"{draft.contents.name}" has no table called Archive.')


def archive_rows(
    draft: Draft, table: str, rows: Mapping[int, Sequence[Content]], contents: Mapping[int, RowContent]
) -> None:
    """Copy records of a table to the Archive.

    Parameters
    ----------
    draft : Draft
    table : str
    rows : mapping of int to sequence of Content
        Row of the table to the cells of the Archive's own columns.
    contents : mapping of int to RowContent
        What stands on those rows.
    """
    info = draft.table(table)
    archive = archive_table(draft)
    draft.refuse_protected(archive.sheet)
    have = {header.casefold() for header in archive.columns}
    lacking = [name for header in info.columns if (name := archived_header(header)).casefold() not in have]
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
    for own in rows.values():
        line: list[Content] = [None] * len(archive.columns)
        for at, content in zip(ours, own, strict=True):
            line[at] = content
        cells.append(tuple(line))
    sellertables.append_rows(draft, archive.name, cells)
    copied: dict[int, dict[int, RawCell]] = {}
    for offset, row in enumerate(rows):
        for column, cell in in_table(contents[row], info).cells.items():
            header = archived_header(info.columns[column - info.first_column])
            copied.setdefault(columns[header.casefold()], {})[first + offset] = cell
    draft.workbook.put_raw_cells(archive.sheet, copied)


def in_table(content: RowContent, info: TableInfo) -> RowContent:
    """Return the part of a row that stands in a table."""
    columns = range(info.first_column, info.last_column + 1)
    return type(content)(
        content.attributes,
        {column: cell for column, cell in content.cells.items() if column in columns},
        {column: text for column, text in content.formulas.items() if column in columns},
    )
