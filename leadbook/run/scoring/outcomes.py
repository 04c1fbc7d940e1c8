"""A column of outcomes as people write them: won, lost, or not decided yet."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.cells import NO, PLACEHOLDERS, YES, cell_text, comparable, distinct, is_blank
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.issues import InputError
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

SHOWN = 5


def read_outcomes(cells: Sequence[object], header: str, source: str) -> tuple[npt.NDArray[np.float64], tuple[str, ...]]:
    """Return each row's outcome: 1 won, 0 lost, NaN not decided.

    Parameters
    ----------
    cells : sequence of object
        1 or 0, yes or no, won or lost and other words of leadbook's stages, in any case; blank for not decided. A
        stage that is open counts as not decided.
    header, source : str
        The column and the file, for sentences.

    Returns
    -------
    (array of float, tuple of str)
        And the different words of open stages that were found.

    Raises
    ------
    InputError
        A word means no outcome; no row is decided; all are won, or all lost; or all are decided.
    """
    values, places = distinct(cells)
    read = [_meant(value) for value in values]
    unread = [str(cell_text(value)) for value, outcome in zip(values, read, strict=True) if outcome is None]
    if unread:
        words = ", ".join(f'"{word}"' for word in unread[:SHOWN])
        more = f" and {len(unread) - SHOWN:,} more" if len(unread) > SHOWN else ""
        say = "says" if len(unread) == 1 else "say"
        raise InputError(
            f'"{header}" in {source} holds {words}{more}, which {say} neither won nor lost; write 1 or 0, yes or no, '
            "won or lost, and leave it blank where it is not known yet."
        )
    won = np.array([np.nan if outcome is None else outcome for outcome in read], dtype=np.float64)[places]
    decided = ~np.isnan(won)
    if not decided.any():
        raise InputError(f'No row of {source} has an outcome in "{header}", so there is nothing to learn from.')
    if len(np.unique(won[decided])) < 2:
        kind = "won" if won[decided][0] else "lost"
        raise InputError(
            f'The only outcome in "{header}" of {source} is {kind}; learning needs won and lost ones.'
            if decided.sum() == 1
            else f'All {int(decided.sum()):,} outcomes in "{header}" of {source} are {kind}; '
            "learning needs won and lost ones."
        )
    if decided.all():
        raise InputError(
            f'Every row of {source} has an outcome in "{header}", so there is nothing to foretell; leave it blank on '
            "the rows that you want chances for."
        )
    still_open = Counter(
        cell_text(values[place]).strip() for place in np.unique(places[~decided]).tolist() if _says(values[place])
    )
    return won, tuple(sorted(still_open))


def _says(value: object) -> bool:
    return not is_blank(value) and comparable(cell_text(value)) not in PLACEHOLDERS


def _meant(value: object) -> float | None:
    """Return 1, 0, NaN for not decided, or None for a word that means no outcome."""
    if not _says(value):
        return np.nan
    word = comparable(cell_text(value))
    try:
        number = float(word)
    except ValueError:
        number = np.nan
    if number in {0.0, 1.0}:
        return number
    if word in YES or word in NO:
        return float(word in YES)
    stage = DEFAULT_PLAYBOOK.stage(word)
    if stage is None:
        return None
    if stage.stage_class is StageClass.WON:
        return 1.0
    return 0.0 if stage.stage_class in {StageClass.LOST, StageClass.DISQUALIFIED} else np.nan
