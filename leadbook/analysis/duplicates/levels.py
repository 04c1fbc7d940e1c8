"""The comparison model as data: what can agree, how well, and how much each level says to begin with."""

from __future__ import annotations

import math

from msgspec import Struct


class Level(Struct, frozen=True):
    """One outcome of a comparison.

    Parameters
    ----------
    name : str
        How the reason calls it: "equal", "similar".
    m : float
        Share of true duplicates that come out at this level.
    u : float
        Share of any two other rows that do.
    related : float or None
        Share of pairs that do who are not one but belong together: colleagues, a family. None: as ``u``.
    """

    name: str
    m: float
    u: float
    related: float | None = None

    @property
    def weight(self) -> float:
        """Evidence in bits, log2(m / u): how many times a pair at this level doubles the odds."""
        return math.log2(self.m / self.u)


# Shares among true duplicates are what people's slips come to in lists of leads: about one value in six differs in
# some way. Shares among other pairs are those of a large list; a workbook's own values replace both as far as it
# has enough of them (``learn``).
# Pairs that come out at each level stand as examples at what compares them (``compare``).
LEVELS: dict[str, tuple[Level, ...]] = {
    "email": (
        Level("equal", 0.70, 2e-5, 0.01),
        Level("similar", 0.12, 2e-5, 0.01),
        Level("same mailbox at another domain", 0.05, 2e-4, 0.01),
        Level("same domain", 0.04, 0.002, 0.75),
        Level("one private, one at work", 0.03, 0.15, 0.12),
        Level("different", 0.06, 0.84776, 0.10),
    ),
    "phone": (
        Level("equal", 0.73, 2e-5, 0.44),
        Level("equal in its last nine digits", 0.02, 1e-5, 0.01),
        Level("a digit or two off", 0.06, 1e-4, 0.10),
        Level("different", 0.19, 0.99987, 0.45),
    ),
    "given": (
        Level("equal", 0.72, 0.006),
        Level("short form", 0.06, 0.006),
        Level("one slip apart", 0.10, 0.002),
        Level("similar", 0.05, 0.012),
        Level("partly alike", 0.02, 0.06),
        Level("different", 0.05, 0.914),
    ),
    "surname": (
        Level("equal", 0.77, 0.0025, 0.84),
        Level("one slip apart", 0.11, 0.0015, 0.06),
        Level("similar", 0.05, 0.008, 0.03),
        Level("different", 0.07, 0.988, 0.07),
    ),
    "company": (
        Level("equal", 0.68, 0.0025, 0.80),
        Level("nearly equal", 0.14, 0.0008, 0.08),
        Level("mostly equal", 0.07, 0.002, 0.04),
        Level("partly equal", 0.05, 0.01, 0.04),
        Level("different", 0.06, 0.9847, 0.04),
    ),
    "website": (
        Level("equal", 0.80, 0.001, 0.85),
        Level("one slip apart", 0.06, 0.001, 0.02),
        Level("different", 0.14, 0.998, 0.13),
    ),
    "street": (
        Level("equal", 0.70, 0.001, 0.75),
        Level("nearly equal", 0.13, 0.001, 0.06),
        Level("mostly equal", 0.04, 0.003, 0.03),
        Level("partly equal", 0.04, 0.01, 0.03),
        Level("different", 0.09, 0.985, 0.13),
    ),
    "street2": (
        Level("equal", 0.60, 0.002, 0.70),
        Level("nearly equal", 0.14, 0.002, 0.10),
        Level("mostly equal", 0.06, 0.004, 0.04),
        Level("partly equal", 0.06, 0.02, 0.04),
        Level("different", 0.14, 0.972, 0.12),
    ),
    "number": (
        Level("equal", 0.78, 0.012, 0.80),
        Level("partly equal", 0.10, 0.03, 0.05),
        Level("different", 0.12, 0.958, 0.15),
    ),
    "city": (
        Level("equal", 0.80, 0.02, 0.85),
        Level("nearly equal", 0.08, 0.001, 0.04),
        Level("similar", 0.03, 0.01, 0.01),
        Level("different", 0.09, 0.969, 0.10),
    ),
    "postcode": (
        Level("equal", 0.82, 0.002, 0.85),
        Level("one slip apart", 0.08, 0.01, 0.04),
        Level("different", 0.10, 0.988, 0.11),
    ),
    "region": (
        Level("equal", 0.88, 0.15, 0.90),
        Level("one slip apart", 0.04, 0.01, 0.02),
        Level("different", 0.08, 0.84, 0.08),
    ),
    "date": (
        Level("equal", 0.70, 0.0005),
        Level("one slip apart", 0.14, 0.003),
        Level("two slips apart", 0.07, 0.02),
        Level("different", 0.09, 0.9765),
    ),
    "code": (
        Level("equal", 0.70, 0.0005),
        Level("one slip apart", 0.12, 0.0005),
        Level("different", 0.18, 0.999),
    ),
    "mark": (
        Level("equal", 0.88, 0.0003),
        Level("one character off", 0.06, 0.002),
        Level("different", 0.06, 0.9977),
    ),
    "figure": (
        Level("equal", 0.65, 0.02),
        Level("nearly equal", 0.10, 0.03),
        Level("different", 0.25, 0.95),
    ),
    "choice": (
        Level("equal", 0.65, 0.12),
        Level("one slip apart", 0.08, 0.03),
        Level("different", 0.27, 0.85),
    ),
    "text": (
        Level("equal", 0.58, 0.003),
        Level("nearly equal", 0.14, 0.002),
        Level("mostly equal", 0.08, 0.004),
        Level("partly equal", 0.08, 0.03),
        Level("different", 0.12, 0.961),
    ),
    # Close to a veto: another amount at another time is a second deal, however well the person agrees.
    "deal": (
        Level("same amount and close date", 0.60, 0.08),
        Level("same amount", 0.30, 0.18),
        Level("another amount", 0.10, 0.74),
        Level("another deal", 1e-12, 0.9),
    ),
}

THRESHOLD = 0.5
# Before anything is compared, so many duplicates of each row are expected.
DUPLICATES_A_ROW = 0.05
