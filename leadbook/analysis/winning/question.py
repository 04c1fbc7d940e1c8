"""What the win model is asked: the columns, the outcomes that are known, and the order they came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from leadbook.analysis.winning.suspects import SURE, chi_square

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    from leadbook.analysis.winning.told import Told


ALIKE = 0.8
"""Open and decided leads have a column filled alike when one share is at least so much of the other."""


class Question(Struct, frozen=True):
    """What is asked: the columns of all leads, the outcomes of the decided ones, and the order they came in.

    Parameters
    ----------
    columns : sequence of Told
    won : array of float, shape (n leads,)
        1 won, 0 lost, NaN not decided.
    when : array of float, shape (n leads,)
        When each outcome was known, as days or a running number; NaN where nobody can tell.
    came : array of float, shape (n leads,)
        When each lead came in, likewise; its ties are broken by ``name``.
    came_in_days : bool
        Whether ``came`` is days since 1970, so that other dates can be told as days after it.
    name : array of int, shape (n leads,)
        The rank of each lead's id: what stays the same when the table is sorted otherwise.
    order_told : str
        How the order is known: "by close date", "by the order of the rows".
    playbook : array of float or None
        The log-odds that the playbook's points give, 0 for an average lead.
    playbook_without : callable or None
        The same without the points for some columns, by their headers: what gives the outcome away does so too where
        the playbook gives points for it.
    kept, left_out : mapping of str to str
        Headers that the seller decided about, with the reason given.
    """

    columns: Sequence[Told]
    won: npt.NDArray[np.float64]
    when: npt.NDArray[np.float64]
    came: npt.NDArray[np.float64]
    name: npt.NDArray[np.int64]
    order_told: str
    came_in_days: bool = False
    playbook: npt.NDArray[np.float64] | None = None
    playbook_without: Callable[[frozenset[str]], npt.NDArray[np.float64]] | None = None
    kept: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)


def in_order(question: Question, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return some leads, the earliest outcome first; where that is unknown, the one that came first."""
    when = np.where(np.isnan(question.when), question.came, question.when)
    rows = np.flatnonzero(chosen)
    unknown = np.isnan(when[rows])
    # Leads that nobody can date stand before all others, since the latest ones count most.
    order = np.lexsort((question.name[rows], np.nan_to_num(question.came[rows]), np.nan_to_num(when[rows]), ~unknown))
    return np.asarray(rows[order], dtype=np.int64)


def without_young_blanks(told: Told, question: Question, rows: npt.NDArray[np.int64]) -> Told:
    """Return a column whose blanks tell nothing where open leads have it filled less or more often than decided ones.

    Parameters
    ----------
    told : Told
    question : Question
    rows : array of int
        The decided leads.
    """
    undecided = np.flatnonzero(np.isnan(question.won))
    n = np.array([len(rows), len(undecided)], dtype=np.float64)
    hits = np.array([told.filled[rows].sum(), told.filled[undecided].sum()], dtype=np.float64)
    if not told.blank_tells or not n.all() or chi_square(hits, n) < SURE:
        return told
    then, now = hits / n
    return replace(told, blank_tells=bool(ALIKE <= now / max(then, 1e-9) <= 1 / ALIKE))


def with_ages(told: Told, question: Question) -> Told:
    """Return a column of dates as days after the lead came in, or as filled or blank where that day is unknown.

    Days before today would not do: the decided leads are the old ones, and age would pass for a reason to win.
    """
    if told.kind != "date":
        return told
    if not question.came_in_days:
        return replace(told, kind="marks", labels=("filled",), numbers=np.full(len(told.codes), np.nan))
    after = np.floor(told.numbers) - np.floor(question.came)
    known = ~np.isnan(after)
    header = f"{told.header}, days after the lead came in"
    return replace(told, header=header, numbers=after, codes=np.where(known, 0, -1).astype(np.int64))
