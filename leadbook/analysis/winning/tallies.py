"""How many leads with each value were won, and what a column alone tells about winning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.winning.figures import wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from leadbook.analysis.winning.bands import Bands


class Tally(Struct, frozen=True):
    """The outcomes of the leads in each band of a column.

    Parameters
    ----------
    n, won : array of float, shape (n bands,)
    """

    n: npt.NDArray[np.float64]
    won: npt.NDArray[np.float64]

    @property
    def share(self) -> float:
        """The share won of all leads counted."""
        return float(self.won.sum() / max(self.n.sum(), 1.0))

    @property
    def gain(self) -> float:
        """What the column alone takes off the deviance, less what chance would take (one for each further band)."""
        shares = (self.won + self.share) / (self.n + 1)
        return _deviance(self.n, self.won, self.share) - _deviance(self.n, self.won, shares) - (len(self.n) - 1)

    @property
    def explained(self) -> float:
        """Share of the uncertainty about the outcome that the column alone takes away (McFadden's adjusted R²)."""
        whole = _deviance(self.n, self.won, self.share)
        return max(0.0, self.gain / whole) if whole > 0 else 0.0

    def rates(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return each band's win rate, NaN for an empty one, and its 95 % interval."""
        low, high = wilson(self.won, self.n)
        with np.errstate(invalid="ignore"):
            return self.won / self.n, low, high


def tally(codes: npt.NDArray[np.int64], bands: int, won: npt.NDArray[np.float64]) -> Tally:
    """Return how many leads stand in each band and how many of them were won; leads of band -1 are left out.

    Parameters
    ----------
    codes : array of int, shape (n leads,)
    bands : int
    won : array of float, shape (n leads,)
        1 or 0.
    """
    known = codes >= 0
    codes, won = codes[known], won[known]
    return Tally(
        np.bincount(codes, minlength=bands).astype(np.float64), np.bincount(codes, won, bands).astype(np.float64)
    )


def strongest(
    bands: Sequence[Bands], won: npt.NDArray[np.float64], rows: npt.NDArray[np.int64], most: int
) -> list[int]:
    """Return the places of the columns that tell most about some leads' outcomes, in their own order.

    A column that tells no more than chance would is left out.
    """
    gains = [tally(column.telling[rows], len(column.labels), won[rows]).gain for column in bands]
    ranked = sorted((at for at, gain in enumerate(gains) if gain > 0), key=lambda at: (-gains[at], bands[at].header))
    return sorted(ranked[:most])


def _deviance(
    n: npt.NDArray[np.float64], won: npt.NDArray[np.float64], share: npt.NDArray[np.float64] | float
) -> float:
    """Return the deviance of bands whose leads are won with these shares; a band without won ones, say, adds none."""
    shares = np.broadcast_to(share, n.shape)
    hit, missed = won > 0, n > won
    told = won[hit] @ np.log(shares[hit]) + (n - won)[missed] @ np.log1p(-shares[missed])
    return -2 * float(told)
