"""The chance of each undecided row of any file, learned from its decided ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.winning.anytable import question_about
from leadbook.analysis.winning.learning import learn
from leadbook.analysis.winning.reasons import spell_reasons
from leadbook.books.incoming import WORKED_OUT, read_incoming
from leadbook.books.outgoing_text import write_csv
from leadbook.model.cells import cell_text
from leadbook.model.counts import counted
from leadbook.model.issues import InputError
from leadbook.run.plain_tables import header_of, refuse_bad_ids, same_header, table_with
from leadbook.run.progress import silent
from leadbook.run.scoring.outcomes import read_outcomes

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Sequence

    from leadbook.analysis.winning.learning import Learned
    from leadbook.books.incoming import IncomingTable, TextForm

HEADERS = ("id", "win_probability", "reasons")


class RowChance(Struct, frozen=True):
    """The chance of one row, 0 to 1, with what it comes from."""

    id: str
    win_probability: float
    reasons: str


class FileScores(Struct, frozen=True):
    """The chances of a file's undecided rows.

    Parameters
    ----------
    source : str
        The file's name, with the sheet for a workbook.
    rows : list of RowChance
        In the order of the file, as ``learned.asked`` has them.
    learned : Learned
        What was learned, how well, and from which columns.
    notes : tuple of str
        Sentences on how the file was read.
    """

    source: str
    rows: list[RowChance]
    learned: Learned
    notes: tuple[str, ...]


def score_file(
    path: str | os.PathLike[str],
    *,
    id_column: str,
    outcome_column: str,
    out: str | os.PathLike[str] = "",
    keep: Sequence[str] = (),
    leave_out: Sequence[str] = (),
    form: TextForm = WORKED_OUT,
    seed: int = 0,
    progress: Callable[[str], None] = silent,
) -> FileScores:
    """Learn from the rows whose outcome is known and return the chance of each row where it is blank.

    What it takes, and how it fails, is told where the package offers it: `leadbook.run.reviewing.score_file`.
    """
    source, target = Path(path), Path(out) if str(out) else None
    if target is not None and target.resolve() == source.resolve():
        raise InputError(f'"{source.name}" is the file that is read; name another one for the chances.')
    progress("open")
    tables = read_incoming(source, form)
    table = table_with(tables, outcome_column, source, purpose="there is nothing to learn from")
    _refuse_blank(table, outcome_column)
    id_header, outcome_header = header_of(table, id_column), header_of(table, outcome_column)
    if id_header == outcome_header:
        raise InputError(f'"{id_header}" cannot be both the id and the outcome; name two columns.')
    kept, left_out = (_named(table.headers, [header_of(table, name) for name in names]) for names in (keep, leave_out))
    ids = [cell_text(value) for value in table.column(id_header)]
    refuse_bad_ids(ids, table, id_header)
    won, undecided_words = read_outcomes(table.column(outcome_header), outcome_header, table.source)
    columns = {name: table.column(name) for name in table.headers if name not in {id_header, outcome_header}}
    if not columns:
        raise InputError(f"{table.source} has no column but the id and the outcome; there is nothing to learn from.")
    progress("score")
    learned = learn(question_about(columns, ids, won, kept=kept, left_out=left_out), seed=seed)
    notes = list(table.notes)
    if undecided_words:
        notes.append(f"Not decided yet: {', '.join(undecided_words)}.")
    rows = list(_chances(learned, ids))
    if target is not None:
        progress("write")
        write_csv(target, HEADERS, ((row.id, f"{row.win_probability:.6f}", row.reasons) for row in rows))
        notes.append(f"{counted(len(rows), 'chance')} written to {target.name}.")
    return FileScores(table.source, rows, learned, tuple(notes))


def _refuse_blank(table: IncomingTable, wanted: str) -> None:
    """Refuse a column of outcomes without any, which was left out when the file was read."""
    blank = any("without any value" in note and wanted.casefold() in note.casefold() for note in table.notes)
    if blank and not same_header(table.headers, wanted):
        raise InputError(f'No row of {table.source} has an outcome in "{wanted}", so there is nothing to learn from.')


def _named(headers: Sequence[str], wanted: Sequence[str]) -> list[str]:
    return [header for header in headers if header in wanted]


def _chances(learned: Learned, ids: Sequence[str]) -> Iterator[RowChance]:
    asked = learned.asked.tolist()
    if learned.points is None:
        # Laplace's rule: one more of each, so that three won of three are no certainty.
        share = (learned.won + 1) / (learned.won + learned.lost + 2)
        why = (
            f"the share won of all, whatever the row: insufficient history ({learned.won:,} won, {learned.lost:,} lost)"
        )
        yield from (RowChance(ids[row], share, why) for row in asked)
        return
    reasons = spell_reasons(learned, learned.start, np.arange(len(asked)))
    chances: list[float] = (1 / (1 + np.exp(-learned.log_odds[learned.asked]))).tolist()
    for row, chance, why in zip(asked, chances, reasons, strict=True):
        yield RowChance(ids[row], chance, why)
