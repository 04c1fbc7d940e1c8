"""The reasons of a workbook's leads: where a chance starts, what each column, the stage and the age add to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.winning.leads import LEARNED
from leadbook.analysis.winning.points_model import log_odds_of
from leadbook.analysis.winning.reasons import Term, spell_reasons, terms_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.results import Standing
    from leadbook.analysis.winning.leads import Wins
    from leadbook.model.records import Records

STAGE, AGE = "Stage", "Age"


class LeadReasons(Struct, frozen=True):
    """What each learned chance is made of, in log-odds that add up.

    Parameters
    ----------
    wins : Wins
    rows : array of int
        Places in the leads' frame of those with a learned chance.
    places : array of int
        Where each stands in ``wins.learned.asked``.
    stage_names : array of str
    stage, age : array of float
        What the lead's stage adds to what its columns say, and what its age does: the longer a lead stays open, the
        more of those like it are decided already.
    total : array of float
        The log-odds of the chance that is shown.
    """

    wins: Wins
    rows: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    stage_names: npt.NDArray[np.object_]
    stage: npt.NDArray[np.float64]
    age: npt.NDArray[np.float64]
    total: npt.NDArray[np.float64]

    def terms(self, at: int) -> list[Term]:
        """Return the terms of one lead: the start, its columns, the weightiest first, its stage and its age."""
        found = [Term("Start", "the average lead", self.wins.learned.start)]
        found += terms_of(self.wins.learned, int(self.places[at]))
        found.append(Term(STAGE, str(self.stage_names[at]), float(self.stage[at])))
        if self.age[at]:
            found.append(Term(AGE, "", float(self.age[at])))
        return found

    def texts(self, count: int, wanted: npt.NDArray[np.bool_] | None = None) -> npt.NDArray[np.object_]:
        """Return the reasons of leads as text, "" where the chance is not learned, shape (count,).

        Parameters
        ----------
        count : int
            How many leads there are.
        wanted : array of bool, shape (count,), or None
            Those to spell out; None for all.
        """
        made = np.full(count, "", dtype=object)
        at = np.arange(len(self.rows)) if wanted is None else np.flatnonzero(wanted[self.rows])
        if not len(at):
            return made
        further = [
            [(f"{STAGE} {name}", stage), (AGE, age)]
            for name, stage, age in zip(
                self.stage_names[at].tolist(), self.stage[at].tolist(), self.age[at].tolist(), strict=True
            )
        ]
        made[self.rows[at]] = spell_reasons(self.wins.learned, self.wins.learned.start, self.places[at], further)
        return made


def reason_out(wins: Wins, records: Records, standing: Standing) -> LeadReasons:
    """Return what the chance of each lead that has a learned one is made of.

    Parameters
    ----------
    wins : Wins
    records : Records
    standing : Standing
    """
    frame = standing.frame
    asked = wins.places[wins.learned.asked]
    mine = np.flatnonzero(frame["win_source"].to_numpy(dtype=object)[asked] == LEARNED)
    rows = asked[mine]
    names = records.leads.frame["stage_name"].to_numpy(dtype=object)[rows]
    by_columns = wins.learned.log_odds[wins.learned.asked[mine]]
    stage = wins.by_stage(names, by_columns)
    total = log_odds_of(frame["win"].to_numpy(dtype=np.float64)[rows])
    age = total - by_columns - stage
    # What would be shown as 0 is no term of its own; the stage takes it, so that the terms add up to the chance shown.
    slight = np.abs(age) < 0.005
    stage, age = np.where(slight, stage + age, stage), np.where(slight, 0.0, age)
    return LeadReasons(wins, rows, mine, names, stage, age, total)
