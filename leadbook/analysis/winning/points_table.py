"""The readable model as a table: what each value of each column is worth, and how the leads that have it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.analysis.winning.reasons import POINT
from leadbook.analysis.winning.tallies import tally

if TYPE_CHECKING:
    from leadbook.analysis.winning.learning import Learned


class PointsLine(Struct, frozen=True):
    """What one value of one column is worth.

    Parameters
    ----------
    points : float
        10 points double the odds of winning.
    n, won : int
        The decided leads with this value, and how many of them were won.
    rate, rate_low, rate_high : float
        The share won with its 95 % interval.
    lift : float
        That share as a multiple of the share won of all leads learned from; its interval is that of the share.
    """

    column: str
    value: str
    points: float
    n: int
    won: int
    rate: float
    rate_low: float
    rate_high: float
    lift: float


def points_table(learned: Learned) -> list[PointsLine]:
    """Return the lines of the readable model, the columns that move the chance most first.

    How much a column moves it is the spread of its points over the leads learned from.
    """
    if learned.points is None:
        return []
    slope = learned.calibration.slope if learned.trees is None else 1.0
    outcome = learned.outcome[learned.rows]
    share = float(outcome.mean())
    blocks: list[tuple[float, list[PointsLine]]] = []
    for bands, effect in zip(learned.bands, learned.points.effects, strict=True):
        counts = tally(bands.codes[learned.rows], len(bands.labels), outcome)
        rates, low, high = counts.rates()
        weight = counts.n / max(counts.n.sum(), 1.0)
        spread = max(0.0, float(weight @ effect**2 - (weight @ effect) ** 2)) ** 0.5
        lines = [
            PointsLine(
                bands.header, label, float(slope * effect[at] * POINT), int(counts.n[at]), int(counts.won[at]),
                float(rates[at]), float(low[at]), float(high[at]), float(rates[at]) / share,
            )
            for at, label in enumerate(bands.labels)
            if counts.n[at] and at != bands.idle
        ]  # fmt: skip
        blocks.append((spread, lines))
    blocks.sort(key=lambda block: (-block[0], block[1][0].column if block[1] else ""))
    return [line for _, lines in blocks for line in lines]
