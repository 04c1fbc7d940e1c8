"""How many outcomes it takes to learn from them, and why."""

from __future__ import annotations

import math

from leadbook.analysis.winning.figures import Z95, auc_error

EACH = 30
"""At least so many won and so many lost leads are needed to learn anything from them.

What the rarer outcome counts decides. With 30 won and 30 lost, a trait that half of the leads have shows (at 95 %)
only where it multiplies the odds by 2.8 or more: the standard error of its log-odds is sqrt(4/30 + 4/30) = 0.52 (each
of the four cells holds 15). An AUC of 0.70 is then known to 0.13 either way, which just tells it from chance, 0.50.
With half as many it would not, and points read from the leads would be noise.
"""
A_COLUMN = 10
"""So many of the rarer outcome for each column that teaches.

The rule of ten events a variable: Peduzzi et al. (1996), A simulation study of the number of events per variable in
logistic regression analysis, Journal of Clinical Epidemiology 49.
"""
MOST_COLUMNS = 60
STRONGER_MODEL = 2_000
"""From so many outcomes on, the stronger model is tried: before, it has nothing to gain that would show above noise."""
NO_BETTER_THAN_CHANCE = 0.5
"""The AUC of a coin. Where the readable model's interval holds it, the stronger model is not tried either."""


def are_enough(won: int, lost: int) -> bool:
    """Tell whether there is something to learn from."""
    return min(won, lost) >= EACH


def columns_allowed(won: int, lost: int) -> int:
    """Return how many columns so many outcomes can teach about."""
    return max(1, min(MOST_COLUMNS, min(won, lost) // A_COLUMN))


def why_so_many() -> str:
    """Return why fewer outcomes teach nothing, in a sentence."""
    ratio = math.exp(Z95 * math.sqrt(8 / EACH))
    return (
        f"At least {EACH} won and {EACH} lost leads are needed: with fewer, a trait that half of the leads have would "
        f"have to change the odds more than {ratio:.1f} times to stand out from chance, and an AUC of 0.70 would be "
        f"known to ± {Z95 * auc_error(0.7, EACH, EACH):.2f} at best."
    )


def insufficient(won: int, lost: int) -> str:
    """Return that there is too little to learn from, in a sentence."""
    return f"There is insufficient history ({won:,} won, {lost:,} lost). {why_so_many()}"
