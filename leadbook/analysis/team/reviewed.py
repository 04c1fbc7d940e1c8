"""Everything the sheets of the review are laid out from."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.forecast import weigh_by_owner
from leadbook.analysis.forecast_periods import forecast_periods
from leadbook.analysis.measure_groups import measure_groups, measure_lost_reasons, spell_groups
from leadbook.analysis.measure_waterfall import STEPS
from leadbook.analysis.periods import months_from, quarters_from
from leadbook.analysis.rates import choose_closed, win_rates_by
from leadbook.analysis.team.ahead import look_ahead_as_team
from leadbook.analysis.team.clashes import Clashes, find_clashes
from leadbook.analysis.team.concerns import Concerns, raise_concerns, why
from leadbook.analysis.team.ideal import check_ideal
from leadbook.analysis.team.reps import Reps, measure_reps
from leadbook.analysis.trends import Trends, judged, value_by_month

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from leadbook.analysis.outlook.outlook import Outlook
    from leadbook.analysis.team.pooling import Team

MONTHS, QUARTERS = 12, 5
#: What the sums over many deals are made from, without the texts that single deals are shown with.
_SUMMED = (
    "owner", "source", "category", "lost_reason", "competitor", "close_date", "amount", "stage_win", "open", "won",
    "lost", "qualified", "stale", "wrong",
)  # fmt: skip
MOST_TALKED = 25
EACH_REP = 3
MOST_LISTED = 100


class Talk(Struct, frozen=True):
    """One deal of the agenda: its place in the team's deals, and why to talk about it."""

    place: int
    why: str


class Reviewed(Struct, frozen=True):
    """What the review found.

    Parameters
    ----------
    team : Team
    reps : Reps
    months, quarters : DataFrame
        As ``forecast_periods`` returns them, for everybody.
    outlook : Outlook
        History's answer for the same months and quarters, of everybody's deals together.
    moves : DataFrame
        The waterfall of the quarter under way, as ``waterfall`` returns it, of the books whose History reaches back to
        its start; empty where none does.
    moves_without : tuple of str
        The books that are not in it.
    trends : Trends
        What the last months brought everybody, without what only visits of stages tell.
    keeps : float
        The share of what was weighted at the start of past months that came in them; NaN when unknown.
    by_owner : DataFrame
        Each rep's weighted amount a month.
    sources, reasons_lost, ideal : DataFrame
        As ``measure_groups``, ``measure_lost_reasons`` and ``check_ideal`` return them.
    competitors : DataFrame
        Win rates where a competitor is named: ``name``, ``won``, ``lost``, ``won_amount``, ``win_rate``, ``n``.
    reasons_by_rep : DataFrame
        ``owner``, ``reason``, ``deals``: the commonest reason of each rep's lost deals.
    clashes : Clashes
    agenda : tuple of Talk
        The deals worth talking about, the most pressing first.
    by_rep : mapping of str to tuple of Talk
        The most pressing ones of each rep.
    slipped, stuck : tuple of Talk
        Deals that moved out of their quarter or past their date; deals that stand still. The largest first.
    total_slipped, total_stuck : int
    """

    team: Team
    reps: Reps
    months: pd.DataFrame
    quarters: pd.DataFrame
    outlook: Outlook
    moves: pd.DataFrame
    moves_without: tuple[str, ...]
    trends: Trends
    keeps: float
    by_owner: pd.DataFrame
    sources: pd.DataFrame
    reasons_lost: pd.DataFrame
    reasons_by_rep: pd.DataFrame
    competitors: pd.DataFrame
    ideal: pd.DataFrame
    clashes: Clashes
    agenda: tuple[Talk, ...]
    by_rep: dict[str, tuple[Talk, ...]]
    slipped: tuple[Talk, ...]
    stuck: tuple[Talk, ...]
    total_slipped: int
    total_stuck: int


def review_team(team: Team, find: Callable[[Team], Clashes] = find_clashes) -> Reviewed:
    """Return what the manager's workbook shows of a team.

    Parameters
    ----------
    team : Team
    find : callable
        What finds the clashes; a caller may know them already.
    """
    deals, today, playbook = team.deals[list(_SUMMED)], team.today, team.playbook
    reps = measure_reps(team)
    closed, _ = choose_closed(deals, today)
    months = months_from(today, MONTHS)
    quarters = quarters_from(today, QUARTERS, playbook.options.fiscal_year_start_month)
    clashes = find(team)
    others = _others(team, clashes)
    concerns = raise_concerns(team, others)

    def clash(place: int) -> str:
        return f"{' and '.join(sorted(others[place]))} works it too" if place in others else ""

    def talks(order: list[int]) -> tuple[Talk, ...]:
        return tuple(Talk(int(concerns.places[at]), why(team, concerns, at, clash)) for at in order)

    agenda, by_rep = _agenda(team, concerns)
    by_month = forecast_periods(deals, months, playbook, reps.required, today)
    by_quarter = forecast_periods(deals, quarters, playbook, reps.required, today)
    slipped = concerns.raised["slipped"] | concerns.raised["overdue"] | concerns.raised["pushed"]
    stuck = (concerns.raised["stale"] | concerns.raised["stalled"]) & ~slipped
    return Reviewed(
        team=team,
        reps=reps,
        months=by_month,
        quarters=by_quarter,
        outlook=look_ahead_as_team(team, (months, quarters), (by_month, by_quarter)),
        moves=_moves(team),
        moves_without=tuple(
            book.name
            for book, factor in zip(team.books, team.factors, strict=True)
            if not (book.studied.moves and np.isfinite(factor))
        ),
        trends=_trends(team),
        keeps=_keeps(team),
        by_owner=weigh_by_owner(deals[deals["open"]], months, playbook, today),
        sources=measure_groups(deals, closed, "source", set(deals.index[deals["wrong"]].tolist()), today),
        reasons_lost=measure_lost_reasons(closed),
        reasons_by_rep=_reasons_by_rep(closed),
        competitors=_competitors(closed),
        ideal=check_ideal(team),
        clashes=clashes,
        agenda=talks(agenda),
        by_rep={rep: talks(order) for rep, order in by_rep.items()},
        slipped=talks(_largest(team, concerns, slipped)),
        stuck=talks(_largest(team, concerns, stuck)),
        total_slipped=int(slipped.sum()),
        total_stuck=int(stuck.sum()),
    )


