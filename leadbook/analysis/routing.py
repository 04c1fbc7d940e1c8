"""Who should get a lead that nobody owns: by the rules of Settings, then by capacity, with the reason."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.kept import folded_ids
from leadbook.analysis.routing_teams import find_reps, folded, judge_closers, open_loads
from leadbook.analysis.score_fit import first_matches, label_of, lead_cells
from leadbook.model.countries import country_name, country_of_cell
from leadbook.model.playbook import ScoringRule, StageClass

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    import numpy.typing as npt
    import pandas as pd

    from leadbook.analysis.results import Scores
    from leadbook.model.playbook import Rep
    from leadbook.model.records import Records, Typed

ASSIGN = "Assign to "
HEAT = {"hot": 0, "warm": 1}
"""Which leads choose first; then come the others."""
_LONGEST = 40


class Assignment(Struct, frozen=True):
    """Who should get a lead, "" when nobody can, and why."""

    owner: str
    reason: str

    @property
    def sentence(self) -> str:
        """What stands in Next Action."""
        return f"{ASSIGN}{self.owner}: {self.reason}" if self.owner else f"Find an owner: {self.reason}"


def route(records: Records, scores: Scores, today: dt.date) -> dict[int, Assignment]:
    """Return who should get each open lead without an owner.

    Parameters
    ----------
    records : Records
    scores : Scores
        Its ``temperature`` tells the hot leads.
    today : date

    Returns
    -------
    dict of Excel row to Assignment
        Empty while the option Routing is off, and for a list without an Owner column.

    Notes
    -----
    The first row of Routing that fits names whom to choose from (an owner, a team or a territory of Reps); where none
    fits, everybody. A country fits however it is written: Germany, DE, Deutschland. A hot lead goes to the top closers
    among them (see `judge_closers`). Of these, the one with the fewest open leads for his or her capacity is next, the
    proposals made so far counted: a round robin weighted by capacity that goes on from what each has. Inactive and full
    reps are passed over. Whoever was proposed for a lead by the last refresh stays proposed as long as he or she can
    take it, so that a proposal does not jump. Hot leads choose first, then warm ones, then the oldest.
    """
    leads, playbook = records.leads, records.playbook
    if playbook.options.routing == "off" or "owner" not in leads.places:
        return {}
    frame = leads.frame
    stage_class = frame["stage_class"].to_numpy(dtype=object)
    is_open = (stage_class == StageClass.OPEN.value) | (frame["stage"] == "").to_numpy()
    if len(records.archive.frame):
        is_open &= ~np.isin(folded_ids(leads), folded_ids(records.archive))
    hit = np.flatnonzero(is_open & (frame["owner"] == "").to_numpy())
    if not len(hit):
        return {}
    heat = scores.frame["temperature"].to_numpy(dtype=object)[hit]
    created = frame["created"].to_numpy().astype("datetime64[s]")[hit].astype(np.int64)
    warmth = np.array([HEAT.get(word, len(HEAT)) for word in heat])
    order = np.lexsort((hit, created, warmth))
    desk = Desk(records, open_loads(records, is_open), judge_closers(records, today))
    rule_of = rules_of(records, hit)
    before = proposed_before(leads, hit, ASSIGN)
    rows = frame.index.to_numpy()[hit].tolist()
    made: dict[int, Assignment] = {}
    for at in order.tolist():
        kept = desk.keep(rule_of[at], before.get(rows[at], ""), hot=heat[at] == "hot")
        if kept is not None:
            made[rows[at]] = kept
    for at in order.tolist():
        if rows[at] not in made:
            made[rows[at]] = desk.choose(rule_of[at], hot=heat[at] == "hot")
    return made


class Desk:
    """Hands leads out, one after the other."""

    def __init__(self, records: Records, loads: list[int], closers: Mapping[int, str]) -> None:
        self._reps: Sequence[Rep] = records.playbook.reps
        self._routes = records.playbook.routing
        self._loads = loads
        self._closers = closers
        self._pools: dict[int, list[int]] = {}
        self._heaps: dict[tuple[int, bool], list[tuple[float, int]]] = {}
        known = [rep.capacity for rep in self._reps if rep.capacity]
        self._usual = float(np.median(known)) if known else 1.0

    def keep(self, rule: int, name: str, *, hot: bool, but: int = -1) -> Assignment | None:
        """Return the proposal of the last refresh where it can stand; ``but`` is a rep who is out of the question."""
        if not name:
            return None
        for rep in self._pool(rule):
            if rep != but and self._reps[rep].owner == name and self._is_free(rep):
                self._loads[rep] += 1
                return Assignment(name, self._reason(rule, rep, hot=hot))
        return None

    def choose(self, rule: int, *, hot: bool, but: int = -1) -> Assignment:
        """Return whose turn it is; ``but`` is a rep who is out of the question."""
        wishes = (True, False) if hot and self._closers else (False,)
        for closers_only in wishes:
            rep = self._next(rule, closers_only=closers_only, but=but)
            if rep is not None:
                self._loads[rep] += 1
                return Assignment(self._reps[rep].owner, self._reason(rule, rep, hot=hot))
        return Assignment("", self._why_nobody(rule, but))

    def names_somebody(self, rule: int) -> bool:
        """Tell whether a row of Routing names anybody of Reps."""
        return bool(self._pool(rule))

    def _pool(self, rule: int) -> list[int]:
        if rule not in self._pools:
            everyone = list(range(len(self._reps)))
            self._pools[rule] = everyone if rule < 0 else find_reps(self._routes[rule].assign_to, self._reps)
        return self._pools[rule]

    def _next(self, rule: int, *, closers_only: bool, but: int) -> int | None:
        key = (rule, closers_only)
        if key not in self._heaps:
            pool = [rep for rep in self._pool(rule) if not closers_only or rep in self._closers]
            self._heaps[key] = [(self._fullness(rep), rep) for rep in pool]
            heapq.heapify(self._heaps[key])
        heap = self._heaps[key]
        found, aside = None, None
        while heap and found is None:
            fullness, rep = heap[0]
            if not self._is_free(rep):
                heapq.heappop(heap)  # nobody's load shrinks while leads are handed out
            elif rep == but:
                aside = heapq.heappop(heap)
            elif fullness != self._fullness(rep):  # another rule gave to the same rep since
                heapq.heapreplace(heap, (self._fullness(rep), rep))
            else:
                found = rep
        if aside is not None:
            heapq.heappush(heap, aside)
        return found

    def _fullness(self, rep: int) -> float:
        return (self._loads[rep] + 1) / (self._reps[rep].capacity or self._usual)

    def _is_free(self, rep: int) -> bool:
        capacity = self._reps[rep].capacity
        return self._reps[rep].active and (capacity is None or self._loads[rep] < capacity)

    def _reason(self, rule: int, rep: int, *, hot: bool) -> str:
        parts = ["no rule fits, most room for it"]
        if rule >= 0:
            found = self._routes[rule]
            value = "filled" if found.value.strip() == "*" else _short(found.value)
            parts = [f"{label_of(found.attribute)} {value}"]
            if folded(found.assign_to) == folded(value):
                parts += ["most room for it"] if len(self._pool(rule)) > 1 else []
            elif folded(found.assign_to) != folded(self._reps[rep].owner):
                parts.append(f"{_short(found.assign_to)}, most room for it")
        if hot and rep in self._closers:
            parts.append(f"hot lead, top closer ({self._closers[rep]})")
        return "; ".join(parts)

    def _why_nobody(self, rule: int, but: int) -> str:
        pool = [rep for rep in self._pool(rule) if rep != but]
        whom = f"{_short(self._routes[rule].assign_to)} in Settings/Routing" if rule >= 0 else "Settings/Reps"
        if not pool and self._pool(rule):
            return f"{whom} names nobody else"
        if not pool:
            return f"{whom} names nobody of Reps" if rule >= 0 else f"{whom} names nobody"
        full = sum(self._reps[rep].active for rep in pool)
        away = len(pool) - full
        told = [f"{full} full" if full else "", f"{away} not active" if away else ""]
        return f"of {whom}, {' and '.join(filter(None, told))}"


def assign(records: Records, scores: Scores, today: dt.date, fillable: Collection[int]) -> dict[int, Assignment]:
    """Return the assignments to carry out: those of leads whose Owner cell may be filled."""
    return {row: found for row, found in route(records, scores, today).items() if found.owner and row in fillable}


def rules_of(records: Records, hit: npt.NDArray[np.intp]) -> list[int]:
    """Return for each lead the first row of Routing that fits, -1 for none."""
    routes = records.playbook.routing
    first = np.full(len(hit), len(routes), dtype=np.intp)
    by_attribute: dict[str, list[int]] = {}
    for place, found in enumerate(routes):
        by_attribute.setdefault(found.attribute, []).append(place)
    for key, places in by_attribute.items():
        cells = lead_cells(records.leads, key).iloc[hit]
        values = [routes[place].value for place in places]
        if key == "country":
            cells, values = _meant(cells), [_country(value) for value in values]
        rules = [ScoringRule(key, value, -place) for place, value in zip(places, values, strict=True)]
        best = first_matches(cells, key, rules)
        of_lead = np.append(np.array(places, dtype=np.intp), len(routes))[best]
        first = np.minimum(first, of_lead)
    return [int(place) if place < len(routes) else -1 for place in first]


def _meant(cells: pd.Series[str]) -> pd.Series[str]:
    """Return country cells with each country under one name, whatever it is called in them."""
    meant = {text: _country(str(text)) for text in cells.unique()}
    return cells.map(meant).astype("str")


def _country(text: str) -> str:
    """Return the English name of the country a text means, else the text, as of "DACH" or "Ger*"."""
    code = country_of_cell(text)
    return country_name(code) if code else text


def proposed_before(leads: Typed, hit: npt.NDArray[np.intp], head: str) -> dict[int, str]:
    """Return whom the Next Action cell of each lead names behind some words, as the last refresh left it."""
    table = leads.table
    if table is None or "next_action" not in leads.places:
        return {}
    cells = table.cells[leads.places["next_action"] - table.first_column]
    rows = table.rows.tolist()
    wanted = set(leads.frame.index.to_numpy()[hit].tolist())
    return {
        row: cell[len(head) :].partition(":")[0]
        for row, cell in zip(rows, cells, strict=True)
        if row in wanted and isinstance(cell, str) and cell.startswith(head)
    }


def _short(text: str) -> str:
    plain = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1].rstrip() + "…"
