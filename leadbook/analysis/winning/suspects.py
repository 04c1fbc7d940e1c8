"""A column under suspicion: what the clues to a leak look at, worked out once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.winning.bands import Bands, cut
from leadbook.analysis.winning.figures import wilson
from leadbook.analysis.winning.tallies import Tally, tally

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.winning.told import Told

SURE = 15.0
"""A difference counts when its chi-square reaches this: one in ten thousand would by chance."""
LEAST_SEEN = 5
LEAST_POOLED = 15


class Suspect(Struct, frozen=True, dict=True):
    """One column with the outcomes it may have been filled in after.

    Parameters
    ----------
    told : Told
    won : array of float, shape (n leads,)
        1 or 0; looked at only for decided leads.
    decided, open : array of int
        Leads with and without an outcome; the decided ones in the order they came in.
    when : array of float, shape (n leads,)
        The day each outcome was known, NaN where nobody can tell.
    """

    told: Told
    won: npt.NDArray[np.float64]
    decided: npt.NDArray[np.int64]
    open: npt.NDArray[np.int64]
    when: npt.NDArray[np.float64]

    @cached_property
    def outcome(self) -> npt.NDArray[np.float64]:
        """The outcomes of the decided leads."""
        return self.won[self.decided]

    @cached_property
    def filled(self) -> npt.NDArray[np.bool_]:
        """Which cells of decided leads are filled."""
        return self.told.filled[self.decided]

    @cached_property
    def filled_open(self) -> npt.NDArray[np.bool_]:
        """Which cells of open leads are filled."""
        return self.told.filled[self.open]

    @cached_property
    def filled_won(self) -> float:
        """The share of the won leads that have it filled."""
        return _share(self.filled[self.outcome > 0.5])

    @cached_property
    def filled_lost(self) -> float:
        """The share of the lost leads that have it filled."""
        return _share(self.filled[self.outcome < 0.5])

    @cached_property
    def bands(self) -> Bands:
        """The values points would be given for."""
        learning = np.zeros(len(self.won), dtype=bool)
        learning[self.decided] = True
        return cut(self.told, learning)

    @cached_property
    def tally(self) -> Tally:
        """The outcomes of the leads with each of these values."""
        return tally(self.bands.telling[self.decided], len(self.bands.labels), self.outcome)

    @cached_property
    def words(self) -> npt.NDArray[np.int64]:
        """The word of each decided lead, a blank as one more word behind the last."""
        codes = self.told.codes[self.decided]
        return np.where(codes < 0, len(self.told.labels), codes)

    @cached_property
    def verdict(self) -> tuple[float, float]:
        """How many times the odds of winning are below the average at one end and above it at the other.

        Notes
        -----
        The leads are ranked by how those with the same word did in the *other half* of the table, so that rare words
        do not look sure by chance; from either end they are pooled, and of the pools (15 leads at least) counts the
        one whose odds are surely (at 95 %) farthest from the average.
        """
        share = float(self.outcome.mean())
        if not 0 < share < 1:
            return 1.0, 1.0
        count = len(self.told.labels) + 1
        score = np.zeros(len(self.words))
        seen = np.zeros(len(self.words))
        half = np.arange(len(self.words)) % 2
        for side in (0, 1):
            other = half != side
            n = np.bincount(self.words[other], minlength=count)
            hits = np.bincount(self.words[other], self.outcome[other], count)
            mine = self.words[~other]
            score[~other], seen[~other] = ((hits + share) / (n + 1))[mine], n[mine]
        enough = 2 * seen >= LEAST_SEEN
        if not self.told.blank_tells:
            enough &= self.filled
        odds = share / (1 - share)
        return (
            _farthest(-score[enough], 1 - self.outcome[enough], 1 / odds),
            _farthest(score[enough], self.outcome[enough], odds),
        )


def chi_square(hits: npt.NDArray[np.float64], n: npt.NDArray[np.float64]) -> float:
    """Return Pearson's chi-square of shares ``hits / n`` being the same."""
    whole = n.sum()
    share = hits.sum() / whole if whole else 0.0
    if not 0 < share < 1:
        return 0.0
    expected = n * share
    return float((((hits - expected) ** 2)[n > 0] / (expected * (1 - share))[n > 0]).sum())


def differs(hit: npt.NDArray[np.bool_], group: npt.NDArray[np.bool_]) -> float:
    """Return the chi-square of a mark being as frequent in a group as outside it."""
    n = np.array([group.sum(), (~group).sum()], dtype=np.float64)
    return chi_square(np.array([hit[group].sum(), hit[~group].sum()], dtype=np.float64), n)


def _share(marks: npt.NDArray[np.bool_]) -> float:
    return float(marks.mean()) if len(marks) else 0.0


def _farthest(score: npt.NDArray[np.float64], hit: npt.NDArray[np.float64], odds: float) -> float:
    """Return how many times ``odds`` the hits of a pool of the highest scores surely have, at the most."""
    if not len(score):
        return 1.0
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))  # leads of one score go together
    n = (last + 1).astype(np.float64)
    hits = np.cumsum(hit[order])[last]
    low, _ = wilson(hits[n >= LEAST_POOLED], n[n >= LEAST_POOLED])
    return float(max(1.0, (low / (1 - low) / odds).max(initial=1.0)))
