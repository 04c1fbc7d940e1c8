"""A plain file of anything: the table that was meant, its columns by name, and ids that tell its rows apart."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from leadbook.model.counts import counted, verb_of
from leadbook.model.issues import InputError
from leadbook.rules.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from leadbook.books.incoming import IncomingTable


def table_with(tables: Sequence[IncomingTable], header: str, path: Path, *, purpose: str) -> IncomingTable:
    """Return the table that has a column, or the largest one.

    Raises
    ------
    InputError
        No table has rows; ``purpose`` ends the sentence: "there is nothing to compare".
    """
    if not any(table.n_rows for table in tables):
        raise InputError(f"{path.name} has headers but no rows below them; {purpose}.")
    having = [table for table in tables if same_header(table.headers, header)]
    return max(having or tables, key=lambda table: table.n_rows)


def same_header(headers: Sequence[str], wanted: str) -> str:
    """Return the header that was meant: as typed, else whatever its case and outer spaces; "" for none."""
    if wanted in headers:
        return wanted
    folded = {header.strip().casefold(): header for header in reversed(headers)}
    return folded.get(wanted.strip().casefold(), "")


def header_of(table: IncomingTable, wanted: str) -> str:
    """Return the header that was meant.

    Raises
    ------
    InputError
        There is no such column; the sentence names the nearest one and the first few.
    """
    header = same_header(table.headers, wanted)
    if header:
        return header
    near = nearest(wanted, table.headers, cutoff=0.5)
    hint = f' Did you mean "{near}"?' if near else ""
    names = ", ".join(f'"{name}"' for name in table.headers[:12])
    raise InputError(f'{table.source} has no column "{wanted}".{hint} Its columns are {names}.')


def refuse_bad_ids(ids: Sequence[str], table: IncomingTable, header: str) -> None:
    """Refuse ids that are blank or stand on several rows."""
    blank = [line for line, one in zip(table.lines, ids, strict=True) if not one]
    if blank:
        raise InputError(
            f"{counted(len(blank), 'row')} of {table.source} {'has' if len(blank) == 1 else 'have'} no value in "
            f'"{header}" ({"" if len(blank) == 1 else "the first is "}line {blank[0]}). Every row needs an id of its '
            "own: fill it in there, or name another column with --id."
        )
    twice = [one for one, times in Counter(ids).items() if times > 1]
    if twice:
        raise InputError(
            f'{counted(len(twice), "value")} of "{header}" in {table.source} {verb_of(len(twice), "stand")} on '
            f'several rows, such as "{twice[0]}". Every row needs an id of its own: change it there, or name another '
            "column with --id."
        )