def _others(team: Team, clashes: Clashes) -> dict[int, set[str]]:
    """Return who else works each deal that clashes."""
    owners = team.deals["owner"].to_numpy(dtype=object)
    is_open = team.deals["open"].to_numpy(dtype=bool)
    found: dict[int, set[str]] = defaultdict(set)
    for one, other in zip(clashes.pairs["first"].tolist(), clashes.pairs["second"].tolist(), strict=True):
        if is_open[one] and is_open[other]:
            found[one].add(str(owners[other]))
            found[other].add(str(owners[one]))
    for places in clashes.accounts["deals"].tolist():
        for place in places:
            found[place].update(str(owners[other]) for other in places if owners[other] != owners[place])
    return dict(found)


def _agenda(team: Team, concerns: Concerns) -> tuple[list[int], dict[str, list[int]]]:
    """Return the open deals to talk about, and each rep's own, as places among the open deals."""
    urgency = concerns.urgency
    # A deal that is only large needs no talk; nor does one that is only due.
    serious = concerns.weight - concerns.raised["large"] - 2.0 * concerns.raised["soon"] > 0
    order = [int(at) for at in np.argsort(-urgency, kind="stable") if serious[at]]
    owners = team.deals["owner"].to_numpy(dtype=object)[concerns.places]
    by_rep: dict[str, list[int]] = defaultdict(list)
    for at in order:
        if len(by_rep[str(owners[at])]) < EACH_REP:
            by_rep[str(owners[at])].append(at)
    return order[:MOST_TALKED], dict(by_rep)


def _largest(team: Team, concerns: Concerns, where: npt.NDArray[np.bool_]) -> list[int]:
    amount = np.nan_to_num(team.deals["amount"].to_numpy(dtype=float)[concerns.places], nan=-1.0)
    order = np.argsort(-amount, kind="stable")
    return [int(at) for at in order if where[at]][:MOST_LISTED]


def _reasons_by_rep(closed: pd.DataFrame) -> pd.DataFrame:
    parts = [
        measure_lost_reasons(mine).head(1).assign(owner=owner, lost=int(mine["lost"].sum()))
        for owner, mine in closed.groupby("owner", sort=True)
        if mine["lost"].any()
    ]
    columns = ["owner", "reason", "deals", "lost"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _competitors(closed: pd.DataFrame) -> pd.DataFrame:
    named = closed[closed["competitor"] != ""]
    spelled = named.assign(competitor=spell_groups(named["competitor"]))
    rates = win_rates_by(spelled, "competitor").rename_axis("name").reset_index()
    return rates.sort_values(["n", "won_amount", "name"], ascending=[False, False, True], ignore_index=True)


def _keeps(team: Team) -> float:
    """Return the share that came of what was weighted at the start of past months, all of it at most."""
    weighted, came = float(team.promises["weighted"].sum()), float(team.promises["came"].sum())
    return min(came / weighted, 1.0) if weighted > 0 else float("nan")


def _moves(team: Team) -> pd.DataFrame:
    """Return the sum of the books' waterfalls: what one book explains without rest, all of them do."""
    told = [
        (step, amount * factor, deals)
        for book, factor in zip(team.books, team.factors, strict=True)
        if np.isfinite(factor) and not team.repeated  # it would be counted from each book
        for step, (amount, deals) in book.studied.moves.items()
    ]
    if not told:
        return pd.DataFrame({"step": [], "amount": [], "deals": []})
    lines = pd.DataFrame(told, columns=["step", "amount", "deals"])
    return lines.groupby("step", sort=False).sum().reindex(list(STEPS)).reset_index()


def _trends(team: Team) -> Trends:
    """Return what the last months brought everybody, and what that says against their own past.

    Notes
    -----
    What began and closed is told by the leads' own dates. What was open at a month's end only the History of all books
    tells together: not where one of them begins later, has no rate, or holds leads that another one holds too.
    """
    each = np.array([book.studied.open_ends for book in team.books]) * np.array(team.factors)[:, None]
    ends = np.full(each.shape[1], np.nan) if team.repeated else each.sum(axis=0)
    return judged(value_by_month(team.deals, team.today).assign(open_end=ends))
