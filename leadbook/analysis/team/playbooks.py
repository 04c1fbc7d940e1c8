"""One playbook of many: every book's stages in order, and the reps with their quotas in one money."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.analysis.measure_deals import UNKNOWN
from leadbook.analysis.periods import quarter_of, quota_of
from leadbook.analysis.team.faults import Fault, fault
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.playbook import Playbook, Rep, Stage, StageClass

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import pandas as pd

    from leadbook.analysis.periods import Period
    from leadbook.analysis.team.studied import RepLine, StageLine, Studied

_SAME_SHARE = 0.005  # quotas that differ by less are rounded differently, no more


def pool_playbooks(
    books: Sequence[Studied], factors: Sequence[float], deals: pd.DataFrame, currency: str, today: dt.date
) -> tuple[Playbook, list[Fault]]:
    """Return the playbook of the team, and what the books say differently.

    Parameters
    ----------
    books : sequence of Studied
    factors : sequence of float
        What turns each book's money into ``currency``; NaN for a book without a rate.
    deals : DataFrame
        Of all books, owners spelled alike.
    currency : str
    today : date
    """
    months = [book.fiscal_month for book in books]
    month = min(set(months), key=lambda one: (-months.count(one), one))
    options = replace(DEFAULT_PLAYBOOK.options, base_currency=currency, fiscal_year_start_month=month)
    reps, faults = _pool_reps(books, factors, deals, month, today)
    return replace(
        DEFAULT_PLAYBOOK, stages=_pool_stages(books), reps=tuple(reps), options=options, rates={currency: 1.0}
    ), faults


def _pool_stages(books: Sequence[Studied]) -> tuple[Stage, ...]:
    """Return the stages of all books: open ones by how far along they are in each, the others after them."""
    known: dict[str, StageLine] = {}
    places: dict[str, list[float]] = {}
    for book in books:
        open_names = [line.name for line in book.stages if line.stage_class == StageClass.OPEN.value]
        for place, line in enumerate(book.stages):
            key = " ".join(line.name.split()).casefold()
            known.setdefault(key, line)
            far = open_names.index(line.name) / max(1, len(open_names) - 1) if line.name in open_names else 2 + place
            places.setdefault(key, []).append(far)
    ordered = sorted(known, key=lambda key: sum(places[key]) / len(places[key]))
    return tuple(
        Stage(
            known[key].name, order, StageClass(known[key].stage_class), probability=known[key].probability,
            expected_days=known[key].expected_days,
        )
        for order, key in enumerate(ordered, 1)
    )  # fmt: skip


def _pool_reps(
    books: Sequence[Studied], factors: Sequence[float], deals: pd.DataFrame, month: int, today: dt.date
) -> tuple[list[Rep], list[Fault]]:
    """Return the reps that own a lead, each by the Reps table of the book that holds most of that rep's leads."""
    faults: list[Fault] = []
    owned = deals[deals["owner"] != UNKNOWN].groupby(["owner", "book"], sort=True).size()
    listed: dict[str, dict[int, RepLine]] = {}
    for place, book in enumerate(books):
        for line in book.reps:
            listed.setdefault(_folded(line.owner), {}).setdefault(place, line)
    quarter = quarter_of(today, month)
    reps: list[Rep] = []
    for owner in sorted(set(deals["owner"]) - {UNKNOWN}):
        counts = owned[owner]
        home = int(min(counts.index, key=lambda place: (-int(counts[place]), place)))
        lines = listed.get(_folded(owner), {})
        if not lines:
            if books[home].reps:  # a book without a Reps table names nobody at all
                leads = int(counts.sum())
                faults.append(fault(
                    "LB076",
                    f'"{owner}" owns {leads:,} {"lead" if leads == 1 else "leads"} but stands in no Reps table.', home,
                ))  # fmt: skip
            reps.append(Rep(owner))
            continue
        place = home if home in lines else min(lines)
        line = lines[place]
        quotas = {key: amount * factors[place] for key, amount in line.quotas.items()}
        reps.append(
            Rep(
                owner,
                "",
                line.team,
                "",
                line.capacity,
                line.active,
                {k: v for k, v in quotas.items() if not math.isnan(v)},
            )
        )
        faults += _differing(owner, lines, place, factors, quarter, month)
    present = {_folded(rep.owner) for rep in reps}
    absent = {
        key: next(iter(lines.values())).owner
        for key, lines in listed.items()
        if key and key not in present and any(line.active for line in lines.values())
    }
    faults += [
        fault("LB075", f"{name} stands in Reps but owns no lead in these books: is a book missing?")
        for name in sorted(absent.values())
    ]
    return reps, faults


def _differing(  # noqa: PLR0917 - a quota and all it is compared by
    owner: str, lines: dict[int, RepLine], place: int, factors: Sequence[float], quarter: Period, month: int
) -> list[Fault]:  # fmt: skip
    """Return a fault where another book gives the rep another quota for the quarter."""

    def quota(at: int) -> float:
        given = quota_of(lines[at].quotas, quarter, month)
        return math.nan if given is None else given * factors[at]

    own = quota(place)
    others = [(at, quota(at)) for at in lines if at != place]
    odd = [
        (at, other)
        for at, other in others
        if not math.isnan(other) and abs(other - own) > _SAME_SHARE * max(own, other)
    ]
    if not odd or math.isnan(own):
        return []
    at, other = odd[0]
    return [fault(
        "LB073", f"It gives {owner} a quota of {other:,.0f} for {quarter.name}, {owner}'s own book "
        f"{own:,.0f}; the own book counts.", at,
    )]  # fmt: skip


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
