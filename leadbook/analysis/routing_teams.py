"""The reps as routing sees them: whom a rule means, how many open leads each has, and who closes best."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.touches import days
from leadbook.model.countries import country_code
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import numpy.typing as npt

    from leadbook.model.playbook import Rep
    from leadbook.model.records import Records

_PRIOR_DEALS = 10
"""So many deals of the team's win rate are added to each rep's own, so that a lucky few decide nothing."""
_TOP_SHARE = 3  # one of three


def find_reps(text: str, reps: Sequence[Rep]) -> list[int]:
    """Return which reps an Assign To cell means, their places in Reps.

    Notes
    -----
    Names, addresses, teams or territories, parted by commas; ``*`` is everybody. A name goes before a team of the same
    word, a team before a territory. A territory that is a country may be called by any of its names.
    """
    found: dict[int, None] = {}
    for word in text.replace(";", ",").split(","):
        wanted = folded(word)
        if wanted == "*":
            return list(range(len(reps)))
        for key in ("owner", "email", "team", "territory"):
            named = [place for place, rep in enumerate(reps) if wanted and folded(getattr(rep, key)) == wanted]
            if key == "territory" and not named and (code := country_code(word)):
                named = [place for place, rep in enumerate(reps) if country_code(rep.territory) == code]
            if named:
                found |= dict.fromkeys(named)
                break
    return list(found)


def open_loads(records: Records, is_open: npt.NDArray[np.bool_]) -> list[int]:
    """Return how many open leads each rep has, by name or address."""
    codes, words = pd.factorize(records.leads.frame["owner"].to_numpy(dtype=object)[is_open])
    counts = np.bincount(codes[codes >= 0], minlength=len(words)).tolist()
    by_word: dict[str, int] = {}
    for word, count in zip(words, counts, strict=True):
        by_word[folded(str(word))] = by_word.get(folded(str(word)), 0) + count
    return [sum(by_word.get(word, 0) for word in {folded(rep.owner), folded(rep.email)} - {""})
            for rep in records.playbook.reps]  # fmt: skip


def judge_closers(records: Records, today: dt.date) -> dict[int, str]:
    """Return the top closers, place in Reps to what shows it ("48 % of 40 deals").

    Notes
    -----
    Deals won and lost in the 365 days to today (all of them where none has a Close Date). A rep is judged from the
    Options' number of deals on; the win rate is shrunk to the team's by ten deals of it. Top is the best third of the
    active reps that are judged, if better than the team.
    """
    options, reps = records.playbook.options, records.playbook.reps
    frame = records.leads.frame
    stage_class = frame["stage_class"].to_numpy(dtype=object)
    won = stage_class == StageClass.WON.value
    ended = won | (stage_class == StageClass.LOST.value)
    closed, now = days(frame["close_date"]), np.datetime64(today, "D")
    if not np.isnat(closed[ended]).all():
        ended &= (closed <= now) & (closed > now - np.timedelta64(365, "D"))
    if not options.top_closer_deals or not ended.any():
        return {}
    codes, words = pd.factorize(frame["owner"].to_numpy(dtype=object)[ended])
    of_word = {folded(str(word)): place for place, word in reversed(list(enumerate(words)))}
    same = np.array([of_word[folded(str(word))] for word in words], dtype=np.intp)[codes]
    deals = np.bincount(same, minlength=len(words))
    wins = np.bincount(same, weights=won[ended], minlength=len(words))
    team = float(won[ended].mean())
    judged: list[tuple[float, int, str]] = []
    for place, rep in enumerate(reps):
        at = of_word.get(folded(rep.owner), of_word.get(folded(rep.email)) if rep.email else None)
        if at is None or not rep.active or deals[at] < options.top_closer_deals:
            continue
        rate = (wins[at] + _PRIOR_DEALS * team) / (deals[at] + _PRIOR_DEALS)
        judged.append((-rate, place, f"{wins[at] / deals[at]:.0%} of {deals[at]:,} deals".replace("%", " %", 1)))
    top = sorted(judged)[: math.ceil(len(judged) / _TOP_SHARE)]
    return {place: told for rate, place, told in top if -rate > team}


def folded(text: str) -> str:
    """Return a name as names are compared."""
    return " ".join(text.split()).casefold()
