"""The command dedupe: which rows of a workbook or of any file are one, and why."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.duplicates.anytable import search_table
from leadbook.analysis.duplicates.bridges import by_groups, by_others
from leadbook.analysis.duplicates.leads import search_leads
from leadbook.analysis.duplicates.levels import THRESHOLD
from leadbook.books.incoming import read_incoming
from leadbook.books.outgoing_text import write_csv
from leadbook.model.cells import cell_text
from leadbook.model.counts import counted, verb_of
from leadbook.model.issues import InputError
from leadbook.model.kept_apart import read_kept_apart
from leadbook.model.leads import read_records
from leadbook.model.settings import read_playbook
from leadbook.run.as_it_stands import read_as_it_is
from leadbook.run.plain_tables import header_of, refuse_bad_ids, table_with
from leadbook.run.progress import silent

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from leadbook.analysis.duplicates.bridges import Parted
    from leadbook.analysis.duplicates.search import Found

_NOTHING = "there is nothing to compare"
HEADERS = ("id_a", "id_b", "probability", "reasons", "duplicate")
LEAST = 0.01
SHOWN = 10
# The pairs of a larger group are listed with its first row only: they grow with the square of it.
_LARGEST_LISTED = 1_000


class Pair(Struct, frozen=True):
    """Two rows that may be one."""

    id_a: str
    id_b: str
    probability: float
    reasons: str
    duplicate: bool


class DedupeSummary(Struct, frozen=True):
    """What ``dedupe`` found.

    Parameters
    ----------
    source : str
    rows, groups, extra, pairs : int
        Rows read; groups of rows that are one; rows beyond the first of each group; pairs above 0.01.
    likeliest : list of Pair
        At most ten, the most probable first.
    columns : list of (str, str)
        Header and what it was taken for; empty for a workbook's leads.
    notes : list of str
    """

    source: str
    rows: int
    groups: int
    extra: int
    pairs: int
    likeliest: list[Pair]
    columns: list[tuple[str, str]]
    notes: list[str]

    @property
    def sentence(self) -> str:
        """The result in one line."""
        if not self.groups:
            return f"{self.source}: {counted(self.rows, 'row')}, no two of them look like one."
        return (
            f"{self.source}: {counted(self.rows, 'row')}, {counted(self.groups, 'group')} of rows that look like "
            f"one; {counted(self.extra, 'row')} too many. {counted(self.pairs, 'pair')} scored above {LEAST}."
        )


def dedupe(
    path: str | os.PathLike[str],
    *,
    id_column: str = "",
    pairs: str | os.PathLike[str] = "",
    progress: Callable[[str], None] = silent,
) -> DedupeSummary:
    """Find the duplicates among a workbook's leads, or among the rows of any file.

    Parameters
    ----------
    path : path
        A workbook of leads, adopted or not, or, with ``id_column``, any CSV or Excel file.
    id_column : str
        Header of the column that names the rows of the file; each of its values is there once.
    pairs : path
        Where every pair scored above 0.01 is written as CSV: id_a, id_b, probability, reasons, duplicate (yes or
        no: the decision at the default threshold, after clustering). "" writes nothing.
    progress : callable
        Called with the name of each step before it begins.

    Raises
    ------
    LeadbookError
        One sentence that says what to do.
    """
    source = Path(path)
    target = Path(pairs) if str(pairs) else None
    if target is not None and target.resolve() == source.resolve():
        raise InputError(f'"{source.name}" is the file that is read; name another one for the pairs.')
    progress("open")
    if id_column:
        found, ids, columns, notes, count = _of_file(source, id_column, progress)
    elif source.suffix.casefold() in {".xlsx", ".xlsm"}:
        found, ids, columns, notes, count = _of_book(source, progress)
    else:
        raise InputError(
            f"Say which column of {source.name} names its rows, such as --id ID; in a workbook that is the Lead ID."
        )
    one, other, in_group, left_out = _listed(found)
    if left_out:
        notes.append(
            f"{counted(left_out, 'group')} of more than {_LARGEST_LISTED:,} rows: each row is listed with the group's "
            "first one only."
        )
    likely = np.lexsort([ids[other].astype(str), ids[one].astype(str), -found.chances(one, other)])
    one, other, in_group = one[likely], other[likely], in_group[likely]
    if target is not None:
        progress("write")
        write_csv(target, HEADERS, _rows(found, ids, one, other, in_group))
        notes.append(f"{counted(len(one), 'pair')} written to {target.name}.")
    top = slice(0, SHOWN)
    likeliest = [
        Pair(id_a, id_b, float(chance), why, word == "yes")
        for id_a, id_b, chance, why, word in _rows(found, ids, one[top], other[top], in_group[top])
    ]
    groups = found.groups
    return DedupeSummary(
        source.name, count, len(groups), sum(map(len, groups)) - len(groups), len(one), likeliest, columns,
        [*notes, *found.skipped],
    )  # fmt: skip


_Read = tuple["Found", "npt.NDArray[np.object_]", list[tuple[str, str]], list[str], int]


def _of_book(path: Path, progress: Callable[[str], None]) -> _Read:
    contents, told = read_as_it_is(path)
    progress("read")
    playbook, _ = read_playbook(contents)
    records, _ = read_records(contents, playbook)
    progress("duplicates")
    found, sheet_rows, ids = search_leads(records, least=LEAST)
    named = np.array(
        [str(one) or f"row {row}" for one, row in zip(ids.tolist(), sheet_rows.tolist(), strict=True)], dtype=object
    )
    repeated = [name for name, times in Counter(named.tolist()).items() if times > 1]
    notes = list(told)
    if repeated:
        notes.append(
            f"{counted(len(repeated), 'Lead ID')} {verb_of(len(repeated), 'stand')} on several rows, such as "
            f"{repeated[0]}; leadbook check says where."
        )
    apart = len(read_kept_apart(contents))
    if apart:
        notes.append(
            f"What you decided to keep both of ({counted(apart, 'pair')} in Settings, table KeptApart) is listed as "
            "the model sees it; a refresh leaves it out."
        )
    return found, named, [], notes, len(records.leads.frame)


def _of_file(path: Path, id_column: str, progress: Callable[[str], None]) -> _Read:
    table = table_with(read_incoming(path), id_column, path, purpose=_NOTHING)
    header = header_of(table, id_column)
    ids = np.array([cell_text(value) for value in table.column(header)], dtype=object)
    refuse_bad_ids(ids.tolist(), table, header)
    columns = {name: [cell_text(value) for value in table.column(name)] for name in table.headers if name != header}
    if not columns:
        raise InputError(f"{table.source} has no values beside those of {header}; there is nothing to compare.")
    progress("duplicates")
    found, order, known = search_table(columns, least=LEAST)
    if not known:
        raise InputError(f"No column of {table.source} tells one row from another; there is nothing to compare.")
    meant = {column.header: column.role for column in known}
    described = [(name, meant.get(name, "")) for name in columns]
    return found, ids[order], described, list(table.notes), table.n_rows


def _listed(found: Found) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_], int]:
    """Return the pairs to list: those scored, and those of a group that no key had put side by side."""
    total = found.rows.count
    low, high = np.minimum(found.first, found.second), np.maximum(found.first, found.second)
    group_of = np.full(total, -1, dtype=np.int64)
    inside: list[tuple[int, int]] = []
    large = 0
    for number, group in enumerate(found.groups):
        group_of[group] = number
        if len(group) <= _LARGEST_LISTED:
            inside.extend(combinations(sorted(group), 2))
        else:
            large += 1
    both = np.array(inside, dtype=np.int64).reshape(-1, 2)
    every = np.unique(np.concatenate([low * total + high, both[:, 0] * total + both[:, 1]]))
    one, other = every // max(total, 1), every % max(total, 1)
    return one, other, (group_of[one] >= 0) & (group_of[one] == group_of[other]), large


def _rows(
    found: Found,
    ids: npt.NDArray[np.object_],
    one: npt.NDArray[np.int64],
    other: npt.NDArray[np.int64],
    in_group: npt.NDArray[np.bool_],
) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield each pair as it is written."""
    step = 50_000
    linked = by_others(found)
    for start in range(0, len(one), step):
        part = slice(start, start + step)
        chances, sentences = found.explain(one[part], other[part])
        split = (chances >= THRESHOLD) & ~in_group[part]
        parted = by_groups(found, one[part][split], other[part][split])
        for at, (a, b, chance, why, same) in enumerate(zip(
            ids[one[part]].tolist(), ids[other[part]].tolist(), chances.tolist(), sentences, in_group[part].tolist(),
            strict=True,
        )):  # fmt: skip
            pair = (int(one[start + at]), int(other[start + at]))
            said, told = chance, why
            if same and chance < THRESHOLD and pair in linked:
                through, said = linked[pair]
                told = f"By {ids[through]}, which is like both; between the two: {why}"
            elif not same and chance >= THRESHOLD:
                told = f"{_why_not(ids, parted.get(pair))}; between the two: {why}"
            yield a, b, f"{said:.6f}", told, "yes" if same else "no"


def _why_not(ids: npt.NDArray[np.object_], parted: Parted | None) -> str:
    """Return why two rows that look like one are not taken for one."""
    if parted is None:
        return "Kept apart, each is like other rows as well"
    mate = ids[parted.mate]
    return (
        f"Kept apart, because {ids[parted.row]} goes with {mate} ({parted.near:.2f}), and {mate} is less like "
        f"{ids[parted.apart]} ({parted.far:.2f})"
    )
