"""The copies as they were given: each read and held against the master, or left out with the reason."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.books.closed import ClosedBook
from leadbook.model.issues import LeadbookError
from leadbook.run.syncs.combining import Compared, compare
from leadbook.run.syncs.reading import read_side
from leadbook.run.syncs.report import CopyTold
from leadbook.run.syncs.side import NO_ID, Side, same_lead
from leadbook.run.syncs.telling import issue_of_copy, shared_issues, typed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from leadbook.model.issues import Issue

_LEAST_ALIKE = 0.5
"""Without a common History, a workbook is a copy when at least half of the leads that share an id are one lead."""


class ReadCopies(Struct):
    """The copies that could be read, and what is said of the others."""

    compared: list[Compared]
    told: list[CopyTold]
    issues: list[Issue]


def read_copies(path: Path, copies: Sequence[Path], master: Side) -> ReadCopies:
    """Read and compare each copy; one that can't be used is said, and the rest goes on."""
    read = ReadCopies([], [], shared_issues(master, master.name))
    seen = {path.resolve()}
    for one in copies:
        name = _name_of(one, read)
        if one.resolve() in seen:
            is_master = one.resolve() == path.resolve()
            same = (
                "is the master itself: name the reps' copies of it" if is_master else "was given twice: once is enough"
            )
            _leave_out(read, name, f"{name} {same}.")
            continue
        seen.add(one.resolve())
        try:
            copy = read_side(ClosedBook.open(one), name, like=master)
        except LeadbookError as failure:
            _leave_out(read, name, f"Nothing was taken from {name}. {failure}")
            continue
        gc.collect()  # the book's parts know each other, and nobody looks for such circles during a command
        compared = compare(master, copy)
        strange = _strangeness(master, compared)
        if strange:
            _leave_out(read, name, strange)
            continue
        read.compared.append(compared)
        read.issues += shared_issues(copy, name)
    return read


def _name_of(path: Path, read: ReadCopies) -> str:
    """Return a name that tells a copy from the others: its folder's too where two files are called the same."""
    taken = {one.copy.name for one in read.compared} | {told.name for told in read.told}
    name = path.name or str(path)
    return name if name not in taken else f"{path.parent.name}/{name}"


def _leave_out(read: ReadCopies, name: str, said: str) -> None:
    read.told.append(CopyTold(name, "", left_out=said))
    read.issues.append(issue_of_copy(said))


def _strangeness(master: Side, one: Compared) -> str:
    """Return why a workbook is no copy of the master, "" when it is one."""
    copy = one.copy
    if one.known.is_exact and one.known.leads & set(copy.places) & set(master.places):
        return ""
    if one.common.since is not None or not copy.keys or not master.keys:
        return ""
    both = [key for key in copy.places if key in master.places and not key.startswith(NO_ID)]
    alike = sum(same_lead(master, master.places[key], copy, copy.places[key]) for key in both)
    if both and alike >= _LEAST_ALIKE * len(both):
        return ""
    return (
        f"{copy.name} has no History and no leads in common with {master.name}, so it is no copy of it and nothing "
        f"was taken. To bring its leads in as new ones: leadbook import {typed(copy.name)} --into {typed(master.name)}"
    )
