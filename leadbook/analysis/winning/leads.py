"""The chance of each open lead of a workbook: its stage, and what its columns add or take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.kept import folded_ids
from leadbook.analysis.score import fit_without
from leadbook.analysis.winning.columns import lead_columns
from leadbook.analysis.winning.learning import Learned, learn
from leadbook.analysis.winning.newton import chance_of
from leadbook.analysis.winning.points_model import log_odds_of
from leadbook.analysis.winning.question import Question
from leadbook.analysis.winning.reasons import A_GRADE
from leadbook.analysis.winning.stage_chance import way_left
from leadbook.analysis.winning.trees import QUICK
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import numpy.typing as npt
    import pandas as pd

    from leadbook.analysis.results import Scores
    from leadbook.analysis.winning.trees import Effort
    from leadbook.model.records import Records

MOST_OUTCOMES = 8_000
"""A workbook's leads are learned from the outcomes that came last; the way of selling years ago is not today's."""
LEARNED = "learned"


class Wins(Struct, frozen=True):
    """What the workbook's outcomes teach about its open leads.

    Parameters
    ----------
    learned : Learned
        About ``places``.
    places : array of int
        The rows of the leads' frame that were looked at: those not decided, and the decided ones that came last.
    way : mapping of str to float
        How much of the way to Won lies ahead of a lead in each open stage, see `way_left`.
    """

    learned: Learned
    places: npt.NDArray[np.int64]
    way: Mapping[str, float]

    @property
    def speaks(self) -> bool:
        """Whether there is enough history for chances of its own."""
        return self.learned.points is not None

    def by_stage(self, names: npt.NDArray[np.object_], log_odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return what the stage adds to the log-odds of leads that had these at the beginning of their way."""
        ahead = np.array([self.way.get(str(name), 1.0) for name in names.tolist()], dtype=np.float64)
        chance = np.clip(chance_of(log_odds), 1e-6, 1 - 1e-6)
        return log_odds_of(chance**ahead) - log_odds_of(chance)

    def blend(
        self,
        names: npt.NDArray[np.object_],
        is_open: npt.NDArray[np.bool_],
        win: npt.NDArray[np.float64],
        source: npt.NDArray[np.object_],
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.object_]]:
        """Return each lead's chance and where it comes from, learned ones in place of the stage's.

        Parameters
        ----------
        names : array of str, shape (n leads,)
            Their stages.
        is_open : array of bool
        win, source
            As `leadbook.analysis.chance.chances` has them; an outcome and an override stand.
        """
        if not self.speaks:
            return win, source
        asked = self.places[self.learned.asked]
        mine = is_open[asked] & ((source[asked] == "stage") | (source[asked] == ""))
        rows = asked[mine]
        total = self.learned.log_odds[self.learned.asked[mine]]
        total = total + self.by_stage(names[rows], total)
        win, source = win.copy(), source.copy()
        win[rows], source[rows] = np.round(chance_of(total), 4), LEARNED
        return win, source


def learn_wins(
    records: Records, scores: Scores, visits: pd.DataFrame, today: dt.date, *, effort: Effort = QUICK, seed: int = 0
) -> Wins:
    """Learn from a workbook's Won and Lost what its open leads are worth.

    Parameters
    ----------
    records : Records
    scores : Scores
        Their fit points are believed until history speaks.
    visits : DataFrame
        As ``history.visits`` gives them.
    today : date
        Outcomes dated later are not known yet.
    effort : Effort
    seed : int

    Notes
    -----
    Lost and disqualified leads count as not won; archived ones teach nothing.
    """
    frame, playbook = records.leads.frame, records.playbook
    classes = frame["stage_class"].to_numpy(dtype=object)
    won = np.full(len(frame), np.nan)
    won[(classes == StageClass.LOST.value) | (classes == StageClass.DISQUALIFIED.value)] = 0.0
    won[classes == StageClass.WON.value] = 1.0
    ids = folded_ids(records.leads)
    archived = set(folded_ids(records.archive).tolist()) - {""}
    counted = ~np.isin(ids, list(archived)) if archived else np.ones(len(frame), dtype=bool)
    closed = _days(frame["close_date"])
    now = float(np.datetime64(today, "D").astype(np.int64))
    known = ~np.isnan(won) & counted & ~(closed > now)
    created = _days(frame["created"])
    recent = _latest(known, np.where(np.isnan(closed), created, closed))
    places = np.sort(np.concatenate([recent, np.flatnonzero(np.isnan(won))]))
    name = _ranks(ids[places].tolist())
    came, told_by, dated = _came(created[places], name)
    fit = scores.frame["fit"].to_numpy(dtype=np.float64)
    columns, kept, left_out = lead_columns(records, places)
    learned = learn(
        Question(
            columns, won[places], closed[places], came, name,
            "by close date" if not np.isnan(closed[recent]).all() else told_by, dated,
            playbook=_by_fit(fit, recent)[places],
            playbook_without=lambda headers: _by_fit(fit_without(records, fit, headers), recent)[places],
            kept=kept, left_out=left_out,
        ),
        effort=effort, seed=seed,
    )  # fmt: skip
    way: dict[str, float] = {}
    if learned.points is not None:
        outcomes = {ids[at]: won[at] > 0.5 for at in np.flatnonzero(known).tolist()}
        hits = int(won[known].sum())
        way = way_left(playbook, visits, outcomes, hits, int(known.sum()) - hits)
    return Wins(learned, places, way)


def _latest(known: npt.NDArray[np.bool_], day: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    rows = np.flatnonzero(known)
    order = np.argsort(np.nan_to_num(day[rows], nan=-np.inf), kind="stable")
    return rows[order[-MOST_OUTCOMES:]]


def _came(created: npt.NDArray[np.float64], name: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.float64], str, bool]:
    """Return when leads came in, and how that is known; leads are numbered as they come, so their ids tell too."""
    if (~np.isnan(created)).mean() >= 0.5 if len(created) else False:
        return created, "by Created", True
    return name.astype(np.float64), "by Lead ID", False


def _by_fit(fit: npt.NDArray[np.float64], rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the log-odds that fit points give before any history: doubled odds for a letter of the grade."""
    average = float(fit[rows].mean()) if len(rows) else 0.0
    return np.asarray((fit - average) / A_GRADE * np.log(2), dtype=np.float64)


def _days(moments: pd.Series) -> npt.NDArray[np.float64]:
    days = moments.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), np.nan, days.astype(np.int64).astype(np.float64))


def _ranks(names: list[str]) -> npt.NDArray[np.int64]:
    """Return the rank of each name, shorter ones first, so that L-9 comes before L-10."""
    order = sorted(range(len(names)), key=lambda at: (len(names[at]), names[at], at))
    ranks = np.empty(len(names), dtype=np.int64)
    ranks[order] = np.arange(len(names))
    return ranks
