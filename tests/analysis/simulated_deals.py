"""Deals drawn from a known truth, as they would stand in a workbook on a day."""

from __future__ import annotations

import numpy as np

from leadbook.analysis.outlook.courses import NEVER, Courses

FIRST = int(np.datetime64("2024-01-01", "D").astype(np.int64))
WARM_UP = 200


def day_number(text: str) -> int:
    return int(np.datetime64(text, "D").astype(np.int64))


def draw_deals(kind: str, seed: int, months: int):
    """Return begin, end, outcome (1 won, 0 lost, 2 never ends) and amount of every deal that will ever be."""
    rng = np.random.default_rng(seed)
    span = int(months * 30.44) + 400
    days = FIRST - WARM_UP + np.arange(span)
    rate = {
        "plain": 1.5, "seasonal": 1.5, "growing": 0.7, "lumpy": 0.8, "quarter ends": 2.0, "tiny": 0.15,
        "doubling a year": 0.7, "strong season": 1.5,
    }[kind]  # fmt: skip
    arrivals = np.full(span, rate)
    if kind == "growing":
        arrivals = rate * np.exp(np.arange(span) / 365 * 0.6)
    if kind == "doubling a year":
        arrivals = rate * 2 ** (np.arange(span) / 365)
    if kind in {"seasonal", "strong season"}:
        month = days.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
        arrivals = rate * (
            1 + (0.5 if kind == "seasonal" else 0.75) * np.cos(2 * np.pi * (month - rng.integers(12)) / 12)
        )
    begins = np.repeat(days, rng.poisson(arrivals))
    count = len(begins)
    fate = rng.random(count)
    outcome = np.where(fate < 0.3, 1, np.where(fate < 0.8, 0, 2))
    taken = np.where(outcome == 1, rng.gamma(2.0, 25, count), rng.gamma(1.5, 25, count)).astype(int) + 1
    ends = begins + taken
    if kind == "quarter ends":
        month = ends.astype("datetime64[D]").astype("datetime64[M]").astype(int)
        last = (month // 3 * 3 + 2).astype("datetime64[M]").astype("datetime64[D]").astype(int)
        late = last + rng.integers(0, 28, count)
        ends = np.where((outcome == 1) & (rng.random(count) < 0.6) & (late > ends), late, ends)
    amounts = rng.lognormal(8.5, 1.5, count) if kind == "lumpy" else rng.lognormal(9, 0.5, count)
    return begins, np.where(outcome == 2, NEVER, ends), outcome, amounts


def known_on(deals, today: int) -> Courses:
    """Return what a workbook begun on FIRST knows of the deals at the end of a day."""
    begins, ends, outcome, amounts = deals
    there = (begins <= today) & (ends >= FIRST)
    begins, ends, outcome, amounts = (part[there] for part in (begins, ends, outcome, amounts))
    over = (outcome < 2) & (ends <= today)
    count = len(begins)
    return Courses(
        np.arange(count), begins, np.where(over, ends, NEVER), over & (outcome == 1), over & (outcome == 0), ~over,
        amounts, np.zeros(count, dtype=np.int64), 1, np.array([np.nan]), today,
    )  # fmt: skip


def won_between(deals, first: int, end: int) -> float:
    """Return what will be won in [first, end)."""
    _, ends, outcome, amounts = deals
    return float(amounts[(outcome == 1) & (ends >= first) & (ends < end)].sum())
