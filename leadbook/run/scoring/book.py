"""The scores and chances of a workbook's leads, without writing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct

from leadbook.analysis.outlook.rewind import rewind
from leadbook.analysis.winning.lead_reasons import LeadReasons, reason_out
from leadbook.model.records import TEXT_STORAGE
from leadbook.run.as_it_stands import records_to
from leadbook.run.chances import place_leads
from leadbook.run.progress import silent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from leadbook.analysis.results import Scores, Standing
    from leadbook.analysis.winning.leads import Wins
    from leadbook.model.records import Records
    from leadbook.model.tables import BookContents


class BookScores(Struct, frozen=True):
    """Every lead's points and chance.

    Parameters
    ----------
    book : str
        The workbook's file name.
    as_of : date
    records : Records
    scores : Scores
        Points, grade, reasons and what would raise them most.
    standing : Standing
        ``win``, ``win_source``, ``win_30d``, ``priority`` with its reason and the next action.
    wins : Wins
        What was learned from Won and Lost, how well, and which columns were left out.
    reasons : LeadReasons
        The terms that each learned chance is made of.
    notes : tuple of str
        How the workbook was read, where that is not plain.
    """

    book: str
    as_of: dt.date
    records: Records
    scores: Scores
    standing: Standing
    wins: Wins
    reasons: LeadReasons
    notes: tuple[str, ...] = ()

    @property
    def open_rows(self) -> pd.Index:
        """The open leads by their Excel rows, the highest priority first."""
        frame = self.standing.frame
        waiting = frame[frame["open"].to_numpy(dtype=bool)]
        return waiting.sort_values("priority", ascending=False, kind="stable", na_position="last").index


@pd.option_context(*TEXT_STORAGE)
def score_book(contents: BookContents, today: dt.date, progress: Callable[[str], None] = silent) -> BookScores:
    """Return the points and chances of a workbook's leads.

    Raises
    ------
    InputError
        No table holds leads, it holds none, or ``today`` lies outside 1990 to 2199.
    """
    progress("read")
    records = records_to(contents, today, "score")
    records, rewound = rewind(records, today)
    progress("score")
    placed = place_leads(records, today)
    scores, wins, standing = placed.scores, placed.wins, placed.standing
    return BookScores(
        contents.name, today, records, scores, standing, wins, reason_out(wins, records, standing),
        (rewound,) if rewound else (),
    )  # fmt: skip
