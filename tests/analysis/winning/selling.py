"""Made-up tables of decided and open leads, with honest columns of known strength and columns that give it away."""

from __future__ import annotations

import datetime as dt

import numpy as np

FIRST_DAY = dt.date(2024, 1, 1)
SOURCES = ("Web", "Fair", "Referral", "Cold call", "Partner")


class Selling:
    """``count`` leads of which about a third is won, by source, size and chance; ``still_open`` have no outcome yet.

    ``columns`` begin with honest ones: Source and Region (words), Employees (a number), Created (a date). ``won`` is
    NaN for open leads, ``truth`` how they will end.
    """

    def __init__(self, count=1_200, still_open=200, seed=3, strength=1.0):
        chance = np.random.default_rng(seed)
        self.chance, self.count = chance, count
        source = chance.integers(0, len(SOURCES), count)
        size = np.round(np.exp(chance.normal(4.5, 1.0, count)))
        log_odds = -1.0 + strength * (np.array([0.0, 0.3, 1.3, -1.2, 0.5])[source] + 0.5 * (np.log(size) - 4.5))
        self.log_odds = log_odds
        self.truth = (chance.random(count) < 1 / (1 + np.exp(-log_odds))).astype(float)
        self.won = self.truth.copy()
        self.still_open = np.zeros(count, dtype=bool)
        self.still_open[count - still_open :] = True  # the youngest are undecided
        self.won[self.still_open] = np.nan
        days = np.sort(chance.integers(0, 600, count))
        self.created = [FIRST_DAY + dt.timedelta(days=int(day)) for day in days]
        self.ids = [f"L-{number:05d}" for number in range(count)]
        self.columns = {
            "Source": [SOURCES[at] for at in source],
            "Region": [("North", "South", "West")[at] for at in chance.integers(0, 3, count)],
            "Employees": size.tolist(),
            "Created": list(self.created),
        }

    def decided_only(self, values, blank=None):
        """Return values that are filled in with the outcome: blank on open leads."""
        return [blank if waiting else value for value, waiting in zip(values, self.still_open, strict=True)]

    def by_outcome(self, when_won, when_lost):
        """Return one value for won leads and another for lost ones, open ones as they will end."""
        return [when_won if end else when_lost for end in self.truth]

    def pick(self, *words):
        return [words[at] for at in self.chance.integers(0, len(words), self.count)]
