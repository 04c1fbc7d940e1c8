"""The comparison model as data: what can agree, how well, and how much each level says."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of a comparison.

    Parameters
    ----------
    name : str
        How the reason calls it: "equal", "similar".
    m : float
        Share of true duplicates that come out at this level.
    u : float
        Share of other pairs that do, among the pairs that blocking puts side by side.
    """

    name: str
    m: float
    u: float

    @property
    def weight(self) -> float:
        """Evidence in bits, log2(m / u): how many times a pair at this level doubles the odds."""
        return math.log2(self.m / self.u)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing that two leads are compared on.

    Parameters
    ----------
    name : str
        How the reason calls it.
    levels : tuple of Level
        The best first. A pair where either side is blank is at no level and adds nothing.
    damped : str
        Field of ``People`` whose common values count less when they are equal; "" for none.
    """

    name: str
    levels: tuple[Level, ...]
    damped: str = ""


# Before anything is compared: odds of about 1 to 500 that two leads which share a block are one.
PRIOR = -9.0

# Each doubling of a value's frequency beyond two takes away so many bits, down to a quarter of the weight.
DAMPING = 0.5
LEAST_SHARE = 0.25

# Set by judgement and by trying published test sets; a team's own decisions can re-estimate them (Fellegi and
# Sunter 1969; Winkler 1988 for the EM estimate).
EMAIL = Comparison(
    "Email",
    (
        Level("equal", 0.75, 0.00018),
        Level("similar", 0.09, 0.0014),
        Level("same mailbox at another domain", 0.05, 0.004),
        Level("same domain", 0.05, 0.07),
        Level("one private, one at work", 0.03, 0.06),
        Level("different", 0.03, 0.86442),
    ),
    damped="email",
)
PHONE = Comparison(
    "Phone",
    (
        Level("equal", 0.72, 0.0028),
        Level("one digit off", 0.08, 0.004),
        Level("different", 0.20, 0.9932),
    ),
    damped="phone",
)
NAME = Comparison(
    "Name",
    (
        Level("equal", 0.64, 0.0022),
        Level("short form", 0.12, 0.0018),
        Level("similar", 0.16, 0.0022),
        Level("first name only", 0.02, 0.006),
        Level("other family name", 0.015, 0.022),
        Level("family name only", 0.01, 0.155),
        Level("different", 0.035, 0.8108),
    ),
    damped="name",
)
COMPANY = Comparison(
    "Company",
    (
        Level("equal", 0.72, 0.045),
        Level("similar", 0.12, 0.012),
        Level("part of the other", 0.06, 0.02),
        Level("same web domain", 0.06, 0.015),
        Level("different", 0.04, 0.908),
    ),
    damped="company",
)
ADDRESS = Comparison(
    "Address",
    (
        Level("equal", 0.45, 0.0055),
        Level("similar", 0.20, 0.008),
        Level("same postcode", 0.10, 0.014),
        Level("same city", 0.10, 0.045),
        Level("different", 0.15, 0.9275),
    ),
    damped="street",
)
DEAL = Comparison(
    "Deal",
    (
        Level("same amount and close date", 0.60, 0.08),
        Level("same amount", 0.30, 0.18),
        Level("another amount", 0.10, 0.74),
        # Close to a veto: another amount at another time is a second deal, however well the person agrees.
        Level("another deal", 1e-12, 0.9),
    ),
)

COMPARISONS: tuple[Comparison, ...] = (EMAIL, PHONE, NAME, COMPANY, ADDRESS, DEAL)

THRESHOLD = 0.5
